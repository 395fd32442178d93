"""Writes small safetensors and GGUF files without torch. Weights are holes in the file, so real shapes cost nothing."""

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.local.ggufs import QUANTS
from nodes.local.headers import BITS

Shapes = Mapping[str, tuple[int, ...]]


def write_file(path: Path, tensors: Shapes, dtype: str = "F32", metadata: Mapping[str, str] | None = None) -> Path:
    """A sound file of zeros with these names and shapes."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    at = 0
    for name, shape in tensors.items():
        size = math.prod(shape) * BITS[dtype] // 8
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    raw = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        file.truncate(8 + len(raw) + at)
    return path


def gguf_header(
    tensors: Shapes, arch: str = "flux", quant: str = "Q8_0", facts: Mapping[str, Any] | None = None
) -> bytes:
    """The header of a GGUF file with these names and shapes (in torch's order), padded to where its weights begin."""
    number, block, width = next((key, *about[1:]) for key, about in QUANTS.items() if about[0] == quant)
    said = {"general.architecture": arch, **(facts or {})}
    raw = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(said))
    raw += b"".join(_text(key) + _fact(value) for key, value in said.items())
    at = 0
    for name, shape in tensors.items():
        sides = tuple(reversed(shape))
        raw += _text(name) + struct.pack(f"<I{len(sides)}QIQ", len(sides), *sides, number, at)
        at += -(-math.prod(shape) // block * width // 32) * 32
    return raw + bytes(-len(raw) % 32)


def write_gguf(
    path: Path, tensors: Shapes, arch: str = "flux", quant: str = "Q8_0", facts: Mapping[str, Any] | None = None
) -> Path:
    """A sound GGUF file of zeros."""
    _, block, width = next(about for about in QUANTS.values() if about[0] == quant)
    raw = gguf_header(tensors, arch, quant, facts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(raw)
        file.truncate(len(raw) + sum(-(-math.prod(shape) // block * width // 32) * 32 for shape in tensors.values()))
    return path


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _fact(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    if isinstance(value, list):
        words = all(isinstance(item, str) for item in value)
        inner = b"".join(_text(item) if words else struct.pack("<I", item) for item in value)
        return struct.pack("<IIQ", 9, 8 if words else 4, len(value)) + inner
    return struct.pack("<II", 4, value)


FLUX_INDEX = {
    "_class_name": "FluxPipeline", "_diffusers_version": "0.42.1", "feature_extractor": [None, None],
    "image_encoder": [None, None], "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"], "text_encoder_2": ["transformers", "T5EncoderModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"], "tokenizer_2": ["transformers", "T5Tokenizer"],
    "transformer": ["diffusers", "FluxTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"],
}


def write_flux_folder(path: Path, *, guided: bool = False, variant: str = "") -> Path:
    """A folder that looks like a Flux model; its weights are one zero each."""
    for part, value in FLUX_INDEX.items():
        if not isinstance(value, list) or value[0] is None:
            continue
        config: dict[str, object] = {"_class_name": value[1], "guidance_embeds": guided}
        name = {"scheduler": "scheduler_config"}.get(part, "tokenizer_config" if "tokenizer" in part else "config")
        (path / part).mkdir(parents=True, exist_ok=True)
        (path / part / f"{name}.json").write_text(json.dumps(config))
        if "tokenizer" in part or part == "scheduler":
            continue
        stem = "model" if "text" in part else "diffusion_pytorch_model"
        write_file(path / part / f"{stem}{variant}.safetensors", {"weight": (4,)})
    (path / "model_index.json").write_text(json.dumps(FLUX_INDEX))
    return path
