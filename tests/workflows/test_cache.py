import contextlib
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workflows.cache import Cache, FileStamp, Row


def test_rows_survive_a_restart(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    for number in range(1200):
        cache.record(f"k{number}", Row(f"[{number}]", 0.5))
    found = cache.lookup([f"k{number}" for number in range(1300)])
    assert len(found) == 1200
    cache.close()
    again = Cache(tmp_path / "cache.db")
    found = again.lookup([f"k{number}" for number in range(1300)])
    assert len(found) == 1200 and found["k7"] == Row("[7]", 0.5)
    again.close()


def test_rows_are_written_without_being_asked(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    cache.record("k", Row("1", 0.0, pinned=True))
    deadline = time.monotonic() + 5
    with contextlib.closing(sqlite3.connect(tmp_path / "cache.db")) as other:
        while other.execute("SELECT count(*) FROM results").fetchone() != (1,):
            assert time.monotonic() < deadline, "the row was never committed"
            time.sleep(0.01)
    assert cache.pinned() == [Row("1", 0.0, True)]
    cache.close()


def test_forget_and_trim(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    for number in range(10):
        cache.record(str(number), Row("1", 0.0, pinned=number == 0))
        cache.flush()
    cache.forget(["9"])
    cache.flush()
    assert "9" not in cache.lookup(["9"])
    cache.trim(3)
    cache.flush()
    assert set(cache.lookup(map(str, range(10)))) == {"0", "6", "7", "8"}
    cache.close()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache.db").write_bytes(content)
    cache = Cache(tmp_path / "cache.db")
    cache.record("k", Row("1", 0.0))
    cache.close()
    again = Cache(tmp_path / "cache.db")
    assert again.lookup(["k"])
    again.close()
    if content:
        assert [path.read_bytes() for path in tmp_path.glob("cache.db.damaged-*")] == [content]


def test_damage_that_shows_while_working(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    for number in range(5000):
        cache.record(str(number), Row("x" * 100, 0.0))
    cache.close()
    with (tmp_path / "cache.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 200_000)
    cache = Cache(tmp_path / "cache.db")
    assert len(cache.lookup(map(str, range(5000)))) < 5000
    cache.record("new", Row("1", 0.0))
    cache.flush()
    assert "new" in cache.lookup(["new"])
    cache.close()


def test_a_place_that_cannot_be_written_costs_only_memory_over_restarts(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    cache = Cache(tmp_path / "home" / "cache.db")
    cache.record("k", Row("1", 0.0))
    cache.flush()
    assert "k" in cache.lookup(["k"])
    assert "can't be remembered" in (cache.take_problem() or "")
    assert cache.take_problem() is None
    cache.close()


def test_file_digests(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    stamp = FileStamp(5, 17, 3)
    cache.record_file("/a", stamp, "d1")
    cache.flush()
    assert cache.file_digest("/a", stamp) == "d1"
    assert cache.file_digest("/a", FileStamp(5, 18, 3)) is None
    cache.close()


WRITER = """
import sys
from pathlib import Path
from workflows.cache import Cache, Row
cache = Cache(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    cache.record(f"{sys.argv[2]}{number}", Row("1", 0.0))
    if number == 300: print("go", flush=True)
cache.close()
"""


def start(path: Path, name: str, rows: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(rows)], stdout=subprocess.PIPE)


def is_there(path: Path, key: str) -> bool:
    cache = Cache(path)
    try:
        return key in cache.lookup([key])
    finally:
        cache.close()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with start(path, "a", 5000) as first, start(path, "b", 5000) as second:
        assert first.wait(60) == second.wait(60) == 0
    cache = Cache(path)
    assert len(cache.lookup([f"{name}{number}" for name in "ab" for number in range(5000)])) == 10_000
    assert cache.take_problem() is None
    cache.close()


def test_a_kill_in_the_middle_of_writing(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for name in "abc":
        with start(path, name, 3_000_000) as process:
            assert process.stdout is not None
            process.stdout.readline()
            while not is_there(path, f"{name}0"):  # written in the background, while the process goes on recording
                assert process.poll() is None
                time.sleep(0.02)
            process.kill()
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    cache = Cache(path)
    assert cache.lookup(["a0", "b0", "c0"]).keys() == {"a0", "b0", "c0"}
    cache.close()
