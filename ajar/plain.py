"""Small values that are written as text in a workflow file, and LoRA stacks, which are only wired."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Gap:
    """Stands where an item of a stream should be that failed or was left out (hint ``Gaps``)."""

    message: str
    """Why it is not there, in a sentence."""


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Width and height in pixels; written as ``1024x768``."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"A size needs at least one pixel each way, not {self.width} x {self.height}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """``1024x768`` as a Size. ValueError says what was wrong."""
        found = re.fullmatch(r"\s*(\d{1,6})\s*[x×]\s*(\d{1,6})\s*", text, re.IGNORECASE)
        if not found:
            raise ValueError(f"{text[:40]!r} is not a size; write it as 1024x768.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Color:
    """Red, green, blue and alpha from 0 to 255, in sRGB; written as ``#rrggbb`` or ``#rrggbbaa``."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    def __post_init__(self) -> None:
        if not all(0 <= part <= 255 for part in (self.red, self.green, self.blue, self.alpha)):
            raise ValueError("The parts of a colour go from 0 to 255.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """``#rgb``, ``#rrggbb`` or ``#rrggbbaa`` as a Color. ValueError says what was wrong."""
        digits = text.strip().removeprefix("#")
        if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
            digits = "".join(digit * 2 for digit in digits)
        if not re.fullmatch(r"[0-9a-fA-F]{6}([0-9a-fA-F]{2})?", digits):
            raise ValueError(f"{text[:40]!r} is not a colour; write it as #rrggbb or #rrggbbaa.")
        return cls(*bytes.fromhex(digits))

    def __str__(self) -> str:
        parts = (self.red, self.green, self.blue) + ((self.alpha,) if self.alpha != 255 else ())
        return "#" + bytes(parts).hex()


@dataclass(frozen=True, slots=True)
class LoraPart:
    """One LoRA, named as in the catalogue of models, and how strongly it works."""

    model: str
    weight: float
    low: float | None = None
    """The weight in the second model of a pair (Wan 2.2: the one for little noise); None: the same as ``weight``."""
    path: Path | None = None
    """Its file, of one that was trained here and is in no catalogue; ``model`` then only says what it is called."""


@dataclass(frozen=True, slots=True)
class Lora:
    """A stack of LoRAs; one value, so it is not a stream. The lane that paints finds the files."""

    parts: tuple[LoraPart, ...]

    def onto(self, other: "Lora | None") -> "Lora":
        """This stack on top of another one."""
        return Lora((other.parts if other else ()) + self.parts)


Precision = Literal["auto", "float32", "bfloat16", "float16", "fp8", "int8", "nf4"]
Offload = Literal["auto", "resident", "parts", "blocks", "disk"]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a model is to run on this machine; only wired. All but ``offload`` may change pixels a little."""

    precision: Precision = "auto"
    """What its weights are kept in; fp8, int8 and nf4 need a half to a quarter of the memory."""
    attention: str = "auto"
    """``auto``, ``native`` or another backend that diffusers knows, such as ``flash`` or ``sage``."""
    compile: bool = False
    """Compile its blocks: the first run takes minutes longer, the next ones less."""
    cache: float = 0.0
    """How different a step's first block must be for the others to be computed anew; 0: always. Up to 0.5."""
    offload: Offload = "auto"
    """Where its weights lie: all on the accelerator, one part at a time, a few blocks at a time, or on the disk."""
