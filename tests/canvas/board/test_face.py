"""What a card says of a node."""

from collections.abc import Mapping

import pytest

from ajar.contract import NodeType
from canvas.board.face import Face, face_of
from tests.canvas.board.scenes import painting
from workflows.graph import Expr, Graph, Group, GroupInput, Node, Row, Wire
from workflows.studio import Studio


@pytest.fixture
def types(studio: Studio) -> Mapping[str, NodeType]:
    return studio.packs.types


def rows(face: Face) -> list[str]:
    return [port.label for port in face.ins if not port.quiet]


def test_what_is_wired_is_a_socket_and_the_rest_are_values(types: Mapping[str, NodeType]) -> None:
    face = face_of(painting(), types, "flux")
    assert rows(face)[:3] == ["prompt", "controls", "loras"] and not {"steps", "model"} & set(rows(face))
    assert face.text is None
    assert {"Model", "Steps", "Seed"} <= {value.label for value in face.values}
    assert next(value for value in face.values if value.name == "steps").text == "20"


def test_every_value_can_be_wired_beside_its_row(types: Mapping[str, NodeType]) -> None:
    face = face_of(painting(), types, "flux")
    quiet = {port.name for port in face.ins if port.quiet}
    assert {value.name for value in face.values} <= quiet


def test_a_prompt_that_is_not_wired_is_a_text_on_the_card(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"flux": Node("flux", {"prompt": "a harbour"})})
    face = face_of(graph, types, "flux")
    assert face.text == ("prompt", "a harbour", "Prompt")
    assert "prompt" not in rows(face)


def test_a_formula_shows_at_its_socket(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"a": Node("flux", {"prompt": "x", "steps": Expr("b.steps * 2")}), "b": Node("flux")})
    face = face_of(graph, types, "a")
    assert next(port for port in face.ins if port.name == "steps").formula == "= b.steps * 2"


def test_a_row_has_a_place_for_one_more(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"a": Node("blur"), "s": Node("switch", {"options": Row((Wire("a"), Wire("a")))})})
    assert rows(face_of(graph, types, "s")) == ["options 1", "options 2", "more options"]


def test_unused_sockets_can_be_hidden(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"s": Node("stage", {})}, layout={"s": [0, 0, {"trim": True}]})
    assert rows(face_of(graph, types, "s")) == []
    assert rows(face_of(Graph(nodes=graph.nodes), types, "s")) == ["draft", "final"]


def test_a_group_lists_its_steps_and_takes_on_what_it_gives(types: Mapping[str, NodeType]) -> None:
    group = Group(
        inputs={"picture": {}}, outputs={"result": Wire("grain")}, title="Finish",
        nodes={
            "soft": Node("blur", {"image": GroupInput("picture")}),
            "grain": Node("grain", {"image": Wire("soft"), "amount": 0.2}),
        },
    )
    face = face_of(Graph(nodes={"g": Node("group:finish")}, groups={"finish": group}), types, "g")
    assert face.title == "Finish"
    assert [title for title, _ in face.steps] == ["Blur", "Grain"]
    assert face.steps[1][1] == "0.20"
    assert [port.kind for port in face.ins if not port.quiet] == ["image"]
    assert [port.kind for port in face.outs] == ["image"]
    assert face.category == "finish"


def test_what_gives_several_values_has_a_double_socket(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"v": Node("variations"), "f": Node("flux")})
    assert face_of(graph, types, "v").outs[0].form == "list"
    assert face_of(graph, types, "f").outs[0].form == "one"


def test_an_unknown_type_keeps_its_wires_and_values_in_sight(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={
        "a": Node("blur"), "x": Node("pack/gone", {"image": Wire("a"), "strength": 3}),
        "b": Node("blur", {"image": Wire("x")}),
    })
    face = face_of(graph, types, "x")
    assert face.title == "pack/gone"
    assert "image" in rows(face)
    assert len(face.outs) == 1


def test_what_takes_anything_looks_like_what_it_is_given(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"a": Node("blur"), "s": Node("stage", {"draft": Wire("a")})})
    face = face_of(graph, types, "s", lambda node, output: "image")
    assert [port.kind for port in face.ins] == ["image", "any"]
    assert face.outs[0].kind == "image"


def test_zero_that_leaves_it_to_the_model_reads_auto(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={"f": Node("flux"), "g": Node("flux", {"steps": 4, "guidance": 0.0}), "l": Node("lora")})
    said = {value.name: value.text for value in face_of(graph, types, "f").values}
    assert (said["steps"], said["guidance"]) == ("Auto", "Auto")
    said = {value.name: value.text for value in face_of(graph, types, "g").values}
    assert (said["steps"], said["guidance"]) == ("4", "Auto")


def test_lists_and_rows_that_were_typed_say_what_they_hold(types: Mapping[str, NodeType]) -> None:
    graph = Graph(nodes={
        "g": Node("grid", {"rows": ["a", "b"], "columns": [1, 2, 4]}),
        "j": Node("text_join", {"parts": Row(("steps", Expr("1 + 1")))}),
    })
    assert {port.name: port.literal for port in face_of(graph, types, "g").ins if port.literal} == {
        "rows": "2 values", "columns": "3 values"}
    parts = [port for port in face_of(graph, types, "j").ins if port.name == "parts"]
    assert [(port.label, port.literal, port.formula, port.free) for port in parts] == [
        ("parts 1", "steps", "", False), ("parts 2", "", "= 1 + 1", False), ("more parts", "", "", True)]
