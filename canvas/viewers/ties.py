"""What is done to a take in the viewer goes to the store of takes, and what is done elsewhere comes to the viewer."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from ajar.errors import AjarError
from canvas.viewers import facts
from canvas.viewers.bench import Bench
from canvas.viewers.opening import with_terms
from workflows.take import Take
from workflows.takes import Takes


class Ties(QObject):
    """Between the bench of a window and the takes of its runner."""

    _told = Signal()

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._listening: Callable[[], None] | None = None
        self._told.connect(self._read)
        bench.rated.connect(self._rate)
        bench.noted.connect(self._note)
        bench.loaded.connect(self._listen)
        bench.closed.connect(self.close)

    @staticmethod
    def of(bench: Bench) -> "Ties":
        """The ties of a bench; made when they are first asked for."""
        return bench.findChild(Ties) or Ties(bench)

    def use(self, take: Any) -> None:
        """Let this take flow on from its node: an edit of its workflow, which can be undone."""
        runner = self._bench.desk.runner
        document = next((one for one in self._bench.desk.documents if isinstance(take, Take)
                         and one.key == take.document), None)
        if runner is None or document is None:
            self._bench.desk.say("The workflow of this take is not open.", "Open it, then pick the take there.")
            return
        runner.picks.pick(document, take.node, take, stage="final" if take.stage == "final" else "draft")

    def close(self) -> None:
        if self._listening is not None:
            self._listening()
            self._listening = None

    def _takes(self) -> Takes | None:
        runner = self._bench.desk.runner
        return runner.takes if runner is not None else None

    def _rate(self, take: Any, stars: int) -> None:
        takes = self._takes()
        if takes is not None and isinstance(take, Take):
            self._bench.errands.run(lambda: takes.rate(take.id, stars))

    def _note(self, take: Any, text: str) -> None:
        takes = self._takes()
        if takes is not None and isinstance(take, Take):
            self._bench.errands.run(lambda: takes.note(take.id, text))

    def _listen(self) -> None:
        takes = self._takes()
        if self._listening is None and takes is not None:
            self._listening = takes.listen(lambda: self._bench.later(self._told.emit))

    def _read(self) -> None:
        """Something has changed in the store: read those takes again that are looked at."""
        takes, known = self._takes(), self._bench.takes()
        if takes is not None and known:
            self._bench.errands.run(lambda: [_again(takes, take) for take in known], self._hear)

    def _hear(self, found: list[Take | None]) -> None:
        for take in found:
            shown = self._bench.of_take(take) if take is not None else None
            if take is not None and shown is not None:
                told = facts.of_take(take, shown.value, shown.facts.open)
                self._bench.heard(take, with_terms(self._bench.desk, told))


def _again(takes: Takes, take: Take) -> Take | None:
    try:
        return takes.get(take.id)
    except AjarError:
        return None
