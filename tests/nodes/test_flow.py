"""Choosing, gathering and combining."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from ajar.contract import node_of
from ajar.errors import UserError, Waiting
from nodes.flow import Cell, dot, gather, grid, pick, stage, switch


class Person:
    """A context in which somebody answers every question with the same index, or nobody is there."""

    stage: Literal["draft", "final"] = "draft"
    about = ""

    def __init__(self, answer: int | None) -> None:
        self.answer = answer

    def progress(self, done: float, note: str = "", preview: Any = None) -> None: ...

    def each(self, items: Iterable[Any], note: str = "") -> Iterator[Any]:
        return iter(items)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        raise AssertionError("flow nodes save nothing")

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        if self.answer is None:
            raise Waiting("A person has to choose.")
        return self.answer


def test_switch_lets_one_through() -> None:
    assert switch("a", "b", index=1) == "b"
    for index in (2, -1):
        with pytest.raises(UserError, match="options are 0 to 1"):
            switch("a", "b", index=index)
    with pytest.raises(UserError, match="there are no options"):
        switch()


def test_switch_needs_only_the_chosen_option() -> None:
    type_ = node_of(switch)
    assert type_
    assert type_.alias
    assert type_.needs
    assert type_.deciders == ("index",)
    assert type_.needs(2) == {"options[2]"}


def test_stage_lets_the_computed_branch_through() -> None:
    assert stage(draft="sketch") == "sketch"
    assert stage(final="picture") == "picture"
    with pytest.raises(UserError, match="Nothing is wired"):
        stage()


def test_stage_needs_only_its_own_branch() -> None:
    type_ = node_of(stage)
    assert type_
    assert type_.needs
    assert type_.deciders == ("stage", "pin")
    assert type_.needs("draft", "no") == {"draft"}
    assert type_.needs("final", "no") <= {socket.name for socket in type_.inputs}


def test_a_pinned_stage_stays_where_it_is() -> None:
    type_ = node_of(stage)
    assert type_
    assert type_.needs
    assert type_.needs("draft", "final") == type_.needs("final", "final") == {"final"}
    assert type_.needs("final", "draft") == {"draft"}


def test_gather_keeps_the_order() -> None:
    assert gather([3, 1, 2]) == [3, 1, 2]


def test_grid_is_every_combination_row_by_row() -> None:
    assert list(grid(["a", "b"], [1, 2])) == [Cell("a", 1), Cell("a", 2), Cell("b", 1), Cell("b", 2)]
    assert list(grid(["a"], [])) == []
    type_ = node_of(grid)
    assert type_
    assert [socket.name for socket in type_.outputs] == ["row", "column"]
    assert type_.stream


def test_pick_by_index() -> None:
    assert pick(Person(None), ["a", "b"], 1) == "b"
    with pytest.raises(UserError, match="items are 0 to 1"):
        pick(Person(None), ["a", "b"], 2)
    with pytest.raises(UserError, match="nothing to pick from"):
        pick(Person(0), [], "ask")


def test_pick_asks_a_person() -> None:
    assert pick(Person(1), ["a", "b"], "ask") == "b"
    with pytest.raises(Waiting):
        pick(Person(None), ["a", "b"], "ask")


def test_a_dot_hands_on_what_it_is_given() -> None:
    assert dot("anything") == "anything"
    type_ = node_of(dot)
    assert type_ is not None and type_.alias and type_.hidden and type_.needs is not None
    assert type_.needs() == {"value"}
