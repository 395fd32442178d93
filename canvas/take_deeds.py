"""What can be done with a take of the strip: picked, looked at, varied, finished, promoted, locked, thrown away."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ajar.context import Stage
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.subjects import title_of
from canvas.vary_words import VaryWords
from workflows import variants
from workflows.finish import finish
from workflows.take import value_of
from workflows.takes import Take, Takes

MORE = 4
"""So many takes are made at once."""


class TakeDeeds(QObject):
    """Everything here returns at once."""

    promoted = Signal(Document, Take)
    """(document, take): a final is to be made of it."""

    def __init__(self, desk: Desk, takes: Takes, strip: QWidget) -> None:
        super().__init__(strip)
        assert desk.runner is not None
        self._desk = desk
        self._takes = takes
        self._strip = strip
        self._runner = desk.runner
        self._errands = Errands(desk, self)
        self._thrown: list[int] = []
        self._words: VaryWords | None = None
        self._varied: tuple[Document, str] | None = None
        """Whose take is made in other words: (document, node)."""
        self.undoes = False
        """Whether Ctrl+Z in the strip brings a take back."""

    @property
    def stage(self) -> Stage:
        """The stage in which more is made."""
        forecast = self._runner.forecast
        return forecast.stage if forecast is not None else "draft"

    def do(self, deed: str, document: Document, node: str, take: Take) -> None:
        """A deed by its name, with what follows a blank: ``pick``, ``rate 3``, ``vary words``."""
        takes, (name, _, how) = self._takes, deed.partition(" ")
        self.undoes = deed == "delete"
        if name == "pick":
            if self._runner.strips.picked(document, node) != take.id:
                self._runner.picks.pick(document, node, take, stage=self.stage)
        elif name == "look":
            title = f"{title_of(document.graph, document.types, node)} · take {take.number}"
            self._errands.run(lambda: value_of(take), lambda value: self._desk.shown.emit(value, title, take))
        elif name == "finish":
            self._finish(document, node, take)
        elif name == "promote":
            self.promoted.emit(document, take)
        elif name == "vary":
            self.vary(document, node, take, how)
        elif name == "lock":
            self._lock(document, node, take)
        elif name == "rate":
            self._errands.run(lambda: takes.rate(take.id, int(how)))
        elif name == "delete":
            self._throw_away(take)

    def vary(self, document: Document, node: str, take: Take, how: str = "") -> None:
        """More with other seeds; weaker and stronger; or in other words, which are asked for."""
        if not how:
            self._runner.picks.more(document, node, MORE, stage=self.stage, like=take)
            return
        if how == "strength":
            self._runner.picks.vary(document, node, take, stage=self.stage)
            return
        if self._words is None:
            self._words = VaryWords(self._desk, self._strip.window())
            self._words.wanted.connect(self._vary_words)
        self._varied = document, node
        at = variants.node_at(document.graph, node)
        type_ = document.types.get(at.type) if at is not None else None
        self._words.open(take, free=type_ is None or type_.lane != "remote")

    def _vary_words(self, take: Any, endings: str) -> None:
        if self._varied is not None:
            document, node = self._varied
            self._runner.picks.vary(document, node, take, stage=self.stage, endings=endings)

    def _finish(self, document: Document, node: str, take: Take) -> None:
        """Let the take flow on, and put the Finish group behind its node, which lies in the room that is shown."""
        *room, name = node.split("/")
        if tuple(room) != document.room:
            document.go(tuple(room))
        self.do("pick", document, node, take)
        # What is selected stays so, and with it the strip.
        if document.edit("Finish the take", lambda graph: finish(graph, document.types, name)[0]):
            self._desk.say(f"Take {take.number} goes through Finish.", "Run makes it; what is done is set on the card.")

    def _lock(self, document: Document, node: str, take: Take) -> None:
        """Keep a take for good: it flows on, held, whatever is made after it, and can't be thrown away."""
        locked = not take.locked
        self._errands.run(lambda: self._takes.lock(take.id, locked))
        if locked:
            self._runner.picks.pick(document, node, take, stage=self.stage, hold=True)
        else:
            self._desk.say(f"Take {take.number} is unlocked.", "Unfreeze its node to let another take flow on.")

    def _throw_away(self, take: Take) -> None:
        if take.locked:
            self._desk.say(f"Take {take.number} is locked, so it stays.", "Unlock it first: L.")
            return
        self._thrown.append(take.id)
        self._errands.run(
            lambda: self._takes.throw_away(take.id),
            lambda _: self._desk.say(f"Take {take.number} is in the trash.", "Ctrl+Z in the strip brings it back."))

    def bring_back(self) -> None:
        """The take that was thrown away last."""
        if self._thrown:
            id_ = self._thrown.pop()
            self.undoes = bool(self._thrown)
            self._errands.run(lambda: self._takes.bring_back(id_),
                              lambda take: self._desk.say(f"Take {take.number} is back."))
