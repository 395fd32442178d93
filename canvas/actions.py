"""Everything a person can do, as rows of data. Menus, shortcuts and the command palette are the same list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from canvas.theme import Theme

Preset = Literal["Default", "Nuke-like", "Blender-like", "Comfy-like"]
PRESETS: tuple[Preset, ...] = ("Default", "Nuke-like", "Blender-like", "Comfy-like")
MENUS = ("File", "Edit", "Graph", "Run", "View", "Help")


def always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``board``: its keys only count while the board has the keyboard."""

    id: str
    title: str
    group: str
    """The menu it stands in; one of MENUS."""
    run: Callable[[], object]
    icon: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By preset; a preset without an entry has the keys of Default."""
    enabled: Callable[[], bool] = always
    checked: Callable[[], bool] | None = None
    board: bool = False
    section: str = ""
    """Rows of a menu with the same section stand between two lines."""
    listed: bool = True
    """False: only in the palette and the table of shortcuts."""


class Keyed(Protocol):
    """An action of the window, or a verb of the board."""

    @property
    def id(self) -> str: ...
    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]: ...


def keys_of(one: Keyed, preset: str, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Its keys: the person's own, else the preset's, else the default ones."""
    if one.id in own:
        return own[one.id]
    return one.keys.get(preset, one.keys.get("Default", ()))


def clashes(actions: Iterable[Action], preset: str, own: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Keys that several actions claim, and the titles of these."""
    claimed: dict[str, list[str]] = {}
    for action in actions:
        for key in keys_of(action, preset, own):
            claimed.setdefault(QKeySequence(key).toString(), []).append(action.title)
    return {key: titles for key, titles in claimed.items() if len(titles) > 1}


class Actions(QObject):
    """The actions of a window as QActions, with the keys the person has chosen."""

    changed = Signal()

    def __init__(self, window: QWidget, board: QWidget, theme: Theme, rows: Iterable[Action]) -> None:
        super().__init__(window)
        self.rows = {row.id: row for row in rows}
        self.made: dict[str, QAction] = {}
        self.preset = "Default"
        self.own: dict[str, tuple[str, ...]] = {}
        for row in self.rows.values():
            action = QAction(row.title, self)
            action.setObjectName(row.id)
            action.setCheckable(row.checked is not None)
            action.triggered.connect(lambda _=False, row=row: self.do(row.id))
            if row.board:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            (board if row.board else window).addAction(action)
            self.made[row.id] = action
        self.wear(theme)
        self.bind("Default", {})

    def do(self, id_: str) -> None:
        """Do it, if it can be done just now."""
        row = self.rows[id_]
        if row.enabled():
            row.run()
        self.refresh()

    def bind(self, preset: str, own: Mapping[str, tuple[str, ...]]) -> None:
        """Use the keys of this preset, and the person's own ones before them."""
        self.preset, self.own = preset, dict(own)
        for id_, row in self.rows.items():
            sequences = [QKeySequence(key) for key in keys_of(row, preset, own)]
            self.made[id_].setShortcuts(sequences)
        self.changed.emit()

    def keys(self, id_: str) -> str:
        """The first key of an action, as the system writes it; "" where it has none."""
        return self.made[id_].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def refresh(self) -> None:
        """Set the marks."""
        for id_, row in self.rows.items():
            if row.checked is not None:
                self.made[id_].setChecked(row.checked())

    def grey(self, menu: QMenu) -> None:
        """While this menu is open, what can't be done is grey in it.

        At all other times every action is enabled: Qt passes over the keys of one that is not, and what could not be
        done a moment ago may be possible now. ``do`` asks anew.
        """
        menu.aboutToShow.connect(self._grey)
        menu.aboutToHide.connect(self._wake)

    def _grey(self) -> None:
        self.refresh()
        for id_, row in self.rows.items():
            self.made[id_].setEnabled(row.enabled())

    def _wake(self) -> None:
        for action in self.made.values():
            action.setEnabled(True)

    def wear(self, theme: Theme) -> None:
        for id_, row in self.rows.items():
            if row.icon:
                self.made[id_].setIcon(theme.qicon(row.icon, 16))
