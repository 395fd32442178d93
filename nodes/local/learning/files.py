"""A LoRA as a file: the names and the free text that other programs look for, and always the same bytes."""

import json
from collections.abc import Mapping
from typing import Any

import torch

from ajar.lessons import Lesson
from ajar.models import ModelEntry
from ajar.values import Size

DTYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
ARCHITECTURES = {
    "flux.1": "flux-1-dev/lora", "sdxl": "stable-diffusion-xl-v1-base/lora", "sd-1.5": "stable-diffusion-v1/lora",
}
BASES = {"flux.1": "flux1", "sdxl": "sdxl_base_v1-0", "sd-1.5": "sd_v1"}
"""What programs of the kohya line call a family."""


def encode(tensors: Mapping[str, Any], about: Mapping[str, str]) -> bytes:
    """A safetensors file. The library's own writer puts the free text in another order each time."""
    header: dict[str, Any] = {"__metadata__": dict(sorted(about.items()))}
    parts, reached = [], 0
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes()
        place = [reached, reached := reached + len(data)]
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": place}
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)


def about(lesson: Lesson, entry: ModelEntry, size: Size, rate: float, step: int) -> dict[str, str]:
    """What a file says about itself, in the words of modelspec and of kohya's programs."""
    trained = {
        "modelspec.sai_model_spec": "1.0.0",
        "modelspec.architecture": ARCHITECTURES.get(entry.family, f"{entry.family}/lora"),
        "modelspec.implementation": "diffusers",
        "modelspec.title": lesson.name,
        "modelspec.resolution": str(size),
        "modelspec.prediction_type": "v" if entry.family == "flux.1" else "epsilon",
        "ss_output_name": lesson.name,
        "ss_base_model_version": BASES.get(entry.family, entry.family),
        "ss_sd_model_name": entry.id if entry.checked else entry.title,
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(lesson.rank),
        "ss_network_alpha": str(float(lesson.rank)),
        "ss_learning_rate": str(rate),
        "ss_lr_scheduler": "cosine",
        "ss_optimizer": "torch.optim.AdamW",
        "ss_steps": str(step),
        "ss_max_train_steps": str(lesson.steps),
        "ss_total_batch_size": str(lesson.batch),
        "ss_num_train_images": str(len(lesson.examples)),
        "ss_resolution": f"({size.width}, {size.height})",
        "ss_seed": str(lesson.seed),
        "ss_caption_dropout_rate": str(lesson.forget),
        "ajar.trained": "1",
        "ajar.parts": lesson.parts,
    }
    if lesson.trigger:
        trained["modelspec.trigger_phrase"] = lesson.trigger
        trained["ss_tag_frequency"] = json.dumps({"pictures": {lesson.trigger: len(lesson.examples)}})
    return trained
