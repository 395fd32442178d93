import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas.library_rows import MIME
from tests.canvas.hands.conftest import LEFT, NO, Person
from workflows import edit, format
from workflows.graph import Graph, Wire

COPY = Qt.DropAction.CopyAction


def drop(person: Person, data: QMimeData, x: float = 300, y: float = 200) -> None:
    pos = person.pos(QPointF(x, y))
    target = person.view.viewport()
    entering = QDragEnterEvent(pos.toPoint(), COPY, data, LEFT, NO)
    QApplication.sendEvent(target, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(target, QDropEvent(pos, COPY, data, LEFT, NO))


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def words(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def picture(path: Path, about: str = "") -> Path:
    image = Image.of(np.zeros((8, 8, 3), np.uint8))
    path.write_bytes(image.encode("png", about=about))
    return path


def workflow() -> Graph:
    graph = edit.add_node(Graph(), "prompt", {"text": "a door"}, at=(0, 0))
    graph = edit.add_node(graph, "flux", at=(300, 0))
    return edit.connect(graph, "prompt", None, "flux", "prompt")


def offered(person: Person) -> list[str]:
    return [button.text() for button in person.hand.drops.offer.buttons]


def test_pictures_become_loaders_in_a_column(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    drop(person, files(*(picture(tmp_path / f"{name}.png") for name in ("one", "two", "three"))))
    qtbot.waitUntil(lambda: len(person.graph.nodes) == 3)
    assert {node.type for node in person.graph.nodes.values()} == {"load_image"}
    assert [Path(str(node.inputs["file"])).name for node in person.graph.nodes.values()] == [
        "one.png", "two.png", "three.png"]
    places = [person.graph.layout[name] for name in person.graph.nodes]
    assert {place[0] for place in places} == {300}
    assert sorted(place[1] for place in places) == [place[1] for place in places]
    assert person.steps == ["Add 3 files"]
    assert len(person.document.selection) == 3


def test_a_path_below_the_workflow_is_written_relative_to_it(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    person.document.mark_saved(tmp_path / "a.json", person.document.graph)
    drop(person, files(picture(tmp_path / "one.png")))
    qtbot.waitUntil(lambda: bool(person.graph.nodes))
    assert person.graph.nodes["load-image"].inputs["file"] == "one.png"


def test_a_folder_becomes_a_batch_loader(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    picture(tmp_path / "one.png")
    drop(person, files(tmp_path))
    qtbot.waitUntil(lambda: bool(person.graph.nodes))
    assert person.graph.nodes["load-folder"].type == "load_folder"


def tensors(path: Path, *names: str) -> Path:
    header = json.dumps({name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * place, 4 * place + 4]}
                         for place, name in enumerate(names)}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4 * len(names)))
    return path


@pytest.mark.parametrize(("names", "type_"), [
    (("transformer.x.lora_A.weight", "transformer.x.lora_B.weight"), "lora"),
    (("body.0.weight", "body.1.weight", "body.2.weight"), "upscale"),
])
def test_a_safetensors_file_becomes_a_node_by_its_header(
    person: Person, tmp_path: Path, qtbot: QtBot, names: tuple[str, ...], type_: str,
) -> None:
    drop(person, files(tensors(tmp_path / "some.safetensors", *names)))
    qtbot.waitUntil(lambda: bool(person.graph.nodes))
    assert [node.type for node in person.graph.nodes.values()] == [type_]


def test_a_broken_model_file_is_refused_in_words(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(b"nothing")
    with qtbot.waitSignal(person.hand.desk.said) as told:
        drop(person, files(path))
    assert "refused" in told.args[0]
    assert not person.graph.nodes


def test_a_file_that_nothing_opens_is_said(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "some.xyz"
    path.write_bytes(b"nothing")
    with qtbot.waitSignal(person.hand.desk.said) as told:
        drop(person, files(path))
    assert told.args[0] == "No node opens some.xyz."


def test_a_workflow_is_offered_to_be_opened_or_inserted(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.json"
    path.write_text(format.dump(workflow()))
    drop(person, files(path))
    qtbot.waitUntil(person.hand.drops.offer.isVisible)
    assert offered(person) == ["Open", "Insert", "Dismiss"]
    qtbot.mouseClick(person.hand.drops.offer.buttons[1], LEFT)
    assert {node.type for node in person.graph.nodes.values()} == {"prompt", "flux"}
    assert person.graph.layout["prompt"][:2] == [300, 200]
    assert person.steps == ["Insert a.json"]
    assert not person.hand.drops.offer.isVisible()
    drop(person, files(path))
    qtbot.waitUntil(person.hand.drops.offer.isVisible)
    with qtbot.waitSignal(person.hand.wants_open) as told:
        qtbot.mouseClick(person.hand.drops.offer.buttons[0], LEFT)
    assert told.args == [path]


def test_a_picture_made_with_ajar_may_also_be_used_as_a_picture(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    about = json.dumps({"ajar": 1, "workflow": "a", "graph": format.plain(workflow())})
    path = picture(tmp_path / "made.png", about)
    drop(person, files(path))
    qtbot.waitUntil(person.hand.drops.offer.isVisible)
    assert offered(person) == ["Open", "Insert", "Use as picture", "Dismiss"]
    qtbot.mouseClick(person.hand.drops.offer.buttons[2], LEFT)
    assert [node.type for node in person.graph.nodes.values()] == ["load_image"]


def test_escape_takes_the_offer_away(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.json"
    path.write_text(format.dump(workflow()))
    drop(person, files(path))
    qtbot.waitUntil(person.hand.drops.offer.isVisible)
    qtbot.keyClick(person.hand.drops.offer.buttons[0], Qt.Key.Key_Escape)
    assert not person.hand.drops.offer.isVisible()
    assert not person.graph.nodes


def test_text_is_pasted_and_words_become_a_prompt(person: Person) -> None:
    drop(person, words(format.dump(workflow())))
    assert set(person.graph.nodes) == {"prompt", "flux"}
    drop(person, words("a lighthouse at dusk"), 300, 600)
    assert person.graph.nodes["prompt-2"].inputs["text"] == "a lighthouse at dusk"
    assert len(person.steps) == 2


def test_a_row_of_the_library_is_added_where_it_is_dropped(person: Person) -> None:
    data = QMimeData()
    data.setData(MIME, json.dumps({"type": "blur", "inputs": {"radius": 2.5}}).encode())
    drop(person, data)
    assert person.graph.nodes["blur"].inputs == {"radius": 2.5}
    assert person.graph.layout["blur"][:2] == pytest.approx([280, 186])


def test_a_picture_dropped_on_a_loader_is_opened_by_it(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    person.add("load_image", 0, 0, file="old.png")
    at = person.header("load-image")
    drop(person, files(picture(tmp_path / "new.png")), at.x(), at.y())
    qtbot.waitUntil(lambda: str(person.graph.nodes["load-image"].inputs["file"]).endswith("new.png"))
    assert list(person.graph.nodes) == ["load-image"]
    assert person.steps == ["Change file"]


def test_a_row_of_the_library_dropped_on_a_wire_goes_into_it_where_it_fits(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("save_image", 600, 0)
    person.wire("load-image", "save-image", "image")
    middle = person.middle("load-image", "save-image", "image")
    for type_ in ("prompt", "blur"):
        data = QMimeData()
        data.setData(MIME, json.dumps({"type": type_, "inputs": {}}).encode())
        drop(person, data, middle.x(), middle.y())
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("blur")
    assert "prompt" in person.graph.nodes


def test_a_workflow_of_another_program_is_refused_in_words(person: Person, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "comfy.json"
    path.write_text(json.dumps({"last_node_id": 3, "nodes": [{"id": 1, "type": "KSampler"}], "links": []}))
    with qtbot.waitSignal(person.hand.desk.said) as told:
        drop(person, files(path))
    assert told.args[0] == "comfy.json is no workflow of Ajar."
    assert not person.graph.nodes
