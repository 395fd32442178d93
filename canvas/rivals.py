"""Chooses a model: which could make it, what each costs, and what differs, before anything is done."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.over import Over
from canvas.kit.search import SearchField
from canvas.kit.segmented import Segmented
from canvas.rival_rows import RivalRow, RivalRows, cost_of, fitting, why_not
from workflows.finals import Rival

SIZE = (760, 470)
LIST = 400
SAME = "Everything carries over."
ROLES = {"first_frame": "First frame", "last_frame": "Last frame", "clip": "Clip", "reference": "Reference",
         "image": "Picture", "prompt": "Words only"}


class Said(QWidget):
    """One line of what differs, with its glyph."""

    def __init__(self, desk: Desk, icon: str, colour: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._icon, self._colour = desk, icon, colour
        self.label = Label(desk, text, colour="text.secondary", wrap=True, parent=self)
        line = QHBoxLayout(self)
        line.setContentsMargins(round(desk.theme.px(22)), 0, 0, 0)
        line.addWidget(self.label)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        paint.icon(QPainter(self), theme, self._icon, QPointF(0, theme.px(1)), 14, self._colour)


class RivalPicker(Over):
    """Typing filters, the arrows choose, Enter takes what is free; Esc leaves no trace."""

    taken = Signal(object, object)
    """(rival, role of a take or "")."""
    considered = Signal(object, object)
    """(rival, role): its exact price and losses are asked for; ``tell`` answers."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk, window)
        self._window = window
        self._all: Sequence[Rival] = ()
        self._roles: Callable[[Rival], Sequence[str]] | None = None
        self._verb: Callable[[Rival], tuple[str, bool]] = lambda rival: ("Choose", False)
        self._before: QWidget | None = None
        self._preferred = ""
        """The role that a person chose; else each model's first is taken."""
        self.title = Label(desk, "", "body", "title", parent=self)
        self.line = SearchField(desk, "Model or provider", parent=self)
        self.rows = RivalRows(self)
        self.list = QListView(self)
        self.role = Segmented(desk, [("prompt", ROLES["prompt"])], "What of the take it is given", parent=self)
        self.cancel = PriceButton(desk, "Cancel", manner="ghost", parent=self)
        self.take = PriceButton(desk, "Choose", manner="primary", parent=self)
        self.name = Label(desk, "", "body", "title", wrap=True, parent=self)
        self.about = Label(desk, "", "caption", colour="text.tertiary", wrap=True, parent=self)
        self._said: list[Said] = []
        self._lay_out()
        self._listen()
        self.hide()

    def _lay_out(self) -> None:
        self.list.setModel(self.rows)
        self.list.setItemDelegate(RivalRow(self.desk, self.list))
        self.list.setAccessibleName("Models")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setStyleSheet("background: transparent")
        side = QVBoxLayout()
        for widget in (self.name, self.about):
            side.addWidget(widget)
        self._lines = QVBoxLayout()
        side.addLayout(self._lines)
        side.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self.list, 0)
        both.addLayout(side, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.role)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.line)
        column.addLayout(both, 1)
        column.addLayout(foot)

    def _listen(self) -> None:
        self.line.textChanged.connect(lambda _: self._fill())
        self.line.stepped.connect(self._step)
        self.line.left.connect(self.dismiss)
        self.line.installEventFilter(self)
        self.list.selectionModel().currentChanged.connect(lambda now, before: self._show())
        self.list.doubleClicked.connect(lambda _: None if self.take.costs else self._take())
        self.role.chosen.connect(self._prefer)
        self.cancel.clicked.connect(self.dismiss)
        self.take.clicked.connect(self._take)

    @property
    def current(self) -> Rival | None:
        return self.rows.at(self.list.currentIndex())

    def open(self, title: str, rivals: Sequence[Rival], verb: Callable[[Rival], tuple[str, bool]],
             roles: Callable[[Rival], Sequence[str]] | None = None) -> None:
        """Offer these. ``verb`` says what the button does with one, and whether it costs at once.

        ``roles``: what of a take each takes, where a take is promoted.
        """
        self._all, self._verb, self._roles, self._preferred = rivals, verb, roles, ""
        self._before = self._window.focusWidget()
        self.title.say(title)
        self.setAccessibleName(title)
        self.line.clear()
        self._fill()
        px = self.desk.theme.px
        size = QSize(round(px(SIZE[0])), round(px(SIZE[1]))).boundedTo(self._window.size() - QSize(24, 60))
        self.list.setFixedWidth(min(round(px(LIST)), size.width() - round(px(220))))
        left = (self._window.width() - size.width()) // 2
        self.setGeometry(QRect(left, min(80, max(0, self._window.height() - size.height())), size.width(),
                               size.height()))
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def tell(self, rival: Rival, losses: Sequence[str], cost: str, refused: str = "") -> None:
        """The exact price and losses of what is considered, once they are known."""
        if self.current is rival:
            self._say(rival, losses, cost, refused)

    def dismiss(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if not pressed or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
            return super().eventFilter(watched, event)
        if not self.take.costs:  # what is charged wants a click or Space, so that nobody pays by a slip
            self._take()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        found = fitting(self._all, self.line.text())
        self.rows.put(found)
        if found:
            self._choose(0)
        else:
            self._show()

    def _choose(self, row: int) -> None:
        index = self.rows.index(row)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(index)

    def _step(self, by: int) -> None:
        if self.rows.rivals:
            self._choose(min(max(self.list.currentIndex().row() + by, 0), len(self.rows.rivals) - 1))

    def _show(self) -> None:
        rival = self.current
        self.take.setEnabled(rival is not None)
        if rival is None:
            self.name.say("No model has such a name." if self._all else "No other model makes this.")
            self.about.say("")
            self._put(())
            self.role.hide()
            return
        self._offer_roles(rival)
        self._say(rival, rival.twin.losses, cost_of(rival), why_not(rival) if self._roles is None else "")
        if self._roles is not None:
            self.take.setEnabled(False)
            self.considered.emit(rival, self.role.key)

    def _prefer(self, role: str) -> None:
        self._preferred = role
        self._show()

    def _offer_roles(self, rival: Rival) -> None:
        if self._roles is None:
            self.role.hide()
            return
        keys = (*self._roles(rival), "prompt")
        now = self._preferred if self._preferred in keys else keys[0]
        if [one.key for one in self.role.segments] != list(keys):
            self.role.put([(key, ROLES[key]) for key in keys], now)
        self.role.choose(now)
        self.role.show()

    def _say(self, rival: Rival, losses: Sequence[str], cost: str, refused: str) -> None:
        self.name.say(rival.target.title)
        checked = rival.quote.checked if rival.quote is not None else ""
        self.about.say(words.facts(rival.provider or "on this machine", rival.target.model,
                                   f"prices of {words.day(checked)}" if checked else ""))
        lines = [("error", "semantic.error", refused)] if refused else []
        lines += [("warn", "semantic.warn", loss) for loss in losses]
        self._put(lines or [("pick", "semantic.ok", SAME)])
        verb, costs = self._verb(rival)
        self.take.say(verb)
        self.take.set_price(cost if costs else "", costs=costs and cost != words.FREE)
        self.take.setEnabled(not refused)

    def _put(self, lines: Sequence[tuple[str, str, str]]) -> None:
        for one in self._said:
            self._lines.removeWidget(one)
            one.hide()
            one.deleteLater()
        self._said = [Said(self.desk, *line, self) for line in lines]
        for one in self._said:
            self._lines.addWidget(one)
            one.show()

    @property
    def said(self) -> tuple[str, ...]:
        """What is told of the current model, line by line."""
        return tuple(one.label.full for one in self._said)

    def _take(self) -> None:
        rival = self.current
        if rival is None or not self.take.isEnabled():
            return
        role = self.role.key if self._roles is not None else ""
        self.dismiss()
        self.taken.emit(rival, role)
