"""One measured figure, its goal, and how it is printed."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; smaller is better. ``goal`` None: only reported."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    note: str = ""


def show(figure: Figure) -> None:
    goal = "" if figure.goal is None else f"goal {figure.goal:g}  {'ok' if figure.value <= figure.goal else 'MISSED'}"
    print(f"  {figure.name:58} {figure.value:10.3g} {figure.unit:8} {goal}  {figure.note}".rstrip(), flush=True)


def best(task: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of several runs: what is left is least disturbed by others."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
