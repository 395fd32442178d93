"""LoRAs for FLUX.1 whose layers are called as in the original, with the endings of PEFT: as ComfyUI reads them."""

from collections.abc import Mapping
from typing import Any

ORIGINAL = ("diffusion_model.double_blocks.", "diffusion_model.single_blocks.")
ENDINGS = {".lora_A.weight": ".lora_down.weight", ".lora_B.weight": ".lora_up.weight"}


def spelled(pipe: Any, weights: Mapping[str, Any]) -> dict[str, Any]:
    """The same LoRA with the endings that diffusers reads together with those names; others as they are."""
    name = type(pipe).__name__
    if not name.startswith("Flux") or name.startswith("Flux2"):
        return dict(weights)
    return {_spelled(name) if name.startswith(ORIGINAL) else name: weight for name, weight in weights.items()}


def _spelled(name: str) -> str:
    for theirs, own in ENDINGS.items():
        if name.endswith(theirs):
            return name.removesuffix(theirs) + own
    return name
