"""What is written over the pictures of a viewer: cards, tags, and words where there is no picture."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from canvas.theme import Theme
from canvas.viewers import cards, state
from canvas.viewers.bench import Bench
from canvas.viewers.deck import Deck
from canvas.viewers.state import Box


class Seen(Protocol):
    """What is asked of the place that shows the pictures."""

    @property
    def room(self) -> Box: ...

    def zoom(self) -> float | None: ...

    def readout(self) -> str: ...


class Overlay:
    """Paints over one frame."""

    def __init__(self, theme: Theme, bench: Bench, deck: Deck, seen: Seen) -> None:
        self._theme, self._bench, self._deck, self._seen = theme, bench, deck, seen

    def paint(self, painter: QPainter) -> None:
        bench, view = self._bench, self._bench.view
        a, b, both = bench.side("a"), bench.side("b"), state.two(view)
        if a is None:
            self._say(painter, "Nothing to look at yet", "Select a node and press 1 to 9, or click a take")
            return
        trouble = self._deck.trouble("a") or (self._deck.trouble("b") if both else "")
        if trouble:
            self._say(painter, "This can't be shown", trouble)
        elif both and b is None:
            self._say(painter, "B is empty", "Press Ctrl and a number to put a buffer there")
        elif both and b is not None and not {a.kind, b.kind} <= {"picture", "film"}:
            self._say(painter, "", "Only pictures and films can be compared")
        elif self._deck.picture("a") is None and a.kind in ("picture", "film"):
            self._say(painter, "", "Loading")
        if view.names:
            room = self._seen.room
            left = cards.card_box(self._theme, room, a, right=False, both=both)
            cards.paint_card(painter, self._theme, left, a, "A" if both else "")
            if both and b is not None:
                right = cards.card_box(self._theme, room, b, right=True, both=True)
                cards.paint_card(painter, self._theme, right, b, "B")
        self._paint_tags(painter)

    def _paint_tags(self, painter: QPainter) -> None:
        theme, view, room = self._theme, self._bench.view, self._seen.room
        edge, gap = theme.px(cards.EDGE), theme.px(6)
        low, left = room.height - edge, edge
        both = state.two(view) and (view.mode != "side" or view.locked)
        if (zoom := self._seen.zoom()) is not None:
            text = f"{zoom * 100:.0f} % both" if both else f"{zoom * 100:.0f} %"
            left += cards.paint_tag(painter, theme, QPointF(left, low), text, "lock" if both else "") + gap
        for text in (
            f"Channel {view.channel}" if view.channel != "RGB" else "",
            {"difference": f"Difference × {view.gain}", "onion": f"B {view.opacity * 100:.0f} %"}.get(view.mode, ""),
        ):
            if text:
                left += cards.paint_tag(painter, theme, QPointF(left, low), text) + gap
        if text := self._seen.readout():
            if left + cards.tag_width(theme, text, mono=True) <= room.width - edge:
                left += cards.paint_tag(painter, theme, QPointF(left, low), text, mono=True) + gap
            else:  # no room beside the others: above them, its parts one above the other
                whole = cards.tag_width(theme, text, mono=True) <= room.width - 2 * edge
                for number, part in enumerate([text] if whole else reversed(text.split("   ", 1))):
                    at = QPointF(edge, low - theme.px(26) * (number + 1))
                    cards.paint_tag(painter, theme, at, part, mono=True)
        notice = self._deck.notice()
        if notice and left < room.width - theme.px(220):
            cards.paint_tag(painter, theme, QPointF(room.width - edge, low), notice, "clock", right=True)

    def _say(self, painter: QPainter, title: str, text: str) -> None:
        theme, room = self._theme, self._seen.room
        middle = QRectF(*room).adjusted(16, 0, -16, 0)
        painter.setFont(theme.font("title", "title"))
        painter.setPen(theme.colour("text.primary"))
        painter.drawText(middle.translated(0, -theme.px(24)), Qt.AlignmentFlag.AlignCenter, title)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text.secondary"))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(middle.translated(0, theme.px(12)), flags, text)
