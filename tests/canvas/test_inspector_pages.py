"""The pages of the inspector and its head, with mouse and keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.numbers import NumberField
from canvas.inspector import Inspector
from canvas.looks import Look
from tests.canvas.inspecting import entry, number, opened, row, select, value
from workflows import edit
from workflows.graph import Graph, GroupInput

LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def inspector(desk: Desk, document: Document, qtbot: QtBot) -> Inspector:
    return opened(desk, document, qtbot)


def test_the_title_is_typed_over(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    title = inspector.node.head.title
    assert title.text() == "Flux"
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Harbour")
    QTest.keyClick(title, Qt.Key.Key_Return)
    assert document.graph.nodes["flux"].title == "Harbour"
    document.undo()
    assert title.text() == "Flux"


def test_item_18_states_are_set_and_taken_back_in_the_head(inspector: Inspector, document: Document) -> None:
    select(document, ["flux", "blur"])
    mute = inspector.node.head.states["muted"]
    QTest.mouseClick(mute, LEFT)
    assert [document.graph.nodes[name].state for name in ("flux", "blur")] == ["muted", "muted"]
    assert mute.isChecked()
    QTest.mouseClick(mute, LEFT)
    assert document.graph.nodes["flux"].state is None
    assert not mute.isChecked()


def test_a_freeze_without_a_result_says_why(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    refusals: list[str] = []
    document.refused.connect(lambda message, hint, node: refusals.append(message))
    QTest.mouseClick(inspector.node.head.states["frozen"], LEFT)
    assert refusals and "no result" in refusals[0]
    assert not inspector.node.head.states["frozen"].isChecked()


def test_nothing_selected_shows_the_workflow(inspector: Inspector, document: Document) -> None:
    select(document, [])
    assert inspector.page is inspector.workflow
    notes = inspector.workflow.about.text
    notes.setFocus()
    QTest.keyClicks(notes, "For the harbour film")
    assert document.graph.settings["notes"] == "For the harbour film"
    inspector.workflow.residency.combo.setCurrentIndex(2)  # type: ignore[union-attr]
    inspector.workflow.residency.combo.activated.emit(2)  # type: ignore[union-attr]
    assert document.graph.settings["residency"] == "local"
    inspector.workflow.residency.combo.activated.emit(0)  # type: ignore[union-attr]
    assert "residency" not in document.graph.settings


def test_frames_and_notes_are_edited(inspector: Inspector, document: Document) -> None:
    document.edit("Frame", lambda graph: edit.add_frame(graph, "Find", (0, 0), (100, 100)))
    document.edit("Note", lambda graph: edit.add_note(graph, "Mind", (0, 0)))
    select(document, ["frame:frame"])
    title = inspector.mark.head.title
    title.setFocus()
    title.selectAll()
    QTest.keyClicks(title, "Shots")
    QTest.keyClick(title, Qt.Key.Key_Return)
    swatches = inspector.mark.colour
    QTest.mouseClick(swatches, LEFT, Qt.KeyboardModifier.NoModifier, swatches.place("edit").center().toPoint())
    assert document.graph.frames["frame"]["title"] == "Shots"
    assert document.graph.frames["frame"]["colour"] == "edit"
    select(document, ["note:note"])
    text = inspector.mark.text.text
    text.setFocus()
    text.selectAll()
    QTest.keyClicks(text, "Mind the light")
    assert document.graph.notes["note"]["text"] == "Mind the light"


def test_the_history_goes_where_it_is_clicked(inspector: Inspector, document: Document) -> None:
    for steps in (1, 2, 3):
        document.edit(f"Steps {steps}", lambda graph, n=steps: edit.set_value(graph, "flux", "steps", n))  # type: ignore[misc]
    inspector.turn("history")
    past = inspector.past
    assert past.steps.titles == ("Opened", "Build", "Steps 1", "Steps 2", "Steps 3")
    at = past.list.visualRect(past.steps.index(2)).center()
    QTest.mouseClick(past.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert value(document, "flux", "steps") == 1
    assert past.steps.now == 2 and len(past.steps.titles) == 5
    at = past.list.visualRect(past.steps.index(4)).center()
    QTest.mouseClick(past.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert value(document, "flux", "steps") == 3


def test_the_form_edits_the_graph_from_any_room(inspector: Inspector, document: Document) -> None:
    def grouped(graph: Graph) -> Graph:
        return edit.make_group(graph, ["blur"], "soft")[0]

    document.edit("Group", grouped)
    document.enter("soft")
    select(document, ["blur"])
    entry(row(inspector, "radius").menu(), "Show in the form")()
    document.go(())
    inspector.turn("form")
    [only] = inspector.form.rows
    field = only.shown
    assert isinstance(field, NumberField)
    field.bar.setFocus()
    QTest.keyClick(field.bar, Qt.Key.Key_Right)
    assert document.graph.groups["soft"].nodes["blur"].inputs["radius"] == 4.5


def test_item_22_an_inner_parameter_becomes_an_input_of_the_group(inspector: Inspector, document: Document) -> None:
    document.edit("Group", lambda graph: edit.make_group(graph, ["blur"], "soft")[0])
    document.enter("soft")
    select(document, ["blur"])
    entry(row(inspector, "radius").menu(), "Make an input of the group")()
    assert document.graph.groups["soft"].nodes["blur"].inputs["radius"] == GroupInput("radius")
    document.go(())
    select(document, ["soft"])
    assert number(inspector, "radius").bar.value == 4.0
    document.enter("soft")
    select(document, ["blur"])
    entry(row(inspector, "radius").menu(), "Take it from the group's inputs")()
    assert "radius" not in document.graph.groups["soft"].inputs
    assert not isinstance(document.graph.groups["soft"].nodes["blur"].inputs.get("radius"), GroupInput)


def test_what_a_run_says_is_shown_without_a_new_page(inspector: Inspector, desk: Desk, document: Document) -> None:
    select(document, ["flux"])
    field = row(inspector, "steps").shown
    look = Look("failed", message="Not enough memory.", hint="Try 512 pixels.", lane="GPU 0")
    desk.looks(document).put({"flux": look})
    assert "GPU 0" in [badge.text for badge in inspector.node.chips.shown]
    assert [notice.message.full for notice in inspector.node.said if notice.isVisible()] == ["Not enough memory."]
    assert row(inspector, "steps").shown is field


def test_everything_has_a_name_and_is_reached_by_tab(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    seen: list[QWidget] = []
    inspector.head.tab("inspector").setFocus()
    for _ in range(60):
        focus = inspector.focusWidget()
        if focus is None or focus in seen:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert all(widget.accessibleName() for widget in seen), [w for w in seen if not w.accessibleName()]
    for key in ("model", "steps", "guidance", "negative", "seed"):
        field = row(inspector, key).shown
        assert field is not None and field.focusProxy() in seen, key


def test_twice_as_large_texts_fit(desk: Desk, document: Document, inspector: Inspector, qtbot: QtBot) -> None:
    from canvas.theme import Theme

    select(document, ["flux"])
    desk.wear(Theme("light", 2.0))
    steps = row(inspector, "steps")
    assert steps.label.height() >= steps.label.fontMetrics().height()
    assert inspector.minimumSizeHint().width() < 420


def test_files_are_found_beside_the_workflow(desk: Desk, document: Document, inspector: Inspector, tmp_path: Path,
                                             qtbot: QtBot) -> None:
    from canvas.fields.files import FileField

    (tmp_path / "pictures").mkdir()
    document.path = tmp_path / "one.json"
    document.edit("Add", lambda graph: edit.add_node(graph, "load_folder", {"folder": "pictures"}))
    select(document, ["load-folder"])
    field = row(inspector, "folder").shown
    assert isinstance(field, FileField)
    qtbot.waitUntil(lambda: field.peek.seen.text == "no pictures in it")
    field.take(tmp_path.parent)
    assert "outside" in row(inspector, "folder").trouble.full
    assert value(document, "load-folder", "folder") == "pictures"


def test_the_form_runs_the_workflow_and_says_what_it_costs(inspector: Inspector, desk: Desk,
                                                           document: Document) -> None:
    ran: list[int] = []
    desk.learn("run", lambda: ran.append(1))
    select(document, ["flux"])
    entry(row(inspector, "steps").menu(), "Show in the form")()
    inspector.turn("form")
    QGuiApplication.processEvents()
    inspector.form.tell_price("$0.28", costs=True)
    assert inspector.form.run.text() == "Run · $0.28"
    QTest.mouseClick(inspector.form.run, LEFT)
    assert ran == [1]


def test_a_narrow_panel_stacks_names_above_their_fields(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    steps = row(inspector, "steps")
    assert steps.shown is not None
    assert steps.shown.mapTo(steps, QPoint(0, 0)).x() > 60
    inspector.resize(200, 900)
    QGuiApplication.processEvents()
    assert steps.shown.mapTo(steps, QPoint(0, 0)).x() < 10
    assert inspector.node.width() <= inspector.width()


def test_esc_leaves_a_title_as_it_was(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    before = len(document.history.past)
    title = inspector.node.head.title
    title.setFocus()
    QTest.keyClicks(title, "abc def")
    QTest.keyClick(title, Qt.Key.Key_Escape)
    assert title.text() == "Flux"
    assert document.graph.nodes["flux"].title == "" and len(document.history.past) == before


def test_rows_are_made_in_quiet_moments(inspector: Inspector, document: Document, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(inspector.node._boxes) >= 5)
    made = dict(inspector.node._boxes)
    select(document, ["grain"])
    assert inspector.node._now in made.values()  # nothing was made for it
    assert row(inspector, "amount").shown is not None


def test_what_is_shown_is_never_forgotten(inspector: Inspector, document: Document) -> None:
    select(document, ["flux"])
    shown = inspector.node.box
    kinds = ["blur", "sharpen", "grain", "crop", "pad", "rotate", "flip", "resize", "levels", "curves",
             "prompt", "whole", "number", "seed", "text_join", "text_replace", "save_text"]
    for kind in kinds:
        document.edit("Add", lambda graph, kind=kind: edit.add_node(graph, kind, id=f"x{kind.replace('_', '')}"))  # type: ignore[misc]
        inspector.node._box_of(document, (f"x{kind.replace('_', '')}",))
    assert inspector.node.box is shown and row(inspector, "steps").isVisible()
    select(document, ["prompt"])
    select(document, ["flux"])
    assert row(inspector, "steps").isVisible()


def test_the_take_that_is_shown_says_what_it_took(inspector: Inspector, desk: Desk, document: Document,
                                                  tmp_path: Path) -> None:
    from types import SimpleNamespace

    from workflows.take import Facts
    from workflows.takes import Takes

    with Takes(desk.studio.home) as takes:
        desk.runner = SimpleNamespace(takes=takes, forecast=None)  # type: ignore[assignment]
        about = Facts(document=document.key, node="flux", kind="image", width=96, height=64, seconds=62.0, seed=418207)
        take = takes.add(b"not a picture", ".png", about)
        desk.looks(document).put({"flux": Look("done", picked=take.id)})
        select(document, ["flux"])
        facts = inspector.node.take
        assert facts.heading.title.full == f"Take {take.number}"
        assert {name: fact.value.full for name, fact in facts.facts.items() if fact.isVisible()} == {
            "State": "Done", "Time": "62 s", "Cost": "free", "Size": "96 × 64", "Seed": "418\N{NO-BREAK SPACE}207",
            "May be sold": "yes, CC0",
        }
    desk.runner = None
