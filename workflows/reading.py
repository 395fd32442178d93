"""Reads a workflow from what a person names: a workflow file, or a file that Ajar made and that carries one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, WorkflowError
from workflows import format, sidecars
from workflows.graph import Graph

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


def _none(path: Path) -> WorkflowError:
    hint = "Only files that Ajar made do, while no other program has rewritten them, or with their sidecar beside them."
    return WorkflowError(f"{path} carries no workflow.", hint)
