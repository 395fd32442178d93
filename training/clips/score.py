"""The score: how often clips show what their captions say, for combinations that were kept back from the training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import torch
from PIL import Image

from training.clips.drawing import FRAMES, HOURS, SIDE, Clip, caption, chosen, draw
from training.clips.lands import LANDS
from training.clips.reading import Frames, read
from training.clips.text import LENGTH

STEPS = 16
GUIDANCE = 3.0
# Captions are drawn from other numbers than the training clips.
FIRST_NUMBER = 10_000_000
ROUND = ("circle", "ring")
"""Whether these turn can't be seen."""

Make = Callable[[Clip, int], Frames]
"""Makes the frames for a caption with a seed."""


@dataclass
class Tally:
    """Answers counted for one kind of caption."""

    asked: int = 0
    right: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def share(self, question: str) -> float:
        """How often the question was answered right."""
        return self.right[question] / max(1, self.asked)


def captions_of(kept_back: bool, count: int) -> list[Clip]:
    """So many different clips of things, the same in every run."""
    found: dict[str, Clip] = {}
    number = FIRST_NUMBER
    while len(found) < count:
        clip = chosen(Random(number), kept_back)
        number += 1
        if not clip.is_land and not (clip.motion == "turning" and clip.name in ROUND):
            found.setdefault(caption(clip), clip)
    return list(found.values())


def tally(clips: list[Clip], make: Make) -> Tally:
    """Make each clip, read it back and count what agrees."""
    counted = Tally()
    for number, clip in enumerate(clips):
        seen = read(make(clip, number))
        counted.asked += 1
        answers = {part: getattr(seen, part) == getattr(clip, part) for part in ("background", "colour", "motion")}
        counted.right["all"] += all(answers.values())
        counted.right.update(part for part, right in answers.items() if right)
        counted.right["name"] += seen.name == clip.name
        for part in ("motion", "colour", "name"):
            if getattr(seen, part) != getattr(clip, part):
                counted.confused[getattr(clip, part), getattr(seen, part)] += 1
    return counted


def drawn(clip: Clip, seed: int) -> Frames:
    """The clip as the program draws it: what the reading itself gets right."""
    return draw(clip, Random(FIRST_NUMBER + seed))


def hours(make: Make) -> Tally:
    """Lands by day and by night: whether the film grows dark, or light, as it is told."""
    counted = Tally()
    for number, clip in enumerate(Clip(land, hour) for land in LANDS for hour in HOURS):
        light = make(clip, number).reshape(FRAMES, -1).mean(1)
        darker = light[-2:].mean() < 0.6 * light[:2].mean()
        lighter = light[:2].mean() < 0.6 * light[-2:].mean()
        counted.asked += 1
        counted.right["motion"] += bool(darker if clip.motion == HOURS[0] else lighter)
    return counted


def by_words(pipeline: Any, steps: int = STEPS, guidance: float = GUIDANCE) -> Make:
    """Clips of a pipeline, from words alone."""

    def make(clip: Clip, seed: int) -> Frames:
        return _filmed(pipeline, caption(clip), seed, steps, guidance)

    return make


def by_picture(pipeline: Any, steps: int = STEPS, guidance: float = GUIDANCE) -> Make:
    """Clips of an image-to-video pipeline, which is given the first frame as the program draws it."""

    def make(clip: Clip, seed: int) -> Frames:
        first = Image.fromarray(drawn(clip, seed)[0])
        return _filmed(pipeline, caption(clip), seed, steps, guidance, image=first)

    return make


def kept(clips: list[Clip], make: Make) -> float:
    """How like the given first frame the film's first frame is, in decibels, on average."""
    found = []
    for seed, clip in enumerate(clips):
        error = (make(clip, seed)[0].astype(float) - drawn(clip, seed)[0]) ** 2
        found.append(10 * np.log10(255**2 / error.mean()))
    return float(np.mean(found))


def _filmed(pipeline: Any, words: str, seed: int, steps: int, guidance: float, **more: Any) -> Frames:
    film = pipeline(
        prompt=words,
        negative_prompt="",
        guidance_scale=guidance,
        num_inference_steps=steps,
        height=SIDE,
        width=SIDE,
        num_frames=FRAMES,
        max_sequence_length=LENGTH,
        generator=torch.Generator("cpu").manual_seed(seed),
        output_type="np",
        **more,
    ).frames[0]
    return np.asarray((film * 255).round(), np.uint8)


def samples(clips: list[Clip], make: Make) -> Iterator[tuple[str, Frames]]:
    """Captions with what was made of them, none chosen by hand."""
    for seed, clip in enumerate(clips):
        yield caption(clip), make(clip, seed)
