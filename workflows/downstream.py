"""What follows a node and costs nothing to bring up to date: so that a picked take is seen at once."""

from collections.abc import Mapping

from workflows.flatten import unfold
from workflows.following import to_run
from workflows.graph import Graph, links
from workflows.plan import Step
from workflows.studio import Prepared
from workflows.timings import Timings

AT_ONCE = 1.0
"""Seconds that may pass without having been asked for."""


def cheap_after(graph: Graph, prepared: Prepared, flat: str, timings: Timings) -> tuple[str, ...]:
    """The nodes behind ``flat`` that are out of date and quick, and that neither write files nor ask."""
    names = to_run(prepared)
    due, steps = set(names), prepared.plan.steps
    cheap: set[str] = set()
    for name in names:  # in the order of need
        waits = [source for source in steps[name].sources if source in due]
        if _is_quick(steps, name, timings) and all(source in cheap for source in waits):
            cheap.add(name)
    after = _after(graph, flat)
    return tuple(name for name in names if name in cheap and name in after)


def _is_quick(steps: Mapping[str, Step], name: str, timings: Timings) -> bool:
    type_ = steps[name].type
    return type_.lane == "cpu" and not type_.writes and not type_.ask and (timings.guess(steps[name]) or 0) < AT_ONCE


def _after(graph: Graph, flat: str) -> set[str]:
    takers: dict[str, list[str]] = {}
    for link in links(unfold(graph).graph.nodes):
        takers.setdefault(link.wire.node, []).append(link.node)
    seen: set[str] = set()
    todo = [flat]
    while todo:
        for taker in takers.get(todo.pop(), ()):
            if taker not in seen:
                seen.add(taker)
                todo.append(taker)
    return seen
