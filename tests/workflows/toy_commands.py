"""Nodes and helpers for tests of the command line: what fails, hangs, prints or paints."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACK = '''
import time
from collections.abc import Iterator
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError, Waiting
from ajar.values import Image

@node
def fail(text: str = "It broke.") -> str:
    """Raises a mistake of the person's."""
    raise UserError(text, "Mend it.")

@node
def crash(depth: int = 1) -> str:
    """Raises a mistake of the author's."""
    raise ValueError("surprise")

@node
def wait_for_person() -> str:
    """Needs a person."""
    raise Waiting("Someone has to choose.", "Choose in the window.")

@node
def slow(context: Context, seconds: float = 30.0) -> str:
    """Takes its time, but stops when told to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        context.progress(0.5, "halfway")
        time.sleep(0.01)
    return "done"

@node
def hang(seconds: float = 600.0) -> str:
    """Does not listen."""
    time.sleep(seconds)
    return "done"

@node
def count(text: str, number: int = 1) -> str:
    """A text and a number."""
    return f"{text}{number}"

@node
def chatty() -> str:
    """Prints."""
    print("not JSON")
    return "said"

@node
def paint(level: int = 100) -> Image:
    """A picture of one grey."""
    import numpy as np
    return Image.of(np.full((20, 30, 3), level, np.uint8))
'''
Ajar = Callable[..., tuple[int, str, str]]
"""Runs a command line in this process: (exit code, stdout, stderr)."""


def write(folder: Path, nodes: dict[str, Any], name: str = "work.json", **more: Any) -> str:
    (folder / name).write_text(json.dumps({"ajar": 1, "nodes": nodes, **more}))
    return name


def summary(out: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[-1]["event"] == "summary"
    return dict(lines[-1])


def toy(name: str, **inputs: Any) -> dict[str, Any]:
    return {"type": f"toys/{name}", "inputs": inputs}


GREY = {"paint": toy("paint"), "save": {"type": "save_image", "inputs": {"image": {"from": "paint"}}}}
