"""QR codes. At the top of this file only ``ajar`` and the standard library: Ajar itself reads it to know the nodes."""

from typing import Annotated, Literal

from ajar import Color, Image, Range, UserError, node


@node
def qr(
    text: str,
    scale: Annotated[int, Range(1, 64)] = 12,
    border: Annotated[int, Range(0, 16)] = 4,
    repairs: Literal["7%", "15%", "25%", "30%"] = "15%",
    dark: Color = Color(0, 0, 0),
    light: Color = Color(255, 255, 255),
) -> Image:
    """Draw a text or an address as a QR code.

    Scale is the size of a dot in pixels; repairs says how much of it may be damaged and still be read.
    """
    import numpy as np
    import segno

    levels = {"7%": "l", "15%": "m", "25%": "q", "30%": "h"}
    try:
        code = segno.make(text, error=levels[repairs], micro=False)
    except segno.DataOverflowError:
        raise UserError("The text is too long for a QR code.", "Shorten it, or choose fewer repairs.") from None
    dots = np.array(list(code.matrix_iter(scale=scale, border=border)), dtype=bool)
    colours = np.array([(light.red, light.green, light.blue), (dark.red, dark.green, dark.blue)], np.uint8)
    return Image.of(colours[dots.astype(int)])
