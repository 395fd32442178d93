"""Text on pictures."""

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np

from ajar import colour, pixels
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Area, File, Slider
from ajar.letters import face_for, missing, wrapped
from ajar.values import Color, Image, Size
from nodes.edit import Anchor, place

Array = np.ndarray[Any, np.dtype[Any]]
MAX_TEXT = 10_000
FONT = Path(__file__).resolve().parent.parent / "resources" / "fonts" / "SourceSansPro-Semibold.ttf"


@node(group="Text")
def text_on_image(
    image: Image,
    text: Annotated[str, Area(rows=3)],
    height: Annotated[int, Slider(0, 1000)] = 0,
    color: Color = Color(255, 255, 255),
    anchor: Anchor = "bottom",
    align: Literal["left", "center", "right"] = "center",
    margin: Annotated[float, Slider(0, 0.4, 0.005)] = 0.04,
    width: Annotated[float, Slider(0.05, 1, 0.01)] = 1.0,
    outline: Annotated[float, Slider(0, 0.3, 0.01)] = 0.0,
    outline_color: Color = Color(0, 0, 0),
    box: Color = Color(0, 0, 0, 0),
    spacing: Annotated[float, Slider(0.8, 3, 0.05)] = 1.25,
    font: Annotated[Path, File("any")] | None = None,
) -> Image:
    """Write a text on a picture; long lines are wrapped.

    Height is that of the letters in pixels; 0 takes a sixteenth of the picture. The margin is a part of the
    picture's shorter side, the width a part of what lies between the margins, the outline a part of the height. The
    box is a panel behind the text. Without a font file (TTF or OTF) a built-in one is used.
    """
    if not text.strip():
        return image
    height = height or max(8, round(min(image.width, image.height) / 16))
    edge = round(margin * min(image.width, image.height))
    chosen = typeface(height, font, text[:MAX_TEXT])
    if font is None and (lacking := missing(chosen, text[:MAX_TEXT])):
        raise UserError(f"No font at hand has the letter {lacking!r}.", "Give a font file that has it.")
    room = max(1, round((image.width - 2 * edge) * width))
    stroke = round(outline * height)
    lines = wrapped(text[:MAX_TEXT], chosen, room - 2 * stroke)
    for shade in (color, outline_color, box):
        image = colour.with_room(image, Color(shade.red, shade.green, shade.blue))
    fill, around = _written(lines, chosen, align, round(height * spacing), stroke)
    inset = round(height * 0.45) if box.alpha else 0
    frame = Size(fill.shape[1] + 2 * inset, fill.shape[0] + 2 * inset)
    left, top = place(anchor, image.size, frame, edge)
    out = image.array.copy()
    if box.alpha:
        panel = rounded(frame, round(height * 0.3))
        _ink(out, panel, colour.ink(box, image), box.alpha, left, top)
    if stroke:
        _ink(out, around, colour.ink(outline_color, image), outline_color.alpha, left + inset, top + inset)
    _ink(out, fill, colour.ink(color, image), color.alpha, left + inset, top + inset)
    return image.like(out)


def typeface(height: int, font: Path | None = None, text: str = "") -> Any:
    """A font at this height in pixels: the given one, or the first that has every letter of the text.

    UserError for a file that is no font.
    """
    from PIL import ImageFont

    if font is not None:
        try:
            return ImageFont.truetype(str(font), height)
        except (OSError, ValueError) as error:
            raise UserError(f"{font.name} is not a font that can be used.", "Choose a TTF or OTF file.") from error
    return face_for(FONT, height, text)


def rounded(size: Size, radius: int) -> Array:
    """The coverage of a panel with round corners, H x W uint8."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    # Drawn four times as large and averaged, as Pillow draws corners without smoothing.
    large = Pillow.new("L", (size.width * 4, size.height * 4), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), radius * 4, fill=255)
    return np.array(large.reduce(4))


def _written(lines: list[str], face: Any, align: str, step: int, stroke: int) -> tuple[Array, Array]:
    """Coverage of the letters and of the letters with their outline, H x W uint8, cut to what is inked."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    up, down = face.getmetrics()
    widest = max(face.getlength(line) for line in lines)
    size = (int(widest) + 2 * stroke + 8, step * (len(lines) - 1) + up + down + 2 * stroke + 8)
    sheets = []
    for thick in (0, stroke):
        sheet = Pillow.new("L", size, 0)
        draw = ImageDraw.Draw(sheet)
        for at, line in enumerate(lines):
            free = widest - face.getlength(line)
            x = {"left": 0.0, "center": free / 2, "right": free}[align] + stroke + 4
            # From the baseline, so that lines with and without descenders are evenly spaced.
            draw.text((x, stroke + 4 + up + at * step), line, 255, face, anchor="ls", stroke_width=thick)
        sheets.append(sheet)
    box = sheets[1].getbbox() or (0, 0, 1, 1)
    fill, around = (np.array(sheet.crop(box)) for sheet in sheets)
    return fill, around


def _ink(out: Array, cover: Array, ink: Array, alpha: int, left: int, top: int) -> None:
    """Lay ink onto pixels through a coverage, where the two meet."""
    across = slice(max(left, 0), min(left + cover.shape[1], out.shape[1]))
    down = slice(max(top, 0), min(top + cover.shape[0], out.shape[0]))
    if across.start >= across.stop or down.start >= down.stop:
        return
    part = cover[down.start - top : down.stop - top, across.start - left : across.stop - left, None]
    share = part * np.float32(alpha / (255 * 255))
    under = pixels.convert(out[down, across], "float32")
    shade = pixels.convert(ink[None, None], "float32")
    if out.shape[2] != 4:
        out[down, across] = pixels.convert(under + (shade - under) * share, out.dtype)
        return
    rest = under[:, :, 3:] * (1 - share)
    full = share + rest
    mixed = np.concatenate((shade[:, :, :3] * share + under[:, :, :3] * rest, full), axis=2)
    np.divide(mixed[:, :, :3], full, out=mixed[:, :, :3], where=full > 1e-6)
    out[down, across] = pixels.convert(mixed, out.dtype)
