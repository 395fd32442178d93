"""The settings of any hosted model: JSON text, or the form that its provider publishes, which reads and writes it."""

import json
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ajar import published
from ajar.contract import Socket
from ajar.errors import AjarError, UserError
from ajar.hints import Published
from ajar.remote import Provider
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.fields.field import MIXED, Facts, Field, Text
from canvas.fields.published_rows import PublishedRow, shown
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from workflows.publishing import load_inputs

LINES = 3


class PublishedField(Field):
    """A line for each input that is known; what is not known stays as JSON text below."""

    tall = True
    loaded = Signal()

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        hint = socket.hint(Published)
        self.host: Provider | None = desk.studio.packs.providers.get(hint.provider if hint is not None else "")
        self.fields: tuple[published.Field, ...] = ()
        self.rows: dict[str, PublishedRow] = {}
        self._model = ""
        self._tall = True
        self._pending = ""
        """What was typed as JSON and is none yet."""
        self._errands = Errands(desk, self)
        self.button = PriceButton(desk, "Load this model's form", icon="cloud", manner="ghost", small=True, parent=self)
        self.button.clicked.connect(self.load)
        self.note = Label(desk, "", "caption", colour="text.tertiary", wrap=True, parent=self)
        self.form = QWidget(self)
        self._lines = QVBoxLayout(self.form)
        self._lines.setContentsMargins(0, 4, 0, 4)
        self._lines.setSpacing(3)
        self.wired = Label(desk, "", "caption", colour="text.tertiary", wrap=True, parent=self)
        self.rest = Label(desk, "Further settings, as JSON", "caption", colour="text.secondary", parent=self)
        self.text = Text(desk, f"{socket.label}, as JSON", self)
        self.text.textChanged.connect(self._typed)
        self.text.settled.connect(self.settled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (self.form, self.wired, self.rest, self.text, self.button, self.note):
            column.addWidget(widget)
        self.setFocusProxy(self.text)
        desk.themed.connect(self._wear)
        self._wear()

    @property
    def model(self) -> str:
        """The id of the model that the node names; "" where it is not known, as it is wired."""
        return self.facts.offer.id.strip().strip("/") if self.facts.offer is not None else ""

    def know(self, facts: Facts) -> None:
        super().know(facts)
        if self.model != self._model:
            self._look()
            self.paint_value()

    def paint_value(self) -> None:
        settings = self._settings()
        plain = settings is not None and not self.mixed
        self._build(shown(self.fields, settings or {}) if plain else ())
        for row in self.rows.values():
            row.put(settings or {})
        self._paint_text(settings)
        self._paint_button()

    def words(self) -> str:
        return MIXED if self.mixed else str(self.value or "")

    def load(self) -> None:
        """Ask the provider for the inputs of the model, beside the Qt thread; they are kept for good."""
        host, model = self.host, self.model
        if host is None or not model or self.facts.barred:
            return
        open_transport = self.desk.studio.new_transport
        self.refused.emit("", "")
        self._errands.run(lambda: load_inputs(host, model, open_transport), lambda fields: self._loaded(model),
                          self._failed)
        self._paint_button()

    # What is shown.

    def _look(self) -> None:
        """Read what is kept of the model's inputs."""
        self._model, self._pending = self.model, ""
        kept = published.kept(self.host.name, self.model) if self.host is not None and self.model else None
        self.fields = published.read(kept or {})
        self._build(())

    def _build(self, wanted: tuple[published.Field, ...]) -> None:
        """The lines that are needed, made anew only where they are others."""
        from canvas.fields.make import field_for  # that module knows this one

        if tuple(row.about for row in self.rows.values()) == wanted:
            return
        for row in self.rows.values():
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {one.name: PublishedRow(self.desk, one, field_for, self.form) for one in wanted}
        for row in self.rows.values():
            row.edited.connect(self._put)
            row.dropped.connect(self._drop)
            row.settled.connect(self.settled)
            self._lines.addWidget(row)
            row.show()
        self.form.setVisible(bool(self.rows))

    def _paint_text(self, settings: dict[str, Any] | None) -> None:
        unknown = {name: value for name, value in (settings or {}).items() if name not in self.rows}
        whole = settings is None or not self.fields or self.mixed
        text = str(self.value or "") if whole else json.dumps(unknown, ensure_ascii=False) if unknown else ""
        self.rest.say("Further settings, as JSON" if not whole else "As JSON")
        self._tall = whole or bool(unknown)
        self._wear()
        self.text.setPlaceholderText(MIXED if self.mixed else '{"name": value}')
        if not self._pending and not (self.text.hasFocus() and _same(self.text.toPlainText(), text)):
            self.text.put("" if self.mixed else text)
        media = [one.name for one in self.fields if one.medium and one.name not in self.rows]
        self.wired.say(f"Wired, not typed: {', '.join(media)}" if media else "")
        self.wired.setVisible(bool(media))

    def _paint_button(self) -> None:
        title = self.host.facts.title if self.host is not None else ""
        busy = not self._errands.idle
        self.button.say("Load the form again" if self.fields else "Load this model's form")
        self.button.setEnabled(bool(self.model) and not self.facts.barred and not busy)
        if self.facts.barred:
            note = self.facts.barred
        elif busy:
            note = f"Asking {title}…"
        elif not self.model:
            note = "The model is not known before it runs."
        else:
            note = f"Asks {title} once which inputs {self.model} has. It is free, and sends nothing of yours."
        self.note.say(note)

    def _wear(self) -> None:
        self.text.setFixedHeight(round(self.desk.theme.px(18 * (LINES if self._tall else 1) + 14)))

    # What is told.

    def _settings(self) -> dict[str, Any] | None:
        """What is set; None where the text is no JSON object."""
        try:
            return published.settings_of(self.value if isinstance(self.value, str) else "")
        except UserError:
            return None

    def complaint(self) -> tuple[str, str]:
        try:
            settings = published.settings_of(self.value if isinstance(self.value, str) else "")
        except UserError as error:
            return error.message, error.hint
        known = {one.name for one in self.fields}
        strange = [name for name in settings if known and name not in known]
        if strange:
            return f'{self.model} has no setting "{strange[0]}".', "Take it out, or load the form again."
        return "", ""

    def _put(self, name: str, value: Any) -> None:
        self._write({**(self._settings() or {}), name: value})

    def _drop(self, name: str) -> None:
        settings = self._settings() or {}
        self.settled.emit()  # a step of its own, whatever was dragged before
        self._write({key: value for key, value in settings.items() if key != name})
        self.settled.emit()

    def _write(self, settings: dict[str, Any]) -> None:
        self.tell(json.dumps(settings, ensure_ascii=False))
        for row in self.rows.values():
            row.put(settings)

    def _typed(self) -> None:
        text, settings = self.text.toPlainText(), self._settings()
        if settings is None or not self.fields:
            self.tell(text)  # as it is typed: what is wrong with it stands below
            return
        try:
            typed = published.settings_of(text)
        except UserError as error:
            self._pending = text
            self.refused.emit(error.message, error.hint)
            return
        self._pending = ""
        self.refused.emit("", "")
        known = {name: value for name, value in settings.items() if name in self.rows}
        self.tell(json.dumps({**known, **typed}, ensure_ascii=False))

    def _loaded(self, model: str) -> None:
        if model == self.model:
            self._look()
        self.paint_value()
        self.refused.emit("", "")  # what is known now may have something to say
        self.loaded.emit()

    def _failed(self, error: AjarError) -> None:
        self._paint_button()
        self.refused.emit(error.message, error.hint)


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same JSON, so that a caret need not be moved."""
    try:
        return bool(published.settings_of(one) == published.settings_of(other))
    except UserError:
        return one == other
