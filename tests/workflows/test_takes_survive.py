"""Nothing that was made is ever lost, whatever happens to the process, the disk or the table of takes."""

import errno
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ajar.errors import AjarError
from tests.workflows.toy_takes import facts
from workflows.settings import Home
from workflows.takes import Query, Takes

CLONE = Path(__file__).resolve().parents[2]


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
