"""What a run asked a person and could not go on without, in a small file: written, answered by anyone, read again.

``out/film.pick.json`` names the candidates with their files. Whoever writes a number at ``"choice"`` lets the run go
on where it stopped, also after a restart: all that came before is in the store.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, Waiting, WorkflowError
from workflows.disk import replace_file, trouble
from workflows.format import dump
from workflows.graph import Graph
from workflows.kinds import to_json
from workflows.outputs import plain_name
from workflows.variants import asking

ENDING = ".pick.json"
RUN = ("stage", "only", "set", "seed", "out", "pack", "residency", "intent", "licence_reason", "sidecar")
"""What of a command line has to be the same when the run goes on."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a node wants to know."""

    node: str
    input: str
    """The input that takes the answer."""
    text: str
    candidates: tuple[Path | Any, ...]
    """By their number: the file of each, or its value."""
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of questions."""

    path: Path
    workflow: Path
    graph: str
    run: Mapping[str, Any]
    questions: tuple[Question, ...]


def question(graph: Graph, node: str, text: str, choices: Sequence[Any], files: Mapping[int, Path]) -> Question | None:
    """The question of a node that waits; None where no input of it takes an answer."""
    key = asking(graph, node)
    if key is None or not choices:
        return None
    return Question(node, key, text, tuple(files.get(number, value) for number, value in enumerate(choices)))


def write(folder: Path, name: str, workflow: Path, graph: Graph, run: Mapping[str, Any],
          questions: Sequence[Question]) -> Path:
    """Write the questions of a run into its output folder. AjarError where that can't be done."""
    path = folder / f"{plain_name(name) or 'workflow'}{ENDING}"
    plain = {
        "ajar-pick": 1, "how": f"Write a number at every \"choice\", then: ajar resume {path.name}",
        "workflow": str(workflow), "graph": digest(graph),
        "run": {key: run.get(key) for key in RUN}, "asked": [_plain(one, folder) for one in questions],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode())
    except OSError as error:
        raise trouble(error, f"write {path.name}") from error
    return path


def read(path: Path) -> Sheet:
    """A file of questions. WorkflowError where it is none, or holds an answer that is none of the candidates."""
    try:
        plain = json.loads(path.read_bytes())
        if plain["ajar-pick"] != 1:
            raise WorkflowError(f"{path} was written by a newer Ajar.", "Update Ajar.")
        asked = tuple(_question(one, path.parent) for one in plain["asked"])
        sheet = Sheet(path, Path(plain["workflow"]), str(plain["graph"]), dict(plain["run"]), asked)
    except OSError as error:
        raise WorkflowError(f"{path} can't be read: {(error.strerror or str(error)).lower()}.",
                            "Check the name of the file.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WorkflowError(f"{path} does not hold the questions of a run.", "Give the file that the run wrote."
                            ) from None
    for one in sheet.questions:
        if one.choice is not None and not 0 <= one.choice < len(one.candidates):
            raise WorkflowError(f'There is no candidate {one.choice} of "{one.node}".',
                                f"Choose from 0 to {len(one.candidates) - 1}.")
    return sheet


def answers(sheet: Sheet, graph: Graph, choice: int | None = None) -> list[str]:
    """What to set for the run to go on: ``pick.choice=2``. ``choice`` answers what is still open.

    Waiting where nobody has chosen; WorkflowError where the workflow is another now.
    """
    if digest(graph) != sheet.graph:
        raise WorkflowError(f"{sheet.workflow.name} has changed since it asked.",
                            "Run it again: what has not changed is not made again, and it asks anew.")
    chosen = []
    for one in sheet.questions:
        number = one.choice if one.choice is not None else choice
        if number is None:
            raise Waiting(f'Nobody has chosen for "{one.node}" yet: {one.text}',
                          f'Write a number from 0 to {len(one.candidates) - 1} at "choice" in {sheet.path}, '
                          "or give --choice.")
        if not 0 <= number < len(one.candidates):
            raise WorkflowError(f'There is no candidate {number} of "{one.node}".',
                                f"Choose from 0 to {len(one.candidates) - 1}.")
        chosen.append(f"{one.node}.{one.input}={number}")
    return chosen


def digest(graph: Graph) -> str:
    """Of what a workflow says, so that an answer is not given to another question."""
    from blake3 import blake3

    return str(blake3(dump(graph).encode("utf-8", "replace")).hexdigest())


def _plain(one: Question, folder: Path) -> dict[str, Any]:
    candidates: list[dict[str, Any]] = []
    for number, given in enumerate(one.candidates):
        entry: dict[str, Any] = {"choice": number}
        if isinstance(given, Path):
            entry["file"] = given.relative_to(folder).as_posix() if given.is_relative_to(folder) else str(given)
        else:
            try:
                entry["value"] = to_json(given)
            except (TypeError, AjarError):
                entry["value"] = type(given).__name__
        candidates.append(entry)
    return {"node": one.node, "input": one.input, "question": one.text, "candidates": candidates, "choice": one.choice}


def _question(plain: Mapping[str, Any], folder: Path) -> Question:
    choice = plain.get("choice")
    if choice is not None and (isinstance(choice, bool) or not isinstance(choice, int)):
        raise WorkflowError(f'"choice" has to be a number, not {json.dumps(choice)}.', "Write it without quotes.")
    given = tuple(folder / one["file"] if "file" in one else one.get("value") for one in plain["candidates"])
    return Question(str(plain["node"]), str(plain["input"]), str(plain["question"]), given, choice)
