"""Where ``final``, ``replace`` and ``sheet`` write the workflow they changed: never over something else."""

import json
from pathlib import Path

import pytest

from workflows.headless import main

GRAPH = {"ajar": 1, "nodes": {
    "paint": {"type": "flux", "inputs": {"prompt": "a red circle", "model": "builtin", "steps": 1}},
    "save": {"type": "save_image", "inputs": {"image": {"from": "paint"}}}}}
WAYS = {
    "final": ("final", "paint", "--model", "bfl_image:flux-2-klein-4b"),
    "replace": ("replace", "paint", "--with", "bfl_image:flux-2-klein-4b"),
    "sheet": ("sheet", "paint", "--x", "steps=1,2"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AJAR_KEYRING", "off")
    Path("film.json").write_text(json.dumps(GRAPH), "utf-8")
    return tmp_path


def call(way: str, file: str, *more: str) -> int:
    command, *words = WAYS[way]
    return main([command, file, *words, *more])


@pytest.mark.parametrize("way", WAYS)
def test_another_file_is_never_written_over(here: Path, way: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.json").write_text('{"ajar": 1, "nodes": {}}', "utf-8")
    Path("notes.txt").write_text("mine", "utf-8")
    for name in ("other.json", "notes.txt"):
        before = Path(name).read_bytes()
        assert call(way, "film.json", "--into", name) == 2
        assert f"{name} is there already, and is another one." in capsys.readouterr().err
        assert Path(name).read_bytes() == before
    assert call(way, "film.json", "--into", "new.json") == 0
    made = Path("new.json").read_bytes()
    assert call(way, "film.json", "--into", "new.json") == 0, "the same again is no harm"
    assert Path("new.json").read_bytes() == made and json.loads(Path("film.json").read_bytes()) == GRAPH
    assert call(way, "film.json", "--into", "film.json") == 0 and Path("film.json").read_bytes() == made


@pytest.mark.parametrize("way", ["final", "replace"])
def test_a_picture_that_carries_a_workflow_stays_a_picture(here: Path, way: str,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "film.json"]) == 0
    [picture] = Path("out").glob("*.png")
    before = picture.read_bytes()
    assert call(way, str(picture)) == 2
    assert "is no workflow, it only carries one." in capsys.readouterr().err
    assert picture.read_bytes() == before
    assert call(way, str(picture), "--into", "again.json") == 0 and Path("again.json").exists()
    assert picture.read_bytes() == before
