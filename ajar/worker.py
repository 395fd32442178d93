"""The process that runs nodes on an accelerator: ``python -m ajar.worker``, spoken to over its standard pipes.

First it is told hello (packs, folders, device), then it gets calls, one at a time. It ends when its input ends.

    app to worker:  hello, call, cancel, warm, answer
    worker to app:  ready, progress, value, done, failed, ask
"""

import importlib
import os
import queue
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ajar import offline
from ajar.context import Stage, walk
from ajar.fits import ASKED

if TYPE_CHECKING:
    from ajar.contract import NodeType
    from ajar.frames import Frames
    from ajar.lessons import Learner
    from ajar.values import Image, Lora, Tuning

T = TypeVar("T")
PROGRESS_EVERY = 1 / 30
"""Seconds between two reports of progress; what comes faster is dropped, except the last."""
PREVIEW_SIDE = 512
OFFLINE = {
    # Must be set before the libraries are imported: nothing is ever fetched behind a person's back.
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false", "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
    # Threads that spin while they wait take the processor from those that work.
    "OMP_WAIT_POLICY": "PASSIVE",
    "DIFFUSERS_VERBOSITY": "error", "TRANSFORMERS_VERBOSITY": "error",
}


def main() -> None:
    """Serve calls until the app closes the pipe."""
    # The same order on the path as in ajar.__main__: our `nodes` and `workflows`, not someone else's.
    here = Path(__file__).resolve().parent
    rooms = here / "rooms"
    sys.path.insert(0, str(rooms if rooms.is_dir() else here.parent))
    offline.stay()
    serve(Path(sys.argv[1]))


def serve(folder: Path) -> None:
    """Take calls from the pipes of this process until they end. ``folder`` is where large values lie on their way."""
    os.environ.update(OFFLINE)
    # Ctrl-C reaches every process of the terminal; the app decides what it means for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    frames = _take_pipes(folder)
    hello = frames.receive()
    if hello is not None:
        _Worker(frames, folder, hello[0]).serve()


def _take_pipes(folder: Path) -> "Frames":
    """Keep the pipes for frames; what libraries print goes to standard error, and they have nothing to read."""
    from ajar.frames import Frames

    reading, writing = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    return Frames(os.fdopen(reading, "rb"), os.fdopen(writing, "wb"), folder)


class _Worker:
    """The packs, the device and the call at hand."""

    def __init__(self, frames: "Frames", folder: Path, hello: Mapping[str, Any]) -> None:
        from workflows.packs import load_spec

        self.frames = frames
        self.folder = folder
        self.types: Mapping[str, NodeType] = load_spec(hello["packs"]).types
        module, _, name = hello["gpu"].partition(":")
        open_device = getattr(importlib.import_module(module), name)
        self.device = open_device(hello["device"], map(Path, hello["models"]), folder)
        self.trainings = Path(hello["trainings"])
        self.tasks: queue.SimpleQueue[tuple[dict[str, Any], Any]] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.stopped: set[int] = set()
        threading.Thread(target=self._listen, name="ajar-frames", daemon=True).start()
        frames.send({"is": "ready", "device": self.device.device, "pid": os.getpid()})

    def serve(self) -> None:
        while True:
            record, value = self.tasks.get()
            if record["do"] == "warm":
                self._warm(record["kinds"])
            else:
                self._run(record, value)

    def _listen(self) -> None:
        """Read frames while a node runs. When the app is gone nothing here is of use any more."""
        try:
            while (frame := self.frames.receive()) is not None:
                record, value = frame
                if record["do"] == "cancel":
                    self.stopped.add(record["call"])
                elif record["do"] == "answer":
                    self.answers.put((record, value))
                else:
                    self.tasks.put(frame)
        except BaseException:
            traceback.print_exc()
        # The app removes the folder when it ends in order; when it was killed nobody else does.
        shutil.rmtree(self.folder, ignore_errors=True)
        os._exit(0)

    def _warm(self, kinds: Sequence[str]) -> None:
        try:
            self.device.prepare(kinds)
        except Exception:  # the first call that needs it says what is wrong
            traceback.print_exc()

    def _run(self, record: dict[str, Any], arguments: dict[str, Any]) -> None:
        from ajar.contract import run_to_values
        from ajar.errors import UserError

        call = record["call"]
        context = _Call(self, call, record["stage"])
        (self.folder / ASKED).unlink(missing_ok=True)  # what an earlier call asked of the memory
        started = time.perf_counter()
        try:
            type_ = self.types.get(record["type"])
            if type_ is None:
                raise UserError(
                    f'"{record["type"]}" can\'t run: its pack can\'t be loaded any more, or has changed meanwhile.',
                    "Look at its files, allow it again (ajar packs allow), and start Ajar anew.",
                )
            context.check()
            for values in run_to_values(type_, context if type_.touches else None, arguments):
                context.check()
                self.frames.send({"is": "value", "call": call}, values)
            self._end({"is": "done", "call": call, "seconds": time.perf_counter() - started})
        except BaseException as error:
            self._end({"is": "failed", "call": call, **_told(self.device.explained(error))})
        self.stopped.discard(call)

    def _end(self, record: dict[str, Any]) -> None:
        self.frames.send({**record, "warm": self.device.warm()})


class _Call:
    """The Gpu that a node gets: its progress, its stop and its models."""

    def __init__(self, worker: _Worker, call: int, stage: Stage) -> None:
        self.stage = stage
        self._worker = worker
        self._call = call
        self._last = {False: 0.0, True: 0.0}
        """When progress was last reported, without and with a preview: the one does not use up the other's turn."""

    @property
    def about(self) -> str:
        return str(self._ask({"what": "about"}))

    @property
    def device(self) -> str:
        return str(self._worker.device.device)

    def load(self, model: str, *, kind: str, loras: "Lora | None" = None, tuning: "Tuning | None" = None) -> Any:
        return self._worker.device.load(model, kind=kind, loras=loras, tuning=tuning, report=self.progress)

    def learner(self, model: str, *, kind: str) -> "Learner":
        found: Learner = self._worker.device.learner(
            model, kind=kind, folder=self._worker.trainings, report=self.progress
        )
        return found

    def shelve(self, file: Path, name: str) -> Path:
        self.check()
        found: Path = self._worker.device.shelve(file, name)
        return found

    def check(self) -> None:
        """Raise Cancelled when the run was stopped."""
        from ajar.errors import Cancelled

        if self._call in self._worker.stopped:
            raise Cancelled

    def progress(self, done: float, note: str = "", preview: "Image | None" = None) -> None:
        self.check()
        now = time.monotonic()
        if done < 1 and now - self._last[preview is not None] < PROGRESS_EVERY:
            return
        self._last[preview is not None] = now
        record = {"is": "progress", "call": self._call, "done": float(done), "note": note}
        self._worker.frames.send(record, _small(preview) if preview is not None else None)

    def each(self, items: Iterable[T], note: str = "") -> Iterator[T]:
        return walk(items, note, self.progress)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        import numpy as np

        from ajar.values import Image

        self.check()
        if isinstance(data, Path):  # the app reads it where it lies
            return Path(self._ask({"what": "save", "suffix": suffix, "path": str(data.absolute())}))
        # Bytes travel as a picture of one row, so that large ones go by a file as pictures do.
        row = Image.of(np.frombuffer(data or b"\0", np.uint8)[None, :])
        return Path(self._ask({"what": "save", "suffix": suffix, "length": len(data)}, row))

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        from ajar.errors import Waiting

        raise Waiting(question, f"Choose one of {len(choices)}: 0 to {len(choices) - 1}.")

    def _ask(self, record: dict[str, Any], value: Any = None) -> Any:
        from ajar.errors import UserError

        self._worker.frames.send({"is": "ask", "call": self._call, **record}, value)
        answer, value = self._worker.answers.get()
        if answer["error"]:
            raise UserError(*answer["error"])
        return value


def _small(image: "Image") -> "Image":
    """At most 512 pixels a side, by leaving pixels out: a preview must cost nothing."""
    step = -(-max(image.width, image.height) // PREVIEW_SIDE)
    return image.like(image.array[::step, ::step]) if step > 1 else image


def _told(error: BaseException) -> dict[str, Any]:
    """An exception as a record: AjarErrors keep their words, others their name, and the traceback for the log."""
    from ajar.errors import AjarError

    kind = next((one.__name__ for one in type(error).__mro__ if one.__module__ == "ajar.errors"), "")
    hint = error.hint if isinstance(error, AjarError) else ""
    return {
        "kind": kind, "name": type(error).__name__, "message": str(error), "hint": hint,
        "detail": "".join(traceback.format_exception(error)),
    }


if __name__ == "__main__":
    main()
