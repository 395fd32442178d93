"""The weights in a single file, by the names that the libraries know: without the prefixes that programs put there."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file

from nodes.local.ggufs import read_gguf
from nodes.local.headers import Tensor, read_header
from nodes.local.recognise import SCALES, scaled

Weights = Mapping[str, torch.Tensor]
"""Names and tensors of one part."""
PREFIXES = ("model.diffusion_model.", "diffusion_model.", "transformer.", "first_stage_model.", "vae.", "module.")
"""What stands before every name of a part that was taken out of a larger file."""
BROUGHT: Mapping[str, tuple[str, ...]] = {
    "transformer": ("model.diffusion_model.",),
    "vae": ("vae.", "first_stage_model."),
    "text_encoder": (
        "text_encoders.clip_l.transformer.", "text_encoders.qwen3_4b.transformer.",
        "text_encoders.qwen25_7b.transformer.",
    ),
    "text_encoder_2": ("text_encoders.t5xxl.transformer.",),
}
"""Part of a pipeline -> how its names begin in a file that holds several parts, as ComfyUI writes it."""
ASIDE = (".scale_input", ".input_scale", ".comfy_quant", "scaled_fp8")
"""What else ComfyUI keeps beside scaled weights; it tells how to compute faster, not what."""
ELSEWHERE = ("cond_stage_model.", "conditioner.", "model.diffusion_model.joint_blocks.")
"""What the checkpoints of Stable Diffusion have; the libraries take those apart themselves."""


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """All tensors of a safetensors or GGUF file. UserError for one that is damaged or can run code."""
    if path.suffix.lower() == ".gguf":
        from diffusers.models.model_loading_utils import load_gguf_checkpoint

        read_gguf(path)
        found: dict[str, torch.Tensor] = load_gguf_checkpoint(str(path))
    else:
        read_header(path)
        found = load_file(path)
    found = unscaled(found)
    prefix = next((one for one in PREFIXES if found and all(name.startswith(one) for name in found)), "")
    return {name.removeprefix(prefix): weight for name, weight in found.items()} if prefix else found


def unscaled(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights in fp8 multiplied by the numbers that ComfyUI keeps beside them; others as they are."""
    if not scaled({name: Tensor(_short(weight), tuple(weight.shape)) for name, weight in weights.items()}):
        return weights
    found = {name: weight for name, weight in weights.items() if not name.endswith((*SCALES, *ASIDE))}
    for end in SCALES:
        for name in [name for name in weights if name.endswith(end)]:
            whole = f"{name.removesuffix(end)}.weight"
            found[whole] = (weights[whole].float() * weights[name].float()).to(torch.bfloat16)
    return found


def _short(weight: torch.Tensor) -> str:
    return "F8" if weight.dtype in (torch.float8_e4m3fn, torch.float8_e5m2) else "F16"


def split(weights: Weights) -> dict[str, Weights] | None:
    """The parts in a file that holds several; None for a form that the libraries know better."""
    if any(name.startswith(ELSEWHERE) for name in weights):
        return None
    found: dict[str, Weights] = {}
    for part, prefixes in BROUGHT.items():
        for prefix in prefixes:
            own = {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}
            if own:
                found[part] = own
    return found
