"""LoRAs that are wired into a model they were not made for; known before anything runs where both are named."""

from collections.abc import Callable, Iterator, Mapping

from ajar.contract import NodeType, Socket
from ajar.hints import Model
from ajar.plain import Lora
from workflows.graph import Node, Wire, entries
from workflows.problems import Problem

FindMisfit = Callable[[str, str, str], "str | None"]
"""(kind, model, LoRA) -> a sentence if that LoRA can't be put on that model."""
KIND = "lora"


def misfits(nodes: Mapping[str, Node], types: Mapping[str, NodeType], misfit: FindMisfit) -> Iterator[Problem]:
    """A problem for each LoRA that does not fit, at the node that names it. Names that are wired are not looked at."""
    told: set[tuple[str, str, str]] = set()
    for name, node in nodes.items():
        type_ = types.get(node.type)
        if type_ is None or node.state in ("muted", "bypassed", "frozen"):
            continue
        models = list(_models(node, type_))
        for kind, model in models:
            for where, key, lora in _worn(name, nodes, types) if model else ():
                said = misfit(kind, model, lora)
                if said and (where, model, lora) not in told:
                    told.add((where, model, lora))
                    yield Problem("error", said, "Choose a LoRA of the same family, or another model.", where, key)


def _models(node: Node, type_: NodeType) -> Iterator[tuple[str, str]]:
    """The models, but no LoRAs, that a node names."""
    for socket in type_.inputs:
        hint = socket.hint(Model)
        if hint is not None and hint.kind != KIND:
            yield hint.kind, _named(node, socket)


def _worn(name: str, nodes: Mapping[str, Node], types: Mapping[str, NodeType]) -> Iterator[tuple[str, str, str]]:
    """The node, the input and the name of each LoRA that is wired into a node, directly or under others."""
    waiting, seen = list(_sources(nodes[name], types)), set()
    while waiting:
        source = waiting.pop()
        node = nodes.get(source)
        type_ = types.get(node.type) if node else None
        if node is None or type_ is None or source in seen:
            continue
        seen.add(source)
        waiting += _sources(node, types)
        if node.state in ("muted", "bypassed", "frozen"):
            continue
        for socket in type_.inputs:
            hint = socket.hint(Model)
            if hint is not None and hint.kind == KIND and (chosen := _named(node, socket)):
                yield source, socket.name, chosen


def _sources(node: Node, types: Mapping[str, NodeType]) -> Iterator[str]:
    """The nodes from which a node takes LoRAs."""
    type_ = types.get(node.type)
    for socket in type_.inputs if type_ else ():
        value = node.inputs.get(socket.name)
        if socket.type is Lora and value is not None:
            yield from (one.node for one in entries(value) if isinstance(one, Wire))


def _named(node: Node, socket: Socket) -> str:
    """What is chosen; empty where it is wired."""
    value = node.inputs.get(socket.name)
    chosen = socket.default if value is None else value
    return chosen if isinstance(chosen, str) else ""
