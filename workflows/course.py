"""The course of a run: what becomes of each cell that is ready, or that ended without running."""

from collections.abc import Callable, Mapping

from ajar.errors import AjarError, Refused, Waiting
from workflows.bound import gathered_failures
from workflows.cell import FAILED, READY, Cell, Hit
from workflows.delivery import Delivery
from workflows.events import NodeDone, NodeFailed, NodeSkipped, NodeWaiting
from workflows.failures import Failure
from workflows.inflight import InFlight
from workflows.plan import Step
from workflows.run import Keeper, Run
from workflows.turns import Turns


class Course:
    """Gives ready cells a stored result, the result of the same work in flight, or a turn on their lane."""

    def __init__(self, turns: Mapping[str, Turns], results: Keeper | None,
                 post: Callable[[Callable[[], None]], None], end: Callable[[Run], None]) -> None:
        self.delivery = Delivery(results, post, self.settle)
        self._turns = turns
        self._results = results
        self._end = end
        self._inflight = InFlight()

    def settle(self, run: Run) -> None:
        """Take what became ready or ended without running, until nothing moves."""
        cells = run.cells
        while cells.ready or cells.settled:
            while cells.settled:
                self._settled(run, cells.settled.popleft())
            while cells.ready:
                cell = cells.ready.popleft()
                if cell.state == READY and not run.cancelling:
                    self._make_ready(run, cell)
        if run.active or run.keeping or (run.queued and not run.cancelling):
            return
        if cells.unfinished and not run.cancelling:
            run.failed += 1
            run.error = run.error or AjarError(
                "The run came to a standstill: nodes wait for values that nobody makes.",
                "This is a fault of Ajar; please report it with the workflow.")
        self._end(run)

    def _settled(self, run: Run, cell: Cell) -> None:
        name = cell.step.id
        if cell.state != FAILED:
            if not cell.step.type.alias:
                run.cached += 1
            run.emit(NodeDone(run.number, name, cell.path, True, 0.0, cell.values))
            self.delivery.leave_cell(run, cell)
            return
        failure = cell.failure
        if failure is None or failure.kind == "cancelled":
            return
        if failure.kind == "skipped":
            run.emit(NodeSkipped(run.number, name, cell.path, failure.message))
        elif failure.kind == "waiting":
            run.waiting = run.waiting or Waiting(failure.message, failure.hint, node=name)
            choices = failure.choices
            run.emit(NodeWaiting(run.number, name, cell.path, failure.message, failure.hint, choices))
        else:
            run.failed += 1
            kind = Refused if failure.refused else AjarError
            run.error = run.error or kind(failure.message, failure.hint, node=name)
            run.emit(NodeFailed(run.number, name, cell.path, failure.message, failure.hint, failure.detail))

    def _make_ready(self, run: Run, cell: Cell) -> None:
        """All inputs are there: finish it from elsewhere, or hand it to its lane's queue."""
        step, cells = cell.step, run.cells
        failed, total = gathered_failures(cell)
        if failed and not step.type.partial:
            cells.failed(cell, Failure("failed", f"{failed} of {total} items failed.",
                                       "Put right what failed before it; the rest is kept."))
            return
        if failed or cells.gaps:
            cells.gaps, cell.key = True, None  # its key named what should have come; what comes has another, or none
        if step.lazy and not self._decided(run, cell):
            return
        if step.kept and not failed and self._from_elsewhere(run, cell):
            return
        turns = self._turns.get(_lane_of(step))
        if turns is None:
            self.let_go(cell)
            cells.failed(cell, Failure("failed", f'There is nowhere to run "{step.type.title}" ({step.type.lane}).',
                                       "See what this machine can do: ajar doctor."))
            return
        run.queued += 1
        turns.put(run, cell)

    def _decided(self, run: Run, cell: Cell) -> bool:
        """Of a lazy cell: whether it goes on to run. An alias is settled here, another may have to wait."""
        if cell.needed is None:
            try:
                if run.cells.decide(cell, run.plan.stage):
                    return False
            except Exception as error:
                run.cells.failed(cell, Failure("failed", f"It could not choose: {error}", "Check what decides it."))
                return False
        if cell.step.type.alias:
            self._choose(run, cell)
        return not cell.step.type.alias

    def _choose(self, run: Run, cell: Cell) -> None:
        chosen = run.cells.chosen(cell)
        if chosen is None:
            need = ", ".join(sorted(cell.needed or ()))
            run.cells.failed(cell, Failure("failed", f"It chose {need}, but nothing is wired there.",
                                           "Wire something there, or let it choose another."))
        else:
            run.cells.pass_on(cell, *chosen)

    def _from_elsewhere(self, run: Run, cell: Cell) -> bool:
        """Whether the result comes from the cache, or will come from the same work in flight."""
        fresh = cell.key is None
        key = run.cells.key(cell)
        if key is None:
            return False
        if fresh and run.keep and self._results is not None:
            hit = self._results.get_many([key]).get(key)
            if hit is not None:
                run.cells.take_hit(cell, hit)
                run.cells.settled.append(cell)
                return True
        joined = self._inflight.join(key, run, cell)
        run.queued += joined
        return joined

    def share(self, cell: Cell, hit: Hit) -> None:
        """Give the result to everybody who asked for the same work."""
        for run, other in self._inflight.leave(cell):
            run.queued -= 1
            if other.state == READY and not run.cancelling:
                run.cells.take_hit(other, hit)
                run.cells.settled.append(other)
            self.settle(run)

    def share_failure(self, cell: Cell, *, cancelled: bool) -> None:
        """Let those who asked for the same work fail too, or go on by themselves where it was only stopped."""
        for run, other in self._inflight.leave(cell):
            run.queued -= 1
            if other.state == READY and not run.cancelling:
                if cancelled:  # the other run was stopped, not this one
                    self._make_ready(run, other)
                elif cell.failure is not None:
                    run.cells.failed(other, cell.failure)
            self.settle(run)

    def wanted(self, cell: Cell) -> bool:
        """Whether another run that goes on waits for this cell's result."""
        return self._inflight.wanted(cell)

    def let_go(self, cell: Cell) -> None:
        """A cell will not give its result: those who waited for it go on by themselves."""
        self.share_failure(cell, cancelled=True)


def _lane_of(step: Step) -> str:
    if step.type.lane == "gpu":
        return "gpu:0"
    return f"pack:{step.type.environment}" if step.type.environment else step.type.lane
