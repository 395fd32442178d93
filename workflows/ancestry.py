"""What a take came from: the takes that flowed into it, and the draft whose words and frames it was promoted with.

A promotion stands in the workflow, at the node that makes the final (``"promoted"``): which take of which node, by
which model and seed, and the digest of its file, so that the way back is found on other machines too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.cells import Cells
from workflows.graph import Graph, Node, Wire, entries
from workflows.plan import Plan
from workflows.provenance import way_to
from workflows.streams import Path as Index
from workflows.take import Take
from workflows.takes import Takes

PROMOTED = "promoted"
"""The entry of a node that was filled with a take."""
PICKED = "_take"
"""In the result of a frozen node: the take that it holds."""
FACTS = ("take", "number", "node", "model", "revision", "seed", "digest")


def record_of(take: Take, words: str, roles: tuple[str, ...], losses: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a workflow keeps of a promotion. ``words``: the prompt as it was lent; ``losses``: what did not carry over.
    """
    plain: dict[str, Any] = {
        "take": take.id, "number": take.number, "node": take.node, "model": take.model, "revision": take.revision,
        "seed": take.seed, "digest": take.digest, "prompt": words, "as": list(roles),
        "losses": list(losses),
    }
    return {name: value for name, value in plain.items() if value not in (None, "", [])}


def promotion(node: Node) -> Mapping[str, Any] | None:
    """The promotion that a node was filled by, while it still has those words; None where there is none."""
    plain = node.extra.get(PROMOTED)
    if not isinstance(plain, Mapping):
        return None
    words = plain.get("prompt")
    return plain if words is None or words in node.inputs.values() else None


def told(node: Node) -> dict[str, Any] | None:
    """A promotion as files tell it in their lineage; None where a node was not promoted."""
    plain = promotion(node)
    return None if plain is None else {name: plain[name] for name in FACTS if name in plain}


def parents_of(takes: Takes, plan: Plan, cells: Cells, node: str, path: Index) -> tuple[int, ...]:
    """The ids of the nearest takes that a result was made from, in the order they were made."""
    found = {take.id for take in takes.by_key(_keys_before(plan, cells, node, path))}
    found |= set(_frozen_before(plan, node))
    draft = promoted_take(takes, plan.graph.nodes[node])
    if draft is not None:
        found.add(draft.id)
    return tuple(sorted(found))


def promoted_take(takes: Takes, node: Node) -> Take | None:
    """The draft that a node was filled with, by the digest of its file; where that was never known, by its number."""
    plain = promotion(node)
    if plain is None:
        return None
    digest, id_ = plain.get("digest"), plain.get("take")
    if isinstance(digest, str) and digest:
        return takes.find(digest)
    return takes.known(id_) if isinstance(id_, int) else None


def _keys_before(plan: Plan, cells: Cells, node: str, path: Index) -> list[str]:
    """The keys of all that lies on the way to a result, itself left out."""
    keys: list[str] = []
    for step, at in way_to(plan, cells, node, path):
        if step.id == node or step.type.lane == "cpu":
            continue
        made = cells.made[step.id]
        several = made.values() if at is None else [made[at]] if at in made else []
        keys += [cell.key for cell in several if cell.key is not None]
    return keys


def _frozen_before(plan: Plan, node: str) -> Iterator[int]:
    """The picked takes of frozen nodes on the way: the plan knows only their values."""
    graph, seen, todo = plan.graph, {node}, list(_sources(plan.graph, plan.graph.nodes[node], plan))
    while todo:
        name = todo.pop()
        if name in seen or name not in graph.nodes:
            continue
        seen.add(name)
        at = graph.nodes[name]
        if at.state == "frozen":
            kept = (at.result or {}).get(PICKED)
            if isinstance(kept, int):
                yield kept
        else:
            todo += _sources(graph, at, plan)


def _sources(graph: Graph, node: Node, plan: Plan) -> Iterator[str]:
    """The nodes whose values go in; of a stage only the branch that the run takes."""
    for key, value in node.inputs.items():
        if node.type == "stage" and key in ("draft", "final"):
            pin = node.inputs.get("pin")
            if key != (pin if pin in ("draft", "final") else plan.stage):
                continue
        for one in entries(value):
            if isinstance(one, Wire) and one.node in graph.nodes:
                yield one.node
