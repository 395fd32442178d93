"""What tests of the inspector share: finding rows, selecting, what a menu does."""

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.numbers import NumberField
from canvas.fields.row import FieldRow
from canvas.inspector import Inspector
from workflows import edit
from workflows.graph import Value, Wire


def row(inspector: Inspector, key: str) -> FieldRow:
    for box in (inspector.node.box, inspector.node.wire_box):
        if box is not None and key in box.rows:
            return box.rows[key]
    raise AssertionError(f"no row {key}")


def number(inspector: Inspector, key: str) -> NumberField:
    field = row(inspector, key).shown
    assert isinstance(field, NumberField)
    return field


def select(document: Document, names: list[str]) -> None:
    """Select, and let the panel be laid out as it would be before a person's next move."""
    document.select(names)
    QGuiApplication.processEvents()


def value(document: Document, node: str, key: str) -> Any:
    return document.graph.nodes[node].inputs.get(key)


def entry(menu: QMenu, text: str) -> Callable[[], None]:
    """What an entry of a menu does."""
    action = next(action for action in menu.actions() if action.text().startswith(text))
    assert action.isEnabled()
    return action.trigger


def opened(desk: Desk, document: Document, qtbot: QtBot) -> Inspector:
    """An inspector over a workflow with a few nodes."""
    graph = document.graph
    nodes: tuple[tuple[str, dict[str, Value]], ...] = (
        ("prompt", {"text": "a lighthouse"}), ("flux", {"prompt": Wire("prompt"), "steps": 20, "guidance": 5.0}),
        ("flux", {"prompt": "two", "steps": 8}), ("blur", {"image": Wire("flux")}), ("save_image", {}),
        ("grain", {"image": Wire("flux")}),
    )
    for type_, inputs in nodes:
        graph = edit.add_node(graph, type_, inputs, at=(0, 0))
    document.edit("Build", lambda _: graph)
    panel = Inspector(desk)
    panel.resize(300, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel
