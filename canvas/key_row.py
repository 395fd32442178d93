"""One provider on the page of keys: where its key was found, and giving, forgetting and trying one. Never the key."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ajar.errors import AjarError
from ajar.remote import Provider
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.fields.field import Line
from canvas.kit import words
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.pages.parts import Words
from workflows.greeting import greet
from workflows.studio import forget_key, keep_key, where_key

KEYRING = "the keyring"
NARROW = 440
"""In a row narrower than this, counted at texts of 100 %, the buttons stand below the name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key was found; never the key itself."""

    where: str = ""
    reason: str = ""
    """Why the keyring could not be asked."""
    known: bool = True
    """False while nobody has looked."""


class KeyLine(Line):
    """A line that shows dots. What was typed is gone as soon as it is saved, left or hidden."""

    given_up = Signal()

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, name, parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
                                 | Qt.InputMethodHint.ImhNoPredictiveText)
        self.setDragEnabled(False)

    def take(self) -> str:
        """What was typed; the line is empty afterwards, and has nothing to undo."""
        text = self.text()
        self.setText("")
        return text

    def hideEvent(self, event: QHideEvent) -> None:
        self.setText("")
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText("")
            self.given_up.emit()
            return
        super().keyPressEvent(event)


class KeyRow(QWidget):
    """A provider. All that asks the keyring or the network is done beside the Qt thread."""

    changed = Signal()
    """A key was given or taken away."""
    silent = Signal(str)
    """Why the keyring could not be asked; empty where it could."""

    def __init__(self, desk: Desk, provider: Provider, errands: Errands, also: str = "",
                 parent: QWidget | None = None) -> None:
        """``also`` names what else the same key opens."""
        super().__init__(parent)
        self._desk, self.provider, self._errands = desk, provider, errands
        self.where = Place(known=False)
        facts = provider.facts
        self._busy = False
        self.free = facts.local or facts.auth == "none"
        self.setAccessibleName(facts.title)
        self.title = Label(desk, facts.title, "body", "title", parent=self)
        self.place = Label(desk, "", "caption", colour="text.secondary", parent=self)
        self.said = Label(desk, "", "caption", colour="text.secondary", wrap=True, parent=self)
        self.also = Label(desk, also, "caption", colour="text.tertiary", wrap=True, parent=self)
        self.also.setVisible(bool(also))
        self.set = self._button("Set", self._set)
        self.forget = self._button("Forget", self._forget)
        self.test = self._button("Test", self._test)
        self.line = KeyLine(desk, f"Key for {facts.title}", self)
        self.line.setPlaceholderText("Paste the key; it goes into the system's keyring only")
        self.cancel = self._button("Cancel", self._end)
        self.line.textChanged.connect(lambda _: self._show())
        self.line.returnPressed.connect(self._keep)
        self.line.left.connect(self._maybe_end)
        self.line.given_up.connect(self._end)
        self.console = self._link("Console", facts.console)
        self.terms = self._link("Terms", facts.terms)
        self._lay_out()
        self.say("")
        self._end()

    def _button(self, text: str, do: Callable[[], object]) -> PriceButton:
        button = PriceButton(self._desk, text, manner="ghost", small=True, parent=self)
        button.setAccessibleName(f"{text}, {self.provider.facts.title}")
        button.clicked.connect(lambda _=False: do())
        return button

    def _link(self, name: str, address: str) -> Words:
        link = Words(self._desk, name, self)
        link.setAccessibleName(f"{name}, {self.provider.facts.title}")
        link.setToolTip(words.tip(address))
        link.setVisible(bool(address))
        link.clicked.connect(lambda _=False: self._open(address))
        return link

    def _lay_out(self) -> None:
        names, deeds = QHBoxLayout(), QHBoxLayout()
        for line in (names, deeds):
            line.setSpacing(8)
        names.addWidget(self.title)
        names.addWidget(self.place, 1)
        for widget in (self.console, self.terms, self.test, self.forget, self.set):
            deeds.addWidget(widget)
        deeds.addStretch(1)
        head = self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(4)
        head.addLayout(names, 1)
        head.addLayout(deeds)
        typed = QHBoxLayout()
        typed.setSpacing(6)
        typed.addWidget(self.line, 1)
        typed.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.also)
        column.addLayout(typed)
        column.addWidget(self.said)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(220)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._desk.theme.px(NARROW)
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def look(self) -> None:
        """Find out where the key is."""
        self._errands.run(lambda: Place(*where_key(self.provider)), self._found, self._failed)

    def begin(self) -> None:
        """Let a key be typed."""
        self.line.show()
        self.cancel.show()
        self.say("")
        self._show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self) -> None:
        if self.line.isHidden():
            self.begin()
        else:
            self._keep()

    def say(self, text: str, colour: str = "text.secondary") -> None:
        """The sentence below the row; never holds a key."""
        self.said.say(text, colour)
        self.said.setVisible(bool(text))

    def _end(self) -> None:
        self.line.setText("")
        self.line.hide()
        self.cancel.hide()
        self._show()

    def _maybe_end(self) -> None:
        """The keyboard went elsewhere: what was typed is not left lying about, except on the way to the buttons."""
        near = any(button.hasFocus() or button.underMouse() for button in (self.set, self.cancel))
        if not self.line.hasFocus() and not near and self.isActiveWindow():
            self._end()

    def _show(self) -> None:
        where, typing = self.where.where, not self.line.isHidden()
        if where:
            self.place.say(f"Key in {where}", "semantic.ok")
        elif self.free:
            self.place.say("Needs no key", "text.tertiary")
        else:
            self.place.say("No key" if self.where.known else "Looking", "text.tertiary")
        self.set.say("Keep" if typing else "Replace" if where == KEYRING else "Set")
        self.set.setEnabled(not typing or bool(self.line.text()))
        self.set.setVisible(not self.free)
        self.forget.setEnabled(where == KEYRING)
        self.forget.setVisible(not self.free)
        self.test.setEnabled(not self._busy and (bool(where) or self.free))

    def _found(self, place: object) -> None:
        if isinstance(place, Place):
            self.where = place
            self._show()
            self.silent.emit(place.reason)

    def _keep(self) -> None:
        text = self.line.take()
        self._end()
        if not text.strip():
            self.say("Nothing was typed.", "semantic.warn")
            return
        self.say("Putting it into the keyring, which may ask to be unlocked.")
        self._errands.run(lambda: keep_key(self.provider, text), lambda _: self._kept(), self._failed)

    def _kept(self) -> None:
        self.say("The key is in the keyring.", "semantic.ok")
        self._errands.run(lambda: Place(*where_key(self.provider)), self._after_keeping, self._failed)

    def _after_keeping(self, place: object) -> None:
        self._found(place)
        if isinstance(place, Place) and place.where not in ("", KEYRING):
            self.say(f"The key is in the keyring, but {place.where} is set too and goes before it.", "semantic.warn")
        self.changed.emit()

    def _forget(self) -> None:
        self._errands.run(lambda: forget_key(self.provider), self._forgotten, self._failed)

    def _forgotten(self, gone: object) -> None:
        self.say("The key is no longer in the keyring." if gone else "The keyring had no key.")
        self.look()
        self.changed.emit()

    def _test(self) -> None:
        open_transport = self._desk.studio.new_transport
        self.say(f"Asking {self.provider.facts.title}")
        self._busy = True
        self._show()
        self._errands.run(lambda: greet(self.provider, open_transport), self._greeted, self._failed)

    def _greeted(self, said: object) -> None:
        self._busy = False
        self._show()
        self.say(f"It works: {str(said).strip()}", "semantic.ok")

    def _failed(self, error: AjarError) -> None:
        self._busy = False
        self.say(f"{error.message} {error.hint}".strip(), "semantic.error")
        self._show()

    def _open(self, address: str) -> None:
        if not QDesktopServices.openUrl(QUrl(address)):
            self.say(f"The page can't be opened from here: {address}")
