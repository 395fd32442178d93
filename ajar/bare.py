"""A device without models of Ajar's: packs with an environment of their own bring theirs."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ajar.errors import UserError


def open_device(device: str, folders: Iterable[Path], scratch: Path | None = None, *rest: Any) -> "Bare":
    """The device by its name: ``cpu``, ``cuda:0`` or ``mps``; ``auto`` is left to the pack."""
    return Bare(device)


class Bare:
    """The name of a device."""

    def __init__(self, device: str) -> None:
        self.device = device

    def load(self, model: str, **asked: Any) -> Any:
        """UserError: there is nothing to load."""
        raise UserError(
            f'"{model}" can\'t be loaded here: packs with an environment of their own bring their models.',
            "Load it in the pack with the library that it brings.",
        )

    def prepare(self, kinds: Sequence[str]) -> None:
        """Nothing to import."""

    def warm(self) -> list[str]:
        """No models."""
        return []

    def explained(self, error: BaseException) -> BaseException:
        """The error; where memory was not enough, in words a person can use."""
        if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
            return UserError(f"The memory of {self.device} was not enough for this.", "Choose a smaller size.")
        return error
