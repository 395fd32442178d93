"""What fields are told of the node they belong to: its folder, its project and its model."""

from ajar.errors import AjarError
from ajar.hints import Model
from ajar.models import ModelEntry
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.field import Facts
from canvas.fields.seat import default_or
from canvas.fields.shelf import ModelShelf
from workflows import project, sockets
from workflows.graph import Graph


def facts_of(desk: Desk, document: Document, graph: Graph, node: str) -> Facts:
    """The facts of one node of a room."""
    model: ModelEntry | None = None
    for socket in sockets.sockets_of(graph, document.types, node)[0]:
        hint = socket.hint(Model)
        if hint is not None:
            name = default_or(socket, graph.nodes[node].inputs.get(socket.name))
            model = ModelShelf.of(desk).find(hint.kind, name) if isinstance(name, str) else None
    root = document.base
    if document.path is not None:
        try:
            root = project.find(document.path).root
        except AjarError:
            root = document.path.parent
    return Facts(document.base, root, model, own=model.settings if model is not None else {},
                 chosen=document.chosen if document.path is None else None)
