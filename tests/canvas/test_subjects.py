from pathlib import Path

from canvas.desk import Desk
from canvas.document import Document
from canvas.subjects import remember_choice, trusted_of
from workflows import edit
from workflows.graph import Graph

OUTSIDE = "/home/me/mine.png"


def made(desk: Desk, origin: Path | None = None) -> Document:
    graph = edit.add_node(Graph(), "load_image", {"file": OUTSIDE}, id="mine")
    document = Document(edit.add_node(graph, "load_image", {"file": "/etc/hostname"}, id="theirs"),
                        desk.studio.packs.types)
    document.origin = origin
    socket = document.types["load_image"].input("file")
    assert socket is not None
    remember_choice(document, socket, OUTSIDE)
    return document


def test_only_files_that_a_person_chose_may_lie_elsewhere(desk: Desk) -> None:
    assert trusted_of(made(desk)) == {("mine", "file")}  # what came with pasted nodes is not among them


def test_a_template_takes_ones_own_pictures_before_it_is_saved(desk: Desk, tmp_path: Path) -> None:
    document = made(desk, tmp_path)
    assert trusted_of(document) == {("mine", "file")}
    document.path = tmp_path / "a.json"
    assert trusted_of(document) == frozenset()
