"""What the latest run of each document met: what kept parts of it from running, what failed, what else was said."""

from collections.abc import Iterable
from dataclasses import dataclass

from canvas.document import Document
from canvas.standing import Standing
from workflows.graph import Graph
from workflows.problems import Problem


@dataclass(frozen=True, slots=True)
class Met:
    """What one run met."""

    problems: tuple[Problem, ...] = ()
    failures: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    graph: Graph | None = None
    """What the warnings are about; they hold while nothing is changed."""


class Troubles:
    """By document."""

    def __init__(self) -> None:
        self._met: dict[Document, Met] = {}

    def begin(self, document: Document, problems: Iterable[Problem]) -> None:
        """A run begins, without the parts that these problems keep from running."""
        self._met[document] = Met(_errors(problems))

    def end(self, document: Document, problems: Iterable[Problem], failures: tuple[Problem, ...],
            warnings: tuple[Problem, ...]) -> None:
        """A run has ended, and this is what it met besides."""
        before = self._met.get(document, Met())
        said, graph = (warnings, document.graph) if warnings else (before.warnings, before.graph)
        self._met[document] = Met(_errors((*before.problems, *problems)), failures, said, graph)

    def forget(self, document: Document) -> None:
        self._met.pop(document, None)

    def of(self, document: Document, standing: Standing, *, foreseen: bool) -> tuple[Problem, ...]:
        """What still holds. Where a forecast is there (``foreseen``), what keeps parts from running is its to say."""
        met = self._met.get(document, Met())
        return (*(() if foreseen else met.problems), *self.failures(document, standing),
                *(met.warnings if met.graph is document.graph else ()))

    def failures(self, document: Document, standing: Standing) -> tuple[Problem, ...]:
        """What failed, as long as nothing was changed about it."""
        return tuple(one for one in self._met.get(document, Met()).failures
                     if one.node is None or standing.has_failed(one.node))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(one for one in problems if one.severity == "error"))
