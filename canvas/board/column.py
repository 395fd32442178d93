"""The rows of a card, one under the other: chips, sockets, text, values and remarks."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF

from canvas.board.card import Chip, Line, Part
from canvas.board.chips import chips_of
from canvas.board.face import Face
from canvas.board.ink import Ink
from canvas.kit import words
from canvas.looks import Look

RESULTS = {"pass": ("licence", "semantic.ok"), "warning": ("warn", "semantic.warn"),
           "forbidden": ("error", "semantic.error"), "forbidden, with your reason": ("warn", "semantic.warn")}
"""How what the terms mean for a result is shown: a glyph, and colour on top."""


class Column:
    """A card while it is laid out from the top; ``y`` is where the next row begins."""

    def __init__(self, face: Face, look: Look, ink: Ink, width: float) -> None:
        self.face, self.look, self.ink, self.width = face, look, ink, width
        self.px, self.pad = ink.px, float(ink.pad)
        self.y = float(ink.header)
        self.parts: list[Part] = []
        self.lines: list[Line] = []
        self.ports: list[tuple[Any, QPointF]] = []
        self.made: dict[str, Any] = {}
        self.beside = ""
        """The value that stands beside a small picture."""

    @property
    def inner(self) -> float:
        return self.width - 2 * self.pad

    def chips(self) -> None:
        found = chips_of(self.look, self.inner, self.ink)
        if not found:
            return
        top, x, chips = self.y + self.px(4), self.pad, []
        for tint, icon, text, width in found:
            rect = QRectF(x, top, width, self.px(18))
            chips.append(Chip(rect, tint, icon, text))
            self.parts.append(Part("", "chip", tint, len(chips) - 1, rect))
            x += width + self.px(4)
        self.made["chips"] = tuple(chips)
        self.y += self.ink.chip_row + self.px(2)

    def sockets(self) -> None:
        """Ports row by row, the first output beside the first input."""
        ins = [port for port in self.face.ins if not port.quiet]
        count = max(len(ins), len(self.face.outs))
        if not count:
            self.y += self.px(6)
            return
        if "chips" in self.made or ins:
            self.y += self.px(2)
        for place in range(count):
            middle = self.y + self.ink.port_row / 2
            if place < len(ins):
                self.ports.append((ins[place], QPointF(0, middle)))
            if place < len(self.face.outs):
                self.ports.append((self.face.outs[place], QPointF(self.width, middle)))
            self.y += self.ink.port_row
        self.y += self.px(4) if ins else self.px(2)

    def text(self) -> None:
        key, _, _ = self.face.text or ("", "", "")
        line = self.px(17)
        height = self.face.text_rows * line + self.px(33)
        if self.face.category == "generate":
            height = 2 * line + self.px(14)
        rect = QRectF(self.pad, self.y, self.inner, height)
        self.made["text"] = rect
        self.parts.append(Part("", "text", key, 0, rect))
        self.quiet(key, rect.top() + self.px(14))
        self.y = rect.bottom() + self.ink.gap

    def quiet(self, name: str, middle: float) -> None:
        """The socket beside a value, which shows while a wire is drawn."""
        for port in self.face.ins:
            if port.quiet and port.name == name:
                self.ports.append((port, QPointF(0, middle)))

    def rows(self) -> None:
        """The values, what a group consists of, and a choice that is made on the card."""
        values = []
        for row in self.face.values:
            if row.name == self.beside:
                continue
            rect = QRectF(self.pad, self.y, self.inner, self.ink.value_row)
            values.append((row, rect))
            self.parts.append(Part("", "value", row.name, len(values) - 1, rect))
            self.quiet(row.name, rect.center().y())
            self.y = rect.bottom() + self.ink.gap
        self.made["values"] = tuple(values)
        steps = []
        for place, (title, value) in enumerate(self.face.steps[:5]):
            rect = QRectF(self.pad, self.y, self.inner, self.ink.value_row)
            steps.append((title, value, rect))
            self.parts.append(Part("", "step", title, place, rect))
            self.y = rect.bottom() + self.px(3)
        self.made["steps"] = tuple(steps)
        if (over := len(self.face.steps) - len(steps)) > 0:
            self.line(f"and {over} more", "text.tertiary")
        if self.face.choice is not None:
            rect = QRectF(self.pad, self.y + self.px(2), self.inner, self.px(24))
            self.made["choice"] = rect
            self.parts.append(Part("", "choice", self.face.choice[0], 0, rect))
            self.y = rect.bottom() + self.ink.gap

    def remarks(self) -> None:
        """One line each: what should be known, a licence that is a fact here, a result in words."""
        look = self.look
        if look.warning:
            self.line(look.warning, "semantic.warn", "warn")
        if look.confidential:
            self.line("Confidential", "semantic.warn", "lock")
        if look.result:
            icon, ink = RESULTS.get(look.result.rpartition(": ")[2], RESULTS["warning"])
            self.line(look.result, ink, icon)
        if look.open is None and look.licence:
            self.line(words.licence(look.licence), "text.secondary", "licence")
        written = self.face.text[1].strip() if self.face.text is not None else ""
        if look.text and look.text != written and not {"preview", "said"} & set(self.made) and look.phase != "failed":
            self.line(look.text, "text.secondary")

    def line(self, text: str, colour: str, icon: str = "") -> None:
        rect = QRectF(self.pad + self.px(1), self.y + self.px(2), self.inner - self.px(2), self.px(16))
        self.lines.append(Line(rect, text, "caption", colour, icon))
        self.y = rect.bottom() + self.ink.gap
