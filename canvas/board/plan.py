"""Lays a card out from top to bottom, by the anatomy in the drawing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF

from canvas.board.card import CardPlan, Font, Line, Part
from canvas.board.column import Column
from canvas.board.face import Face
from canvas.board.ink import Ink
from canvas.board.text_paint import LINE
from canvas.looks import Look

NARROW, WIDE, STEP = 142, 320, 20
VIEWER = 480
THUMBS_A_ROW, ROWS = 5, 2
VIEWERS = ("viewer", "compare_viewer")


def plan(face: Face, look: Look, flags: Mapping[str, Any], ink: Ink) -> CardPlan:
    """The geometry of a card."""
    if face.dot:
        return _dot(face, ink)
    layout = _Layout(face, look, ink, _width(face, flags, ink))
    return layout.collapsed() if flags.get("collapsed") else layout.whole()


def _width(face: Face, flags: Mapping[str, Any], ink: Ink) -> float:
    wanted = flags.get("width")
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return float(min(max(wanted, NARROW), 1200)) * ink.text
    if face.kind in VIEWERS:
        return VIEWER * ink.text
    if face.category == "generate":
        return float(ink.theme.size("node.width"))
    need = 44 * ink.text + min(ink.width("title", face.title), 180 * ink.text)
    ins = [port for port in face.ins if not port.quiet]
    for place in range(max(len(ins), len(face.outs))):
        left = ink.width("label", ins[place].label) if place < len(ins) else 0
        right = ink.width("label", face.outs[place].label) if place < len(face.outs) else 0
        need = max(need, left + right + 40 * ink.text)
    for value in face.values:
        name = 0 if value.plain else ink.width("label", value.label) + 14 * ink.text
        need = max(need, name + min(ink.width("mono", value.text), 120 * ink.text) + 34 * ink.text)
    if face.text is not None or face.picture:
        need = max(need, 182 * ink.text)
    low = NARROW * ink.text
    steps = -(-(min(need, WIDE * ink.text) - low) // (STEP * ink.text))
    return float(low + max(steps, 0) * STEP * ink.text)


def _dot(face: Face, ink: Ink) -> CardPlan:
    size = ink.px(16)
    middle = QPointF(size / 2, size / 2)
    ports = tuple((port, middle) for port in (*face.ins[:1], *face.outs[:1]))
    return CardPlan(face, size, size, ports=ports)


class _Layout(Column):
    """All of a card, with pictures and foot."""

    def collapsed(self) -> CardPlan:
        middle = self.ink.header / 2
        ports = [(port, QPointF(0, middle)) for port in self.face.ins]
        ports += [(port, QPointF(self.width, middle)) for port in self.face.outs]
        header = Part("", "header", rect=QRectF(0, 0, self.width, self.ink.header))
        return CardPlan(
            self.face, self.width, float(self.ink.header), collapsed=True, ports=tuple(ports), parts=(header,),
        )

    def whole(self) -> CardPlan:
        header = Part("", "header", rect=QRectF(0, 0, self.width, self.ink.header))
        self.chips()
        self.sockets()
        if self.face.text is not None:
            self.text()
        if self.shows_picture():
            self.picture()
        elif self.face.speaks:
            self.said()
        self.rows()
        self.remarks()
        self.takes()
        self.y += self.pad - self.ink.gap if self.y > self.ink.header else self.pad
        self.foot()
        corner = QRectF(self.width - self.px(12), self.y - self.px(12), self.px(12), self.px(12))
        parts = (Part("", "resize", rect=corner), *self.parts, header)
        return CardPlan(
            self.face, self.width, max(self.y, self.ink.header), ports=tuple(self.ports), lines=tuple(self.lines),
            parts=parts, **self.made,
        )

    def shows_picture(self) -> bool:
        return self.face.picture or self.look.picture is not None

    def picture(self) -> None:
        if self.is_small():
            self.small_picture()
            return
        height = round(self.inner * 9 / 16)
        rect = QRectF(self.pad, self.y, self.inner, height)
        self.made["preview"] = rect
        self.parts.append(Part("", "preview", rect=rect))
        self.y = rect.bottom() + self.px(6)

    def said(self) -> None:
        high = self.px(self.face.speaks * LINE + 10)
        rect = QRectF(self.pad, self.y, self.inner, high)
        self.made["said"] = rect
        self.y = rect.bottom() + self.px(6)

    def is_small(self) -> bool:
        """A loaded picture, and what waits for the other stage, are shown small with facts beside."""
        return self.loads or self.look.phase == "other_stage"

    @property
    def loads(self) -> bool:
        return self.face.loads and not any(not port.quiet for port in self.face.ins)

    def small_picture(self) -> None:
        above = not self.loads
        width = self.px(90 if above else 100)
        top = self.y + self.px(2) if above else self.ink.header + self.px(8)
        rect = QRectF(self.pad, top, width, round(width * 9 / 16))
        self.made["preview"] = rect
        self.parts.append(Part("", "preview", rect=rect))
        x = rect.right() + self.px(8)
        y = rect.top() if above else top + self.px(24)
        step = self.px(17 if above else 14)
        look = self.look
        file = next((row for row in self.face.values if row.plain), None) if self.loads else None
        if file is not None:
            place = QRectF(x, y, self.width - self.px(2) - x, step)
            self.parts.append(Part("", "value", file.name, 0, place))
            self.quiet(file.name, place.center().y())
            self.beside = file.name
        facts: list[tuple[str, Font, str]] = [
            (look.note, "strong", "text.primary"), (look.text, "caption", "text.secondary"),
            (look.hint, "caption", "text.tertiary"),
        ]
        if self.loads:
            name = Path(file.text).name if file is not None else look.note
            facts = [(name, "caption", "text.secondary"), (look.text, "caption", "text.tertiary")]
        for text, face, colour in facts:
            if text:
                self.lines.append(Line(QRectF(x, y, self.width - self.px(2) - x, step), text, face, colour))
                y += step
        self.y = max(rect.bottom(), y) + self.ink.gap

    def takes(self) -> None:
        count = len(self.look.thumbs)
        if count < 2:
            return
        label = QRectF(self.pad, self.y + self.px(4), self.inner, self.px(16))
        self.made["takes"] = label
        self.parts.append(Part("", "takes", rect=label))
        a_row = max(1, int((self.inner + 4) // 42))
        gap, height = 4.0, 22.0
        width = (self.inner - gap * (a_row - 1)) / a_row if a_row == THUMBS_A_ROW else 38.0
        top, rects = label.bottom() + self.px(2), []
        room = a_row * ROWS
        for place in range(min(count, room)):
            x = self.pad + (place % a_row) * (width + gap)
            rect = QRectF(x, top + (place // a_row) * (height + gap), width, height)
            if count > room and place == room - 1:
                self.made["more"] = rect
                self.parts.append(Part("", "takes", "more", 0, rect))
                break
            rects.append(rect)
            self.parts.append(Part("", "take", str(self.look.thumbs[place].take), place, rect))
        self.made["thumbs"] = tuple(rects)
        rows = -(-min(count, room) // a_row)
        self.y = top + rows * (height + gap) - gap + self.ink.gap + self.px(2)

    def foot(self) -> None:
        """What went wrong and a way out of it; or what is needed first."""
        look = self.look
        failed = look.phase in ("failed", "waiting") and bool(look.message)
        if not failed and not look.needs:
            return
        message, _, why = look.message.partition(". ") if failed else (look.needs, "", "")
        owed = look.phase == "waiting" and look.word == "Ask provider"
        third = "Decide in Paid work" if owed else look.hint if failed and why else ""
        second = why or look.hint
        top = self.y
        x, width = self.px(9), self.width - self.px(18)
        lines = [Line(QRectF(x, top + self.px(6), width, self.px(16)), message.rstrip("."), "strong", "text.primary")]
        y = top + self.px(23)
        if second:
            lines.append(Line(QRectF(x, y, width, self.px(15)), second))
            y += self.px(18)
        ink = {"failed": "semantic.error", "waiting": "semantic.warn"}.get(look.phase, "accent.base")
        key = not failed and "key" in look.needs.lower()
        link = third.rstrip(".") or ("Details" if failed else "Give the key" if key else "Get it")
        room = min(self.ink.width("strong", link) + 2, width - self.px(56) if third else width)
        box = QRectF(x, y, room, self.px(15))
        way = "decide" if owed else "hint" if third else "details" if failed else "key" if key else "needs"
        lines.append(Line(box, link, "strong", ink, link=way))
        if third:
            right = QRectF(box.right() + self.px(12), y, self.px(46), self.px(15))
            lines.append(Line(right, "Details", "strong", ink, link="details"))
        bottom = max(y + self.px(22), top + self.px(70 if failed else 0))
        rect = QRectF(0, top, self.width, bottom - top)
        self.parts += [Part("", "foot", line.link, 0, line.rect) for line in lines if line.link]
        self.parts.append(Part("", "foot", rect=rect))
        self.lines += lines
        self.made["foot"] = rect
        self.y = bottom
