"""Writes the trained pipeline as the folder that ships, and loads it as anyone would."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan, FlowMatchEulerDiscreteScheduler, WanImageToVideoPipeline, WanPipeline

PARTS = ("scheduler", "text_encoder", "tokenizer", "transformer", "vae")
SHIFT = 2.0
"""How far the steps are moved towards much noise, where it is decided what is seen and how it moves."""


def export(tokens: Any, encoder: Any, transformer: Any, vae: Any, out: Path) -> None:
    """Save everything in half precision, replacing only what this writes."""
    pipeline: Any = WanPipeline(
        tokenizer=tokens,
        text_encoder=encoder,
        transformer=transformer,
        vae=_plain(vae),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=SHIFT),
        expand_timesteps=True,
    )
    for part in PARTS:
        shutil.rmtree(out / part, ignore_errors=True)
    pipeline.to(dtype=torch.float16).save_pretrained(out, safe_serialization=True, variant="fp16")
    encoder.float(), transformer.float()
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"exported {size / 1e6:.1f} MB to {out}", flush=True)


def _plain(vae: Any) -> Any:
    """The autoencoder as it is published, without the change for the training."""
    plain: Any = AutoencoderKLWan.from_config(vae.config)
    plain.load_state_dict(vae.state_dict())
    return plain.eval()


def load(folder: Path) -> tuple[Any, Any]:
    """The exported pipeline in full precision: for films from words, and for films from a first picture."""
    words: Any = WanPipeline.from_pretrained(folder, variant="fp16", torch_dtype=torch.float32, local_files_only=True)
    pictures: Any = WanImageToVideoPipeline(
        tokenizer=words.tokenizer,
        text_encoder=words.text_encoder,
        transformer=words.transformer,
        vae=words.vae,
        scheduler=words.scheduler,
        expand_timesteps=True,
    )
    for pipeline in (words, pictures):
        pipeline.set_progress_bar_config(disable=True)
    return words, pictures
