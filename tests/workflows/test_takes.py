"""The store of takes: nothing that was made is ever lost, whatever happens to the process, the disk or the table."""

import errno
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError
from workflows.settings import Home
from workflows.takes import Facts, Query, Takes

CLONE = Path(__file__).resolve().parents[2]


def facts(**more: Any) -> Facts:
    plain: dict[str, Any] = {
        "document": "/films/harbour.json", "node": "flux", "kind": "image", "workflow": "harbour", "title": "Flux",
        "width": 64, "height": 32, "seconds": 1.5, "seed": 7, "model": "flux.1-schnell", "settings": {"steps": 4},
        "prompt": "a lighthouse at dusk", "licence": "Apache-2.0",
    }
    return Facts(**{**plain, **more})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


@pytest.fixture
def takes(home: Home) -> Any:
    with Takes(home) as takes:
        yield takes


def test_a_take_is_kept_with_all_that_is_known_of_it(takes: Takes, home: Home) -> None:
    take = takes.add(b"picture", ".png", facts())
    assert take.path.read_bytes() == b"picture"
    assert take.path.parent.parent == home.takes and take.path.name.startswith("harbour-flux-")
    assert take.path.suffix == ".png"
    with Takes(home) as later:
        same = later.get(take.id)
    assert same == take
    assert (same.seed, same.settings, same.prompt) == (7, {"steps": 4}, "a lighthouse at dusk")
    assert not same.lost and same.number == 1


def test_a_film_is_copied_from_its_file(takes: Takes, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film" * 1000)
    take = takes.add(film, ".mp4", facts(kind="video"))
    film.unlink()
    assert take.path.read_bytes() == b"film" * 1000


def test_takes_are_numbered_by_node(takes: Takes) -> None:
    first, second = takes.add(b"1", ".png", facts()), takes.add(b"2", ".png", facts())
    other = takes.add(b"3", ".png", facts(node="upscale"))
    assert [first.number, second.number, other.number] == [1, 2, 1]
    takes.throw_away(second.id)
    assert takes.add(b"4", ".png", facts()).number == 3
    assert [take.number for take in takes.of("/films/harbour.json", "flux")] == [1, 3]


def test_stars_note_and_tags_stay(takes: Takes, home: Home) -> None:
    id_ = takes.add(b"1", ".png", facts()).id
    takes.rate(id_, 9)
    takes.note(id_, "the sky is right")
    takes.tag(id_, ["Hero", " hero ", "night  shot", ""])
    with Takes(home) as later:
        take = later.get(id_)
    assert (take.rating, take.note, take.tags) == (5, "the sky is right", ("hero", "night shot"))
    assert takes.rate(id_, 0).rating == 0


def test_a_thrown_away_take_lies_in_the_trash_and_can_be_brought_back(takes: Takes, home: Home) -> None:
    take = takes.add(b"1", ".png", facts())
    gone = takes.throw_away(take.id)
    assert gone.thrown and not take.path.exists()
    assert gone.path.read_bytes() == b"1" and home.takes / "trash" in gone.path.parents
    assert takes.of(take.document, "flux") == [] and takes.search() == []
    assert takes.search(Query(thrown=True)) == [gone]
    assert takes.throw_away(take.id) == gone, "throwing away twice changes nothing"
    assert takes.bring_back(take.id) == take and take.path.read_bytes() == b"1"


def test_only_emptying_the_trash_deletes(takes: Takes, home: Home) -> None:
    kept, gone = takes.add(b"1", ".png", facts()), takes.add(b"2", ".png", facts())
    takes.throw_away(gone.id)
    assert takes.empty_trash() == 1
    assert [path.read_bytes() for path in home.takes.rglob("*.png")] == [b"1"]
    assert takes.search() == [takes.get(kept.id)] and takes.search(Query(thrown=True)) == []


def test_a_seed_that_no_column_holds_does_no_harm(takes: Takes) -> None:
    assert takes.add(b"1", ".png", facts(seed=2**63 - 1)).seed == 2**63 - 1
    assert takes.add(b"2", ".png", facts(seed=2**70)).seed is None


def test_a_move_that_was_cut_short_loses_nothing(takes: Takes, home: Home) -> None:
    take = takes.add(b"1", ".png", facts())
    trash = home.takes / "trash" / take.path.parent.name / take.path.name
    trash.parent.mkdir(parents=True)
    take.path.replace(trash)  # the process died before it wrote the row
    assert takes.get(take.id).path == trash and not takes.get(take.id).lost
    assert takes.bring_back(take.id).path == take.path and take.path.is_file()


def test_a_take_whose_file_vanished_is_shown_as_lost(takes: Takes) -> None:
    take = takes.add(b"1", ".png", facts())
    take.path.unlink()
    assert takes.get(take.id).lost and takes.search()[0].lost
    assert takes.throw_away(take.id).lost and takes.bring_back(take.id).lost


def test_a_take_that_is_not_there_is_a_sentence(takes: Takes) -> None:
    with pytest.raises(AjarError, match="not there any more"):
        takes.rate(99, 5)


def test_a_search_looks_through_all_words(takes: Takes) -> None:
    dusk = takes.add(b"1", ".png", facts())
    night = takes.add(b"2", ".png", facts(prompt="ÜBER der Stadt, a LIGHTHOUSE at night", seed=4711))
    takes.note(dusk.id, "client likes this one")
    takes.tag(night.id, ["Poster"])

    def found(words: str) -> list[int]:
        return [take.id for take in takes.search(Query(words))]

    assert found("lighthouse") == [night.id, dusk.id], "newest first"
    assert found("light dusk") == [dusk.id] and found("light poster") == [night.id]
    assert found("über") == [night.id] and found("4711") == [night.id] and found("CLIENT") == [dusk.id]
    assert found("schnell") == [night.id, dusk.id] and found("harbour") == [night.id, dusk.id]
    assert found("100%") == [] and found("l_ghthouse") == []
    takes.note(dusk.id, "")
    assert found("client") == []


def test_filters_narrow_a_search(takes: Takes) -> None:
    one = takes.add(b"1", ".png", facts())
    two = takes.add(b"2", ".mp4", facts(kind="video", model="wan-2.2", node="wan", title="Wan 2.2"))
    takes.rate(one.id, 4)
    takes.tag(two.id, ["hero", "night"])
    for query, ids in (
        (Query(model="wan-2.2"), [two.id]), (Query(kind="image"), [one.id]), (Query(node="Wan 2.2"), [two.id]),
        (Query(node="flux"), [one.id]), (Query(rating=4), [one.id]), (Query(rating=5), []),
        (Query(tags=("hero", "Night")), [two.id]), (Query(tags=("hero", "day")), []),
        (Query(since=two.made), [two.id]), (Query(until=two.made), [one.id]),
        (Query(document="/films/harbour.json"), [two.id, one.id]), (Query(document="draft:1"), []),
    ):
        assert [take.id for take in takes.search(query)] == ids, query
        assert takes.count(query) == len(ids)
    facets = takes.facets()
    assert facets.models == ("flux.1-schnell", "wan-2.2") and facets.nodes == ("Flux", "Wan 2.2")
    assert facets.kinds == ("image", "video") and facets.tags == ("hero", "night")


def test_a_search_gives_pages(takes: Takes) -> None:
    ids = [takes.add(b"%d" % number, ".png", facts()).id for number in range(5)]
    pages = [[take.id for take in takes.search(limit=2, offset=offset)] for offset in (0, 2, 4)]
    assert pages == [ids[:2:-1], ids[2:0:-1], ids[:1]]


def test_a_search_among_ten_thousand_takes_finds_all(takes: Takes, home: Home) -> None:
    takes.add(b"1", ".png", facts())
    with sqlite3.connect(home.path / "takes.db") as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(takes)") if row[1] not in ("id", "file")]
        text = ", ".join(names)
        database.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
            f"INSERT INTO takes (file, {text}) SELECT '2026-01/' || i || '.png', {text} FROM takes, n",
        )
    assert takes.count() == 10_000 and takes.count(Query("lighthouse dusk")) == 10_000
    assert len(takes.search(Query("lighthouse"), limit=100, offset=9_950)) == 50


def test_a_draft_that_was_saved_takes_its_takes_along(takes: Takes) -> None:
    one = takes.add(b"1", ".png", facts(document="draft:1", workflow="Untitled"))
    two = takes.add(b"2", ".png", facts(document="draft:1", workflow="Untitled"))
    takes.note(two.id, "good")
    takes.rekey("draft:1", "/films/pier.json", "pier")
    assert [take.id for take in takes.of("/films/pier.json", "flux")] == [one.id, two.id]
    assert takes.of("draft:1", "flux") == []
    assert [take.id for take in takes.search(Query("pier good"))] == [two.id]


def test_a_draft_saved_over_a_file_numbers_its_takes_after_those_of_the_file(takes: Takes) -> None:
    for content, document in ((b"1", "/films/a.json"), (b"2", "/films/a.json"), (b"3", "draft:1"), (b"4", "draft:1")):
        takes.add(content, ".png", facts(document=document))
    takes.rekey("draft:1", "/films/a.json")
    found = takes.of("/films/a.json", "flux")
    assert [(take.number, take.path.read_bytes()) for take in found] == [(1, b"1"), (2, b"2"), (3, b"3"), (4, b"4")]


def test_who_listens_hears_of_changes(takes: Takes) -> None:
    heard: list[int] = []
    end = takes.listen(lambda: heard.append(1))
    take = takes.add(b"1", ".png", facts())
    takes.rate(take.id, 3)
    assert len(heard) == 2
    end()
    takes.rate(take.id, 4)
    assert len(heard) == 2


def test_a_full_disk_leaves_nothing_half_written(
    takes: Takes, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    monkeypatch.setattr(os, "fsync", full)
    for content in (b"picture", film):
        with pytest.raises(AjarError, match="disk is full"):
            takes.add(content, ".png", facts())
    monkeypatch.undo()
    assert [path for path in home.takes.rglob("*") if path.is_file()] == [] and takes.search() == []
    assert takes.add(b"picture", ".png", facts()).number == 1


def test_where_only_the_row_fails_the_file_stays(takes: Takes, home: Home) -> None:
    """It may have cost money, so it is kept and the message says where it lies."""
    takes._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(AjarError, match="disk is full") as caught:
        takes.add(b"picture", ".png", facts(prompt="long " * 10_000))
    (file,) = (path for path in home.takes.rglob("*") if path.is_file())
    assert file.read_bytes() == b"picture" and str(file) in caught.value.hint
    assert takes.search() == []


KILLED = """
import os, signal, sys
sys.path.insert(0, {clone!r})
from pathlib import Path
from workflows import takes_db
from workflows.settings import Home
from workflows.takes import Facts, Takes
takes = Takes(Home(Path(sys.argv[1])))
facts = Facts(document="d", node="flux", kind="image")
takes.add(b"first", ".png", facts)
takes_db.insert = lambda row: os.kill(os.getpid(), signal.SIGKILL)
takes.add(b"second", ".png", facts)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_process_killed_between_file_and_row_leaves_no_row_without_its_file(home: Home) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED.format(clone=str(CLONE)), str(home.path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with Takes(home) as takes:
        found = takes.search()
        assert [take.path.read_bytes() for take in found] == [b"first"]
        files = {path.read_bytes() for path in home.takes.rglob("*.png")}
        assert files == {b"first", b"second"}, "what was made is not lost"
        assert takes.add(b"third", ".png", facts(document="d")).number == 2


ADDING = """
import sys
sys.path.insert(0, {clone!r})
from pathlib import Path
from workflows.settings import Home
from workflows.takes import Facts, Takes
takes = Takes(Home(Path(sys.argv[1])))
for number in range(1_000_000):
    facts = Facts(document="d", node="flux", kind="image", prompt=str(number))
    take = takes.add(b"%d" % number * 20_000, ".png", facts)
    print(number, flush=True)
    if number % 3 == 2:
        takes.throw_away(take.id)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_at_any_moment_every_row_has_its_whole_file(home: Home) -> None:
    told = 0
    for turn in range(4):
        command = [sys.executable, "-c", ADDING.format(clone=str(CLONE)), str(home.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
            assert window.stdout is not None
            for _ in range(3 + turn):
                window.stdout.readline()
            window.send_signal(signal.SIGKILL)
            told += 3 + turn
        with Takes(home) as takes:
            kept, thrown = takes.search(limit=10_000), takes.search(Query(thrown=True), limit=10_000)
        assert len(kept) + len(thrown) >= told, "what was told to be kept is there"
        for take in (*kept, *thrown):
            assert take.path.read_bytes() == take.prompt.encode() * 20_000


def _add_many(path: Path, count: int) -> None:
    with Takes(Home(path)) as takes:
        for number in range(count):
            takes.add(b"%d" % number, ".png", facts())


def test_two_processes_add_at_once(home: Home) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(home.path, 15)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    with Takes(home) as takes:
        found = takes.of("/films/harbour.json", "flux")
    assert [take.number for take in found] == list(range(1, 31))
    assert not any(take.lost for take in found)


def test_threads_add_and_search_at_once(takes: Takes) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                takes.rate(takes.add(b"1", ".png", facts()).id, 3)
                takes.search(Query("lighthouse"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and takes.count(Query(rating=3)) == 40


def test_a_damaged_table_is_put_aside_and_a_new_one_begun(home: Home) -> None:
    table = home.path / "takes.db"
    table.write_bytes(b"this is no database" * 100)
    with Takes(home) as takes:
        assert "damaged" in takes.trouble
        assert takes.search() == [] and takes.add(b"1", ".png", facts()).number == 1
    (aside,) = home.path.glob("takes.db.damaged-*")
    assert aside.read_bytes().startswith(b"this is no database")
    with Takes(home) as again:
        assert again.trouble == "" and len(again.search()) == 1


def test_damage_in_the_middle_of_the_table_is_found_at_the_next_start(home: Home) -> None:
    with Takes(home) as takes:
        for number in range(30):
            takes.add(b"%d" % number, ".png", facts(prompt="words " * 300))
    table = home.path / "takes.db"
    data = bytearray(table.read_bytes())
    for page in range(2, len(data) // 4096 - 1):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    table.write_bytes(data)
    with Takes(home) as takes:
        assert "damaged" in takes.trouble and takes.search() == []
        assert len(list(home.takes.rglob("*.png"))) == 30


@pytest.mark.parametrize("suffix", ["png", ".p/ng", "", ".."])
def test_a_wrong_ending_is_refused(takes: Takes, suffix: str) -> None:
    with pytest.raises(AjarError, match="file name ending"):
        takes.add(b"1", suffix, facts())


def test_names_from_strange_nodes_stay_inside_the_folder(takes: Takes, home: Home) -> None:
    take = takes.add(b"1", ".png", facts(workflow="../../etc/пирс", node="group/../../flux"))
    assert take.path.resolve().is_relative_to(home.takes.resolve()) and take.path.is_file()


def test_settings_that_json_has_no_word_for_are_kept_as_text(takes: Takes) -> None:
    take = takes.add(b"1", ".png", facts(settings={"file": Path("a.png")}))
    assert json.dumps(take.settings) == '{"file": "a.png"}'


EARLIER = """
CREATE TABLE takes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, made REAL NOT NULL, document TEXT NOT NULL, workflow TEXT NOT NULL,
    node TEXT NOT NULL, title TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, file TEXT NOT NULL UNIQUE,
    width INTEGER NOT NULL, height INTEGER NOT NULL, seconds REAL, seed INTEGER, model TEXT NOT NULL,
    settings TEXT NOT NULL, prompt TEXT NOT NULL, stage TEXT NOT NULL, cost REAL, licence TEXT NOT NULL,
    rating INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]',
    thrown REAL, words TEXT NOT NULL
);
"""
"""The table as it was before takes knew what they came from."""
ROW = (
    "INSERT INTO takes (made, document, workflow, node, title, number, kind, file, width, height, seed, model, "
    "settings, prompt, stage, cost, licence, rating, words) VALUES (1.0, 'd', 'harbour', 'flux', 'Flux', ?, 'image', "
    "?, 8, 8, 7, 'flux', '{}', 'a boat', 'draft', 0.0, 'mit', 4, 'a boat')"
)


def test_takes_of_an_earlier_version_are_all_there_and_get_what_is_new(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    with sqlite3.connect(home.path / "takes.db") as database:
        database.executescript(EARLIER)
        database.executemany(ROW, [(number, f"2026-11/{number}.png") for number in range(1, 51)])
    database.close()
    with Takes(home) as takes, Takes(home) as second:
        old = takes.search()
        assert len(old) == 50 and {take.rating for take in old} == {4} and takes.trouble == ""
        assert all((take.parents, take.revision, take.digest, take.locked) == ((), "", "", False) for take in old)
        new = second.add(b"final", ".mp4", facts(parents=(old[0].id,), revision="r1"))
        assert takes.get(new.id) == new and (new.parents, new.revision) == ((old[0].id,), "r1")
    with sqlite3.connect(home.path / "takes.db") as database:  # an earlier version goes on writing
        database.execute(ROW, (51, "2026-11/51.png"))
    database.close()
    with Takes(home) as takes:
        assert takes.count() == 52


def test_a_take_knows_what_it_came_from_and_what_came_from_it(takes: Takes) -> None:
    draft, other = takes.add(b"1", ".png", facts()), takes.add(b"2", ".png", facts())
    final = takes.add(b"3", ".mp4", facts(node="kling", parents=(draft.id,), settings={"_key": "k3"}))
    longer = takes.add(b"4", ".mp4", facts(node="longer", parents=(final.id, 999)))
    assert [take.id for take in takes.lineage(longer.id)] == [longer.id, final.id, draft.id]
    assert takes.children(draft.id) == [final] and takes.children(other.id) == []
    assert takes.by_key(["k3", "none", ""]) == [final] and takes.by_key([]) == []
    found = takes.find(draft.digest)
    assert found == draft and takes.find("") is None and takes.find("00") is None


def test_a_locked_take_stays(takes: Takes) -> None:
    take = takes.add(b"1", ".png", facts())
    takes.lock(take.id, True)
    with pytest.raises(AjarError, match="locked"):
        takes.throw_away(take.id)
    assert takes.get(take.id).path.is_file() and takes.get(take.id).locked
    takes.lock(take.id, False)
    assert takes.throw_away(take.id).thrown and not takes.get(take.id).locked
