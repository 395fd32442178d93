"""What a call may do to the outside world: say how its result came about, save a file, export a value."""

from pathlib import Path
from typing import Any

from workflows.cell import Cell
from workflows.run import Output, Run


class About:
    """The provenance of a call's result, put together when a node asks for it."""

    __slots__ = ("_cell", "_run")

    def __init__(self, run: Run, cell: Cell) -> None:
        self._run, self._cell = run, cell

    def __call__(self) -> str:
        run, cell = self._run, self._cell
        return "" if run.exits is None else run.exits.about(run.plan, run.cells, cell.step.id, cell.path)


class Save:
    """Saves a file of a node and notes it among the run's outputs."""

    __slots__ = ("_cell", "_run")

    def __init__(self, run: Run, cell: Cell) -> None:
        self._run, self._cell = run, cell

    def __call__(self, data: bytes | Path, suffix: str) -> Path:
        run, cell = self._run, self._cell
        assert run.exits is not None
        about = run.exits.about(run.plan, run.cells, cell.step.id, cell.path)
        file = run.exits.save(cell.step.id, cell.path, data, suffix, about)
        run.outputs.append(Output(cell.step.id, "file", cell.path, None, file))
        return file


class Export:
    """Writes a leaf's value out as a file."""

    __slots__ = ("_node", "_output", "_path", "_run", "_value")

    def __init__(self, run: Run, node: str, output: str, path: tuple[int, ...], value: Any) -> None:
        self._run, self._node, self._output, self._path, self._value = run, node, output, path, value

    def __call__(self) -> None:
        run = self._run
        assert run.exits is not None
        about = run.exits.about(run.plan, run.cells, self._node, self._path)
        file = run.exits.export(self._node, self._output, self._path, self._value, about)
        run.outputs.append(Output(self._node, self._output, self._path, self._value, file))
