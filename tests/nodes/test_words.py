"""The nodes that write: what they ask a model for, and what they make of its answer. No model is loaded."""

from typing import get_args

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Report
from ajar.testing import FakeGpu
from ajar.values import Image
from ajar.wishes import Writing
from nodes.words import Style, Target, bare, caption, expand_prompt, wordings, write


class Echo:
    """A model that keeps what it was asked and says what it was told to."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[Writing] = []

    def write(self, wanted: Writing, report: Report) -> str:
        self.asked.append(wanted)
        report(1.0, self.answer, None)
        return self.answer


def test_every_target_and_every_style_has_its_words() -> None:
    assert set(get_args(Target)) == set(wordings("target"))
    assert set(get_args(Style)) == set(wordings("caption"))
    assert all(len(row.instruction) > 40 for kind in ("target", "caption") for row in wordings(kind).values())


def test_an_idea_is_expanded_in_the_way_of_its_target() -> None:
    echo = Echo('**Prompt:** "A red circle,\n on white."')
    gpu = FakeGpu({"Qwen3-4B": echo})
    assert expand_prompt(gpu, " a circle ", "wan", wish="no people", seed=4) == "A red circle, on white."
    asked = echo.asked[0]
    assert asked.prompt == "a circle" and "Wan" in asked.system and asked.system.endswith("no people")
    assert asked.seed == 4
    assert gpu.progressed[-1] == (1.0, echo.answer) and gpu.loaded == [("Qwen3-4B", "llm", None)]
    expand_prompt(gpu, "a circle", "sdxl")
    assert "XL" in echo.asked[1].system and echo.asked[1].tokens < asked.tokens


def test_a_caption_asks_by_its_style_or_in_ones_own_words() -> None:
    echo = Echo("Caption: a circle")
    gpu, image = FakeGpu({"eyes": echo}), Image.of(np.zeros((4, 4, 3), np.uint8))
    assert caption(gpu, image, "eyes", "tags") == "a circle"
    assert "tags" in echo.asked[0].prompt and echo.asked[0].image is image and echo.asked[0].temperature == 0
    caption(gpu, image, "eyes", instruction="How many circles?")
    assert echo.asked[1].prompt == "How many circles?"


def test_nothing_is_not_written_about() -> None:
    for node in (write, expand_prompt):
        with pytest.raises(UserError, match="empty"):
            node(FakeGpu({}), "  ")


def test_what_stands_around_an_answer_is_taken_off_but_not_its_own_quotes() -> None:
    assert bare("“A sign.”") == "A sign."
    assert bare('"STOP" on a sign, and "GO"') == '"STOP" on a sign, and "GO"'
    assert bare('a sign that says "STOP"') == 'a sign that says "STOP"'
