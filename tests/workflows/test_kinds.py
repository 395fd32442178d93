from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pytest

from ajar.contract import Socket, describe
from ajar.hints import Range, Seed, Slider
from ajar.plain import Color, Size
from workflows.graph import Row, Wire
from workflows.kinds import KindError, compatible, fits, read_literal, to_json, type_name, wire_only

T = TypeVar("T")


class Picture:
    pass


class Big(Picture):
    pass


def every(
    number: float, whole: int, text: str, flag: bool, path: Path, size: Size, color: Color,
    mode: Literal["a", "b", 3], pick: int | Literal["ask"], anything: Any, open_: T, picture: Picture,
    steps: Annotated[int, Slider(1, 50)], ratio: Annotated[float, Range(0, 1)], seed: Seed, names: list[str],
    sizes: tuple[Size, ...], table: dict[str, Any], maybe: Size | None, lists: list[str] | None = None, *many: float,
) -> None:
    pass


SOCKETS = {socket.name: socket for socket in describe(every).inputs}


def read(name: str, literal: Any) -> Any:
    return read_literal(SOCKETS[name], literal)


@pytest.mark.parametrize(("name", "literal", "expected"), [
    ("number", 3, 3.0), ("number", 2.5, 2.5), ("whole", 4, 4), ("whole", 4.0, 4), ("text", "", ""),
    ("flag", False, False),
    ("path", "a/b.png", Path("a/b.png")), ("size", "1024x768", Size(1024, 768)), ("color", "#ff0000", Color(255, 0, 0)),
    ("mode", "b", "b"), ("mode", 3, 3), ("pick", 2, 2), ("pick", "ask", "ask"), ("anything", {"a": [1]}, {"a": [1]}),
    ("anything", None, None), ("open_", 3, 3), ("steps", 50, 50), ("ratio", 1, 1.0), ("seed", 2**63 - 1, 2**63 - 1),
    ("names", ["a", "b"], ["a", "b"]), ("names", "a", ["a"]), ("names", [], []), ("sizes", ["1x1"], (Size(1, 1),)),
    ("table", {"x": 1}, {"x": 1}), ("maybe", None, None), ("many", [1, None, 2.5], (1.0, None, 2.5)),
    ("many", 1, (1.0,)),
    ("lists", ["a"], ["a"]),
])
def test_literals_that_fit(name: str, literal: Any, expected: Any) -> None:
    found = read(name, literal)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("name", "literal", "words"), [
    ("number", "3", "a number"), ("number", True, "a number"), ("number", float("nan"), "not nan"),
    ("number", float("inf"), "not inf"), ("number", 10**400, "smaller"), ("number", None, "null"),
    ("number", [1], "a list"),
    ("whole", 2.5, "a whole number"), ("whole", False, "false"), ("whole", float("nan"), "nan"), ("text", 3, "text"),
    ("flag", 1, "true or false"), ("flag", "true", "true or false"), ("path", "", "a file"), ("path", "a\0b", "a file"),
    ("path", 3, "a file"), ("size", "big", "a size"), ("size", [1, 2], "a size"), ("color", "reddish", "a colour"),
    ("mode", "c", 'one of "a", "b", 3'), ("mode", 3.0, "one of"), ("mode", [], "one of"), ("pick", "asked", '"asked"'),
    ("pick", True, "true"), ("picture", "x.png", "from another node"), ("steps", 0, "from 1 to 50"),
    ("ratio", 1.01, "from 0 to 1"), ("seed", -1, "seed"), ("seed", 2**63, "seed"), ("names", [1], "text"),
    ("names", {"a": 1}, "text"), ("sizes", ["x"], "a size"), ("table", [], "an object"), ("many", ["x"], "a number"),
    ("picture", Row((Wire("a"), Wire("b"))), "several wires"),
])
def test_literals_that_do_not(name: str, literal: Any, words: str) -> None:
    with pytest.raises(KindError) as caught:
        read(name, literal)
    assert words in caught.value.message
    assert caught.value.hint.endswith((".", "?"))


@pytest.mark.parametrize(("given", "wanted", "fit"), [
    (int, float, True), (float, int, False), (bool, int, False), (int, bool, False), (bool, float, False),
    (bool, bool, True),
    (str, str, True), (int, str, False), (str, Path, False), (Path, str, False), (Big, Picture, True),
    (Picture, Big, False),
    (Picture, str, False), (Any, Picture, True), (Picture, Any, True), (T, Picture, True), (Picture, T, True),
    (Literal["a"], str, True), (str, Literal["a"], True), (int, Literal["a"], False), (int, int | Literal["ask"], True),
    (str, int | Literal["ask"], True), (int | str, int, True), (Picture | None, Picture, True),
    (Picture, Picture | None, True),
    (list[int], list[float], True), (list[str], list[int], False), (list[int], int, False), (list, list[int], True),
    (Size, Color, False), (Size, str, False),
])
def test_wires_between_types(given: Any, wanted: Any, fit: bool) -> None:
    assert fits(given, wanted) is fit


def test_lists_fit_gathering_inputs_and_so_do_items() -> None:
    images = Socket("images", Picture, form="list")
    assert compatible(list[Picture], images)
    assert compatible(Picture, images)
    assert not compatible(list[str], images)
    assert not compatible(list[Picture], Socket("image", Picture))


def test_values_go_back_to_json() -> None:
    cases = [("size", "8x9"), ("color", "#ff8800"), ("path", "a/b.png"), ("names", ["a"]),
             ("table", {"a": 1})]
    for name, literal in cases:
        assert to_json(read(name, literal)) == literal
    with pytest.raises(TypeError):
        to_json(Picture())


def test_names_for_people() -> None:
    assert type_name(Literal["a", 3]) == 'one of "a", 3'
    assert type_name(list[int]) == "a list (a whole number)"
    assert type_name(int | Literal["ask"]) == 'a whole number or one of "ask"'
    assert type_name(T) == "anything"
    assert wire_only(Picture)
    assert wire_only(list[Picture])
    assert not wire_only(Size | None)
