"""What all items of one board share: ink, zoom, level of detail, and the prints of cards that were painted before."""

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from canvas.board.card_paint import paint_card
from canvas.board.header_paint import Brushwork
from canvas.board.ink import Ink
from canvas.board.shade import shadow_of
from canvas.theme import Theme

if TYPE_CHECKING:
    from canvas.board.card_item import CardItem

ROOM = 192 * 1024 * 1024
"""Bytes of prints that are kept; the ones not seen for longest go first."""
MOST_PARTS = 8
Box = tuple[float, float, float, float]
BUDGET = 0.012
"""Seconds for prints in one frame, when there is a hurry."""
HINTS = (
    QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing | QPainter.RenderHint.SmoothPixmapTransform
)


class Easel:
    """One for a board. Cards paint themselves once into a print at the zoom they are seen at."""

    def __init__(self, theme: Theme) -> None:
        self.zoom = 1.0
        self.ratio = 1.0
        self.moving = False
        """While the zoom moves, prints of another size will do."""
        self.hurry = False
        """Paint for a moment only, the rest with the next frames: after a zoom, and while a large board opens."""
        self._until = 0.0
        self._late = False
        self._exposed: list[Box] = []
        self.stage = 0
        self.turn = 0.0
        """How far the rings and dashes of what is running have turned."""
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        """Another theme: everything is painted anew.

        Larger texts make all of the board larger, not only the cards: they would cover each other.
        """
        self.natural = theme.text
        self.theme = theme = Theme(theme.mode, 1.0, contrast=theme.contrast, motion=theme.motion)
        self.ink = Ink(theme)
        self.shadow = shadow_of(theme)
        self.full_from = float(theme.value("zoom.detail_full"))
        self.middle_from = float(theme.value("zoom.detail_middle"))
        self._prints: OrderedDict[str, tuple[QPixmap, float]] = OrderedDict()
        self._bytes = 0

    @property
    def full(self) -> bool:
        return self.zoom >= self.full_from

    @property
    def blocks(self) -> bool:
        """So far out that cards are single blocks."""
        return self.zoom < self.middle_from

    @property
    def scale(self) -> float:
        return self.zoom * self.ratio

    def work(self) -> Brushwork:
        return Brushwork(self.ink, self.shadow, self.scale, self.zoom, self.full, self.stage)

    def begin(self, exposed: list[Box]) -> None:
        """A frame begins, in these rectangles of the board."""
        self._exposed = exposed if len(exposed) <= MOST_PARTS else []
        self._late = False
        self._until = time.perf_counter() + BUDGET

    def end(self) -> bool:
        """A frame is done; gives whether another one has to follow to make it sharp."""
        self._exposed = []
        if self.moving:
            return False
        self.hurry = self.hurry and self._late
        return self._late

    def shows(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a rectangle of the board has to be painted in this frame. Qt asks only for their common outline."""
        exposed = self._exposed
        return not exposed or any(
            left <= c and right >= a and top <= d and bottom >= b for a, b, c, d in exposed
        )

    def print_of(self, card: "CardItem") -> tuple[QPixmap | None, bool]:
        """The print of a card, and whether it has exactly the size that is wanted; None when there is no time."""
        found = self._prints.get(card.name)
        if found is not None:
            self._prints.move_to_end(card.name)
            exact = found[1] == self.scale
            if exact or self.moving:
                return found[0], exact
        if (self.hurry or self.moving) and time.perf_counter() > self._until:
            self._late = True
            return (found[0], False) if found is not None else (None, False)
        pixmap = self._print(card)
        self.forget(card.name)
        self._prints[card.name] = (pixmap, self.scale)
        self._bytes += _size(pixmap)
        while self._bytes > ROOM and len(self._prints) > 1:
            _, (old, _) = self._prints.popitem(last=False)
            self._bytes -= _size(old)
        return pixmap, True

    def forget(self, name: str) -> None:
        """A card looks different from now on."""
        found = self._prints.pop(name, None)
        if found is not None:
            self._bytes -= _size(found[0])

    def forget_all(self) -> None:
        self._prints.clear()
        self._bytes = 0

    def _print(self, card: "CardItem") -> QPixmap:
        bounds = card.plan.bounds
        pixmap = QPixmap(-int(-bounds.width() * self.scale // 1), -int(-bounds.height() * self.scale // 1))
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(HINTS)
        painter.scale(self.zoom, self.zoom)
        painter.translate(-bounds.topLeft())
        paint_card(painter, card.plan, card.look, card.sign, card.state, self.work())
        painter.end()
        return pixmap


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
