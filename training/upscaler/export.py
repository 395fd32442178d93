"""Writes the trained upscalers as files that any program for upscalers can load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from training.upscaler.learning import as_tensor, trained
from training.upscaler.measuring import Pixels
from training.upscaler.network import Compact, as_compact


def file_of(folder: Path, scale: int) -> Path:
    """Where the upscaler of this scale lies."""
    return folder / f"builtin-{scale}x.safetensors"


def export(work: Path, out: Path, scale: int) -> None:
    """Save the averaged weights of the newest checkpoint in half precision."""
    out.mkdir(parents=True, exist_ok=True)
    weights = {name: value.half() for name, value in as_compact(trained(work, scale)).items()}
    save_file(weights, file_of(out, scale), {"format": "pt", "licence": "CC0-1.0"})
    print(f"exported {file_of(out, scale).stat().st_size / 1e6:.2f} MB to {file_of(out, scale)}", flush=True)


class Exported:
    """An upscaler as it was written; callable with a picture, H x W x 3."""

    def __init__(self, folder: Path, scale: int) -> None:
        weights = {name: value.float() for name, value in load_file(file_of(folder, scale)).items()}
        depth = sum(value.ndim == 4 for value in weights.values()) - 2
        self.model = Compact(scale, len(weights["body.0.bias"]), depth)
        self.model.load_state_dict({name: value for name, value in weights.items() if name in self.model.state_dict()})

    @torch.no_grad()
    def __call__(self, pixels: Pixels, scale: int) -> Pixels:
        """The picture ``scale`` times larger."""
        made = self.model(as_tensor(pixels[None]))[0].clamp(0, 1).permute(1, 2, 0).numpy()
        return np.round(made * 255).astype(np.uint8)
