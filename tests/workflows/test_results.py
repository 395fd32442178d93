import errno
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ajar.values import Image, Mask, Size
from workflows.cache import Cache
from workflows.results import Results
from workflows.store import Store


def open_results(folder: Path, memory: int = 100_000_000) -> Results:
    return Results(Store(folder / "blobs"), Cache(folder / "cache.db"), memory)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    found = open_results(tmp_path)
    yield found
    found.close()


def picture(level: int) -> Image:
    return Image.of(np.full((20, 30, 3), level, np.uint8))


def test_values_stay_over_a_restart(tmp_path: Path) -> None:
    first = open_results(tmp_path)
    first.keep("plain", (1, "two", None, [0.5, True]), disk=True, seconds=2.5)
    first.keep("media", (picture(7), Mask.of(np.ones((4, 5), np.float32)), Size(3, 4)), disk=True)
    first.keep_items("stream", [(picture(1),), (picture(2),)], disk=True)
    first.keep_items("nothing", [], disk=True)
    first.keep("memory", (5,), disk=False)
    assert first.get_many(["memory"])["memory"].values == (5,)
    first.close()

    again = open_results(tmp_path)
    found = again.get_many(["plain", "media", "stream", "nothing", "memory", "never"])
    assert found.keys() == {"plain", "media", "stream", "nothing"}
    assert found["plain"].values == (1, "two", None, [0.5, True]) and found["plain"].seconds == 2.5
    image, mask, size = found["media"].values or ()
    assert (image.array == 7).all() and (mask.array == 1).all() and size == Size(3, 4)
    assert found["stream"].values is None
    assert [item[0].array[0, 0, 0] for item in found["stream"].items] == [1, 2]
    assert found["nothing"].items == ()
    again.close()


def test_what_is_not_a_number_survives(tmp_path: Path) -> None:
    first = open_results(tmp_path)
    first.keep("k", (float("inf"), 2**70, ("a", 1)), disk=True)
    first.close()
    again = open_results(tmp_path)
    assert again.get_many(["k"])["k"].values == (float("inf"), 2**70, ("a", 1))
    again.close()


@pytest.mark.parametrize("damage", ["remove", "cut", "flip"])
def test_a_damaged_blob_is_no_hit(tmp_path: Path, damage: str) -> None:
    first = open_results(tmp_path)
    first.keep("k", (picture(7),), disk=True)
    first.close()
    [blob] = (tmp_path / "blobs").rglob("*.png")
    data = bytearray(blob.read_bytes())
    if damage == "remove":
        blob.unlink()
    else:
        data[len(data) // 2] ^= 1
        blob.write_bytes(data[:20] if damage == "cut" else data)
    again = open_results(tmp_path)
    assert again.get_many(["k"]) == {}
    again.keep("k", (picture(7),), disk=True)
    again.close()
    third = open_results(tmp_path)
    assert third.get_many(["k"]).keys() == {"k"}
    third.close()


def test_memory_is_bounded_and_the_disk_stands_behind_it(tmp_path: Path) -> None:
    results = open_results(tmp_path, memory=10_000)
    for level in range(20):
        results.keep(str(level), (picture(level),), disk=level % 2 == 0)
    results.flush()
    found = results.get_many(map(str, range(20)))
    assert {"0", "2", "18"} <= found.keys() and "1" not in found
    assert [found[key].values[0].array[0, 0, 0] for key in ("0", "2")] == [0, 2]  # type: ignore[index]
    results.close()


def test_a_full_disk_keeps_the_run_going(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    results.keep("k", (picture(3),), disk=True)
    results.flush()
    [problem] = results.take_problems()
    assert "disk is full" in problem.message and problem.hint
    assert results.take_problems() == []
    assert results.get_many(["k"]).keys() == {"k"}
    assert not [path for path in results.store.folder.rglob("*") if path.is_file()]


def test_eviction_spares_pinned_results(results: Results) -> None:
    results.keep("paid", (picture(1),), disk=True, pinned=True)
    results.keep("free", (picture(2),), disk=True)
    results.flush()
    assert results.evict(0) > 0
    assert len(list(results.store.folder.rglob("*.png"))) == 1
    fresh = Results(results.store, results.cache, 0)
    assert fresh.get_many(["paid", "free"]).keys() == {"paid"}


def test_room_is_made_once_a_day(results: Results) -> None:
    for level in range(2):
        results.keep(str(level), (picture(level),), disk=True)
        results.flush()
        results.make_room(0)
    fresh = Results(results.store, results.cache, 0)
    assert fresh.get_many(["0", "1"]).keys() == {"1"}


def test_forget(results: Results) -> None:
    results.keep("k", (1,), disk=True)
    results.forget(["k"])
    results.flush()
    assert results.get_many(["k"]) == {}


def test_a_thousand_hits_are_quick(tmp_path: Path) -> None:
    import time

    first = open_results(tmp_path)
    keys = [f"k{number}" for number in range(1000)]
    for key in keys:
        first.keep(key, (1, "text"), disk=True)
    first.close()
    again = open_results(tmp_path)
    start = time.perf_counter()
    assert len(again.get_many(keys)) == 1000
    assert time.perf_counter() - start < 0.2
    again.close()
