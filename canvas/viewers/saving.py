"""Keeping what a viewer compares as a PNG file: asked for without blocking, made and written on a thread."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from canvas.desk import Desk
from canvas.kit.save_as import ask_where
from canvas.theme import Theme
from canvas.viewers import state
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.deck import Deck
from canvas.viewers.export import side_by_side
from canvas.viewers.picture import Picture
from workflows.disk import replace_file, trouble


class Saving(QObject):
    """One picture on its way to a file."""

    done = Signal(str, str)

    def start(self, desk: Desk, bench: Bench, pictures: list[tuple[Picture, Shown]], path: Path) -> None:
        theme = Theme(desk.theme.mode, contrast=desk.theme.contrast)
        names = bench.view.names
        self.done.connect(desk.say)
        self.done.connect(self.deleteLater)

        def work() -> None:
            image = side_by_side(theme, pictures, names=names)
            content = QBuffer()
            content.open(QIODevice.OpenModeFlag.WriteOnly)
            image.save(content, "PNG")  # type: ignore[call-overload]  # the stub asks for bytes, Qt for text
            told = f"Exported {path.name}.", ""
            try:
                replace_file(path, bytes(content.data().data()))
            except OSError as error:
                failure = trouble(error, f"export {path.name}")
                told = failure.message, failure.hint
            bench.later(lambda: self.done.emit(*told))

        bench.in_background(work)


def pictures_of(bench: Bench, deck: Deck) -> list[tuple[Picture, Shown]]:
    """What is seen now: A and B, or A alone."""
    sides = ("a", "b") if state.two(bench.view) else ("a",)
    found = []
    for side in sides:
        picture, shown = deck.picture(side), bench.side(side)  # type: ignore[arg-type]
        if picture is not None and shown is not None:
            found.append((picture, shown))
    return found


def save(desk: Desk, bench: Bench, deck: Deck, path: Path) -> bool:
    """Write it. False where there is no picture."""
    pictures = pictures_of(bench, deck)
    if not pictures:
        desk.say("There is no picture to export.", "Show one in the viewer first.")
        return False
    if path.suffix.lower() != ".png":
        path = path.with_name(path.name + ".png")
    Saving(bench).start(desk, bench, pictures, path)
    return True


def ask(parent: QWidget, desk: Desk, bench: Bench, deck: Deck) -> QFileDialog | None:
    """Ask where to; returns at once."""
    if not pictures_of(bench, deck):
        desk.say("There is no picture to export.", "Show one in the viewer first.")
        return None
    title = "Export side by side" if state.two(bench.view) else "Export picture"
    return ask_where(parent, title, Path.home() / "compare.png", "PNG pictures (*.png)",
                     lambda path: save(desk, bench, deck, path))
