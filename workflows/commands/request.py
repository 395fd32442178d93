"""What a command line asks for: which packs, which changes of the workflow, and the plan of it."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.context import Stage
from ajar.errors import WorkflowError
from workflows.allowance import NOTHING, Allowance
from workflows.graph import Graph
from workflows.problems import Problem
from workflows.reading import Source

if TYPE_CHECKING:
    from ajar.contract import NodeType
    from workflows.packs import Packs
    from workflows.studio import Prepared, Studio


def changed(source: Source, request: argparse.Namespace, packs: "Packs") -> Graph:
    """The graph with today's names, and with ``--set`` and ``--seed`` applied."""
    from workflows import migrate, overrides

    graph = migrate.rename(source.graph, packs.types)
    for change in request.set:
        place, equals, text = change.partition("=")
        if not equals or "." not in place:
            raise WorkflowError(f"--set {change} can't be understood.", "Write --set node.input=value.")
        graph = overrides.override(graph, place.strip(), _value(graph, place.strip(), text, packs.types))
    if getattr(request, "seed", None) is not None:
        graph = overrides.set_seeds(graph, packs.types, request.seed)
    return graph


def written_to(source: Source, graph: Graph, request: argparse.Namespace) -> Path:
    """Save a changed workflow where it was, or into ``--into``. WorkflowError where that would destroy another file.
    """
    from workflows import format

    target = Path(request.into or request.file)
    if not request.into and source.about is not None:
        raise WorkflowError(f"{target} is no workflow, it only carries one.",
                            "Say where the changed one is to be written: --into FILE.")
    if request.into and target.exists() and not target.samefile(request.file) \
            and target.read_bytes() != format.dump(graph).encode():
        raise WorkflowError(f"{target} is there already, and is another one.", "Give another name with --into.")
    format.save(graph, target)
    return target


def open_packs(files: list[str]) -> "Packs":
    """All packs. A file that was asked for and can't be loaded is an error; any other pack is only left out."""
    from workflows.allowing import load_all
    from workflows.settings import Home

    packs = load_all(Home.find().path, [Path(file) for file in files])
    refuse_lost(packs, files)
    return packs


def refuse_lost(packs: "Packs", files: list[str]) -> None:
    """WorkflowError if a pack given with --pack could not be loaded."""
    for file in files:
        path = Path(file).resolve()
        if path.stem in packs.digests:
            continue
        for problem in packs.problems:
            if str(path) in problem.message or f'"{path.stem}"' in problem.message:
                raise WorkflowError(problem.message, problem.hint)


def planned(
    studio: "Studio", source: Source, request: argparse.Namespace, tell: Callable[[Problem], None],
    out: Path | None = None, allowance: Allowance = NOTHING,
) -> "Prepared":
    """Apply the changes and plan. Every problem is told; the first error is raised."""
    from workflows import project
    from workflows.studio import Options

    refuse_lost(studio.packs, request.pack)
    for problem in studio.packs.problems:
        tell(problem)
    graph = changed(source, request, studio.packs)
    place, only = project.find(source.file), tuple(request.only)
    options = Options(
        stage=_stage_of(source, request), only=only, no_cache=request.no_cache, out=out, workflow=source.name,
        base=source.file.parent, trusted=given_paths(request), allowance=allowance,
        residency=getattr(request, "residency", "open"),
        sidecars=getattr(request, "sidecar", False), intent=getattr(request, "intent", "any"),
        licence_reason=getattr(request, "licence_reason", "").strip(),
    )
    try:
        prepared = studio.plan(graph, place, options)
    except WorkflowError as error:
        # The plan stops at the first error; a person wants to hear of all.
        for problem in studio.check(graph, place, only, options.stage):
            if problem.severity == "error" and problem.message != error.message:
                tell(problem)
        raise
    for problem in prepared.warnings:
        tell(problem)
    return prepared


def _stage_of(source: Source, request: argparse.Namespace) -> Stage:
    """The stage that was asked for, else that of the output, else draft."""
    wanted = request.stage or (source.about or {}).get("stage")
    return "final" if wanted == "final" else "draft"


def given_paths(request: argparse.Namespace) -> frozenset[tuple[str, str]]:
    """The (node, input) pairs a person set for this run: paths in them may lead outside the project."""
    places = [change.partition("=")[0].strip().rpartition(".") for change in request.set]
    return frozenset((node, input_.partition("[")[0]) for node, _, input_ in places)


def _value(graph: Graph, place: str, text: str, types: Mapping[str, "NodeType"]) -> Any:
    """JSON, else text. What looks like a number stays text where only text can go."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text
    name, _, input_ = place.rpartition(".")
    node = graph.nodes.get(name)
    socket = types[node.type].input(input_) if node and node.type in types else None
    plain = socket is not None and socket.type is str and socket.form == "one"
    return text if plain and not isinstance(value, (str, dict, type(None))) else value


def _refuse(name: str) -> Any:
    raise ValueError(name)
