"""What a person waits for at the command line: whole processes, from start to end."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure, best

PACK = '''
from ajar import node


@node
def plus(a: int = 0, b: int = 0) -> int:
    """Add two numbers."""
    return a + b
'''


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "toy.py").write_text(PACK, "utf-8")
        yield Figure("ajar --help", best(lambda: _ajar(folder, "--help")), "s", 0.2)
        _write(folder, 1000)
        check = ("check", "n1000.json", "--pack", "toy.py")
        yield Figure("ajar check of 1,000 nodes", best(lambda: _ajar(folder, *check)), "s", 0.6)
        yield from _runs(folder)
        yield _pictures(folder)


def _runs(folder: Path) -> Iterator[Figure]:
    """Each run is cold: the numbers in the graph were never added before."""
    first = iter(range(1, 10**6, 10_000))

    def run(nodes: int) -> None:
        _write(folder, nodes, next(first))
        _ajar(folder, "run", f"n{nodes}.json", "--json", "--pack", "toy.py")

    small = best(lambda: run(2), 3)
    yield Figure("ajar run --json of 2 nodes", small, "s")
    for nodes in (1000, 5000):
        seconds = best(partial(run, nodes), 3)
        each = (seconds - small) / nodes * 1e6
        yield Figure(f"ajar run --json, a node of {nodes} (less 2 nodes)", each, "us/node", 500)


def _pictures(folder: Path) -> Figure:
    from PIL import Image

    Image.new("RGB", (640, 480), (200, 90, 30)).save(folder / "in.png")
    nodes = {
        "load": {"type": "load_image", "inputs": {"file": "in.png"}},
        "turn": {"type": "flip", "inputs": {"image": {"from": "load"}}},
        "save": {"type": "save_image", "inputs": {"image": {"from": "turn"}}},
    }
    (folder / "three.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
    return Figure("ajar run of a 3-node picture graph", best(lambda: _ajar(folder, "run", "three.json")), "s", 1.0)


def _write(folder: Path, count: int, first: int = 0) -> None:
    nodes: dict[str, Any] = {"n0": {"type": "toy/plus", "inputs": {"a": first}}}
    for number in range(1, count):
        nodes[f"n{number}"] = {"type": "toy/plus", "inputs": {"a": {"from": f"n{number - 1}"}, "b": number}}
    (folder / f"n{count}.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")


def _ajar(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, "AJAR_HOME": str(folder / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled once
    subprocess.run(
        [sys.executable, "-m", "ajar", *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
