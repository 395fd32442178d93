"""A device with room for one model: each load is written down, and a model is only its name."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def open_device(device: str, folders: Iterable[Path], scratch: Path | None = None) -> "Device":
    return Device(device, next(iter(folders)).parent / "loads.txt")


class Device:
    def __init__(self, device: str, log: Path) -> None:
        self.device = device
        self._log = log
        self._kept: list[str] = []

    def load(self, model: str, **_: Any) -> str:
        if model not in self._kept:
            with self._log.open("a") as log:
                log.write(model + "\n")
            self._kept = [model]
        return model

    def prepare(self, kinds: Iterable[str]) -> None:
        """Nothing to import."""

    def warm(self) -> list[str]:
        return self._kept

    def explained(self, error: BaseException) -> BaseException:
        return error
