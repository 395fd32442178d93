"""Writes the trained pipeline as the folder that ships."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch

from training.flux import FluxTraining, averaged_weights

PARTS = ("scheduler", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "transformer")


def export(training: FluxTraining, autoencoder: Any, work: Path, out: Path) -> None:
    """Save the averaged weights in half precision, replacing only what this writes."""
    pipeline = training.pipeline(autoencoder, averaged_weights(work)).to(dtype=torch.float16)
    for part in (*PARTS, "vae"):
        shutil.rmtree(out / part, ignore_errors=True)
    pipeline.save_pretrained(out, safe_serialization=True, variant="fp16")
    # Later steps go on with the full-precision models.
    for part in (training.models, training.clip, training.t5, autoencoder):
        part.float()
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"exported {size / 1e6:.1f} MB to {out}", flush=True)


def load(folder: Path) -> Any:
    """The exported pipeline as anyone would load it, in full precision."""
    # Imported here so that the module can be read without the whole library.
    from diffusers import FluxPipeline

    pipeline: Any = FluxPipeline.from_pretrained(
        folder, variant="fp16", torch_dtype=torch.float32, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
