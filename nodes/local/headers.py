"""Reads the header of a safetensors file with our own limits, before any library sees the file. No torch."""

import json
import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ajar.errors import UserError

MAX_HEADER = 16 * 2**20
MAX_TENSORS = 50_000
MAX_RANK = 8
MAX_PARTS = 2_000_000
"""Brackets, braces and commas in a header; what bounds the memory that parsing it takes."""

BITS = {
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "BOOL": 8, "U8": 8, "I8": 8,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64, "F64": 64,
    "C64": 64,
}
FLOATS = {"F16": "<e", "BF16": "", "F32": "<f", "F64": "<d"}
PICKLES = {".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle"}
AGAIN = "Download the file again, from a source you trust."


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a header says about one tensor."""

    dtype: str
    shape: tuple[int, ...]
    begin: int = field(default=0, compare=False)
    """Where its numbers begin, behind the header."""


@dataclass(frozen=True, slots=True)
class Header:
    """The tensors in a file and its free text."""

    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]
    bytes: int
    """Bytes of all tensors together."""
    start: int = 0
    """Where in the file the numbers begin."""

    @property
    def numbers(self) -> int:
        """How many numbers all tensors together hold."""
        return sum(math.prod(tensor.shape) for tensor in self.tensors.values())


class _Bad(ValueError):
    """Why a header is refused, as the end of a sentence."""


def read_header(path: Path) -> Header:
    """The header of a safetensors file. UserError for a pickle, a truncated, a damaged or a hostile file."""
    refuse_pickle(path)
    try:
        if path.exists() and not path.is_file():  # a pipe would let everybody wait
            raise _Bad("it is no file")
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > size - 8:
                raise _Bad("it is shorter than it says it is")
            if length > MAX_HEADER:
                raise _Bad(f"its header has {length} bytes, and at most {MAX_HEADER} are read")
            return replace(parse_header(file.read(length), size - 8 - length), start=8 + length)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f'The model file "{path}" can\'t be read: {reason}.', "Check the path.") from None
    except _Bad as error:
        raise UserError(f'The model file "{path.name}" is refused: {error}.', AGAIN) from None


def read_number(path: Path, header: Header, name: str) -> float | None:
    """The only number in a tensor of a file with this header; None where it holds more, or whole numbers."""
    tensor = header.tensors[name]
    width = BITS[tensor.dtype] // 8
    if math.prod(tensor.shape) != 1 or tensor.dtype not in FLOATS:
        return None
    try:
        with path.open("rb") as file:
            file.seek(header.start + tensor.begin)
            raw = file.read(width)
    except OSError:
        return None
    if len(raw) < width:
        return None
    # The upper half of a float32 is a bfloat16.
    found = struct.unpack("<f", b"\0\0" + raw) if tensor.dtype == "BF16" else struct.unpack(FLOATS[tensor.dtype], raw)
    return float(found[0]) if math.isfinite(found[0]) else None


def refuse_pickle(path: Path) -> None:
    """UserError for file types that can run code when they are opened."""
    if path.suffix.lower() in PICKLES:
        raise UserError(
            f'The model file "{path.name}" is refused: files ending in {path.suffix.lower()} can run code when opened.',
            "Get the same model as a .safetensors file.",
        )
    if path.suffix.lower() != ".safetensors":
        raise UserError(f'"{path.name}" is not a model file that Ajar reads.', "Choose a .safetensors file.")


def parse_header(raw: bytes, data_bytes: int) -> Header:
    """The header in these bytes, checked against the number of bytes that follow it. ValueError says what is wrong."""
    if sum(map(raw.count, (b"[", b"{", b","))) > MAX_PARTS:
        raise _Bad("its header has too many parts")
    try:
        plain = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_constant)
    except RecursionError:
        raise _Bad("its header is nested too deeply") from None
    except UnicodeDecodeError:
        raise _Bad("its header is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _Bad(f"its header is not JSON ({error.msg})") from None
    except _Bad:
        raise
    except ValueError:  # a number of thousands of digits
        raise _Bad("its header holds a number that is too long") from None
    if not isinstance(plain, dict):
        raise _Bad("its header is not an object")
    metadata = _metadata(plain.pop("__metadata__", {}))
    if len(plain) > MAX_TENSORS:
        raise _Bad(f"it claims {len(plain)} tensors, and at most {MAX_TENSORS} are read")
    spans = []
    tensors = {}
    for name, record in plain.items():
        tensors[name], begin, end = _tensor(name, record)
        spans.append((begin, end))
    _check_spans(spans, data_bytes)
    return Header(tensors, metadata, data_bytes)


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Bad(f"its header names {name[:60]!r} twice")
        found[name] = value
    return found


def _constant(text: str) -> Any:
    raise _Bad(f"its header holds {text}")


def _metadata(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _Bad("its metadata is not a list of texts")
    return found


def _tensor(name: str, record: Any) -> tuple[Tensor, int, int]:
    where = f"the tensor {name[:60]!r}"
    if not isinstance(record, dict) or set(record) != {"dtype", "shape", "data_offsets"}:
        raise _Bad(f"{where} is not described by dtype, shape and data_offsets")
    dtype, shape, offsets = record["dtype"], record["shape"], record["data_offsets"]
    if not isinstance(dtype, str) or dtype not in BITS:
        raise _Bad(f"{where} has an unknown number type")
    if not isinstance(shape, list) or len(shape) > MAX_RANK or not all(map(_is_count, shape)):
        raise _Bad(f"{where} has an impossible shape")
    if not isinstance(offsets, list) or len(offsets) != 2 or not all(map(_is_count, offsets)):
        raise _Bad(f"{where} has impossible offsets")
    begin, end = offsets
    if math.prod(shape) * BITS[dtype] != (end - begin) * 8:
        raise _Bad(f"{where} does not have as many bytes as its shape needs")
    return Tensor(dtype, tuple(shape), begin), begin, end


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**48


def _check_spans(spans: list[tuple[int, int]], data_bytes: int) -> None:
    """The tensors must fill the rest of the file exactly, without gaps and without overlap."""
    reached = 0
    for begin, end in sorted(spans):
        if begin != reached:
            raise _Bad("its tensors overlap or leave gaps")
        reached = end
    if reached != data_bytes:
        raise _Bad(f"it holds {data_bytes} bytes of weights where its header says {reached}")
