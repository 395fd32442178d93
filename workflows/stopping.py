"""Being told to end while a window opens or stands: noted, and never raised in the middle of what Qt does."""

import signal
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

SIGNS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Listens to Ctrl+C in the terminal and to being told to end, from before Qt is loaded.

    An exception out of a signal would go through Qt wherever it just is: lost at best, the end of the process else.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    @classmethod
    def listening(cls) -> "Stopping":
        """The one that listens already, else one that does from now on."""
        owner = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
        return owner if isinstance(owner, Stopping) else cls().__enter__()

    def __enter__(self) -> Self:
        with suppress(ValueError):  # only the main thread hears signals
            for sign in SIGNS:
                self._before[sign] = signal.signal(sign, self._ask)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for sign, handler in self._before.items():
            signal.signal(sign, handler)

    def take(self) -> bool:
        """Whether the window was told to close since this was asked last."""
        asked, self._asked = self._asked, False
        return asked

    def _ask(self, *_: object) -> None:
        # No more than this: a signal comes between any two instructions.
        self._asked = True
