"""Fonts, lengths and measured texts of one theme, kept at hand for everything that is painted on the board."""

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from canvas.theme import Theme

Face = Literal["title", "state", "chip", "label", "mono", "prompt", "caption", "strong", "tag", "frame"]
LABEL = 11.5
"""The size of labels of sockets and values: between caption and body, as the drawing has it."""
TAG = 10.5


class Ink:
    """What the painters of cards, wires and frames draw with. One for a theme; thrown away with it."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.text = theme.text
        self.fonts: dict[Face, QFont] = {
            "title": theme.font("body", "title"), "state": theme.font("caption", "label"),
            "chip": theme.font("caption", "label"), "label": _sized(theme.font("body"), LABEL * theme.text),
            "mono": theme.font("caption", mono=True), "prompt": theme.font("prompt"),
            "caption": theme.font("caption"), "strong": theme.font("caption", "title"),
            "tag": _sized(theme.font("caption", "label"), TAG * theme.text), "frame": theme.font("section", "title"),
        }
        self.metrics = {face: QFontMetricsF(font) for face, font in self.fonts.items()}
        self.header = theme.size("node.header")
        self.chip_row = theme.size("node.chip_row")
        self.port_row = theme.size("node.port_row")
        self.value_row = theme.size("node.param_row")
        self.gap = theme.size("node.param_gap")
        self.pad = theme.size("node.pad")
        self.radius = float(theme.value("radius.node"))
        self._pens: dict[tuple[str, float], QPen] = {}
        self._brushes: dict[str, QBrush] = {}
        self.width = lru_cache(8192)(self._width)
        self.elided = lru_cache(4096)(self._elided)
        self.light = theme.mode == "light"
        self.contrast = theme.contrast
        self.filled = "accent.fill" if theme.contrast else "border.subtle" if self.light else "surface.raised"
        """Behind a value, as far as it is full. Where all surfaces are alike it has to be a colour."""

    def px(self, length: float) -> float:
        return length * self.text

    def colour(self, name: str) -> QColor:
        return self.theme.colour(name)

    def pen(self, name: str, width: float = 1.0) -> QPen:
        key = (name, width)
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = QPen(self.theme.colour(name), width)
        return pen

    def brush(self, name: str) -> QBrush:
        brush = self._brushes.get(name)
        if brush is None:
            brush = self._brushes[name] = QBrush(self.theme.colour(name))
        return brush

    def icon(self, name: str, size: float, colour: str, ratio: float) -> QPixmap:
        """An icon that is sharp at this ratio of device to board pixels."""
        return self.theme.icon(name, size, colour, max(1.0, round(ratio * 4) / 4))

    def write(
        self, painter: QPainter, rect: QRectF, text: str, face: Face, colour: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """One line of text in the middle of a rectangle's height, cut short with three dots where it is too long."""
        painter.setFont(self.fonts[face])
        painter.setPen(self.pen(colour))
        if self.width(face, text) > rect.width():
            text = self.elided(face, text, rect.width())
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)

    def _width(self, face: Face, text: str) -> float:
        return self.metrics[face].horizontalAdvance(text)

    def _elided(self, face: Face, text: str, width: float) -> str:
        return self.metrics[face].elidedText(text, Qt.TextElideMode.ElideRight, width)


def _sized(font: QFont, pixels: float) -> QFont:
    """The same font at a size of half pixels, which Qt only takes in points."""
    from PySide6.QtGui import QGuiApplication

    font = QFont(font)
    screen = QGuiApplication.primaryScreen()
    font.setPointSizeF(pixels * 72 / (screen.logicalDotsPerInch() if screen else 96))
    return font
