import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ajar.errors import AjarError
from workflows.outputs import Outputs, about
from workflows.provenance import Made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_names(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "out", "hello")
    outputs.save("save", (), b"a", ".png")
    outputs.save("takes", (2,), b"b", ".png")
    outputs.save("takes", (1, 0), b"c", ".png")
    outputs.save("use/inner", (), b"d", ".webp")
    assert names(tmp_path / "out") == [
        "hello-save-1.png", "hello-takes-2-1.png", "hello-takes-3.png", "hello-use-inner-1.webp"
    ]


def test_equal_bytes_give_the_same_file(tmp_path: Path) -> None:
    first = Outputs(tmp_path, "w").save("n", (), b"same", ".png")
    stamp = first.stat().st_mtime_ns
    assert Outputs(tmp_path, "w").save("n", (), b"same", ".png") == first
    assert first.stat().st_mtime_ns == stamp
    assert names(tmp_path) == ["w-n-1.png"]


def test_other_bytes_go_on_after_the_highest_number(tmp_path: Path) -> None:
    before = Outputs(tmp_path, "w")
    for index in range(3):
        before.save("n", (index,), b"old%d" % index, ".png")
    after = Outputs(tmp_path, "w")
    for index in range(3):
        after.save("n", (index,), b"new%d" % index, ".png")
    assert names(tmp_path) == [f"w-n-{number}.png" for number in range(1, 7)]
    assert [(tmp_path / f"w-n-{number}.png").read_bytes() for number in (1, 4, 6)] == [b"old0", b"new0", b"new2"]


def test_several_files_of_one_item(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path, "w")
    for data in (b"a", b"b", b"a"):
        outputs.save("n", (), data, ".png")
    assert names(tmp_path) == ["w-n-1.png", "w-n-1b.png", "w-n-1c.png"]


def test_a_link_or_folder_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "w-n-1.png").symlink_to(tmp_path / "outside")
    (tmp_path / "w-n-2.png").mkdir()
    assert Outputs(tmp_path, "w").save("n", (), b"a", ".png").name == "w-n-3.png"
    assert not (tmp_path / "outside").exists()


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    saved = Outputs(tmp_path / "out", "../../evil").save("n", (), b"a", ".png")
    assert saved.parent == tmp_path / "out"
    assert Outputs(tmp_path / "out", "w").save("n", (), b"a", ".safetensors").suffix == ".safetensors"
    with pytest.raises(AjarError, match="file name ending"):
        Outputs(tmp_path, "w").save("n", (), b"a", "/../x.png")


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    runs = [Outputs(tmp_path, "w") for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(
            lambda job: runs[job[0]].save("n", (job[1],), b"%d-%d" % job, ".png"),
            [(run, item) for run in range(4) for item in range(10)],
        ))
    assert len(set(saved)) == 40
    written = sorted(path.read_bytes() for path in saved)
    assert written == sorted(b"%d-%d" % (run, item) for run in range(4) for item in range(10))


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AjarError, match="the disk is full"):
        Outputs(tmp_path, "w").save("n", (), b"a", ".png")
    assert names(tmp_path) == []


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(AjarError, match="it is a file") as caught:
        Outputs(tmp_path / "out", "w").save("n", (), b"a", ".png")
    assert caught.value.hint


def test_about_is_the_same_every_time() -> None:
    graph = {"ajar": 1, "nodes": {}}
    made = Made({"paint": 7}, ({"id": "builtin"},), None, (), (), (), "trainedAlgorithmicMedia")
    text = about(graph, "hello", "save", (2,), made)
    assert text == about(graph, "hello", "save", (2,), made)
    assert json.loads(text)["digital_source"] == "trainedAlgorithmicMedia" and "orders" not in json.loads(text)
    assert json.loads(text)["graph"] == {"ajar": 1, "nodes": {}}
    assert json.loads(text)["item"] == [2]


def test_files_and_folders_are_copied_whole_and_never_over_others(tmp_path: Path) -> None:
    source, shots = tmp_path / "film.mp4", tmp_path / "shots"
    source.write_bytes(b"film")
    shots.mkdir()
    for number in (1, 2):
        (shots / f"{number}.png").write_bytes(b"%d" % number)
    outputs = Outputs(tmp_path / "out", "w")
    film, folder = outputs.save("film", (), source, ".mp4"), outputs.save("shots", (), shots, "")
    assert film.read_bytes() == b"film" and names(folder) == ["1.png", "2.png"] and source.exists()
    again = Outputs(tmp_path / "out", "w")
    assert again.save("film", (), source, ".mp4") == film and again.save("shots", (), shots, "") == folder
    (shots / "2.png").write_bytes(b"other")
    source.write_bytes(b"another film")
    other = Outputs(tmp_path / "out", "w")
    assert other.save("film", (), source, ".mp4").name == "w-film-2.mp4"
    assert other.save("shots", (), shots, "").name == "w-shots-2"
    assert (folder / "2.png").read_bytes() == b"2" and len(names(tmp_path / "out")) == 4
    with pytest.raises(AjarError, match="ending"):
        other.save("film", (), source, "")
