"""Tells what a single model file is, by the names and shapes in its header; the marks lie in resources/families."""

import functools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ajar.errors import UserError
from ajar.families import FileMark, Rows
from ajar.models import UNKNOWN, Form
from nodes.local.ggufs import PLAIN, READ, read_gguf
from nodes.local.headers import Header, Tensor, read_header
from nodes.local.lora_facts import PLAIN as PLAIN_LORA
from nodes.local.lora_facts import family_of, form_of

PREFIXES = ("model.diffusion_model.", "diffusion_model.", "first_stage_model.", "vae.", "control_model.", "module.",
            "netG.", "params_ema.", "params.")
"""What programs put before the names of a part; the first two also mark it among others in a checkpoint."""
MAIN = PREFIXES[:2]
BROUGHT = {
    "first_stage_model.": "vae", "vae.": "vae", "cond_stage_model.transformer.": "clip-l",
    "cond_stage_model.model.": "open-clip-h", "conditioner.embedders.0.transformer.": "clip-l",
    "conditioner.embedders.1.model.": "clip-g", "conditioner.embedders.0.model.": "clip-g",
    "text_encoders.clip_l.": "clip-l", "text_encoders.clip_g.": "clip-g", "text_encoders.t5xxl.": "t5-xxl",
    "text_encoders.umt5xxl.": "umt5-xxl", "text_encoders.qwen25_7b.": "qwen2.5-vl-7b",
    "text_encoders.qwen3_4b.": "qwen3-4b",
}
"""Prefix in a checkpoint -> the part it marks."""
LORA = re.compile(
    r"\.lora_[AB]\.|\.lora_(down|up)\.|\.lora\.(down|up)\.|_lora\d*\.(down|up)\.|\.hada_w[12]_[ab]|\.lokr_w[12]|"
    r"\.(oft_blocks|boft_blocks|glora|ia3)|\.dora_scale$|\.diff(_b)?$"
)
PACKED = (
    (re.compile(r"(^|\.)scaled_fp8$|\.scale_weight$|\.scale_input$"), "in fp8 with scales of ComfyUI's own form"),
    (re.compile(r"\.comfy_quant$|\.weight_scale(_2)?$|\.input_scale$"), "quantised in a form that only ComfyUI reads"),
    (re.compile(r"bitsandbytes__|\.absmax$|\.quant_map$"), "packed into 4 bits for bitsandbytes"),
    (re.compile(r"\.(qweight|wscales|qzeros|smooth_factor)$"), "packed into 4 bits for another program"),
)
SCALES = (".scale_weight", ".weight_scale")
"""How the number is called that a whole weight in fp8 is to be multiplied by."""
PLAINER = "Get it with plain 16-bit or fp8 weights, or as GGUF."


@dataclass(frozen=True, slots=True)
class Told:
    """What a file is."""

    kind: str
    part: str
    """``transformer``, ``unet``; of what is lent to others what it is: ``flux-vae``, ``clip-l``; of a LoRA that is
    none its form: ``LoHa``."""
    form: Form
    base: str = ""
    family: str = UNKNOWN
    brings: frozenset[str] = frozenset()
    """The parts that a checkpoint has besides."""
    also: tuple[str, ...] = ()
    generic: str = ""
    written: str = ""
    """How most of its numbers are written: ``F16``, ``F8_E4M3``, ``Q4_K``."""


def recognise(path: Path, rows: Rows) -> Told:
    """What this safetensors or GGUF file is. UserError if it is damaged, packed in a foreign way, or not known."""
    if path.suffix.lower() == ".gguf":
        return _gguf(path, rows)
    header = read_header(path)
    if any(map(LORA.search, header.tensors)):
        other = form_of(header.tensors).replace(PLAIN_LORA, "")
        return Told("lora", other, "file", family=family_of(header, rows), written=_written(header))
    names, brings = _main(header.tensors)
    found = find_mark(names, path.name, rows.files)
    lone = found is not None and bool(found.part) and not brings
    for mark, packing in PACKED:
        if any(map(mark.search, header.tensors)) and not (lone and scaled(header.tensors)):
            raise UserError(f'The model file "{path.name}" is {packing}, so it can\'t be read.', PLAINER)
    if found is None:
        raise UserError(f'"{path.name}" is no model that Ajar knows.', "Choose another one, or its diffusers folder.")
    _refuse(path, found)
    form: Form = "checkpoint" if brings else "part" if found.part else "file"
    return Told(
        found.kind, found.part, form, found.base, found.family, brings, found.also, found.generic, _written(header),
    )


def scaled(tensors: Mapping[str, Tensor]) -> bool:
    """Whether weights are in 8 bits and each, or some, has one number beside it that it is to be multiplied by."""
    scales = [name for name in tensors if name.endswith(SCALES)]
    stems = [(name, next(name.removesuffix(end) for end in SCALES if name.endswith(end))) for name in scales]
    return bool(scales) and all(
        math.prod(tensors[name].shape) == 1 and f"{stem}.weight" in tensors
        and tensors[f"{stem}.weight"].dtype.startswith("F8") for name, stem in stems
    ) and not any(name.endswith(".weight_scale_2") for name in tensors)


def find_mark(
    names: Mapping[str, Tensor], file: str, marks: Iterable[FileMark], arch: str = ""
) -> FileMark | None:
    """The first row that fits these tensors of the file with this name."""
    return next((mark for mark in marks if _fits(mark, names, file.lower(), arch)), None)


def _gguf(path: Path, rows: Rows) -> Told:
    found = read_gguf(path)
    unread = {tensor.dtype for tensor in found.header.tensors.values()} - READ
    if unread & {found.quant} or unread - PLAIN:
        raise UserError(
            f'The model file "{path.name}" is written as {min(unread)}, which can\'t be read here.',
            "Get it as Q8_0, Q6_K, Q5_K or Q4_K.",
        )
    names, _ = _main(found.header.tensors)
    mark = find_mark(names, path.name, rows.files, found.arch)
    if mark is None:
        what = f'a model of the architecture "{found.arch[:60]}"' if found.arch else "a model"
        raise UserError(f'"{path.name}" is {what} that Ajar doesn\'t know.', "Choose another one.")
    _refuse(path, mark)
    return Told(
        mark.kind, mark.part, "gguf", mark.base, mark.family, also=mark.also, generic=mark.generic, written=found.quant,
    )


def _refuse(path: Path, mark: FileMark) -> None:
    if mark.why:
        raise UserError(f'"{path.name}" is {mark.why}, which Ajar can\'t run from one file.', "Choose another model.")


def _main(tensors: Mapping[str, Tensor]) -> tuple[Mapping[str, Tensor], frozenset[str]]:
    """The tensors of the part that paints, by their own names, and what the file brings besides."""
    prefix = next((prefix for prefix in MAIN if any(name.startswith(prefix) for name in tensors)), "")
    if prefix:
        brings = {what for start, what in BROUGHT.items() if any(name.startswith(start) for name in tensors)}
        own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        return own, frozenset(brings)
    prefix = next((one for one in PREFIXES if tensors and all(name.startswith(one) for name in tensors)), "")
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items()} if prefix else tensors, frozenset()


def _fits(mark: FileMark, names: Mapping[str, Tensor], file: str, arch: str) -> bool:
    if arch and mark.arch and arch not in mark.arch:
        return False
    if mark.named and not any(word in file for word in mark.named):
        return False
    if not all(_has(names, name) for name in mark.has) or any(_has(names, name) for name in mark.lacks):
        return False
    return all(any(_shaped(names[one], shape) for one in _all(names, name)) for name, shape in mark.shapes.items())


def _has(names: Collection[str], name: str) -> bool:
    if "*" not in name:
        return name in names
    return any(map(_pattern(name).fullmatch, names))


def _all(names: Collection[str], name: str) -> Iterable[str]:
    if "*" not in name:
        return (name,) if name in names else ()
    return filter(_pattern(name).fullmatch, names)


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))))


def _shaped(tensor: Tensor, shape: tuple[int, ...]) -> bool:
    sides = tensor.shape
    return len(sides) == len(shape) and all(want in (-1, side) for want, side in zip(shape, sides, strict=True))


def _written(header: Header) -> str:
    counted: Counter[str] = Counter()
    for tensor in header.tensors.values():
        counted[tensor.dtype] += 1
    return counted.most_common(1)[0][0] if counted else ""
