"""Reads the header of a GGUF file with our own limits, before any library sees the file. No torch."""

import math
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from nodes.local.headers import AGAIN, Header, Tensor

MAX_HEADER = 96 * 2**20
FIRST = 2**20
"""Bytes that are read at first; a header of a model that paints is smaller, only vocabularies are not."""
MAX_TENSORS = 50_000
MAX_KEYS = 20_000
MAX_STRING = 4 * 2**20
MAX_NAME = 512
MAX_RANK = 5
MAX_STRINGS = 1_500_000
"""Strings in lists, such as the words of a tokenizer."""
KEPT = 64
"""Lists that are longer are walked over, and not kept."""
VERSIONS = (2, 3)

QUANTS: Mapping[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
}
"""Number in the file -> (name, numbers in a block, bytes of a block)."""
READ = frozenset({
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
    "IQ4_XS",
})
"""What diffusers can turn back into numbers while it runs."""
PLAIN = {"F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64"}
FIXED = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, LIST = 8, 9
SHAPE = "comfy.gguf.orig_shape."
"""Before the name of a tensor whose real shape has more dimensions than GGUF can say."""


@dataclass(frozen=True, slots=True)
class Gguf:
    """What a GGUF file says of itself."""

    arch: str
    """``flux``, ``wan``, ``qwen_image``; empty where it does not say."""
    quant: str
    """The way most of its weights are written: ``Q4_K``, ``Q8_0``, ``F16``."""
    header: Header
    """Names, types and shapes (in torch's order) of its tensors; its short texts as metadata."""
    facts: Mapping[str, Any]
    """All that it says, without long lists."""


class _Bad(ValueError):
    """Why a header is refused, as the end of a sentence."""


class _Short(Exception):
    """The header goes on behind what was read."""


def read_gguf(path: Path) -> Gguf:
    """The header of a GGUF file. UserError for a truncated, a damaged or a hostile one."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            raw, wanted = b"", FIRST
            while True:
                more = file.read(wanted - len(raw))
                raw += more
                try:
                    return parse_gguf(raw, size)
                except _Short:
                    if not more or len(raw) >= size:
                        raise _Bad("it is shorter than it says it is") from None
                    wanted *= 4
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f'The model file "{path}" can\'t be read: {reason}.', "Check the path.") from None
    except _Bad as error:
        raise UserError(f'The model file "{path.name}" is refused: {error}.', AGAIN) from None


def parse_gguf(raw: bytes, size: int) -> Gguf:
    """The header at the start of these bytes of a file of ``size`` bytes. ValueError says what is wrong."""
    at = _Cursor(raw)
    if at.take(4) != b"GGUF":
        raise _Bad("it is no GGUF file")
    version, tensors, keys = at.number("<I"), at.number("<Q"), at.number("<Q")
    if version not in VERSIONS:
        raise _Bad(f"its version is {version}, and {VERSIONS[0]} and {VERSIONS[-1]} are read")
    if tensors > MAX_TENSORS or keys > MAX_KEYS:
        raise _Bad(f"it claims {tensors} tensors and {keys} facts, and at most {MAX_TENSORS} and {MAX_KEYS} are read")
    facts: dict[str, Any] = {}
    for _ in range(keys):
        name = at.text(MAX_NAME)
        if name in facts:
            raise _Bad(f"it says {name[:60]!r} twice")
        facts[name] = at.value(at.number("<I"))
    found, spans = _tensors(at, tensors, facts)
    _check_spans(spans, facts, at.at, size)
    written = Counter({quant: 0 for quant, _, _ in QUANTS.values()})
    for tensor in found.values():
        written[tensor.dtype] += math.prod(tensor.shape)
    texts = {key: value for key, value in facts.items() if isinstance(value, str)}
    header = Header(found, texts, sum(length for _, length in spans))
    return Gguf(texts.get("general.architecture", ""), written.most_common(1)[0][0] if found else "", header, facts)


class _Cursor:
    """A place in the bytes that were read."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 0
        self.strings = 0

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > MAX_HEADER:
            raise _Bad("its header is too long")
        if end > len(self.raw):
            raise _Short
        found = self.raw[self.at : end]
        self.at = end
        return found

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self, most: int = MAX_STRING) -> str:
        length = self.number("<Q")
        if length > most:
            raise _Bad(f"it holds a text of {length} bytes, and at most {most} are read")
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise _Bad("it holds a text that is not UTF-8") from None

    def value(self, kind: int) -> Any:
        """One fact; a long list is None."""
        if kind in FIXED:
            return self.number(FIXED[kind])
        if kind == STRING:
            return self.text()
        if kind == LIST:
            return self.list()
        raise _Bad(f"it holds a fact of the unknown kind {kind}")

    def list(self) -> list[Any] | None:
        kind, count = self.number("<I"), self.number("<Q")
        if kind in FIXED:
            form = FIXED[kind]
            if count > MAX_HEADER:
                raise _Bad("it holds a list that is too long")
            raw = self.take(count * struct.calcsize(form))
            return list(struct.unpack(f"<{count}{form[1]}", raw)) if count <= KEPT else None
        if kind != STRING:  # lists in lists exist in the format, and in no file
            raise _Bad("it holds a list of an unknown kind")
        self.strings += count
        if self.strings > MAX_STRINGS:
            raise _Bad(f"it holds lists of {self.strings} texts, and at most {MAX_STRINGS} are read")
        if count <= KEPT:
            return [self.text() for _ in range(count)]
        self.skip_texts(count)
        return None

    def skip_texts(self, count: int) -> None:
        raw, at, end = self.raw, self.at, len(self.raw)
        unpack = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if at + 8 > end:
                raise _Short
            length = unpack(raw, at)[0]
            if length > MAX_STRING:
                raise _Bad(f"it holds a text of {length} bytes, and at most {MAX_STRING} are read")
            at += 8 + length
        self.at = at
        self.take(0)


def _tensors(at: _Cursor, count: int, facts: Mapping[str, Any]) -> tuple[dict[str, Tensor], list[tuple[int, int]]]:
    """All tensors, and the place and length of each behind the header."""
    found: dict[str, Tensor] = {}
    spans = []
    for _ in range(count):
        name = at.text(MAX_NAME)
        where = f"the tensor {name[:60]!r}"
        rank = at.number("<I")
        if name in found or rank > MAX_RANK:
            raise _Bad(f"{where} is there twice" if name in found else f"{where} has {rank} dimensions")
        dims = [at.number("<Q") for _ in range(rank)]
        kind, offset = at.number("<I"), at.number("<Q")
        if kind not in QUANTS:
            raise _Bad(f"{where} is written in an unknown way ({kind})")
        quant, block, width = QUANTS[kind]
        numbers = math.prod(dims)
        if numbers >= 2**48 or numbers % block or (dims and dims[0] % block):
            raise _Bad(f"{where} has an impossible shape")
        spans.append((offset, numbers // block * width))
        found[name] = Tensor(quant, _shape(facts.get(SHAPE + name), dims))
    return found, spans


def _shape(said: Any, dims: list[int]) -> tuple[int, ...]:
    """The shape in torch's order; the one that was too long for the format is believed where it fits."""
    sides = said if isinstance(said, list) and 0 < len(said) <= 8 else []
    fits = sides and all(type(side) is int and side >= 0 for side in sides) and math.prod(sides) == math.prod(dims)
    return tuple(sides) if fits else tuple(reversed(dims))


def _check_spans(spans: list[tuple[int, int]], facts: Mapping[str, Any], header: int, size: int) -> None:
    alignment = facts.get("general.alignment", 32)
    if type(alignment) is not int or not 1 <= alignment <= 2**16 or alignment & (alignment - 1):
        raise _Bad("its alignment is impossible")
    start = -(-header // alignment) * alignment
    reached = 0
    for offset, length in sorted(spans):
        if offset % alignment or offset < reached:
            raise _Bad("its tensors overlap or are not aligned")
        reached = offset + length
    if start + reached > size and spans:
        raise _Bad(f"it holds {max(0, size - start)} bytes of weights where its header says {reached}")
