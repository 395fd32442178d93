import os
from pathlib import Path

import pytest
from blake3 import blake3

from ajar.errors import WorkflowError
from workflows.cache import Cache
from workflows.digests import Digests


def settled(path: Path, content: bytes, when: float = 1e9) -> Path:
    path.write_bytes(content)
    os.utime(path, (when, when))
    return path


def test_content_decides(tmp_path: Path) -> None:
    digests = Digests(None)
    assert digests.of_file(settled(tmp_path / "a", b"one")) == blake3(b"one").hexdigest()
    assert digests.of_file(settled(tmp_path / "b", b"")) == blake3(b"").hexdigest()
    assert digests.of_file(settled(tmp_path / "a", b"two", 2e9 - 1e9 + 5)) == blake3(b"two").hexdigest()


def test_a_file_is_read_once_even_over_restarts(tmp_path: Path) -> None:
    path = settled(tmp_path / "a", b"one")
    cache = Cache(tmp_path / "cache.db")
    first = Digests(cache).of_file(path)
    cache.flush()
    # Same size, time and inode: nobody looks inside again.
    with path.open("r+b") as file:
        file.write(b"two")
    os.utime(path, (1e9, 1e9))
    assert Digests(cache).of_file(path) == first
    cache.close()


def test_a_file_changed_a_moment_ago_is_not_remembered(tmp_path: Path) -> None:
    digests = Digests(None)
    path = tmp_path / "a"
    path.write_bytes(b"one")
    stat = path.stat()
    digests.of_file(path)
    path.write_bytes(b"two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert digests.of_file(path) == blake3(b"two").hexdigest()


def test_folders(tmp_path: Path) -> None:
    digests = Digests(None)
    (tmp_path / "f" / "sub").mkdir(parents=True)
    settled(tmp_path / "f" / "sub" / "a", b"one")
    first, content = digests.of_folder(tmp_path / "f"), digests.of_folder(tmp_path / "f", content=True)
    os.utime(tmp_path / "f" / "sub" / "a", (5e8, 5e8))
    assert digests.of_folder(tmp_path / "f") != first
    assert digests.of_folder(tmp_path / "f", content=True) == content
    settled(tmp_path / "f" / "b", b"")
    assert digests.of_folder(tmp_path / "f", content=True) != content


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    digests = Digests(None)
    for ask in (digests.of_file, digests.of_folder):
        with pytest.raises(WorkflowError, match="no file or folder") as caught:
            ask(tmp_path / "gone")
        assert caught.value.hint
    with pytest.raises(WorkflowError, match="is a folder"):
        digests.of_file(tmp_path)
