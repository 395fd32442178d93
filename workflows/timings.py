"""How long nodes took, by type and model: what times are guessed from. Losing it costs only guesses."""

import json
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from statistics import median

from workflows.disk import replace_file
from workflows.plan import Step
from workflows.settings import Home

KEPT = 9
"""The latest measurements of each kind of call."""
WORTH = 0.2
"""Calls that took fewer seconds are not worth a guess."""


class Timings:
    """Used from several threads."""

    def __init__(self, home: Home) -> None:
        self._path = home.path / "timings.json"
        self._lock = threading.Lock()
        self._known: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._dirty = False
        with suppress(OSError, ValueError, TypeError, AttributeError):
            for name, seconds in json.loads(self._path.read_text("utf-8")).items():
                self._known[str(name)].extend(float(one) for one in seconds)

    def note(self, step: Step, seconds: float) -> None:
        """One call took so long."""
        if seconds < WORTH and step.type.lane == "cpu":
            return
        with self._lock:
            self._known[_name(step)].append(round(seconds, 3))
            self._dirty = True

    def guess(self, step: Step) -> float | None:
        """Seconds that a call will take; None where none was ever measured."""
        with self._lock:
            known = self._known.get(_name(step))
            return median(known) if known else None

    def guesses(self, steps: Mapping[str, Step]) -> dict[str, float]:
        return {name: seconds for name, step in steps.items() if (seconds := self.guess(step)) is not None}

    def save(self) -> None:
        """Write them down. Trouble with that is no trouble of a run."""
        with self._lock:
            if not self._dirty:
                return
            self._dirty = False
            text = json.dumps({name: list(seconds) for name, seconds in self._known.items()})
        with suppress(OSError):
            replace_file(self._path, text.encode())


def _name(step: Step) -> str:
    models = ",".join(name for _, name in step.models)
    return f"{step.type.id}|{models}" if models else step.type.id
