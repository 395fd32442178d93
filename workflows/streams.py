"""Which items a node runs for. A stream gives its values an index level; this module joins levels and grows them.

``Dims`` are the index levels of a value, outermost first; each level is the set of streams (step ids) that it
zips. Values whose levels share a stream join on it; streams that have nothing in common are zipped by position,
the shorter one repeating its last item.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

Dims = tuple[frozenset[str], ...]
Path = tuple[int, ...]


def join(*parts: Dims) -> Dims:
    """The levels of a node that takes all of these: level by level, the streams of all."""
    if not any(parts):
        return ()
    depth = max(map(len, parts))
    return tuple(frozenset().union(*(part[level] for part in parts if len(part) > level)) for level in range(depth))


@dataclass(slots=True)
class Flow:
    """One running stream: how many items came so far, and whether that is all."""

    count: int = 0
    closed: bool = False


class Flows:
    """How long every stream of a run is so far, by the index path of the call that yields it."""

    def __init__(self, levels: dict[str, Dims]) -> None:
        self.levels = levels
        """The index levels of the step that yields each stream (its context, without its own level)."""
        self._flows: dict[tuple[str, Path], Flow] = {}

    def of(self, origin: str, context: Path) -> Flow:
        flow = self._flows.get((origin, context))
        if flow is None:
            flow = self._flows[origin, context] = Flow()
        return flow

    def length(self, dims: Dims, prefix: Path) -> tuple[int, bool]:
        """Items under ``prefix`` at level ``len(prefix)`` of ``dims``: (so far, whether that is final)."""
        count, closed, empty = 0, True, False
        for origin in dims[len(prefix)]:
            context = self.translate(dims, prefix, self.levels[origin])
            if context is None:
                return 0, False
            flow = self.of(origin, context)
            count, closed = max(count, flow.count), closed and flow.closed
            empty = empty or (flow.closed and flow.count == 0)
        # Nothing can be zipped with an empty stream: it has no last item to repeat.
        return (0, closed) if empty else (count, closed)

    def translate(self, dims: Dims, path: Path, into: Dims) -> Path | None:
        """The item of ``into`` that belongs to ``path`` of ``dims``; None while a shorter stream is still open."""
        if dims[: len(into)] == into:
            return path[: len(into)]
        result: Path = ()
        for level, streams in enumerate(into):
            index = path[level]
            if streams != dims[level]:
                count, closed = self.length(into, result)
                if index >= count:
                    if not closed:
                        return None
                    index = count - 1  # -1: there is nothing to repeat
            result = (*result, index)
        return result


@dataclass(slots=True)
class Shape:
    """All item paths of one ``Dims`` that exist so far, grown as streams flow."""

    dims: Dims
    grown: dict[Path, int] = field(default_factory=dict)
    """Children made so far, for every prefix that is not a whole path."""
    open: set[Path] = field(default_factory=set)
    """Prefixes whose streams have not ended."""

    def begin(self, flows: Flows) -> list[Path]:
        """Start at the root; the paths that exist already."""
        if not self.dims:
            return [()]
        self.grown[()] = 0
        self.open.add(())
        return self.grow((), flows)

    def grow(self, prefix: Path, flows: Flows) -> list[Path]:
        """New whole paths under ``prefix``, in order."""
        made: list[Path] = []
        todo = [prefix]
        while todo:
            at = todo.pop()
            count, closed = flows.length(self.dims, at)
            for index in range(self.grown[at], count):
                child = (*at, index)
                if len(child) == len(self.dims):
                    made.append(child)
                else:
                    self.grown[child] = 0
                    self.open.add(child)
                    todo.append(child)
            self.grown[at] = max(count, self.grown[at])
            if closed:
                self.open.discard(at)
        return sorted(made)

    def touched(self, origin: str, context: Path, flows: Flows) -> list[Path]:
        """The prefixes at which a change of this stream may add items or end."""
        level = len(flows.levels[origin])
        if level >= len(self.dims) or origin not in self.dims[level]:
            return []
        if self.dims[:level] == flows.levels[origin]:
            return [context] if context in self.grown else []
        return [
            prefix for prefix in self.grown
            if len(prefix) == level and flows.translate(self.dims, prefix, flows.levels[origin]) == context
        ]

    def complete(self, group: Path = ()) -> bool:
        """Whether every item below ``group`` is known."""
        if len(group) == len(self.dims):
            return True
        if not group:
            return not self.open
        return group in self.grown and not any(prefix[: len(group)] == group for prefix in self.open)

    def paths(self, group: Path = ()) -> Iterator[Path]:
        """All whole paths below ``group`` that exist so far, in order."""
        if len(group) == len(self.dims):
            yield group
            return
        todo = [group]
        while todo:
            at = todo.pop()
            children = [(*at, index) for index in range(self.grown.get(at, 0))]
            if len(at) + 1 == len(self.dims):
                yield from children
            else:
                todo.extend(reversed(children))
