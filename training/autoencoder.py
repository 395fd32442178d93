"""The picture autoencoder: 128x128 pixels to 16x16 cells of 8 numbers, and back."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from torch import Tensor, nn

from training.pen import SIDE
from training.pictures import PictureSet, Pixels, unseen
from training.progress import Optimisers, Progress, load_checkpoint, save_checkpoint

CHANNELS = 8
CELLS = SIDE // 8
BATCH = 16
CROP = 64
SAVE_EVERY_SECONDS = 120
# How far latents are shaken in training, in their own deviations: the decoder learns
# to draw clean edges from the inexact latents that the transformer will give it.
SHAKE = 0.2
POLISH_BATCH = 8


def new_autoencoder() -> Any:
    """An untrained AutoencoderTiny whose residual branches start out quiet."""
    width = (32, 32, 32, 32)
    model: Any = AutoencoderTiny(
        latent_channels=CHANNELS,
        encoder_block_out_channels=width,
        decoder_block_out_channels=width,
        num_encoder_blocks=(0, 2, 2, 2),
        num_decoder_blocks=(2, 2, 2, 1),
        scaling_factor=1.0,
        shift_factor=0.0,
    )
    for part in model.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.orthogonal_(part.weight, 1.2)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    for part in model.modules():
        if type(part).__name__ == "AutoencoderTinyBlock":
            part.conv[-1].weight.data.mul_(0.2)
    return model.to(memory_format=torch.channels_last)


def as_tensor(pixels: Pixels) -> Tensor:
    """Bytes as (picture, channel, row, column) floats from -1 to 1."""
    floats = torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return floats.contiguous(memory_format=torch.channels_last)


def _edges(x: Tensor) -> tuple[Tensor, Tensor]:
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def difference(y: Tensor, x: Tensor) -> Tensor:
    """How far pictures (or the frames of clips) are from others, with weight on their edges."""
    across, down = (F.l1_loss(a, b) for a, b in zip(_edges(y), _edges(x), strict=True))
    return F.l1_loss(y, x) + 0.3 * (across + down) + F.mse_loss(y, x)


def _decoding_loss(model: Any, z: Tensor, x: Tensor) -> Tensor:
    """How far the decoder is from the pictures."""
    shake = torch.rand(len(x), 1, 1, 1) * SHAKE * z.detach().std()
    with torch.autocast("cpu", torch.bfloat16):
        y = model.decoder(z + torch.randn_like(z) * shake)
    return difference(y.float(), x)


def _loss(model: Any, x: Tensor) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        z = model.encoder(x)
    z = z.float()
    return _decoding_loss(model, z, x) + 1e-3 * z.square().mean()


def _crops(pictures: PictureSet, rng: np.random.Generator) -> Tensor:
    """Random pieces: cheaper than whole pictures, and pixels are what is learned here."""
    top, left = rng.integers(0, SIDE - CROP + 1, 2)
    chosen = np.sort(rng.integers(0, len(pictures.pixels), BATCH))
    return as_tensor(pictures.pixels[chosen, top : top + CROP, left : left + CROP])


def _is_kernel(name: str, weight: nn.Parameter) -> bool:
    return weight.ndim == 4


def train(pictures: PictureSet, work: Path, minutes: float) -> Any:
    """Train for the given minutes, or go on where an earlier run stopped."""
    torch.manual_seed(0)
    model, progress = new_autoencoder(), Progress(minutes)
    optimisers = Optimisers(model, _is_kernel, muon_rate=0.01, adam_rate=2e-3)
    checkpoint = work / "autoencoder.pt"
    load_checkpoint(checkpoint, model, optimisers, progress)
    saved = time.monotonic()
    while not progress.done:
        rng = np.random.default_rng(progress.step)
        loss = _loss(model, _crops(pictures, rng))
        optimisers.update(loss, progress.rate(hold=0.2, warmup=30))
        progress.note(loss.item(), BATCH)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(checkpoint, model, optimisers, progress)
            saved = time.monotonic()
    model.eval()
    print(f"autoencoder: {fidelity(model):.1f} dB on unseen pictures", flush=True)
    return model


def polish(model: Any, pictures: PictureSet, work: Path, minutes: float) -> None:
    """Train the decoder alone, on whole pictures from the latents that `latents` stored.

    The latents stay as they are, so this may run beside the transformer's training.
    """
    torch.manual_seed(2)
    decoder, progress = model.decoder, Progress(minutes)
    optimisers = Optimisers(decoder, _is_kernel, muon_rate=0.006, adam_rate=1e-3)
    stored = np.load(work / "latents.npy", mmap_mode="r")
    checkpoint = work / "decoder.pt"
    load_checkpoint(checkpoint, decoder, optimisers, progress)
    model.train()
    saved = time.monotonic()
    while not progress.done:
        rng = np.random.default_rng(progress.step)
        chosen = np.sort(rng.integers(0, len(stored), POLISH_BATCH))
        z = torch.from_numpy(stored[chosen]).float()
        loss = _decoding_loss(model, z, as_tensor(pictures.pixels[chosen]))
        optimisers.update(loss, progress.rate(hold=0.1, warmup=30))
        progress.note(loss.item(), POLISH_BATCH)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(checkpoint, decoder, optimisers, progress)
            saved = time.monotonic()
    model.eval()
    print(f"polished decoder: {fidelity(model):.1f} dB on unseen pictures", flush=True)


def put_polished(model: Any, work: Path) -> None:
    """Give the model the newest polished decoder, if there is one."""
    file = work / "decoder.pt"
    if file.exists():
        model.decoder.load_state_dict(torch.load(file, weights_only=True)["model"])


@torch.no_grad()
def fidelity(model: Any, count: int = 200) -> float:
    """Mean PSNR in decibels on pictures that were not trained on."""
    x = as_tensor(unseen(count).pixels)
    y = torch.cat([model.decoder(model.encoder(part)) for part in x.split(20)]).clamp(-1, 1)
    errors = (y - x).square().mean((1, 2, 3))
    return float((10 * torch.log10(4 / errors)).mean())


@torch.no_grad()
def _encoded(model: Any, pixels: Pixels) -> Any:
    """One share of the pictures as half-precision latents, in a process of its own."""
    torch.set_num_threads(1)
    with torch.autocast("cpu", torch.bfloat16):
        parts = [model.encoder(as_tensor(pixels[n : n + 50])) for n in range(0, len(pixels), 50)]
    return torch.cat(parts).half().numpy()


def latents(model: Any, pictures: PictureSet, work: Path, workers: int = 2) -> Tensor:
    """All pictures encoded once, scaled to mean 0 and deviation 1 as the pipeline expects."""
    file = work / "latents.npy"
    if not file.exists():
        # Fresh processes: a forked one may hang on the parent's torch threads.
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            shares = np.array_split(pictures.pixels, 4 * workers)
            encoded = list(pool.map(_encoded, [model] * len(shares), shares))
        np.save(file, np.concatenate(encoded))
    z = torch.from_numpy(np.load(file))
    shift, scale = z[:4000].float().mean().item(), 1 / z[:4000].float().std().item()
    model.register_to_config(shift_factor=shift, scaling_factor=scale)
    return ((z.float() - shift) * scale).half()
