"""Bundles, made and opened away from the Qt thread: unpacked beside themselves, and what they lack here is said."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.kit import words
from canvas.kit.save_as import ask_where
from workflows import project
from workflows.bundling import Bundled, Wish, bundle
from workflows.lockfile import Missing
from workflows.unbundling import look_into, missing, take_in, unbundle


class Packed(QObject):
    """Opens bundles of one window."""

    done = Signal(Path)
    """The workflow's file, unpacked."""

    def __init__(self, desk: Desk, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window
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

    def ask(self, document: Document) -> None:
        """Ask where the bundle of a workflow goes, and pack it; returns at once."""
        folder = document.base or Path.cwd()
        # A name that is taken is refused, so nothing is replaced.
        ask_where(self._window, "Pack a bundle", folder / f"{document.title}.zip", "Bundles (*.zip)",
                  lambda path: self.pack(document, path), confirm=False)

    def pack(self, document: Document, target: Path) -> None:
        """Pack the workflow as it is now, with its files and chosen takes."""
        studio, file = self._desk.studio, document.path
        base = document.base or Path.cwd()
        wish = Wish(document.graph, base, document.title, document.key)
        self._desk.say(f"Packing {target.name}…")

        def work() -> Bundled:
            return bundle(studio, project.find(file or base / "workflow.json"), wish, target)

        self._errands.run(work, self._packed)

    def _packed(self, made: Bundled) -> None:
        parts = [words.count(made.files, "file"), words.count(made.takes, "take"), words.size(made.bytes)]
        self._desk.say(f"Packed {made.path.name}: {', '.join(parts)}. {' '.join(made.left_out)}".strip(),
                       "Models do not go along; the bundle says which, by their digests.")

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
