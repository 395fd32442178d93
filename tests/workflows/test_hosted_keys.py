"""Two hosted models of one provider never share a result."""

from pathlib import Path
from typing import Any

from workflows.graph import Graph, Node
from workflows.project import find
from workflows.settings import Home
from workflows.studio import Options, Studio


def test_another_hosted_model_is_another_result(tmp_path: Path) -> None:
    inputs: dict[str, Any] = {"prompt": "a lighthouse", "seconds": 5}
    graph = Graph({"first": Node("kling_video", inputs), "same": Node("kling_video", {**inputs, "model": "kling-3.0"}),
                   "other": Node("kling_video", {**inputs, "model": "kling-2.6"}),
                   "typed": Node("kling_video", {**inputs, "model": "kling-9-of-tomorrow"})})
    with Studio.open(Home.open(tmp_path / "home")) as studio:
        made = studio.plan(graph, find(tmp_path / "film.json"), Options()).cells.made
    keys = {name: made[name][()].key for name in graph.nodes}
    assert keys["first"] == keys["same"], "the default is that model"
    assert None not in keys.values() and len(set(keys.values())) == 3
