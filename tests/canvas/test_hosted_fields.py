"""Hosted models in the inspector: what is offered, what they take, and what is typed in."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.models import ModelField
from canvas.fields.numbers import NumberField
from canvas.fields.offered import OfferedField
from canvas.inspector import Inspector
from canvas.library_tree import stock_of
from tests.canvas.hosted import shown_window
from tests.canvas.inspecting import row, select, value
from tests.canvas.running import LONG
from workflows.graph import Graph
from workflows.plain import build

FILM = {"type": "kling_video", "inputs": {"prompt": "a lighthouse", "model": "kling-2.6"}}
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def inspector(desk: Desk, document: Document, qtbot: QtBot) -> Inspector:
    graph: Graph = build({"ajar": 1, "nodes": {"film": FILM}})
    document.edit("Build", lambda _: graph)
    panel = Inspector(desk)
    panel.resize(300, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    select(document, ["film"])
    return panel


def model(inspector: Inspector) -> ModelField:
    field = row(inspector, "model").field
    assert isinstance(field, ModelField)
    return field


def offered(inspector: Inspector, key: str) -> OfferedField:
    field = row(inspector, key).field
    assert isinstance(field, OfferedField)
    return field


def choose(inspector: Inspector, text: str) -> None:
    """Open the list of models, type, and press Enter."""
    field = model(inspector)
    field.open()
    assert field.list is not None
    QTest.keyClicks(field.list.search, text)
    QTest.keyClick(field.list.search, Qt.Key.Key_Return)
    QGuiApplication.processEvents()


def test_the_list_has_what_the_provider_offers_with_prices_and_nothing_is_missing(
    inspector: Inspector, desk: Desk,
) -> None:
    facts = desk.studio.packs.providers["kling"].facts
    rows = model(inspector).rows()
    assert {one.key for one in rows} == {
        one.id for one in facts.offers if one.kind == "kling-video" and one.status != "retired"}
    said = "\n".join(f"{one.title} {one.note} {one.section} {one.fact}" for one in rows)
    assert "Kling 3.0" in said and "from $0.084 a second" in said
    assert "Not on this machine" not in said and "not here" not in said and all(one.there for one in rows)
    assert model(inspector).button.text() == "Kling 2.6" and "a second" in model(inspector).note.full


def test_another_model_changes_what_the_other_fields_offer(inspector: Inspector, document: Document) -> None:
    seconds = offered(inspector, "seconds")
    assert seconds.rule.choices == (5, 10) and seconds.button.isVisible()
    choose(inspector, "turbo 3.0")
    assert value(document, "film", "model") == "kling-3.0-turbo"
    assert (seconds.rule.low, seconds.rule.high) == (3, 15) and seconds.button.isHidden()
    assert isinstance(seconds.inner, NumberField) and seconds.inner.isVisible()


def test_a_name_that_nobody_knows_may_be_typed_in_and_then_everything_may(
    inspector: Inspector, document: Document,
) -> None:
    choose(inspector, "kling-9-preview")
    assert value(document, "film", "model") == "kling-9-preview"
    assert model(inspector).note.full == "typed in · price not known"
    assert offered(inspector, "seconds").rule.choices == ()
    assert row(inspector, "seconds").trouble.isHidden()


def test_a_length_is_chosen_or_typed_and_one_that_the_model_lacks_is_marked(
    inspector: Inspector, document: Document,
) -> None:
    field = offered(inspector, "seconds")
    for text, wanted, said in (("10", 10, ""), ("7", 7, "Kling 2.6 can't do seconds 7. It offers: 5, 10.")):
        field.open()
        assert field.list is not None
        QTest.keyClicks(field.list.search, text)
        QTest.keyClick(field.list.search, Qt.Key.Key_Return)
        QGuiApplication.processEvents()
        assert value(document, "film", "seconds") == wanted
        assert row(inspector, "seconds").trouble.full == said
    field.open()
    assert field.list is not None and [one.key for one in field.list.model.rows] == ["5", "10", "7"]
    QTest.keyClicks(field.list.search, "long")
    QTest.keyClick(field.list.search, Qt.Key.Key_Return)
    assert value(document, "film", "seconds") == 7  # no number, not taken
    assert "whole number" in row(inspector, "seconds").trouble.full
    document.undo()
    assert value(document, "film", "seconds") == 10


def test_what_the_model_has_not_is_grey_with_the_reason_and_can_be_mended(
    inspector: Inspector, document: Document, desk: Desk,
) -> None:
    graph: Graph = build({"ajar": 1, "nodes": {"film": {"type": "runway_video", "inputs": {
        "prompt": "x", "model": "gen4.5"}}}})
    document.edit("Build", lambda _: graph)
    select(document, ["film"])
    offer = desk.studio.packs.providers["runway"].facts.offer("gen4.5")
    assert offer.can["audio"] is False  # else this tests nothing
    audio = row(inspector, "audio")
    assert audio.field is not None and not audio.field.isEnabled()
    assert audio.trouble.full == f"{offer.title} has no audio."
    graph = build({"ajar": 1, "nodes": {"film": {"type": "runway_video", "inputs": {
        "prompt": "x", "model": "gen4.5", "audio": True}}}})
    document.edit("Build", lambda _: graph)
    select(document, ["film"])
    assert audio.field.isEnabled() and "choose another model" in audio.trouble.full


def test_a_retired_model_is_said_to_be_gone_and_is_not_offered(inspector: Inspector, desk: Desk) -> None:
    gone = next(one for provider in desk.studio.packs.providers.values() for one in provider.facts.offers
                if one.status == "retired" and desk.studio.catalogue.provider(one.kind) is provider)
    field = model(inspector)
    field.kind = gone.kind
    field.show_value(gone.id)
    assert field.note.full == "No longer offered"
    assert [one.key for one in field.rows() if one.there and one.key == gone.id] == []


def test_local_models_are_told_as_before(inspector: Inspector, document: Document) -> None:
    graph: Graph = build({"ajar": 1, "nodes": {"flux": {"type": "flux", "inputs": {"prompt": "x"}}}})
    document.edit("Build", lambda _: graph)
    select(document, ["flux"])
    field = row(inspector, "model").field
    assert isinstance(field, ModelField) and field.host is None and field.note.isHidden()
    field.open()
    assert field.list is not None
    QTest.keyClicks(field.list.search, "never-heard-of")
    assert field.list.model.rows == ()  # what is not here can't be typed in
    field.list.close()


def test_the_library_shows_hosted_models_as_what_can_be_used(desk: Desk) -> None:
    studio = desk.studio
    stock = stock_of(studio.packs.types, studio.catalogue.entries(), studio.catalogue.licences(), None)
    film = next(one for one in stock.rows if one.id == "kling_video")
    assert film.there and "on this computer" not in film.help and film.models
    assert all(one.there and "Not on this computer" not in one.help for one in film.models)
    assert {one.inputs[0][1] for one in film.models} >= {"kling-3.0", "kling-2.6"}


def test_a_card_with_a_model_that_ended_does_not_ask_for_a_download(desk: Desk, qtbot: QtBot) -> None:
    gone = next(one for one in desk.studio.packs.providers["kling"].facts.offers
                if one.status == "retired" and one.kind == "kling-video")
    graph: Graph = build({"ajar": 1, "nodes": {"film": {"type": "kling_video", "inputs": {
        "prompt": "x", "model": gone.id}}}})
    with shown_window(desk) as window:
        looks = desk.looks(window.files.new(graph, "Ended"))
        qtbot.waitUntil(lambda: "no longer offered" in looks.of("film").message, timeout=LONG)
        assert looks.of("film").needs == "" and looks.of("film").phase != "missing"
