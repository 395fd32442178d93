"""Opening, saving and closing workflows: files, pictures that carry a graph, and drafts that have no file yet."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ajar.errors import AjarError, WorkflowError
from ajar.hints import File
from canvas.ask import Choice, ask
from canvas.desk import Desk
from canvas.document import Document
from canvas.kit.save_as import ask_where
from canvas.packed import Packed
from workflows import format
from workflows.disk import digest, digest_of, trouble
from workflows.graph import Graph
from workflows.reading import Source, read_source
from workflows.unbundling import is_bundle

BACKUPS = 20
KINDS = ("Workflows, bundles and what was made with Ajar (*.json *.zip *.png *.jpg *.jpeg *.webp *.mp4 *.mov *.webm "
         "*.gif *.wav *.mp3 *.flac *.glb);;All files (*)")
RESOURCES = Path(__file__).resolve().parent.parent / "resources"


class Files(QObject):
    """The files of one window. Whatever goes wrong is said in a sentence and loses nothing."""

    saved = Signal(Document, str)
    """(document, the key it had before): it now lies in its file."""
    seen = Signal(Path)
    """A path that was opened or saved, for the list of recent files."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._count = 0
        self.packed = Packed(desk, window, self)
        self.packed.done.connect(self.open)
        self.saved.connect(desk.acquaintance.saved)

    def new(self, graph: Graph | None = None, name: str = "", origin: Path | None = None) -> Document:
        """Open a workflow that has no file yet."""
        if not name:
            self._count += 1
            name = "Untitled" if self._count == 1 else f"Untitled {self._count}"
        graph = self._desk.studio.modern(graph if graph is not None else Graph())
        document = Document(graph, self._desk.studio.packs.types, name=name)
        document.origin = origin
        self._desk.open(document)
        return document

    def open(self, path: Path, *, as_copy: bool = False) -> Document | None:
        """Open a workflow, or the graph inside a picture. What is open already comes to the front.

        A picture's graph, and anything below Ajar's own resources, opens as a copy without a file.
        """
        path = path.absolute()
        if is_bundle(path):
            self.packed.open(path)
            return None
        for document in self._desk.documents:
            if document.path == path and not as_copy:
                self._desk.bring(document)
                return document
        on_disk = digest_of(path)  # before it is read: what changes meanwhile counts as a change by somebody else
        try:
            source = read_source(str(path))
        except AjarError as error:
            self._desk.say(f"{path.name} can't be opened. {error.message}", error.hint)
            return None
        if as_copy or source.about is not None or path.is_relative_to(RESOURCES):
            document = self.new(source.graph, _name_of(source), source.file.parent)
            if not path.is_relative_to(RESOURCES) and not path.is_relative_to(self._desk.studio.home.path):
                self._desk.acquaintance.opened_elsewhere(document)
            return document
        document = Document(self._desk.studio.modern(source.graph), self._desk.studio.packs.types, path)
        document.history.saved, document.on_disk = document.graph, on_disk
        document.opened = on_disk
        self._desk.open(document)
        self.seen.emit(path)
        return document

    def choose(self) -> None:
        """Let the person choose files to open."""
        front = self._desk.front
        folder = str(front.path.parent if front is not None and front.path else Path.cwd())
        dialog = QFileDialog(self._window, "Open", folder, KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: [self.open(Path(name)) for name in names])
        dialog.open()

    def save(self, document: Document, then: Callable[[], None] | None = None) -> None:
        """Save into its file; one without a file is asked where, one that somebody else has changed whether."""
        if document.path is None:
            self.save_as(document, then)
        elif digest_of(document.path) not in (None, document.on_disk):
            self._ask_over(document, document.path, then)
        elif self.write(document, document.path) and then is not None:
            then()

    def save_as(self, document: Document, then: Callable[[], None] | None = None) -> None:
        """Let the person choose where to save."""
        folder = document.path.parent if document.path else Path.cwd()

        def chosen(path: Path) -> None:
            if self.write(document, path) and then is not None:
                then()

        ask_where(self._window, "Save as", folder / f"{document.title}.json", "Workflows (*.json)", chosen)

    def write(self, document: Document, path: Path) -> bool:
        """Write it whole or not at all; earlier versions go to the backups."""
        graph, before, path = document.graph, document.key, path.absolute()
        if any(one.path == path for one in self._desk.documents if one is not document):
            self._desk.say(f"“{path.stem}” is open in another tab.", "Close it first, or choose another name.")
            return False
        try:
            if document.path is None and document.origin is not None:
                self._bring_along(graph, document.origin, path.parent)
            format.save(graph, path, self._desk.studio.home.backups, BACKUPS)
        except AjarError as error:
            self._desk.say(error.message, error.hint)
            return False
        document.on_disk = digest(format.dump(graph).encode())
        document.mark_saved(path, graph)
        self.saved.emit(document, before)
        self.seen.emit(path)
        return True

    def close(self, document: Document, then: Callable[[], None] | None = None) -> None:
        """Close it; asks first where something would be lost."""
        runner = self._desk.runner
        if runner is None or not runner.works_on(document):
            self._close(document, then)
            return
        text, more = f"“{document.title}” is still running.", "What is finished is kept."
        ask(self._window, "Close", text, [Choice("stop", "Stop and close", loses=True)],
            lambda key: self._close(document, then) if key == "stop" else None, more)

    def _ask_over(self, document: Document, path: Path, then: Callable[[], None] | None) -> None:
        """Its file is not what was opened here: another window or program has written it."""

        def answered(key: str) -> None:
            if key == "as":
                self.save_as(document, then)
            elif key == "over" and self.write(document, path) and then is not None:
                then()

        choices = [Choice("as", "Save as…"), Choice("over", "Overwrite", loses=True)]
        text = f"“{path.name}” was changed elsewhere since it was opened here."
        ask(self._window, "Save", text, choices, answered, "What lies there now goes to the backups.")

    def _close(self, document: Document, then: Callable[[], None] | None) -> None:

        def away() -> None:
            if document in self._desk.documents:
                self._desk.close(document)
            if then is not None:
                then()

        def answered(key: str) -> None:
            if key == "save":
                self.save(document, away)
            elif key == "leave":
                away()

        if not document.history.dirty:
            away()
            return
        choices = [Choice("save", "Save"), Choice("leave", "Close without saving", loses=True)]
        text = f"“{document.title}” has changes that are not saved."
        ask(self._window, "Close", text, choices, answered)

    def _bring_along(self, graph: Graph, origin: Path, folder: Path) -> None:
        """Copy the files that a template speaks of beside the workflow, where they are not there yet."""
        for name in _files_in(graph, self._desk):
            source, target = origin / name, folder / name
            if Path(name).is_absolute() or ".." in Path(name).parts or target.exists() or not source.exists():
                continue
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, target)
                else:
                    shutil.copyfile(source, target)
            except OSError as error:
                raise trouble(error, f"copy {name} into {folder}") from error


def insert(path: Path) -> Graph:
    """The graph of a file, to be put into a document. WorkflowError where there is none."""
    graph = read_source(str(path)).graph
    if not graph.nodes:
        raise WorkflowError(f"{path.name} holds no nodes.", "Choose another file.")
    return graph


def _name_of(source: Source) -> str:
    return source.name.replace("-", " ").replace("_", " ").strip().capitalize()


def _files_in(graph: Graph, desk: Desk) -> Iterator[str]:
    for node in graph.nodes.values():
        type_ = desk.studio.packs.types.get(node.type)
        for socket in type_.inputs if type_ is not None else ():
            value = node.inputs.get(socket.name)
            if socket.hint(File) is not None and isinstance(value, str) and value:
                yield value
