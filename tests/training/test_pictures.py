"""The training pictures: the same for the same number, true to their captions, and never what is kept back."""

from random import Random

import numpy as np

from training.heldout import colour_held_out, landscape_held_out, relation_held_out
from training.objects import Arrangement, Thing, caption, places
from training.pen import SIDE
from training.pictures import STRAY, picture, scene
from training.scenery import Landscape
from training.words import vocabulary


def test_a_number_always_draws_the_same_picture() -> None:
    for number in (1000, 1001, 1006, 1017):
        first, again = picture(number), picture(number)
        assert first[0] == again[0]
        assert np.array_equal(np.asarray(first[1]), np.asarray(again[1]))
        assert first[1].size == (SIDE, SIDE)


def test_nothing_kept_back_is_ever_shown() -> None:
    things = lands = 0
    for number in range(4000):
        what = scene(Random(number)).what
        if isinstance(what, Landscape):
            lands += 1
            assert not landscape_held_out(what.land, what.hour, what.weather)
        if not isinstance(what, Arrangement):
            continue
        things += 1
        assert not any(colour_held_out(thing.name, thing.colour) for thing in what.things)
        for one, other in zip(what.things, what.things[1:], strict=False):
            assert not relation_held_out(one.name, what.relation, other.name)
    assert things > 2000
    assert lands > 300


def test_something_of_every_relation_is_kept_back_whichever_way_it_is_said() -> None:
    names = ("circle", "star", "cat", "house", "boat", "ring", "moon", "cup")
    for relation in ("above", "left of", "inside", "behind"):
        kept = [relation_held_out(one, relation, other) for one in names for other in names]
        assert 0 < sum(kept) < len(kept) / 3
    assert all(
        relation_held_out(one, "above", other) == relation_held_out(other, "below", one)
        for one in names
        for other in names
    )


def test_captions_have_only_known_words() -> None:
    known = vocabulary() | {STRAY}
    for number in range(2000):
        assert set(scene(Random(number)).words.split()) <= known


def test_what_is_left_of_something_is_drawn_left_of_it() -> None:
    where = {
        relation: places(Arrangement((Thing("cat", "red"), Thing("star", "blue")), "white", relation))
        for relation in ("above", "below", "left of", "right of", "inside", "behind")
    }
    assert where["left of"][0].x < where["left of"][1].x
    assert where["right of"][0].x > where["right of"][1].x
    assert where["above"][0].y < where["above"][1].y
    assert where["below"][0].y > where["below"][1].y
    assert where["inside"][0].radius < where["inside"][1].radius / 2
    apart = np.hypot(where["behind"][0].x - where["behind"][1].x, where["behind"][0].y - where["behind"][1].y)
    assert apart < where["behind"][0].radius + where["behind"][1].radius


def test_what_covers_is_told_apart_from_what_is_covered() -> None:
    for number in range(1000, 1200):
        what = scene(Random(number)).what
        if isinstance(what, Arrangement) and what.relation in ("behind", "inside"):
            _, _, cover, things = picture(number)
            shares = cover.astype(float).sum(0)
            assert shares.max() <= 255.5
            assert cover[0].any()
            assert cover[1].any()
            assert (things[2] == 255).all()
            break
    else:
        raise AssertionError("no picture of things that cover one another")


def test_a_caption_reads_as_the_grammar_says() -> None:
    things = (Thing("star", "red", "small", "striped"), Thing("house", "orange"))
    what = Arrangement(things, "gray", "inside", "blue", "pixel")
    assert caption(what) == "a small red striped star inside an orange house on a gray to blue gradient in pixel style"
