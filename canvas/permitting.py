"""What the look ahead says of licences and of what is confidential, for cards and bars. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from ajar.contract import NodeType
from ajar.hints import File
from canvas.fact import Fact
from canvas.kit import words
from workflows.graph import CONFIDENTIAL, Node
from workflows.guard import Guard, Secret
from workflows.licences import MADE_FOR, Gate, Verdict
from workflows.studio import Prepared

SAID = {"pass": "pass", "warn": "warning", "block": "forbidden"}
INKS = {"pass": "semantic.ok", "warn": "semantic.warn", "block": "semantic.error"}


def permitted(fact: Fact, prepared: Prepared, name: str) -> Fact:
    """The fact of a node with what the terms of its models mean, and whether it is confidential."""
    gate, secrecy = prepared.gate, prepared.secrecy
    own = gate.own.get(name, ())
    secret = secrecy.of(name) if secrecy is not None else None
    fact = replace(fact, confidential=secret.said if secret is not None else "")
    if gate.intent == "any":
        return fact
    worst = max(own, key=lambda one: ("pass", "warn", "block").index(one.word), default=None)
    result = ""
    if prepared.plan.steps[name].type.writes and gate.along(name):
        result = verdict_words(gate, gate.along(name)[0])
    return replace(fact, terms=worst.word if worst is not None else "", result=result)


def marked(facts: Mapping[str, Fact], nodes: Mapping[str, Node], types: Mapping[str, NodeType], guard: Guard,
           ) -> dict[str, Fact]:
    """The facts with the nodes that bring in something confidential, also where nothing of them can run."""
    found = dict(facts)
    for name, node in nodes.items():
        if name not in found or found[name].confidential:
            continue
        if node.extra.get(CONFIDENTIAL):
            found[name] = replace(found[name], confidential=Secret(name, "", "").said)
            continue
        type_ = types.get(node.type)
        for socket in type_.inputs if type_ is not None else ():
            value = node.inputs.get(socket.name)
            if socket.hint(File) is not None and isinstance(value, str):
                secret = guard.of_written(name, value)
                if secret is not None:
                    found[name] = replace(found[name], confidential=secret.said)
    return found


def summed(gate: Gate) -> str:
    """``Client work: 1 warning, 2 pass``; empty where no model is used."""
    models = {(one.used.kind, one.used.id): one.word for one in reversed(gate.all())}
    parts = [words.count(count, "warning") if word == "warn" else f"{count} {SAID[word]}"
             for word in ("block", "warn", "pass") if (count := list(models.values()).count(word))]
    assumed = ", if for yourself" if gate.intent == "any" else ""
    return f"{MADE_FOR[gate.intent].capitalize()}{assumed}: {', '.join(parts)}" if parts else ""


def verdict_words(gate: Gate, verdict: Verdict) -> str:
    """``Client work: pass``."""
    return f"{MADE_FOR[gate.intent].capitalize()}: {_word(verdict)}"


def _word(verdict: Verdict) -> str:
    return "forbidden, with your reason" if verdict.reason else SAID[verdict.word]
