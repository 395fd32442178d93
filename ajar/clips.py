"""Media that lasts or turns: sound, film and bodies. Films and bodies stay in files; sound is held in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ajar.plain import Size

if TYPE_CHECKING:
    import numpy as np

    from ajar.values import Image

    Array = np.ndarray[Any, np.dtype[Any]]


class Audio:
    """Sound: float32, channels x samples, usually within -1..1. It never changes."""

    __slots__ = ("array", "rate")

    array: "Array"
    rate: int

    def __init__(self, array: "Array", rate: int) -> None:
        """Takes the array over: it becomes read-only and is not copied. ``rate`` is in samples a second."""
        if array.dtype.name != "float32" or array.ndim != 2 or not 1 <= rate <= 1_000_000:
            raise TypeError(f"Sound is channels x samples of float32, not {array.dtype.name} {array.shape} at {rate}.")
        array.flags.writeable = False
        object.__setattr__(self, "array", array)
        object.__setattr__(self, "rate", rate)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Sound never changes; make another Audio.")

    @classmethod
    def open(cls, path: Path) -> "Audio":
        """The sound in a WAV file, or in any other one where PyAV is installed. UserError if there is none."""
        from ajar import sound

        return sound.read(path)

    @property
    def seconds(self) -> float:
        return float(self.array.shape[1] / self.rate)

    @property
    def nbytes(self) -> int:
        return int(self.array.nbytes)

    def encode(self, depth: Literal["16", "24", "float"] = "16", *, about: str = "") -> bytes:
        """The bytes of a WAV file; whole numbers are clipped to -1..1. ``about`` is JSON that goes inside."""
        from ajar import sound

        return sound.encode(self, depth, about)

    def __repr__(self) -> str:
        return f"<Audio {self.array.shape[0]} channels, {self.seconds:.2f} s, {self.rate} Hz>"

    def __reduce__(self) -> Any:
        raise TypeError("Sound travels as a parcel (ajar.parcel), not as a pickle.")


@dataclass(frozen=True, slots=True)
class Video:
    """A film in a file: the size of its upright picture, frames a second and length in seconds."""

    path: Path
    size: Size
    fps: float
    seconds: float

    @classmethod
    def open(cls, path: Path) -> "Video":
        """The film in a file. UserError if it is none or PyAV is missing."""
        from ajar import film

        return film.probe(path)

    def frames(self) -> "Iterator[Image]":
        """Its pictures one after the other, upright; never more than a few of them are in memory."""
        from ajar import film

        return film.frames(self.path)

    def audio(self) -> Audio | None:
        """Its sound, or None."""
        from ajar import film

        return film.read_sound(self.path)

    @classmethod
    def write(
        cls, frames: "Iterable[Image]", fps: float, audio: Audio | None = None, *, path: Path | None = None,
        about: str = "",
    ) -> "Video":
        """Make an MP4 of pictures as they come; the first one sets the size. Without a path: a new temporary file."""
        from ajar import reel

        return reel.write(frames, fps, audio, path, about)


@dataclass(frozen=True, slots=True)
class Mesh:
    """A body in a GLB file."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> "Mesh":
        """The body in a GLB file. UserError if it is none."""
        from ajar import glb

        glb.read_json(path)
        return cls(path)

    def encode(self, *, about: str = "") -> bytes:
        """The bytes of the file, with ``about`` (JSON) among its extras."""
        from ajar import glb

        return glb.with_about(self.path, about)
