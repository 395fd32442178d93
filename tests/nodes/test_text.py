"""Texts come out as a person would expect, and bad templates say what is wrong."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajar.contract import node_of
from ajar.errors import UserError
from nodes.text import MAX_TEXT, note, prompt, text_join, text_lines, text_replace, text_template


def test_prompt_takes_a_shared_style() -> None:
    assert prompt(" a fox ") == "a fox"
    assert prompt("a fox", "oil painting") == "a fox, oil painting"
    assert prompt("", "oil painting") == "oil painting"


def test_join_leaves_empty_texts_out() -> None:
    assert text_join("a", "", "b") == "a, b"
    assert text_join("a", "b", separator="\\n") == "a\nb"
    assert text_join() == ""


def test_join_refuses_to_grow_without_end() -> None:
    with pytest.raises(UserError, match="1,000,000 characters"):
        text_join("x" * 600_000, "y" * 600_000)


def test_replace_is_literal() -> None:
    assert text_replace("a.c abc", "a.c", r"\1") == r"\1 abc"
    assert text_replace("(a+)+", "(a+)+", "fine") == "fine"


def test_replace_whole_words_and_any_case() -> None:
    assert text_replace("Cat catalogue cat", "cat", "dog") == "Cat dogalogue dog"
    assert text_replace("Cat catalogue cat", "cat", "dog", whole_words=True, any_case=True) == "dog catalogue dog"


def test_replace_needs_something_to_look_for() -> None:
    with pytest.raises(UserError, match="nothing to look for"):
        text_replace("text", "")


def test_replace_refuses_to_grow_without_end() -> None:
    with pytest.raises(UserError, match="longer than"):
        text_replace("a" * 10_000, "a", "b" * 1_000)


def test_template_fills_in_values_by_place_and_by_name() -> None:
    assert text_template("{1} in {2}", "a fox", "Rome") == "a fox in Rome"
    assert text_template("{animal} in { place }", "a fox", "Rome", names="animal, place") == "a fox in Rome"
    assert text_template("{animal} in {2}", "a fox", "Rome", names="animal") == "a fox in Rome"


def test_template_choices_follow_the_seed() -> None:
    template = "a {red|green|blue} {hat|coat}"
    assert text_template(template, seed=5) == text_template(template, seed=5)
    assert len({text_template(template, seed=seed) for seed in range(100)}) == 6


def test_template_seeds_keep_their_meaning() -> None:
    """Old files must keep giving the same texts."""
    assert [text_template("{a|b|c|d}", seed=seed) for seed in range(8)] == list("dadaacdb")


def test_template_choices_nest() -> None:
    template = "{a {red|blue} {1}|nothing}"
    assert {text_template(template, "hat", seed=seed) for seed in range(50)} == {"a red hat", "a blue hat", "nothing"}
    assert {text_template("{very |}old", seed=seed) for seed in range(20)} == {"very old", "old"}
    assert text_template("{ {1} }", "hat") == " hat "


def test_values_go_in_as_they_are() -> None:
    assert text_template("{1}", "{red|blue} {2} \\{") == "{red|blue} {2} \\{"


def test_template_plain_braces_and_bars() -> None:
    assert text_template(r"\{a|b\} {x\|y|x\|y} back\slash \\") == r"{a|b} x|y back\slash " + "\\"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{red", "never closed"),
        ("red}", "without a {"),
        ("{animal}", "asks for {animal}"),
        ("{3}", "asks for {3}"),
        ("{}", "asks for {}"),
        ("{red|{animal}}", "asks for {animal}"),
    ],
)
def test_bad_templates_say_what_is_wrong(template: str, message: str) -> None:
    with pytest.raises(UserError, match=message.replace("{", r"\{")) as caught:
        text_template(template, "one")
    assert caught.value.hint


def test_a_name_too_many_says_so() -> None:
    with pytest.raises(UserError, match="The name 'place' is for value 2, but there is one value"):
        text_template("{animal}", "fox", names="animal, place")


def test_hostile_templates_are_quick() -> None:
    start = time.process_time()
    assert text_template("{" * 100_000 + "x|y" + "}" * 100_000) in ("x", "y")
    with pytest.raises(UserError, match="longer than"):
        text_template("{1}" * 100_000, "x" * 100_000)
    assert len(text_template("\\{" * 400_000)) == 400_000
    with pytest.raises(UserError):
        text_template("x" * (MAX_TEXT + 1))
    assert time.process_time() - start < 5


@given(st.text(alphabet="ab {}|\\1", max_size=60), st.integers(0, 2**63 - 1))
def test_any_template_gives_a_text_or_a_sentence(template: str, seed: int) -> None:
    try:
        first = text_template(template, "v", seed=seed)
    except UserError as error:
        assert error.message.endswith(".")
        assert error.hint
    else:
        assert first == text_template(template, "v", seed=seed)


def test_a_note_is_only_words() -> None:
    note("remember the milk")
    type_ = node_of(note)
    assert type_
    assert type_.outputs == ()


def test_the_lines_of_a_list_come_one_after_another_without_their_numbers() -> None:
    text = "1. A red boat\n\n  2) a hill \n- the sea: 3 waves\n• 42 stars\n-5 degrees"
    assert list(text_lines(text)) == ["A red boat", "a hill", "the sea: 3 waves", "42 stars", "-5 degrees"]
    assert list(text_lines(text, most=2)) == ["A red boat", "a hill"]
    with pytest.raises(UserError, match="no line"):
        list(text_lines(" \n\n- "))
