"""Words on films: subtitles that are part of the picture."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from ajar import retouch
from ajar.clips import Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Area, File, Slider
from ajar.values import Color, Image
from nodes.blend import composite
from nodes.edit import Anchor
from nodes.lettering import text_on_image

MAX_FILE = 4 << 20
CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,3})?)|(\d+(?:[.,]\d+)?)"
SPAN = re.compile(rf"\s*(?:{CLOCK})\s*(?:-->|[-–—])\s*(?:{CLOCK})[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Caption:
    """Words, and the seconds from and to which they are seen."""

    start: float
    end: float
    text: str


@node(group="Video")
def burn_captions(
    ctx: Context,
    video: Video,
    text: Annotated[str, Area(rows=8)] = "",
    file: Annotated[Path, File()] | None = None,
    height: Annotated[int, Slider(0, 400)] = 0,
    color: Color = Color(255, 255, 255),
    outline: Annotated[float, Slider(0, 0.3, 0.01)] = 0.08,
    outline_color: Color = Color(0, 0, 0),
    box: Color = Color(0, 0, 0, 0),
    anchor: Anchor = "bottom",
    margin: Annotated[float, Slider(0, 0.4, 0.005)] = 0.06,
    width: Annotated[float, Slider(0.05, 1, 0.01)] = 0.9,
    font: Annotated[Path, File("any")] | None = None,
) -> Video:
    """Write subtitles into the pictures of a film: from an SRT or VTT file, or typed; its sound is kept.

    Typed, they are SRT or VTT text, or a line for each with its seconds in front: `0 - 2.5 Good morning`. Height is
    that of the letters in pixels; 0 takes an eighteenth of the picture. Words without times are seen all along.
    """
    found = read_captions(_read(file) if file is not None else text, video.seconds)
    letters = height or max(8, round(min(video.size.width, video.size.height) / 18))
    sheets: dict[str, Image] = {}

    def sheet(words: str, like: Image) -> Image:
        """The words on nothing, drawn once for all pictures that show them."""
        if words not in sheets:
            sheets.clear()
            clear = Image.of(np.zeros((like.height, like.width, 4), np.uint8))
            sheets[words] = text_on_image(
                clear, words, letters, color, anchor, "center", margin, width, outline, outline_color, box, 1.2, font
            )
        return sheets[words]

    def written(shots: Iterator[Image]) -> Iterator[Image]:
        for number, image in enumerate(shots):
            now = (number + 0.5) / video.fps
            words = "\n".join(one.text for one in found if one.start <= now < one.end)
            yield composite(sheet(words, image), image) if words else image

    return retouch.retouched(ctx, video, "Writing captions", written)


def read_captions(text: str, length: float) -> list[Caption]:
    """Subtitles of SRT or VTT, or lines with their seconds in front. UserError where there is none."""
    found: list[Caption] = []
    start, end = 0.0, length
    words: list[str] = []
    timed = False

    def finish() -> None:
        plain = _plain("\n".join(words))
        if plain:
            found.append(Caption(start, end, plain))
        words.clear()

    lines = text.replace("\r\n", "\n").replace("\ufeff", "").split("\n")
    skipping = False
    for number, line in enumerate(lines):
        span = SPAN.match(line)
        if span is not None:
            # The number above an SRT cue is no words of the one before.
            if words and timed and words[-1].strip().isdecimal() and (len(words) == 1 or not words[-2].strip()):
                words.pop()
            if not timed:
                words.clear()
            finish()
            timed, skipping = True, False
            start, end = _seconds(span.groups()[:4]), _seconds(span.groups()[4:8])
            if end <= start:
                raise UserError(
                    f"Line {number + 1} of the captions ends before it starts: {line.strip()[:60]}", "Mend its times."
                )
            rest = span.group(9).strip()
            # Behind the times VTT says where words are put; here the node does.
            if rest and not re.match(r"(?:line|position|align|size|vertical|region|X1):", rest):
                words.append(rest)
        elif re.match(r"(WEBVTT|NOTE|STYLE|REGION)\b", line):
            finish()
            skipping = True
        elif not line.strip():
            skipping = False
            words.append("")
        elif not skipping:
            words.append(line)
    finish()
    if not found:
        raise UserError(
            "There are no captions.", "Write some, as `0 - 2.5 Good morning`, or choose an SRT or VTT file."
        )
    return found


def _plain(text: str) -> str:
    """Words without the marks of subtitles: <i>, {\\an8}, &amp;."""
    text = re.sub(r"<[^>\n]{0,60}>|\{\\[^}\n]{0,60}\}", "", text)
    return "\n".join(line.strip() for line in html.unescape(text).split("\n") if line.strip())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, plain = parts
    if plain is not None:
        return float(plain.replace(",", "."))
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float((seconds or "0").replace(",", "."))


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_FILE:
            raise UserError(f"{file.name} is too large for subtitles.", "Choose an SRT or VTT file.")
        data = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file.name} can't be read.", "Check the path and that you may read the file.") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"{file.name} is no text.", "Save it as UTF-8.")
