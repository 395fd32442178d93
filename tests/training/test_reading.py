"""The reading that the score stands on is right about pictures that are right, and wrong about none that are wrong."""

from random import Random

import pytest

from training import reading, sceneries, score
from training.drawing import draw, small
from training.objects import Arrangement, Thing, three_things
from training.scenery import Landscape, Pattern, draw_landscape, draw_pattern
from training.words import PATTERNS


def things(relation: str) -> Arrangement:
    return Arrangement((Thing("cat", "yellow"), Thing("circle", "blue")), "white", relation)


@pytest.mark.parametrize("relation", ["above", "below", "left of", "right of", "inside", "behind"])
def test_two_things_are_read_with_their_colours_and_their_relation(relation: str) -> None:
    what = things(relation)
    answers, names = score.answers_for(what, small(draw(what, Random(1))))
    assert all(answers.values()), (answers, names)


def test_another_colour_thing_or_place_is_a_mistake() -> None:
    shown = small(draw(things("left of"), Random(1)))
    asked = things("left of")
    swapped = Arrangement((Thing("cat", "blue"), Thing("circle", "yellow")), "white", "left of")
    other = Arrangement((Thing("cat", "yellow"), Thing("square", "blue")), "white", "left of")
    assert score.answers_for(asked, shown)[0]["shape"]
    assert not score.answers_for(swapped, shown)[0]["shape"]
    assert not score.answers_for(other, shown)[0]["shape"]
    assert not score.answers_for(things("right of"), shown)[0]["relation"]
    assert not score.answers_for(things("inside"), shown)[0]["relation"]
    assert not score.answers_for(Arrangement(asked.things, "gray", "left of"), shown)[0]["background"]


def test_a_face_is_no_plain_circle() -> None:
    for name in ("circle", "smiley", "ring", "flower"):
        seen = reading.read(small(draw(Arrangement((Thing(name, "orange"),), "purple"), Random(2))))
        assert [(thing.name, thing.colour) for thing in seen.things] == [(name, "orange")]


def test_three_in_a_row_are_read_in_their_order() -> None:
    for number in range(4):
        what = three_things(Random(number))
        assert score.answers_for(what, small(draw(what, Random(number))))[0]["relation"]


def test_an_empty_picture_shows_nothing() -> None:
    seen = reading.read(small(draw(Arrangement((), "red"), Random(0))))
    assert seen.things == ()
    assert seen.background == "red"


@pytest.mark.parametrize("fill", ["", "striped", "dotted", "checked"])
def test_fills_are_told_apart(fill: str) -> None:
    what = Arrangement((Thing("square", "red", "", fill),), "white")
    assert sceneries.fill(small(draw(what, Random(3))), "white") == fill


def test_landscapes_are_told_by_their_hour_and_land() -> None:
    for land, hour in (("sea", "day"), ("desert", "dusk"), ("city", "night")):
        picture = small(draw_landscape(Landscape(land, hour), Random(99)))
        assert sceneries.landscape(picture)[:2] == (land, hour)


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_are_told_apart(name: str) -> None:
    what = Pattern(name, "red", "white", ((220, 40, 40), (246, 246, 246)))
    assert sceneries.pattern(small(draw_pattern(what)))[2] == name
