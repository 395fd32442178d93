from functools import partial
from pathlib import Path

from pytestqt.qtbot import QtBot

from canvas.document import Document
from workflows import edit
from workflows.graph import Graph


def with_nodes(document: Document, *types: str) -> None:
    for type_ in types:
        assert document.edit(f"Add {type_}", partial(edit.add_node, type_=type_, at=(0, 0)))


def test_an_edit_is_told_once_with_what_was_before(document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignal(document.changed) as told:
        with_nodes(document, "prompt")
    before, after = told.args
    assert (list(before.nodes), list(after.nodes)) == ([], ["prompt"])
    assert document.history.dirty


def test_a_refused_edit_changes_nothing_and_says_why(document: Document, qtbot: QtBot) -> None:
    with_nodes(document, "flux")
    graph = document.graph
    with qtbot.waitSignal(document.refused) as told:
        assert not document.edit("Wire", lambda graph: edit.connect(graph, "flux", None, "flux", "prompt"))
    assert "flux" in told.args[0]
    assert document.graph is graph


def test_a_burst_is_one_step_of_undo(document: Document) -> None:
    with_nodes(document, "flux")
    for steps in range(1, 6):
        document.edit("Steps", partial(edit.set_value, name="flux", key="steps", value=steps), "slider")
    document.end_burst()
    document.edit("Steps", lambda graph: edit.set_value(graph, "flux", "steps", 9), "slider")
    document.undo()
    assert document.graph.nodes["flux"].inputs["steps"] == 5
    document.undo()
    assert "steps" not in document.graph.nodes["flux"].inputs


def test_what_is_gone_is_not_selected_any_more(document: Document) -> None:
    with_nodes(document, "prompt", "flux")
    document.select(["prompt", "flux"])
    assert document.primary == "flux"
    document.edit("Delete", lambda graph: edit.remove_node(graph, "flux"))
    assert document.selection == ("prompt",)
    document.select(["prompt"], toggle=True)
    assert not document.selection


def test_a_group_is_entered_edited_and_left(document: Document) -> None:
    with_nodes(document, "prompt", "flux")
    document.edit("Group", lambda graph: edit.make_group(graph, ["flux"], "paint")[0])
    assert document.enter("paint")
    assert list(document.shown.nodes) == ["flux"]
    with_nodes(document, "blur")
    assert set(document.shown.nodes) == {"flux", "blur"}
    assert set(document.graph.groups["paint"].nodes) == {"flux", "blur"}
    assert document.graph.layout["group:paint/blur"] == [0, 0]
    assert document.flat("blur") == "paint/blur"
    document.go(())
    assert document.selection == ("paint",)
    assert "blur" not in document.graph.nodes


def test_undoing_the_group_leaves_its_room(document: Document) -> None:
    with_nodes(document, "flux")
    document.edit("Group", lambda graph: edit.make_group(graph, ["flux"], "paint")[0])
    document.enter("paint")
    document.undo()
    assert document.room == ()
    assert list(document.shown.nodes) == ["flux"]


def test_saving_makes_it_clean(document: Document, tmp_path: Path) -> None:
    with_nodes(document, "flux")
    document.mark_saved(tmp_path / "a.json", document.graph)
    assert not document.history.dirty
    assert document.title == "a"
    document.undo()
    assert document.history.dirty


def test_shown_stays_the_same_object_while_nothing_changes(document: Document) -> None:
    document.edit("Add", lambda graph: edit.add_node(graph, "flux"))
    document.edit("Group", lambda graph: edit.make_group(graph, ["flux"], "paint")[0])
    document.enter("paint")
    assert document.shown is document.shown
    assert isinstance(document.shown, Graph)
