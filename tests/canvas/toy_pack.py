"""Nodes for the tests of running: a generator without a model, slow ones, failing ones, one that asks."""

import threading
import time
from collections.abc import Iterator
from typing import Literal

import numpy as np

from ajar.context import Context, Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Seed
from ajar.values import Image

GATE = threading.Event()


@node
def paint(gpu: Gpu, level: int = 100, mark: Image | None = None, seed: Seed = 0, pause: float = 0.0) -> Image:
    """A grey picture; shows one preview."""
    picture = Image.of(np.full((36, 64, 3), (level + seed) % 256, np.uint8))
    gpu.progress(0.5, "step 1 of 2", picture)
    time.sleep(pause)
    return picture


@node
def seedless(gpu: Gpu, level: int = 7) -> Image:
    """A generator that has no seed."""
    return Image.of(np.full((8, 8, 3), level, np.uint8))


@node
def number(value: int = 1) -> int:
    """A number."""
    return value


@node
def fail(value: int = 1) -> int:
    """Always fails."""
    raise UserError(f"The number {value} is not liked.", "Take another one.")


@node
def faulty(value: int = 0) -> float:
    """Fails as a mistake would."""
    return 1 / value


@node
def slow(ctx: Context, value: int = 1, seconds: float = 30.0) -> int:
    """Wait politely."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ctx.progress(1 - (end - time.monotonic()) / seconds, "waiting")
        time.sleep(0.005)
    return value


@node
def held(value: int = 1) -> int:
    """Wait for the gate, deaf to cancel."""
    GATE.wait(20)
    return value


@node
def several(n: int = 3) -> Iterator[int]:
    """A stream."""
    yield from range(n)


@node(ask=True, partial=True)
def choose(ctx: Context, items: list[int], choice: int | Literal["ask"] = 0) -> int:
    """Let a person pick."""
    return items[ctx.ask("Which one?", items) if choice == "ask" else choice]
