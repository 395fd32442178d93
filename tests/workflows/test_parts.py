"""The media of an order: only their pixels and sounds go out, and equal ones are equal on any day."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil
from PIL.PngImagePlugin import PngInfo

from ajar.remote import Media
from ajar.values import Audio, Image, Mask
from workflows.parts import ENDINGS, TYPES, make_parts
from workflows.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "blobs")


def test_a_picture_takes_nothing_along_but_its_pixels(store: Store, tmp_path: Path) -> None:
    told = PngInfo()
    told.add_text("ajar", '{"graph": {"nodes": {"secret-plan": {}}}}')
    file = tmp_path / "made.png"
    Pil.new("RGB", (8, 8), "red").save(file, pnginfo=told)
    picture = Image.open(file)
    [png, jpg] = make_parts([Media("first_frame", picture), Media("reference", picture, "jpg")], store)
    for part in (png, jpg):
        assert b"secret-plan" not in part.read()
    assert (png.type, jpg.type) == ("image/png", "image/jpeg")
    with Pil.open(png.path) as sent:
        assert png.role == "first_frame" and sent.size == (8, 8)


def test_equal_media_have_one_digest(store: Store) -> None:
    picture = Image.of(np.full((4, 4, 3), 90, np.uint8))
    first, second = make_parts([Media("a", picture), Media("b", Image.of(picture.array.copy()))], store)
    assert first.digest == second.digest
    [again] = make_parts([Media("a", picture)], store)
    assert again.digest == first.digest


def test_masks_are_pictures_sounds_are_wave_files_and_files_go_as_they_are(store: Store, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\0\0\0\x18ftypmp42 not really")
    mask, sound, file = make_parts([
        Media("mask", Mask.of(np.ones((4, 4), np.float32))),
        Media("voice", Audio(np.zeros((1, 800), np.float32), 8000)),
        Media("video", film),
    ], store)
    assert (mask.type, sound.type, file.type) == ("image/png", "audio/wav", "video/mp4")
    assert file.read() == film.read_bytes()


def test_every_type_has_an_ending() -> None:
    assert {ENDINGS[kind].lstrip(".") for kind in TYPES.values()} <= set(TYPES)
    assert ENDINGS["image/jpeg"] == ".jpg"
