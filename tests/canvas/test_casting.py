"""Models are cast in the window: a final, another model, a take promoted for the price on the button, once."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import shiboken6
from PIL import Image as Picture
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from canvas.casting import Casting
from canvas.desk import Desk
from canvas.document import Document
from canvas.engine import Engine
from canvas.hands.verbs import BY_ID
from canvas.menus import node_menu
from canvas.rivals import RivalPicker
from canvas.taste import Taste
from canvas.window import Window
from nodes.remote.emulators.bfl import Bfl
from tests.canvas.running import LONG, Said
from workflows.format import dump
from workflows.graph import Graph, Node, Wire
from workflows.stages import pin_of
from workflows.takes import Facts, Take

GRAPH = Graph(
    {"words": Node("prompt", {"text": "a boat"}),
     "draft": Node("flux", {"prompt": Wire("words"), "seed": 7, "negative": "fog", "size": "256x256"}, title="Boat"),
     "save": Node("save_image", {"image": Wire("draft")})},
    layout={"words": [0, 0], "draft": [240, 0], "save": [540, 0]},
)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bfl]:
    monkeypatch.setenv("AJAR_KEYRING", "off")
    with Bfl(key="test-key", job_seconds=0.05).start() as emulator:
        monkeypatch.setenv("AJAR_BFL_URL", emulator.base)
        monkeypatch.setenv("AJAR_BFL_KEY", "test-key")
        yield emulator


@pytest.fixture
def window(provider: Bfl, desk: Desk, qtbot: QtBot) -> Iterator[Window]:
    engine = Engine(desk)
    window = Window(desk, engine, Taste(theme="dark", hints=False, doors=False))
    window.resize(1200, 800)
    window.show()
    yield window
    window.casting.close()
    for document in list(desk.documents):
        desk.close(document)
    engine.close()
    shiboken6.delete(window)


@pytest.fixture
def document(window: Window, desk: Desk) -> Document:
    document = window.files.new(GRAPH, "Boats")
    document.select(["draft"])
    return document


def offered(qtbot: QtBot, casting: Casting, ask: Callable[[], object]) -> None:
    ask()
    qtbot.waitUntil(casting.picker.isVisible, timeout=LONG)


def take_of(window: Window, document: Document) -> Take:
    """A take of the draft, as if the node had made it."""
    data = io.BytesIO()
    Picture.fromarray(np.full((256, 256, 3), 90, np.uint8)).save(data, "PNG")
    return window.engine.takes.add(data.getvalue(), ".png", Facts(
        document=document.key, node="draft", kind="image", title="Boat", width=256, height=256, seed=7,
        model="Small", prompt="a boat", settings={"seed": 7, "prompt": "a boat", "negative": "fog"}))


def test_a_final_is_chosen_with_prices_and_losses_in_sight_and_is_one_step(
        window: Window, document: Document, qtbot: QtBot) -> None:
    casting, before = window.casting, document.graph
    offered(qtbot, casting, lambda: window.actions_.do("final.add"))
    picker = casting.picker
    qtbot.keyClicks(picker.line, "flux.2 [pro]")
    assert picker.current is not None and picker.current.target.model == "flux-2-pro"
    assert "The negative prompt is not sent." in picker.said
    assert picker.take.text() == "Add final" and not picker.take.costs, "adding costs nothing"
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert not picker.isVisible()
    nodes = document.graph.nodes
    assert nodes["final"].type == "bfl_image" and nodes["save"].inputs["image"] == Wire("stage")
    assert document.selection == ("final",)
    document.undo()
    assert document.graph == before
    document.redo()
    document.select(["draft"])
    said = Said(window.desk)
    window.actions_.do("final.add")
    assert document.selection == ("final",) and "already" in said.lines[-1][0]


def test_another_model_in_its_place_and_escape_leaves_no_trace(
        window: Window, document: Document, qtbot: QtBot) -> None:
    casting, before = window.casting, document.graph
    offered(qtbot, casting, lambda: window.actions_.do("model.replace"))
    qtbot.keyClicks(casting.picker.line, "nothing like this")
    assert casting.picker.current is None and not casting.picker.take.isEnabled()
    qtbot.keyClick(casting.picker.line, Qt.Key.Key_Escape)
    qtbot.keyClick(casting.picker.line, Qt.Key.Key_Escape)
    assert not casting.picker.isVisible() and document.graph is before
    offered(qtbot, casting, lambda: window.actions_.do("model.replace"))
    qtbot.keyClicks(casting.picker.line, "flux.2 [pro]")
    qtbot.mouseClick(casting.picker.take, Qt.MouseButton.LeftButton)
    made = document.graph.nodes
    assert made["draft"].type == "bfl_image" and made["draft"].inputs["prompt"] == Wire("words")
    assert made["save"].inputs["image"] == Wire("draft") and made["draft"].title == "Boat"


def test_a_take_is_promoted_for_the_price_on_the_button_and_only_once(
        window: Window, document: Document, provider: Bfl, qtbot: QtBot) -> None:
    casting, take = window.casting, take_of(window, document)
    offered(qtbot, casting, lambda: casting.promote(document, take))
    picker = casting.picker
    qtbot.keyClicks(picker.line, "flux.2 [pro]")
    qtbot.waitUntil(picker.take.isEnabled, timeout=LONG)
    assert [one.key for one in picker.role.segments] == ["reference", "prompt"] and picker.role.key == "reference"
    picker.role.chosen.emit("prompt")
    qtbot.waitUntil(lambda: picker.role.key == "prompt" and picker.take.isEnabled(), timeout=LONG)
    assert not _is_free(picker) and picker.take.text() == "Promote take 1 · $0.03"
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.isVisible() and _paid(provider) == 0, "Enter never pays"
    compared: list[Any] = []
    casting.compared.connect(lambda takes: compared.append(takes))
    qtbot.mouseClick(picker.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(compared), timeout=LONG)
    assert _paid(provider) == 1
    [[draft, final]] = compared
    assert draft == take and final.parents == (take.id,) and final.node == "final" and final.cost == 0.03
    inputs = document.graph.nodes["final"].inputs
    assert (inputs["prompt"], inputs["seed"]) == ("a boat", 7) and "references" not in inputs
    offered(qtbot, casting, lambda: casting.promote(document, take))
    qtbot.keyClicks(picker.line, "flux.2 [pro]")
    picker.role.chosen.emit("prompt")
    qtbot.waitUntil(lambda: picker.take.text() == "Show it", timeout=LONG)
    assert "made already" in picker.said[0] and _is_free(picker)
    qtbot.mouseClick(picker.take, Qt.MouseButton.LeftButton)
    assert len(compared) == 2 and _paid(provider) == 1


def _is_free(picker: RivalPicker) -> bool:
    return not picker.take.costs


def _paid(provider: Bfl) -> int:
    return provider.paid


def test_a_stage_is_pinned_from_its_menu_and_switching_the_bar_changes_no_file(
        window: Window, document: Document) -> None:
    document.edit("Stage", lambda graph: Graph(
        {**graph.nodes, "stage": Node("stage", {"draft": Wire("draft")})}, layout={**graph.layout, "stage": [800, 0]}))
    before = dump(document.graph)
    for stage in ("final", "draft"):
        window.set_stage(stage)
    assert dump(document.graph) == before
    document.select(["stage"])
    context = window.context()
    assert context is not None
    menu = node_menu(context, "stage")
    names = [one.objectName() for one in menu.actions()]
    assert {"stage.pin_draft", "stage.pin_final", "stage.pin_no"} <= set(names)
    menu.deleteLater()
    BY_ID["stage.pin_final"].run(context)
    assert pin_of(document.graph, "stage") == "final" and '"pin": "final"' in dump(document.graph)
    BY_ID["stage.pin_no"].run(context)
    assert dump(document.graph) == before
