import json
import struct
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.clips import Mesh
from canvas.viewers import pages
from canvas.viewers.viewer import Viewer


def write_triangle(path: Path, *, indexed: bool = True) -> Mesh:
    """A GLB file with one triangle."""
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], "<f4").tobytes()
    order = np.array([0, 1, 2], "<u2").tobytes() + b"\0\0"
    part: dict[str, object] = {"attributes": {"POSITION": 0}}
    if indexed:
        part["indices"] = 1
    scene = {
        "asset": {"version": "2.0"}, "meshes": [{"primitives": [part]}],
        "buffers": [{"byteLength": len(points) + len(order)}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": 6}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 3, "type": "SCALAR"},
        ],
    }
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    rest = struct.pack("<II", len(points) + len(order), 0x004E4942) + points + order
    head = struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A)
    path.write_bytes(head + text + rest)
    return Mesh.open(path)


def light(viewer: Viewer) -> float:
    """The part of the view in which something bright is to be seen."""
    image = viewer.body.grab().toImage()
    spots = [image.pixelColor(x, y).lightness() for x in range(0, image.width(), 8)
             for y in range(60, image.height(), 8)]
    return sum(spot > 110 for spot in spots) / len(spots)


@pytest.mark.parametrize(("value", "text"), [
    ("calm sea", "calm sea"), (42, "42"), (True, "yes"), (["a", "b"], "a\nb"), ([1, 2.5], "1\n2.5"),
    ({"a": [1]}, '{\n  "a": [\n    1\n  ]\n}'),
])
def test_plain_values_are_read_as_text(value: object, text: str) -> None:
    assert pages.text_of(value) == text


def test_a_text_is_shown_and_copied(viewer: Viewer) -> None:
    viewer.show_value("calm sea\nwarm light", "Prompt")
    assert viewer.pages.currentWidget() is viewer.words
    QTest.keyClick(viewer.words, Qt.Key.Key_1)
    assert viewer.words.toPlainText() == "calm sea\nwarm light"
    viewer.do("copy")
    assert QGuiApplication.clipboard().text() == "calm sea\nwarm light"


@pytest.mark.parametrize("indexed", [True, False])
def test_a_body_is_drawn_and_turned(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, indexed: bool,
) -> None:
    viewer.show_value(write_triangle(tmp_path / "t.glb", indexed=indexed), "Triangle")
    qtbot.waitUntil(lambda: viewer.body.told() != "Loading")
    assert viewer.body.told().startswith("3 points, 1 triangle.")
    qtbot.waitUntil(lambda: light(viewer) > 0.02)
    before = viewer.body.grab().toImage()
    QTest.mousePress(viewer.body, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    QTest.mouseMove(viewer.body, QPoint(180, 120))
    QTest.mouseRelease(viewer.body, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(180, 120))
    qtbot.waitUntil(lambda: viewer.body.grab().toImage() != before)
    QTest.keyClick(viewer.body, Qt.Key.Key_Left)


def test_space_lets_a_body_turn_until_it_is_pressed_again(viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    viewer.show_value(write_triangle(tmp_path / "t.glb"), "Triangle")
    qtbot.waitUntil(lambda: viewer.body.told() != "Loading")
    before = viewer.body.turn
    QTest.keyClick(viewer.body, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.body.turn[0] > before[0] + 0.1)
    QTest.keyClick(viewer.body, Qt.Key.Key_Space)
    still = viewer.body.turn
    qtbot.wait(120)
    assert viewer.body.turn == still


def test_a_body_that_can_not_be_drawn_says_so(viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    mesh = write_triangle(tmp_path / "t.glb")
    mesh.path.write_bytes(mesh.path.read_bytes().replace(b'"componentType": 5126', b'"componentType": 9999'))
    viewer.show_value(mesh, "Odd")
    qtbot.waitUntil(lambda: "can't be read" in viewer.body.told())
