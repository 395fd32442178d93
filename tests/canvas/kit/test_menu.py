"""Menus are cut to a round shape and are as large as what stands in them."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.kit.menu import Menu


def test_the_corners_of_a_menu_are_cut_off_and_its_rows_are_not(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = Menu("Edit", parent)
    menu.addAction("Rename")
    menu.popup(QPoint(10, 10))
    qtbot.waitUntil(menu.isVisible)
    assert menu.title() == "Edit" and menu.parent() is parent
    assert not menu.mask().contains(QPoint(0, 0))
    assert menu.mask().contains(menu.rect().center()) and menu.mask().contains(QPoint(menu.width() // 2, 0))
    menu.hide()
