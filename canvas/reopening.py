"""The window as it was left: tabs, rooms, places on the boards, panels and the queue; and what a crash left behind."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from canvas.document import Document
from workflows import inside
from workflows.drafts import Draft
from workflows.session import Session, Tab

if TYPE_CHECKING:
    from canvas.window import Window


def restore(window: "Window") -> list[Draft]:
    """Open what was open. Gives the drafts that a crash left behind: the person decides about them."""
    keeping = window.keeping
    session = keeping.session
    drafts = {draft.key: draft for draft in reversed(keeping.found())}  # the newest of each
    if session.geometry:
        window.restoreGeometry(session.geometry)
    if session.layout and not window.restore_layout(session.layout):
        window.sides.arrange()
    opened: dict[int, Document] = {}
    for number, tab in enumerate(session.tabs):
        document = _reopened(window, tab, drafts if keeping.clean else {})
        if document is not None:
            opened[number] = document
            _place(window, document, tab)
    window.runner.restore(session.queue)
    if (front := opened.get(session.front)) is not None:
        window.desk.bring(front)
    keeping.gather = lambda session: gathered(window, session)
    keeping.remember()
    return list(drafts.values())


def gathered(window: "Window", session: Session) -> Session:
    """The session with what only the window knows."""
    tabs = []
    for document, tab in zip(window.desk.documents, session.tabs, strict=True):
        page = window.pages.get(document)
        tabs.append(replace(tab, place=page.place) if page is not None else tab)
    calm = window.first is not None and window.first.is_calm
    return replace(
        session, tabs=tuple(tabs), geometry=bytes(window.saveGeometry().data()),
        layout=b"" if calm else window.layout_bytes(),
        queue=tuple(window.runner.export()),
    )


def _reopened(window: "Window", tab: Tab, drafts: dict[str, Draft]) -> Document | None:
    """One tab, with its unsaved changes where the last window was closed with them."""
    draft = drafts.pop(tab.path or f"draft:{tab.draft}", None)
    if draft is not None:
        return window.keeping.reopen(draft)
    if tab.path is None or not Path(tab.path).is_file():
        return None
    return window.files.open(Path(tab.path))


def _place(window: "Window", document: Document, tab: Tab) -> None:
    """The room and the part of the board that were seen."""
    if tab.room and inside.exists(document.graph, tab.room):
        document.go(tab.room)
    if tab.place is not None:
        window.pages[document].come_back(tab.place)
