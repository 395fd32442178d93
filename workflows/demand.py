"""Which nodes of a plan a run will really call: what stored results cover, and what only leads there, is left out."""

from collections.abc import Callable

from workflows.plan import Plan


def to_call(plan: Plan, cached: Callable[[str], int]) -> tuple[str, ...]:
    """The nodes that will be called, in the order of need. ``cached``: how many calls of a node are stored."""
    wanted: set[str] = set()
    todo = [leaf for leaf in plan.leaves if leaf in plan.steps]
    while todo:
        name = todo.pop()
        calls = plan.counts[name]
        if name in wanted or (calls is not None and 0 < calls <= cached(name)):
            continue
        wanted.add(name)
        todo.extend(plan.steps[name].sources)
    return tuple(name for name in plan.steps if name in wanted and plan.steps[name].items is None)
