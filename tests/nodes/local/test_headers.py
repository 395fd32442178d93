"""Model files from strangers: every damaged or hostile header is one sentence, quickly and in little memory."""

import json
import random
import struct
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import UserError
from nodes.local.headers import MAX_HEADER, parse_header, read_header

GOOD: dict[str, Any] = {
    "__metadata__": {"format": "pt"},
    "a.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "b.weight": {"dtype": "F16", "shape": [4], "data_offsets": [24, 32]},
}


def write(path: Path, header: Any, data: bytes = bytes(32), length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    return path


def test_a_good_header_tells_names_shapes_and_bytes(tmp_path: Path) -> None:
    header = read_header(write(tmp_path / "good.safetensors", GOOD))
    assert header.tensors["a.weight"].shape == (2, 3)
    assert header.tensors["b.weight"].dtype == "F16"
    assert header.metadata == {"format": "pt"}
    assert header.bytes == 32


def changed(**fields: Any) -> dict[str, Any]:
    return {**GOOD, "b.weight": {**GOOD["b.weight"], **fields}}


@pytest.mark.parametrize(("header", "data", "length", "said"), [
    (GOOD, bytes(31), None, "holds 31 bytes"),
    (GOOD, bytes(33), None, "holds 33 bytes"),
    (GOOD, b"", 2**60, "shorter than it says"),
    (b"", b"", None, "not JSON"),
    (b"[1]", b"", None, "not an object"),
    (b"\xff\xfe{}", b"", None, "UTF-8"),
    (b"[" * 100_000, b"", None, "nested too deeply"),
    (b'{"a": ' + b"9" * 5000 + b"}", b"", None, "too long"),
    (b'{"a": NaN}', b"", None, "NaN"),
    (b'{"a": 1, "a": 2}', b"", None, "twice"),
    (b"[" + b"[]," * 3_000_000 + b"[]]", b"", None, "too many parts"),
    ({"__metadata__": {"a": 1}}, b"", None, "metadata"),
    (changed(dtype="PICKLE"), bytes(32), None, "number type"),
    (changed(dtype=["F16"]), bytes(32), None, "number type"),
    (changed(shape=[5]), bytes(32), None, "as many bytes"),
    (changed(shape=[-4]), bytes(32), None, "impossible shape"),
    (changed(shape=[True]), bytes(32), None, "impossible shape"),
    (changed(shape=[4.0]), bytes(32), None, "impossible shape"),
    (changed(shape=[1] * 9), bytes(32), None, "impossible shape"),
    (changed(data_offsets=[24]), bytes(32), None, "impossible offsets"),
    (changed(data_offsets=[16, 24]), bytes(32), None, "overlap"),
    (changed(data_offsets=[26, 34]), bytes(34), None, "gaps"),
    (changed(extra=1), bytes(32), None, "not described"),
])
def test_a_bad_header_is_refused_in_one_sentence(
    tmp_path: Path, header: Any, data: bytes, length: int | None, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        read_header(write(tmp_path / "bad.safetensors", header, data, length))
    assert said in caught.value.message and '"bad.safetensors"' in caught.value.message
    assert caught.value.hint


def test_a_huge_header_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", MAX_HEADER + 1))
        file.truncate(MAX_HEADER + 100)
    started = time.perf_counter()
    with pytest.raises(UserError, match="header has"):
        read_header(path)
    assert time.perf_counter() - started < 0.1


def test_too_many_tensors_are_refused(tmp_path: Path) -> None:
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    with pytest.raises(UserError, match="50001 tensors"):
        read_header(write(tmp_path / "many.safetensors", {str(number): empty for number in range(50_001)}, b""))


@pytest.mark.parametrize("name", ["model.ckpt", "model.pt", "model.PTH", "pytorch_model.bin", "model.pkl"])
def test_pickles_are_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(UserError, match="can run code"):
        read_header(tmp_path / name)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        read_header(tmp_path / "none.safetensors")


def test_thousands_of_mutated_headers_neither_crash_nor_fill_the_memory() -> None:
    raw = json.dumps(GOOD).encode()
    dice = random.Random(7)
    tracemalloc.start()
    started = time.perf_counter()
    try:
        for _ in range(5_000):
            parse_quietly(mutated(raw, dice), dice.choice((0, 32, 33)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * 2**20
    assert time.perf_counter() - started < 20


def mutated(raw: bytes, dice: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data)) if data else 0
        kind = dice.randrange(4)
        if kind == 0:
            data[at:at + 1] = bytes([dice.randrange(256)])
        elif kind == 1:
            del data[at:at + dice.randint(1, 20)]
        elif kind == 2:
            data[at:at] = dice.choice((b"[", b"{", b'"', b"-1", b"1e999", b"null", b"9" * 30, b"\\u0000", b",,"))
        else:
            data[at:at] = data[at:at + dice.randint(1, 60)]
    return bytes(data)


def parse_quietly(raw: bytes, data_bytes: int) -> None:
    try:
        parse_header(raw, data_bytes)
    except ValueError as error:
        assert len(str(error)) < 300
