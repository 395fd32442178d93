"""Events cross to the Qt thread: the latest progress, every end, in order, and never too much at once."""

import threading
import time

from pytestqt.qtbot import QtBot

from canvas.bridge import BUDGET, SLICE, Bridge
from workflows.events import NodeDone, NodeProgress, NodeStarted, RunDone, RunStarted


def progress(node: str, done: float) -> NodeProgress:
    return NodeProgress(1, node, (), done, "", None)


def done(node: str) -> NodeDone:
    return NodeDone(1, node, (), False, 0.1, ())


class Listener:
    """Notes what comes, and in which thread and tick."""

    def __init__(self, bridge: Bridge) -> None:
        self.events: list[object] = []
        self.slices: list[int] = []
        self.threads: set[int] = set()
        self._new = 0
        bridge.heard.connect(self._hear)
        bridge.settled.connect(self._settle)

    def _hear(self, job: int, event: object) -> None:
        self.threads.add(threading.get_ident())
        self.events.append(event)
        self._new += 1

    def _settle(self) -> None:
        self.slices.append(self._new)
        self._new = 0


def test_five_thousand_nodes_that_finish_in_other_threads_all_arrive_in_small_parts(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)

    def work(part: int) -> None:
        for number in range(1250):
            name = f"n{part}-{number}"
            for event in (NodeStarted(1, name, ()), progress(name, 0.5), done(name)):
                bridge.post(1, event)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: sum(isinstance(event, NodeDone) for event in listener.events) == 5000, timeout=30_000)
    for thread in threads:
        thread.join()
    assert sum(isinstance(event, NodeStarted) for event in listener.events) == 5000
    assert listener.threads == {threading.get_ident()}
    assert max(listener.slices) <= SLICE


def test_a_tick_ends_when_its_time_is_up_however_slow_the_listeners_are(qtbot: QtBot) -> None:
    now = [0.0]
    bridge = Bridge(clock=lambda: now[0])
    listener = Listener(bridge)
    bridge.settled.connect(lambda: now.__setitem__(0, now[0] + BUDGET))
    for number in range(4 * SLICE):
        bridge.post(1, done(f"n{number}"))
    bridge._tick()
    assert len(listener.events) == SLICE
    bridge._tick()
    assert len(listener.events) == 2 * SLICE


def test_of_progress_only_the_latest_comes_and_none_after_the_end(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    bridge.post(1, RunStarted(1, 2))
    for part in range(1000):
        bridge.post(1, progress("a", part / 1000))
        bridge.post(1, progress("b", part / 1000))
    bridge.post(1, done("b"))
    qtbot.waitUntil(lambda: len(listener.events) == 3)
    assert [getattr(event, "node", "") for event in listener.events] == ["", "b", "a"]
    assert listener.events[-1] == progress("a", 0.999)
    bridge.post(1, progress("c", 0.1))
    bridge.post(1, RunDone(1, "cancelled", 1.0, 0, 0, 0))
    qtbot.waitUntil(lambda: isinstance(listener.events[-1], RunDone))
    assert len(listener.events) == 4


def test_a_preview_is_not_lost_to_a_step_that_has_none(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    for preview in ("first", "second", None):
        bridge.post(1, NodeProgress(1, "a", (), 0.5, "step", preview))
    qtbot.waitUntil(lambda: len(listener.events) == 1)
    assert getattr(listener.events[0], "preview", "") == "second"


def test_progress_comes_no_more_often_than_thirty_times_a_second(qtbot: QtBot) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until:
        bridge.post(1, progress("a", 0.5))
        qtbot.wait(1)
    assert 1 <= len(listener.events) <= 17
