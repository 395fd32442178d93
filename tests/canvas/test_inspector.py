"""What a person does in the inspector, with mouse and keys."""


import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.choices import SwitchField
from canvas.fields.numbers import SeedField
from canvas.fields.source import FormulaField, SourceChip
from canvas.fields.texts import AreaField
from canvas.inspector import Inspector
from tests.canvas.inspecting import entry, number, opened, row, select, value
from workflows import edit
from workflows.forms import form_of, held
from workflows.graph import Expr, Wire
from workflows.problems import Problem

LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def inspector(desk: Desk, document: Document, qtbot: QtBot) -> Inspector:
    return opened(desk, document, qtbot)


def drag(widget: QWidget, by: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press in the middle and move to the right in steps."""
    middle = widget.rect().center()
    QTest.mousePress(widget, LEFT, keys, middle)
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    for step in range(1, 6):
        at = QPointF(middle + QPoint(by * step // 5, 0))
        event = QMouseEvent(QEvent.Type.MouseMove, at, QPointF(widget.mapToGlobal(at.toPoint())),
                            Qt.MouseButton.NoButton, LEFT, keys)
        QGuiApplication.sendEvent(widget, event)
    QTest.mouseRelease(widget, LEFT, keys, middle + QPoint(by, 0))


def test_item_39_sliders_drag_in_one_undo_step(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    before = len(document.history.past)
    drag(number(inspector, "guidance").bar, 40)
    moved = value(document, "flux", "guidance")
    assert moved > 5.0
    assert len(document.history.past) == before + 1
    drag(number(inspector, "guidance").bar, 40)
    assert len(document.history.past) == before + 2  # another drag is another step
    document.undo()
    document.undo()
    assert value(document, "flux", "guidance") == 5.0
    assert number(inspector, "guidance").bar.value == 5.0


def test_item_39_ctrl_is_fine_and_shift_is_coarse(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    bar = number(inspector, "guidance").bar
    drag(bar, 40, CONTROL)
    fine = value(document, "flux", "guidance") - 5.0
    document.undo()
    drag(bar, 40)
    plain = value(document, "flux", "guidance") - 5.0
    assert 0 < fine < plain
    document.undo()
    drag(bar, 60, SHIFT)
    assert value(document, "flux", "guidance") % 5 == 0  # in large steps


def test_item_39_double_click_types_a_number(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, ["flux"])
    bar = number(inspector, "steps").bar
    QTest.mouseDClick(bar, LEFT)
    editor = bar.focusWidget() or QGuiApplication.focusObject()
    assert isinstance(editor, QWidget)
    QTest.keyClicks(editor, "33")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert value(document, "flux", "steps") == 33


def test_item_39_the_menu_resets_randomises_and_shows_in_the_form(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    steps = row(inspector, "steps")
    entry(steps.menu(), "Reset")()
    assert value(document, "flux", "steps") is None
    entry(row(inspector, "seed").menu(), "Randomise")()
    assert isinstance(value(document, "flux", "seed"), int)
    entry(steps.menu(), "Show in the form")()
    assert [(one.node, one.input) for one in form_of(document.graph)] == [("flux", "steps")]
    inspector.turn("form")
    assert [row.socket.name for row in inspector.form.rows] == ["steps"]
    document.undo()
    assert form_of(document.graph) == ()


def test_right_click_opens_the_menu_of_the_row(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    select(document, ["flux"])
    from PySide6.QtGui import QContextMenuEvent

    for key in ("steps", "seed", "size", "negative", "model"):
        target: QWidget = row(inspector, key).shown or inspector
        target = target.focusProxy() or target
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), target.mapToGlobal(QPoint(5, 5)))
        QGuiApplication.sendEvent(target, event)
        menus = row(inspector, key).findChildren(QMenu)
        assert menus, key
        for menu in menus:
            menu.close()


def test_item_39_typing_in_a_text_never_fires_keys_of_the_board(inspector: Inspector, document: Document) -> None:
    select(document, ["prompt"])
    field = row(inspector, "text").shown
    assert isinstance(field, AreaField)
    fired: list[str] = []
    from PySide6.QtGui import QKeySequence, QShortcut

    for key in "MBFS":
        shortcut = QShortcut(QKeySequence(key), inspector)
        shortcut.activated.connect(lambda key=key: fired.append(key))
    field.text.setFocus()
    QTest.keyClicks(field.text, "MBFS")
    QTest.keyClick(field.text, Qt.Key.Key_Delete)
    assert fired == []
    assert "MBFS" in value(document, "prompt", "text")


def test_typing_is_one_undo_step_and_keeps_the_caret(inspector: Inspector, document: Document) -> None:
    select(document, ["prompt"])
    field = row(inspector, "text").shown
    assert isinstance(field, AreaField)
    before = len(document.history.past)
    field.text.setFocus()
    cursor = field.text.textCursor()
    cursor.setPosition(2)
    field.text.setTextCursor(cursor)
    QTest.keyClicks(field.text, "tall ")
    assert value(document, "prompt", "text") == "a tall lighthouse"
    assert field.text.textCursor().position() == 7
    assert row(inspector, "text").shown is field
    assert len(document.history.past) == before + 1
    inspector.head.tab("form").setFocus()  # the burst ends when the keyboard leaves
    field.text.setFocus()
    QTest.keyClicks(field.text, "x")
    assert len(document.history.past) == before + 2


def test_ctrl_z_in_a_text_is_the_undo_of_the_window(inspector: Inspector, document: Document) -> None:
    select(document, ["prompt"])
    field = row(inspector, "text").shown
    assert isinstance(field, AreaField)
    from PySide6.QtGui import QKeySequence, QShortcut

    QShortcut(QKeySequence.StandardKey.Undo, inspector).activated.connect(document.undo)
    field.text.setFocus()
    QTest.keyClicks(field.text, "so ")
    QTest.keyClick(field.text, Qt.Key.Key_Z, CONTROL)
    assert value(document, "prompt", "text") == "a lighthouse"
    assert field.text.toPlainText() == "a lighthouse"


def test_item_40_one_edit_changes_all_selected_nodes_in_one_step(inspector: Inspector, document: Document) -> None:
    select(document, ["flux", "flux-2"])
    field = number(inspector, "steps")
    assert field.mixed and field.bar.text == "mixed"
    before = len(document.history.past)
    field.bar.setFocus()
    QTest.keyClick(field.bar, Qt.Key.Key_F2)
    editor = QGuiApplication.focusObject()
    assert isinstance(editor, QWidget)
    QTest.keyClicks(editor, "12")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert (value(document, "flux", "steps"), value(document, "flux-2", "steps")) == (12, 12)
    assert len(document.history.past) == before + 1
    assert not number(inspector, "steps").mixed
    document.undo()
    assert (value(document, "flux", "steps"), value(document, "flux-2", "steps")) == (20, 8)


def test_item_40_nodes_of_different_types_share_what_is_alike(inspector: Inspector, document: Document) -> None:
    select(document, ["flux", "grain"])
    box = inspector.node.box
    assert box is not None and set(box.rows) == {"seed"}
    seed = row(inspector, "seed").shown
    assert isinstance(seed, SeedField)
    QTest.mouseClick(seed.die, LEFT)
    assert value(document, "flux", "seed") == value(document, "grain", "seed") is not None


def test_item_40_an_expression_follows_another_parameter(inspector: Inspector, document: Document) -> None:
    select(document, ["flux-2"])
    bar = number(inspector, "steps").bar
    QTest.mouseDClick(bar, LEFT)
    editor = QGuiApplication.focusObject()
    assert isinstance(editor, QWidget)
    QTest.keyClicks(editor, "= flux.steps * 2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert value(document, "flux-2", "steps") == Expr("flux.steps * 2")
    formula = row(inspector, "steps").shown
    assert isinstance(formula, FormulaField)
    assert formula.value.full == "is 40"
    document.edit("Steps", lambda graph: edit.set_value(graph, "flux", "steps", 4))
    assert formula.value.full == "is 8"
    QTest.mouseClick(formula.cross, LEFT)
    assert value(document, "flux-2", "steps") == 8  # what it came to stays


def test_a_wrong_expression_is_said_in_place_and_changes_nothing(inspector: Inspector, document: Document) -> None:
    select(document, ["flux-2"])
    steps = row(inspector, "steps")
    entry(steps.menu(), "Write an expression")()
    formula = steps.shown
    assert isinstance(formula, FormulaField)
    formula.line.selectAll()
    QTest.keyClicks(formula.line, "nobody.steps")
    assert "nobody" in steps.trouble.full
    assert steps.trouble.isVisible()
    assert value(document, "flux-2", "steps") != Expr("nobody.steps")
    formula.line.selectAll()
    QTest.keyClicks(formula.line, "flux.steps")
    assert steps.trouble.full == ""
    assert value(document, "flux-2", "steps") == Expr("flux.steps")


def test_item_40_a_link_is_picked_from_a_list(inspector: Inspector, document: Document) -> None:
    select(document, ["flux-2"])
    entry(row(inspector, "guidance").menu(), "Link to another parameter")()
    picker = row(inspector, "guidance").picker
    assert picker is not None
    QTest.keyClicks(picker.search, "flux guidance")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert value(document, "flux-2", "guidance") == Expr("flux.guidance")
    assert row(inspector, "guidance").picker is None


def test_a_link_in_a_circle_is_refused_with_a_sentence(inspector: Inspector, document: Document) -> None:
    document.edit("Link", lambda graph: edit.set_value(graph, "flux", "steps", Expr("flux-2.steps")))
    select(document, ["flux-2"])
    refusals: list[str] = []
    document.refused.connect(lambda message, hint, node: refusals.append(message))
    row(inspector, "steps").write_formula("flux.steps")
    formula = row(inspector, "steps").shown
    assert isinstance(formula, FormulaField)
    assert value(document, "flux-2", "steps") == 8


def test_a_wire_shows_where_it_comes_from(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    chip = row(inspector, "prompt").shown
    assert isinstance(chip, SourceChip)
    assert chip.button.text() == "from Prompt"
    QTest.mouseClick(chip.button, LEFT)
    assert document.selection == ("prompt",)
    select(document, ["flux"])
    QTest.mouseClick(chip.cross, LEFT)
    assert value(document, "flux", "prompt") is None
    assert isinstance(row(inspector, "prompt").shown, AreaField)
    document.undo()
    assert row(inspector, "prompt").shown is chip


def test_errors_stand_under_their_field(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    document.edit("Too much", lambda graph: edit.set_value(graph, "flux", "guidance", 50))
    guidance = row(inspector, "guidance")
    assert guidance.trouble.full.startswith("Goes from 0 to 20, not to 50.")
    document.undo()
    assert not guidance.trouble.isVisible()
    problem = Problem("error", 'The input "steps" of "flux" is odd.', "Take an even one.", "flux", "steps")
    inspector.tell_problems(document, (problem,))
    assert row(inspector, "steps").trouble.full == "Is odd. Take an even one."
    inspector.tell_problems(document, ())
    assert row(inspector, "steps").trouble.full == ""


def test_a_parameter_that_makes_no_sense_is_hidden(inspector: Inspector, document: Document) -> None:
    select(document, ["save-image"])
    assert row(inspector, "depth").isVisible()
    assert not row(inspector, "lossless").isVisible()
    document.edit("Format", lambda graph: edit.set_value(graph, "save-image", "format", "webp"))
    assert not row(inspector, "depth").isVisible()
    lossless = row(inspector, "lossless").shown
    assert isinstance(lossless, SwitchField) and lossless.isVisible()


def test_problems_of_a_node_that_is_gone_again_harm_nothing(inspector: Inspector, document: Document) -> None:
    """Duplicate and undo: the check of the duplicate may be told after it went."""
    document.edit("Add", lambda graph: edit.add_node(graph, "flux", id="again"))
    select(document, ["again"])
    shown = row(inspector, "steps")
    shown.tell_problems((Problem("error", "Steps is wrong.", "Mend it.", "again", "steps"),))
    document.undo()
    shown.tell_problems(())


def test_reset_leaves_wires(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    QTest.mouseClick(inspector.node.settings.action, LEFT)
    assert dict(document.graph.nodes["flux"].inputs) == {"prompt": Wire("prompt")}


def test_a_locked_seed_is_kept_in_the_file(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    seed = row(inspector, "seed").shown
    assert isinstance(seed, SeedField)
    QTest.mouseClick(seed.lock, LEFT)
    assert held(document.graph, "flux") == ("seed",)
    document.undo()
    assert held(document.graph, "flux") == ()


def test_values_are_copied_and_pasted(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    entry(row(inspector, "steps").menu(), "Copy value")()
    select(document, ["flux-2"])
    entry(row(inspector, "steps").menu(), "Paste value")()
    assert value(document, "flux-2", "steps") == 20
    paste = next(one for one in row(inspector, "size").menu().actions() if one.text() == "Paste value")
    assert not paste.isEnabled()  # 20 is no size


def test_ctrl_enter_runs_from_inside_a_text(inspector: Inspector, document: Document) -> None:
    from PySide6.QtGui import QKeySequence, QShortcut

    ran: list[int] = []
    QShortcut(QKeySequence("Ctrl+Return"), inspector).activated.connect(lambda: ran.append(1))
    select(document, ["prompt"])
    field = row(inspector, "text").shown
    assert isinstance(field, AreaField)
    field.text.setFocus()
    QTest.keyClick(field.text, Qt.Key.Key_Return, CONTROL)
    assert ran == [1]
    assert value(document, "prompt", "text") == "a lighthouse"


def test_a_row_of_texts_keeps_its_wire(inspector: Inspector, document: Document) -> None:
    from canvas.fields.several import ListField
    from canvas.fields.texts import LineField
    from workflows.graph import Row

    document.edit("Join", lambda graph: edit.add_node(graph, "text_join", {"parts": Row((Wire("prompt"), "ink"))}))
    select(document, ["text-join"])
    field = row(inspector, "parts").shown
    assert isinstance(field, ListField)
    chip, line = field.fields
    assert isinstance(chip, SourceChip) and chip.button.text() == "from Prompt"
    assert isinstance(line, LineField)
    line.line.setFocus()
    QTest.keyClicks(line.line, "red ")
    assert value(document, "text-join", "parts") == Row((Wire("prompt"), "red ink"))
    QTest.mouseClick(chip.cross, LEFT)
    assert value(document, "text-join", "parts") == ["red ink"]
    document.undo()
    assert isinstance(field.fields[0], SourceChip)
