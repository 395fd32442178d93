"""A picture to give away: A and B beside each other with their names below, or one alone."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from canvas.kit import paint
from canvas.theme import Theme
from canvas.viewers.bench import Shown
from canvas.viewers.facts import line
from canvas.viewers.picture import Picture
from canvas.viewers.state import Box

GAP = 16
FOOT = 56


def side_by_side(theme: Theme, pictures: list[tuple[Picture, Shown]], *, names: bool) -> QImage:
    """All in the height of the tallest, in their own pixels where they are equally high."""
    high = max(picture.size[1] for picture, _ in pictures)
    widths = [round(picture.size[0] * high / picture.size[1]) for picture, _ in pictures]
    scale = max(high / 720, 1.0)
    foot = round(FOOT * scale) if names else 0
    image = QImage(sum(widths) + GAP * (len(widths) - 1), high + foot, QImage.Format.Format_RGB32)
    image.fill(theme.colour("board.mat"))
    painter = QPainter(image)
    left = 0
    for index, ((picture, shown), wide) in enumerate(zip(pictures, widths, strict=True)):
        box = Box(left, 0, wide, high)
        picture.paint(painter, box, box)
        if names:
            _name(painter, theme, QRectF(left, high, wide, foot), shown, "AB"[index] if len(widths) > 1 else "", scale)
        left += wide + GAP
    painter.end()
    return image


def _name(painter: QPainter, theme: Theme, rect: QRectF, shown: Shown, letter: str, scale: float) -> None:
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(scale, scale)
    wide = rect.width() / scale
    ink = theme.colour("text.primary")
    name = shown.facts.name or shown.title
    door = {True: "open", False: "closed", None: ""}[shown.facts.open]
    first = " · ".join(part for part in (f"{letter}  {name}" if letter else name, door) if part)
    paint.write(painter, QRectF(10, 8, wide - 20, 20), first, theme.font("title", "title"), ink)
    second = " · ".join(line(shown.facts))
    paint.write(painter, QRectF(10, 30, wide - 20, 16), second, theme.font(), theme.colour("text.secondary"),
                Qt.AlignmentFlag.AlignLeft)
    painter.restore()
