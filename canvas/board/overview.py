"""The board from far away: cards as blocks in the mark of their category, wires as thin lines, one bitmap of it all."""

import time
from collections.abc import Collection

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from canvas.board.card_item import CardItem
from canvas.board.easel import Easel
from canvas.board.frame import colours, mixed
from canvas.board.mirror import Mirror
from canvas.board.wire import WireItem

MARGIN = 160
"""Pixels around the viewport that are drawn with it, so that a pan finds them done."""
GLYPH = 12
RING = 2
PAUSE = 0.1
"""Seconds."""
STRAIGHT = 0.16
"""Below this zoom a curve cannot be told from a line."""
SILENT = ("", "cached", "ring")


class Overview:
    """Paints the board under the zoom where cards can be read; keeps the result until something changes."""

    def __init__(self, easel: Easel) -> None:
        self.easel = easel
        self.lifted: frozenset[str] = frozenset()
        """Cards that are being dragged: drawn by themselves, over a bitmap without them."""
        self._bitmap: QPixmap | None = None
        self._key: tuple[object, ...] = ()
        self._area = QRectF()
        self._sights = 0
        self._when = 0.0

    def paint(self, painter: QPainter, mirror: Mirror, seen: QRectF) -> bool:
        """Everything that is seen, in pixels of the viewport; gives whether all of it was up to date."""
        easel = self.easel
        key = (mirror, mirror.changes, easel.zoom, easel.ratio, self.lifted, id(easel.ink))
        old = mirror.sights != self._sights
        if self._bitmap is None or key != self._key or not self._area.contains(seen) or (old and not self.is_fresh):
            self._render(mirror, seen)
            self._key, self._sights, self._when, old = key, mirror.sights, time.perf_counter(), False
        if self._bitmap is not None:
            corner = (self._area.topLeft() - seen.topLeft()) * easel.zoom
            painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), self._bitmap)
        if self.lifted:
            painter.save()
            painter.scale(easel.zoom, easel.zoom)
            painter.translate(-seen.topLeft())
            cards = [mirror.cards[name] for name in self.lifted if name in mirror.cards]
            self._wires(painter, [mirror.wires[key] for key in touching(mirror, self.lifted)], seen, quick=True)
            self._blocks(painter, cards, seen)
            painter.restore()

        return not old

    @property
    def is_fresh(self) -> bool:
        """Whether it was drawn only a moment ago: while thousands of nodes run, ten times a second is enough."""
        return time.perf_counter() - self._when < PAUSE

    def forget(self) -> None:
        self._bitmap = None

    def _render(self, mirror: Mirror, seen: QRectF) -> None:
        easel = self.easel
        room = MARGIN / easel.zoom
        area = seen.adjusted(-room, -room, room, room)
        size = (area.size() * easel.scale).toSize()
        if self._bitmap is None or self._bitmap.size() != size or self._bitmap.devicePixelRatio() != easel.ratio:
            self._bitmap = QPixmap(size)
            self._bitmap.setDevicePixelRatio(easel.ratio)
        self._bitmap.fill(Qt.GlobalColor.transparent)
        self._area = area
        painter = QPainter(self._bitmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(easel.zoom, easel.zoom)
        painter.translate(-area.topLeft())
        self.draw(painter, mirror, area)
        painter.end()

    def draw(self, painter: QPainter, mirror: Mirror, area: QRectF) -> None:
        """All blocks and lines, in the coordinates of the board."""
        self._frames(painter, mirror, area)
        out = touching(mirror, self.lifted)
        wires = [item for key, item in mirror.wires.items() if key not in out] if out else list(mirror.wires.values())
        self._wires(painter, wires, area)
        lifted = self.lifted
        self._blocks(painter, [card for name, card in mirror.cards.items() if name not in lifted], area)

    def _frames(self, painter: QPainter, mirror: Mirror, area: QRectF) -> None:
        zoom, ink = self.easel.zoom, self.easel.ink
        for item in mirror.frames.values():
            rect = item.rect
            if not rect.intersects(area):
                continue
            fill, edge, words = colours(item.entry, self.easel)
            painter.setBrush(fill)
            painter.setPen(QPen(ink.colour("accent.base") if item.chosen else edge, (2 if item.chosen else 1) / zoom))
            painter.drawRoundedRect(rect, 12, 12)
            title = str(item.entry.get("title", "")) if isinstance(item.entry, dict) else ""
            if title and rect.width() * zoom > 60:
                room = rect.width() * zoom / self.easel.natural - 12
                self._label(painter, rect, ink.elided("frame", title, room), words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.brush("tint.money"))
        for note in mirror.notes.values():
            painter.drawRect(note.rect)

    def _label(self, painter: QPainter, rect: QRectF, text: str, colour: QColor) -> None:
        """A title at the size it has on the screen, however far away."""
        zoom = self.easel.zoom
        painter.save()
        painter.translate(rect.topLeft())
        large = self.easel.natural / zoom
        painter.scale(large, large)
        painter.setFont(self.easel.ink.fonts["frame"])
        painter.setPen(colour)
        painter.drawText(QPointF(6, 15), text)
        painter.restore()

    def _wires(self, painter: QPainter, items: Collection[WireItem], area: QRectF, *, quick: bool = False) -> None:
        """Wires colour by colour."""
        ink, zoom = self.easel.ink, self.easel.zoom
        straight = zoom < STRAIGHT or quick
        left, top, right, bottom = area.left(), area.top(), area.right(), area.bottom()
        groups: dict[tuple[str, bool], list[WireItem]] = {}
        for item in items:
            a, b, c, d = item.box
            if c >= left and a <= right and d >= top and b <= bottom:
                groups.setdefault((item.kind, item.flow == "idle"), []).append(item)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not straight)
        for (kind, idle), group in groups.items():
            # Mixed with the ground instead of see-through, which would take five times as long.
            colour = mixed(ink.colour(f"wire.{kind}"), ink.colour("surface.board"), 0.45 if idle else 0.75)
            painter.setPen(QPen(colour, 0 if straight else 1 / zoom))
            if straight:
                painter.drawLines([QLineF(*item.ends) for item in group])
                continue
            # One by one: a path of all of them would be checked for crossings with itself.
            for item in group:
                painter.drawPath(item.path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _blocks(self, painter: QPainter, cards: Collection[CardItem], area: QRectF) -> None:
        """Blocks colour by colour; then the few that say more."""
        ink, zoom = self.easel.ink, self.easel.zoom
        groups: dict[str, list[QRectF]] = {}
        rings: list[QRectF] = []
        special: list[CardItem] = []
        least = GLYPH * self.easel.natural / zoom * 1.2
        left, top, right, bottom = area.left(), area.top(), area.right(), area.bottom()
        for card in cards:
            x, y, plan = card.left, card.top, card.plan
            if x > right or y > bottom or x + plan.width < left or y + plan.height < top:
                continue
            groups.setdefault(card.mark_colour, []).append(QRectF(x, y, plan.width, plan.height))
            if card.chosen or card.focused:
                rings.append(QRectF(x, y, plan.width, plan.height))
            if min(plan.width, plan.height) >= least and (
                card.sign.glyph not in SILENT or card.look.phase == "running"
            ):
                special.append(card)
        painter.setPen(Qt.PenStyle.NoPen)
        if zoom <= STRAIGHT:
            # Larger blocks below theirs: many edges with a pen would take far longer.
            painter.setBrush(ink.brush("accent.base"))
            edge = RING / zoom
            painter.drawRects([rect.adjusted(-edge, -edge, edge, edge) for rect in rings])
        for name, rects in groups.items():
            painter.setBrush(ink.brush(name.removeprefix("faint:")))
            painter.setOpacity(0.5 if name.startswith("faint:") else 1.0)
            if zoom > STRAIGHT:
                for rect in rects:
                    painter.drawRoundedRect(rect, 8, 8)
            else:
                painter.drawRects(rects)
        painter.setOpacity(1.0)
        if zoom > STRAIGHT:
            self._rings(painter, rings)
        for card in special:
            self._special(painter, card)

    def _rings(self, painter: QPainter, rects: list[QRectF]) -> None:
        """Around what is selected."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.easel.ink.colour("accent.base"), RING / self.easel.zoom))
        for rect in rects:
            painter.drawRoundedRect(rect, 8, 8)

    def _special(self, painter: QPainter, card: CardItem) -> None:
        """The glyph of a state at a size that can be seen."""
        ink, zoom, rect = self.easel.ink, self.easel.zoom, card.rect
        size = GLYPH * self.easel.natural / zoom
        if card.sign.glyph in ("", "cached"):
            return
        box = QRectF(rect.center() - QPointF(size / 2, size / 2), rect.center() + QPointF(size / 2, size / 2))
        ground = QColor(ink.colour("surface.board"))
        ground.setAlpha(200)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawEllipse(box.adjusted(-size / 5, -size / 5, size / 5, size / 5))
        if card.sign.glyph == "ring":
            painter.setBrush(ink.brush("accent.base"))
            painter.drawPie(box, 90 * 16, -round((card.look.done or 0.3) * 360 * 16))
            return
        icon = ink.icon(card.sign.glyph, GLYPH, card.sign.colour, self.easel.ratio)
        painter.drawPixmap(box, icon, QRectF(icon.rect()))


def touching(mirror: Mirror, names: Collection[str]) -> set[tuple[str, str, int | None]]:
    """The wires that begin or end at some cards."""
    found: set[tuple[str, str, int | None]] = set()
    for name in names:
        found |= mirror.touching.get(name, set())
    return found
