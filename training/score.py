"""The score: how often pictures show what their captions say, for captions kept back or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import torch
from PIL import Image

from training import reading, sceneries
from training.drawing import draw, small
from training.objects import Arrangement, caption, filled, one_icon, one_shape, three_things, two_things
from training.palette import named
from training.pen import SIDE
from training.scenery import Landscape, Pattern, chosen_landscape, chosen_pattern, draw_landscape, draw_pattern
from training.tokenizers import T5_LENGTH
from training.words import RELATIONS

STEPS = 12
GUIDANCE = 2.0
BATCH = 10
# Captions are drawn from other numbers than the training pictures.
FIRST_NUMBER = 10_000_000

Shown = Arrangement | Landscape | Pattern
Choose = Callable[[Random, bool], Shown]


def _pattern(rng: Random, _held_out: bool) -> Pattern:
    return chosen_pattern(rng)


KINDS: dict[str, Choose] = {
    "one shape": one_shape,
    "one icon": one_icon,
    **{f"two things, {relation}": partial(two_things, relation=relation) for relation in RELATIONS},
    "three in a row": three_things,
    "striped, dotted, checked": filled,
    "landscape": chosen_landscape,
    "pattern": _pattern,
}
ALWAYS_SEEN = ("pattern",)
"""Kinds of which nothing is kept back from training."""


@dataclass
class Tally:
    """Answers counted for one kind of caption."""

    asked: int = 0
    right: Counter[str] = field(default_factory=Counter)
    asked_of: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was asked with what was seen: names, relations, lands, patterns; right answers too."""

    def share(self, question: str) -> float | None:
        """How often the question was answered right; None where it was not asked."""
        return self.right[question] / self.asked_of[question] if self.asked_of[question] else None


def words_of(what: Shown) -> str:
    """The caption of whatever is shown."""
    return caption(what) if isinstance(what, Arrangement) else what.words()


def captions_of(kind: str, held_out: bool, count: int) -> list[Shown]:
    """Up to `count` different scenes of the kind, the same in every run."""
    found: dict[str, Shown] = {}
    # Few combinations are kept back, so there may be fewer than asked for.
    for number in range(FIRST_NUMBER, FIRST_NUMBER + 20 * count):
        if len(found) == count:
            break
        what = KINDS[kind](Random(number), held_out)
        found.setdefault(words_of(what), what)
    return list(found.values())


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


def drawn(wanted: list[Shown]) -> Iterator[Image.Image]:
    """The same captions drawn by the program: what the reading itself gets right."""
    for number, what in enumerate(wanted):
        if isinstance(what, Arrangement):
            yield small(draw(what, Random(number)))
        else:
            image = draw_landscape(what, Random(number)) if isinstance(what, Landscape) else draw_pattern(what)
            yield small(image)


def tally(wanted: list[Shown], pictures: Iterator[Image.Image]) -> Tally:
    """Read each picture and count what agrees with what was asked for."""
    counted = Tally()
    for what, picture in zip(wanted, pictures, strict=True):
        answers, names = answers_for(what, picture)
        counted.asked += 1
        for question, right in (answers | {"all": all(answers.values())}).items():
            counted.right[question] += right
            counted.asked_of[question] += 1
        counted.confused.update(names)
    return counted


Answers = tuple[dict[str, bool], list[tuple[str, str]]]


def answers_for(what: Shown, picture: Image.Image) -> Answers:
    """Which parts of what was asked for the picture shows, and pairs of what was asked and what was seen."""
    if isinstance(what, Landscape):
        land, hour, weather = sceneries.landscape(picture)
        answers = {"land": land == what.land, "hour": hour == what.hour, "weather": weather == what.weather}
        return answers, [(what.land, land), (what.hour, hour)]
    if isinstance(what, Pattern):
        first, second, name = sceneries.pattern(picture)
        answers = {"colour": {first, second} == {what.first, what.second}, "pattern": name == what.name}
        return answers, [(what.name, name)]
    if what.things[0].fill:
        return _answers_for_fill(what, picture)
    return answers_for_things(what, reading.read(picture))


def _answers_for_fill(what: Arrangement, picture: Image.Image) -> Answers:
    """The colour, the thing and the fill: stripes would disturb the reading of more."""
    labels = named(reading.pixels_of(picture))
    paper = reading.background(labels)
    thing = what.things[0]
    seen = sceneries.fill(picture, paper)
    colour = sceneries.filled_colour(picture, paper)
    answers = {"background": paper == what.background, "colour": colour == thing.colour, "fill": seen == thing.fill}
    return answers, [(thing.fill, seen or "plain")]


def answers_for_things(what: Arrangement, seen: reading.Reading) -> Answers:
    """Background, colours, which thing has which colour, and how they lie."""
    by_colour = {thing.colour: thing for thing in seen.things}
    found = [by_colour.get(thing.colour) for thing in what.things]
    colours = len(seen.things) == len(what.things) and all(found)
    answers = {"background": seen.background == what.background, "colour": colours}
    names = [(thing.name, there.name) for thing, there in zip(what.things, found, strict=True) if there]
    answers["shape"] = colours and all(asked == there for asked, there in names)
    if len(what.things) == 2:
        shown = relation_shown(what, seen) if colours else "unclear"
        answers["relation"] = shown == what.relation
        names.append((what.relation, shown))
    elif len(what.things) == 3:
        axis = 0 if what.relation == "left of" else 1
        order = [there.middle[axis] for there in found if there]
        answers["relation"] = colours and order == sorted(order)
    return answers, names


def relation_shown(what: Arrangement, seen: reading.Reading) -> str:
    """How the first of the two things asked for lies to the second, as the picture shows it."""
    shown = reading.relation(seen)
    if seen.things[0].colour == what.things[0].colour:
        return shown
    turned = {"above": "below", "below": "above", "left of": "right of", "right of": "left of"}
    return turned.get(shown, f"turned {shown}")
