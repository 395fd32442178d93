"""Promotes a take: the final's model gets its words, its seed and, where it takes them, its frames, film or picture.

It is an edit of the workflow, as any other: the draft's node gives this take from now on, the final's is filled with
it, and what it came from stands at the final. Nothing is ordered here; run again, the same order is the same result.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ajar.contract import NodeType, Socket
from ajar.errors import AjarError, EditError, Refused
from ajar.offers import Quote
from ajar.plain import Size
from ajar.values import Image
from workflows import inside, kinds
from workflows.ancestry import PROMOTED, record_of
from workflows.behind_pick import kept_wires, place_of
from workflows.changes import add_node, fresh
from workflows.finals import own_settings, quote_for
from workflows.graph import CONFIDENTIAL, Expr, Graph, GroupInput, Node, Row, Value, Wire, row
from workflows.meanings import by_meaning, modality_of, side_of
from workflows.picking import pick
from workflows.places import pair
from workflows.project import find
from workflows.sound import plan_sound
from workflows.stages import CARD, LOW, add_final, final_of, picker_of
from workflows.studio import Options, Prepared, Studio
from workflows.take import Take
from workflows.takes import Takes
from workflows.twins import Target, Twin, takes_media, translate, wire_of
from workflows.variants import node_at, with_value

ROLES: Mapping[str, Mapping[str, str]] = {
    "video": {"first_frame": "first", "last_frame": "last", "clip": "video", "reference": "references"},
    "image": {"reference": "references", "image": "image"},
}
"""What a take of this kind can be for a final, and what the final calls it."""
FRAMES = {"first_frame": "first_frame", "last_frame": "last_frame", "reference": "first_frame"}
"""The nodes that take a picture out of a film."""
SIDE = 720
"""What a frame's short side is scaled to where it is too small for a model and no resolution says more."""
NOTHING = "prompt"
"""The role of a take that lends its words and seed only."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """A workflow whose final is filled with a take."""

    graph: Graph
    final: str
    """The flat id of the node that makes the final."""
    roles: tuple[str, ...]
    losses: tuple[str, ...]
    quote: Quote | None
    """What the order costs; None where it would be refused."""
    refused: str = ""


def roles_for(kind: str, target: Target) -> tuple[str, ...]:
    """What a take of this kind can be for a model, the most telling first."""
    return tuple(role for role, meaning in ROLES.get(kind, {}).items() if takes_media(target, meaning))


def promote(studio: Studio, graph: Graph, file: Path, options: Options, take: Take, target: Target,
            roles: Sequence[str] | None = None) -> Promotion:
    """The workflow in which the final of a take's node is made by a target out of this take.

    ``roles``: ``first_frame``, ``last_frame``, ``clip``, ``reference``; none lends words and seed only; not said, the
    first that the model takes. AjarError where the node is gone, or the model takes no such thing; Refused where the
    take is confidential: neither its frames nor its words may reach another machine.
    """
    _may_leave(graph, take)
    able = roles_for(take.kind, target)
    wanted = able[:1] if roles is None else tuple(dict.fromkeys(role for role in roles if role != NOTHING))
    for role in wanted:
        if role not in able:
            offered = f"It takes {' or '.join(able)}." if able else "It takes words only: say prompt."
            raise EditError(f"{target.title} takes no {role.replace('_', ' ')} from a take like this.", offered)
    *room, name = take.node.split("/")
    giver = picker_of(inside.room(graph, tuple(room)), name) or name
    place = place_of(studio, graph, file, options, take) if giver != name else None
    if place is None:
        picked, giver = pick(studio, graph, file, options, take.node, take).graph, name
    else:  # the other takes stay, and what shows them all
        picked = with_value(graph, "/".join((*room, giver)), "choice", place)
    found: list[Promotion] = []

    def change(shown: Graph) -> Graph:
        own = own_settings(studio.catalogue, studio.packs.types, shown, name)
        found.append(_filled(shown, studio.packs.types, name, giver, take, target, wanted, own))
        return found[0].graph

    whole = inside.changed(picked, tuple(room), change)
    return replace(found[0], graph=whole, final="/".join((*room, found[0].final)))


def planned(studio: Studio, graph: Graph, file: Path, options: Options, final: str) -> Prepared:
    """What making the final will take. AjarError where it can't be made."""
    sound = plan_sound(studio, graph, find(file), replace(options, stage="final", only=(final,)))
    if sound.prepared is None or sound.lost:
        error = next((one for one in sound.problems if one.severity == "error"), None)
        raise AjarError(error.message if error else "The final can't be made.", error.hint if error else "")
    return sound.prepared


def made_already(prepared: Prepared, takes: Takes, final: str) -> Take | None:
    """The take that this very order gave before; running it again costs nothing and makes nothing new."""
    cells = prepared.cells.made.get(final, {}).values()
    keys = [cell.key for cell in cells if cell.key is not None and cell.hit is not None]
    found = takes.by_key(keys)
    return found[-1] if found and len(keys) == len(cells) else None


def _may_leave(graph: Graph, take: Take) -> None:
    node = node_at(graph, take.node)
    if take.confidential or (node is not None and node.extra.get(CONFIDENTIAL)):
        raise Refused(f"Take {take.number} is confidential, so nothing of it may reach another machine.",
                      "Keep it here, or take the mark away first, which asks for a reason.")


def _filled(shown: Graph, types: Mapping[str, NodeType], name: str, giver: str, take: Take, target: Target,
            roles: Sequence[str], own: Mapping[str, Any]) -> Promotion:
    """``giver``: the node that gives the take, the draft ``name`` itself or what picks among its results."""
    lent = replace(shown, nodes={**shown.nodes, name: _lent(shown.nodes[name], types[shown.nodes[name].type], take)})
    twin = translate(lent, types, name, target, own)
    # What the draft was begun with is not what the final is made from: that is the draft.
    keys = [by_meaning(target.type)[ROLES[take.kind][role]].name for role in roles]
    kept = kept_wires(shown, giver, target, keys) if giver != name else {}
    shown, inputs, notes, quote, refused = _fitted(shown, types, (name, giver), take, target, roles, twin, kept)
    losses = tuple(dict.fromkeys((*twin.losses, *notes)))
    missing = [socket.label.lower() for socket in target.type.inputs if socket.required and socket.name not in inputs]
    if missing:
        raise EditError(f"{target.title} needs what a take does not have: {', '.join(missing)}.",
                        "Choose another model, or lend it a frame.")
    words = inputs.get(getattr(by_meaning(target.type).get("prompt"), "name", ""))
    extra = {PROMOTED: record_of(take, words if isinstance(words, str) else "", tuple(roles), losses)}
    final = final_of(shown, giver)
    if final is None:
        staged = add_final(shown, types, name, target, own, twin=Twin(inputs, losses))
        shown, final = staged.graph, staged.final
    else:
        shown = _rewired(shown, types, name, final, target)
    node = Node(target.type.id, dict(inputs), title=shown.nodes[final].title, extra=extra)
    return Promotion(replace(shown, nodes={**shown.nodes, final: node}), final, tuple(roles), losses, quote, refused)


def _lent(node: Node, type_: NodeType, take: Take) -> Node:
    """The node as it was when it made the take: its settings and words written out, whatever they are wired to."""
    inputs: dict[str, Value] = dict(node.inputs)
    for key, value in take.settings.items():
        socket = type_.input(key)
        if socket is None or kinds.wire_only(socket.type):
            continue
        if _is_default(socket, value):
            inputs.pop(key, None)
        else:
            inputs[key] = value
    for key, given in tuple(inputs.items()):
        socket = type_.input(key)
        plain = socket is not None and not kinds.wire_only(socket.type)
        if plain and isinstance(given, (Wire, Expr, GroupInput, Row)):
            del inputs[key]  # it was not known when the take was made
    prompt = by_meaning(type_).get("prompt")
    if prompt is not None and take.prompt:
        inputs[prompt.name] = take.prompt
    return replace(node, inputs=inputs, state=None, result=None)


def _is_default(socket: Socket, value: Any) -> bool:
    try:
        return bool(kinds.to_json(socket.default) == value)
    except TypeError:
        return False


def _fitted(shown: Graph, types: Mapping[str, NodeType], draft: tuple[str, str], take: Take, target: Target,
            roles: Sequence[str], twin: Twin, kept: Mapping[str, Value],
            ) -> tuple[Graph, dict[str, Value], list[str], Quote | None, str]:
    """The target's inputs with the take's media, scaled where it is too small; its price, or why it is refused."""
    last: tuple[Graph, dict[str, Value], list[str], Quote | None, str] | None = None
    if kept:  # the way that a person wired it
        inputs = {**twin.inputs, **kept}
        with suppress(AjarError):
            return shown, inputs, [], quote_for(shown, types, target.type, inputs, {}), ""
    here = Size(take.width, take.height) if take.width else None
    for goal in (None, _larger(here, twin)) if here is not None and roles else (None,):
        made, inputs = _with_media(shown, types, draft, take, target, roles, dict(twin.inputs), goal)
        size = goal or here
        media = {by_meaning(target.type)[ROLES[take.kind][role]].name: size for role in roles} if size else {}
        note = [f"Its frame is scaled from {here} to {goal} for {target.title}."] if goal else []
        try:
            return made, inputs, note, quote_for(made, types, target.type, inputs, _stand_ins(target, media)), ""
        except AjarError as error:
            last = last or (made, inputs, [], None, error.message)
    assert last is not None
    return last


def _stand_ins(target: Target, media: Mapping[str, Size]) -> dict[str, Any]:
    """Pictures of the right size where only the size matters; a film is left to be guessed."""
    found: dict[str, Any] = {}
    for key, size in media.items():
        socket = target.type.input(key)
        if socket is not None and socket.type is Image:
            picture = Image.lazy(_nothing, (size.height, size.width, 3), "uint8")
            found[key] = picture if socket.form == "one" else (picture,)
    return found


def _nothing() -> Any:
    raise AjarError("This picture is not made yet.")


def _larger(size: Size | None, twin: Twin) -> Size | None:
    """The size in the resolution that is asked for; None where it is that large already."""
    if size is None:
        return None
    side = side_of(str(twin.inputs.get("resolution", "")), "video") or SIDE
    scale = max(side, SIDE) / min(size.width, size.height)
    return Size(round(size.width * scale), round(size.height * scale)) if scale > 1 else None


def _with_media(shown: Graph, types: Mapping[str, NodeType], from_: tuple[str, str], take: Take, target: Target,
                roles: Sequence[str], inputs: dict[str, Value], goal: Size | None) -> tuple[Graph, dict[str, Value]]:
    """The nodes that take the frames, and the target's inputs wired to them. ``from_``: the draft, and its giver."""
    name, giver = from_
    source = types[shown.nodes[name].type]
    draft = Wire(giver) if giver != name else wire_of(Target(source, "", ""), name, modality_of(source) or "image")
    there = by_meaning(target.type)
    for role in roles:
        wire, socket = draft, there[ROLES[take.kind][role]]
        if take.kind == "video" and role in FRAMES:
            shown, wire = _node_for(shown, giver, FRAMES[role], {"video": draft})
        if goal is not None and role != "clip":
            shown, wire = _node_for(shown, giver, "resize", {"image": wire, "size": str(goal)})
        inputs[socket.name] = wire if socket.form == "one" else row((wire,))
    return shown, inputs


def _node_for(shown: Graph, near: str, type_: str, inputs: Mapping[str, Value]) -> tuple[Graph, Wire]:
    """A node of this type with these inputs: the one that is there, or a new one beside the draft."""
    for name, node in shown.nodes.items():
        if node.type == type_ and node.inputs == inputs and node.state is None:
            return shown, Wire(name)
    name, place = fresh(shown.nodes, type_), pair(shown.layout.get(near))
    count = sum(1 for node in shown.nodes.values() if node.type in (*FRAMES.values(), "resize"))
    at = None if place is None else (place[0] + CARD[0] + LOW, place[1] + CARD[1] / 2 + count * 60)
    return add_node(shown, type_, inputs, id=name, at=at), Wire(name)


def _rewired(shown: Graph, types: Mapping[str, NodeType], name: str, final: str, target: Target) -> Graph:
    """The stage takes the right output of a final whose model may be another now."""
    modality = modality_of(types[shown.nodes[name].type]) or "image"
    nodes = {
        key: replace(node, inputs={**node.inputs, "final": wire_of(target, final, modality)})
        if node.type == "stage" and getattr(node.inputs.get("final"), "node", None) == final else node
        for key, node in shown.nodes.items()
    }
    return replace(shown, nodes=nodes)


def gone(graph: Graph, take: Take) -> bool:
    """Whether a take's node is not in the workflow any more."""
    return node_at(graph, take.node) is None
