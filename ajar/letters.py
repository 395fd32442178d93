"""Letters for drawing with Pillow: a font that has them, and lines that fit. Pillow is only asked for when used."""

from pathlib import Path
from typing import Any

FALLBACKS = (
    "NotoSansCJK-Regular.ttc", "msyh.ttc", "YuGothM.ttc", "malgun.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc",
    "Arial Unicode.ttf", "segoeui.ttf", "DejaVuSans.ttf",
)
"""Fonts of the common systems, for letters that the bundled one (Latin, Greek, Cyrillic) lacks."""


def face_for(font: Path, height: int, text: str = "") -> Any:
    """This font at this height in pixels; where it lacks a letter of the text, the first of the system that has all."""
    from PIL import ImageFont

    own = ImageFont.truetype(str(font), height)
    if missing(own, text):
        for name in FALLBACKS:
            try:
                other = ImageFont.truetype(name, height)
            except OSError:
                continue
            if not missing(other, text):
                return other
    return own


def missing(face: Any, text: str) -> str:
    """The first letter of a text for which a font has only an empty box, or ""."""
    nothing = bytes(face.getmask("\uffff"))
    letters = (letter for letter in dict.fromkeys(text) if letter.isprintable() and not letter.isspace())
    return next((letter for letter in letters if bytes(face.getmask(letter)) == nothing), "")


def wrapped(text: str, face: Any, room: float) -> list[str]:
    """The lines of a text, broken between words, and within a word that alone is too long."""
    lines = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if face.getlength(longer) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while len(line) > 1 and face.getlength(line) > room:
                cut = _longest(line, face, room)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
    return lines


def shortened(text: str, face: Any, room: float) -> str:
    """One line that fits, with an ellipsis where something was cut off."""
    if face.getlength(text) <= room:
        return text
    room -= face.getlength("…")
    return text[: _longest(text, face, room)].rstrip() + "…"


def _longest(text: str, face: Any, room: float) -> int:
    """How many letters from the start fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if face.getlength(text[:middle]) <= room else (low, middle - 1)
    return low
