import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from ajar import parcel
from ajar.errors import AjarError, UserError
from ajar.values import Audio, Color, Control, Image, Lora, LoraPart, Mask, Mesh, Size, Tuning, Video

PLAIN = [
    None, True, 0, -7, 2**80, 0.5, math.inf, "wörd", [1, [2, ()]], (1, "a", (None,)), {"a": [1]}, {"$": 1}, {1: (2,)},
    Size(3, 4), Color(1, 2, 3, 4), Path("a/b"), [Size(1, 1), {"x": Path("y")}],
    Lora((LoraPart("l", 0.5),)),
    Mesh(Path("m.glb")), Video(Path("v.mp4"), Size(2, 2), 24.0, 1.5),
]


def through(value: Any) -> Any:
    header, buffers = parcel.pack(value)
    return parcel.unpack(json.loads(json.dumps(header, allow_nan=False)), [bytes(buffer) for buffer in buffers])


@pytest.mark.parametrize("value", PLAIN, ids=str)
def test_plain_values_come_back_equal(value: Any) -> None:
    back = through(value)
    assert back == value
    assert type(back) is type(value)


PATHS = st.builds(Path, st.text("a/"))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | PATHS
KEYS = st.text() | st.just("$") | st.integers()
VALUES = st.recursive(
    LEAVES,
    lambda part: st.lists(part) | st.tuples(part, part) | st.dictionaries(KEYS, part),
    max_leaves=20,
)


@given(VALUES)
def test_any_plain_value_comes_back(value: Any) -> None:
    assert repr(through(value)) == repr(value)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(
    st.sampled_from(["$", "items", "text", "shape", "dtype", "buffer", "parts", "path", "size", "blob", "x"]),
    part | st.sampled_from(["image", "mask", "audio", "tuple", "dict", "size", "int", "lora", "video", "uint8"]),
), max_leaves=8))
def test_a_foreign_header_is_a_value_or_an_error(header: Any) -> None:
    try:
        parcel.unpack(header, [bytes(12)])
    except Exception as error:
        assert isinstance(error, AjarError), repr(error)


def test_nan_comes_back() -> None:
    assert math.isnan(through(math.nan))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pictures_go_raw_even_when_they_are_views(dtype: str, channels: int) -> None:
    array = np.arange(5 * 6 * channels).reshape(5, 6, channels).astype(dtype)[::-1, 1:]
    image = through({"deep": [(Image.of(array, b"icc"),)]})["deep"][0][0]
    assert (image.array == array).all()
    assert image.dtype == dtype
    assert image.profile == b"icc"
    assert not image.array.flags.writeable


def test_masks_and_sound_go_raw() -> None:
    mask, audio = through([Mask.of(np.eye(3, dtype=np.float32)), Audio(np.ones((2, 9), np.float32), 8000)])
    assert mask.array[1, 1] == 1
    assert audio.rate == 8000
    assert audio.array.shape == (2, 9)


def test_what_does_not_fit_is_refused() -> None:
    header, buffers = parcel.pack(Image.of(np.zeros((4, 4, 3), np.uint8)))
    for change in ({"shape": [4, 4, 4]}, {"dtype": "object"}, {"buffer": 3}, {"$": "what"}, {"shape": None}):
        with pytest.raises(AjarError, match="damaged"):
            parcel.unpack({**header, **change}, buffers)
    with pytest.raises(AjarError, match="can't travel"):
        parcel.pack(object())


class Blobs:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Path] = {}

    def put(self, content: bytes | Path, suffix: str) -> str:
        data = content if isinstance(content, bytes) else content.read_bytes()
        digest = str(blake3(data).hexdigest())
        self.names[digest] = self.folder / (digest + suffix)
        self.names[digest].write_bytes(data)
        return digest


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_kept_pictures_are_recalled_exactly_and_lazily(tmp_path: Path, dtype: str, channels: int) -> None:
    blobs = Blobs(tmp_path)
    array = np.arange(5 * 6 * channels).reshape(5, 6, channels).astype(dtype)
    from ajar import colour

    profile = colour._srgb_gray() if channels == 1 else None
    record = json.loads(json.dumps(parcel.keep([Image.of(array, profile)], blobs.put)))
    back = parcel.recall(record, blobs.names.__getitem__)[0]
    blob = blobs.names[record[0]["blob"]]
    data = blob.read_bytes()
    blob.unlink()
    assert (back.width, back.height, back.channels, back.dtype) == (6, 5, channels, dtype)
    assert parcel.digest_of(back) is not None
    with pytest.raises(UserError if dtype != "float32" else AjarError):
        _ = back.array
    blob.write_bytes(data)
    assert (back.array == array).all()
    assert back.profile == profile


def test_a_picture_from_a_file_is_kept_as_that_file(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    path = tmp_path / "photo.jpg"
    path.write_bytes(Image.of(np.full((9, 9, 3), 99, np.uint8)).encode("jpeg"))
    image = Image.open(path)
    record = parcel.keep(image, blobs.put)
    assert record["blob"] == image.digest
    assert blobs.names[record["blob"]].suffix == ".jpg"
    assert (parcel.recall(record, blobs.names.__getitem__).array == image.array).all()


def test_a_file_that_changed_after_it_was_read_is_kept_as_its_pixels(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    path = tmp_path / "photo.png"
    path.write_bytes(Image.of(np.full((9, 9, 3), 99, np.uint8)).encode("png"))
    image = Image.open(path)
    assert image.array[0, 0, 0] == 99
    path.write_bytes(Image.of(np.full((8, 9, 3), 11, np.uint8)).encode("png"))
    assert image.digest is None
    record = parcel.keep(image, blobs.put)
    assert parcel.recall(record, blobs.names.__getitem__).array[0, 0, 0] == 99


def test_other_values_are_kept(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    (tmp_path / "m.glb").write_bytes(b"glTF")
    values: list[Any] = [Mask.of(np.eye(3, dtype=np.float32)), Audio(np.ones((1, 4), np.float32), 44100)]
    values += [Mesh(tmp_path / "m.glb"), *PLAIN[:-2]]
    record = json.loads(json.dumps(parcel.keep(values, blobs.put), allow_nan=False))
    mask, audio, mesh, *plain = parcel.recall(record, blobs.names.__getitem__)
    assert mask.array[2, 2] == 1
    assert audio.rate == 44100
    assert mesh.path.read_bytes() == b"glTF"
    assert plain == PLAIN[:-2]


def test_digests_tell_values_apart() -> None:
    digests = {parcel.digest_of(value) for value in (1, 1.0, "1", True, (1,), [1], Size(1, 1), None)}
    assert len(digests) == 8
    assert parcel.digest_of([1, Image.of(np.zeros((1, 1), np.uint8))]) is None


def test_memory_is_counted() -> None:
    image = Image.of(np.zeros((10, 10, 3), np.uint8))
    assert parcel.nbytes([image, (image,)]) >= 600
    assert parcel.nbytes("x" * 1000) >= 1000


def test_a_control_travels_with_its_picture_and_a_tuning_with_all_it_says() -> None:
    guide = Control("canny", Image.of(np.full((4, 6, 3), 7, np.uint8)), strength=0.5, end=0.8)
    tuning = Tuning(precision="fp8", cache=0.1, offload="blocks")
    header, buffers = parcel.pack([guide, tuning, Lora((LoraPart("a", 0.5, 0.25), LoraPart("b", 1.0)))])
    back, tuned, stack = parcel.unpack(header, buffers)
    assert (back.model, back.strength, back.start, back.end) == ("canny", 0.5, 0.0, 0.8)
    assert (back.image.array == guide.image.array).all()
    assert tuned == tuning and stack == Lora((LoraPart("a", 0.5, 0.25), LoraPart("b", 1.0)))
    assert parcel.nbytes(guide) > guide.image.nbytes
    with pytest.raises(AjarError, match="damaged"):
        parcel.unpack({"$": "control", "parts": {"model": "canny", "other": 1}}, [])


def test_a_trained_lora_travels_with_its_file_and_is_kept_as_a_blob(tmp_path: Path) -> None:
    file, blobs = tmp_path / "style.safetensors", tmp_path / "blobs"
    file.write_bytes(b"weights")
    blobs.mkdir()
    stack = Lora((LoraPart("style", 0.5, path=file), LoraPart("other", 1.0, 0.2), LoraPart("third", 1.0, 0.1, file)))
    assert through(stack) == stack

    def put(content: bytes | Path, suffix: str) -> str:
        data = content.read_bytes() if isinstance(content, Path) else content
        name = blake3(data).hexdigest()
        (blobs / f"{name}{suffix}").write_bytes(data)
        return name

    record = json.loads(json.dumps(parcel.keep(stack, put)))
    file.unlink()
    back = parcel.recall(record, lambda digest: blobs / f"{digest}.safetensors")
    assert [(part.model, part.weight, part.low) for part in back.parts] == [
        ("style", 0.5, None), ("other", 1.0, 0.2), ("third", 1.0, 0.1)]
    assert back.parts[0].path.read_bytes() == b"weights" and back.parts[1].path is None
    assert back.parts[2].path == back.parts[0].path
