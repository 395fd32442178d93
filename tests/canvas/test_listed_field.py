"""The model of a text node: typed, or from the list that the service gives just then."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.listed import ListedField
from canvas.inspector import Inspector
from nodes.remote.emulators.chat import LocalChat
from tests.canvas.inspecting import row, select, value
from tests.canvas.running import LONG
from workflows.graph import Graph
from workflows.plain import build


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalChat]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AJAR_KEYRING", "off")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with LocalChat().start() as emulator:
        monkeypatch.setenv("AJAR_OLLAMA_URL", emulator.base)
        yield emulator


@pytest.fixture
def inspector(chat: LocalChat, desk: Desk, document: Document, qtbot: QtBot) -> Inspector:
    put(document, "ollama")
    panel = Inspector(desk)
    panel.resize(300, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    select(document, ["words"])
    return panel


def put(document: Document, by: str, **settings: str) -> None:
    graph: Graph = build({"ajar": 1, "settings": settings, "nodes": {
        "words": {"type": "write_text", "inputs": {"prompt": "x", "by": by}}}})
    document.edit("Build", lambda _: graph)


def field(inspector: Inspector) -> ListedField:
    found = row(inspector, "model").field
    assert isinstance(found, ListedField)
    return found


def test_the_service_is_asked_when_the_button_is_pressed_and_its_list_drops_down(
    inspector: Inspector, chat: LocalChat, document: Document, qtbot: QtBot,
) -> None:
    listed = field(inspector)
    assert not chat.requests and "Ollama" in listed.button.toolTip()
    QTest.mouseClick(listed.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: listed.list is not None, timeout=LONG)
    assert listed.list is not None
    names = [one.key for one in listed.list.model.rows]
    assert names == ["words-large", "words-small"]
    QTest.keyClicks(listed.list.search, "small")
    QTest.keyClick(listed.list.search, Qt.Key.Key_Return)
    assert value(document, "words", "model") == "words-small" and listed.button.isEnabled()


def test_any_name_may_be_typed(inspector: Inspector, chat: LocalChat, document: Document) -> None:
    listed = field(inspector)
    listed.begin()
    QTest.keyClicks(listed.line, "mine:7b")
    assert value(document, "words", "model") == "mine:7b" and not chat.requests


def test_a_service_that_can_not_be_asked_is_told_in_a_sentence(
    inspector: Inspector, document: Document, qtbot: QtBot,
) -> None:
    put(document, "anthropic")
    select(document, ["words"])
    assert "Anthropic" in field(inspector).button.toolTip()
    QTest.mouseClick(field(inspector).button, Qt.MouseButton.LeftButton)
    said = row(inspector, "model").trouble
    qtbot.waitUntil(lambda: "Anthropic" in said.full, timeout=LONG)
    assert "key" in said.full and field(inspector).button.isEnabled()


def test_a_local_workflow_asks_only_what_runs_here(
    inspector: Inspector, document: Document, monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(document, "anthropic", residency="local")
    select(document, ["words"])
    assert not field(inspector).button.isEnabled() and "local only" in field(inspector).button.toolTip()
    put(document, "ollama", residency="local")
    select(document, ["words"])
    assert field(inspector).button.isEnabled()
    monkeypatch.setenv("AJAR_OLLAMA_URL", "http://10.1.2.3:11434")  # somebody else's machine
    put(document, "ollama", residency="local", title="Elsewhere")
    select(document, ["words"])
    assert not field(inspector).button.isEnabled()
