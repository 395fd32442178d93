"""What people type becomes a caption that the model knows, and what was lost on the way is said."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.local.catalogue import RESOURCES
from nodes.local.wording import Words, avoid, hear, read_words

SMALL = """
name = "The model"
most = 3
nothing = "a red circle on a white background"
stand_in = "circle"
grounds = ["white", "blue"]
inks = ["red", "blue", "green"]
land = "hills"
[colours]
red = { near = ["crimson"] }
green = {}
blue = { near = ["navy"] }
white = {}
orange = {}
black = {}
[things]
circle = { colour = "red", near = ["ball"] }
square = { colour = "blue" }
star = { colour = "orange" }
cat = { colour = "orange", like = ["kitty", "🐱"] }
house = { colour = "red" }
[sizes]
small = { like = ["tiny"] }
large = { like = ["big"] }
[textures]
striped = {}
[relations]
"left of" = { row = true, like = ["to the left of", "on the left"], guessed = ["next to", "beside", "and", "with"] }
"right of" = { mirror = "left of", like = ["to the right of", "on the right"] }
above = { row = true, like = ["over", "on top of"] }
below = { mirror = "above", like = ["under"] }
inside = { swapped = ["around"] }
behind = { swapped = ["in front of"] }
[lands]
sea = { colour = "blue", like = ["ocean"] }
hills = { colour = "green" }
[hours]
day = { colour = "blue", like = ["noon"] }
dusk = { colour = "orange", land = "sea", like = ["sunset"] }
night = { colour = "black" }
[weathers]
rain = { bare = true, like = ["rainy"] }
snow = { like = ["snowy"] }
[extras]
sun = { hours = ["day", "dusk"], thing = "circle", colour = "orange" }
stars = { hours = ["night"], thing = "star" }
[patterns]
stripes = { ways = true, texture = "striped" }
[ways]
horizontal = {}
vertical = {}
[styles]
pixel = { say = "in pixel style", like = ["pixel art", "pixel style"] }
[instead]
rose = "red star"
[fillers]
words = ["picture", "of", "is", "it"]
shades = ["dark"]
numbers = ["three"]
"""
WORDS = read_words(SMALL)
SHIPPED = read_words((RESOURCES / "builtin" / "words.toml").read_text("utf-8"))


def caption(text: str, words: Words = WORDS) -> str:
    return hear(text, words).caption


@pytest.mark.parametrize(("typed", "read"), [
    ("A RED circle, on a White background!", "a red circle on a white background"),
    ("red circle on white", "a red circle on a white background"),
    ("white background, red circle", "a red circle on a white background"),
    ("the background is white and a circle in red", "a red circle on a white background"),
    ("a picture of a big kitty", "a large orange cat on a white background"),
    ("🐱", "an orange cat on a white background"),
    ("a cat in front of a house", "a red house behind an orange cat on a white background"),
    ("a circle around a star", "an orange star inside a red circle on a white background"),
    ("a house with a star above it", "an orange star above a red house on a white background"),
    ("on the left a cat, on the right a house", "an orange cat left of a red house on a white background"),
    ("a cat on the left and a house on the right", "an orange cat left of a red house on a white background"),
    ("a red circle under a blue square under a green star",
     "a green star above a blue square above a red circle on a white background"),
    ("a red circle right of a blue square right of a green star",
     "a green star left of a blue square left of a red circle on a white background"),
    ("a tiny striped blue house over a star in pixel art",
     "a small blue striped house above an orange star on a white background in pixel style"),
    ("a star on a blue to white gradient", "an orange star on a blue to white gradient"),
    ("a cat with stripes on blue", "an orange striped cat on a blue background"),
    ("a white circle", "a white circle on a blue background"),
    ("the ocean at sunset with the sun", "sea at dusk with sun"),
    ("a rainy sea", "sea at day in rain"),
    ("snowy hills and stars", "hills at night in snow with stars"),
    ("sunset", "sea at dusk"),
    ("vertical red and white stripes", "red and white vertical stripes"),
    ("an orange star over the sea at night", "sea at night with stars"),
    ("a gradient of red and blue", "a vertical gradient from red to blue"),
    ("fade from red to blue", "a vertical gradient from red to blue"),
])
def test_what_people_write_is_what_the_model_reads(typed: str, read: str) -> None:
    found = hear(typed, WORDS)
    assert found.caption == read
    assert not found.unknown and found.known and found.told is None


@pytest.mark.parametrize(("typed", "read", "said"), [
    ("a dragon", "a red circle on a white background", 'does not know "dragon"'),
    ("a red dragon on blue", "a red circle on a blue background", "A circle stands for the thing"),
    ("a cat with a red hat", "an orange cat on a white background", 'does not know "hat"'),
    ("three cats", "an orange cat on a white background", '"three cats" was read as one cat'),
    ("a navy ball", "a blue circle on a white background", '"ball" was read as "circle"'),
    ("a cat beside a house", "an orange cat left of a red house on a white background", '"beside" was read as "left'),
    ("a cat and a house", "an orange cat left of a red house on a white background", '"and" was read as "left of"'),
    ("a cat on a house", "an orange cat above a red house on a white background", '"on" was read as "above"'),
    ("a red and blue cat", "a red cat on a white background", '"blue" was left out'),
    ("a cirlce", "a red circle on a white background", '"cirlce" was read as "circle"'),
    ("a cat on the sea", "an orange cat on a blue background", '"sea" was read as a blue background'),
    ("the sea with a cat", "sea at day", '"cat" was left out'),
    ("the sea at night with the sun", "sea at night", '"sun" was left out'),
    ("rain with the sun", "hills at day in rain", '"sun" was left out'),
    ("a cat in a circle in a house", "an orange cat inside a red circle on a white background", "left out: house"),
    ("three red stars", "a red star on a white background", '"three stars" was read as one star'),
    ("stars on a blue background", "an orange star on a blue background", '"stars" was read as one star'),
    ("the sun on a blue background", "an orange circle on a blue background", '"sun" was read as one circle'),
    ("a cat above a house and a star", "an orange cat above a red house above a blue star on a white background",
     '"and" was read as "above"'),
    ("dark red star", "a red star on a white background", '"dark" was left out'),
])
def test_what_was_lost_is_said(typed: str, read: str, said: str) -> None:
    found = hear(typed, WORDS)
    assert found.caption == read
    message, then = found.told or ("", "")
    assert said in message and message.startswith("The model ") and then == f"It paints: {read}."


FILMS = read_words(SMALL.replace("most = 3", 'most = 1\nmakes = "It films"\nmotion = "turning"') + """
[motions]
"moving up" = { like = ["rising", "taking off"], near = ["flying"] }
turning = { like = ["spinning"] }
[turns]
"from day to night" = { like = ["sunset"] }
"from night to day" = { like = ["sunrise"] }
""")


@pytest.mark.parametrize(("typed", "read"), [
    ("a red circle taking off on white", "a red circle moving up on a white background"),
    ("a rising red circle", "a red circle moving up on a white background"),
    ("a big red dragon taking off", "a red circle moving up on a white background"),
    ("a cat", "an orange cat turning on a white background"),
    ("sunrise over the sea", "sea turning from night to day"),
    ("hills", "hills turning from day to night"),
    ("hills turning from night to day", "hills turning from night to day"),
])
def test_films_have_motions_and_lands_that_change(typed: str, read: str) -> None:
    assert hear(typed, FILMS).caption == read


def test_a_film_is_said_to_be_filmed() -> None:
    message, hint = hear("a flying cat and a house", FILMS).told or ("", "")
    assert '"flying" was read as "moving up"' in message and "left out: house; it draws one thing" in message
    assert hint == "It films: an orange cat moving up on a white background."


def test_many_unknown_words_are_named_in_one_short_sentence() -> None:
    message, _ = hear("cinematic dragon, 4k, masterpiece, trending, best quality, by Rembrandt", WORDS).told or ("", "")
    assert message.startswith('The model does not know "cinematic", "dragon", "4k", "masterpiece", "trending" and ')
    assert len(message) < 200


def test_an_empty_prompt_stays_empty() -> None:
    for text in ("", "  ", "a", ",.;", "<lora:x:1>", "picture of"):
        assert hear(text, WORDS).caption == "" and hear(text, WORDS).told is None


def test_a_negative_prompt_keeps_only_the_words_that_are_known() -> None:
    found = avoid("blurry, RED circles (watermark:1.3)", WORDS)
    assert (found.caption, found.unknown) == ("red circle", ("blurry", "watermark"))
    assert avoid("ugly", WORDS).caption == "" and (avoid("ugly", WORDS).told or ("", ""))[1] == "It leaves that out."


def test_weights_and_loras_of_other_programs_are_passed_over() -> None:
    assert caption("(red:1.2) ((circle)), <lora:style:0.8> [white background]") == "a red circle on a white background"


def captions(words: Words) -> list[str]:
    """Captions of every form, with every word in one of them."""
    rows, said = words.rows, words.said
    things = [said("things", name) for name in rows["things"]]
    colours = list(rows["colours"])
    found = [f"{an(colours[at % len(colours)])} {thing} on {an(colours[at % len(colours) - 1])} background"
             for at, thing in enumerate(things)]
    found += [f"a {size} red {things[0]} on a white background" for size in rows["sizes"]]
    found += [f"a red {texture} {things[0]} on a white background" for texture in rows["textures"]]
    found += [f"a red {things[0]} {place} a blue {things[1]} on a white background" for place in rows["relations"]]
    found += [f"{said('lands', land)} at {said('hours', hour)}" for land, hour in product(rows["lands"], rows["hours"])]
    land = said("lands", next(iter(rows["lands"])))
    found += [f"{land} at {said('hours', row['hours'][0])} with {said('extras', extra)}"
              for extra, row in rows["extras"].items()]
    hour = said("hours", next(iter(rows["hours"])))
    found += [f"{land} at {hour} in {said('weathers', weather)}" for weather in rows["weathers"]]
    found += [f"a red {things[0]} on a white background {said('styles', style)}" for style in rows["styles"]]
    return [*found, "red and white horizontal stripes", "a horizontal gradient from blue to white"]


def an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


@pytest.mark.parametrize("words", [WORDS, SHIPPED], ids=["small", "shipped"])
def test_a_caption_is_read_as_it_is(words: Words) -> None:
    for one in captions(words):
        found = hear(one, words)
        assert (found.caption, found.told) == (one, None)


@pytest.mark.parametrize("example", SHIPPED.plain["examples"])
def test_the_examples_of_the_model_are_understood_whole(example: str) -> None:
    assert not hear(example, SHIPPED).unknown and not hear(example, SHIPPED).assumed


def test_every_phrase_of_the_file_means_something() -> None:
    for phrase, meaning in SHIPPED.lexicon.items():
        assert not hear(phrase, SHIPPED).unknown, (phrase, meaning)


LOOSE = ("dragon", "a", "on", "in", ",", "7", "background", "gradient", "from", "to")
PIECES = st.sampled_from([*SHIPPED.lexicon, *LOOSE])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_any_words_give_a_caption_that_stays_as_it_is(text: str) -> None:
    found = hear(text, SHIPPED)
    again = hear(found.caption, SHIPPED)
    assert again.caption == found.caption and not again.unknown
    assert len(found.caption.split()) <= 32


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_makes_it_fail(text: str) -> None:
    for found in (hear(text, SHIPPED), avoid(text, SHIPPED)):
        assert hear(found.caption, SHIPPED).unknown == () and (found.told is None or found.told[0].endswith("."))


def test_long_texts_are_read_at_their_beginning() -> None:
    found = hear("a red circle on a white background " + "dragon 龍 🐉 " * 2000, SHIPPED)
    assert found.caption == "a red circle on a white background" and "only its beginning was read" in found.assumed
    assert hear("\u0000\ud800" + "ﷺ" * 20_000, SHIPPED).caption


def test_a_file_without_sense_is_refused(tmp_path: Path) -> None:
    for text in ("", "name = 3", SMALL.replace('land = "hills"', 'land = "swamp"'), SMALL.replace("grounds", "other")):
        with pytest.raises((ValueError, KeyError)):
            read_words(text)
