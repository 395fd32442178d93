"""What is wrong in the definitions of groups, and at their uses, before they are unfolded."""

from collections.abc import Iterator, Mapping

from workflows.graph import Graph, Group, GroupInput, Node, entries, every_room, links
from workflows.problems import Problem, mild, suggest


def group_problems(graph: Graph) -> Iterator[Problem]:
    """All problems of groups; those of a group that nothing uses are warnings."""
    used = {node.group for nodes in every_room(graph) for node in nodes.values()}
    for name, group in graph.groups.items():
        found = [*_definition(name, group), *_uses(graph, group.nodes, f' in the group "{name}"')]
        yield from found if name in used else map(mild, found)
    yield from _uses(graph, graph.nodes, "")


def _definition(name: str, group: Group) -> Iterator[Problem]:
    for output, wire in group.outputs.items():
        if wire.node not in group.nodes:
            yield Problem(
                "error", f'The output "{output}" of the group "{name}" comes from "{wire.node}", which is not in it.',
                suggest(wire.node, group.nodes, "Name a node inside the group."),
            )
    for inside, node in group.nodes.items():
        for key, value in node.inputs.items():
            for item in entries(value):
                if isinstance(item, GroupInput) and item.name not in group.inputs:
                    yield Problem(
                        "error", f'In the group "{name}", "{inside}" takes "{item.name}" for "{key}", '
                        "but the group has no such input.",
                        suggest(item.name, group.inputs, f'Add "{item.name}" to the inputs of the group.'),
                    )


def _uses(graph: Graph, nodes: Mapping[str, Node], where: str) -> Iterator[Problem]:
    for name, node in nodes.items():
        group = graph.groups.get(node.group or "")
        if group is None:
            continue
        at = None if where else name
        for key in node.inputs:
            if key not in group.inputs:
                yield Problem(
                    "error", f'"{name}"{where} uses the group "{node.group}", which has no input "{key}".',
                    suggest(key, group.inputs, "It has " + (", ".join(group.inputs) or "none") + "."), at, key,
                )
        if node.state == "frozen" and not node.result:
            yield Problem(
                "error", f'"{name}"{where} is frozen, but has no stored result.',
                "Unfreeze it, run it, and freeze it again.", at,
            )
    for link in links(nodes):
        source = nodes.get(link.wire.node)
        group = graph.groups.get(source.group or "") if source else None
        if group is None or link.wire.output in group.outputs or (link.wire.output is None and len(group.outputs) == 1):
            continue
        names = ", ".join(group.outputs) or "none"
        what = f'has no output "{link.wire.output}"' if link.wire.output else "does not have just one output"
        yield Problem(
            "error", f'The input "{link.input}" of "{link.node}"{where} is wired to "{link.wire}", which {what}.',
            f"Its outputs are: {names}.", None if where else link.node, link.input,
        )
