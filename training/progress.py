"""What both trainings share: the clock, the learning-rate curve, and checkpoints."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.muon import Muon


class Progress:
    """Time spent against a budget, continued from a checkpoint after a restart."""

    def __init__(self, minutes: float) -> None:
        self.budget = minutes * 60
        self.step = 0
        self._before = 0.0
        self._started = time.monotonic()
        self._losses: deque[float] = deque(maxlen=100)

    @property
    def seconds(self) -> float:
        """Seconds trained so far, earlier runs included."""
        return self._before + time.monotonic() - self._started

    @property
    def done(self) -> bool:
        return self.seconds >= self.budget

    def rate(self, hold: float, warmup: int = 50) -> float:
        """Learning-rate factor: up over `warmup` steps, flat for `hold`, then down to nearly 0."""
        left = max(0.0, 1 - self.seconds / self.budget)
        return min(1.0, (self.step + 1) / warmup) * max(0.01, min(1.0, left / (1 - hold)))

    def note(self, loss: float, pictures: int, every: int = 100) -> None:
        """Count a step; now and then say how it goes."""
        self.step += 1
        self._losses.append(loss)
        if self.step % every == 0:
            mean = sum(self._losses) / len(self._losses)
            speed = self.step * pictures / self.seconds
            print(
                f"step {self.step}  {self.seconds:.0f}s  loss {mean:.4f}  {speed:.0f} pictures/s",
                flush=True,
            )

    def resume(self, step: int, seconds: float) -> None:
        """Go on from these figures."""
        self.step, self._before, self._started = step, seconds, time.monotonic()


class Optimisers:
    """Muon for the inner matrices and AdamW for everything else, on one rate curve."""

    def __init__(
        self, model: nn.Module, inner: Callable[[str, nn.Parameter], bool], muon_rate: float, adam_rate: float
    ) -> None:
        """``inner`` tells the matrices for Muon from all other weights, by name and shape."""
        matrices: list[nn.Parameter] = []
        self.others: list[nn.Parameter] = []
        for name, weight in model.named_parameters():
            (matrices if inner(name, weight) else self.others).append(weight)
        self._rates = (muon_rate, adam_rate)
        self._pair: tuple[torch.optim.Optimizer, ...] = (
            Muon(matrices, lr=muon_rate, weight_decay=0.01),
            torch.optim.AdamW(self.others, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0),
        )

    def update(self, loss: torch.Tensor, factor: float) -> None:
        """Differentiate the loss and move the weights, rates scaled by the factor."""
        for optimiser, rate in zip(self._pair, self._rates, strict=True):
            optimiser.zero_grad()
            for group in optimiser.param_groups:
                group["lr"] = rate * factor
        loss.backward()
        nn.utils.clip_grad_norm_(self.others, 1.0)
        for optimiser in self._pair:
            optimiser.step()

    def state(self) -> list[dict[str, Any]]:
        return [optimiser.state_dict() for optimiser in self._pair]

    def restore(self, states: list[dict[str, Any]]) -> None:
        for optimiser, state in zip(self._pair, states, strict=True):
            optimiser.load_state_dict(state)


class Average:
    """A moving average of the weights, which draws steadier pictures than the last step."""

    def __init__(self, model: nn.Module, keep: float) -> None:
        self.keep = keep
        self.weights = {name: value.clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def follow(self, model: nn.Module, step: int) -> None:
        """Move towards the model; faster at the start, when the model still runs away."""
        keep = min(self.keep, (1 + step) / (20 + step))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.weights[name].lerp_(value, 1 - keep)


def save_checkpoint(file: Path, model: nn.Module, optimisers: Optimisers, progress: Progress, **more: Any) -> None:
    """Write everything that a killed run needs, so that a kill never leaves half a file."""
    state = {
        "model": model.state_dict(),
        "optimisers": optimisers.state(),
        "step": progress.step,
        "seconds": progress.seconds,
        "random": torch.get_rng_state(),
        **more,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(file)


def load_checkpoint(file: Path, model: nn.Module, optimisers: Optimisers, progress: Progress) -> dict[str, Any]:
    """Put a checkpoint back, if there is one, and return what else it held."""
    if not file.exists():
        return {}
    state: dict[str, Any] = torch.load(file, weights_only=True)
    model.load_state_dict(state["model"])
    optimisers.restore(state["optimisers"])
    progress.resume(state["step"], state["seconds"])
    torch.set_rng_state(state["random"])
    return state
