"""Two changed versions of a workflow become one; conflicts are named; git does it by itself."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajar.errors import EditError
from workflows import edit, headless
from workflows.board import add_note, move, set_setting
from workflows.differences import difference
from workflows.format import dump, load, read
from workflows.graph import Graph, Wire
from workflows.merging import SECTION, decided, merge

ROOT = Path(__file__).resolve().parents[2]


def base() -> Graph:
    graph = edit.add_node(Graph(), "prompt", {"text": "a fox"}, at=(0, 0))
    graph = edit.add_node(graph, "flux", {"prompt": Wire("prompt"), "steps": 4, "guidance": 3.5}, at=(300, 0))
    return edit.add_node(graph, "save_image", {"image": Wire("flux")}, at=(600, 0))


def test_what_either_changed_is_in_it() -> None:
    ours = edit.set_value(base(), "flux", "steps", 8)
    theirs = edit.add_node(edit.set_value(base(), "flux", "guidance", 2.0), "upscale", {"image": Wire("flux")})
    merged = merge(base(), ours, theirs)
    assert not merged.conflicts
    assert merged.graph.nodes["flux"].inputs == {"prompt": Wire("prompt"), "steps": 8, "guidance": 2.0}
    assert set(merged.graph.nodes) == {"prompt", "flux", "save-image", "upscale"}


CONFLICTS: list[tuple[Any, Any, str]] = [
    (lambda g: edit.set_value(g, "flux", "steps", 8), lambda g: edit.set_value(g, "flux", "steps", 12),
     "steps of flux: it was 4, ours is 8, theirs is 12"),
    (lambda g: edit.remove_node(g, "prompt"), lambda g: edit.set_value(g, "prompt", "text", "a hare"),
     "the node prompt: ours took it away, theirs changed it"),
    (lambda g: edit.remove_node(edit.disconnect(g, "flux", "prompt"), "prompt"),
     lambda g: edit.add_node(g, "text_join", {"parts": Wire("prompt")}),
     '"text-join" takes from "prompt", which the other side took away'),
    (lambda g: edit.add_node(g, "blur"), lambda g: edit.add_node(g, "blur", {"radius": 9}), "both made it"),
    (lambda g: edit.set_title(g, "flux", "Hero"), lambda g: edit.set_title(g, "flux", "Star"),
     'title of flux: both made it, ours "Hero", theirs "Star"'),
    (lambda g: add_note(g, "one", (0, 0)), lambda g: add_note(g, "two", (0, 0)), "notes note text"),
]


@pytest.mark.parametrize(("mine", "other", "said"), CONFLICTS)
def test_what_both_changed_is_named_and_both_are_kept(mine: Any, other: Any, said: str) -> None:
    ours, theirs = mine(base()), other(base())
    merged = merge(base(), ours, theirs)
    assert len(merged.conflicts) == 1 and said in merged.conflicts[0].text
    [listed] = read(dump(merged.graph).encode()).extra[SECTION]
    assert listed["text"] == merged.conflicts[0].text and {"ours", "theirs", "base"} <= listed.keys()
    assert SECTION not in decided(merged.graph).extra
    # The other way round, the same is in doubt.
    assert [one.way for one in merge(base(), theirs, ours).conflicts] == [one.way for one in merged.conflicts]


def test_where_things_lie_is_no_conflict() -> None:
    ours, theirs = (move(base(), {"flux": place}) for place in ((1.0, 1.0), (2.0, 2.0)))
    merged, again = merge(base(), ours, theirs), merge(base(), theirs, ours)
    assert not merged.conflicts and merged.graph == again.graph


def test_a_circle_that_neither_made_alone_is_told() -> None:
    start = read(json.dumps({"ajar": 1, "nodes": {"a": {"type": "flip"}, "b": {"type": "flip"}}}).encode())
    ours = edit.set_value(start, "a", "image", Wire("b"))
    theirs = edit.set_value(start, "b", "image", Wire("a"))
    [conflict] = merge(start, ours, theirs).conflicts
    assert "Together they make a circle" in conflict.text


def test_groups_are_merged_by_their_nodes() -> None:
    def grouped(radius: int, angle: int) -> Graph:
        return read(json.dumps({"ajar": 1, "nodes": {"use": {"type": "group:finish"}}, "groups": {"finish": {
            "outputs": {"result": {"from": "turn"}}, "nodes": {
                "blur": {"type": "blur", "inputs": {"radius": radius}},
                "turn": {"type": "rotate", "inputs": {"image": {"from": "blur"}, "angle": angle}}}}}}).encode())

    merged = merge(grouped(1, 90), grouped(5, 90), grouped(1, 180))
    assert not merged.conflicts and merged.graph == grouped(5, 180)
    [conflict] = merge(grouped(1, 90), grouped(5, 90), grouped(6, 90)).conflicts
    assert conflict.text == "In group finish, radius of blur: it was 1, ours is 5, theirs is 6"


values = st.one_of(st.integers(-3, 3), st.booleans(), st.sampled_from(["x", "y", "1"]), st.floats(0, 2))
names = st.sampled_from(["flux", "prompt", "save-image"])
edits = st.one_of(
    st.tuples(st.just("value"), names, st.sampled_from(["steps", "text", "guidance"]), values),
    st.tuples(st.just("remove"), names), st.tuples(st.just("add"), st.sampled_from(["blur", "flip", "prompt"]), values),
    st.tuples(st.just("move"), names, st.integers(0, 3)), st.tuples(st.just("title"), names, st.sampled_from("AB")),
    st.tuples(st.just("wire"), names, names), st.tuples(st.just("mute"), names),
    st.tuples(st.just("setting"), st.sampled_from("pq"), values),
)


DEEDS: dict[str, Any] = {
    "add": lambda graph, type_, value: edit.add_node(graph, type_, {"amount": value}, at=(1, 1)),
    "setting": set_setting, "value": edit.set_value, "remove": edit.remove_node, "title": edit.set_title,
    "move": lambda graph, name, x: move(graph, {name: (float(x), 0.0)}),
    "mute": lambda graph, name: edit.set_state(graph, name, "muted"),
    "wire": lambda graph, source, name: edit.set_value(graph, name, "image", Wire(source)),
}


def edited(graph: Graph, steps: list[Any]) -> Graph:
    for kind, *rest in steps:
        with suppress(EditError):  # what a person can't do is not done
            graph = DEEDS[kind](graph, *rest)
    return graph


graphs = st.lists(edits, max_size=4).map(lambda steps: edited(base(), steps))


def text(graph: Graph) -> str:
    """As a file tells graphs apart."""
    return json.dumps(json.loads(dump(graph)), sort_keys=True)


@given(graphs, graphs)
def test_what_only_one_side_changed_is_taken_as_it_is(one: Graph, other: Graph) -> None:
    for ours, theirs in ((one, other), (other, one)):
        merged = merge(one, ours, theirs)
        assert not merged.conflicts and text(merged.graph) == text(other)
    assert text(merge(one, other, other).graph) == text(other)


@given(graphs, graphs, graphs)
def test_it_makes_no_difference_who_is_ours(start: Graph, one: Graph, other: Graph) -> None:
    first, second = merge(start, one, other), merge(start, other, one)
    assert sorted(conflict.way for conflict in first.conflicts) == sorted(conflict.way for conflict in second.conflicts)
    if not first.conflicts:
        assert text(first.graph) == text(second.graph)
    read(dump(first.graph).encode())  # whatever comes out is a workflow


@given(graphs, graphs, graphs)
def test_no_change_is_lost_in_silence(start: Graph, one: Graph, other: Graph) -> None:
    merged = merge(start, one, other)
    if not merged.conflicts:
        for side in (one, other):
            for name, node in side.nodes.items():
                for key, value in node.inputs.items():
                    was = start.nodes[name].inputs.get(key) if name in start.nodes else None
                    if repr(was) != repr(value):
                        assert repr(merged.graph.nodes[name].inputs.get(key)) == repr(value)


# With git itself


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    nobody = {f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **nobody, "PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": os.devnull,
                   "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("shutil.which", lambda name: None)  # this very clone, whatever is installed
    git(folder, "init", "-q", "-b", "main")
    assert headless.main(["git", "install"]) == 4 and "nobody could be asked" in capsys.readouterr().err
    assert not (folder / ".gitattributes").exists()
    (folder / ".gitattributes").write_text("*.png binary\n")
    assert headless.main(["git", "install", "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "git config merge.ajar.driver" in shown and ".gitattributes: *.json diff=ajar merge=ajar" in shown
    assert (folder / ".gitattributes").read_text() == "*.png binary\n*.json diff=ajar merge=ajar\n"
    assert headless.main(["git", "install", "--yes"]) == 0
    assert (folder / ".gitattributes").read_text().count("merge=ajar") == 1
    capsys.readouterr()
    (folder / "work.json").write_text(dump(base()))
    (folder / "other.json").write_text('{"one": 1,\n"two": 2,\n"three": 3}\n')
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "base")
    git(folder, "branch", "other")
    return folder


def commit(folder: Path, branch: str, graph: Graph) -> None:
    git(folder, "checkout", "-q", branch)
    (folder / "work.json").write_text(dump(graph))
    git(folder, "commit", "-q", "-am", branch)


def test_git_merges_by_nodes_and_values(repository: Path) -> None:
    commit(repository, "other", edit.set_value(base(), "flux", "guidance", 2.0))
    commit(repository, "main", edit.set_value(base(), "flux", "steps", 8))
    git(repository, "merge", "-q", "--no-edit", "other")
    found = load(repository / "work.json").nodes["flux"].inputs
    assert found == {"prompt": Wire("prompt"), "steps": 8, "guidance": 2.0}


def test_git_stops_at_a_conflict_that_a_person_can_solve(repository: Path) -> None:
    commit(repository, "other", edit.set_value(base(), "flux", "steps", 12))
    commit(repository, "main", edit.set_value(base(), "flux", "steps", 8))
    said = git(repository, "merge", "--no-edit", "other", code=1)
    assert "work.json: 1 conflict" in said and "steps of flux: it was 4, ours is 8, theirs is 12" in said
    graph = load(repository / "work.json")  # it opens all the same
    assert graph.nodes["flux"].inputs["steps"] == 8 and graph.extra[SECTION][0]["theirs"] == 12
    (repository / "work.json").write_text(dump(decided(edit.set_value(graph, "flux", "steps", 12))))
    git(repository, "commit", "-q", "-am", "solved")
    assert difference(base(), load(repository / "work.json")) == ["Changed: steps of Flux from 4 to 12"]


def test_git_shows_what_a_workflow_does_not_where_it_lies(repository: Path) -> None:
    graph = edit.set_value(move(base(), {"flux": (7.0, 7.0)}), "prompt", "text", "a fox\nin the snow")
    (repository / "work.json").write_text(dump(graph))
    shown = git(repository, "diff")
    assert '-    text = "a fox"' in shown and "+        in the snow" in shown and "layout" not in shown
    (repository / "work.json").write_text(dump(move(base(), {"flux": (7.0, 7.0)})))
    assert "@@" not in git(repository, "diff")


def test_other_json_is_merged_and_shown_as_before(repository: Path) -> None:
    for branch, old, new in (("other", "2", "4"), ("main", "2", "0")):
        git(repository, "checkout", "-q", branch)
        file = repository / "other.json"
        file.write_text(file.read_text().replace(f": {old}", f": {new}"))
        assert f": {new}" in git(repository, "diff")
        git(repository, "commit", "-q", "-am", branch)
    git(repository, "merge", "--no-edit", "other", code=1)  # one line: git's own judgement
    assert "<<<<<<<" in (repository / "other.json").read_text()


def test_what_was_installed_can_be_taken_away(repository: Path) -> None:
    assert headless.main(["git", "remove", "--yes"]) == 0
    assert (repository / ".gitattributes").read_text() == "*.png binary\n"
    git(repository, "config", "merge.ajar.driver", code=1)


def test_outside_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert headless.main(["git", "install", "--yes"]) == 1
    assert "not a git repository" in capsys.readouterr().err
    assert headless.main(["git", "merge", "a"]) == 2
    assert sys.executable


def test_what_is_not_decided_is_said_by_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    merged = merge(base(), edit.set_value(base(), "flux", "steps", 8), edit.set_value(base(), "flux", "steps", 12))
    (tmp_path / "work.json").write_text(dump(merged.graph))
    headless.main(["check", str(tmp_path / "work.json")])
    said = "".join(capsys.readouterr())
    assert "this is not decided: steps of flux: it was 4, ours is 8, theirs is 12" in said
    (tmp_path / "work.json").write_text(dump(decided(merged.graph)))
    headless.main(["check", str(tmp_path / "work.json")])
    assert "not decided" not in "".join(capsys.readouterr())
