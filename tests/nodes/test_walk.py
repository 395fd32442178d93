"""The walk of pictures: what is asked of the painter, and what is seen when."""

from typing import Any

import numpy as np
import pytest

from ajar.painting import Painting
from ajar.testing import FakeGpu
from ajar.values import Image, Size
from nodes.walk import faded, picture_walk, seen

pytest.importorskip("av")


class Brush:
    """A painter whose pictures are one gray each, lighter for every seed."""

    def __init__(self) -> None:
        self.asked: list[Painting] = []

    def paint(self, wanted: Painting, report: Any) -> Image:
        self.asked.append(wanted)
        report(0.5, "halfway", None)
        return Image.of(np.full((64, 96, 3), 40 * wanted.seed, np.uint8))


def walk(**inputs: Any) -> tuple[list[float], Brush, FakeGpu]:
    brush = Brush()
    gpu = FakeGpu({"builtin": brush})
    video = picture_walk(gpu, "a red star", **{"seed": 1, "seconds": 1.0, "fps": 12.0, "camera": "still", **inputs})
    return [float(image.array.mean()) for image in video.frames()], brush, gpu


def test_each_picture_is_painted_from_the_one_before_and_the_film_fades_between_them() -> None:
    grays, brush, gpu = walk(pictures=3, change=0.4)
    assert [(one.seed, one.image is None, one.strength) for one in brush.asked] == [
        (1, True, 0.4),
        (2, False, 0.4),
        (3, False, 0.4),
    ]
    assert brush.asked[2].image is not None and brush.asked[2].image.array.mean() == 80
    assert len(grays) == 12 and grays == sorted(grays)
    assert grays[0] == pytest.approx(40, abs=3) and grays[-1] == pytest.approx(120, abs=3)
    assert gpu.progressed[-1][0] == pytest.approx(1) and gpu.loaded == [("builtin", "flux", None)]


def test_a_second_prompt_takes_over_and_a_whole_change_keeps_nothing() -> None:
    _, brush, _ = walk(pictures=4, then="a blue star", change=1.0)
    assert [one.prompt for one in brush.asked] == ["a red star", "a red star", "a blue star", "a blue star"]
    assert all(one.image is None for one in brush.asked)


def test_it_begins_with_a_given_picture_in_the_size_of_what_is_painted() -> None:
    grays, brush, _ = walk(pictures=2, image=Image.of(np.full((200, 200, 3), 200, np.uint8)), seed=1)
    assert [one.seed for one in brush.asked] == [2] and grays[0] == pytest.approx(200, abs=3)
    brush = Brush()
    film = picture_walk(
        FakeGpu({"builtin": brush}), "x", pictures=2, seconds=0.2, image=Image.of(np.zeros((9, 9, 3), np.uint8))
    )
    assert film.size == Size(96, 64)


def test_the_camera_comes_nearer_and_goes_along_without_leaving_the_picture() -> None:
    picture = np.zeros((60, 60, 3), np.uint8)
    picture[20:40, 20:40] = 255
    areas = [int((seen(picture, at, "in", 2.0)[..., 0] > 128).sum()) for at in (0, 0.5, 1)]
    assert areas[0] == 400 < areas[1] < areas[2] == pytest.approx(1600, abs=80)
    middles = [float(np.nonzero(seen(picture, at, "right", 1.5)[..., 0] > 128)[1].mean()) for at in (0, 0.5, 1)]
    assert middles[0] > middles[1] > middles[2] and middles[1] == pytest.approx(29.5, abs=1)
    assert (seen(picture, 0.7, "still", 2.0) == picture).all() and (faded([picture], 0.3) == picture).all()
