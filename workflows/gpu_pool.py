"""Several accelerators as one lane: a call goes to one that is free, if possible to one that has its model loaded."""

import threading
from collections.abc import Sequence
from typing import Any

from workflows.gpu_lane import GpuLane
from workflows.lanes import NodeCall, Reply


class GpuPool:
    """A worker for each device. One that hangs or dies takes only its own call with it."""

    def __init__(self, name: str, lanes: Sequence[GpuLane]) -> None:
        self.name = name
        self.width = len(lanes)
        self.lanes = tuple(lanes)
        self._lock = threading.Lock()
        self._at: dict[int, GpuLane] = {}
        """Which lane works on a call."""

    def start(self, call: NodeCall, reply: Reply) -> None:
        with self._lock:
            lane = self._free_for(call)
            self._at[call.id] = lane
        lane.start(call, _Freeing(self, reply))

    def prepare(self, kinds: Sequence[str]) -> None:
        """Start one worker; another starts when there is work for it."""
        self.lanes[0].prepare(kinds)

    def cancel(self, call: int) -> None:
        with self._lock:
            lane = self._at.get(call)
        if lane is not None:
            lane.cancel(call)

    def close(self) -> None:
        for lane in self.lanes:
            lane.close()

    def warm(self) -> frozenset[str]:
        """The models that are loaded where nothing is done now."""
        with self._lock:
            return frozenset().union(*(lane.warm() for lane in self._free()))

    @property
    def pids(self) -> list[int | None]:
        """The process ids of the workers that run."""
        return [lane.pid for lane in self.lanes]

    def ended(self, call: int) -> None:
        """The lane of this call is free again."""
        with self._lock:
            self._at.pop(call, None)

    def _free(self) -> list[GpuLane]:
        busy = set(map(id, self._at.values()))
        return [lane for lane in self.lanes if id(lane) not in busy]

    def _free_for(self, call: NodeCall) -> GpuLane:
        """A free lane: one with the call's model, else one that has loaded nothing yet, else the first."""
        free = self._free() or list(self.lanes)
        wanted = {value for value in call.arguments.values() if isinstance(value, str)}
        return min(free, key=lambda lane: (not lane.warm() & wanted, len(lane.warm())))


class _Freeing:
    """A Reply that also tells the pool when a call has ended, before the scheduler hears of it."""

    def __init__(self, pool: GpuPool, reply: Reply) -> None:
        self._pool = pool
        self._reply = reply

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        self._reply.progress(call, done, note, preview)

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        self._reply.value(call, values)

    def done(self, call: int, seconds: float) -> None:
        self._pool.ended(call)
        self._reply.done(call, seconds)

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self._pool.ended(call)
        self._reply.result(call, values, seconds)

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self._pool.ended(call)
        self._reply.failed(call, error, detail)

    def said(self, call: int, message: str, hint: str) -> None:
        self._reply.said(call, message, hint)
