"""The name of a model of a service that lists its models live: typed, or chosen from what the service says just now."""

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ajar.contract import Socket
from ajar.errors import AjarError
from ajar.remote import Provider
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.fields.field import MIXED, Facts, Field, Line
from canvas.fields.picklist import Pick, PickList
from canvas.kit.buttons import ToolButton
from workflows.greeting import list_models


class ListedField(Field):
    """A line, and a button that asks the service for its list. Nothing is asked before it is pressed."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        self.line = Line(desk, socket.label, parent=self)
        self.line.textEdited.connect(self._typed)
        self.line.settled.connect(self.settled)
        self.button = ToolButton(desk, "search", "List the models", side=26, icon_size=14, parent=self)
        self.button.clicked.connect(self.ask)
        self.list: PickList | None = None
        self._errands = Errands(desk, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)

    @property
    def host(self) -> Provider | None:
        """Whose models they are, by what is chosen beside this."""
        return self.desk.studio.packs.providers.get(self.facts.provider)

    def know(self, facts: Facts) -> None:
        if facts.provider != self.facts.provider:
            self.refused.emit("", "")
        super().know(facts)

    def paint_value(self) -> None:
        self.line.setPlaceholderText(MIXED if self.mixed else "its name")
        self.line.put("" if self.mixed else self.words())
        host = self.host
        asks = f"Ask {host.facts.title} which models it has, free" if host is not None else "No service is chosen"
        self.button.name_it(self.facts.barred or asks)
        self.button.setEnabled(host is not None and not self.facts.barred and self._errands.idle)

    def begin(self) -> None:
        self.line.setFocus()
        self.line.selectAll()

    def words(self) -> str:
        return "" if self.value is None else str(self.value)

    def ask(self) -> None:
        """Ask the service, beside the Qt thread; its list drops down when it is there."""
        host = self.host
        if host is None or self.facts.barred:
            return
        open_transport = self.desk.studio.new_transport
        self.refused.emit("", "")
        self._errands.run(lambda: list_models(host, open_transport), lambda names: self._drop(host, names),
                          lambda error: self._fail(host, error))
        self.button.setEnabled(False)

    def _drop(self, host: Provider, names: Any) -> None:
        self.paint_value()
        if host is not self.host or not self.isVisible():
            return
        rows = [Pick(name, name, section=f"{host.facts.title} lists") for name in names]
        self.list = PickList(self.desk, self.socket.label, rows, self.words(), "Search, or type a name", self,
                             typed="name")
        self.list.chosen.connect(self._took)
        self.list.closed.connect(self._closed)
        self.list.drop(self)

    def _fail(self, host: Provider, error: AjarError) -> None:
        self.paint_value()
        if host is self.host:
            self.refused.emit(error.message, error.hint)

    def _closed(self) -> None:
        self.list = None

    def _took(self, key: str) -> None:
        if key != self.value or self.mixed:
            self.tell(key)
            self.paint_value()
        self.settled.emit()

    def _typed(self, text: str) -> None:
        self.refused.emit("", "")
        self.tell(text)
