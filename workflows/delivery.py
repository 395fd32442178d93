"""How results come out of a run: into the store, into files, into its summary. The disk has a thread of its own."""

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

from ajar.errors import AjarError
from ajar.values import Image
from workflows.cell import Cell
from workflows.events import RunWarning
from workflows.leaving import Export
from workflows.run import Keeper, Output, Run

WORTH_SECONDS = 0.25
"""A result that took longer than this is kept on disk, whatever it is."""
PLAIN = (str, int, float, bool, type(None))


class Delivery:
    """Brings results out; encoding and fsync never hold up the scheduler, which is told by ``post``."""

    def __init__(self, results: Keeper | None, post: Callable[[Callable[[], None]], None],
                 settle: Callable[[Run], None]) -> None:
        self._results = results
        self._post = post
        self._settle = settle
        self._disk: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._write, name="ajar-disk", daemon=True).start()

    def close(self, done: threading.Event) -> None:
        """End the disk's thread, and say so, once everything is written."""
        self._disk.put(done.set)
        self._disk.put(None)

    def keep(self, run: Run, cell: Cell, seconds: float, what: tuple[Any, ...]) -> None:
        """Keep the values (or items) of a cell for later runs, on disk where they are worth it."""
        assert self._results is not None and cell.key is not None
        key, results = cell.key, self._results
        stream = cell.step.type.stream
        values = [value for item in what for value in item] if stream else what
        plain = all(isinstance(value, PLAIN) for value in values)
        leaving = cell.step.id in run.leaves
        disk = plain or leaving or cell.step.type.lane != "cpu" or seconds >= WORTH_SECONDS
        keep: Callable[..., None] = results.keep_items if stream else results.keep
        secret = run.secrecy.of(cell.step.id) if run.secrecy is not None else None
        if run.secrecy is not None and secret is not None:
            keep = partial(keep, told=partial(run.secrecy.keep, secret))
        warning = _attempt(lambda: keep(key, what, disk=disk, seconds=seconds))
        if warning is not None:
            run.emit(RunWarning(run.number, *warning))

    def _on_disk(self, run: Run, task: Callable[[], None]) -> None:
        """Do something slow on the disk's thread; the run ends only after it, and fails if it fails."""
        run.keeping += 1

        def do() -> None:
            warning = _attempt(task)
            self._post(lambda: self._written(run, warning))

        self._disk.put(do)

    def _written(self, run: Run, warning: tuple[str, str] | None) -> None:
        run.keeping -= 1
        if warning is not None:
            run.emit(RunWarning(run.number, *warning))
            run.failed += 1
            run.error = run.error or AjarError(*warning)
        self._settle(run)

    def leave_cell(self, run: Run, cell: Cell, values: tuple[Any, ...] | None = None) -> None:
        """``leave`` for all that a cell gave, if it is a leaf."""
        if cell.step.id not in run.leaves:
            return
        if cell.step.type.stream:
            for index, item in enumerate(cell.hit.items if cell.hit else ()):
                self.leave(run, cell.step.id, (*cell.path, index), item)
        else:
            self.leave(run, cell.step.id, cell.path, cell.values if values is None else values)

    def leave(self, run: Run, node: str, path: tuple[int, ...], values: tuple[Any, ...]) -> None:
        """A leaf's values leave the run; pictures are written out where the run has somewhere to put them.

        Those in a list are, too, each by itself; not one that leaves as another output already.
        """
        type_ = run.plan.steps[node].type if node in run.plan.steps else None
        if type_ is not None and type_.writes:
            return
        for number, value in enumerate(values):
            output = type_.outputs[number].name if type_ is not None else "result"
            if run.exits is None or isinstance(value, PLAIN):
                run.outputs.append(Output(node, output, path, value, None))
            elif isinstance(value, list) and not all(isinstance(item, (*PLAIN, list, dict)) for item in value):
                for index, item in enumerate(value):
                    export = Export(run, node, output, (*path, index), item)
                    self._on_disk(run, partial(_unless_given, export, item, values))
            else:
                self._on_disk(run, Export(run, node, output, path, value))

    def show_choices(self, run: Run, cell: Cell, choices: tuple[Any, ...]) -> None:
        """Nobody can choose among pictures that can't be seen: write them out."""
        for number, value in enumerate(choices):
            if not isinstance(value, PLAIN):
                self._on_disk(run, Export(run, cell.step.id, f"choice-{number}", cell.path, value))

    def _write(self) -> None:
        while (task := self._disk.get()) is not None:
            task()


def _unless_given(export: Callable[[], None], item: Any, others: tuple[Any, ...]) -> None:
    if not any(_equal(item, other) for other in others):
        export()


def _equal(one: Any, other: Any) -> bool:
    """Whether these are one picture, however it came here."""
    if one is other or not (isinstance(one, Image) and isinstance(other, Image)):
        return one is other
    sizes = [(image.width, image.height, image.channels, image.dtype) for image in (one, other)]
    return sizes[0] == sizes[1] and bool((one.array == other.array).all())


def _attempt(task: Callable[[], None]) -> tuple[str, str] | None:
    """Do it; a warning (message, hint) if it failed."""
    try:
        task()
    except AjarError as error:
        return error.message, error.hint
    except Exception as error:
        return f"A result could not be kept: {error}", "The run goes on; the result is made again next time."
    return None
