"""What the tests of the gallery share: a store of takes, a panel over it, and what a person does with it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from ajar.values import Image
from canvas.desk import Desk
from canvas.gallery import GalleryPanel
from workflows.takes import Facts, Take, Takes

ABOUT = json.dumps({"ajar": 1, "workflow": "harbour", "node": "flux", "graph": {"ajar": 1, "nodes": {}}})
Add = Callable[..., Take]


@pytest.fixture
def takes(desk: Desk) -> Iterator[Takes]:
    with Takes(desk.studio.home) as takes:
        yield takes


@pytest.fixture
def add(takes: Takes) -> Add:
    def add(content: bytes = b"", suffix: str = ".png", **more: Any) -> Take:
        plain: dict[str, Any] = {
            "document": "/films/harbour.json", "node": "flux", "kind": "image", "title": "Flux", "width": 64,
            "height": 48, "prompt": "a lighthouse", "model": "flux.1-schnell", "seconds": 4.0,
        }
        shade = takes.count() * 20 % 255
        picture = Image.of(np.full((48, 64, 3), shade, np.uint8)).encode("png", about=ABOUT)
        return takes.add(content or picture, suffix, Facts(**{**plain, **more}))

    return add


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, takes: Takes) -> Iterator[GalleryPanel]:
    panel = GalleryPanel(desk, takes)
    qtbot.addWidget(panel)
    panel.resize(232, 700)
    yield panel
    panel.close_down()


def shown(qtbot: QtBot, panel: GalleryPanel) -> None:
    panel.show()
    qtbot.waitUntil(lambda: panel.errands.idle and panel.model.ready)
    panel.view.setFocus()


def settled(qtbot: QtBot, panel: GalleryPanel, rows: int) -> None:
    qtbot.waitUntil(lambda: panel.model.rowCount() == rows and panel.errands.idle)


def press(panel: GalleryPanel, key: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(panel.view, key, held)


def choose(menu: QMenu, *titles: str) -> None:
    for title in titles[:-1]:
        menu = next(part for part in menu.findChildren(QMenu) if part.title() == title)
    next(action for action in menu.actions() if action.text() == titles[-1]).trigger()
