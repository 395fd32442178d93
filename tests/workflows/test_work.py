"""What this machine made, and how long it took, written down."""

import json
from pathlib import Path

import pytest

from workflows.headless import main
from workflows.settings import Home, read_settings
from workflows.work import Piece, WorkLog

PIECE = Piece(1.0, 2.0, "image", 1.0, ("flux-schnell",), "flux", "draft", "/p", "w", "n")


def test_what_was_added_is_read_again_and_torn_lines_cost_only_themselves(tmp_path: Path) -> None:
    log = WorkLog(Home(tmp_path))
    log.add(PIECE)
    with (tmp_path / "work.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"when": 3, "seconds"\nnull\n[]\n{"when": "x"}\n')
    log.add(PIECE)
    assert log.read() == [PIECE, PIECE]


def test_a_log_that_cannot_be_written_disturbs_nothing(tmp_path: Path) -> None:
    log = WorkLog(Home(tmp_path / "missing"))
    log.add(PIECE)
    assert log.read() == []


def test_the_cost_of_nothing_is_told_with_the_presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))
    assert main(["cost", "--hardware", "1800"]) == 0
    said = capsys.readouterr().out
    assert "Nothing was made yet." in said and "a month" in said and "mid 2026" in said


def test_the_cost_of_a_project_leaves_out_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    log = WorkLog(Home(tmp_path))
    for folder, model in ((mine, "z-image-turbo"), (other, "flux-schnell")):
        log.add(Piece(1.7e9, 3.0, "image", 1.0, (model,), "flux", "draft", str(folder), "w", "n"))
    assert main(["cost", str(mine), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["model"] for line in lines if line["event"] == "line"] == ["z-image-turbo"]
    assert lines[-1]["here"] is None and lines[-1]["closed"]["low"] == 0.02


@pytest.mark.parametrize("command", ["cost", "ratings"])
def test_a_project_that_is_not_there_is_an_error_and_not_another_one(
        command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    assert main([command, str(tmp_path / "gone")]) == 2
    assert "There is no folder or workflow" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("run", "a.json", "--pay", "much"), ("cost", "--watts", "x"), ("takes", "-n", "x"),
                                   ("run", "a.json", "--seed", "x"), ("sheet", "a.json", "--cell", "x")])
def test_what_is_no_number_is_called_that(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(words)) == 2
    assert f"'{words[-1]}' is no number." in capsys.readouterr().err


def test_the_settings_say_what_the_machine_costs(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[machine]\nwatts = 350\ntariff = 0.25\n", encoding="utf-8")
    machine = read_settings(Home(tmp_path)).machine
    assert machine.energy(3600) == pytest.approx(0.0875) and machine.monthly == 0
