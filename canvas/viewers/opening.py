"""Takes of the store as results to look at: their files are opened on a thread, as a film has to be read for it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from ajar.clips import Audio, Mesh, Video
from ajar.errors import AjarError, UserError
from ajar.values import Image
from canvas.viewers import facts
from canvas.viewers.bench import Bench, Shown
from workflows.take import Take

OPEN: dict[str, Callable[[Any], Any]] = {
    "image": Image.open, "mask": Image.open, "video": Video.open, "audio": Audio.open, "mesh": Mesh.open,
}


def open_take(take: Take) -> Any:
    """What a take holds. UserError where its file is gone or can't be read."""
    if not take.path.is_file():
        raise UserError(f"The file of take {take.number} is gone: {take.path.name}.", "Make it again.")
    opened = OPEN.get(take.kind)
    return opened(take.path) if opened else take.path.read_text("utf-8", "replace")


def shown_take(take: Take) -> Shown:
    """A take ready to be looked at. AjarError where it can't be."""
    value = open_take(take)
    return Shown(value, take.title or take.node, facts.of_take(take, value), take)


class Opening(QObject):
    """Takes on their way to the bench."""

    _opened = Signal(object)

    def __init__(self, bench: Bench, then: Callable[[list[Shown]], None]) -> None:
        super().__init__(bench)
        self._bench, self._then = bench, then
        self._opened.connect(self._done)

    def start(self, takes: Sequence[Take]) -> None:
        self._bench.in_background(partial(self._work, tuple(takes)))

    def _work(self, takes: tuple[Take, ...]) -> None:
        found: list[Shown | AjarError] = []
        for take in takes:
            try:
                found.append(shown_take(take))
            except AjarError as error:
                found.append(error)
            except OSError as error:
                found.append(UserError(f"{take.path.name} can't be read.", error.strerror or "Check the file."))
        self._bench.later(lambda: self._opened.emit(found))

    def _done(self, found: Any) -> None:
        trouble = next((one for one in found if isinstance(one, AjarError)), None)
        if trouble is not None:
            self._bench.desk.say(trouble.message, trouble.hint)
        results = [one for one in found if isinstance(one, Shown)]
        if results:
            self._then(results)
        self.deleteLater()


def open_takes(bench: Bench, takes: Sequence[Take], then: Callable[[list[Shown]], None]) -> None:
    """Open takes in the background, then do something with those that could be opened."""
    Opening(bench, then).start(takes)
