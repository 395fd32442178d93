"""Verbs that keep stage nodes at one of their branches, or let them follow the bar again."""

from functools import partial

from canvas.hands.context import Context, Verb, count_of
from workflows.graph import Graph
from workflows.stages import STAGE, Pin, pin, pin_of

TITLES: dict[Pin, str] = {"draft": "Pin to Draft", "final": "Pin to Final", "no": "Follow the bar"}


def set_pin(context: Context, to: Pin) -> None:
    """Pin the selected stages; a pin stands in the file, at its node."""
    names = _stages(context)

    def run(graph: Graph) -> Graph:
        for name in names:
            graph = pin(graph, name, to)
        return graph

    context.document.edit(f"{TITLES[to]} {count_of(len(names), 'stage')}", run)


def _stages(context: Context) -> list[str]:
    pointed = context.pointed.node if context.pointed is not None else ""
    names = context.names or ((pointed,) if pointed else ())
    return [name for name in names if name in context.graph.nodes and context.graph.nodes[name].type == STAGE]


def _any(context: Context) -> bool:
    return bool(_stages(context))


def _all_are(context: Context, to: Pin) -> bool:
    names = _stages(context)
    return bool(names) and all(pin_of(context.graph, name) == to for name in names)


VERBS = tuple(
    Verb(f"stage.pin_{to}", title, "Graph", partial(set_pin, to=to), "lock" if to != "no" else "", {}, _any, "Stage",
         partial(_all_are, to=to))
    for to, title in TITLES.items()
)
