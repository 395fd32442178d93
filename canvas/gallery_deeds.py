"""What can be done with takes of the gallery. Whatever touches the disk is done beside the Qt thread."""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QProcess, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from ajar.errors import AjarError, WorkflowError
from canvas import gallery_words as say
from canvas.ask import Choice, ask
from canvas.desk import Desk
from canvas.errands import Errands
from canvas.kit import words
from canvas.kit.menu import Menu
from canvas.reasons import TITLE, ask_reason
from canvas.verdict_card import ask_for_file, show_verdict
from workflows import sidecars, signing
from workflows.disk import replace_file
from workflows.handing import accompany, blocked
from workflows.licences import ADVICE
from workflows.marks import digest_of
from workflows.reading import read_about
from workflows.settings import Home, read_settings
from workflows.stripping import bare
from workflows.take import value_of
from workflows.takes import Query, Take, Takes


class GalleryDeeds(QObject):
    """The deeds; each takes the takes it is for."""

    opened = Signal(Path)
    """A path: open the workflow in this file."""
    inserted = Signal(Path)
    """A path: put a node onto the board that gives this file."""
    explained = Signal(object)
    """A take: show which change made it."""

    promoted = Signal(object)
    """A take: its final is to be made."""

    def __init__(self, desk: Desk, takes: Takes, errands: Errands, panel: QWidget) -> None:
        super().__init__(panel)
        self._desk = desk
        self._takes = takes
        self._errands = errands
        self._panel = panel
        self._thrown: list[int] = []
        """What was thrown away last, for the one step back."""

    def look(self, take: Take) -> None:
        """Show it in the viewer."""
        title = f"{say.name_of(take)} · take {take.number}"
        self._errands.run(lambda: value_of(take), lambda value: self._desk.shown.emit(value, title, take))

    def open(self, take: Take) -> None:
        """Open the workflow as it was when this was made."""
        self._with_file(take, lambda: self.opened.emit(take.path))

    def insert(self, take: Take) -> None:
        """Put it onto the board."""
        self._with_file(take, lambda: self.inserted.emit(take.path))

    def reveal(self, take: Take) -> None:
        """Show it in the file manager."""
        self._with_file(take, lambda: show_in_folder(take.path))

    def verify(self, take: Take) -> None:
        """Say what its file says of its making, and whether it was changed since."""
        self._with_file(take, lambda: show_verdict(self._desk, self._takes, self._errands, self._panel, take.path))

    def verify_any(self) -> None:
        """The same of any file, from here or elsewhere."""
        ask_for_file(self._desk, self._takes, self._errands, self._panel.window())

    def copy(self, takes: Sequence[Take]) -> None:
        """Put the picture, and the files, on the clipboard."""
        there = [take for take in takes if not take.lost]
        if not there:
            self._desk.say("There is no file to copy.", "Choose a take whose file is there.")
            return
        first = there[0]
        wanted = len(there) == 1 and first.kind in ("image", "mask")

        def copied(image: QImage | None) -> None:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(take.path)) for take in there])
            if image is not None and not image.isNull():
                data.setImageData(image)
            QGuiApplication.clipboard().setMimeData(data)
            self._desk.say("Picture copied" if wanted else f"{words.count(len(there), 'file')} copied")

        self._errands.run(lambda: QImage(str(first.path)) if wanted else None, copied)

    def copy_path(self, takes: Sequence[Take]) -> None:
        """Put where the files lie on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(str(take.path) for take in takes))
        self._desk.say("Path copied" if len(takes) == 1 else "Paths copied")

    def copy_prompt(self, take: Take) -> None:
        QGuiApplication.clipboard().setText(take.prompt)
        self._desk.say("Prompt copied")

    def rate(self, takes: Sequence[Take], stars: int) -> None:
        self._all(takes, lambda take: self._takes.rate(take.id, stars))

    def note(self, take: Take, text: str) -> None:
        self._all([take], lambda take: self._takes.note(take.id, text))

    def tag(self, take: Take, tags: Sequence[str]) -> None:
        self._all([take], lambda take: self._takes.tag(take.id, tags))

    def throw_away(self, takes: Sequence[Take]) -> None:
        """Move into the trash; nothing is deleted."""
        gone = [take for take in takes if not take.thrown and not take.locked]
        if gone:
            self._thrown = [take.id for take in gone]
            self._all(gone, lambda take: self._takes.throw_away(take.id))
            self._desk.say(f"{words.count(len(gone), 'take')} thrown away", "Ctrl Z in the gallery brings them back.")

    def bring_back(self, takes: Sequence[Take]) -> None:
        back = [take for take in takes if take.thrown]
        self._all(back, lambda take: self._takes.bring_back(take.id))
        if back:
            self._desk.say(f"{words.count(len(back), 'take')} brought back")

    def undo(self) -> None:
        """Bring back what was thrown away last."""
        ids, self._thrown = self._thrown, []
        for id_ in ids:
            self._errands.run(lambda id_=id_: self._takes.bring_back(id_))  # type: ignore[misc]
        self._desk.say(f"{words.count(len(ids), 'take')} brought back" if ids else "Nothing to bring back")

    def empty_trash(self) -> None:
        """Delete what was thrown away; asks first."""
        def asked(count: int) -> None:
            if not count:
                self._desk.say("The trash is empty")
                return
            text = f"Delete {words.count(count, 'take')} in the trash?"
            choices = [Choice("delete", f"Delete {words.count(count, 'file')}", loses=True)]
            ask(self._panel, "Empty the trash", text, choices, answered, "This can't be taken back.")

        def answered(key: str) -> None:
            if key == "delete":
                self._errands.run(self._takes.empty_trash, lambda count: self._desk.say(
                    f"{words.count(count, 'take')} deleted"))

        self._errands.run(lambda: self._takes.count(Query(thrown=True)), asked)

    def export(self, takes: Sequence[Take], *, strip: bool = False, sign: bool = False) -> None:
        """Ask where to, and write copies there; ``strip``: without what they say about their making; ``sign``: with a
        C2PA manifest by the person's own certificate."""
        there = [take for take in takes if not take.lost]
        if not there:
            self._desk.say("There is no file to export.", "Choose a take whose file is there.")
            return
        title = "Export without metadata" if strip else "Export signed" if sign else "Export a copy"
        dialog = QFileDialog(self._panel, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(there) == 1:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(there[0].path.suffix.removeprefix("."))
            dialog.selectFile(there[0].path.name)
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.export_to(there, Path(name), strip=strip, sign=sign))
        dialog.open()

    def export_to(self, takes: Sequence[Take], target: Path, *, strip: bool = False, sign: bool = False,
                  reason: str = "") -> None:
        """Write copies: one take to this file, several into this folder. A sidecar goes along, unless stripped, and
        the licences of what made them. Where these forbid what the work is for, a reason is asked for first."""
        targets = [target / take.path.name for take in takes] if len(takes) > 1 else [target]

        def work() -> int | str:
            if not reason and (forbidden := blocked(studio, takes)):
                return forbidden
            for take, path in zip(takes, targets, strict=True):
                if path.resolve() == take.path.resolve():
                    raise AjarError("A take can't be exported onto itself.", "Choose another folder.")
                if sign:
                    _sign(home, take.path, path)
                    continue
                replace_file(path, bare(take.path) if strip else take.path.read_bytes())
                if not strip and (beside := sidecars.find(take.path)) is not None:
                    sidecars.write(path, json.dumps(dict(beside.about)))
            accompany(studio, list(zip(takes, targets, strict=True)), reason)
            return len(targets)

        def done(found: int | str) -> None:
            if isinstance(found, str):
                ask_reason(self._panel, TITLE, f"{found}\n\nWhy may it be handed out all the same? Your reason is "
                           f"written into LICENSES.txt beside it.\n{ADVICE}",
                           lambda text: self.export_to(takes, target, strip=strip, sign=sign, reason=text),
                           "Export all the same")
                return
            self._desk.say(f"Exported {where}" if found == 1 else f"{found} files exported to {where}")

        studio = self._desk.studio
        home = studio.home
        where = targets[0].name if len(targets) == 1 else target.name
        self._errands.run(work, done)

    def conceal(self, takes: Sequence[Take]) -> None:
        """From now on they, and what is made from them, reach no other machine."""
        marks = self._desk.studio.marks

        def work() -> int:
            for take in takes:
                marks.mark(take.digest or digest_of(take.path), take.path.name, "by hand")
            return len(takes)

        self._errands.run(work, lambda count: self._marked(f"{words.count(count, 'take')} marked as confidential"))

    def reveal_again(self, takes: Sequence[Take]) -> None:
        """Take the mark away, for a reason that is kept."""
        marks = self._desk.studio.marks

        def given(reason: str) -> None:
            def work() -> None:
                for take in takes:
                    marks.clear(take.digest or digest_of(take.path), take.path.name, reason)

            self._errands.run(work, lambda _: self._marked("Not confidential any more; your reason is kept"))

        question = "Why may it leave this machine? Your reason is kept."
        ask_reason(self._panel, "Not confidential any more", question, given, "Take the mark away")

    def _marked(self, said: str) -> None:
        self._takes.stir()
        self._desk.say(said)

    def menu(self, takes: Sequence[Take]) -> QMenu:
        """Everything that can be done with these."""
        menu = Menu(self._panel)
        menu.setAccessibleName("Take")
        first, several = takes[0], len(takes) > 1
        here = any(not take.lost for take in takes)
        rows: list[tuple[str, str, bool, Callable[[], object]] | None] = [
            ("Look at it", "Enter", here and not several, lambda: self.look(first)),
            ("Open its workflow", "O", here and not several, lambda: self.open(first)),
            ("Which change made it", "", here and not several, lambda: self.explained.emit(first)),
            ("Insert on the board", "I", here and not several, lambda: self.insert(first)),
            ("Promote…", "", here and not several and not first.thrown, lambda: self.promoted.emit(first)),
            None,
            ("Copy picture" if not several else "Copy files", "Ctrl+C", here, lambda: self.copy(takes)),
            ("Copy prompt", "", bool(first.prompt) and not several, lambda: self.copy_prompt(first)),
            ("Copy path", "Ctrl+Shift+C", True, lambda: self.copy_path(takes)),
            ("Show in folder", "", here and not several, lambda: self.reveal(first)),
            None,
            ("Verify…", "", here and not several, lambda: self.verify(first)),
            ("Export a copy…", "E", here, lambda: self.export(takes)),
            ("Export without metadata…", "", here, lambda: self.export(takes, strip=True)),
            ("Export signed…", "", here and self._can_sign(), lambda: self.export(takes, sign=True)),
            None,
            ("Mark as confidential", "", here, lambda: self.conceal(takes)) if not first.confidential else
            ("Not confidential any more…", "", here, lambda: self.reveal_again(takes)),
            ("Bring back", "", True, lambda: self.bring_back(takes)) if first.thrown else
            ("Throw away", "Delete", not all(take.locked for take in takes), lambda: self.throw_away(takes)),
        ]
        if first.thrown:
            rows.append(("Empty the trash…", "", True, self.empty_trash))
        for row in rows:
            if row is None:
                menu.addSeparator()
                continue
            text, keys, enabled, do = row
            # The keys stand there to be learnt; the view itself takes them.
            action = menu.addAction(f"{text}\t{keys}" if keys else text)
            action.setEnabled(enabled)
            action.triggered.connect(lambda _=False, do=do: do())
        return menu

    def _can_sign(self) -> bool:
        """Whether the settings name a certificate; signing itself says what else is missing."""
        return bool(self._desk.studio.settings.signing.certificate)

    def _all(self, takes: Sequence[Take], do: Callable[[Take], object]) -> None:
        for take in takes:
            self._errands.run(lambda take=take: do(take))  # type: ignore[misc]

    def _with_file(self, take: Take, do: Callable[[], object]) -> None:
        if take.lost:
            self._desk.say("The file of this take was taken away.", "What is known of it is still here.")
        else:
            do()


def _sign(home: Home, source: Path, target: Path) -> None:
    about = None
    with suppress(WorkflowError):
        about = read_about(source)
    settings = read_settings(home).signing
    signing.sign(source, target, about, *signing.own_pair(home, settings))


def show_in_folder(path: Path) -> None:
    """Open the file manager, with the file selected where the system can."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(path)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(path)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
