"""The lane of one accelerator: a warm worker process that runs one call at a time and may be killed."""

import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ajar
from ajar import errors
from ajar.errors import AjarError, Cancelled
from ajar.offline import PLUGGED
from workflows.environments import clean_environment
from workflows.lanes import PATIENCE, NodeCall, Reply
from workflows.worker_process import WorkerProcess, bury, death, keyless, start

GPU = "nodes.local.gpu:open_device"
BARE = "ajar.bare:open_device"
"""The device of packs that bring their own libraries and models."""


class WorkerError(Exception):
    """A node in the worker raised something that is no AjarError; the class that is raised has that one's name."""


@dataclass(slots=True)
class _Active:
    """One call that was handed to the lane and has not ended."""

    call: NodeCall
    reply: Reply
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the nodes of a pack run that has an environment of its own."""

    packs: Mapping[str, Any]
    """``Packs.spec_of``."""
    python: Callable[[], Path]
    """Its interpreter. AjarError where there is none yet."""


class GpuLane:
    """Starts its worker on the first call, again after it died, and kills it when a cancel is ignored."""

    width = 1

    def __init__(
        self, name: str, packs: Mapping[str, Any], home: Path, *, device: str = "auto", gpu: str = GPU,
        models: Sequence[Path] = (), seats: Mapping[str, Seat] = MappingProxyType({}),
    ) -> None:
        """``packs`` is ``Packs.spec()``; ``home`` has the folders models, trainings, tmp and logs.

        ``gpu`` makes the device. ``models`` are all folders in which models lie; none: that of ``home`` only.
        ``seats`` are for packs with an environment of their own, by name: one worker at a time has the device.
        """
        self.name = name
        self._seats = seats
        self._hello = {
            "do": "hello", "packs": dict(packs), "device": device, "gpu": gpu,
            "models": [str(folder) for folder in models or (home / "models",)],
            "trainings": str(home / "trainings"),
        }
        self._tmp = home / "tmp"
        self._log = home / "logs" / f"worker-{name.replace(':', '-')}.log"
        self._tasks: queue.SimpleQueue[_Active | list[str] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._active: dict[int, _Active] = {}
        self._process: WorkerProcess | None = None
        self._thread: threading.Thread | None = None
        self._warm: frozenset[str] = frozenset()
        self._closed = False

    def start(self, call: NodeCall, reply: Reply) -> None:
        active = _Active(call, reply)
        with self._lock:
            self._active[call.id] = active
        self._put(active)

    def prepare(self, kinds: Sequence[str]) -> None:
        """Start the worker and import what models of these kinds need, while something else goes on."""
        self._put(list(kinds))

    def cancel(self, call: int) -> None:
        with self._lock:
            active = self._active.get(call)
            process = self._process
            if active is None:
                return
            asked_before, active.cancelled = active.cancelled, True
            sent = process is not None and process.busy == call
        if asked_before:
            if sent:
                self._kill(call)
            return
        if process is not None and sent:
            try:
                process.frames.send({"do": "cancel", "call": call})
            except OSError:  # it died meanwhile, which ends the call as well
                pass
        timer = threading.Timer(PATIENCE, self._kill, (call,))
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End the worker at once; what it was doing is lost."""
        with self._lock:
            self._closed = True
            process = self._process
            thread = self._thread
        if process is not None:
            process.program.kill()
        self._tasks.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join(5)

    def warm(self) -> frozenset[str]:
        return self._warm

    @property
    def pid(self) -> int | None:
        """The worker's process id, while one runs."""
        process = self._process
        return process.program.pid if process is not None else None

    def _put(self, task: "_Active | list[str]") -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"ajar-{self.name}", daemon=True)
                self._thread.start()
        self._tasks.put(task)

    def _kill(self, call: int) -> None:
        with self._lock:
            process = self._process
            if call not in self._active or process is None:
                return
        process.program.kill()

    # --- the lane's own thread ------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            if isinstance(task, list):
                self._prepare(task)
            else:
                self._call(task)
        self._bury()

    def _prepare(self, kinds: list[str]) -> None:
        try:
            self._living("").frames.send({"do": "warm", "kinds": kinds})
        except (OSError, EOFError, AjarError):  # the first call says what is wrong
            self._bury()

    def _call(self, active: _Active) -> None:
        """Run one call to its end, whatever happens to the worker."""
        call, reply = active.call, active.reply
        error: BaseException
        detail = ""
        try:
            if active.cancelled:
                raise Cancelled
            process = self._living(call.type.environment)
            with self._lock:
                process.busy = call.id
                if active.cancelled:
                    raise Cancelled
            record = {"do": "call", "call": call.id, "type": call.type.id, "stage": call.stage}
            process.frames.send(record, call.arguments)
            while not self._answered(process, active):
                pass
            return
        except Cancelled as stop:
            error = stop
        except (OSError, EOFError) as broken:
            error, detail = self._died(broken)
        except AjarError as refused:  # a value that can't travel, or a frame that is none
            error = refused
            if self._process is not None and self._process.busy == call.id:
                self._bury()
        self._finish(active)
        reply.failed(call.id, Cancelled() if active.cancelled else error, detail)

    def _answered(self, process: WorkerProcess, active: _Active) -> bool:
        """Pass on one frame of the worker. True if it ended the call."""
        frame = process.frames.receive()
        if frame is None:
            raise EOFError
        record, value = frame
        call, reply, kind = active.call, active.reply, record["is"]
        if record.get("call") != call.id:
            return False  # the tail of an earlier call
        if kind == "progress":
            reply.progress(call.id, min(max(record["done"], 0.0), 1.0), record["note"], value)
        elif kind == "ask":
            self._answer(process, call, record, value)
        elif kind == "value":
            reply.value(call.id, value)
        else:
            self._warm = frozenset(record["warm"])
            self._finish(active)
            if kind == "done":
                reply.done(call.id, record["seconds"])
            else:
                reply.failed(call.id, _error(record), record["detail"])
            return True
        return False

    def _answer(self, process: WorkerProcess, call: NodeCall, record: Mapping[str, Any], value: Any) -> None:
        problem: tuple[str, str] | None = None
        answer: Any = None
        try:
            if record["what"] == "about":
                answer = call.about()
            elif call.save is None:
                problem = ("Only a node declared with writes=True may save files.", "Declare it: @node(writes=True).")
            elif "path" in record:
                answer = str(call.save(Path(record["path"]), record["suffix"]))
            else:
                answer = str(call.save(value.array.tobytes()[: record["length"]], record["suffix"]))
        except AjarError as error:
            problem = (error.message, error.hint)
        process.frames.send({"do": "answer", "error": problem}, answer)

    def _finish(self, active: _Active) -> None:
        with self._lock:
            self._active.pop(active.call.id, None)

    def _living(self, environment: str) -> WorkerProcess:
        """The worker for nodes of this environment, started if there is none. AjarError or OSError if it can't be."""
        process = self._process
        if process is not None and process.program.poll() is None and process.environment == environment:
            return process
        self._bury()
        process = self._spawn(environment)
        with self._lock:
            self._process = process
            if self._closed:
                process.program.kill()
        hello = self._hello
        if environment:
            hello = {**hello, "packs": dict(self._seats[environment].packs), "gpu": BARE}
        process.frames.send(hello)
        ready = process.frames.receive()
        if ready is None:
            raise EOFError
        return process

    def _spawn(self, environment: str) -> WorkerProcess:
        command, variables = [sys.executable, "-P", "-m", "ajar.worker"], keyless()
        if environment:
            command = [str(self._seats[environment].python()), str(Path(ajar.__path__[0]) / "isolated.py")]
            variables = {name: text for name, text in clean_environment().items() if name in variables}
        if self._hello["device"] != "cpu":
            variables[PLUGGED] = "keep"  # nobody has tried drivers of graphics cards in a network of their own yet
        return start(command, self.name, self._tmp, self._log, variables, environment)

    def _died(self, error: BaseException) -> tuple[AjarError, str]:
        """What to say when the worker is gone in the middle of a call."""
        process = self._process
        if process is None:
            return AjarError(f"The worker process can't be started: {error}.", "See `ajar doctor`."), ""
        found = death(process)
        self._bury()
        return found

    def _bury(self) -> None:
        """Leave nothing of the worker behind."""
        with self._lock:
            process, self._process = self._process, None
            self._warm = frozenset()
        if process is not None:
            bury(process)


def _error(record: Mapping[str, Any]) -> BaseException:
    """The exception of a record, of its own class where that is one of ours."""
    kind = getattr(errors, record["kind"], None) if record["kind"] else None
    if kind is Cancelled:
        return Cancelled()
    if isinstance(kind, type) and issubclass(kind, AjarError):
        return kind(record["message"], record["hint"])
    found: type[Exception] = type(record["name"], (WorkerError,), {})
    return found(record["message"])
