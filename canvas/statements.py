"""Where work went, said in the foot of the window after each run, and saved as a text to show to a client."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from ajar.errors import AjarError
from canvas.errands import Errands
from canvas.kit import words
from canvas.kit.save_as import ask_where
from workflows import statement
from workflows.disk import replace_file, trouble
from workflows.statement import Statement

if TYPE_CHECKING:
    from canvas.window import Window


class Statements(QObject):
    """The statement of the last run of a window."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._home = window.desk.studio.home
        self._errands = Errands(window.desk, self)
        self.last: tuple[int, Statement] | None = None
        mark = window.tools.hosts
        mark.can_press()
        mark.pressed.connect(self.ask)
        window.runner.ended.connect(lambda job, status: self._look())
        window.gone.connect(self.close)

    def ask(self) -> QFileDialog | None:
        """Ask where to save it; says so where nothing has run yet."""
        self.last = statement.latest(self._home)
        if self.last is None:
            self._window.desk.say("Nothing has run yet, so there is nothing to state.", "Run something first.")
            return None
        number, found = self.last
        start = Path.home() / f"statement-{found.workflow}-{number}.txt"
        return ask_where(self._window, "Save the statement of the last run", start, "Text (*.txt)", self.save)

    def save(self, path: Path) -> None:
        """Write the statement of the last run."""
        assert self.last is not None
        number, found = self.last
        text = statement.text_of(found, number)

        def work() -> None:
            try:
                replace_file(path, text.encode())
            except OSError as error:
                raise trouble(error, f"save {path.name}") from error

        self._errands.run(work, lambda _: self._window.desk.say(f"The statement of run {number} is in {path.name}."),
                          self._failed)

    def close(self) -> None:
        self._errands.close()

    def _look(self) -> None:
        self._errands.run(lambda: statement.latest(self._home), self._tell)

    def _tell(self, found: tuple[int, Statement] | None) -> None:
        self.last = found
        if found is not None:
            count = words.count(found[1].contacted, "host")
            self._window.status.tell(hosts=f"{count} contacted in this run")

    def _failed(self, error: AjarError) -> None:
        self._window.desk.say(error.message, error.hint)
