"""Draft and final as edits: a closed twin beside a generator with a stage after both, a model swapped, a stage pinned.

The stage of a run is never written into the workflow, so switching it changes no file; a pin stands at its node.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ajar.contract import NodeType
from ajar.errors import EditError
from workflows.arrange import NEW, make_room
from workflows.changes import add_node, fresh, reset_value, set_value
from workflows.flatten import as_text
from workflows.frames import add_note
from workflows.graph import Graph, Link, Node, Wire, entries, links
from workflows.links import value_now
from workflows.meanings import by_meaning, modality_of, output_for
from workflows.places import Place, Sizes, pair
from workflows.problems import suggest
from workflows.reach import upstream
from workflows.replacing import map_formulas
from workflows.sockets import wire_from
from workflows.twins import Target, Twin, translate, wire_of

STAGE, FINAL = "stage", "final"
Pin = Literal["no", "draft", "final"]
LOW = 40.0
"""Between a draft and its final below it."""
CARD = (264.0, 440.0)
"""How large a generator's card is about, where nobody has drawn it yet."""
NOTE = (300.0, 26.0)
"""How wide a note of losses is, and how high a line of it."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A workflow with a final beside a draft."""

    graph: Graph
    final: str
    stage: str
    losses: tuple[str, ...]


def can_stage(graph: Graph, types: Mapping[str, NodeType], name: str) -> bool:
    """Whether a node makes something that another model could make."""
    node = graph.nodes.get(name)
    type_ = types.get(node.type) if node is not None else None
    return type_ is not None and type_.lane != "cpu" and not type_.writes and modality_of(type_) is not None


def stage_of(graph: Graph, name: str) -> str | None:
    """The stage node whose draft this node is."""
    return next((link.node for link in links(graph.nodes)
                 if link.wire.node == name and link.input == "draft" and graph.nodes[link.node].type == STAGE), None)


def picker_of(graph: Graph, name: str) -> str | None:
    """The ``pick`` that lets one of a draft's results through to a final; None where there is none."""
    return next((link.node for link in links(graph.nodes) if link.wire.node == name and link.input == "items"
                 and graph.nodes[link.node].type == "pick" and final_of(graph, link.node) is not None), None)


def final_of(graph: Graph, name: str) -> str | None:
    """The node that is the final of this draft; None where it has none."""
    stage = stage_of(graph, name)
    wire = graph.nodes[stage].inputs.get(FINAL) if stage is not None else None
    return wire.node if isinstance(wire, Wire) else None


def draft_of(graph: Graph, name: str) -> str | None:
    """The node whose final this one is; None where it is none."""
    for node in graph.nodes.values():
        final, draft = node.inputs.get(FINAL), node.inputs.get("draft")
        if node.type == STAGE and isinstance(final, Wire) and final.node == name and isinstance(draft, Wire):
            return draft.node
    return None


def add_final(graph: Graph, types: Mapping[str, NodeType], name: str, target: Target,
              own: Mapping[str, Any] | None = None, sizes: Sizes | None = None, twin: Twin | None = None) -> Staged:
    """Put a twin beside a generator, with the same words, seed and length, and a stage after both.

    All that took the generator's result takes the stage's from now on. What is lost stands in a note beside the twin.
    EditError where the node makes nothing, has a final already, or the target needs what is not there. ``twin``: its
    inputs, where they are to be others.
    """
    _check(graph, types, name, target)
    twin = twin or _complete(translate(graph, types, name, target, own, follow=True), target, name)
    modality = modality_of(types[graph.nodes[name].type]) or "image"
    if (there := final_of(graph, name)) is not None:
        raise EditError(f'"{name}" has a final already: "{there}".', "Replace its model, or remove it first.")
    sizes = sizes or {}
    stage = stage_of(graph, name)
    if stage is None:
        # What leads from the draft to its final (a frame of it) stays with the draft.
        led = {one.node for value in twin.inputs.values() for one in entries(value) if isinstance(one, Wire)}
        graph, stage = _with_stage(graph, types, name, sizes, upstream(graph, led))
    at = _below(graph, name, sizes)
    final = fresh(graph.nodes, FINAL)
    graph = add_node(graph, target.type.id, twin.inputs, id=final, at=at, title="Final")
    graph = set_value(graph, stage, FINAL, wire_of(target, final, modality))
    if twin.losses and at is not None:
        graph = _noted(graph, target, twin.losses, (at[0] + sizes.get(name, CARD)[0] + LOW, at[1]))
    return Staged(graph, final, stage, twin.losses)


def replace_model(graph: Graph, types: Mapping[str, NodeType], name: str, target: Target,
                  own: Mapping[str, Any] | None = None) -> tuple[Graph, tuple[str, ...]]:
    """Another model in the place of a node's, with every wire and value that fits; and what was lost.

    The node keeps its id, its place and its takes; formulas that spoke of an input it no longer has get its value.
    """
    _check(graph, types, name, target)
    twin, node = _complete(translate(graph, types, name, target, own), target, name), graph.nodes[name]
    modality, before = modality_of(types[node.type]) or "image", graph
    extra = {key: value for key, value in node.extra.items() if key != "promoted"}
    made = Node(target.type.id, dict(twin.inputs), title=node.title, extra=extra)
    graph = replace(graph, nodes={**graph.nodes, name: made})
    for link in [link for link in links(graph.nodes) if link.wire.node == name]:
        graph = set_value(graph, link.node, link.input, wire_of(target, name, modality), link.index)
    return _with_formulas(before, graph, types, name), twin.losses


def pin(graph: Graph, stage: str, to: Pin) -> Graph:
    """Keep a stage node at one of its branches whatever a run's stage is; "no" lets it follow again."""
    if stage not in graph.nodes or graph.nodes[stage].type != STAGE:
        raise EditError(f'"{stage}" is no stage.', "Choose a stage node.")
    return reset_value(graph, stage, "pin") if to == "no" else set_value(graph, stage, "pin", to)


def pin_of(graph: Graph, stage: str) -> Pin:
    """Which branch a stage node is pinned to."""
    value = graph.nodes[stage].inputs.get("pin") if stage in graph.nodes else None
    return "draft" if value == "draft" else "final" if value == "final" else "no"


def _check(graph: Graph, types: Mapping[str, NodeType], name: str, target: Target) -> None:
    """EditError where a node makes nothing, or the target something else."""
    if name not in graph.nodes:
        raise EditError(f'There is no node "{name}".', suggest(name, graph.nodes, "Choose a node that is there."))
    if not can_stage(graph, types, name):
        raise EditError(f'"{name}" makes nothing that another model could make.', "Choose a node that generates.")
    modality = modality_of(types[graph.nodes[name].type])
    if modality is None or output_for(target.type, modality) is None:
        raise EditError(f'{target.title} does not make what "{name}" makes.', f"Choose a model that makes {modality}.")


def _complete(twin: Twin, target: Target, name: str) -> Twin:
    if twin.missing:
        raise EditError(f'{target.title} needs what "{name}" does not have: {", ".join(twin.missing).lower()}.',
                        "Wire that first, or choose another model.")
    return twin


def _with_stage(graph: Graph, types: Mapping[str, NodeType], name: str, sizes: Sizes, kept: Collection[str],
                ) -> tuple[Graph, str]:
    """A stage behind a node, before all that took its result but for ``kept``."""
    modality = modality_of(types[graph.nodes[name].type]) or "image"
    wire = wire_of(Target(types[graph.nodes[name].type], "", ""), name, modality)
    wire = wire_from(graph, types, name, wire.output)
    takers = [link for link in links(graph.nodes) if link.node not in kept and _is_from(graph, types, link, wire)]
    stage = fresh(graph.nodes, STAGE)
    place = pair(graph.layout.get(name))
    wide = sizes.get(name, CARD)[0]
    at = None if place is None else (place[0] + wide + LOW, place[1])
    graph = add_node(graph, STAGE, {"draft": wire}, id=stage, at=at)
    for link in takers:
        graph = set_value(graph, link.node, link.input, Wire(stage), link.index)
    return make_room(graph, {**sizes, stage: sizes.get(stage, NEW)}, stage), stage


def _is_from(graph: Graph, types: Mapping[str, NodeType], link: Link, wire: Wire) -> bool:
    return link.wire.node == wire.node and wire_from(graph, types, wire.node, link.wire.output) == wire


def _below(graph: Graph, name: str, sizes: Sizes) -> Place | None:
    """Below the draft, and below what lies there already."""
    place = pair(graph.layout.get(name))
    if place is None:
        return None
    wide, high = sizes.get(name, CARD)
    left, top = place[0], place[1] + high + LOW
    for other in graph.nodes:
        there = pair(graph.layout.get(other))
        if other != name and there is not None and left - wide < there[0] < left + wide and there[1] >= top - LOW:
            top = max(top, there[1] + sizes.get(other, CARD)[1] + LOW)
    return left, top


def _noted(graph: Graph, target: Target, losses: Collection[str], at: Place) -> Graph:
    text = "\n\n".join((f"What {target.title} does otherwise", *losses))
    lines = sum(1 + len(one) // 38 for one in losses) + len(losses) + 2
    return add_note(graph, text, at, (NOTE[0], NOTE[1] * lines))


def _with_formulas(before: Graph, graph: Graph, types: Mapping[str, NodeType], name: str) -> Graph:
    """Formulas that spoke of the node's inputs speak of those that mean the same now, or say the value."""
    was, now = by_meaning(types[before.nodes[name].type]), by_meaning(types[graph.nodes[name].type])
    names = {socket.name: now[meaning].name for meaning, socket in was.items() if meaning in now}
    still = {socket.name for socket in types[graph.nodes[name].type].inputs}
    outputs = {socket.name for socket in types[graph.nodes[name].type].outputs}

    def instead(node: str, key: str) -> str:
        if node != name or key in outputs or key in still:
            return f"{node}.{key}"
        if key in names:
            return f"{node}.{names[key]}"
        return as_text(value_now(before, types, f"{node}.{key}"), f"{node}.{key}")

    nodes = map_formulas(graph.nodes, instead)
    return replace(graph, nodes=nodes)

