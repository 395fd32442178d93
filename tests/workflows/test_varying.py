"""Variations of a take: other strengths, and other words, at the same seed."""

from pathlib import Path

import pytest

from ajar.errors import EditError
from workflows.graph import Graph, Node, Wire
from workflows.packs import load_packs
from workflows.take import Take
from workflows.varying import alternatives, strength_of, strengths, with_strengths, with_words, worded

TYPES = load_packs(entry_points=False).types


def take(**settings: object) -> Take:
    return Take(id=1, made=0.0, number=1, path=Path("x.png"), document="d", node="flux", kind="image",
                prompt="a boat at dawn", seed=7, settings={"seed": 7, "prompt": "a boat at dawn", **settings})


def graph() -> Graph:
    return Graph({"photo": Node("load_image", {"file": "a.png"}), "words": Node("prompt", {"text": "a boat at dawn"}),
                  "flux": Node("flux", {"prompt": Wire("words"), "image": Wire("photo"), "seed": 3})})


def test_strengths_lie_around_that_of_the_take_and_stay_within_bounds() -> None:
    made = with_strengths(graph(), TYPES, "flux", take(strength=0.5))
    assert [one.nodes["flux"].inputs["strength"] for one in made] == [0.3, 0.4, 0.6, 0.7]
    assert all(one.nodes["flux"].inputs["seed"] == 7 for one in made), "the seed is that of the take"
    socket = strength_of(graph(), TYPES, "flux")
    assert socket is not None and strengths(socket, 0.95) == [0.75, 0.85, 1.0] and strengths(socket, 0.0) == [0.1, 0.2]


def test_without_a_picture_there_is_no_strength_to_vary() -> None:
    alone = Graph({"flux": Node("flux", {"prompt": "a boat"})})
    assert strength_of(alone, TYPES, "flux") is None
    with pytest.raises(EditError, match="begins with no picture"):
        with_strengths(alone, TYPES, "flux", take())


def test_words_become_every_ending_and_every_alternative() -> None:
    assert worded("a boat at dawn.", "in fog\n\nin rain") == ["a boat at dawn, in fog", "a boat at dawn, in rain"]
    assert worded("a {red|blue} boat", "") == ["a red boat", "a blue boat"]
    assert worded("a boat", "in {fog|rain}, {wide|close}") == [
        "a boat, in fog, wide", "a boat, in fog, close", "a boat, in rain, wide", "a boat, in rain, close"]
    assert worded("a boat", "") == [] and len(alternatives("{a|b}" * 12)) == 64


def test_other_words_replace_the_prompt_also_where_it_is_wired() -> None:
    made = with_words(graph(), TYPES, "flux", take(), "in fog")
    assert [one.nodes["flux"].inputs["prompt"] for one in made] == ["a boat at dawn, in fog"]
    assert made[0].nodes["flux"].inputs["seed"] == 7 and made[0].nodes["words"] == graph().nodes["words"]
    with pytest.raises(EditError, match="no other words"):
        with_words(graph(), TYPES, "flux", take(), " ")
