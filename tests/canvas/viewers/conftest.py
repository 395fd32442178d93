"""A viewer that is seen, and small pictures and films made for the tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ajar.values import Image, Video
from canvas.desk import Desk
from canvas.viewers.bench import Bench
from canvas.viewers.viewer import Viewer

MakeFilm = Callable[..., Video]


@pytest.fixture
def bench(desk: Desk) -> Iterator[Bench]:
    bench = Bench.of(desk)
    yield bench
    bench.close()


@pytest.fixture
def viewer(desk: Desk, bench: Bench, qtbot: QtBot) -> Viewer:
    """A viewer of a fair size, with the keyboard."""
    viewer = Viewer(desk)
    qtbot.addWidget(viewer)
    viewer.resize(1400, 800)
    viewer.show()
    qtbot.waitExposed(viewer)
    viewer.stage.setFocus()
    return viewer


def plain(red: int, green: int, blue: int, size: tuple[int, int] = (160, 90)) -> Image:
    """A picture of one colour."""
    array = np.empty((size[1], size[0], 3), np.uint8)
    array[:] = red, green, blue
    return Image.of(array)


@pytest.fixture
def film(tmp_path: Path) -> MakeFilm:
    """Makes films whose frame n has the grey n * 8, so that a test sees which frame is shown."""
    pytest.importorskip("av")

    def make(name: str = "a", fps: float = 25, frames: int = 25, size: tuple[int, int] = (64, 48)) -> Video:
        shots = (Image.of(np.full((size[1], size[0], 3), 8 + n * 8 % 240, np.uint8)) for n in range(frames))
        Video.write(shots, fps, path=tmp_path / f"{name}.mp4")
        return Video.open(tmp_path / f"{name}.mp4")

    return make
