"""Licences, confidential files and where work may go, as the window shows them and lets a person decide."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas.board.chips import ICONS
from canvas.desk import Desk
from canvas.document import Document
from canvas.engine import Engine
from canvas.foresight import Outlook
from canvas.gallery import GalleryPanel
from canvas.kit import words
from canvas.taste import Taste
from canvas.window import Window
from tests.canvas.pictures import Add, add, panel, takes
from workflows import statement
from workflows.takes import Takes

__all__ = ["add", "panel", "takes"]

LAYER = "lora_unet_double_blocks_0_img_attn_proj"
WORK = {
    "load": {"type": "load_image", "inputs": {"file": "face.png"}},
    "keep": {"type": "save_image", "inputs": {"image": {"from": "load"}}},
    "film": {"type": "kling_video", "inputs": {"prompt": "a boat", "first_frame": {"from": "load"}}},
    "lora": {"type": "lora", "inputs": {"model": "forbidden"}},
    "flux": {"type": "flux", "inputs": {"prompt": "a hill", "model": "builtin"}},
    "save": {"type": "save_image", "inputs": {"image": {"from": "flux"}}},
}


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> Iterator[Window]:
    engine = Engine(desk)
    window = Window(desk, engine, Taste(theme="dark", hints=False, doors=False))
    window.resize(1200, 800)
    window.show()
    yield window
    for document in list(desk.documents):
        desk.close(document)
    window.gone.emit()
    engine.close()
    shiboken6.delete(window)


@pytest.fixture
def project(tmp_path: Path, desk: Desk) -> Path:
    from safetensors.numpy import save_file

    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "face.png").write_bytes(Image.of(np.full((32, 32, 3), 120, np.uint8)).encode("png"))
    (folder / "ajar.toml").write_text('intent = "client"\nresidency = "local"\nconfidential = ["face.png"]\n', "utf-8")
    desk.studio.home.models.mkdir(parents=True, exist_ok=True)
    layers = {f"{LAYER}.lora_down.weight": np.zeros((4, 3072), np.float32),
              f"{LAYER}.lora_up.weight": np.zeros((3072, 4), np.float32)}
    save_file(layers, desk.studio.home.models / "forbidden.safetensors", {"modelspec.license": "cc-by-nc-4.0"})
    (folder / "work.json").write_text(json.dumps({"ajar": 1, "nodes": WORK}), "utf-8")
    return folder


def seen(qtbot: QtBot, window: Window, project: Path) -> tuple[Document, Outlook]:
    window.files.open(project / "work.json")
    document = window.desk.front
    assert document is not None
    qtbot.waitUntil(lambda: window.engine.forecast.outlook(document) is not None, timeout=30_000)
    outlook = window.engine.forecast.outlook(document)
    assert outlook is not None
    return document, outlook


def test_what_is_forbidden_and_what_is_confidential_are_problems_with_the_node_to_blame(
        qtbot: QtBot, window: Window, project: Path) -> None:
    document, outlook = seen(qtbot, window, project)
    errors = {problem.node: problem.message for problem in outlook.errors}
    assert "forbid client work" in errors["lora"] and '"forbidden"' in errors["lora"]
    assert "film" in errors and ("face.png" in errors["film"] or "local only" in errors["film"])
    look = window.desk.looks(document)
    qtbot.waitUntil(lambda: "face.png" in look.of("load").confidential)
    document.select(["load"])
    said = window.panels.inspector.node.said
    qtbot.waitUntil(lambda: any("face.png, which is confidential" in notice.message.full for notice in said))
    assert look.of("save").result == "Client work: pass"
    assert look.of("flux").terms == "pass" and set(ICONS) == {"pass", "warn", "block"}


def test_the_badge_says_where_work_may_go(qtbot: QtBot, window: Window, project: Path) -> None:
    seen(qtbot, window, project)
    mark = window.tools.hosts
    qtbot.waitUntil(lambda: mark.accessibleName() == "Local only · 0 hosts")
    assert "Nothing may leave this computer" in mark.accessibleDescription()
    assert mark.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_without_a_rule_the_badge_does_not_claim_one(qtbot: QtBot, window: Window, project: Path) -> None:
    (project / "ajar.toml").unlink()
    (project / "work.json").write_text(json.dumps({"ajar": 1, "nodes": {"flux": WORK["flux"]}}), "utf-8")
    seen(qtbot, window, project)
    qtbot.waitUntil(lambda: window.tools.hosts.accessibleName() == "0 hosts")


def test_a_reason_lets_a_workflow_run(qtbot: QtBot, window: Window, project: Path) -> None:
    document, _ = seen(qtbot, window, project)
    panel = window.panels.problems
    key = next(key for key, problem in panel._problems.items() if problem.node == "lora")
    panel._mend(key)
    dialog = window.findChild(QInputDialog)
    assert dialog is not None and "LICENSES.txt" in dialog.labelText() and "does not advise" in dialog.labelText()
    dialog.setTextValue("we bought a licence")
    dialog.accept()
    assert document.licence_reason == "we bought a licence"

    def lifted() -> bool:
        outlook = window.engine.forecast.outlook(document)
        return outlook is not None and "lora" not in {problem.node for problem in outlook.errors}

    qtbot.waitUntil(lifted, timeout=30_000)
    outlook = window.engine.forecast.outlook(document)
    assert outlook is not None
    assert any("we bought a licence" in problem.message for problem in outlook.problems)


def test_an_empty_reason_changes_nothing(qtbot: QtBot, window: Window, project: Path) -> None:
    document, _ = seen(qtbot, window, project)
    panel = window.panels.problems
    panel._mend(next(key for key, problem in panel._problems.items() if problem.node == "lora"))
    dialog = window.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("  ")
    dialog.accept()
    assert document.licence_reason == ""


def test_the_page_of_the_workflow_says_that_the_project_is_stricter(
        qtbot: QtBot, window: Window, project: Path) -> None:
    from canvas.pages.sheet import WorkflowPage

    document, _ = seen(qtbot, window, project)
    page = WorkflowPage(window.desk)
    qtbot.addWidget(page)
    page.show_document(document)
    assert "The project says: Client work" in page.explained["intent"].text()
    assert "The project says: This computer only" in page.explained["residency"].text()
    page.intent.edited.emit("Personal use")
    assert document.graph.settings["intent"] == "personal", "it may be said, but loosens nothing"


def test_the_statement_of_a_run_is_saved(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    said: list[str] = []
    window.desk.said.connect(lambda message, hint: said.append(message))
    mark = window.tools.hosts
    QTest.mouseClick(mark, Qt.MouseButton.LeftButton, pos=QPointF(5, 5).toPoint())
    assert "Nothing has run yet" in said[-1]
    statement.keep(window.desk.studio.home, 7, statement.Statement("work", 1.0, 2.0, "local"))
    kept = window.telling.statements
    dialog = kept.ask()
    assert dialog is not None
    dialog.reject()
    kept.save(tmp_path / "statement.txt")
    qtbot.waitUntil(lambda: (tmp_path / "statement.txt").exists())
    text = (tmp_path / "statement.txt").read_text("utf-8")
    assert text.startswith("Run 7 of work") and "Hosts contacted: 0." in text


def test_licences_are_named_as_people_name_them() -> None:
    assert words.licence("kling-terms") == "Provider's terms" == words.licence("provider-terms")
    assert words.licence("unknown") == "Terms not known"


# --- the gallery ----------------------------------------------------------------------------------------------------


def forbidden(tmp_path: Path) -> tuple[bytes, str]:
    """A picture that says it was made by MusicGen's sister, and the client's workflow that it belongs to."""
    about = {"ajar": 1, "graph": {"ajar": 1, "nodes": {}}, "models": [
        {"kind": "musicgen", "id": "musicgen-small", "revision": "abc", "licence": "cc-by-nc-4.0"}]}
    document = tmp_path / "client.json"
    document.write_text(json.dumps({"ajar": 1, "nodes": {}, "settings": {"intent": "client"}}), "utf-8")
    return Image.of(np.full((8, 8, 3), 9, np.uint8)).encode("png", about=json.dumps(about)), str(document)


def test_an_export_that_terms_forbid_asks_for_a_reason_and_writes_it_down(
        qtbot: QtBot, panel: GalleryPanel, add: Add, tmp_path: Path) -> None:
    content, document = forbidden(tmp_path)
    take = add(content, document=document)
    target = tmp_path / "given" / "film.png"
    target.parent.mkdir()
    panel.deeds.export_to([take], target)
    qtbot.waitUntil(lambda: panel.findChild(QInputDialog) is not None)
    assert not target.exists(), "nothing is handed out before there is a reason"
    dialog = panel.findChild(QInputDialog)
    dialog.setTextValue("the client has a licence of its own")
    dialog.accept()
    qtbot.waitUntil(lambda: (target.parent / "LICENSES.txt").exists())
    text = (target.parent / "LICENSES.txt").read_text("utf-8")
    assert target.exists() and "film.png" in text and "the client has a licence of its own" in text
    assert "Made with MusicGen small, CC BY-NC 4.0" in text


def test_an_export_that_is_allowed_has_its_licences_beside_it(
        qtbot: QtBot, panel: GalleryPanel, add: Add, tmp_path: Path) -> None:
    content, _ = forbidden(tmp_path)
    take = add(content)
    (tmp_path / "given").mkdir()
    panel.deeds.export_to([take], tmp_path / "given" / "mine.png", strip=True)
    qtbot.waitUntil(lambda: (tmp_path / "given" / "LICENSES.txt").exists())
    assert "MusicGen" in (tmp_path / "given" / "LICENSES.txt").read_text("utf-8"), "also where the file says nothing"


def test_a_take_is_marked_and_its_stripped_copy_is_too(
        qtbot: QtBot, panel: GalleryPanel, add: Add, takes: Takes, desk: Desk, tmp_path: Path) -> None:
    from workflows.marks import digest_of

    take = add()
    panel.deeds.conceal([take])
    qtbot.waitUntil(lambda: takes.get(take.id).confidential)
    panel.deeds.export_to([takes.get(take.id)], tmp_path / "bare.png", strip=True)
    qtbot.waitUntil(lambda: (tmp_path / "bare.png").exists())
    qtbot.waitUntil(lambda: desk.studio.marks.find((digest_of(tmp_path / "bare.png"),)) is not None)
    panel.deeds.reveal_again([takes.get(take.id)])
    dialog = panel.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("the film is out")
    dialog.accept()
    qtbot.waitUntil(lambda: not takes.get(take.id).confidential)
    assert [deed.words for deed in desk.studio.marks.deeds() if deed.deed == "cleared"] == ["the film is out"]


def test_a_node_is_marked_from_its_menu_and_cleared_with_a_reason(
        qtbot: QtBot, window: Window, project: Path) -> None:
    document, _ = seen(qtbot, window, project)
    (project / "ajar.toml").unlink()
    document.select(("flux",))
    window.actions_.do("node.confidential")
    assert document.graph.nodes["flux"].extra == {"confidential": True}
    qtbot.waitUntil(lambda: "marked as confidential" in window.desk.looks(document).of("save").confidential,
                    timeout=30_000)
    window.actions_.do("node.confidential")
    dialog = window.findChild(QInputDialog)
    assert dialog is not None and document.graph.nodes["flux"].extra
    dialog.setTextValue("it is public now")
    dialog.accept()
    assert not document.graph.nodes["flux"].extra
    kept = [deed for deed in window.desk.studio.marks.deeds() if deed.deed == "cleared"]
    assert [(deed.name, deed.words) for deed in kept] == [("work: flux", "it is public now")]
