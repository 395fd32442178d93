"""The clip autoencoder: 17 frames of 96x96 pixels to 5 of 12x12 cells of 8 numbers, and back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from torch import Tensor, nn

from training.autoencoder import difference
from training.clips.drawing import FRAMES, SIDE
from training.clips.store import ClipSet, unseen
from training.clips.whole import decoded, encoded, whole
from training.progress import Optimisers, Progress, load_checkpoint, save_checkpoint

CHANNELS = 8
SAVE_EVERY_SECONDS = 120
SHAKE = 0.15
"""How far latents are shaken in training, in their own deviations, so that the decoder forgives inexact ones."""
STAGES = (("frames", 16, 1, 0.2), ("clips", 4, 9, 0.8))
"""Name, batch, frames and share of the time: single pictures first, as most of what a clip shows is there already."""


def new_autoencoder() -> Any:
    """An untrained AutoencoderKLWan that begins by treating every frame alone.

    As in Wan 2.2 it works on patches of 2x2 pixels, which spares the convolutions on whole pixels.
    """
    model: Any = AutoencoderKLWan(
        base_dim=16,
        z_dim=CHANNELS,
        dim_mult=[1, 2, 3],
        num_res_blocks=1,
        temperal_downsample=[True, True],
        in_channels=12,
        out_channels=12,
        patch_size=2,
        latents_mean=[0.0] * CHANNELS,
        latents_std=[1.0] * CHANNELS,
    )
    for name, part in model.named_modules():
        if isinstance(part, nn.Conv3d):
            _as_picture(part, first="time_conv" in name)
        elif isinstance(part, nn.Conv2d):
            nn.init.orthogonal_(part.weight)
        if isinstance(part, nn.Conv3d | nn.Conv2d) and part.bias is not None:
            nn.init.zeros_(part.bias)
    for part in model.modules():
        if type(part).__name__ == "WanResidualBlock":
            part.conv2.weight.data.mul_(0.3)
    return model


def _as_picture(part: nn.Conv3d, first: bool) -> None:
    """Look at the newest frame alone; between frame rates, hand it on as it is."""
    with torch.no_grad():
        part.weight.zero_()
        newest = part.weight[:, :, -1]
        if first:
            for channel in range(part.out_channels):
                newest[channel, channel % part.in_channels] = 1.0
        else:
            newest.copy_(nn.init.orthogonal_(torch.empty(newest.shape)))


def as_tensor(pixels: Any) -> Tensor:
    """Bytes (clip, frame, row, column, channel) as (clip, channel, frame, row, column) from -1 to 1."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 4, 1, 2, 3).float() / 127.5 - 1


def loss_of(model: Any, x: Tensor, noise: Tensor) -> Tensor:
    """How far clips are from what comes back, with weight on edges; noise has the latents' shape."""
    z = encoded(model, x)
    y = decoded(model, z + noise * z.detach().std()).float()
    return difference(y, x) + 1e-3 * z.float().square().mean()


def _batch(clips: ClipSet, count: int, frames: int, rng: np.random.Generator) -> Tensor:
    chosen = np.sort(rng.integers(0, len(clips.captions), count))
    first = int(rng.integers(0, FRAMES - frames + 1))
    return as_tensor(clips.pixels[chosen, first : first + frames])


def train(clips: ClipSet, work: Path, minutes: float) -> Any:
    """Train for the given minutes, or go on where an earlier run stopped."""
    torch.manual_seed(0)
    model = whole(new_autoencoder())
    for name, count, frames, share in STAGES:
        _stage(model, clips, work / f"vae-{name}.pt", minutes * share, (count, frames))
    model.eval()
    print(f"autoencoder: {fidelity(model):.1f} dB on unseen clips", flush=True)
    return model


def _is_kernel(name: str, weight: nn.Parameter) -> bool:
    """A kernel of more than the three colours."""
    return weight.ndim >= 4 and weight.shape[0] > 3


def _stage(model: Any, clips: ClipSet, checkpoint: Path, minutes: float, shape: tuple[int, int]) -> None:
    count, frames = shape
    loss_now: Callable[..., Tensor] = torch.compile(loss_of, dynamic=False)
    progress = Progress(minutes)
    rate = 0.01 if frames == 1 else 0.006
    optimisers = Optimisers(model, _is_kernel, muon_rate=rate, adam_rate=2e-3)
    load_checkpoint(checkpoint, model, optimisers, progress)
    model.train()
    saved = time.monotonic()
    while not progress.done:
        rng = np.random.default_rng(progress.step)
        x = _batch(clips, count, frames, rng)
        shape_z = (count, CHANNELS, (frames - 1) // 4 + 1, SIDE // 8, SIDE // 8)
        noise = torch.randn(shape_z) * torch.rand(count, 1, 1, 1, 1) * SHAKE
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_now(model, x, noise)
        optimisers.update(loss, progress.rate(hold=0.3, warmup=30) if frames > 1 else progress.rate(0.5, 30))
        progress.note(loss.item(), count * frames)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(checkpoint, model, optimisers, progress)
            saved = time.monotonic()


@torch.no_grad()
def fidelity(model: Any, count: int = 24) -> float:
    """Mean PSNR in decibels on clips that were not trained on."""
    x = as_tensor(unseen(count).pixels)
    y = torch.cat([decoded(model, encoded(model, part)) for part in x.split(4)]).clamp(-1, 1)
    errors = (y - x).square().mean((1, 2, 3, 4))
    return float((10 * torch.log10(4 / errors)).mean())


def trained(work: Path) -> Any:
    """The autoencoder as the last training left it."""
    model = whole(new_autoencoder())
    model.load_state_dict(torch.load(work / f"vae-{STAGES[-1][0]}.pt", weights_only=True)["model"])
    return model.eval()


@torch.no_grad()
def latents(model: Any, clips: ClipSet, work: Path, count: int | None = None) -> None:
    """Encode the clips (or the first `count`) once; what an earlier run encoded is kept."""
    file = work / "latents.npy"
    parts = [torch.from_numpy(np.load(file))] if file.exists() else []
    begun, end = sum(len(part) for part in parts), count or len(clips.captions)
    for first in range(begun, end, 4):
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(encoded(model, as_tensor(clips.pixels[first : min(first + 4, end)])).float().half())
    partial = work / "latents-partial.npy"
    np.save(partial, torch.cat(parts).numpy())
    partial.replace(file)


def scaled(model: Any, work: Path) -> Tensor:
    """The latents at mean 0 and deviation 1, as the pipeline expects; the model's configuration learns the scale."""
    z = torch.from_numpy(np.load(work / "latents.npy"))
    some = z[:2000].float()
    mean, deviation = some.mean((0, 2, 3, 4)), some.std((0, 2, 3, 4))
    model.register_to_config(latents_mean=mean.tolist(), latents_std=deviation.tolist())
    return ((z.float() - mean.view(1, -1, 1, 1, 1)) / deviation.view(1, -1, 1, 1, 1)).half()
