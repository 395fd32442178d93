"""Media that lasts or turns: sound, film and bodies. They stay in files; only sound is held in memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.plain import Size

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Audio:
    """Sound: float32, channels x samples, usually within -1..1. It never changes."""

    __slots__ = ("array", "rate")

    array: "Array"
    rate: int

    def __init__(self, array: "Array", rate: int) -> None:
        if array.dtype.name != "float32" or array.ndim != 2 or not 1 <= rate <= 1_000_000:
            raise TypeError(f"Sound is channels x samples of float32, not {array.dtype.name} {array.shape} at {rate}.")
        array.flags.writeable = False
        object.__setattr__(self, "array", array)
        object.__setattr__(self, "rate", rate)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Sound never changes; make another Audio.")

    @property
    def seconds(self) -> float:
        return float(self.array.shape[1] / self.rate)

    @property
    def nbytes(self) -> int:
        return int(self.array.nbytes)

    def __repr__(self) -> str:
        return f"<Audio {self.array.shape[0]} channels, {self.seconds:.2f} s, {self.rate} Hz>"


@dataclass(frozen=True, slots=True)
class Video:
    """A film in a file: its picture size, frames a second and length in seconds."""

    path: Path
    size: Size
    fps: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Mesh:
    """A body in a GLB file."""

    path: Path
