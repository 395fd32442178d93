"""Which models could make what a node makes, what each costs, and what is lost with each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ajar.contract import REQUIRED, NodeType, Socket
from ajar.errors import AjarError, WorkflowError
from ajar.hints import Model
from ajar.models import ModelEntry
from ajar.offers import Offer, Quote
from ajar.remote import Provider
from workflows import kinds
from workflows.graph import Expr, Graph, GroupInput, Row, Value, Wire, entries
from workflows.hosted import Choice
from workflows.links import value_now
from workflows.meanings import by_meaning, modality_of, model_socket, output_for
from workflows.plan import Binding, Const, Link, Several, Step
from workflows.problems import suggest
from workflows.quotes import estimate
from workflows.stages import can_stage
from workflows.twins import Target, Twin, translate


@dataclass(frozen=True, slots=True)
class Rival:
    """One model that could make it, and how."""

    target: Target
    twin: Twin
    provider: str = ""
    """The title of who hosts it; empty for a model of this machine."""
    quote: Quote | None = None
    """What one call would cost; None for a model of this machine, and where it would be refused."""
    refused: str = ""
    """Why it would be refused as things are."""
    installed: bool = True
    checked: str = ""
    """The day its row was checked."""

    @property
    def possible(self) -> bool:
        return not self.refused and not self.twin.missing


def own_settings(choice: Choice, types: Mapping[str, NodeType], graph: Graph, name: str) -> Mapping[str, Any]:
    """What the model of a node does by itself, where nothing is set; empty where that is not known."""
    node = graph.nodes[name]
    type_ = types.get(node.type)
    socket = model_socket(type_) if type_ is not None else None
    hint = socket.hint(Model) if socket is not None else None
    if socket is None or hint is None:
        return {}
    value = node.inputs.get(socket.name)
    wanted = value if isinstance(value, str) else socket.default
    return next((entry.settings for entry in choice.entries() if entry.id == wanted and _serves(entry, hint.kind)), {})


def rivals(choice: Choice, providers: Mapping[str, Provider], types: Mapping[str, NodeType], graph: Graph, name: str,
           *, hosted: bool = False) -> list[Rival]:
    """All models that could make what a node makes: those of this machine first, then the hosted ones by price.

    With ``hosted`` only those. The model that the node has now is left out. Nothing is sent anywhere.
    """
    if not can_stage(graph, types, name):
        return []
    own = own_settings(choice, types, graph, name)
    now = _now(types, graph, name)
    found = []
    for target, about in _targets(choice, providers, types, graph, name):
        if (hosted and target.type.lane != "remote") or (target.type.id, target.model) == now:
            continue
        twin = translate(graph, types, name, target, own, follow=hosted)
        rival = _rival(graph, types, target, twin, about)
        if not _hopeless(rival):
            found.append(rival)
    return sorted(found, key=_order)


def rival_of(choice: Choice, providers: Mapping[str, Provider], types: Mapping[str, NodeType], graph: Graph, name: str,
             wanted: str, *, hosted: bool = False) -> Rival:
    """The one of this name: ``kling-3.0``, ``kling_video``, ``kling_video:kling-3.0``. WorkflowError lists others."""
    if name not in graph.nodes:
        raise WorkflowError(f'There is no node "{name}".', suggest(name, graph.nodes, "Choose a node that is there."))
    found = rivals(choice, providers, types, graph, name, hosted=hosted)
    if not found:
        raise WorkflowError(f'No other model makes what "{name}" makes.', "Choose a node that generates.")
    type_, _, model = wanted.partition(":")
    fits = [one for one in found if wanted in (one.target.model, one.target.title)
            or (one.target.type.id == type_ and model in ("", one.target.model))]
    if not fits:
        names = {one.target.model for one in found} | {one.target.type.id for one in found}
        raise WorkflowError(f'"{wanted}" can\'t make what "{name}" makes, or is not known.',
                            suggest(wanted, names, "See what can: give no model."))
    default = {one.target.type.id: _default(one.target.type) for one in fits}
    return min(fits, key=lambda one: (one.target.model != default[one.target.type.id], not one.possible))


def quote_for(graph: Graph, types: Mapping[str, NodeType], type_: NodeType, inputs: Mapping[str, Value],
              known: Mapping[str, Any] | None = None) -> Quote:
    """What a call with these inputs would cost. AjarError where the node would refuse it.

    ``known``: values that stand in for what is wired.
    """
    slots = tuple((socket, Const(known[socket.name], None) if known and socket.name in known
                   else _bound(graph, types, socket, inputs.get(socket.name))) for socket in type_.inputs)
    return estimate(Step("final", type_, slots, (), (), ""))


def _rival(graph: Graph, types: Mapping[str, NodeType], target: Target, twin: Twin, about: "Offer | ModelEntry",
           ) -> Rival:
    if isinstance(about, ModelEntry):
        return Rival(target, twin, installed=about.path is not None, checked=about.checked)
    quote, refused = None, ""
    if about.status == "legacy" and about.ended:
        gone = f"{about.title} may have ended on {about.ended}; that is not confirmed."
        twin = replace(twin, losses=(gone, *twin.losses))
    if not twin.missing:
        try:
            quote = quote_for(graph, types, target.type, twin.inputs)
        except AjarError as error:
            refused = error.message
    return Rival(target, twin, target.type.provider, quote, refused, checked=about.checked)


def _targets(choice: Choice, providers: Mapping[str, Provider], types: Mapping[str, NodeType], graph: Graph,
             name: str) -> Iterator[tuple[Target, "Offer | ModelEntry"]]:
    type_ = types[graph.nodes[name].type]
    modality, worded = modality_of(type_), "prompt" in by_meaning(type_)
    models = choice.entries()
    for other in types.values():
        socket = model_socket(other)
        hint = socket.hint(Model) if socket is not None else None
        alike = hint is not None and not hint.learns and not other.hidden and not other.writes
        if not alike or hint is None or modality is None or worded != ("prompt" in by_meaning(other)):
            continue
        if other.lane == "gpu" and modality_of(other) == modality:
            for entry in models:
                if not entry.provider and _serves(entry, hint.kind):
                    yield Target(other, entry.id, entry.title, settings=entry.settings), entry
        elif other.lane == "remote" and output_for(other, modality) is not None and other.provider in providers:
            for offer in providers[other.provider].facts.offers:
                if offer.kind == hint.kind and offer.status != "retired" and offer.modality == modality:
                    yield Target(other, offer.id, offer.title, offer.can), offer


def _serves(entry: ModelEntry, kind: str) -> bool:
    return entry.kind == kind or kind in entry.also


def _now(types: Mapping[str, NodeType], graph: Graph, name: str) -> tuple[str, Any]:
    node = graph.nodes[name]
    socket = model_socket(types[node.type])
    return node.type, node.inputs.get(socket.name, _default(types[node.type])) if socket is not None else ""


def _default(type_: NodeType) -> str:
    socket = model_socket(type_)
    return str(socket.default) if socket is not None and socket.default is not REQUIRED else ""


def _hopeless(rival: Rival) -> bool:
    """Whether it is another kind of tool: it edits or extends what there is nothing of here."""
    return bool(set(rival.twin.missing) - {"First frame", "First", "Image"})


def _order(rival: Rival) -> tuple[Any, ...]:
    hosted = rival.target.type.lane == "remote"
    high = rival.quote.high if rival.quote is not None else None
    price = high if high is not None else float("inf")
    return hosted, not rival.possible, not rival.installed, price, rival.target.title, rival.target.model


def _bound(graph: Graph, types: Mapping[str, NodeType], socket: Socket, value: Value | None) -> Binding:
    """The value where it is known without a run; else something that is stood in for."""
    open_ = Link("elsewhere", 0)
    if isinstance(value, Expr):
        value = value_now(graph, types, value.text)
        if value is None:
            return open_
    if isinstance(value, (Wire, GroupInput)):
        return _text_of(graph, value) or open_
    if isinstance(value, Row):
        return Several(tuple(None if one is None else open_ for one in entries(value)))
    if value is None:
        return Const(None if socket.default is REQUIRED else () if socket.form == "row" else socket.default, None)
    try:
        return Const(kinds.read_literal(socket, value), None)
    except WorkflowError:
        return Const(value, None)


def _text_of(graph: Graph, value: Value) -> Const | None:
    """What a node that only holds a text or number gives: a prompt is counted before anything runs."""
    node = graph.nodes.get(value.node) if isinstance(value, Wire) else None
    if node is None or node.type not in ("prompt", "text", "seed", "number"):
        return None
    given = [one for one in node.inputs.values() if isinstance(one, (str, int, float))]
    return Const(given[0], None) if len(given) == 1 and len(node.inputs) == 1 else None
