"""GGUF files from strangers: what they say is read, and every damaged or hostile header is one sentence, quickly."""

import random
import struct
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from ajar.errors import UserError
from nodes.local.ggufs import MAX_TENSORS, _Short, parse_gguf, read_gguf
from tests.nodes.local.model_files import gguf_header, write_gguf

SHAPES = {"double_blocks.0.img_attn.qkv.weight": (96, 32), "img_in.weight": (32, 64), "final.bias": (32,)}


def test_a_header_tells_architecture_quantisation_names_and_shapes_in_torchs_order(tmp_path: Path) -> None:
    words = [str(number) for number in range(1000)]
    facts = {"general.name": "small", "general.alignment": 32, "tokenizer.ggml.tokens": words}
    found = read_gguf(write_gguf(tmp_path / "a.gguf", SHAPES, facts=facts))
    assert (found.arch, found.quant, found.header.metadata["general.name"]) == ("flux", "Q8_0", "small")
    assert {name: tensor.shape for name, tensor in found.header.tensors.items()} == SHAPES
    assert found.header.bytes == sum(a * b // 32 * 34 for a, b in ((96, 32), (32, 64), (32, 1)))
    assert found.facts["tokenizer.ggml.tokens"] is None  # long lists are walked over


def test_a_shape_that_gguf_cannot_say_is_taken_from_the_facts(tmp_path: Path) -> None:
    shapes = {"patch_embedding.weight": (64, 64)}
    facts = {"comfy.gguf.orig_shape.patch_embedding.weight": [64, 16, 1, 2, 2]}
    found = read_gguf(write_gguf(tmp_path / "wan.gguf", shapes, "wan", "F16", facts))
    assert found.header.tensors["patch_embedding.weight"].shape == (64, 16, 1, 2, 2)
    lie = {"comfy.gguf.orig_shape.patch_embedding.weight": [64, 99]}
    assert read_gguf(write_gguf(tmp_path / "b.gguf", shapes, "wan", "F16", lie)).header.tensors[
        "patch_embedding.weight"].shape == (64, 64)


def test_a_long_header_is_read_whole(tmp_path: Path) -> None:
    facts = {"tokenizer.ggml.tokens": ["x" * 20] * 100_000}
    found = read_gguf(write_gguf(tmp_path / "long.gguf", SHAPES, facts=facts))
    assert set(found.header.tensors) == set(SHAPES)


def test_a_file_of_the_formats_own_library_is_read(tmp_path: Path) -> None:
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(str(tmp_path / "own.gguf"), "flux")
    writer.add_array("sizes", [1, 2])
    weights = np.zeros((4, 64), np.float32)
    for kind in (gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.F16):
        quantised = gguf.quants.quantize(weights, kind)
        writer.add_tensor(kind.name, quantised, raw_shape=quantised.shape, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    found = read_gguf(tmp_path / "own.gguf")
    assert {name: (tensor.dtype, tensor.shape) for name, tensor in found.header.tensors.items()} == {
        "Q4_0": ("Q4_0", (4, 64)), "Q8_0": ("Q8_0", (4, 64)), "F16": ("F16", (4, 64)),
    }
    assert found.facts["sizes"] == [1, 2]


def _replaced(header: bytes, at: int, form: str, value: int) -> bytes:
    return header[:at] + struct.pack(form, value) + header[at + struct.calcsize(form) :]


GOOD = gguf_header(SHAPES)
DATA = 96 * 34 + 64 * 34 + 64


@pytest.mark.parametrize(("raw", "said"), [
    (b"GGML" + GOOD[4:], "no GGUF"),
    (_replaced(GOOD, 4, "<I", 1), "version is 1"),
    (_replaced(GOOD, 4, "<I", 0x03000000), "version is"),
    (_replaced(GOOD, 8, "<Q", MAX_TENSORS + 1), "claims"),
    (_replaced(GOOD, 16, "<Q", 2**60), "claims"),
    (_replaced(GOOD, 24, "<Q", 2**40), "a text of"),
    (GOOD[:60], "shorter than it says"),
    (gguf_header(SHAPES, facts={"general.alignment": 3}), "alignment"),
    (gguf_header({"a.weight": (32, 31)}), "impossible shape"),
    (gguf_header({"a" * 600: (32,)}), "a text of"),
    (gguf_header({"a": (2, 1, 1, 1, 1, 32)}), "6 dimensions"),
])
def test_a_bad_header_is_refused_in_one_sentence(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(raw + bytes(DATA) if len(raw) > 60 else raw)
    with pytest.raises(UserError) as caught:
        read_gguf(path)
    assert said in caught.value.message and '"bad.gguf"' in caught.value.message and caught.value.hint


def test_weights_that_are_cut_off_or_overlap_are_refused(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "cut.gguf", SHAPES)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 64)
    with pytest.raises(UserError, match="bytes of weights"):
        read_gguf(path)
    raw = GOOD
    name = raw.index(b"img_in.weight") + len("img_in.weight") + 4 + 16 + 4
    (tmp_path / "over.gguf").write_bytes(_replaced(raw, name, "<Q", 32) + bytes(DATA))
    with pytest.raises(UserError, match="overlap"):
        read_gguf(tmp_path / "over.gguf")


def test_thousands_of_mutated_headers_neither_crash_nor_fill_the_memory() -> None:
    facts = {"general.name": "x", "tokenizer.ggml.tokens": ["a", "b"] * 40, "sizes": [1, 2, 3]}
    good = gguf_header(SHAPES, facts=facts)
    dice = random.Random(11)
    slowest = 0.0
    tracemalloc.start()
    for _ in range(10_000):
        raw = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(raw))
            if dice.random() < 0.3:
                raw[at : at + 8] = struct.pack("<Q", dice.choice((0, 1, 2**31, 2**32, 2**47, 2**63, 2**64 - 1)))
            else:
                raw[at] = dice.randrange(256)
        if dice.random() < 0.1:
            del raw[dice.randrange(len(raw)) :]
        began = time.perf_counter()
        try:
            parse_gguf(bytes(raw), len(raw) + DATA)
        except (ValueError, _Short):
            pass
        slowest = max(slowest, time.perf_counter() - began)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert slowest < 1 and peak < 32 * 2**20
