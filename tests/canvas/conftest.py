"""What tests of the window share. Must run before anything of Qt is imported."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6.QtWidgets", reason="the window needs the extra `app`", exc_type=ImportError)

from PySide6.QtWidgets import QApplication

from canvas.desk import Desk
from canvas.document import Document
from canvas.theme import Theme, load_fonts
from workflows.graph import Graph
from workflows.settings import Home
from workflows.studio import Studio


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["ajar-test"]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    load_fonts()
    return Theme("dark")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """A studio with the built-in nodes over an empty data folder."""
    with Studio.open(Home.open(tmp_path / "home")) as studio:
        yield studio


@pytest.fixture
def desk(studio: Studio, theme: Theme) -> Desk:
    return Desk(studio, theme)


@pytest.fixture
def document(desk: Desk) -> Document:
    """An empty workflow, open and in front."""
    document = Document(Graph(), desk.studio.packs.types)
    desk.open(document)
    return document
