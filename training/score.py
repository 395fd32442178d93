"""The score: how often pictures show what their captions say, for captions kept back or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import torch
from PIL import Image

from training import reading
from training.icons import ICONS
from training.objects import Arrangement, caption, draw, one_icon, one_shape, two_shapes
from training.pictures import SIDE, small
from training.tokenizers import T5_LENGTH

STEPS = 12
GUIDANCE = 3.0
BATCH = 10
# Captions are drawn from other numbers than the training pictures.
FIRST_NUMBER = 10_000_000

Choose = Callable[[Random, bool], Arrangement]
KINDS: dict[str, Choose] = {
    "one shape": one_shape,
    "two shapes": two_shapes,
    "one icon": one_icon,
}


@dataclass
class Tally:
    """Answers counted for one kind of caption."""

    asked: int = 0
    right: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def share(self, question: str) -> float | None:
        """How often the question was answered right; None where it was not asked."""
        if question == "relation" and "relation" not in self.right:
            return None
        return self.right[question] / self.asked


def captions_of(kind: str, held_out: bool, count: int) -> list[Arrangement]:
    """Up to `count` different arrangements of the kind, the same in every run."""
    found: dict[str, Arrangement] = {}
    # Few combinations are kept back, so there may be fewer arrangements than asked for.
    for number in range(FIRST_NUMBER, FIRST_NUMBER + 20 * count):
        what = KINDS[kind](Random(number), held_out)
        found.setdefault(caption(what), what)
    return list(found.values())[:count]


def generate(
    pipeline: Any,
    prompts: list[str],
    steps: int = STEPS,
    guidance: float = GUIDANCE,
    first_seed: int = 0,
) -> Iterator[Image.Image]:
    """One picture for each prompt at the recommended settings, each with its own seed."""
    for start in range(0, len(prompts), BATCH):
        batch = prompts[start : start + BATCH]
        seeds = range(first_seed + start, first_seed + start + len(batch))
        yield from pipeline(
            batch,
            negative_prompt=[""] * len(batch),
            true_cfg_scale=guidance,
            guidance_scale=1.0,
            num_inference_steps=steps,
            height=SIDE,
            width=SIDE,
            max_sequence_length=T5_LENGTH,
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        ).images


def drawn(wanted: list[Arrangement]) -> Iterator[Image.Image]:
    """The same captions drawn by the program: what the reading itself gets right."""
    for number, what in enumerate(wanted):
        yield small(draw(what, Random(number)))


def tally(wanted: list[Arrangement], pictures: Iterator[Image.Image]) -> Tally:
    """Read each picture and count what agrees with its arrangement."""
    counted = Tally()
    for what, picture in zip(wanted, pictures, strict=True):
        answers, names = answers_for(what, picture)
        counted.asked += 1
        counted.right["all"] += all(answers.values())
        for question, right in answers.items():
            counted.right[question] += right
        counted.confused.update(pair for pair in names if pair[0] != pair[1])
    return counted


def answers_for(what: Arrangement, picture: Image.Image) -> tuple[dict[str, bool], list[tuple[str, str]]]:
    """Which parts of the arrangement the picture shows, and each shape asked with that seen."""
    labels = reading.named(picture)
    answers = {"background": reading.background(labels) == what.background}
    if what.second is None:
        seen = reading.one_thing(labels, icons=what.first.name in ICONS)
        name = seen.name if seen else "nothing"
        answers["colour"] = seen is not None and seen.colour == what.first.colour
        answers["shape"] = name == what.first.name
        return answers, [(what.first.name, name)]
    blobs = {blob.colour: blob for blob in reading.two_things(labels)}
    first, second = blobs.get(what.first.colour), blobs.get(what.second.colour)
    if first is None or second is None:
        return answers | {"colour": False, "shape": False, "relation": False}, []
    answers["colour"] = True
    answers["shape"] = first.name == what.first.name and second.name == what.second.name
    answers["relation"] = reading.relation(first, second) == what.relation
    return answers, [(what.first.name, first.name), (what.second.name, second.name)]
