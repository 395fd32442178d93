"""Preferences: look, shortcuts, keys of providers, and where data lies. Not modal: each change counts at once."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from canvas.data_page import DataPage
from canvas.desk import Desk
from canvas.keys_page import KeysPage
from canvas.kit.buttons import PriceButton
from canvas.kit.head import PanelHead
from canvas.kit.label import Label
from canvas.kit.segmented import Segment, Segmented
from canvas.kit.slide import Scale
from canvas.kit.slider import SliderField
from canvas.shortcut_table import Shortcut, ShortcutTable
from canvas.taste import Taste

PAGES = (("look", "Look"), ("keys", "Shortcuts"), ("accounts", "API keys"), ("data", "Data"))
PRESETS = (
    Segment("Default", "Default"), Segment("Nuke-like", "Nuke"), Segment("Blender-like", "Blender"),
    Segment("Comfy-like", "Comfy"),
)


class Preferences(QDialog):
    """What a person can choose about the window. ``changed`` gives the new taste after each change."""

    changed = Signal(Taste)
    rebound = Signal(str, tuple)
    """(action, keys) where a person gave an action other keys; ``changed`` is told as well."""

    def __init__(self, desk: Desk, taste: Taste, shortcuts: Callable[[Taste], Sequence[Shortcut]],
                 parent: QWidget | None = None, page: str = "look") -> None:
        """``shortcuts`` gives all actions with the keys that they have under a taste."""
        super().__init__(parent)
        self._desk = desk
        self.taste = taste
        self._shortcuts = shortcuts
        self.setWindowTitle("Preferences")
        self.setAccessibleName("Preferences")
        self.setModal(False)
        self.head = PanelHead(desk, PAGES)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._look_page())
        self.pages.addWidget(self._keys_page())
        self.accounts = KeysPage(desk)
        self.pages.addWidget(scrolled(self.accounts))
        self.data = DataPage(desk)
        self.pages.addWidget(scrolled(self.data))
        close = PriceButton(desk, "Close")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 14)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        self.head.chosen.connect(self.turn)
        self.turn(page)
        self.show_taste(taste)

    def turn(self, page: str) -> None:
        """Show a page: ``look``, ``keys``, ``accounts`` or ``data``."""
        keys = [key for key, _ in PAGES]
        if page in keys:
            self.head.choose(page)
            self.pages.setCurrentIndex(keys.index(page))
            if page == "accounts":
                self.accounts.look()
            if page == "data":
                self.data.look()

    def show_taste(self, taste: Taste) -> None:
        """Show what is chosen, after it was changed elsewhere."""
        self.taste = taste
        self.theme.choose(taste.theme)
        self.contrast.choose("high" if taste.contrast else "usual")
        self.text.show_value(taste.text * 100)
        self.scale.show_value(taste.scale * 100)
        self.motion.choose("full" if taste.motion else "less")
        self.preset.choose(taste.preset)
        self.table.put(self._shortcuts(taste))

    def sizeHint(self) -> QSize:
        px = self._desk.theme.px
        return QSize(round(px(640)), round(px(560)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # Enter belongs to the field that has it, it does not close the window
        else:
            super().keyPressEvent(event)

    def _look_page(self) -> QWidget:
        desk = self._desk
        self.theme = Segmented(desk, [("system", "As the system"), ("dark", "Dark"), ("light", "Light")], "Theme")
        self.contrast = Segmented(desk, [("usual", "Usual"), ("high", "High")], "Contrast")
        self.text = SliderField(desk, Scale(100, 200, 5, unit="%"), 100, "Text size")
        self.scale = SliderField(desk, Scale(75, 200, 5, unit="%"), 100, "Interface scale", note="from the next start")
        self.motion = Segmented(desk, [("full", "Moves"), ("less", "Stands still")], "Motion")
        for slider, value in ((self.text, 100.0), (self.scale, 100.0)):
            slider.reset_wanted.connect(lambda slider=slider, value=value: self._reset(slider, value))
        self.theme.chosen.connect(lambda key: self._take(theme=key))
        self.contrast.chosen.connect(lambda key: self._take(contrast=key == "high"))
        self.motion.chosen.connect(lambda key: self._take(motion=key == "full"))
        # At the end of a drag and not along with it: the field under the mouse would grow away from it.
        self.text.settled.connect(lambda: self._take(text=self.text.value / 100))
        self.scale.settled.connect(lambda: self._take(scale=self.scale.value / 100))
        rows = (
            ("Theme", self.theme, ""),
            ("Contrast", self.contrast, "High: black or white ground, and edges in the colour of text."),
            ("Text size", self.text, "Rows and buttons grow with it, pictures do not."),
            ("Interface scale", self.scale, "Everything larger or smaller."),
            ("Motion", self.motion, "Stands still: no moving dashes, and views jump."),
        )
        return _page(desk, rows)

    def _keys_page(self) -> QWidget:
        desk = self._desk
        self.preset = Segmented(desk, PRESETS, "Preset of keys")
        self.table = ShortcutTable(desk)
        self.preset.chosen.connect(lambda key: self._take(preset=key))
        self.table.rebound.connect(self._rebind)
        self.table.reset.connect(lambda id_: self._keep(self.taste.bound(id_, None)))
        self.table.reset_all.connect(lambda: self._take(keys={}))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 14, 16, 0)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.addWidget(Label(desk, "Keys as in", colour="text.secondary"))
        row.addWidget(self.preset)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        return page

    def _rebind(self, id_: str, keys: tuple[str, ...]) -> None:
        self._keep(self.taste.bound(id_, keys))
        self.rebound.emit(id_, keys)

    def _reset(self, slider: SliderField, value: float) -> None:
        slider.show_value(value)
        slider.settled.emit()

    def _take(self, **changes: object) -> None:
        self._keep(self.taste.with_(**changes))

    def _keep(self, taste: Taste) -> None:
        if taste != self.taste:
            self.show_taste(taste)
            self.changed.emit(taste)


def _page(desk: Desk, rows: Sequence[tuple[str, QWidget, str]]) -> QWidget:
    """Names at the left, fields at the right, and what they do below them."""
    page = QWidget()
    page.setObjectName("page")
    form = QFormLayout(page)
    form.setContentsMargins(16, 16, 16, 8)
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(14)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for title, field, hint in rows:
        name = Label(desk, title, colour="text.secondary")
        name.setBuddy(field)
        name.setMinimumHeight(field.sizeHint().height())
        form.addRow(name, _with_hint(desk, field, hint))
    return scrolled(page)


def scrolled(page: QWidget) -> QScrollArea:
    """A page that scrolls where large text leaves too little room for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area


def _with_hint(desk: Desk, field: QWidget, hint: str) -> QLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(field)
    if hint:
        column.addWidget(Label(desk, hint, "caption", colour="text.tertiary", wrap=True))
        field.setToolTip(hint)
    return column
