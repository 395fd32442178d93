from workflows import edit
from workflows.graph import Graph
from workflows.history import LIMIT, History


def test_undo_and_redo() -> None:
    first = edit.add_node(Graph(), "prompt")
    second = edit.set_value(first, "prompt", "text", "x")
    history = History.of(first)
    history.record(second, "Type text")
    dirty = [history.dirty]
    assert history.undo() == "Type text"
    assert history.graph is first
    assert [*dirty, history.dirty] == [True, False]
    assert history.redo() == "Type text"
    assert history.graph is second
    assert history.redo() is None
    history.undo()
    history.record(edit.set_value(first, "prompt", "text", "y"))
    assert history.redo() is None
    assert history.undo() is not None
    assert history.undo() is None


def test_a_burst_is_one_step() -> None:
    graph = edit.add_node(Graph(), "prompt")
    history = History.of(graph)
    for x in range(10):
        history.record(edit.move(history.graph, {"prompt": (x, 0)}), "Move", "drag")
    history.end_burst()
    history.record(edit.move(history.graph, {"prompt": (99, 0)}), "Move", "drag")
    assert len(history.past) == 2
    history.undo()
    assert history.graph.layout["prompt"] == [9, 0]
    history.undo()
    assert history.graph is graph


def test_nothing_happened_is_no_step_and_the_past_is_bounded() -> None:
    history = History.of(Graph())
    history.record(history.graph, "Nothing")
    assert not history.past
    for number in range(LIMIT + 50):
        history.record(edit.set_setting(history.graph, "n", number))
    assert len(history.past) == LIMIT


def test_an_equal_graph_is_not_dirty() -> None:
    history = History.of(Graph())
    history.record(edit.add_node(Graph(), "prompt"))
    history.record(edit.remove_node(history.graph, "prompt"))
    assert not history.dirty
