"""How a run stands to the caps, said before it begins."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.money.emulator import Toys
from workflows import headless

PACK = str(Path(__file__).parents[1] / "money" / "toys.py")


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toys]:
    monkeypatch.chdir(tmp_path)
    with Toys(job_seconds=0.05).start() as playing:
        for name, value in (("AJAR_TOY_URL", playing.base), ("AJAR_TOY_KEY", playing.key), ("AJAR_KEYRING", "off"),
                            ("AJAR_HOME", str(tmp_path / "home"))):
            monkeypatch.setenv(name, value)
        (tmp_path / "home").mkdir()
        yield playing


def run(texts: list[str], *options: str) -> int:
    nodes = {f"n{number}": {"type": "toys/film", "inputs": {"text": text}} for number, text in enumerate(texts)}
    Path("g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
    return headless.main(["run", "g.json", "--pack", PACK, *options])


def caps(text: str) -> None:
    Path("home/settings.toml").write_text(text, "utf-8")


def test_a_run_that_can_not_stay_within_a_cap_does_not_begin(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    caps("[caps]\nday = 1.2\n")
    assert run(["a", "b", "c"], "--pay", "9") == 3
    assert "nothing was run" in capsys.readouterr().err and emulator.paid == 0
    assert run(["a", "b"], "--pay", "9") == 0
    assert run(["a", "b", "c"], "--pay", "9") == 3, "what an earlier run spent counts"
    assert emulator.paid == 2
    assert run(["a", "b"]) == 0, "what is paid for already takes nothing"


def test_a_cap_that_asks_is_exceeded_by_a_persons_word_only(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    caps('over = "ask"\n[caps]\nrun = 0.3\n')
    assert run(["a"], "--pay", "9") == 4
    assert "--beyond-caps" in capsys.readouterr().err and emulator.paid == 0
    assert run(["a"], "--pay", "9", "--beyond-caps") == 0
    assert emulator.paid == 1


def test_a_file_can_not_loosen_a_cap_that_refuses(emulator: Toys) -> None:
    caps("[caps]\nrun = 0.3\n")
    Path("ajar.toml").write_text('over = "ask"\n[caps]\nrun = 100\n', "utf-8")
    assert run(["a"], "--pay", "9", "--beyond-caps") == 3
    assert emulator.paid == 0


def test_too_little_that_was_agreed_to_is_said(emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a", "b"], "--pay", "0.7") == 4
    said = capsys.readouterr().err
    assert "may cost $1.00, but only $0.70 was agreed to" in said and "--pay 1.00" in said
    assert run(["a", "b"]) == 4
    assert "nobody has agreed" in capsys.readouterr().err
    assert emulator.paid == 0


def test_programs_read_what_a_plan_and_a_run_cost(emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a", "b"], "--pay", "9", "--json", "--hosts") == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["orders"], summary["spent"], summary["emulated"]) == (2, 1.0, True)
    assert summary["hosts"] == ["127.0.0.1"]
    assert run(["a", "c"], "--pay", "9", "--json") == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["orders"], summary["spent"]) == (1, 0.5), "what an earlier run paid is not counted again"
    headless.main(["plan", "g.json", "--pack", PACK, "--json", "--set", "n0.text=z"])
    lines = list(map(json.loads, capsys.readouterr().out.splitlines()))
    [bill] = [line for line in lines if line["event"] == "bill"]
    assert (bill["provider"], bill["low"], bill["high"], bill["checked"]) == ("toy", 0.5, 0.5, "2026-11-20")
    assert (lines[-1]["high"], lines[-1]["unknown"]) == (0.5, 0)


def test_paid_work_comes_from_the_store_even_where_no_cache_is_wanted(
        emulator: Toys, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["a"], "--pay", "9") == 0
    assert run(["a"], "--no-cache") == 0
    assert "comes from the store" in capsys.readouterr().err and emulator.paid == 1
