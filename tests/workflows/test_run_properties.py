"""Random graphs of streams, run by the engine and by a plain interpreter that follows the definition."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ajar.contract import describe
from ajar.errors import UserError
from tests import toys
from tests.toys import Bench, Memory, graph

Dims = tuple[frozenset[str], ...]
Path = tuple[int, ...]
KINDS = ("whole", "known", "count", "series", "add", "fail_on_two", "listing_sum", "survivor_sum")
GATHERING = ("listing_sum", "survivor_sum")
FAILED = None
"""What stands for an item that failed, or that needs one that failed."""


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, dict[str, Any]]]:
    """Up to nine nodes; each takes earlier ones."""
    nodes: dict[str, tuple[str, dict[str, Any]]] = {}
    for number in range(draw(st.integers(2, 9))):
        earlier = [f"@n{index}" for index in range(number)]
        source: st.SearchStrategy[Any] = st.sampled_from(earlier) if earlier else st.just(1)
        kind = draw(st.sampled_from(KINDS)) if earlier else draw(st.sampled_from(("whole", "series", "count")))
        inputs: dict[str, Any] = {}
        if kind in ("whole", "known"):
            inputs = {"value": draw(st.integers(0, 3))}
        elif kind in ("count", "series"):
            length = draw(st.integers(0, 3))
            inputs = {"n": length, "start": draw(st.one_of(source, st.just(number)))}
        elif kind == "add":
            inputs = {"a": draw(source), "b": draw(source)}
        elif kind == "fail_on_two":
            inputs = {"value": draw(source)}
        else:
            inputs = {"items": draw(source)}
        nodes[f"n{number}"] = (kind, inputs)
    return nodes


class Plain:
    """Computes every item of every node, straight from the definition of streams."""

    def __init__(self, nodes: dict[str, tuple[str, dict[str, Any]]]) -> None:
        self.levels: dict[str, Dims] = {}
        """The index levels of a node's calls."""
        self.out: dict[str, Dims] = {}
        self.lengths: dict[tuple[str, Path], int] = {}
        self.values: dict[str, dict[Path, int | None]] = {}
        for name, (kind, inputs) in nodes.items():
            self.node(name, kind, inputs)

    def node(self, name: str, kind: str, inputs: dict[str, Any]) -> None:
        wired = {key: value[1:] for key, value in inputs.items() if isinstance(value, str)}
        parts = [] if kind in GATHERING else [self.out[source] for source in wired.values()]
        dims: Dims = tuple(
            frozenset().union(*(part[level] for part in parts if len(part) > level))
            for level in range(max(map(len, parts), default=0))
        )
        self.levels[name] = dims
        self.out[name] = (*dims, frozenset((name,))) if kind in ("count", "series") else dims
        self.values[name] = {}
        for path in self.paths(dims):
            given = {key: value for key, value in inputs.items() if key not in wired}
            for key, source in wired.items():
                if kind in GATHERING:
                    given[key] = [self.values[source][item] for item in self.paths(self.out[source])]
                else:
                    given[key] = self.values[source][self.translate(dims, path, self.out[source])]
            self.call(name, kind, path, given)

    def call(self, name: str, kind: str, path: Path, given: dict[str, Any]) -> None:
        if kind == "survivor_sum":
            given = {"items": [item for item in given["items"] if item is not FAILED]}
        broken = any(value is FAILED or (isinstance(value, list) and FAILED in value) for value in given.values())
        if kind in ("count", "series") and broken:
            self.lengths[name, path] = 1
            self.values[name][(*path, 0)] = FAILED
        elif broken or (kind == "fail_on_two" and given["value"] == 2):
            self.values[name][path] = FAILED
        elif kind in ("count", "series"):
            self.lengths[name, path] = given["n"]
            for index in range(given["n"]):
                self.values[name][(*path, index)] = given["start"] + index
        elif kind == "add":
            self.values[name][path] = given["a"] + given["b"]
        else:
            self.values[name][path] = sum(given["items"]) if kind in GATHERING else given["value"]

    def length(self, dims: Dims, prefix: Path) -> int:
        lengths = [
            self.lengths[origin, self.translate(dims, prefix, self.levels[origin])] for origin in dims[len(prefix)]
        ]
        return 0 if 0 in lengths else max(lengths)

    def translate(self, dims: Dims, path: Path, into: Dims) -> Path:
        result: Path = ()
        for level, streams in enumerate(into):
            index = path[level]
            result = (*result, index if streams == dims[level] else min(index, self.length(into, result) - 1))
        return result

    def paths(self, dims: Dims, prefix: Path = ()) -> list[Path]:
        if len(prefix) == len(dims):
            return [prefix]
        return [path for index in range(self.length(dims, prefix)) for path in self.paths(dims, (*prefix, index))]


def listing_sum(items: list[int]) -> int:
    """Add a stream up."""
    return sum(items)


def survivor_sum(items: list[int]) -> int:
    """Add up what did not fail."""
    return sum(items)


def fail_on_two(value: int) -> int:
    """Dislikes one number."""
    if value == 2:
        raise UserError("Not two.", "Take another one.")
    return value


@settings(max_examples=400)
@given(graphs())
def test_the_engine_agrees_with_the_definition(nodes: dict[str, tuple[str, dict[str, Any]]]) -> None:
    known = {**toys.types(), "listing_sum": describe(listing_sum), "fail_on_two": describe(fail_on_two),
             "survivor_sum": describe(survivor_sum, partial=True)}
    expected = Plain(nodes).values
    fails = any(value is FAILED for items in expected.values() for value in items.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toys, "types", lambda: known)
        bench = Bench(Memory())
        for _ in range(2):  # the second run comes from the cache, and must agree too
            summary = bench.run(graph(**nodes))
            assert summary.status == ("failed" if fails else "done"), summary.error
            assert summary.error is None or "standstill" not in summary.error.message
            wired = {value[1:] for _, inputs in nodes.values() for value in inputs.values() if isinstance(value, str)}
            for leaf in nodes.keys() - wired:
                found = {output.index: output.value for output in summary.outputs if output.node == leaf}
                assert found == {path: value for path, value in expected[leaf].items() if value is not FAILED}
        bench.scheduler.close()
