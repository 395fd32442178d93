"""Autosave: what was being worked on is there again after the process was killed (item 42)."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar.errors import AjarError
from workflows import drafts, edit, format
from workflows.disk import replace_file
from workflows.drafts import Drafts, difference, discard, found, set_aside
from workflows.graph import Graph, Node
from workflows.settings import Home

CLONE = Path(__file__).resolve().parents[2]
WINDOW = """
import sys, time
sys.path.insert(0, {clone!r})
from pathlib import Path
from workflows.drafts import Drafts
from workflows.graph import Graph, Node
from workflows.settings import Home
drafts = Drafts(Home(Path(sys.argv[1])))
for number in range(int(sys.argv[2])):
    graph = Graph({{"a": Node("t", {{"x": number, "padding": "p" * 200_000}})}})
    drafts.keep("draft:1", "Harbour", None, graph)
    drafts.keep("/films/pier.json", "pier", Path("/films/pier.json"), graph)
    if len(sys.argv) > 3:
        drafts.flush()
        print(number, flush=True)
print("edited", flush=True)
time.sleep(600)
"""
needs_kill = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


@pytest.fixture
def window(home: Home) -> Iterator[Drafts]:
    window = Drafts(home)
    yield window
    window.close()


def _graph(x: object = 1) -> Graph:
    return Graph({"a": Node("t", {"x": x})})  # type: ignore[dict-item]


def _start(home: Home, *words: str) -> "subprocess.Popen[str]":
    script = WINDOW.format(clone=str(CLONE))
    return subprocess.Popen([sys.executable, "-c", script, str(home.path), *words], stdout=subprocess.PIPE, text=True)


def _wait(condition: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)


@needs_kill
def test_item_42_after_kill_9_the_last_change_is_there(home: Home) -> None:
    with _start(home, "50") as window:
        assert window.stdout is not None and window.stdout.readline() == "edited\n"
        folder = drafts.folder_of(home)
        _wait(lambda: sum('"x": 49,' in file.read_text() for file in folder.glob("*.json")) == 2)
        assert found(home) == [], "its process still lives"
        window.kill()
    left = found(home)
    assert {(draft.key, draft.name) for draft in left} == {("draft:1", "Harbour"), ("/films/pier.json", "pier")}
    assert [draft.graph.nodes["a"].inputs["x"] for draft in left] == [49, 49]
    assert {draft.path for draft in left} == {None, Path("/films/pier.json")}


@needs_kill
def test_item_42_killed_at_any_moment_a_draft_is_whole(home: Home) -> None:
    """Killed while it writes again and again: what is found is one of the graphs, never less."""
    for turn in range(5):
        with _start(home, "100000", "flush") as window:
            assert window.stdout is not None
            for _ in range(turn + 1):
                line = window.stdout.readline()
            window.send_signal(signal.SIGKILL)
        left = found(home)
        assert len(left) == 2, line
        for draft in left:
            inputs = draft.graph.nodes["a"].inputs
            assert int(str(inputs["x"])) >= turn and len(str(inputs["padding"])) == 200_000
            discard(draft)
        assert all(file.suffix == ".part" for file in drafts.folder_of(home).iterdir())


def test_item_42_changes_are_on_the_disk_in_less_than_two_seconds() -> None:
    assert drafts.WAIT <= 1


def test_a_draft_is_written_without_asking_and_goes_when_it_is_dropped(window: Drafts, home: Home) -> None:
    folder = drafts.folder_of(home)
    window.keep("draft:1", "Harbour", None, _graph())
    _wait(lambda: list(folder.glob("*.json")))
    window.drop("draft:1")
    _wait(lambda: not list(folder.glob("*.json")))


def test_of_many_changes_only_the_last_is_written(
    window: Drafts, home: Home, monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(drafts, "replace_file", lambda _, data: written.append(data))
    for number in range(200):
        window.keep("draft:1", "Harbour", None, _graph(number))
    window.flush()
    assert len(written) == 1 and b'"x": 199' in written[0]


def test_a_clean_close_leaves_only_what_was_not_dropped(home: Home) -> None:
    window = Drafts(home)
    window.keep("draft:1", "Harbour", None, _graph(1))
    window.keep("draft:2", "Pier", None, _graph(2))
    window.drop("draft:1")
    window.close()
    assert [draft.key for draft in found(home)] == ["draft:2"]


def test_two_windows_with_the_same_file_keep_a_draft_each(home: Home) -> None:
    one, two = Drafts(home), Drafts(home)
    one.keep("/a.json", "a", Path("/a.json"), _graph(1))
    two.keep("/a.json", "a", Path("/a.json"), _graph(2))
    one.close()
    assert [draft.graph for draft in found(home)] == [_graph(1)], "the other one is still open"
    two.close()
    assert [draft.graph for draft in found(home)] == [_graph(2), _graph(1)]


def test_what_was_saved_in_the_last_moment_is_not_offered(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    window = Drafts(home)
    window.keep(str(path), "a", path, _graph(1))
    window.close()
    format.save(_graph(1), path)
    assert found(home) == [] and not list(drafts.folder_of(home).glob("*.json"))


def test_a_draft_says_what_differs_from_the_saved_file(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    format.save(_graph(4), path)
    window = Drafts(home)
    window.keep(str(path), "a", path, edit.set_value(_graph(4), "a", "x", 8))
    window.close()
    (draft,) = found(home)
    saved = draft.saved()
    assert saved is not None and difference(saved, draft.graph) == ["Changed: x of A from 4 to 8"]
    path.unlink()
    assert draft.saved() is None


def test_a_draft_that_is_not_wanted_becomes_a_backup(home: Home) -> None:
    window = Drafts(home)
    window.keep("draft:1", "Harbour/at dusk", None, _graph(7))
    window.close()
    (draft,) = found(home)
    path = set_aside(home, draft)
    assert path.parent == home.backups and path.name.startswith("Harbour-at-dusk-unsaved-")
    assert format.load(path) == _graph(7) and found(home) == []


def test_a_draft_that_cannot_be_read_is_left_alone(home: Home) -> None:
    folder = drafts.folder_of(home)
    folder.mkdir()
    for number, text in enumerate(("", "{", "[]", '{"presence": 1}', '{"presence": "x", "graph": 7}')):
        (folder / f"{number}.json").write_text(text)
    assert found(home) == []
    assert len(list(folder.iterdir())) == 5


def test_a_full_disk_is_told_once_and_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[AjarError] = []
    full = True

    def write(target: Path, data: bytes) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace_file(target, data)

    monkeypatch.setattr(drafts, "replace_file", write)
    monkeypatch.setattr(drafts, "AGAIN", 0.01)
    window = Drafts(home, told.append)
    window.keep("draft:1", "Harbour", None, _graph(1))
    _wait(lambda: told)
    window.keep("draft:1", "Harbour", None, _graph(2))
    full = False
    _wait(lambda: list(drafts.folder_of(home).glob("*.json")))
    window.close()
    assert len(told) == 1 and "disk is full" in told[0].message
    assert [draft.graph for draft in found(home)] == [_graph(2)]


def test_a_graph_that_no_file_can_hold_does_not_stop_the_writer(home: Home) -> None:
    told: list[AjarError] = []
    window = Drafts(home, told.append)
    window.keep("draft:1", "Harbour", None, _graph(float("nan")))
    window.flush()
    window.keep("draft:1", "Harbour", None, _graph(2))
    window.close()
    assert len(told) == 1 and len(found(home)) == 1


def test_names_and_paths_of_all_kinds_come_back(home: Home) -> None:
    path = Path(os.fsdecode(b"/films/gr\xfcn.json"))
    window = Drafts(home)
    window.keep(str(path), "grün 🎨", path, _graph("日本"))
    window.close()
    (draft,) = found(home)
    assert (draft.name, draft.path, draft.graph) == ("grün 🎨", path, _graph("日本"))


def test_item_42_twenty_backups_roll_and_each_is_whole(tmp_path: Path) -> None:
    path, backups = tmp_path / "a.json", tmp_path / "backups"
    for number in range(25):
        format.save(_graph(number), path, backups, 20)
    names = sorted(backups.iterdir(), key=lambda file: int(file.name.split(".")[-2]))
    assert [format.load(file).nodes["a"].inputs["x"] for file in names] == list(range(23, 3, -1))


def test_item_42_a_backup_that_fails_midway_harms_no_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, backups = tmp_path / "a.json", tmp_path / "backups"
    for number in range(3):
        format.save(_graph(number), path, backups, 20)

    def half(_: object, target: Path) -> None:
        Path(target).write_bytes(b'{"ajar"')
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("shutil.copyfile", half)
    with pytest.raises(AjarError, match="could not be saved"):
        format.save(_graph(3), path, backups, 20)
    assert format.load(path) == _graph(2)
    assert {format.load(file).nodes["a"].inputs["x"] for file in backups.iterdir()} == {0, 1}
