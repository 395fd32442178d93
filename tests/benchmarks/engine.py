"""The engine's own cost, with nodes that do nothing worth mentioning."""

import gc
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.figures import Figure, best
from tests.toys import Bench, graph, planned
from workflows.cache import Cache
from workflows.cells import Cells
from workflows.edit import set_value
from workflows.events import Event, NodeStarted
from workflows.graph import Graph
from workflows.plan import Plan
from workflows.results import Results
from workflows.store import Store


def made(nodes: int, shape: str, first: int = 0) -> Graph:
    """A chain of additions, or additions that all take the first node."""
    given: dict[str, object] = {"n0": ("whole", {"value": first})}
    for number in range(1, nodes):
        given[f"n{number}"] = ("add", {"a": f"@n{number - 1}" if shape == "chain" else "@n0", "b": number})
    return graph(**given)


def figures() -> Iterator[Figure]:
    yield from _bare()
    yield from _kept()
    yield from _edited()
    yield _memory()
    yield _cancel()


def _bare() -> Iterator[Figure]:
    bench = Bench()
    for shape in ("chain", "wide"):
        per_node = {}
        for nodes in (100, 1000, 5000):
            plan = planned(made(nodes, shape))
            seconds = best(partial(_run, bench, plan), 5 if nodes < 5000 else 3)
            per_node[nodes] = seconds / nodes * 1e6
        for nodes, microseconds in per_node.items():
            goal = 100 if nodes == 1000 else None
            yield Figure(f"no-op node, no cache, {shape} of {nodes}", microseconds, "us/node", goal)
        yield Figure(f"growth from 100 to 5,000 nodes, {shape} (1 = linear)", per_node[5000] / per_node[100], "x", 1.5)


def _kept() -> Iterator[Figure]:
    for shape in ("chain", "wide"):
        for nodes in (1000, 5000):
            with tempfile.TemporaryDirectory() as folder:
                results = _results(Path(folder))
                bench = Bench(results)
                numbers = iter(range(1, 100))

                def fresh(bench: Bench = bench, nodes: int = nodes, shape: str = shape,
                          numbers: Iterator[int] = numbers) -> float:
                    plan = planned(made(nodes, shape, next(numbers)))
                    started = time.perf_counter()
                    bench.scheduler.start(plan, _deaf).wait()
                    return time.perf_counter() - started

                seconds = min(fresh() for _ in range(3))
                goal = 250 if nodes == 1000 else None
                yield Figure(f"no-op node with key, lookup and record, {shape} of {nodes}", seconds / nodes * 1e6,
                             "us/node", goal)
                results.flush()
                plan = planned(made(nodes, shape, 1))
                again = best(partial(_run, bench, plan))
                goal = 50 if nodes == 1000 else 250
                yield Figure(f"fully cached again, {shape} of {nodes}", again * 1000, "ms", goal)
                results.close()
                results = _results(Path(folder))
                cold = best(partial(_run, Bench(results), plan), 1)
                yield Figure(f"fully cached after a restart, {shape} of {nodes}", cold * 1000, "ms", goal)
                results.close()


def _edited() -> Iterator[Figure]:
    """From an edit of one parameter to the first node running, planning included."""
    with tempfile.TemporaryDirectory() as folder:
        results = _results(Path(folder))
        bench = Bench(results)
        document = made(1000, "chain")
        bench.run(document)
        times: list[float] = []
        for value in range(5):
            first: list[float] = []

            def listen(event: Event, first: list[float] = first) -> None:
                if isinstance(event, NodeStarted) and not first:
                    first.append(time.perf_counter())

            results.flush()  # a person edits seconds after a run, not in the middle of its writing
            started = time.perf_counter()
            document = set_value(document, "n500", "b", 10_000 + value)
            bench.scheduler.start(planned(document), listen).wait()
            times.append(first[0] - started)
        yield Figure("one edit in 1,000 nodes to the first node running", min(times) * 1000, "ms", 50)
        results.close()


def _memory() -> Figure:
    plan = planned(made(5000, "chain"))
    gc.collect()
    tracemalloc.start()
    cells = Cells(plan, None)
    cells.begin()
    Bench().scheduler.start(plan, _deaf).wait()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Figure("memory of a run of 5,000 nodes", peak / 1e6, "MB", 50)


def _cancel() -> Figure:
    times = []
    for _ in range(5):
        run = Bench().start(graph(a=("sleep", {"seconds": 30.0})))
        time.sleep(0.1)
        started = time.perf_counter()
        run.cancel()
        run.wait()
        times.append(time.perf_counter() - started)
    return Figure("cancel at a cooperative step (worst of 5)", max(times), "s", 0.2)


def _run(bench: Bench, plan: Plan) -> None:
    bench.scheduler.start(plan, _deaf).wait()


def _results(folder: Path) -> Results:
    return Results(Store(folder / "blobs"), Cache(folder / "cache.db"), 100_000_000)


def _deaf(event: Event) -> None:
    """A listener that does nothing."""
