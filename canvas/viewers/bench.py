"""What lies on the viewing bench: nine buffers and the view of them. It outlives every widget that shows it."""

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from ajar.clips import Audio, Mesh, Video
from ajar.errors import AjarError
from ajar.values import Image, Mask
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.viewers import state
from canvas.viewers.facts import NO_FACTS, Facts
from canvas.viewers.keys import Keymap
from canvas.viewers.picture import Picture, prepare
from canvas.viewers.state import Channel, View
from workflows.take import Take

Kind = Literal["none", "picture", "film", "sound", "body", "words"]
LIVE = 0
"""The buffer of what was looked at last; no key sends to it, 0 shows it."""
KEEP = 1 << 30
"""Bytes of prepared pictures that are kept."""
WAITING = "waiting"


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One result in a buffer."""

    value: Any
    title: str
    facts: Facts = NO_FACTS
    take: Any = None
    """The take it is, where it is one."""

    @property
    def kind(self) -> Kind:
        return kind_of(self.value)


def kind_of(value: Any) -> Kind:
    """How a value is looked at."""
    if value is None:
        return "none"
    if isinstance(value, Image | Mask | QImage):
        return "picture"
    for type_, kind in ((Video, "film"), (Audio, "sound"), (Mesh, "body")):
        if isinstance(value, type_):
            return kind  # type: ignore[return-value]
    return "words"


class Bench(QObject):
    """The buffers, the view, and pictures made ready in the background. One for each window."""

    changed = Signal()
    """The view is another one."""
    loaded = Signal(int)
    """Another result is in this buffer."""
    told_anew = Signal(object, object)
    """(before, after): the same result, of which something else is told now. Comes before ``loaded``."""
    ready = Signal()
    """A picture that was waited for is there (or can't be)."""
    rated = Signal(object, int)
    """(take, stars) the person has given."""
    noted = Signal(object, str)
    closed = Signal()
    _done = Signal(object, object)

    def __init__(self, desk: Desk, owner: QObject | None = None) -> None:
        """``owner``: whose bench it is, where it is not the window's."""
        super().__init__(owner or desk)
        self.desk = desk
        self.view = View()
        self.keys = Keymap()
        """Replaced by the window when the person has chosen keys."""
        self.buffers: dict[int, Shown] = {}
        self.laid: tuple[Shown, ...] = ()
        self._ready: OrderedDict[tuple[Shown, Channel], Picture | str] = OrderedDict()
        self.errands = Errands(desk, self)
        self._pool = ThreadPoolExecutor(2, "viewer")
        self._done.connect(self._keep)

    def close(self) -> None:
        """End all work in the background; for the end of the window."""
        self.closed.emit()
        self.errands.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @staticmethod
    def of(desk: Desk) -> "Bench":
        """The bench of a window; made when it is first asked for."""
        return desk.findChild(Bench, options=Qt.FindChildOption.FindDirectChildrenOnly) or Bench(desk)

    def look(self, change: Callable[[View], View]) -> None:
        """Make another view of the one there is."""
        view = change(self.view)
        if view != self.view:
            self.view = view
            self.changed.emit()

    def show(self, shown: Shown) -> None:
        """Look at a result now. Buffers 1 to 9 stay as they are."""
        self.put(LIVE, shown)
        self.look(lambda view: view if LIVE in (view.a, view.b) and state.two(view) else
                  replace(state.showing(view, LIVE), mode="single"))

    def put(self, buffer: int, shown: Shown) -> None:
        """Lay a result into a buffer."""
        self.buffers[buffer] = shown
        self.loaded.emit(buffer)

    def clear(self, buffer: int) -> None:
        if self.buffers.pop(buffer, None) is not None:
            self.loaded.emit(buffer)

    def side(self, side: Literal["a", "b"]) -> Shown | None:
        return self.buffers.get(self.view.a if side == "a" else self.view.b)

    def picture(self, shown: Shown | None, channel: Channel = "RGB") -> Picture | None:
        """A picture made ready; None while it is not (``ready`` tells), and for what is no picture."""
        if shown is None or shown.kind != "picture":
            return None
        key = shown, channel
        found = self._ready.get(key)
        if found is None:
            self._ready[key] = WAITING
            self.in_background(partial(self._prepare, key))
        elif isinstance(found, Picture):
            self._ready.move_to_end(key)
            return found
        return None

    def trouble(self, shown: Shown | None, channel: Channel = "RGB") -> str:
        """Why there is no picture, in a sentence; "" while it is still being made ready."""
        found = self._ready.get((shown, channel), "") if shown else ""
        return found if isinstance(found, str) and found != WAITING else ""

    def rate(self, shown: Shown, stars: int) -> None:
        """Give stars; the same number again takes them away."""
        stars = 0 if shown.facts.rating == stars else stars
        self._retell(shown, replace(shown.facts, rating=stars))
        if shown.take is not None:
            self.rated.emit(shown.take, stars)

    def takes(self) -> list[Take]:
        """The takes of the store that are looked at."""
        everything = (*self.buffers.values(), *self.laid)
        return list({shown.take.id: shown.take for shown in everything if isinstance(shown.take, Take)}.values())

    def of_take(self, take: Take) -> Shown | None:
        """The result that is this take."""
        everything = (*self.buffers.values(), *self.laid)
        return next((one for one in everything if isinstance(one.take, Take) and one.take.id == take.id), None)

    def heard(self, take: Take, told: Facts) -> None:
        """Something else is known of a take now: it was rated, noted or tagged elsewhere."""
        for shown in {*self.buffers.values(), *self.laid}:
            if isinstance(shown.take, Take) and shown.take.id == take.id:
                old = shown.facts
                fresh = replace(told, runs_on=old.runs_on, steps=old.steps, carried=old.carried, cost=old.cost,
                                which=old.which)
                if fresh != shown.facts:
                    self._retell(shown, fresh)

    def note(self, shown: Shown, text: str) -> None:
        self._retell(shown, replace(shown.facts, note=text))
        if shown.take is not None:
            self.noted.emit(shown.take, text)

    def sheet(self) -> list[Shown]:
        """What is on the contact sheet: what was laid out, else what is in the buffers."""
        if self.laid:
            return list(self.laid)
        return [self.buffers[buffer] for buffer in sorted(self.buffers, key=lambda one: one or 10)]

    def lay_out(self, shown: Sequence[Shown]) -> None:
        """Lay results on the contact sheet; none: the buffers again."""
        self.laid = tuple(shown)
        self.loaded.emit(LIVE)

    def in_background(self, work: Callable[[], None]) -> None:
        """Do something slow away from the window. What it brings must come back by a signal."""
        with contextlib.suppress(RuntimeError):  # the window is closing
            self._pool.submit(work)

    @staticmethod
    def later(tell: Callable[[], None]) -> None:
        """Tell from a thread, unless the window was closed meanwhile."""
        with contextlib.suppress(RuntimeError):
            tell()

    def _retell(self, shown: Shown, facts: Facts) -> None:
        fresh = replace(shown, facts=facts)
        for key in [key for key in self._ready if key[0] is shown]:
            self._ready[fresh, key[1]] = self._ready.pop(key)
        self.laid = tuple(fresh if one is shown else one for one in self.laid)
        for buffer in [buffer for buffer, one in self.buffers.items() if one is shown]:
            self.buffers[buffer] = fresh
        self.told_anew.emit(shown, fresh)
        self.loaded.emit(LIVE)

    def _prepare(self, key: tuple[Shown, Channel]) -> None:
        found: Picture | str
        try:
            found = prepare(key[0].value, key[1])
        except AjarError as error:
            found = f"{error.message} {error.hint}".strip()
        except MemoryError:
            found = "Not enough memory for this picture. Close other programs or look at a smaller one."
        self.later(lambda: self._done.emit(key, found))

    def _keep(self, key: Any, found: Any) -> None:
        self._ready[key] = found
        shown = {*self.buffers.values(), *self.laid}
        room = KEEP
        for old, picture in reversed(list(self._ready.items())):
            if isinstance(picture, str):
                continue
            room -= picture.nbytes
            gone = old[0] not in shown and old[0] is not key[0]
            if gone or (room < 0 and old != key):
                del self._ready[old]
        self.ready.emit()
