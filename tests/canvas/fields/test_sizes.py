from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ajar.contract import Socket
from ajar.values import Size
from canvas.fields import Facts
from canvas.fields.sizes import SizeField

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
OWN = Facts(own={"size": "1024x1024", "multiple": 16, "largest": 2048})
SOCKET = Socket("size", Size, None, optional=True)


def shape(field: SizeField, name: str) -> None:
    QTest.mouseClick(field.shape, LEFT, PLAIN, field.shape.rect_of(name).center().toPoint())


def test_without_a_size_the_models_own_is_shown_and_not_set(show: Any) -> None:
    field, told = show(SOCKET, None, OWN)
    assert field.words() == "The model's own"
    assert (field.width_.text(), field.width_.placeholderText()) == ("", "1024")
    assert field.shape.key == "1:1"
    assert told.values == []


def test_a_shape_keeps_the_number_of_pixels_on_the_grid(show: Any) -> None:
    field, told = show(SOCKET, None, OWN)
    shape(field, "16:9")
    size = Size.parse(told.values[0])
    assert size.width % 16 == size.height % 16 == 0
    assert abs(size.width * size.height / 1024**2 - 1) < 0.05
    assert field.shape.key == "16:9"
    shape(field, "9:16")
    assert told.values[1] == f"{size.height}x{size.width}"


def test_width_and_height_swap(show: Any) -> None:
    field, told = show(SOCKET, "1280x704", OWN)
    QTest.mouseClick(field.swap, LEFT)
    assert told.values == ["704x1280"]


def test_a_typed_size_goes_to_the_grid_of_the_model(show: Any) -> None:
    field, told = show(SOCKET, "1280x704", OWN)
    field.width_.setFocus()
    field.width_.selectAll()
    QTest.keyClicks(field.width_, "1001")
    assert "multiples of 16" in told.refused[-1]
    QTest.keyClick(field.width_, Qt.Key.Key_Return)
    assert told.values[-1] == "1008x704"
    assert told.refused[-1] == ""


def test_the_cross_goes_back_to_the_models_own(show: Any) -> None:
    field, told = show(SOCKET, "1280x704", OWN)
    assert field.own.isVisible()
    QTest.mouseClick(field.own, LEFT)
    assert told.values == [None]
    assert not field.own.isVisible()


def test_other_shapes_and_megapixels_are_in_the_menu(show: Any) -> None:
    field, told = show(SOCKET, "1024x1024", OWN)
    menu = field.menu()
    texts = [action.text().partition("\t")[0] for action in menu.actions()]
    assert {"3:2", "21:9", "2 MP", "Model's own"} <= set(texts)
    assert "8 MP" not in texts  # larger than this model paints
    next(action for action in menu.actions() if action.text().startswith("3:2")).trigger()
    width, height = Size.parse(told.values[-1]).width, Size.parse(told.values[-1]).height
    assert abs(width / height - 1.5) < 0.05


def test_a_size_that_must_be_given_has_no_cross(show: Any) -> None:
    field, _ = show(Socket("size", Size))
    assert not field.own.isVisible()
    assert field.words() == ""
    field.show_value("640x480")
    assert not field.own.isVisible()
    assert field.words() == "640 × 480, 0.3 MP"
