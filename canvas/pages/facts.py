"""What fields are told of the node they belong to: its folder, its project and its model."""

from collections.abc import Mapping
from typing import Any

from ajar.contract import Socket
from ajar.errors import AjarError
from ajar.hints import Listed, Model
from ajar.models import ModelEntry
from ajar.offers import Offer
from ajar.remote import Provider
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields import hosted
from canvas.fields.field import Facts
from canvas.fields.seat import default_or
from canvas.fields.shelf import ModelShelf
from workflows import obedience, project, sockets
from workflows.graph import Graph, links


def facts_of(desk: Desk, document: Document, graph: Graph, node: str) -> Facts:
    """The facts of one node of a room."""
    model: ModelEntry | None = None
    offer: Offer | None = None
    host: Provider | None = None
    shelf = ModelShelf.of(desk)
    given = {socket.name: (socket, default_or(socket, graph.nodes[node].inputs.get(socket.name)))
             for socket in sockets.sockets_of(graph, document.types, node)[0]}
    for socket, value in given.values():
        hint = socket.hint(Model)
        if hint is not None:
            if model is not None and not value:
                continue  # a second model that is not used says nothing about the first
            model = shelf.find(hint.kind, value) if isinstance(value, str) else None
            host = shelf.provider(hint.kind)
            offer = hosted.offer_of(host.facts, hint.kind, value) if host is not None and isinstance(
                value, str) and value else None
        elif (service := _service(socket, given)) is not None:
            host = desk.studio.packs.providers.get(service)
    root, policy = document.base, project.Policy()
    if document.path is not None:
        try:
            found = project.find(document.path)
            root, policy = found.root, found.policy
        except AjarError:
            root = document.path.parent
    return Facts(document.base, root, model, own=model.settings if model is not None else {}, offer=offer,
                 reader=model or _reader(shelf, document, graph, node),
                 provider=host.name if host is not None else "", barred=_barred(desk, document, host, policy),
                 chosen=document.chosen if document.path is None else None)


def _reader(shelf: ModelShelf, document: Document, graph: Graph, node: str) -> ModelEntry | None:
    """The model of the first node into whose prompt this one is wired."""
    for link in links(graph.nodes):
        if link.wire.node == node and link.input == "prompt" and link.node in graph.nodes:
            for socket in sockets.sockets_of(graph, document.types, link.node)[0]:
                value = default_or(socket, graph.nodes[link.node].inputs.get(socket.name))
                if (hint := socket.hint(Model)) is not None and isinstance(value, str) and value:
                    return shelf.find(hint.kind, value)
    return None


def _service(socket: Socket, given: Mapping[str, tuple[Socket, Any]]) -> str | None:
    """The provider that lists the models of an input."""
    hint = socket.hint(Listed)
    if hint is None or hint.other not in given:
        return None
    value = given[hint.other][1]
    return dict(hint.providers).get(value) if isinstance(value, str) else None


def _barred(desk: Desk, document: Document, host: Provider | None, policy: project.Policy) -> str:
    """Why nothing may be asked of a provider: the strictest of person, project and workflow counts."""
    if host is None:
        return ""
    try:
        own = project.policy_of(document.graph.settings, "the workflow")
    except AjarError as error:
        return error.message
    mine = obedience.policy_of_settings(desk.studio.settings)

    def is_here(one: Provider) -> bool:
        return desk.studio.transport.loopback(one)  # asked only where it matters: it loads the network's libraries

    return obedience.barred(host, project.strictest(mine, policy, own), is_here)
