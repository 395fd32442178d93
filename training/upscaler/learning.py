"""Training one upscaler for a given time, with checkpoints."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.progress import Average, Optimisers, Progress, load_checkpoint, save_checkpoint
from training.upscaler.network import Compact, take_over
from training.upscaler.pictures import Pairs, Pixels

BATCH = 12
CROP = 40
SAVE_EVERY_SECONDS = 90
KEEP = 0.998


class WorkTime(Progress):
    """A budget of processor time: what else a machine does changes how long a training takes, not how far it comes."""

    @property
    def seconds(self) -> float:
        return self._before + time.process_time() - self._started

    def resume(self, step: int, seconds: float) -> None:
        self.step, self._before, self._started = step, seconds, time.process_time()


def as_tensor(pixels: Pixels) -> Tensor:
    """Bytes as N x 3 x H x W floats from 0 to 1."""
    floats = torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2).float() / 255
    return floats.contiguous(memory_format=torch.channels_last)


def loss_of(made: Tensor, original: Tensor) -> Tensor:
    """How far the pixels are from the original's, and the steps from each to its neighbours."""
    across, down = (F.l1_loss(made.diff(dim=side), original.diff(dim=side)) for side in (2, 3))
    return F.l1_loss(made, original) + 0.3 * (across + down) + F.mse_loss(made, original)


def _is_inner(name: str, weight: Tensor) -> bool:
    return weight.ndim == 4 and weight.shape[0] == weight.shape[1]


def train(work: Path, scale: int, minutes: float, small: Path | None = None) -> None:
    """Train for the given minutes of processor time, or go on where an earlier run stopped.

    ``small`` is the checkpoint of a 2x training, from which a 4x one starts.
    """
    torch.manual_seed(scale)
    model, progress, pairs = Compact(scale), WorkTime(minutes), Pairs(work / "pictures", scale)
    if small is not None:
        take_over(torch.load(small, weights_only=True)["average"], model)
    optimisers = Optimisers(model, _is_inner, muon_rate=0.02, adam_rate=1e-3)
    checkpoint = work / f"{scale}x.pt"
    progress.resume(0, 0)
    more = load_checkpoint(checkpoint, model, optimisers, progress)
    average = Average(model, KEEP)
    average.weights.update(more.get("average", {}))
    saved = time.monotonic()
    while not progress.done:
        rng = np.random.default_rng([scale, progress.step])
        pieces, originals = (as_tensor(part) for part in pairs.batch(rng, BATCH, CROP))
        with torch.autocast("cpu", torch.bfloat16):
            made = model(pieces)
        loss = loss_of(made, originals)
        optimisers.update(loss, progress.rate(hold=0.3, warmup=50))
        average.follow(model, progress.step)
        progress.note(loss.item(), BATCH, every=250)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS:
            save_checkpoint(checkpoint, model, optimisers, progress, average=average.weights)
            saved = time.monotonic()
    save_checkpoint(checkpoint, model, optimisers, progress, average=average.weights)


def trained(work: Path, scale: int) -> dict[str, Tensor]:
    """The averaged weights of the newest checkpoint."""
    found: dict[str, Tensor] = torch.load(work / f"{scale}x.pt", weights_only=True)["average"]
    return found
