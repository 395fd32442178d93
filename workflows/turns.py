"""Whose turn it is on a lane."""

import heapq
import itertools

from workflows.cell import Cell
from workflows.lanes import Lane
from workflows.run import Run

SAME_MODEL = 8
"""After so many calls of one model in a row, the oldest waiting call goes first."""


class Turns:
    """The cells that wait for one lane; ``free`` says how many more calls the lane takes now."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.free = lane.width
        self.entries: list[tuple[tuple[int, float], int, Run, Cell]] = []
        """A heap: longest remaining path first, then the cheapest where that was asked for, then the oldest."""
        self._ages = itertools.count()
        self._streak = 0

    def put(self, run: Run, cell: Cell) -> None:
        heapq.heappush(self.entries, ((-run.plan.height[cell.step.id], cell.price), next(self._ages), run, cell))

    def take(self) -> tuple[Run, Cell]:
        """The next call: one whose model is loaded, then the longest remaining path, then the oldest."""
        warm = self.lane.warm()
        if not warm or len(self.entries) == 1:
            entry = heapq.heappop(self.entries)
            return entry[2], entry[3]
        same = [entry for entry in self.entries if any(model in warm for _, model in entry[3].step.models)]
        if self._streak >= SAME_MODEL:
            self._streak = 0
            entry = min(self.entries, key=lambda entry: entry[1])
        elif same:
            self._streak += 1
            entry = min(same)
        else:
            entry = self.entries[0]
        self.entries.remove(entry)
        heapq.heapify(self.entries)
        return entry[2], entry[3]

    def drop(self, run: Run) -> list[Cell]:
        """Take a run's cells out of the line."""
        mine = [entry[3] for entry in self.entries if entry[2] is run]
        self.entries = [entry for entry in self.entries if entry[2] is not run]
        heapq.heapify(self.entries)
        return mine
