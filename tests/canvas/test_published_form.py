"""The form that a provider publishes of a model: loaded once, kept, read from and written to JSON."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar import published
from ajar.published import Field
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.offered import OfferedField
from canvas.fields.published import PublishedField
from canvas.fields.published_rows import socket_of
from canvas.inspector import Inspector
from nodes.remote.emulators.fal import Fal
from tests.canvas.inspecting import row, select, value
from tests.canvas.running import LONG
from workflows.graph import Graph
from workflows.plain import build

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch, studio: Any) -> Iterator[Fal]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AJAR_KEYRING", "off")
    monkeypatch.setenv("AJAR_HOME", str(studio.home.path))
    with Fal().start() as emulator:
        monkeypatch.setenv("AJAR_FAL_URL", emulator.base)
        yield emulator


@pytest.fixture
def inspector(fal: Fal, desk: Desk, document: Document, qtbot: QtBot) -> Inspector:
    put(document, '{"num_images": 9, "enable_tricks": true}')
    panel = Inspector(desk)
    panel.resize(300, 1000)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    select(document, ["any"])
    return panel


def put(document: Document, settings: str, **graph_settings: Any) -> None:
    graph: Graph = build({"ajar": 1, "settings": graph_settings, "nodes": {
        "any": {"type": "fal", "inputs": {"prompt": "x", "settings": settings}}}})
    document.edit("Build", lambda _: graph)


def form(inspector: Inspector) -> PublishedField:
    field = row(inspector, "settings").field
    assert isinstance(field, PublishedField)
    return field


def load(inspector: Inspector, qtbot: QtBot) -> PublishedField:
    field = form(inspector)
    with qtbot.waitSignal(field.loaded, timeout=LONG):
        QTest.mouseClick(field.button, LEFT)
    QGuiApplication.processEvents()
    return field


def asked(fal: Fal) -> int:
    return len([seen for seen in fal.requests if "openapi" in seen.path])


def test_nothing_is_asked_until_the_button_is_pressed_and_the_form_is_kept(
    inspector: Inspector, fal: Fal, qtbot: QtBot, desk: Desk, document: Document,
) -> None:
    field = form(inspector)
    assert field.rows == {} and asked(fal) == 0 and "fal" in field.note.full and "free" in field.note.full
    load(inspector, qtbot)
    assert asked(fal) == 1 and {"num_images", "num_inference_steps"} <= set(field.rows)
    assert published.kept("fal", "fal-ai/flux/dev") is not None
    second = Inspector(desk)
    qtbot.addWidget(second)
    second.show()
    select(document, ["any"])
    assert set(form(second).rows) == set(field.rows) and asked(fal) == 1


def test_the_form_writes_json_keeps_what_it_does_not_know_and_drops_what_is_reset(
    inspector: Inspector, qtbot: QtBot, document: Document,
) -> None:
    field = load(inspector, qtbot)
    assert json.loads(field.text.toPlainText()) == {"enable_tricks": True}  # unknown: stays as JSON
    line = field.rows["num_images"]
    assert "from 1 to 4" in line.trouble.full
    line.inner.tell(2)
    assert json.loads(value(document, "any", "settings")) == {"num_images": 2, "enable_tricks": True}
    QGuiApplication.processEvents()
    assert field.rows["num_images"].trouble.full == ""
    QTest.mouseClick(field.rows["num_images"].cross, LEFT)
    assert json.loads(value(document, "any", "settings")) == {"enable_tricks": True}
    document.undo()
    assert json.loads(value(document, "any", "settings"))["num_images"] == 2


def test_choices_that_are_not_all_there_is_can_be_typed_as_well(
    inspector: Inspector, qtbot: QtBot, document: Document,
) -> None:
    size = load(inspector, qtbot).rows["image_size"].inner
    assert isinstance(size, OfferedField)
    for typed, wanted in (("square_hd", "square_hd"), ('{"width": 640, "height": 360}', {"width": 640, "height": 360})):
        size.open()
        assert size.list is not None
        QTest.keyClicks(size.list.search, typed)
        QTest.keyClick(size.list.search, Qt.Key.Key_Return)
        assert json.loads(value(document, "any", "settings"))["image_size"] == wanted


def test_settings_that_the_model_has_not_and_broken_json_are_said_on_the_field(
    inspector: Inspector, qtbot: QtBot, document: Document,
) -> None:
    field = load(inspector, qtbot)
    said = row(inspector, "settings").trouble
    assert 'no setting "enable_tricks"' in said.full
    before = value(document, "any", "settings")
    field.text.setPlainText('{"enable')
    assert "not JSON" in said.full and value(document, "any", "settings") == before
    assert field.text.toPlainText() == '{"enable'  # what was typed is not taken away
    field.text.setPlainText("{}")
    assert json.loads(value(document, "any", "settings")) == {"num_images": 9} and "JSON" not in said.full
    put(document, "[1]")
    select(document, ["any"])
    assert "not a JSON object" in said.full and field.rows == {} and field.text.toPlainText() == "[1]"


def test_a_project_that_is_local_asks_nobody(inspector: Inspector, fal: Fal, document: Document) -> None:
    put(document, "{}", residency="local")
    select(document, ["any"])
    field = form(inspector)
    assert not field.button.isEnabled() and "local only" in field.note.full
    field.load()
    assert field._errands.idle and asked(fal) == 0


def test_a_model_without_a_form_is_told_in_a_sentence(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    graph: Graph = build({"ajar": 1, "nodes": {"any": {"type": "fal", "inputs": {
        "prompt": "x", "model": "nobody/has-this"}}}})
    document.edit("Build", lambda _: graph)
    select(document, ["any"])
    QTest.mouseClick(form(inspector).button, LEFT)
    qtbot.waitUntil(lambda: "nobody/has-this" in row(inspector, "settings").trouble.full, timeout=LONG)
    assert form(inspector).button.isEnabled()


@pytest.mark.parametrize(("field", "type_", "optional"), [
    (Field("n", "whole", low=1, high=4, default=1), int, False),
    (Field("n", "number"), float, True),
    (Field("on", "switch", default=True), bool, False),
    (Field("words", "text"), str, False),
    (Field("loras", "object", many=True), Any, False),
])
def test_each_kind_of_input_becomes_the_field_that_nodes_have(field: Field, type_: Any, optional: bool) -> None:
    socket = socket_of(field)
    assert (socket.type, socket.optional) == (type_, optional)
