"""How a model will lie in the memory there is: which strategy, why, and what would help. No torch.

Rules: on a device with memory of its own everything lies there if weights and work fit; else one part at a time, if
the largest with its work fits; else its blocks stream in; main memory must hold what waits. A processor and Apple's
chips have one memory, where only the disk relieves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ajar.fits import STRATEGIES, Fit, Strategy, memory_text
from ajar.plain import Tuning

SPARE = 0.02
"""The part of a device that is left alone: pieces that the allocator can't use, and the screen."""
TILED_ABOVE = 1_500_000
"""Pixels above which a picture is decoded in tiles, where the model's row does not say."""
STREAMED = 2
"""Blocks of a streamed part on the device at once: one works, the next one is coming."""
NAMES = {
    "transformer": "the transformer", "transformer_2": "the second transformer", "unet": "the UNet",
    "vae": "the decoder", "text_encoder": "the text encoder", "text_encoder_2": "the second text encoder",
    "text_encoder_3": "the third text encoder", "image_encoder": "the image encoder",
}


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a model takes while it makes something of one size."""

    parts: Mapping[str, int]
    """The weights of each part, in the precision that it runs in."""
    work: Mapping[str, int] = field(default_factory=dict)
    """What each part takes besides its weights, at its highest point."""
    blocks: Mapping[str, int] = field(default_factory=dict)
    """Of parts that can stream: the bytes of all outside the blocks, and of two blocks."""
    sure: bool = True
    """False where the work is not known for this kind of model, and a rule of thumb stands for it."""

    @property
    def weights(self) -> int:
        return sum(self.parts.values())

    def needed(self, strategy: Strategy) -> int:
        """Bytes on the device at the highest point."""
        if strategy == "resident":
            return self.weights + max(self.work.values(), default=0)
        if strategy == "parts":
            return max((self._alone(part) for part in self.parts), default=0)
        streamed = {part: self.blocks.get(part, held) for part, held in self.parts.items()}
        return max((held + self.work.get(part, 0) for part, held in streamed.items()), default=0)

    @property
    def largest(self) -> str:
        """The part that needs most on its own."""
        return max(self.parts, key=self._alone, default="")

    def _alone(self, part: str) -> int:
        return self.parts[part] + self.work.get(part, 0)


@dataclass(frozen=True, slots=True)
class Room:
    """The memory of a device and of the machine, in bytes; None is what could not be found out."""

    device: str
    """As torch names it: ``cuda:0``, ``mps``, ``cpu``."""
    name: str = ""
    total: int | None = None
    free: int | None = None
    """What models may take: what is free, and what our own models hold that can go."""
    ram_total: int | None = None
    ram_free: int | None = None

    @property
    def usable(self) -> int | None:
        """Free bytes, less what is left alone."""
        if self.free is None:
            return None
        return max(self.free - int((self.total or self.free) * SPARE), 0)


SHORT = ("can't allocate memory", "out of memory", "not enough memory")
"""What torch says where a processor or Apple's chips have no more; only cards have an exception of their own for it."""


def out_of_memory(error: BaseException) -> bool:
    """Whether the memory of a device was not enough, whichever device it is."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in SHORT)


def ladder(device: str) -> tuple[Strategy, ...]:
    """The strategies that make a difference on a device, the fastest first.

    A processor and Apple's chips have one memory only: what is not resident there must wait on the disk.
    """
    return ("resident", "disk") if device.startswith(("cpu", "mps")) else STRATEGIES


def below(device: str, strategy: Strategy) -> Strategy | None:
    """The next strategy that needs less of a device, also after one that makes no difference there; None: none does."""
    steps = ladder(device)
    rest = steps[steps.index(strategy) + 1 :] if strategy in steps else steps[-1:]
    return rest[0] if rest else None


def tiles(width: int, height: int, frames: int = 1, above: int | None = None) -> bool:
    """Whether a decoder works in tiles: decided by the size alone, never by what is free.

    Tiles change pixels at their seams a little, so that the same picture must be decoded in the same way everywhere.
    ``above`` is how many pixels a model's row allows in one piece; without it, films always come in tiles.
    """
    if above is not None:
        return width * height > above
    return frames > 1 or width * height > TILED_ABOVE


def fit(need: Need, room: Room, tuning: Tuning | None = None, ways: Sequence[str] = ()) -> Fit:
    """The fastest strategy that fits, or the one that was asked for; ``ways`` are what would help, as sentences."""
    steps = ladder(room.device)
    wanted = tuning.offload if tuning is not None else "auto"
    usable = room.usable
    if wanted != "auto":
        return _said(need, room, wanted, None if usable is None else need.needed(wanted) <= usable, ways)
    if usable is None:
        return _said(need, room, "resident", None, ways)
    for strategy in steps:
        if need.needed(strategy) <= usable and _waits_well(need, room, strategy):
            return _said(need, room, strategy, True, ways)
    return _said(need, room, steps[-1], False, ways)


def _waits_well(need: Need, room: Room, strategy: Strategy) -> bool:
    """Whether main memory holds what is not on the device."""
    if strategy in ("resident", "disk") or room.ram_free is None:
        return True
    return need.weights <= room.ram_free


def _said(need: Need, room: Room, strategy: Strategy, ok: bool | None, ways: Sequence[str]) -> Fit:
    needed = need.needed(strategy)
    line = _line(need, room, strategy, ok)
    return Fit(strategy, needed, room.free, ok, line, tuple(ways) if ok is not True or strategy != "resident" else ())


def _line(need: Need, room: Room, strategy: Strategy, ok: bool | None) -> str:
    about = "about " if not need.sure else ""
    needed = about + memory_text(need.needed(strategy))
    where = "in memory" if room.device.startswith(("cpu", "mps")) else "on the card"
    if room.free is None:
        return f"needs {needed}; how much is free {where} is not known"
    there = f"{needed} of {memory_text(room.free)} free"
    if ok is False:
        return f"does not fit: {_WAYS[strategy]} it needs {needed}, but {memory_text(room.free)} are free {where}"
    if strategy == "resident":
        return f"{there}: all of it {where}"
    if strategy == "parts":
        largest = NAMES.get(need.largest, need.largest)
        return f"one part at a time: the largest, {largest}, needs {there}"
    waits = "on the disk, which is slow" if strategy == "disk" else "in main memory"
    return f"a few blocks at a time: {there}, and the rest waits {waits}"


_WAYS = {"resident": "all of it at once", "parts": "even one part at a time",
         "blocks": "even a few blocks at a time", "disk": "even with its weights on the disk"}
