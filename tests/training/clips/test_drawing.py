"""The drawn clips: what their captions say is what is read back, and what is kept back never appears."""

from random import Random

import numpy as np
import pytest

from training.clips.drawing import FRAMES, HOURS, MOTIONS, SIDE, Clip, caption, chosen, draw, loose_caption
from training.clips.heldout import held_out
from training.clips.reading import read
from training.clips.score import Tally, drawn, hours, tally


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_drawn_clip_is_read_back_as_its_caption_says(motion: str) -> None:
    clip = Clip("heart", motion, "red", "white")
    frames = draw(clip, Random(motion))
    assert frames.shape == (FRAMES, SIDE, SIDE, 3)
    seen = read(frames)
    assert (seen.name, seen.motion, seen.colour, seen.background) == ("heart", motion, "red", "white")


def test_a_clip_that_shows_something_else_is_not_taken_for_right() -> None:
    wanted = [Clip("star", "moving left", "yellow", "blue"), Clip("car", "growing", "green", "black")]
    others = [Clip("star", "moving right", "yellow", "blue"), Clip("car", "growing", "green", "white")]
    counted = tally(wanted, lambda clip, seed: draw(others[wanted.index(clip)], Random(seed)))
    assert (counted.asked, counted.right["all"], counted.right["motion"]) == (2, 0, 1)
    assert counted.confused["moving left", "moving right"] == 1
    still = np.full((FRAMES, SIDE, SIDE, 3), 200, np.uint8)
    assert read(still).motion == "nothing"


def test_lands_grow_dark_or_light_as_they_are_told() -> None:
    assert hours(drawn) == Tally(12, hours(drawn).right) and hours(drawn).share("motion") == 1
    assert hours(lambda clip, seed: drawn(clip, seed)[::-1]).share("motion") == 0


def test_what_is_kept_back_is_never_drawn_for_the_training_and_is_what_the_score_asks_for() -> None:
    seen = [chosen(Random(number)) for number in range(400)]
    assert not any(held_out(clip.name, clip.colour, clip.motion) for clip in seen if not clip.is_land)
    back = [chosen(Random(number), kept_back=True) for number in range(50)]
    assert all(held_out(clip.name, clip.colour, clip.motion) for clip in back)
    assert any(clip.is_land for clip in seen)


def test_captions_have_the_agreed_words() -> None:
    clip = Clip("star", "turning", "orange", "gray")
    assert caption(clip) == "an orange star turning on a gray background"
    assert caption(Clip("sea", HOURS[0])) == "sea turning from day to night"
    loose = {loose_caption(Random(number), clip) for number in range(60)}
    assert loose == {caption(clip), "orange star turning on gray background"}
