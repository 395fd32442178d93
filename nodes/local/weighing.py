"""How much the parts of a model weigh, read from the headers of its files without loading them. No torch."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ajar.models import ModelEntry
from nodes.local.folders import weights
from nodes.local.ggufs import QUANTS, read_gguf
from nodes.local.headers import BITS, read_header

CHECKPOINT: Mapping[str, Sequence[str]] = {
    "vae": ("first_stage_model.", "vae."),
    "text_encoder": ("cond_stage_model.", "conditioner.embedders.0.", "text_encoders.clip_l."),
    "text_encoder_2": ("conditioner.embedders.1.", "text_encoders.clip_g.", "text_encoders.t5xxl."),
}
"""How the names of a part's tensors begin in a file with all parts; all others belong to what denoises."""
BLOCK = re.compile(r"(?:model\.)?(?:diffusion_model\.)?(\w+\.\d+)\.")
"""A tensor of a block: ``transformer_blocks.7.attn...``, with or without what some programs put before it."""
WIDE = re.compile(r"norm|pos_embed|patch_embed|condition_embedder|_mod\.lin|modulation|adaLN")
"""What stays as it is where weights are kept in fp8: diffusers leaves out what is sensitive. A quarter of FLUX.1."""
PACKED = {name: bytes_ * 8 / count for name, count, bytes_ in QUANTS.values()}
"""Bits of a number by how a GGUF file writes it."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What the files of one part hold."""

    numbers: int
    stored: int
    """Bytes as they lie in the files."""
    largest: int
    """Numbers in the largest tensor."""
    block: int
    """Numbers in the largest block; 0 where there are none."""
    outside: int
    """Numbers that are in no block."""
    wide: int
    """Numbers that are never kept in fp8."""
    packed: bool = False
    """A GGUF file, whose weights stay as they are stored."""


def weigh(entry: ModelEntry) -> dict[str, Weight]:
    """The weights of each part of an installed model. UserError where a file is damaged."""
    assert entry.path is not None
    if entry.form == "folder":
        names = [name for name in _index(entry.path) if _has_weights(entry.path / name)]
        return {name: _sum(weights(entry.path / name)[0]) for name in names}
    if entry.form == "checkpoint":
        return {**_split(entry.path), **{name: _sum(_files(path)) for name, path in _borrowed(entry)}}
    if entry.form in ("part", "gguf"):
        return {entry.part: _sum([entry.path]), **{name: _sum(_files(path)) for name, path in _borrowed(entry)}}
    return {"model": _sum(_files(entry.path))}


def _index(folder: Path) -> list[str]:
    """The parts that the model_index.json of a folder names, in its order."""
    found = _json(folder / "model_index.json")
    return [name for name, value in found.items() if isinstance(value, list) and not name.startswith("_")]


def config_of_part(entry: ModelEntry, part: str) -> dict[str, Any]:
    """The configuration of a part, from the model itself, from what it borrows, or from our own folder."""
    assert entry.path is not None
    borrowed = entry.parts.get(part)
    places = [borrowed] if borrowed is not None and borrowed.is_dir() else []
    places += [entry.path / part] if entry.form == "folder" else []
    places += [entry.base / part] if entry.base is not None else []
    for place in places:
        if found := _json(place / "config.json"):
            return found
    return {}


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _borrowed(entry: ModelEntry) -> Iterator[tuple[str, Path]]:
    return ((name, path) for name, path in entry.parts.items() if path.is_file() or _has_weights(path))


def _has_weights(folder: Path) -> bool:
    return any(folder.glob("*.safetensors"))


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else weights(path)[0]


def _split(path: Path) -> dict[str, Weight]:
    """The parts of a file with all parts, by the names of their tensors."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    names = _tensors(path, path.stat().st_mtime_ns)
    parts = CHECKPOINT.items()
    denoiser = "unet" if any(".input_blocks." in name for name in names) else "transformer"
    for name, size in names.items():
        part = next((part for part, starts in parts if name.startswith(tuple(starts))), denoiser)
        found.setdefault(part, {})[name] = size
    return {part: _weight(tensors, packed=False) for part, tensors in found.items()}


def _sum(files: Sequence[Path]) -> Weight:
    tensors: dict[str, tuple[int, int]] = {}
    for file in files:
        tensors |= _tensors(file, file.stat().st_mtime_ns)
    return _weight(tensors, packed=any(file.suffix.lower() == ".gguf" for file in files))


def _weight(tensors: Mapping[str, tuple[int, int]], *, packed: bool) -> Weight:
    blocks: dict[str, int] = {}
    for name, (numbers, _) in tensors.items():
        found = BLOCK.match(name)
        blocks[found[1] if found else ""] = blocks.get(found[1] if found else "", 0) + numbers
    outside = blocks.pop("", 0)
    wide = sum(numbers for name, (numbers, _) in tensors.items() if WIDE.search(name))
    counts = [numbers for numbers, _ in tensors.values()]
    return Weight(sum(counts), sum(size for _, size in tensors.values()), max(counts, default=0),
                  max(blocks.values(), default=0), outside, wide, packed)


@lru_cache(maxsize=256)
def _tensors(path: Path, stamp: int) -> dict[str, tuple[int, int]]:
    """Name -> (numbers, bytes) of all tensors in a file; ``stamp`` is when it was written."""
    packed = path.suffix.lower() == ".gguf"
    tensors = (read_gguf(path).header if packed else read_header(path)).tensors
    bits = PACKED if packed else BITS
    return {name: (count := math.prod(tensor.shape), int(count * bits[tensor.dtype] / 8))
            for name, tensor in tensors.items()}
