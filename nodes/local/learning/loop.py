"""The training itself: step by step, with checkpoints from which it goes on to the very same end."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig

from ajar.errors import Cancelled, UserError
from ajar.lessons import Lesson
from ajar.values import Size
from nodes.local.learning.checkpoints import Checkpoint, newest, save_checkpoint
from nodes.local.learning.course import Course, Words, stacked
from nodes.local.learning.files import encode
from nodes.local.learning.order import batch_at, chance

ADAPTER = "learning"
STEEPEST = 1.0
"""Gradients longer than this are shortened to it."""
DECAY = 0.01
MOMENTS = ("exp_avg", "exp_avg_sq")
"""What AdamW remembers of every weight, besides the number of the step."""
FLOOR = 0.02
"""The part of the highest rate that is left in the last step."""
SAVED = torch.float16
Told = Callable[[Sequence[float]], None]


@dataclass(frozen=True, slots=True)
class Material:
    """The pictures as the network sees them, all in memory: they are encoded once."""

    latents: tuple[Any, ...]
    shapes: tuple[Size, ...]
    words: tuple[Words, ...]
    nothing: Words
    samples: tuple[Words, ...] = ()
    """The prompts that are painted to see what was learned."""


class Training:
    """A network with a LoRA that learns. It begins where the newest checkpoint in its folder stopped."""

    def __init__(self, course: Course, lesson: Lesson, rate: float, folder: Path,
                 about: Callable[[int], Mapping[str, str]]) -> None:
        """``about`` says what the file of the LoRA after so many steps tells about itself."""
        self._course, self._lesson, self._rate, self._folder, self._about = course, lesson, rate, folder, about
        self._weights = _adapted(course, lesson)
        self._optimiser = torch.optim.AdamW(list(self._weights.values()), lr=rate, weight_decay=DECAY)
        self.losses: list[float] = []
        self._saved = -1
        found = newest(folder, {name: tuple(weight.shape) for name, weight in self._weights.items()})
        if found is not None and found.step <= lesson.steps:
            self._put(found)

    @property
    def step(self) -> int:
        """How many steps are done."""
        return len(self.losses)

    def run(self, material: Material, told: Told, reached: Told) -> None:
        """Learn to the end. ``told`` hears the losses all the time and may stop it; ``reached`` at checkpoints.

        UserError if the numbers overflow; the last checkpoint then stays.
        """
        hooks = [block.register_forward_pre_hook(lambda *_: told(self.losses))
                 for block in _blocks(self._course.network)]
        try:
            while self.step < self._lesson.steps:
                told(self.losses)
                self._learn(material)
                if self.step % self._lesson.save_every == 0 or self.step == self._lesson.steps:
                    self.save()
                    reached(self.losses)
        except Cancelled:
            self.save()
            raise
        finally:
            for hook in hooks:
                hook.remove()

    def save(self) -> Path:
        """Write a checkpoint, unless this step has one; gives the LoRA as it is now, as a file."""
        if self._saved != self.step:
            moments = {f"{what}.{name}": state[what] for name, weight in self._weights.items()
                       if (state := self._optimiser.state[weight]) for what in MOMENTS}
            weights = {name: weight.detach().clone() for name, weight in self._weights.items()}
            found = Checkpoint(self.step, weights, moments, tuple(self.losses))
            save_checkpoint(self._folder, found, self.file())
            self._saved = self.step
        return self._folder / f"step-{self.step:06d}.safetensors"

    def file(self) -> bytes:
        """The LoRA as the bytes of a file, in the names that programs expect for this family."""
        plain = {name.replace(f".{ADAPTER}.", "."): weight.detach().to(SAVED) for name, weight in self._weights.items()}
        named = self._course.named(plain, torch.tensor(float(self._lesson.rank), dtype=SAVED))
        return encode(named, self._about(self.step))

    def _learn(self, material: Material) -> None:
        lesson, step = self._lesson, self.step
        rows = batch_at(material.shapes, lesson.batch, lesson.seed, step)
        dropped = torch.rand(len(rows), generator=chance(lesson.seed, step, "forget")) < lesson.forget
        words = stacked([material.nothing if gone else material.words[row]
                         for row, gone in zip(rows, dropped.tolist(), strict=True)])
        latents = torch.stack([material.latents[row] for row in rows])
        loss = self._course.loss(latents, words, lesson.seed, step)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise self._lost()
        self._optimiser.zero_grad()
        loss.backward()
        length = torch.nn.utils.clip_grad_norm_(list(self._weights.values()), STEEPEST)
        if not math.isfinite(float(length)):
            raise self._lost()
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate * _rate(step, lesson.steps)
        self._optimiser.step()
        self.losses.append(value)

    def _put(self, found: Checkpoint) -> None:
        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(found.weights[name])
                if f"{MOMENTS[0]}.{name}" in found.moments:  # else it never had a gradient
                    moments = {what: found.moments[f"{what}.{name}"].to(weight.device) for what in MOMENTS}
                    self._optimiser.state[weight] = {"step": torch.tensor(float(found.step)), **moments}
        self.losses = list(found.losses)
        self._saved = found.step

    def _lost(self) -> UserError:
        last = f"step-{self._saved:06d}.safetensors" if self._saved > 0 else ""
        kept = f"The LoRA after step {self._saved} is kept: {self._folder / last}." if last else ""
        return UserError(
            f"The training went astray in step {self.step + 1}: its numbers overflowed.",
            f"Choose a lower learning rate. {kept}".strip(),
        )


def _rate(step: int, steps: int) -> float:
    """The part of the highest rate in this step: up a short ramp, then down a cosine."""
    warm = min(50, max(1, steps // 20))
    if step < warm:
        return (step + 1) / warm
    share = (step - warm) / max(1, steps - warm)
    return FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * share)) / 2


def _adapted(course: Course, lesson: Lesson) -> dict[str, Any]:
    """Put an empty LoRA on the network; gives its weights by name, exact ones whatever the network's are."""
    network = course.network
    network.add_adapter(
        LoraConfig(r=lesson.rank, lora_alpha=lesson.rank, target_modules=course.targets(lesson.parts)), ADAPTER
    )
    weights = {name: weight for name, weight in network.named_parameters() if f".{ADAPTER}." in name}
    for name, weight in weights.items():
        weight.data = weight.data.float()
        if ".lora_A." in name:
            # Drawn by name, so that neither the order nor the device matters.
            drawn = torch.randn(weight.shape, generator=chance(lesson.seed, 0, name)) / lesson.rank
            weight.data.copy_(drawn)
        else:
            weight.data.zero_()
        weight.requires_grad_(True)
    return weights


def _blocks(network: Any) -> list[Any]:
    """The layers between which a step can be given up: of the outermost module lists."""
    found, waiting = [], [network]
    while waiting:
        for child in waiting.pop().children():
            if isinstance(child, torch.nn.ModuleList):
                found += list(child)
            else:
                waiting.append(child)
    return found
