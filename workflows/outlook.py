"""What can be told of a plan before it runs: how often, in what order, and whether it can run at all."""

from collections.abc import Iterable, Mapping

from ajar.errors import WorkflowError
from workflows.plan import Gather, Plan, Step, steps_of


def heights_of(steps: Mapping[str, Step]) -> dict[str, int]:
    """Steps on the longest way from each step to a leaf, in calls of the processor: others take far longer."""
    height = dict.fromkeys(steps, 0)
    for name in reversed(list(steps)):  # a step stands after what it needs
        weight = 20 if steps[name].type.lane != "cpu" else 1
        below = height[name] + weight
        for source in steps[name].sources:
            if height[source] < below:
                height[source] = below
    return height


def counts_of(steps: Mapping[str, Step]) -> dict[str, int | None]:
    """How often each step runs; None where a stream's length is not known yet."""
    counts: dict[str, int | None] = {}
    for name, step in steps.items():
        total: int | None = 1
        for level in step.dims:
            lengths = [len(items) if (items := steps[origin].items) is not None else None for origin in level]
            known = [length for length in lengths if length is not None]
            total = None if total is None or len(known) < len(lengths) else total * (max(known) if all(known) else 0)
        counts[name] = total
    return counts


def reads_of(plan: Plan) -> dict[str, int]:
    """How often each value of a step is read, where that is certain: every reader runs once for each value."""
    reads: dict[str, int] = {}
    unsure: set[str] = set(plan.leaves)
    for step in plan.steps.values():
        for _, bound in step.slots if step.sources else ():
            for source in steps_of(bound):
                same = plan.steps[source].out == step.dims or (
                    isinstance(bound, Gather) and bound.keep == 0 and step.dims == ())
                if step.lazy or not same:
                    unsure.add(source)
                reads[source] = reads.get(source, 0) + 1
    return {name: count for name, count in reads.items() if name not in unsure and not plan.steps[name].type.stream}


def refuse_undecided_streams(steps: Mapping[str, Step], leaves: Iterable[str]) -> None:
    """A costly branch that may never run can't decide how often what follows runs."""
    if not any(step.lazy for step in steps.values()):
        return
    certain = _certain(steps, leaves)
    for name, step in steps.items():
        if not step.lazy:
            continue
        for origin in {origin for level in step.dims for origin in level} - certain:
            if any(steps[source].type.lane != "cpu" for source in _above(steps, origin)):
                raise WorkflowError(
                    f'"{name}" chooses while running, and a branch that may not be chosen makes a stream ("{origin}").',
                    "Gather that stream before the choice, or let a plain number decide.", node=name,
                )


def _certain(steps: Mapping[str, Step], leaves: Iterable[str]) -> set[str]:
    """The steps that run whatever is chosen."""
    found: set[str] = set()
    todo = [leaf for leaf in leaves if leaf in steps]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        step = steps[name]
        for socket, bound in step.slots:
            if not step.lazy or socket.name in step.type.deciders:
                todo.extend(steps_of(bound))
    return found


def _above(steps: Mapping[str, Step], name: str) -> set[str]:
    """A step and all it needs."""
    found: set[str] = set()
    todo = [name]
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo.extend(steps[at].sources)
    return found
