import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QMenu

from tests.canvas.hands.conftest import ALT, CTRL, NO, SHIFT, Person
from workflows.graph import Wire


def chain(person: Person) -> None:
    person.add("load_image", 0, 0)
    person.add("blur", 260, 0)
    person.add("sharpen", 520, 0)
    person.wire("load-image", "blur", "image")
    person.wire("blur", "sharpen", "image")


def grouped(person: Person) -> str:
    chain(person)
    person.click(person.header("blur"))
    person.click(person.header("sharpen"), keys=SHIFT)
    person.type(Qt.Key.Key_G, CTRL)
    return person.document.selection[0]


def test_ctrl_g_groups_and_ctrl_shift_g_ungroups(person: Person) -> None:
    use = grouped(person)
    assert person.graph.nodes[use].type == "group:group"
    assert person.graph.nodes[use].inputs["image"] == Wire("load-image")
    assert person.steps == ["Group"]
    person.type(Qt.Key.Key_G, CTRL | SHIFT)
    assert set(person.graph.nodes) == {"load-image", "blur", "sharpen"}
    assert person.graph.nodes["sharpen"].inputs["image"] == Wire("blur")
    assert set(person.document.selection) == {"blur", "sharpen"}
    person.document.undo()
    person.document.undo()
    assert "blur" in person.graph.nodes


def test_a_double_click_goes_into_a_group_and_escape_goes_up(person: Person) -> None:
    use = grouped(person)
    person.double_click(person.header(use))
    assert list(person.document.room) == [use]
    assert set(person.graph.nodes) == {"blur", "sharpen"}
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_Escape)
    assert not person.document.selection
    assert list(person.document.room) == [use]
    person.type(Qt.Key.Key_Escape)
    assert not person.document.room
    assert person.document.selection == (use,)


@pytest.mark.parametrize(("preset", "key", "keys"), [
    ("Default", Qt.Key.Key_Return, NO), ("Default", Qt.Key.Key_Down, ALT), ("Blender-like", Qt.Key.Key_Tab, NO),
])
def test_keys_go_into_a_group_and_up(person: Person, preset: str, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
    use = grouped(person)
    person.hand.bind(preset, {})
    person.type(key, keys)
    assert list(person.document.room) == [use]
    person.type(Qt.Key.Key_Up, ALT)
    assert not person.document.room


def test_edits_inside_a_group_change_all_its_uses_until_one_is_made_unique(person: Person) -> None:
    use = grouped(person)
    person.type(Qt.Key.Key_D, CTRL)
    other = person.document.selection[0]
    assert person.graph.nodes[other].type == person.graph.nodes[use].type
    person.hand.do("group.unique")
    assert person.graph.nodes[other].type != person.graph.nodes[use].type
    person.double_click(person.header(other))
    person.click(person.header("blur"))
    person.type(Qt.Key.Key_Delete)
    groups = person.document.graph.groups
    assert "blur" in groups["group"].nodes
    assert "blur" not in groups["group-2"].nodes


@pytest.mark.parametrize(("key", "keys"), [(Qt.Key.Key_J, CTRL), (Qt.Key.Key_C, NO)])
def test_a_frame_is_put_behind_the_selection_and_asks_for_its_title(
    person: Person, key: Qt.Key, keys: Qt.KeyboardModifier,
) -> None:
    person.add("prompt", 0, 0)
    person.click(person.header("prompt"))
    person.type(key, keys)
    frame = person.graph.frames["frame"]
    assert frame["at"][0] < 0 and frame["size"][0] > person.hand.rect_of("prompt").width()
    person.type("Find the shot")
    person.type(Qt.Key.Key_Return)
    assert person.graph.frames["frame"]["title"] == "Find the shot"


def test_the_menu_of_a_frame_gives_it_a_colour(person: Person) -> None:
    person.add("prompt", 0, 0)
    person.document.select(["prompt"])
    person.hand.do("frame.add")
    person.hand.inline.cancel()
    person.click(QPointF(100, -45), Qt.MouseButton.RightButton)
    colours = person.hand.menu.findChildren(QMenu)[0]
    next(one for one in colours.actions() if one.text() == "Finish").trigger()
    assert person.graph.frames["frame"]["colour"] == "finish"
    person.hand.menu.close()


def test_a_note_is_written_where_it_lies(person: Person) -> None:
    person.move(QPointF(300, 200))
    person.type(Qt.Key.Key_N)
    person.type("Ask about the door")
    person.click(QPointF(900, 600))
    assert person.graph.notes["note"]["text"] == "Ask about the door"
    person.double_click(QPointF(320, 250))
    assert person.hand.inline.text.toPlainText() == "Ask about the door"
    person.type(Qt.Key.Key_Escape)


@pytest.mark.parametrize(("preset", "key"), [("Default", Qt.Key.Key_J), ("Blender-like", Qt.Key.Key_F)])
def test_joining_wires_the_selected_nodes(person: Person, preset: str, key: Qt.Key) -> None:
    person.hand.bind(preset, {})
    person.add("load_image", 0, 0)
    person.add("blur", 300, 0)
    person.add("save_image", 600, 0)
    person.document.select(["blur", "save-image", "load-image"])
    person.type(key)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("load-image")
    assert person.graph.nodes["save-image"].inputs["image"] == Wire("blur")
    assert person.steps == ["Join"]


def test_a_dot_is_added_on_the_wire_under_the_mouse(person: Person) -> None:
    chain(person)
    person.move(person.middle("load-image", "blur", "image"))
    person.type(Qt.Key.Key_Period, ALT)
    assert person.graph.nodes["blur"].inputs["image"] == Wire("dot")


def test_a_value_inside_is_exposed_as_an_input_of_the_group(person: Person) -> None:
    use = grouped(person)
    person.double_click(person.header(use))
    person.click(person.part("blur", "value", "radius"), Qt.MouseButton.RightButton)
    next(one for one in person.hand.menu.actions() if one.text() == "Expose as input of the group").trigger()
    person.hand.menu.close()
    assert "radius" in person.document.graph.groups["group"].inputs
    assert person.steps[-1] == "Expose"


def test_the_editor_goes_with_what_it_belongs_to(person: Person) -> None:
    person.hand.do("note.add")
    assert person.hand.inline.isVisible()
    person.document.undo()
    assert not person.hand.inline.isVisible()
    person.click(QPointF(700, 600))
    assert not person.graph.notes


def choose(person: Person, at: QPointF, text: str) -> None:
    """Take an entry of the menu of the right button."""
    person.click(at, Qt.MouseButton.RightButton)
    next(one for one in person.hand.menu.actions() if one.text() == text).trigger()
    person.hand.menu.close()


def test_sockets_of_a_group_are_exposed_renamed_and_removed_by_their_menus(person: Person) -> None:
    use = grouped(person)
    person.double_click(person.header(use))
    choose(person, person.spot("blur", "out").at, "Expose as output of the group")
    assert len(person.document.graph.groups["group"].outputs) == 1
    person.document.go(())
    output = next(iter(person.document.graph.groups["group"].outputs))
    choose(person, person.spot(use, "out", output).at, "Rename output…")
    person.type("soft picture")
    person.type(Qt.Key.Key_Return)
    assert list(person.document.graph.groups["group"].outputs) == ["soft_picture"]
    choose(person, person.spot(use, "in", "image").at, "Remove input from the group")
    assert not person.document.graph.groups["group"].inputs


def test_renaming_a_group_names_it_at_all_its_uses(person: Person) -> None:
    use = grouped(person)
    person.type(Qt.Key.Key_D, CTRL)
    person.type(Qt.Key.Key_F2)
    person.type("Finish")
    person.type(Qt.Key.Key_Return)
    assert person.document.graph.groups["group"].title == "Finish"
    assert person.graph.nodes[use].title == ""
