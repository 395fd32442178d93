import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import pytest

from ajar.contract import NodeType, node, node_of
from ajar.hints import File, Model, Prompt, Range, Seed, Slider
from ajar.plain import Size
from workflows import format
from workflows.check import Problem, check

T = TypeVar("T")


class Picture:
    pass


class Sound:
    pass


class Two(NamedTuple):
    picture: Picture
    size: Size


@node
def prompt(text: Prompt) -> str:
    return text


@node
def paint(
    prompt: Prompt, model: Annotated[str, Model("flux")] = "builtin", size: Size | None = None,
    steps: Annotated[int, Slider(1, 50)] = 4, guidance: Annotated[float, Range(0, 10)] = 3.5, seed: Seed = 0,
    mode: Literal["soft", "hard"] = "soft", tile: bool = False,
) -> Picture:
    return Picture()


@node
def blur(image: Picture, radius: float = 1.0) -> Picture:
    return image


@node
def measure(image: Picture) -> Two:
    return Two(image, Size(1, 1))


@node(needs=lambda index: {f"options[{index}]"}, alias=True)
def switch(*options: T, index: int = 0) -> T:
    return options[index]


@node
def number(value: float = 0.0) -> float:
    return value


@node
def whole(value: int = 0) -> int:
    return value


@node
def many(count: int = 2) -> Iterator[Picture]:
    yield Picture()


@node
def sheet(images: list[Picture], title: str = "") -> Picture:
    return Picture()


@node
def gather(items: list[T]) -> list[T]:
    return items


@node
def hum(seconds: float = 1.0) -> Sound:
    return Sound()


@node
def load(file: Annotated[Path, File("image")]) -> Picture:
    return Picture()


@node(writes=True)
def save(image: Picture) -> None:
    pass


def types() -> dict[str, NodeType]:
    functions = (prompt, paint, blur, measure, switch, number, whole, many, sheet, gather, hum, load, save)
    return {type_.id: type_ for function in functions if (type_ := node_of(function))}


TYPES = types()


def looked(nodes: dict[str, Any], groups: dict[str, Any] | None = None, **options: Any) -> tuple[Problem, ...]:
    text = json.dumps({"ajar": 1, "nodes": nodes, "groups": groups or {}})
    problems = check(format.read(text.encode()), TYPES, **options)
    for problem in problems:
        assert problem.message.endswith("."), problem
        assert problem.hint.endswith((".", "?")), problem
    return problems


GOOD = {
    "prompt": {"type": "prompt", "inputs": {"text": "a red circle"}},
    "paint": {"type": "paint", "inputs": {"prompt": {"from": "prompt"}, "size": "1024x768", "seed": 7, "guidance": 3}},
    "choice": {"type": "switch", "inputs": {"options": [{"from": "paint"}, None, {"from": "paint.result"}]}},
    "blur": {"type": "blur", "inputs": {"image": {"from": "choice"}, "radius": {"expr": "paint.steps * 2"}}},
    "sheet": {"type": "sheet", "inputs": {"images": [{"from": "blur"}, {"from": "paint"}], "title": "All"}},
    "save": {"type": "save", "inputs": {"image": {"from": "sheet"}}},
}


def test_a_sound_workflow_has_no_problems() -> None:
    assert looked(GOOD) == ()


@pytest.mark.parametrize(("inputs", "key", "words"), [
    ({}, "prompt", '"p" (paint) needs text for "prompt"'),
    ({"prompt": None}, "prompt", "needs text"),
    ({"prompt": "x", "step": 3}, "step", 'no input "step"'),
    ({"prompt": 3}, "prompt", 'input "prompt" of "p" needs text, not 3'),
    ({"prompt": "x", "steps": "4"}, "steps", 'needs a whole number, not "4"'),
    ({"prompt": "x", "steps": 4.5}, "steps", "needs a whole number, not 4.5"),
    ({"prompt": "x", "steps": True}, "steps", "needs a whole number, not true"),
    ({"prompt": "x", "steps": 51}, "steps", "goes from 1 to 50, not to 51"),
    ({"prompt": "x", "steps": [4]}, "steps", "needs a whole number, not a list"),
    ({"prompt": "x", "guidance": -0.1}, "guidance", "goes from 0 to 10"),
    ({"prompt": "x", "seed": -1}, "seed", "seed"),
    ({"prompt": "x", "seed": 2**63}, "seed", "seed"),
    ({"prompt": "x", "mode": "sift"}, "mode", 'one of "soft", "hard", not "sift"'),
    ({"prompt": "x", "tile": 1}, "tile", "true or false"),
    ({"prompt": "x", "size": "big"}, "size", "needs a size"),
    ({"prompt": "x", "size": 3}, "size", "needs a size"),
    ({"prompt": {"from": "nobody"}}, "prompt", 'wired to "nobody", which is not there'),
    ({"prompt": {"from": "other.shine"}}, "prompt", 'no output "shine"'),
    ({"prompt": {"from": "two"}}, "prompt", "several outputs: picture, size"),
    ({"prompt": {"from": "sink"}}, "prompt", "gives nothing"),
    ({"prompt": {"from": "painted"}}, "prompt", 'needs text, and "painted" gives a Picture'),
    ({"prompt": {"expr": "1 +"}}, "prompt", "ends too early"),
    ({"prompt": {"expr": "nobody.x"}}, "prompt", 'speaks of "nobody"'),
    ({"prompt": {"expr": "other.texd"}}, "prompt", 'has no "texd"'),
    ({"prompt": {"input": "x"}}, "prompt", "is in no group"),
    ({"prompt": [{"from": "other"}]}, "prompt", "one value, not a list"),
])
def test_each_wrong_input_is_one_problem(inputs: dict[str, Any], key: str, words: str) -> None:
    [problem] = looked({
        "p": {"type": "paint", "inputs": inputs}, "other": {"type": "prompt", "inputs": {"text": "x"}},
        "painted": {"type": "paint", "inputs": {"prompt": "x"}},
        "two": {"type": "measure", "inputs": {"image": {"from": "painted"}}},
        "sink": {"type": "save", "inputs": {"image": {"from": "painted"}}},
    })
    assert words in problem.message
    assert (problem.node, problem.input, problem.severity) == ("p", key, "error")


def test_nearest_names_are_offered() -> None:
    [problem] = looked({"a": {"type": "promt"}})
    assert problem.hint == 'Did you mean "prompt"?'
    [problem] = looked({"a": {"type": "nopack/thing"}})
    assert "--pack" in problem.hint
    [problem] = looked({"a": {"type": "group:finish"}})
    assert "group" in problem.message


def test_wires_into_an_unknown_node_are_not_reported_twice() -> None:
    problems = looked({"a": {"type": "unknown"}, "b": {"type": "blur", "inputs": {"image": {"from": "a"}}}})
    assert [problem.node for problem in problems] == ["a"]


def test_a_literal_where_only_a_wire_fits() -> None:
    [problem] = looked({"b": {"type": "blur", "inputs": {"image": "cat.png"}}})
    assert "from another node" in problem.message


def test_a_node_named_instead_of_wired_gets_a_hint() -> None:
    nodes = {"many": {"type": "many"}, "b": {"type": "blur", "inputs": {"image": "many"}}}
    [problem] = looked(nodes)
    assert problem.hint == 'Write {"from": "many"}.'


def test_whole_numbers_fit_numbers_but_not_the_other_way() -> None:
    nodes = {
        "w": {"type": "whole"}, "n": {"type": "number", "inputs": {"value": {"from": "w"}}},
        "x": {"type": "whole", "inputs": {"value": {"from": "n"}}},
    }
    [problem] = looked(nodes)
    assert problem.node == "x"


def test_a_switch_gives_what_is_wired_into_it() -> None:
    nodes = {
        "hum": {"type": "hum"}, "choice": {"type": "switch", "inputs": {"options": [{"from": "hum"}]}},
        "all": {"type": "gather", "inputs": {"items": {"from": "choice"}}},
        "blur": {"type": "blur", "inputs": {"image": {"from": "choice"}}},
        "sheet": {"type": "sheet", "inputs": {"images": {"from": "all"}}},
    }
    assert [problem.node for problem in looked(nodes)] == ["blur", "sheet"]


def test_streams_and_lists_gather() -> None:
    nodes = {
        "many": {"type": "many"}, "all": {"type": "gather", "inputs": {"items": {"from": "many"}}},
        "a": {"type": "sheet", "inputs": {"images": {"from": "many"}}},
        "b": {"type": "sheet", "inputs": {"images": {"from": "all"}}},
        "c": {"type": "blur", "inputs": {"image": {"from": "all"}}},
    }
    assert [problem.node for problem in looked(nodes)] == ["c"]


def test_circles_are_named_once() -> None:
    nodes = {
        name: {"type": "blur", "inputs": {"image": {"from": source}}}
        for name, source in {"a": "c", "b": "a", "c": "b", "after": "a", "self": "self"}.items()
    }
    problems = looked(nodes)
    assert len(problems) == 2
    assert '"a"' in problems[0].message
    assert '"b"' in problems[0].message
    assert '"c"' in problems[0].message
    assert "after" not in problems[0].message
    assert problems[1].message == '"self" needs its own result.'


def test_formulas_may_speak_of_their_own_node_but_not_in_a_circle() -> None:
    good = {"p": {"type": "paint", "inputs": {"prompt": "x", "steps": {"expr": "p.seed + 1"}}}}
    assert looked(good) == ()
    for formulas in ({"steps": "p.seed", "seed": "p.steps"}, {"steps": "p.steps"}, {"prompt": "str(p.result)"}):
        inputs = {"prompt": "x", **{key: {"expr": text} for key, text in formulas.items()}}
        [problem] = looked({"p": {"type": "paint", "inputs": inputs}})
        assert "own result" in problem.message


def test_a_model_that_is_not_there() -> None:
    def find(kind: str, name: str) -> str | None:
        return None if name == "builtin" else f"There is no {kind} model “{name}”."

    nodes = {
        "a": {"type": "paint", "inputs": {"prompt": "x"}},
        "b": {"type": "paint", "inputs": {"prompt": "x", "model": "flix"}},
    }
    [problem] = looked(nodes, find_model=find)
    assert (problem.node, problem.input) == ("b", "model")


def test_states() -> None:
    nodes = {
        "muted": {"type": "blur", "state": "muted"},
        "frozen": {"type": "blur", "state": "frozen", "result": {"result": "ab"}},
        "empty": {"type": "number", "state": "frozen"},
        "hum": {"type": "hum"}, "paint": {"type": "paint", "inputs": {"prompt": "x"}},
        "round": {"type": "blur", "state": "bypassed", "inputs": {"image": {"from": "paint"}}},
        "lone": {"type": "blur", "state": "bypassed"},
        "end": {"type": "sheet", "inputs": {"images": [{"from": "round"}, {"from": "lone"}]}},
    }
    problems = looked(nodes)
    found = {(problem.node, problem.severity) for problem in problems}
    assert found == {("muted", "warning"), ("frozen", "warning"), ("empty", "error"), ("lone", "error")}


def test_with_only_what_is_elsewhere_is_a_warning() -> None:
    nodes = {**GOOD, "bad": {"type": "blur"}, "worse": {"type": "blur", "inputs": {"image": {"from": "bad"}}}}
    [problem] = looked(nodes, only=["save"])
    assert problem.severity == "warning"
    [problem] = looked(nodes, only=["worse"])
    assert problem.severity == "error"
    assert looked(nodes, only=["sav"])[-1].hint == 'Did you mean "save"?'


GROUPS = {"finish": {
    "inputs": {"image": {}, "amount": {"default": 2.0}}, "outputs": {"result": {"from": "blur"}},
    "nodes": {"blur": {"type": "blur", "inputs": {"image": {"input": "image"}, "radius": {"input": "amount"}}}},
}}


def test_groups_are_checked_where_they_are_used() -> None:
    paint = {"type": "paint", "inputs": {"prompt": "x"}}
    use = {"type": "group:finish", "inputs": {"image": {"from": "paint"}}}
    save = {"type": "save", "inputs": {"image": {"from": "use"}}}
    assert looked({"paint": paint, "use": use, "save": save}, GROUPS) == ()
    [problem] = looked({"use": {"type": "group:finish"}}, GROUPS)
    assert problem.node == "use/blur"
    [problem] = looked({"paint": paint, "use": {**use, "inputs": {**use["inputs"], "amont": 1}}}, GROUPS)  # type: ignore[dict-item]
    assert (problem.node, problem.hint) == ("use", 'Did you mean "amount"?')
    [problem] = looked({"paint": paint, "use": {"type": "group:finish", "inputs": {"image": 3}}}, GROUPS)
    assert problem.node == "use/blur"
    save = {"type": "save", "inputs": {"image": {"from": "use.x"}}}
    [problem] = looked({"paint": paint, "use": use, "save": save}, GROUPS)
    assert 'no output "x"' in problem.message


def test_definitions_of_groups() -> None:
    groups = {"g": {"outputs": {"result": {"from": "x"}}, "nodes": {
        "b": {"type": "blur", "inputs": {"image": {"input": "picture"}}},
    }}}
    problems = looked({"use": {"type": "group:g"}}, groups)
    assert sum(problem.severity == "error" for problem in problems) >= 2
    assert all(problem.severity == "warning" for problem in looked({}, groups))


def test_groups_that_explode_are_refused() -> None:
    groups = {
        f"g{level}": {"nodes": {f"n{i}": {"type": f"group:g{level + 1}"} for i in range(10)}} for level in range(9)
    } | {"g9": {"nodes": {"n": {"type": "hum"}}}}
    start = time.process_time()
    [problem] = looked({"use": {"type": "group:g0"}}, groups)
    assert "200000 nodes" in problem.message
    assert time.process_time() - start < 1


def chain(length: int) -> dict[str, Any]:
    nodes: dict[str, Any] = {"n-0": {"type": "paint", "inputs": {"prompt": "x"}}}
    for number in range(1, length):
        inputs = {"image": {"from": f"n-{number - 1}"}, "radius": number / 2}
        nodes[f"n-{number}"] = {"type": "blur", "inputs": inputs}
    return nodes


def test_chains_of_five_thousand_need_no_recursion() -> None:
    nodes = chain(5000)
    assert looked(nodes) == ()
    assert looked(nodes, only=["n-4999"]) == ()
    nodes["n-1"]["inputs"]["image"] = {"from": "n-4999"}
    [problem] = looked(nodes)
    assert "circle" in problem.message


def test_formulas_in_a_long_chain() -> None:
    nodes: dict[str, Any] = {"n-0": {"type": "number", "inputs": {"value": 1}}}
    for i in range(1, 3000):
        nodes[f"n-{i}"] = {"type": "number", "inputs": {"value": {"expr": f"n-{i - 1}.value + 1"}}}
    assert looked(nodes) == ()


def test_a_thousand_nodes_are_read_and_checked_quickly() -> None:
    data = json.dumps({"ajar": 1, "nodes": chain(1000)}).encode()
    best = 9.0
    for _ in range(5):
        start = time.process_time()
        assert check(format.read(data), TYPES) == ()
        best = min(best, time.process_time() - start)
    assert best < 0.3  # on an idle core it takes a sixth of that
