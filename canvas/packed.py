"""Bundles that are opened: unpacked beside themselves, away from the Qt thread; what they lack here is said."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit import words
from workflows.lockfile import Missing
from workflows.unbundling import look_into, missing, take_in, unbundle


class Packed(QObject):
    """Opens bundles of one window."""

    done = Signal(Path)
    """The workflow's file, unpacked."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._errands = Errands(desk, self)

    def open(self, path: Path) -> None:
        """Unpack into a new folder beside the bundle, and open what is in it; returns at once."""
        studio = self._desk.studio
        self._desk.say(f"Unpacking {path.name}…")

        def work() -> tuple[Path, int, list[Missing]]:
            inside = look_into(path)
            folder = _free(path.with_suffix(""))
            file = unbundle(inside, folder)
            return file, take_in(studio, inside, folder), missing(studio, inside, folder)

        self._errands.run(work, self._open)

    def _open(self, found: tuple[Path, int, list[Missing]]) -> None:
        file, takes, lacking = found
        self.done.emit(file)
        if not lacking:
            came = f", with {words.count(takes, 'take')}" if takes else ""
            self._desk.say(f"Unpacked into {file.parent.name}{came}. Everything it needs is here.")
            return
        self._desk.say(f"Unpacked into {file.parent.name}. {' '.join(one.what for one in lacking[:4])}",
                       " ".join(one.hint for one in lacking[:2] if one.hint))


def _free(wanted: Path) -> Path:
    """A folder that is not there yet."""
    number, path = 1, wanted
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.name} {number}")
    return path
