"""Export without metadata: the media are the same, and nothing of their making is left in them."""

import json
from pathlib import Path

import numpy as np
import pytest

from ajar import pictures
from ajar.errors import AjarError
from ajar.values import Audio, Image, Video
from workflows.reading import read_about
from workflows.stripping import bare

ABOUT = json.dumps({"ajar": 1, "workflow": "harbour", "graph": {"nodes": {}}, "secret": "a lighthouse"})
PIXELS = np.linspace(0, 255, 40 * 24 * 3).astype(np.uint8).reshape(24, 40, 3)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_pictures(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(Image.of(PIXELS.copy()).encode(kind, about=ABOUT))  # type: ignore[arg-type]
    assert read_about(path)["workflow"] == "harbour"
    stripped = tmp_path / f"b.{kind}"
    stripped.write_bytes(bare(path))
    assert pictures.read_about(stripped) is None
    assert b"lighthouse" not in stripped.read_bytes() and b"ajar" not in stripped.read_bytes()
    assert np.array_equal(Image.open(stripped).array, Image.open(path).array)


def test_a_long_text_in_a_jpeg_goes_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(Image.of(PIXELS.copy()).encode("jpeg", about=json.dumps({"x": "lighthouse " * 20_000})))
    stripped = tmp_path / "b.jpg"
    stripped.write_bytes(bare(path))
    assert pictures.read_about(stripped) is None and len(stripped.read_bytes()) < 5_000


def test_a_deep_png_keeps_its_pixels(tmp_path: Path) -> None:
    path, stripped = tmp_path / "a.png", tmp_path / "b.png"
    path.write_bytes(Image.of(PIXELS.astype(np.uint16) * 257).encode("png", about=ABOUT))
    stripped.write_bytes(bare(path))
    assert np.array_equal(Image.open(stripped).array, Image.open(path).array)


def test_sound(tmp_path: Path) -> None:
    path, stripped = tmp_path / "a.wav", tmp_path / "b.wav"
    sound = Audio(np.linspace(-1, 1, 4801, dtype=np.float32).reshape(1, -1), 48_000)
    path.write_bytes(sound.encode(about=ABOUT))
    stripped.write_bytes(bare(path))
    assert b"harbour" not in stripped.read_bytes()
    assert np.array_equal(Audio.open(stripped).array, Audio.open(path).array)


def test_a_film(tmp_path: Path) -> None:
    pytest.importorskip("av")
    path, stripped = tmp_path / "a.mp4", tmp_path / "b.mp4"
    shots = [Image.of(np.full((32, 48, 3), shade, np.uint8)) for shade in (0, 80, 160, 240)]
    Video.write(shots, 8, path=path, about=ABOUT)
    assert read_about(path)["workflow"] == "harbour"
    stripped.write_bytes(bare(path))
    assert b"harbour" not in stripped.read_bytes() and pictures.read_about(stripped) is None
    copies = list(Video.open(stripped).frames())
    assert len(copies) == 4
    for copy, frame in zip(copies, Video.open(path).frames(), strict=True):
        assert np.array_equal(copy.array, frame.array)


def test_a_body(tmp_path: Path) -> None:
    from ajar import glb

    path, stripped = tmp_path / "a.glb", tmp_path / "b.glb"
    import struct

    text = b'{"asset":{"version":"2.0"},"scenes":[]}'
    text += b" " * (-len(text) % 4)
    path.write_bytes(struct.pack("<4sIIII", b"glTF", 2, 20 + len(text), len(text), glb.JSON_CHUNK) + text)
    path.write_bytes(glb.with_about(path, ABOUT))
    stripped.write_bytes(bare(path))
    assert glb.read_json(stripped) == {"asset": {"version": "2.0"}, "scenes": []}


def test_what_cannot_be_stripped_is_a_sentence(tmp_path: Path) -> None:
    strange, broken = tmp_path / "a.xyz", tmp_path / "b.png"
    strange.write_bytes(b"something")
    broken.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    for path in (strange, broken, tmp_path / "missing.png"):
        with pytest.raises(AjarError) as caught:
            bare(path)
        assert caught.value.hint
