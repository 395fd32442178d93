"""Undo: graphs in a list. Graphs share what did not change, so a thousand steps cost a few megabytes."""

from dataclasses import dataclass, field

from workflows.graph import Graph

LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """A graph, and what led to it; edits with the same ``burst`` that follow one another are one step."""

    graph: Graph
    title: str = ""
    burst: str = ""


@dataclass(slots=True)
class History:
    """The graph as it is now, the ones before it and those that were undone."""

    now: Step
    past: list[Step] = field(default_factory=list)
    future: list[Step] = field(default_factory=list)
    saved: Graph | None = None
    """The graph as it lies on disk."""

    @classmethod
    def of(cls, graph: Graph) -> "History":
        """The history of a document that was just opened."""
        return cls(Step(graph), saved=graph)

    @property
    def graph(self) -> Graph:
        return self.now.graph

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.graph is not self.saved and self.graph != self.saved

    def record(self, graph: Graph, title: str = "", burst: str = "") -> None:
        """Take a new graph as the present one. A drag or typing names a ``burst``, which becomes one undo step."""
        if graph is self.graph:
            return
        if not (burst and burst == self.now.burst and not self.future):
            self.past.append(self.now)
            del self.past[:-LIMIT]
        self.now = Step(graph, title, burst)
        self.future.clear()

    def end_burst(self) -> None:
        """What follows is a step of its own, even with the same burst."""
        self.now = Step(self.now.graph, self.now.title)

    def undo(self) -> str | None:
        """Go back a step. Gives the title of what was undone, or None where there is nothing."""
        if not self.past:
            return None
        undone, self.now = self.now, self.past.pop()
        self.future.append(undone)
        self.end_burst()
        return undone.title

    def redo(self) -> str | None:
        """Go forward again. Gives the title of what was redone, or None where there is nothing."""
        if not self.future:
            return None
        self.past.append(self.now)
        self.now = self.future.pop()
        self.end_burst()
        return self.now.title
