"""The verb that puts the last touches behind a card."""

from collections.abc import Collection

from canvas.hands.context import Context, Verb, count_of, edit_new
from workflows.finish import can_finish, finish
from workflows.graph import Graph


def add_finish(context: Context) -> None:
    """Put the Finish group behind the selected nodes that give a picture or a film."""
    names, types = _meant(context), context.types

    def run(graph: Graph) -> tuple[Graph, Collection[str]]:
        made = []
        for name in names:
            graph, use = finish(graph, types, name)
            made.append(use)
        return graph, made

    edit_new(context.document, f"Finish {count_of(len(names))}", run)


def finishable(context: Context) -> bool:
    return bool(_meant(context))


def _meant(context: Context) -> list[str]:
    return [name for name in context.names if can_finish(context.graph, context.types, name)]


VERBS = (Verb("finish.add", "Finish", "Graph", add_finish, "finish", {}, finishable, "Groups"),)
