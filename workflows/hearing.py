"""What models that know few words read instead of a prompt: said before a run, while it runs, and in what it made."""

from collections.abc import Iterator, Mapping
from typing import Any

from ajar.readings import Reading
from workflows.cells import Cells
from workflows.facts import WorkflowFacts
from workflows.plan import Plan, Step
from workflows.problems import Problem
from workflows.provenance import known_value
from workflows.streams import Path as Index

PROMPTS = {"prompt": False, "negative": True}
"""The inputs that a model reads, and whether what they say is unwanted."""
MOST = 500
"""Calls of a node whose prompts are looked at before a run; of more, those after are heard while it runs."""


def readings(step: Step, given: Mapping[str, Any], facts: WorkflowFacts) -> dict[str, Reading]:
    """By input: what the model of a step reads instead of a prompt. Empty for models that read prompts as they are."""
    found: dict[str, Reading] = {}
    for model in step.models:
        entry = facts.used.get(model)
        for name, unwanted in PROMPTS.items():
            text = given.get(name)
            if entry is None or not isinstance(text, str) or not text.strip():
                continue
            reading = facts.catalogue.hear(entry, text, unwanted=unwanted)
            if reading is not None:
                found[name] = reading
    return found


def problems_of(plan: Plan, cells: Cells, facts: WorkflowFacts) -> tuple[Problem, ...]:
    """A warning for every prompt, as far as prompts are known before, that a model does not wholly understand."""
    found: dict[Problem, None] = {}
    for step in plan.steps.values():
        if not step.models or step.type.lane != "gpu":
            continue
        known = [_known(plan, cells, step, path) for path in list(cells.made[step.id])[:MOST]]
        each = {tuple(map(str, given.values())): given for given in known}  # of many seeds the prompt is one
        for given in each.values():
            for name, reading in readings(step, given, facts).items():
                if reading.told is not None:
                    found.setdefault(Problem("warning", *reading.told, step.id, name, reading.brief))
    return tuple(found)


def _known(plan: Plan, cells: Cells, step: Step, path: Index | None) -> dict[str, Any]:
    """The prompts of one call, where they are known without having run anything."""
    return {socket.name: known_value(plan, cells, step, bound, path) for socket, bound in step.slots
            if socket.name in PROMPTS}


class Hearing:
    """What is read in one run. ``told`` is called by the engine for each call, ``read`` by what writes files."""

    def __init__(self, plan: Plan, cells: Cells, facts: WorkflowFacts, warned: tuple[Problem, ...]) -> None:
        """``warned`` has been said already."""
        self._plan, self._cells, self._facts = plan, cells, facts
        self._said = {problem.message for problem in warned}
        self._read: dict[tuple[str, Index], dict[str, str]] = {}

    def told(self, step: Step, path: Index, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """(message, hint) for what nobody could know before; each once."""
        if step.type.lane != "gpu" or not step.models:
            return
        found = readings(step, arguments, self._facts)
        self._read[step.id, path] = _changed(found)
        for reading in found.values():
            if reading.told is not None and reading.told[0] not in self._said:
                self._said.add(reading.told[0])
                yield reading.told

    def read(self, step: Step, path: Index | None) -> Mapping[str, str]:
        """By input: the captions that were read, where they are known and other than what was typed."""
        if path is not None and (step.id, path) in self._read:
            return self._read[step.id, path]
        if step.type.lane != "gpu" or not step.models or path is None:
            return {}
        return _changed(readings(step, _known(self._plan, self._cells, step, path), self._facts))


def _changed(found: Mapping[str, Reading]) -> dict[str, str]:
    return {name: reading.caption for name, reading in found.items() if reading.caption != reading.typed}
