"""What a run is about and where it belongs: names, folders, and the files a person chose for it."""

from collections.abc import Mapping
from pathlib import Path

from ajar.contract import NodeType, Socket
from ajar.errors import AjarError
from ajar.hints import File
from canvas.document import Document
from canvas.marks import mark_of
from workflows import variants
from workflows.flatten import unfold
from workflows.graph import Graph, Value, entries


def subject(document: Document, only: tuple[str, ...]) -> tuple[str, str, str]:
    """What a run of these nodes (by flat id; none: all) is about, in words, and its icon and category."""
    if not only:
        return "", "run", ""
    node = variants.node_at(document.graph, only[0])
    type_ = document.types.get(node.type) if node is not None else None
    category, icon = mark_of(type_, node.type if node is not None else "")
    title = title_of(document.graph, document.types, only[0])
    return (title if len(only) == 1 else f"{title} and {len(only) - 1} more"), icon, category


def title_of(graph: Graph, types: Mapping[str, NodeType], flat: str) -> str:
    """What a node is called on its card."""
    node = variants.node_at(graph, flat)
    if node is None:
        return flat
    if node.title:
        return node.title
    group = graph.groups.get(node.group or "")
    if group is not None:
        return group.title or (node.group or "").replace("-", " ").capitalize()
    type_ = types.get(node.type)
    return type_.title if type_ is not None else node.type


def file_of(document: Document, home: Path) -> Path:
    """Where a workflow lies, or would lie: paths in it start from there."""
    if document.path is not None:
        return document.path
    return (document.origin or home / "unsaved") / f"{document.title}.json"


def trusted_of(document: Document) -> frozenset[tuple[str, str]]:
    """The files outside that a person chose for a workflow that has no folder of its own yet.

    What was pasted, or came with a file, was chosen by somebody else.
    """
    if document.path is not None or not document.chosen:
        return frozenset()
    found: set[tuple[str, str]] = set()
    try:
        nodes = unfold(document.graph).graph.nodes
    except AjarError:  # the plan says why
        return frozenset()
    for name, node in nodes.items():
        type_ = document.types.get(node.type)
        for socket in type_.inputs if type_ is not None else ():
            values = entries(node.inputs.get(socket.name)) if socket.hint(File) is not None else ()
            outside = [value for value in values if isinstance(value, str) and Path(value).is_absolute()]
            if outside and document.chosen.issuperset(outside):
                found.add((name, socket.name))
    return frozenset(found)


def remember_choice(document: Document, socket: Socket, value: Value) -> None:
    """A person has named a file for this input by hand."""
    if socket.hint(File) is not None:
        document.chosen.update(one for one in entries(value) if isinstance(one, str))
