"""What FILE stands for: a workflow, or a file that Ajar made and that carries its workflow."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.context import Stage
from ajar.errors import AjarError, WorkflowError
from workflows import format, sidecars
from workflows.allowance import NOTHING, Allowance
from workflows.graph import Graph
from workflows.problems import Problem

if TYPE_CHECKING:
    import argparse

    from ajar.contract import NodeType
    from workflows.packs import Packs
    from workflows.studio import Prepared, Studio

MEDIA = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"fLaC", b"glTF", b"ID3", b"\xff\xfb", b"II*\0", b"MM\0*", b"GIF8",
         b"\x1a\x45\xdf\xa3", b"OggS")


@dataclass(frozen=True, slots=True)
class Source:
    """A graph, and what is known about where it comes from."""

    graph: Graph
    name: str
    """Output files are named after it."""
    file: Path
    """Paths in the graph are relative to this file's folder."""
    about: Mapping[str, Any] | None = None
    """What a file that Ajar made says about itself."""


def read_source(text: str) -> Source:
    """The graph of a workflow or inside an output. WorkflowError where there is none."""
    path = Path(text)
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        head = b""  # the reader of workflows says what is wrong
    if head.startswith(b"PK\3\4"):
        raise WorkflowError(f"{path.name} is packed: it is a bundle, or another zip.",
                            f"Unpack it first: ajar unbundle {path.name} FOLDER.")
    if head.startswith(MEDIA) or head[4:8] == b"ftyp" or path.name.endswith(sidecars.ENDING):
        return read_output(path)
    if head and not path.name.endswith(".json") and sidecars.beside(path).is_file():
        return read_output(path)
    return Source(format.load(path), path.stem, path.absolute())


def read_output(path: Path) -> Source:
    """The graph inside a file that Ajar made. WorkflowError where it carries none."""
    about = read_about(path)
    graph = about.get("graph")
    if not isinstance(graph, dict):
        raise _none(path)
    name = about.get("workflow") if isinstance(about.get("workflow"), str) else ""
    base = about.get("base") if isinstance(about.get("base"), str) else ""
    name = Path(str(name)).name or path.stem
    built = format.read(json.dumps(graph).encode())
    return Source(built, name, (path.absolute().parent / str(base) / f"{name}.json"), about)


def read_about(path: Path) -> dict[str, Any]:
    """What a file says about its making, or what is said in a sidecar: beside it, or given itself.

    WorkflowError where nothing is said.
    """
    from ajar import pictures

    if path.name.endswith(sidecars.ENDING):
        return dict(sidecars.read(path).about)
    if not path.exists():
        raise WorkflowError(f"There is no file {path}.", "Check the name; paths are relative to this folder.")
    beside = sidecars.find(path)
    try:
        text = pictures.read_about(path)
    except AjarError as error:
        if beside is None:
            raise WorkflowError(error.message, error.hint) from None
        text = None
    if not text and beside is not None:
        return dict(beside.about)
    try:
        plain = json.loads(text or "")
    except (ValueError, RecursionError):
        raise _none(path) from None
    if not isinstance(plain, dict):
        raise _none(path)
    return plain


def changed(source: Source, request: "argparse.Namespace", packs: "Packs") -> Graph:
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
    studio: "Studio", source: Source, request: "argparse.Namespace", tell: Callable[[Problem], None],
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


def _stage_of(source: Source, request: "argparse.Namespace") -> Stage:
    """The stage that was asked for, else that of the output, else draft."""
    wanted = request.stage or (source.about or {}).get("stage")
    return "final" if wanted == "final" else "draft"


def given_paths(request: "argparse.Namespace") -> frozenset[tuple[str, str]]:
    """The (node, input) pairs a person set for this run: paths in them may lead outside the project."""
    places = [change.partition("=")[0].strip().rpartition(".") for change in request.set]
    return frozenset((node, input_.partition("[")[0]) for node, _, input_ in places)


def _value(graph: Graph, place: str, text: str, types: "Mapping[str, NodeType]") -> Any:
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


def _none(path: Path) -> WorkflowError:
    hint = "Only files that Ajar made do, while no other program has rewritten them, or with their sidecar beside them."
    return WorkflowError(f"{path} carries no workflow.", hint)


