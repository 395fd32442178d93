"""From a node that learns from a folder to the captions of that folder."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from ajar.errors import AjarError
from ajar.hints import File
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.files import readable
from canvas.learning.book import CaptionBook
from canvas.learning.editor import CaptionEditor
from canvas.pages.facts import facts_of

GROUP = "Learn"
"""The nodes whose folders have captions."""


def learns(document: Document, node: str) -> bool:
    """Whether a node of the room that is shown learns from a folder."""
    return _socket(document, node) != ""


def captions_folder(desk: Desk, document: Document, node: str) -> Path | None:
    """The folder that it learns from; None where none is set, or where the workflow may not read it."""
    name = _socket(document, node)
    value = document.shown.nodes[node].inputs.get(name) if name else None
    if not isinstance(value, str) or not value:
        return None
    folder = readable(value, facts_of(desk, document, document.shown, node))
    return folder if folder is not None and folder.is_dir() else None


def edit_captions(desk: Desk, document: Document, node: str, parent: QWidget | None = None) -> CaptionEditor | None:
    """Open the editor for the folder of a node, or say why there is nothing to write."""
    folder = captions_folder(desk, document, node)
    if folder is None:
        desk.say("This node has no folder of pictures.", "Choose one at “Folder” first.")
        return None
    try:
        book = CaptionBook(folder)
    except AjarError as error:
        desk.say(error.message, error.hint)
        return None
    if not book.pages:
        desk.say(f"The folder {folder.name} holds no pictures.", "Put pictures there, or choose another folder.")
        return None
    editor = CaptionEditor(desk, book, parent)
    editor.show()
    return editor


def _socket(document: Document, node: str) -> str:
    found = document.shown.nodes.get(node)
    type_ = document.types.get(found.type) if found is not None else None
    if type_ is None or type_.group != GROUP:
        return ""
    return next((socket.name for socket in type_.inputs
                 if (hint := socket.hint(File)) is not None and hint.kind == "folder"), "")
