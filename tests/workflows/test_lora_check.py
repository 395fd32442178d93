"""A LoRA that does not fit its model is a problem before anything runs, at the node that names it."""

import json
from typing import Annotated, Any

from ajar.contract import node, node_of
from ajar.hints import Model
from ajar.plain import Lora
from workflows import format
from workflows.check import Problem, check


class Picture:
    pass


@node
def lora(model: Annotated[str, Model("lora")], onto: Lora | None = None) -> Lora:
    return Lora(())


@node
def flux(loras: Lora | None = None, model: Annotated[str, Model("flux")] = "builtin") -> Picture:
    return Picture()


@node
def text() -> str:
    return ""


TYPES = {type_.id: type_ for function in (lora, flux, text) if (type_ := node_of(function))}


def looked(nodes: dict[str, Any]) -> tuple[Problem, ...]:
    def misfit(kind: str, model: str, lora: str) -> str | None:
        return f'The LoRA "{lora}" is not for "{model}".' if lora.startswith("xl") else None

    raw = json.dumps({"ajar": 1, "nodes": nodes}).encode()
    return check(format.read(raw), TYPES, find_misfit=misfit)


def test_the_whole_stack_is_looked_at_and_each_misfit_told_once() -> None:
    nodes = {
        "good": {"type": "lora", "inputs": {"model": "one"}},
        "bad": {"type": "lora", "inputs": {"model": "xl-two", "onto": {"from": "good"}}},
        "top": {"type": "lora", "inputs": {"model": "three", "onto": {"from": "bad"}}},
        "a": {"type": "flux", "inputs": {"loras": {"from": "top"}}},
        "b": {"type": "flux", "inputs": {"loras": {"from": "bad"}}},
    }
    [problem] = looked(nodes)
    assert (problem.node, problem.input, problem.severity) == ("bad", "model", "error")
    assert problem.message == 'The LoRA "xl-two" is not for "builtin".' and problem.hint


def test_what_is_bypassed_wired_or_of_no_model_is_not_judged() -> None:
    nodes = {
        "under": {"type": "lora", "inputs": {"model": "under"}},
        "off": {"type": "lora", "state": "bypassed", "inputs": {"model": "xl-off", "onto": {"from": "under"}}},
        "name": {"type": "text"},
        "wired": {"type": "lora", "inputs": {"model": {"from": "name"}, "onto": {"from": "off"}}},
        "a": {"type": "flux", "inputs": {"loras": {"from": "wired"}}},
        "alone": {"type": "lora", "inputs": {"model": "xl-alone"}},
    }
    assert looked(nodes) == ()
