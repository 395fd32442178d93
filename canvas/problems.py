"""Problems: what is wrong with the workflow in front, one row each, with a way out where one is known."""

from PySide6.QtWidgets import QStackedLayout, QWidget

from canvas.desk import Desk
from canvas.document import Document
from canvas.kit.notices import EmptyState
from canvas.line_view import LineView
from canvas.lines import Line, LineList
from canvas.mending import Fix, fix_for
from canvas.reasons import TITLE, override
from canvas.subjects import title_of
from workflows.licences import may_give_reason
from workflows.problems import Problem

INKS = {"error": ("error", "semantic.error"), "warning": ("warn", "semantic.warn")}
FINE = "Nothing is wrong here."


def problems_of(desk: Desk, document: Document | None) -> tuple[Problem, ...]:
    """All that is wrong with a document: what can be told before it runs, and what failed; errors first."""
    runner = desk.runner
    if document is None or runner is None:
        return ()
    ahead = runner.forecast.problems(document) if runner.forecast is not None else None
    found = dict.fromkeys((*(ahead or ()), *runner.problems(document)))
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


class ProblemsPanel(QWidget):
    """A click (or Enter) goes to the node; the button (or F2) mends."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._problems: dict[str, Problem] = {}
        self.lines = LineList(self)
        self.view = LineView(desk, self.lines, "Problems", self)
        self.empty = EmptyState(desk, "cached", FINE, parent=self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        self.setAccessibleName("Problems")
        self.view.went.connect(self._go)
        self.view.acted.connect(self._mend)
        desk.fronted.connect(self._refresh)
        if desk.runner is not None:
            desk.runner.problems_changed.connect(lambda document: self._refresh())
            desk.runner.ended.connect(lambda job, status: self._refresh())
            if desk.runner.forecast is not None:
                desk.runner.forecast.told.connect(lambda document, outlook: self._refresh())
        self._refresh()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is shown."""
        return tuple(self._problems.values())

    def _refresh(self) -> None:
        document = self._desk.front
        found = problems_of(self._desk, document)
        self._problems = {f"{one.node}|{one.input}|{one.message}": one for one in found}
        lines = [self._line(key, one, document) for key, one in self._problems.items()] if document is not None else []
        self.view.put(lines)
        self._stack.setCurrentWidget(self.view if lines else self.empty)

    def _line(self, key: str, problem: Problem, document: Document) -> Line:
        icon, ink = INKS[problem.severity]
        node = title_of(document.graph, document.types, problem.node) if problem.node else ""
        fix = self._fix(problem)
        told = ", ".join(part for part in (
            "Error" if problem.severity == "error" else "Warning", node, problem.message, problem.hint) if part)
        action = fix.title if fix is not None else f"{TITLE}…" if may_give_reason(problem) else ""
        return Line(key, problem.message, problem.hint, node, icon, ink, None, action, told, long=True)

    def _fix(self, problem: Problem) -> Fix | None:
        document = self._desk.front
        return fix_for(problem, document.graph, document.types) if document is not None else None

    def _go(self, key: str) -> None:
        """Select the node in its room, and look at it."""
        document, problem = self._desk.front, self._problems.get(key)
        if document is None or problem is None or problem.node is None:
            return
        *room, name = problem.node.split("/")
        document.go(tuple(room))
        document.select((name,))
        self._desk.act("view.frame_selection")

    def _mend(self, key: str) -> None:
        document, problem = self._desk.front, self._problems.get(key)
        if document is not None and problem is not None and may_give_reason(problem):
            override(self, self._desk, document, problem)
            return
        fix = self._fix(problem) if problem is not None else None
        if document is not None and fix is not None:
            document.edit_whole(fix.title, fix.change)
