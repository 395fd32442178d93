"""Identical work is done once: who does it, and who waits for the result."""

from workflows.cell import Cell
from workflows.run import Run


class InFlight:
    """The work that is queued or under way in all runs, by key."""

    def __init__(self) -> None:
        self._work: dict[str, tuple[Cell, list[tuple[Run, Cell]]]] = {}

    def join(self, key: str, run: Run, cell: Cell) -> bool:
        """Wait for somebody who does the same. False where nobody does: from now on this cell does it."""
        found = self._work.get(key)
        if found is None:
            self._work[key] = (cell, [])
            return False
        found[1].append((run, cell))
        return True

    def wanted(self, cell: Cell) -> bool:
        """Whether another run that goes on waits for this cell's result."""
        found = self._work.get(cell.key or "")
        return found is not None and found[0] is cell and any(not run.cancelling for run, _ in found[1])

    def leave(self, cell: Cell) -> list[tuple[Run, Cell]]:
        """A cell's work is over, or will not be done; those who waited for it."""
        found = self._work.get(cell.key or "")
        if found is None or found[0] is not cell:
            return []
        del self._work[cell.key or ""]
        return found[1]
