"""A chain of twenty operations on a 1920 x 1080 picture, against the same calls on arrays in one loop."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cv2
import numpy as np

from ajar import pixels
from ajar.contract import NodeType, describe, node_of
from ajar.values import Image, Size
from nodes import edit, look, tone
from tests.benchmarks.figures import Figure, best
from tests.toys import Facts
from workflows.graph import Graph, Node, Wire
from workflows.lanes import CpuLane
from workflows.planner import make_plan
from workflows.scheduler import Scheduler

Array = np.ndarray[Any, np.dtype[Any]]
Operation = tuple[Callable[..., Any], dict[str, Any], Callable[[Array], Array]]


def _levels(array: Array) -> Array:
    curve: list[Any] = [lambda tones: np.clip((tones - np.float32(0.02)) / np.float32(0.96), 0, 1)]
    return pixels.map_tones(array, curve)


CHEAP: list[Operation] = [
    (edit.flip, {}, lambda array: np.asarray(cv2.flip(array, 1))),
    (edit.crop, {"size": "1900x1060"}, lambda array: array[10:1070, 10:1910]),
    (edit.pad, {"left": 10, "right": 10, "top": 10, "bottom": 10},
     lambda array: np.asarray(cv2.copyMakeBorder(array, 10, 10, 10, 10, cv2.BORDER_CONSTANT, value=(0, 0, 0)))),
    (tone.levels, {"black": 0.02, "white": 0.98}, _levels),
]
MIXED: list[Operation] = [
    *CHEAP[:3],
    (look.blur, {"radius": 2.0}, lambda array: look.softened(array, 2.0)),
    (edit.resize, {"size": "1920x1080", "filter": "bicubic"},
     lambda array: edit.scaled(array, Size(1920, 1080), "bicubic")),
]


def figures() -> Iterator[Figure]:
    array = np.random.default_rng(0).integers(0, 256, (1080, 1920, 3), dtype=np.uint8)
    scheduler = Scheduler({"cpu": CpuLane()}, None)
    for name, operations in (("cheap (flip, crop, pad, levels)", CHEAP), ("mixed (with blur, resize)", MIXED)):
        chain = [operations[number % len(operations)] for number in range(20)]

        def loop(chain: list[Operation] = chain) -> None:
            values = array
            for _, _, call in chain:
                values = call(values)

        document, types = _graph(array, chain)

        def engine(document: Graph = document, types: Mapping[str, NodeType] = types) -> None:
            plan = make_plan(document, types, ("n20",), Facts(), "draft")
            summary = scheduler.start(plan, lambda event: None).wait()
            assert summary.status == "done", summary.error
            _ = summary.outputs[0].value.array

        bare, ours = best(loop, 15), best(engine, 15)
        yield Figure(f"20 operations at 1080p, {name}", ours / bare, "x bare", 1.3, f"{bare * 1e3:.1f} ms bare")


def _graph(array: Array, chain: list[Operation]) -> tuple[Graph, Mapping[str, NodeType]]:
    def picture() -> Image:
        """The picture to begin with."""
        return Image.of(array)

    types = {"picture": describe(picture)}
    nodes = {"n0": Node("picture")}
    for number, (function, inputs, _) in enumerate(chain, 1):
        type_ = node_of(function)
        assert type_ is not None
        types[type_.id] = type_
        nodes[f"n{number}"] = Node(type_.id, {**inputs, "image": Wire(f"n{number - 1}")})
    return Graph(nodes), types
