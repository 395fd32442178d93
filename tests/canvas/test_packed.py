"""A bundle that is opened in the window."""

import json
from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from tests.canvas.hosted import shown_window
from tests.canvas.running import LONG
from workflows import dropped, project
from workflows.bundling import Wish, bundle
from workflows.format import read


def test_a_bundle_is_unpacked_beside_itself_and_what_it_lacks_is_said(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "mine.png").write_bytes(b"picture")
    graph = read(json.dumps({"ajar": 1, "nodes": {
        "load": {"type": "load_image", "inputs": {"file": "mine.png"}}, "odd": {"type": "strange/thing"},
    }}).encode())
    packed = tmp_path / "harbour.zip"
    wish = Wish(graph, tmp_path, "harbour", str(tmp_path / "harbour.json"))
    bundle(desk.studio, project.find(tmp_path / "harbour.json"), wish, packed)
    (tmp_path / "harbour").mkdir()  # somebody's own
    said: list[str] = []
    desk.said.connect(lambda message, hint: said.append(message))
    assert dropped.holds_graph(packed)
    with shown_window(desk) as window:
        assert window.files.open(packed) is None
        qtbot.waitUntil(lambda: desk.front is not None and desk.front.path is not None, timeout=LONG)
        assert desk.front is not None and desk.front.path == tmp_path / "harbour 2" / "workflow.json"
        assert desk.front.graph.nodes["load"].inputs == {"file": "files/mine.png"}
        qtbot.waitUntil(lambda: any('The pack "strange" is not here.' in one for one in said), timeout=LONG)
    assert (tmp_path / "harbour 2" / "files" / "mine.png").read_bytes() == b"picture"


def test_a_workflow_is_packed_from_the_menu(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "mine.png").write_bytes(b"picture")
    file = tmp_path / "harbour.json"
    file.write_text(json.dumps({"ajar": 1, "nodes": {"load": {"type": "load_image", "inputs": {"file": "mine.png"}}}}))
    with shown_window(desk) as window:
        document = window.files.open(file)
        assert document is not None
        window.actions_.do("bundle")
        dialogs = window.findChildren(QFileDialog)
        assert len(dialogs) == 1 and dialogs[0].selectedFiles() == [str(tmp_path / "harbour.zip")]
        dialogs[0].close()
        said: list[str] = []
        desk.said.connect(lambda message, hint: said.append(message))
        window.files.packed.pack(document, tmp_path / "harbour.zip")
        qtbot.waitUntil(lambda: any("Packed harbour.zip: 1 file" in one for one in said), timeout=LONG)
        window.files.packed.pack(document, tmp_path / "harbour.zip")
        qtbot.waitUntil(lambda: any("is there already" in one for one in said), timeout=LONG)
    assert dropped.holds_graph(tmp_path / "harbour.zip")


def test_a_hostile_bundle_opens_nothing(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    import zipfile

    packed = tmp_path / "bad.zip"
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("bundle.json", json.dumps({"ajar-bundle": 1, "contents": [
            {"name": "../evil", "bytes": 4, "digest": "x"}]}))
        out.writestr("../evil", "evil")
    said: list[str] = []
    desk.said.connect(lambda message, hint: said.append(message))
    with shown_window(desk) as window:
        window.files.open(packed)
        qtbot.waitUntil(lambda: any("can't be opened as a bundle" in one for one in said), timeout=LONG)
    assert desk.front is None and [file.name for file in tmp_path.iterdir() if file.suffix != ""] == ["bad.zip"]
