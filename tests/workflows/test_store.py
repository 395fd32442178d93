import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from blake3 import blake3

from ajar.errors import AjarError
from workflows.store import Store


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_put_and_find_again(tmp_path: Path) -> None:
    digest = Store(tmp_path).put(b"light", ".png")
    assert digest == blake3(b"light").hexdigest()
    again = Store(tmp_path)
    assert again.has(digest) and again.sound(digest)
    assert again.path(digest).read_bytes() == b"light"
    assert again.path(digest).suffix == ".png"
    assert again.size() == 5


def test_equal_content_is_stored_once(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(b"frames" * 500_000)
    store = Store(tmp_path / "blobs")
    first = store.put(source, ".mp4")
    assert store.put(source.read_bytes(), ".mp4") == first
    assert store.put(store.path(first), ".mp4") == first
    assert files(tmp_path / "blobs") == [f"{first}.mp4"]


def test_missing_blob(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert not store.has("0" * 64) and not store.sound("../" + "0" * 61)
    with pytest.raises(AjarError, match="missing"):
        store.path("0" * 64)


@pytest.mark.parametrize("damage", [b"", b"lighT", b"light and more"])
def test_damaged_blob_is_put_aside_and_written_anew(tmp_path: Path, damage: bytes) -> None:
    digest = Store(tmp_path).put(b"light")
    store = Store(tmp_path)
    store.path(digest).write_bytes(damage)
    assert not store.sound(digest)
    assert not store.has(digest)
    assert (tmp_path / "damaged" / digest).read_bytes() == damage
    assert store.put(b"light") == digest
    assert store.sound(digest)


def test_damage_in_the_same_session_is_seen(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digest = store.put(b"light")
    assert store.sound(digest)
    store.path(digest).write_bytes(b"night")
    os.utime(store.path(digest), (1, 1))
    assert not store.sound(digest)


def test_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AjarError, match="the disk is full") as caught:
        store.put(b"light")
    assert caught.value.hint
    source = tmp_path / "film"
    source.write_bytes(b"frames")
    with pytest.raises(AjarError, match="the disk is full"):
        store.put(source)
    assert files(tmp_path) == ["film"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_really_full_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.store.part_beside", lambda target: _full(target))
    with pytest.raises(AjarError, match="the disk is full"):
        Store(tmp_path).put(b"light" * 100_000)


def _full(target: Path) -> Path:
    class Full(type(target)):  # type: ignore[misc]
        def open(self, *_: object, **__: object) -> object:
            return Path("/dev/full").open("wb")

    return Full(target.with_name("x.part"))


def test_least_recently_used_goes_first_and_pinned_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digests = [store.put(bytes([number]) * 1000) for number in range(5)]
    for age, digest in enumerate(reversed(digests)):
        os.utime(store.path(digest), (time.time() - age * 1000,) * 2)
    assert Store(tmp_path).sound(digests[1])  # a use
    freed = store.evict(3000, pinned={digests[0]})
    assert freed == 2000
    assert [store.has(digest) for digest in digests] == [True, True, False, False, True]


def test_old_unfinished_files_are_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(b"light")
    old, new = tmp_path / "a.part", tmp_path / "b.part"
    old.touch()
    new.touch()
    os.utime(old, (1, 1))
    store.tidy()
    assert not old.exists() and new.exists()


def test_many_threads_put_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path)
    threads = [
        threading.Thread(target=lambda: [store.put(b"%d" % number * 5000) for number in range(20)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files(tmp_path)) == 20
    assert store.size() == sum(5000 * len(str(number)) for number in range(20))


def test_a_kill_while_writing_leaves_only_whole_blobs(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom workflows.store import Store\n"
        "store = Store(Path(sys.argv[1]))\nprint('go', flush=True)\n"
        "while True: store.put(os.urandom(3_000_000))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.15)
        process.kill()
    store = Store(tmp_path)
    digests = [name for name in files(tmp_path) if not name.endswith(".part")]
    assert digests
    assert all(store.sound(digest) for digest in digests)
