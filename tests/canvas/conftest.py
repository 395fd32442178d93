"""What tests of the window share. Imports nothing of Qt itself: it is read where there is no Qt, too."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from canvas.desk import Desk
    from canvas.document import Document
    from canvas.theme import Theme
    from workflows.studio import Studio

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="module", autouse=True)
def swept_out() -> Iterator[None]:
    """What Python's counting leaves of the windows of this file never waits for a thread of another one."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def swept(qapp: "QApplication") -> Iterator[None]:
    """Each test finds the application as the first one did. As in the window, the collector runs in the Qt thread only,
    never in one of ours."""
    from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool

    gc.disable()
    yield
    QThreadPool.globalInstance().waitForDone()
    # Without an event loop nothing else does what `deleteLater` asked for.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if qapp.styleSheet():
        qapp.setStyleSheet("")
    gc.collect(1)
    gc.enable()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["ajar-test"]


@pytest.fixture
def theme(qapp: "QApplication") -> "Theme":
    from canvas.theme import Theme, load_fonts

    load_fonts()
    return Theme("dark")


@pytest.fixture
def studio(tmp_path: Path) -> "Iterator[Studio]":
    """A studio with the built-in nodes over an empty data folder."""
    from workflows.settings import Home
    from workflows.studio import Studio

    with Studio.open(Home.open(tmp_path / "home")) as studio:
        yield studio


@pytest.fixture
def desk(studio: "Studio", theme: "Theme") -> "Desk":
    from canvas.desk import Desk

    return Desk(studio, theme)


@pytest.fixture
def document(desk: "Desk") -> "Document":
    """An empty workflow, open and in front."""
    from canvas.document import Document
    from workflows.graph import Graph

    document = Document(Graph(), desk.studio.packs.types)
    desk.open(document)
    return document
