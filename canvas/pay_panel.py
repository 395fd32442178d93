"""Asks before money is spent, above the boards and not in the way: by provider, with its age and what is sent where."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from canvas import prices
from canvas.agreeing import Wish
from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.prices import Part
from workflows.licences import ADVICE

LEAVES = "What these nodes order leaves this computer."
STAYS = "That is where stand-ins play, on this computer: nothing leaves it."

class PayPanel(QWidget):
    """One wish. Enter never pays: it presses "Not now", which has the keyboard; the gold button does not hear it."""

    paid = Signal()
    refused = Signal()
    key_wanted = Signal(str)
    """A provider whose key is missing."""

    def __init__(self, desk: Desk, wish: Wish, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.wish = wish
        self.title = Label(desk, title_of(wish), "body", "title", wrap=True)
        self.lines = [Label(desk, line, colour="text.secondary", wrap=True) for line in lines_of(wish)]
        self.pay = PriceButton(desk, *verb_of(wish), icon="money" if prices.costs(wish.bill) else "run",
                               costs=prices.costs(wish.bill), small=True)
        self.later = PriceButton(desk, "Not now", manner="ghost", small=True)
        self.keys = [PriceButton(desk, f"Give the key for {part.title}", icon="key", manner="ghost", small=True)
                     for part in wish.keyless]
        self.pay.setEnabled(not wish.refused)
        self.pay.clicked.connect(self.paid)
        self.later.clicked.connect(self.refused)
        for part, button in zip(wish.keyless, self.keys, strict=True):
            button.clicked.connect(lambda _=False, name=part.name: self.key_wanted.emit(name))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        for label in (self.title, *self.lines):
            self._column.addWidget(label)
        row = QHBoxLayout()
        for button in (self.later, *self.keys, self.pay):
            row.addWidget(button)
        row.addStretch(1)
        self._column.addLayout(row)
        self.setAccessibleName(". ".join((title_of(wish), *lines_of(wish))))
        desk.themed.connect(self._wear)
        self._wear()

    def ask(self) -> None:
        """Take the keyboard: Enter and Esc both mean not now."""
        self.later.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.refused.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        edge = theme.colour("semantic.money") if theme.contrast else None
        paint.box(painter, QRectF(self.rect()), theme.size("radius.node"), paint.tint(theme, "price"), edge)
        paint.icon(painter, theme, "money", QPointF(theme.px(10), theme.px(10)), 16, "semantic.money")

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(34)), round(px(8)), round(px(10)), round(px(10)))
        self._column.setSpacing(round(px(4)))
        self.update()


def title_of(wish: Wish) -> str:
    """``Harbour at dusk would cost $0.42``."""
    if wish.keyless and not prices.costs(wish.bill):
        names = " and ".join(part.title for part in wish.keyless)
        return f"{wish.what} needs a key for {names}."
    price = prices.cost(wish.bill) if wish.bill.high is not None else "money, and how much is not known"
    play = " of play money: a stand-in plays the provider" if _is_play(wish.parts) else ""
    return f"{wish.what} would cost {price}{play}."


def lines_of(wish: Wish) -> list[str]:
    """What is ordered where, and why it is asked."""
    found = [_said(part) for part in wish.parts]
    if wish.hosts:
        found.append(f"{prices.hosts_said(wish.hosts)}. {STAYS if _is_play(wish.parts) else LEAVES}")
    if wish.terms:
        found.append(f"{wish.terms}. {ADVICE}")
    rest = ["Raise the cap in settings.toml or ajar.toml, or wait until it is free again."] if wish.refused else []
    return [*found, *wish.reasons, *rest]


def verb_of(wish: Wish) -> tuple[str, str]:
    """What the button says, and its price."""
    if wish.keyless:
        return "Run the rest", prices.cost(wish.bill)
    if wish.beyond:
        return "Go beyond the cap and pay", prices.cost(wish.bill)
    return ("Pay", prices.cost(wish.bill)) if wish.bill.high is not None else ("Pay whatever it costs", "")


def _said(part: Part) -> str:
    if part.keyless:
        return f"{part.title}: there is no key. {part.keyless}"
    sent = words.facts(*part.leaves) if part.leaves else ""
    return f"{prices.said(part)}; it gets {sent}." if sent else f"{prices.said(part)}."


def _is_play(parts: tuple[Part, ...]) -> bool:
    return bool(parts) and all(part.played for part in parts)
