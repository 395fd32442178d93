import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import jsonschema
import pytest

from ajar.contract import NodeType, describe
from ajar.hints import Seed, Slider
from ajar.plain import Size
from workflows.schema import schema


class Picture:
    pass


def paint(
    prompt: str, *many: float, size: Size = Size(8, 8), steps: Annotated[int, Slider(1, 50)] = 4, seed: Seed = 0,
    mode: Literal["soft", "hard"] = "soft", pick: int | Literal["ask"] = 0,
) -> Picture:
    """Paint a picture."""
    return Picture()


def sheet(images: list[Picture], names: list[str] | None = None) -> Picture:
    return Picture()


PAINT = describe(paint)
TYPES: Mapping[str, NodeType] = {
    "paint": PAINT, "sheet": describe(sheet), "my pack/paint": replace(PAINT, id="my pack/paint"),
}


def valid(node: dict[str, Any]) -> bool:
    validator = jsonschema.Draft202012Validator(schema(TYPES))
    return bool(validator.is_valid({"ajar": 1, "nodes": {"a": node}}))


def test_it_is_a_valid_schema_and_plain_json() -> None:
    found = schema(TYPES)
    jsonschema.Draft202012Validator.check_schema(found)
    assert json.loads(json.dumps(found)) == found
    steps = found["$defs"]["node:paint"]["properties"]["inputs"]["properties"]["steps"]
    assert steps["default"] == 4


@pytest.mark.parametrize("inputs", [
    {}, {"prompt": "x", "steps": 50}, {"prompt": {"from": "b"}}, {"prompt": {"from": "b.result"}},
    {"steps": {"expr": "1"}},
    {"many": [1, {"from": "b"}, None]}, {"many": 3}, {"size": "3x4"}, {"mode": "hard"}, {"pick": "ask"}, {"pick": 3},
    {"prompt": {"value": "x"}}, {"prompt": {"input": "words"}}, {"seed": 2**63 - 1},
])
def test_right_inputs(inputs: dict[str, Any]) -> None:
    assert valid({"type": "paint", "inputs": inputs})
    assert valid({"type": "my pack/paint", "inputs": inputs})


@pytest.mark.parametrize("inputs", [
    {"promt": "x"}, {"prompt": 3}, {"steps": 51}, {"steps": 1.5}, {"steps": True}, {"mode": "sift"}, {"size": 3},
    {"prompt": {"from": "A"}}, {"prompt": {"from": "b", "x": 1}}, {"seed": -1}, {"pick": "asked"}, {"many": ["x"]},
])
def test_wrong_inputs(inputs: dict[str, Any]) -> None:
    assert not valid({"type": "paint", "inputs": inputs})
    assert not valid({"type": "my pack/paint", "inputs": inputs})


def test_nodes_that_are_wired_only() -> None:
    assert valid({"type": "sheet", "inputs": {"images": [{"from": "a"}], "names": ["x", "y"]}})
    assert not valid({"type": "sheet", "inputs": {"images": ["a.png"]}})


def test_unknown_types_groups_and_fields_are_allowed() -> None:
    assert valid({"type": "from-tomorrow", "inputs": {"x": 1}, "shine": 3})
    assert valid({"type": "group:finish", "state": "muted", "take": 2})
    assert not valid({"inputs": {}})
    assert not valid({"type": "paint", "state": "asleep"})
