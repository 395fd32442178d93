"""The chooser of models: what is on this machine first, then what could be, each with size, licence and door.

Of hosted models it shows what the provider offers, each with its price; other names may be typed in.
"""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ajar.contract import Socket
from ajar.hints import Model
from ajar.models import UNKNOWN, Licence, ModelEntry
from ajar.remote import Provider
from canvas.desk import Desk
from canvas.fields import hosted
from canvas.fields.field import MIXED, Field
from canvas.fields.picklist import Pick, PickList
from canvas.fields.shelf import ModelShelf
from canvas.kit import paint, words
from canvas.kit.label import Label


class DropButton(QAbstractButton):
    """A value that is chosen from a list below: title, a fact at the right, an arrow."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.fact = ""
        self.icon_name, self.ink = "", "text.secondary"
        self.there = True
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        desk.themed.connect(self.updateGeometry)

    def say(
        self, text: str, fact: str = "", icon: str = "", ink: str = "text.secondary", *, there: bool = True,
    ) -> None:
        self.setText(text)
        self.fact, self.icon_name, self.ink, self.there = fact, icon, ink, there
        self.setAccessibleDescription(words.facts(text, fact))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(140)), self._desk.theme.size("size.control"))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._desk.theme.px(64)), self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_F4):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        px = theme.px
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        edge = theme.colour("border.strong" if self.underMouse() and self.isEnabled() else "border.default")
        paint.box(painter, rect, radius, theme.colour("surface.well"), edge)
        middle = rect.center().y()
        paint.icon(painter, theme, "chevron-down", QPointF(rect.right() - px(20), middle - px(6.5)), 13,
                   "text.tertiary")
        room = rect.adjusted(px(8), 0, -px(26), 0)
        if self.icon_name:
            paint.icon(painter, theme, self.icon_name, QPointF(room.left(), middle - px(6.5)), 13, self.ink)
            room.setLeft(room.left() + px(19))
        text = self.text()
        if self.fact and room.width() > px(90):
            small = theme.font("caption")
            paint.write(painter, room, self.fact, small, theme.colour("text.tertiary"), Qt.AlignmentFlag.AlignRight)
            room.setRight(room.right() - paint.width_of(self.fact, small) - px(6))
        ink = theme.colour("text.primary" if self.there and self.isEnabled() else "text.tertiary")
        if paint.width_of(text, theme.font("body")) > room.width():
            text = words.brief(text)
        paint.write(painter, room, text, theme.font("body"), ink)
        if self.hasFocus():
            paint.ring(painter, theme, rect, radius)


class ModelField(Field):
    """The name of a model of one kind."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        hint = socket.hint(Model)
        self.kind = hint.kind if hint is not None else ""
        self.shelf = ModelShelf.of(desk)
        self.shelf.changed.connect(self.paint_value)
        self.button = DropButton(desk, socket.label, self)
        self.button.clicked.connect(self.open)
        self.list: PickList | None = None
        self.note = Label(desk, "", "caption", colour="text.tertiary", parent=self)
        self.note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(self.note)
        self.setFocusProxy(self.button)

    @property
    def entry(self) -> ModelEntry | None:
        """The model that is chosen, where it is known."""
        return self.shelf.find(self.kind, self.value) if isinstance(self.value, str) and self.value else None

    def paint_value(self) -> None:
        entry, host = self.entry, self.host
        if host is not None and self.value and not self.mixed:
            self._paint_hosted(host)
            return
        self.note.hide()
        if self.mixed or not self.value:
            self.button.say(MIXED if self.mixed else "None", there=False)
        elif entry is None:
            self.button.say(str(self.value), icon="warn" if self.shelf.read else "", ink="semantic.warn")
        else:
            gone = entry.path is None and self.shelf.read
            self.button.say(entry.title, "not here" if gone else size_of(entry), "save" if gone else "", there=True)
        self.button.setToolTip(words.tip(about(entry, self.shelf.licences)) if entry is not None else "")

    def _paint_hosted(self, host: Provider) -> None:
        offer = hosted.offer_of(host.facts, self.kind, str(self.value))
        gone = self.entry is None
        self.button.say(offer.title, icon="warn" if gone else "", ink="semantic.warn")
        self.note.say("No longer offered" if gone else hosted.note_of(host.facts, offer, named=False))
        self.note.show()
        self.grown()
        self.button.setToolTip(words.tip(hosted.about(host.facts, offer)))

    @property
    def host(self) -> Provider | None:
        """Who hosts the models of this field."""
        return self.shelf.provider(self.kind)

    def begin(self) -> None:
        self.open()

    def words(self) -> str:
        return self.button.text()

    def open(self) -> None:
        """Drop the list down."""
        if self.host is None:
            self.shelf.look()
        hint = "Model or licence" if self.host is None else "Model, or its name"
        self.list = PickList(self.desk, self.socket.label, self.rows(), str(self.value or ""), hint,
                             self, typed="" if self.host is None else "name")
        self.list.chosen.connect(self._took)
        self.list.closed.connect(self._closed)
        self.list.drop(self.button)

    def rows(self) -> list[Pick]:
        """All models of the kind as rows."""
        if (host := self.host) is not None:
            return hosted_rows(host, self.kind, self.value)
        rows = [pick(entry, self.shelf.licences, self.shelf.read) for entry in self.shelf.of_kind(self.kind)]
        if self.socket.optional or self.default == "":
            rows.insert(0, Pick("", "None"))
        if isinstance(self.value, str) and self.value and self.entry is None:
            rows.insert(0, Pick(self.value, self.value, "Named in the workflow, not found here.", icon="warn",
                                ink="semantic.warn", there=False))
        return rows

    def _closed(self) -> None:
        self.list = None
        self.button.setFocus(Qt.FocusReason.PopupFocusReason)

    def _took(self, key: str) -> None:
        if key != self.value or self.mixed:
            self.tell(key)
            self.paint_value()
        self.settled.emit()


def pick(entry: ModelEntry, licences: Mapping[str, Licence], read: bool = True) -> Pick:
    """A model as a row to choose."""
    here = entry.path is not None
    known = licences.get(entry.licence)
    licence = known.name if known is not None else "" if entry.licence == UNKNOWN else entry.licence
    note = words.facts(licence or "Licence not known", _sold(known))
    if not here and read:
        note = entry.where or "Not on this machine."
    door = "open-weights" if entry.open else "closed-weights"
    ink = "semantic.open" if entry.open else "semantic.closed"
    section = "On this computer" if here else "Could be added" if read else ""
    return Pick(entry.id, entry.title, note, size_of(entry), door, ink, here or not read, section,
                f"{entry.id} {entry.family} {licence}")


def hosted_rows(host: Provider, kind: str, value: object) -> list[Pick]:
    """What a provider offers, older models last; a name that was typed in stands first."""
    facts = host.facts
    offers = list(hosted.offered(facts, kind))
    if isinstance(value, str) and value and all(one.id != value for one in offers):
        offers.insert(0, hosted.offer_of(facts, kind, value))
    door, ink = ("model", "text.secondary") if facts.local else ("cloud", "semantic.closed")
    sections = {"legacy": f"Older models of {facts.title}", "typed": "Typed in", "retired": "No longer offered"}
    return [Pick(one.id, one.title, hosted.note_of(facts, one), "", door, ink, one.status != "retired",
                 sections.get(one.status, facts.title), f"{one.id} {one.note}") for one in offers]


def size_of(entry: ModelEntry) -> str:
    """``5.9 GB``; nothing where it is not known."""
    return words.size(entry.bytes) if entry.bytes else ""


def about(entry: ModelEntry, licences: Mapping[str, Licence]) -> str:
    """What a tip says of a model."""
    known = licences.get(entry.licence)
    lines = [words.facts(entry.title, size_of(entry)), "Open weights" if entry.open else "Closed model"]
    if known is not None:
        lines.append(words.sold(known.commercial, known.name))
    if entry.path is None and entry.where:
        lines.append(entry.where)
    return "\n".join(lines)


def _sold(licence: Licence | None) -> str:
    if licence is None:
        return ""
    return {"yes": "may be sold", "no": "may not be sold", "conditional": "may be sold on conditions"}.get(
        licence.commercial, "whether it may be sold is not known")
