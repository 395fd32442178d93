"""Writes small safetensors files without torch."""

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path

from nodes.local.headers import BITS


def write_file(path: Path, tensors: Mapping[str, tuple[int, ...]], dtype: str = "F32") -> Path:
    """A sound file of zeros with these names and shapes."""
    header, at = {}, 0
    for name, shape in tensors.items():
        size = math.prod(shape) * BITS[dtype] // 8
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    raw = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(at))
    return path


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
