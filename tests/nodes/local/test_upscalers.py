"""A real upscaler with random weights, tile by tile."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.testing import FakeGpu
from ajar.values import Audio, Image, Mask, Size, Video
from nodes.local.catalogue import Shelf
from nodes.local.site import Site
from nodes.upscale import restore_faces, upscale_video
from tests.nodes.local.model_files import write_file

pytestmark = pytest.mark.xdist_group("torch")


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


def enlarger(shelf: Shelf, **settings: Any) -> Any:
    from nodes.local import upscalers

    entry = shelf.find("upscale", "sharp")
    return upscalers.load(replace(entry, settings={**entry.settings, **settings}), Site("cpu"))


def picture(width: int, height: int, channels: int = 3, dtype: str = "uint8") -> Image:
    raw = np.random.default_rng(1).random((height, width, channels), np.float32)
    return Image.of(raw).to(dtype)


def test_no_seam_shows_between_tiles_and_every_tile_is_reported(shelf: Shelf) -> None:
    image, notes = picture(90, 70), []
    whole = enlarger(shelf, tile=512).enlarge(image, quiet)
    tiled = enlarger(shelf, tile=32, overlap=8).enlarge(image, lambda done, note, preview: notes.append(note))
    assert (whole.width, whole.height) == (360, 280)
    assert np.abs(whole.array.astype(int) - tiled.array).max() <= 1
    assert notes == [f"tile {number} of 9" for number in range(1, 10)]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("channels", "kept"), [(1, 1), (3, 3), (4, 3)])
def test_depth_and_channels_are_kept_and_alpha_is_left_to_the_node(
    shelf: Shelf, dtype: str, channels: int, kept: int
) -> None:
    larger = enlarger(shelf).enlarge(picture(5, 3, channels, dtype), quiet)
    assert larger.array.shape == (12, 20, kept) and larger.dtype == dtype


def test_stopping_works_between_tiles(shelf: Shelf) -> None:
    def stop(done: float, note: str, preview: Image | None) -> None:
        if done > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        enlarger(shelf, tile=16).enlarge(picture(90, 70), stop)


def test_a_file_that_is_no_upscaler_is_a_sentence(shelf: Shelf) -> None:
    from nodes.local import upscalers

    write_file(shelf.folders[0] / "odd.safetensors", {"weight": (4, 4)})
    with pytest.raises(UserError, match="no (upscaling )?model"):
        upscalers.load(shelf.find("upscale", "odd"), Site("cpu"))


def test_other_libraries_do_not_take_the_stand_in_for_torchvision(shelf: Shelf) -> None:
    import sys

    enlarger(shelf)
    found = sys.modules.get("torchvision")
    assert found is None or hasattr(found, "__version__")


def test_halves_of_neighbours_add_up_wherever_they_meet() -> None:
    from nodes.local import tiles

    for length, tile, overlap, step in (
        (90, 32, 8, 1), (33, 32, 16, 1), (1000, 192, 16, 1), (64, 64, 0, 1), (65, 32, 0, 1), (130, 64, 128, 64),
        (1000, 192, 16, 8), (65, 64, 16, 16),
    ):
        total = np.zeros(length * 3)
        for span in tiles.spans(length, tile, overlap, step):
            assert 0 < span.end - span.begin <= tile + step and span.begin % step == 0
            total[span.low * 3 : span.high * 3] += tiles._weights(span, length, 3, overlap)
        assert np.allclose(total, 1)


def test_pictures_of_a_film_are_enlarged_as_each_alone_and_few_are_waited_for(shelf: Shelf) -> None:
    taken = []

    def film() -> Any:
        for number in range(7):
            taken.append(number)
            yield picture(20 + 0 * number, 10)

    tool = enlarger(shelf, tile=24)  # 576 pixels: two pictures of 200 at once
    stream = tool.enlarge_each(film(), 7, quiet)
    first = next(stream)
    assert taken == [0, 1] and first.size == Size(80, 40)
    alone = tool.enlarge(picture(20, 10), quiet)
    assert all(np.abs(one.array.astype(int) - alone.array).max() <= 1 for one in (first, *stream))


def test_where_memory_is_short_the_tile_is_halved_and_it_goes_on_with_a_note(shelf: Shelf) -> None:
    tool, notes = enlarger(shelf, tile=128, overlap=8), []
    whole = tool.enlarge(picture(90, 70), quiet)
    compute = tool._compute

    def short(pixels: Any) -> Any:
        if pixels.shape[2] * pixels.shape[3] > 60 * 60:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 99 bytes")
        return compute(pixels)

    tool._compute = short
    tiled = tool.enlarge(picture(90, 70), lambda done, note, preview: notes.append(note))
    assert "Memory was short: going on with tiles of 45 pixels" in notes and tool.tile == 45
    assert np.abs(whole.array.astype(int) - tiled.array).max() <= 1

    tool._compute = lambda pixels: (_ for _ in ()).throw(RuntimeError("shapes do not fit"))
    with pytest.raises(RuntimeError, match="shapes"):
        tool.enlarge(picture(90, 70), quiet)
    assert tool.tile == 45  # that was not about memory


def test_a_film_is_enlarged_with_its_sound(shelf: Shelf, tmp_path: Path) -> None:
    pytest.importorskip("av")
    sound = Audio((np.sin(np.arange(24_000) / 20) * 0.3).astype(np.float32)[None], 48_000)
    small = Video.write((picture(33, 21) for _ in range(6)), 12, sound, path=tmp_path / "a.mp4")
    larger = upscale_video(FakeGpu({"sharp": enlarger(shelf)}), small, "sharp")
    assert larger.size == Size(136, 88) and Video.open(larger.path).seconds == pytest.approx(0.5, abs=0.05)
    assert (heard := larger.audio()) is not None and np.abs(heard.array).max() == pytest.approx(0.3, abs=0.05)
    plain = upscale_video(FakeGpu({}), small, factor=1.5)
    assert plain.size == Size(52, 34)  # films have even sides


class Brighter:
    """A model for faces that makes them white, and notes what it was given."""

    scale = 1

    def __init__(self) -> None:
        self.given: list[Size] = []

    def enlarge(self, image: Image, report: Any) -> Image:
        self.given.append(image.size)
        return Image.of(np.ones((image.height, image.width, 3), np.float32))


@pytest.mark.parametrize(("channels", "dtype"), [(1, "uint8"), (3, "uint16"), (4, "uint8"), (3, "float32")])
def test_only_marked_faces_are_restored_and_softly(channels: int, dtype: str) -> None:
    image = Image.of(np.full((120, 200, channels), 0.2, np.float32)).to(dtype)
    marks = np.zeros((60, 100), np.float32)
    marks[10:30, 10:30] = marks[25:50, 70:95] = 1
    model = Brighter()
    made = restore_faces(FakeGpu({"gfpgan": model}), image, "gfpgan", Mask.of(marks), strength=1.0)
    assert model.given == [Size(512, 512)] * 2
    assert (made.dtype, made.array.shape) == (image.dtype, image.array.shape)
    light = made.rgb().to("float32").array[:, :, 0]
    assert light[40, 40] > 0.95 and light[75, 165] > 0.95 and abs(light[110, 40] - 0.2) < 0.01
    assert np.abs(np.diff(light, axis=1)).max() < 0.35  # no hard edge
    if channels == 4:
        assert np.array_equal(made.array[:, :, 3], image.array[:, :, 3])


def test_a_mask_without_a_face_is_a_sentence() -> None:
    with pytest.raises(UserError, match="marks no face"):
        restore_faces(FakeGpu({"m": Brighter()}), picture(50, 50), "m", Mask.of(np.zeros((50, 50), np.float32)))


def test_a_model_too_wide_for_half_precision_goes_on_in_full(shelf: Shelf, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    from nodes.local import upscalers

    plain, half = enlarger(shelf), enlarger(shelf)
    half._model.half()
    near = half.enlarge(picture(30, 20), quiet).array.astype(int)
    assert np.abs(near - plain.enlarge(picture(30, 20), quiet).array).max() <= 3
    assert half._model.dtype == torch.float16

    wide = load_file(shelf.find("upscale", "sharp").path or Path())
    wide["body.0.weight"] *= 1e6
    wide["body.6.weight"] *= 1e-6
    save_file(wide, tmp_path / "wide.safetensors")
    entry = replace(shelf.find("upscale", "sharp"), path=tmp_path / "wide.safetensors")
    plain, half = (upscalers.load(entry, Site("cpu")) for _ in range(2))
    half._model.half()
    made = half.enlarge(picture(30, 20), quiet).array
    assert half._model.dtype == torch.float32
    assert np.array_equal(made, plain.enlarge(picture(30, 20), quiet).array)
