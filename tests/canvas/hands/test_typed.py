from typing import Any, Literal

import pytest

from ajar.contract import Socket
from ajar.hints import MAX_SEED, Area, Range, SeedBox, Slider
from ajar.values import Size
from canvas.hands import typed
from workflows.graph import Expr
from workflows.kinds import KindError


@pytest.mark.parametrize(("text", "value"), [
    ("12", 12), ("-3.5", -3.5), ("3*4", 12), ("512*1.5", 768), ("10/4", 2.5), ("1 000", 1000), ("0,5", 0.5),
    ("2**9**9**9", None), ("__import__('os')", None), ("wide", None), ("1/0", None), ("", None), ("True", None),
])
def test_numbers_and_small_sums_are_read_and_nothing_else(text: str, value: object) -> None:
    assert typed.figure(text) == value


@pytest.mark.parametrize(("socket", "text", "value"), [
    (Socket("steps", int, 20), "30", 30), (Socket("radius", float, 4.0), "2.5", 2.5),
    (Socket("on", bool, False), "On", True), (Socket("on", bool, True), "Off", False),
    (Socket("mode", Literal["a", "b"], "a"), "b", "b"), (Socket("size", Size), "640x480", "640x480"),
    (Socket("size", Size, None, optional=True), "", None), (Socket("text", str, ""), " as it is ", " as it is "),
    (Socket("steps", int, 20), "=flux.steps*2", Expr("flux.steps*2")),
    (Socket("text", str, "", (Area(),)), "=no formula", "=no formula"),
    (Socket("names", str, (), form="list"), "one, two", ["one", "two"]),
])
def test_what_is_typed_becomes_a_value(socket: Socket, text: str, value: Any) -> None:
    assert typed.read(socket, text) == value


@pytest.mark.parametrize(("socket", "text"), [
    (Socket("steps", int, 20), "2.5"), (Socket("radius", float, 4.0, (Slider(0, 10),)), "11"),
    (Socket("mode", Literal["a", "b"], "a"), "c"), (Socket("size", Size), "wide"), (Socket("steps", int, 1), "lots"),
])
def test_what_is_no_value_is_refused_in_words(socket: Socket, text: str) -> None:
    with pytest.raises(KindError) as found:
        typed.read(socket, text)
    assert found.value.message.endswith(".")


@pytest.mark.parametrize(("socket", "given", "text"), [
    (Socket("steps", int, 20), None, "20"), (Socket("radius", float, 4.0), 2.5, "2.5"),
    (Socket("on", bool, False), None, "Off"), (Socket("on", bool, False), True, "On"),
    (Socket("steps", int, 20), Expr("a.b"), "=a.b"), (Socket("size", Size, None, optional=True), None, ""),
])
def test_the_editor_shows_the_value(socket: Socket, given: Any, text: str) -> None:
    assert typed.text_of(socket, given) == text


def test_a_step_stays_in_bounds_and_whole_where_it_has_to() -> None:
    assert typed.stepped(Socket("steps", int, 20, (Range(0, 100),)), 99, 7) == 100
    assert typed.stepped(Socket("steps", int, 20, (Range(0, 100),)), 20, 0.6) == 21
    assert typed.stepped(Socket("radius", float, 4.0), 4.0, 0.25) == 4.25
    assert typed.stepped(Socket("seed", int, 0, (SeedBox(),)), 5, -10) == 0
    assert typed.stepped(Socket("seed", int, 0, (SeedBox(),)), MAX_SEED, 10) == MAX_SEED


def test_chance_keeps_to_the_bounds_and_is_nothing_without_any() -> None:
    socket = Socket("radius", float, 4.0, (Slider(0, 10, 0.5),))
    found = {typed.a_random(socket) for _ in range(50)}
    assert all(value is not None and 0 <= value <= 10 and (value * 2) % 1 == 0 for value in found)
    assert typed.a_random(Socket("text", str, "")) is None
