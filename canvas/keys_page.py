"""The keys of all providers: where each was found, and giving, forgetting and trying one."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ajar.remote import Provider
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.key_row import KeyRow
from canvas.kit.label import Label

GROUPS = ("Films, pictures and sound", "Any model", "Language models", "On this computer")
ABOUT = ("Keys are kept by the system's keyring, never in a file of Ajar's. A key in the environment goes before it. "
         "Work is paid by your own account with each provider.")


def group_of(provider: Provider) -> str:
    """Under which heading a provider stands."""
    facts = provider.facts
    if facts.local:
        return GROUPS[3]
    if provider.schema is not None:
        return GROUPS[1]
    return GROUPS[0] if facts.offers else GROUPS[2]


def grouped(providers: Mapping[str, Provider]) -> dict[str, list[tuple[Provider, str]]]:
    """The providers by heading, each with what else its key opens; those that share a key stand with its owner."""
    found: dict[str, list[tuple[Provider, str]]] = {name: [] for name in GROUPS}
    for provider in sorted(providers.values(), key=lambda one: one.facts.title.lower()):
        if provider.facts.shares:
            continue
        sharing = any(one.facts.shares == provider.name for one in providers.values())
        also = "The same key is used for its language models." if sharing else ""
        found[group_of(provider)].append((provider, also))
    return {name: rows for name, rows in found.items() if rows}


class KeysPage(QWidget):
    """A row for each provider. Nothing is looked for before the page is shown."""

    changed = Signal()
    """A key was given or taken away."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errands = Errands(desk, self, threads=2)
        self.rows: dict[str, KeyRow] = {}
        """The providers that need a key, by name."""
        self.servers: dict[str, KeyRow] = {}
        """Those that run on this computer, or need none."""
        self._column = QVBoxLayout(self)
        self._column.setSpacing(2)
        self._column.addWidget(Label(desk, ABOUT, "caption", colour="text.tertiary", wrap=True))
        self.silence = Label(desk, "", colour="semantic.warn", wrap=True)
        self.silence.hide()
        self._column.addWidget(self.silence)
        for heading, providers in grouped(desk.studio.packs.providers).items():
            self._column.addSpacing(12)
            self._column.addWidget(Label(desk, heading, "title", "title"))
            for provider, also in providers:
                row = KeyRow(desk, provider, self._errands, also)
                row.changed.connect(self.changed)
                row.silent.connect(self._tell_silence)
                (self.servers if row.free else self.rows)[provider.name] = row
                self._column.addWidget(row)
        self._column.addStretch(1)
        desk.themed.connect(self._wear)
        self._wear()

    def look(self) -> None:
        """Find out again where the keys are."""
        self.silence.hide()
        for row in (*self.rows.values(), *self.servers.values()):
            row.look()

    def close_all(self) -> None:
        """Ask nothing more, and let nothing that was typed stay."""
        for row in self.rows.values():
            row.line.setText("")
        self._errands.close()

    def _tell_silence(self, reason: str) -> None:
        """Said once for all, not in each row."""
        if reason or self.silence.isHidden():
            self.silence.say(f"The keyring can't be asked: {reason}. Keys can be given in the environment instead, as "
                             "AJAR_<NAME>_KEY." if reason else "")
            self.silence.setVisible(bool(reason))

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(16)), round(px(14)), round(px(16)), round(px(8)))


__all__ = ["GROUPS", "KeyRow", "KeysPage", "group_of", "grouped"]
