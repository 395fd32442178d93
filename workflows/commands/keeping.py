"""Takes of what generators give in a run from the command line, as in the window."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.errors import AjarError
from workflows.events import Event, NodeDone
from workflows.problems import Problem

if TYPE_CHECKING:
    from workflows.run import Run
    from workflows.studio import Prepared, Studio
    from workflows.take import Take

Hear = Callable[[Event], None]


class Keeper:
    """Hears a run's events and keeps what generators gave; ``begin`` it with the run as soon as that is there."""

    def __init__(self) -> None:
        self.hear: Hear = lambda event: None
        self.begin: Callable[[Run], None] = lambda run: None
        self.takes: list[Take] = []
        """What was made, in the order it was."""


@contextlib.contextmanager
def keeping(studio: "Studio", prepared: "Prepared", file: Path, tell: Callable[[Problem], None]) -> Iterator[Keeper]:
    """Keep what the generators of this run give. Trouble with that is told, but it keeps nobody from running."""
    from workflows.taking import makes_takes

    keeper = Keeper()
    if not any(makes_takes(step.type) for step in prepared.plan.steps.values()):
        yield keeper
        return
    from workflows.launching import Live, Order
    from workflows.takes import Takes
    from workflows.taking import NotTaken, Source, Taken, Taker

    def told(job: int, event: Any) -> None:
        if isinstance(event, Taken):
            keeper.takes.append(event.take)
        elif isinstance(event, NotTaken):
            tell(Problem("warning", event.message, event.hint))

    try:
        takes = Takes(studio.home)
    except AjarError as error:
        tell(Problem("warning", error.message, error.hint))
        yield keeper
        return
    if takes.trouble:
        tell(Problem("warning", takes.trouble, "The files are there; ajar takes lists them again."))
    with takes:
        taker = Taker(takes, told)
        live = Live(Order(0, prepared.document, file, prepared.options), prepared)
        source = Source(str(file), prepared.options.workflow)

        def hear(event: Event) -> None:
            if isinstance(event, NodeDone):
                taker.take(live, event, source)

        def begin(run: "Run") -> None:
            live.run = run
            live.begun.set()

        keeper.hear, keeper.begin = hear, begin
        try:
            yield keeper
        finally:
            taker.close()
