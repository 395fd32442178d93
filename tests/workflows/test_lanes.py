"""The processor's lane by itself: threads, memory, and nodes that do not stop."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ajar.contract import describe
from ajar.errors import Cancelled
from ajar.values import Image
from workflows.lanes import CpuLane, NodeCall

PICTURE = Image.of(np.zeros((100, 100, 3), np.uint8))


class Replies:
    """Notes what a lane says."""

    def __init__(self) -> None:
        self.results: dict[int, tuple[Any, ...]] = {}
        self.failures: dict[int, BaseException] = {}

    def progress(self, call: int, done: float, note: str, preview: Any) -> None: ...

    def value(self, call: int, values: tuple[Any, ...]) -> None: ...

    def done(self, call: int, seconds: float) -> None: ...

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self.results[call] = values

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self.failures[call] = error

    def said(self, call: int, message: str, hint: str) -> None: ...


def started(lane: CpuLane, replies: Replies, call: int, function: Callable[..., Any], **arguments: Any) -> None:
    def nowhere(data: bytes | Path, suffix: str) -> Path:
        raise AssertionError("nothing is saved here")

    lane.start(NodeCall(call, describe(function), arguments, "draft", lambda: "", nowhere), replies)


def until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not check():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def test_pictures_wait_for_memory_but_one_always_runs() -> None:
    at_work: list[int] = []
    most: list[int] = []
    gate = threading.Event()

    def hold(image: Image, number: int) -> int:
        at_work.append(number)
        most.append(len(at_work))
        gate.wait(10)
        at_work.remove(number)
        return number

    lane, replies = CpuLane(8, memory=PICTURE.nbytes * 5), Replies()
    for number in range(6):
        started(lane, replies, number, hold, image=PICTURE, number=number)
    until(lambda: len(at_work) == 2)
    time.sleep(0.1)
    assert len(at_work) == 2  # two of them need four pictures' worth, three would need six
    lane.cancel(5)
    assert isinstance(replies.failures[5], Cancelled)
    gate.set()
    until(lambda: len(replies.results) == 5)
    assert max(most) <= 2 and sorted(replies.results) == [0, 1, 2, 3, 4]

    tiny = CpuLane(8, memory=1)
    started(tiny, replies, 9, hold, image=PICTURE, number=9)
    until(lambda: replies.results.get(9) == (9,))


def test_what_needs_no_memory_is_not_held_up_by_numbers_alone() -> None:
    lane, replies = CpuLane(8, memory=1), Replies()
    gate = threading.Event()

    def wait(number: int) -> int:
        gate.wait(10)
        return number

    for number in range(4):
        started(lane, replies, number, wait, number=number)
    gate.set()
    until(lambda: len(replies.results) == 4)


def test_an_idle_thread_holds_on_to_nothing() -> None:
    import gc
    import weakref

    class Big:
        """Stands for a large value."""

    lane, replies = CpuLane(1), Replies()
    big = Big()
    seen = weakref.ref(big)

    def look(thing: object) -> int:
        return 1

    started(lane, replies, 1, look, thing=big)
    until(lambda: 1 in replies.results)
    del big

    def gone() -> bool:
        gc.collect()
        return seen() is None

    until(gone)
