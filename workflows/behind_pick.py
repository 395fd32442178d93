"""The final behind a pick: which of a draft's results a take is, and the way it goes to the final already."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from workflows import inside
from workflows.graph import Expr, Graph, Value, Wire, links
from workflows.project import find
from workflows.sound import plan_sound
from workflows.stages import final_of
from workflows.studio import Options, Studio
from workflows.take import Take
from workflows.taking import KEY
from workflows.twins import Target
from workflows.variants import node_at


def chooser_of(graph: Graph, flat: str) -> str | None:
    """The only ``pick`` that lets one of a node's results through, by flat id; None where there is none, there are
    several, or its choice is computed."""
    *path, name = flat.split("/")
    shown = inside.room(graph, tuple(path))
    found = [link.node for link in links(shown.nodes) if link.wire.node == name and link.input == "items"
             and shown.nodes[link.node].type == "pick"
             and not isinstance(shown.nodes[link.node].inputs.get("choice"), (Wire, Expr))]
    return "/".join((*path, found[0])) if len(found) == 1 else None


def choice_of(graph: Graph, flat: str) -> int | None:
    """Which of a node's results a pick lets through; None where none does, or a person is asked."""
    chooser = chooser_of(graph, flat)
    node = node_at(graph, chooser) if chooser is not None else None
    choice = node.inputs.get("choice", 0) if node is not None else None
    return choice if isinstance(choice, int) and not isinstance(choice, bool) else None


def place_of(studio: Studio, graph: Graph, file: Path, options: Options, take: Take) -> int | None:
    """Which of the results of its node a take is, counted from 0; None where it is none of them now."""
    prepared = plan_sound(studio, graph, find(file), replace(options, only=(take.node,))).prepared
    cells = prepared.cells.made.get(take.node, {}) if prepared is not None else {}
    keys = [cells[path].key for path in sorted(cells)]
    key = take.settings.get(KEY)
    return keys.index(key) if key and key in keys else None


def kept_wires(shown: Graph, giver: str, target: Target, keys: Iterable[str]) -> dict[str, Value]:
    """The wires into these inputs of the final that bring it what ``giver`` gives, whatever scales it on the way.

    None where one of them is missing, or the final is to be another node.
    """
    final = final_of(shown, giver)
    node = shown.nodes[final] if final is not None else None
    if node is None or node.type != target.type.id:
        return {}
    after, found = _after(shown, giver), dict[str, Value]()
    for key in keys:
        wire = node.inputs.get(key)
        if not isinstance(wire, Wire) or wire.node not in after:
            return {}
        found[key] = wire
    return found


def _after(shown: Graph, name: str) -> set[str]:
    """A node and all that its result flows into."""
    found, todo = {name}, [name]
    while todo:
        source = todo.pop()
        more = {link.node for link in links(shown.nodes) if link.wire.node == source} - found
        found |= more
        todo += more
    return found
