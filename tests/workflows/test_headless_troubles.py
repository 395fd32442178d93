"""The command line where packs, disks, data folders or settings are broken: sentences and exit codes."""

import errno
import os
from pathlib import Path

import pytest

from ajar.errors import AjarError
from tests.workflows.toy_commands import GREY, Ajar, summary, toy, write


def test_a_pack_that_cannot_be_imported(ajar: Ajar, here: Path) -> None:
    (here / "broken.py").write_text("import nothing_like_this\n")
    file = write(here, {"b": {"type": "whole"}})
    for pack in ("broken.py", "gone.py"):
        code, out, err = ajar("run", file, "--pack", pack)
        assert code == 2 and not out and "error: " in err and "hint: " in err


@pytest.mark.parametrize("command", ["run", "history", "doctor"])
def test_a_data_folder_that_cannot_be_used(ajar: Ajar, here: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "home").write_text("a file in its place")
    argv = [command, write(here, {"b": {"type": "whole"}})] if command == "run" else [command]
    code, out, err = ajar(*argv)
    if command == "run":
        assert code == 2 and "AJAR_HOME" in err and not out
    elif command == "doctor":
        assert code == 1 and "AJAR_HOME" in out
    else:
        assert code == 0
    assert ajar("check", write(here, {"b": {"type": "whole"}}))[0] == 0
    assert (tmp_path / "home").read_text() == "a file in its place"


def test_a_full_disk(ajar: Ajar, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = write(here, GREY)
    monkeypatch.setattr(os, "fsync", full)
    code, _, err = ajar("run", file, "--pack", "toys.py")
    assert code == 1 and "disk is full" in err and "hint: " in err
    assert not list((here / "out").iterdir())


def test_results_that_cannot_be_kept_are_a_warning(ajar: Ajar, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise AjarError("Could not store a result: the disk is full.", "Free some space.")

    file = write(here, {"paint": toy("paint")})
    monkeypatch.setattr("workflows.store.Store.put", full)
    code, out, err = ajar("run", file, "--pack", "toys.py")
    assert code == 0 and "work-paint-1.png" in out
    assert "warning: Could not store a result" in err and "hint: Free some space." in err


def test_a_damaged_table_of_results_is_replaced(ajar: Ajar, here: Path, tmp_path: Path) -> None:
    file = write(here, {"slow": toy("slow", seconds=0.01)})
    ajar("run", file, "--pack", "toys.py")
    (tmp_path / "home" / "cache.db").write_bytes(b"nonsense" * 1000)
    for name in ("cache.db-wal", "cache.db-shm"):
        (tmp_path / "home" / name).unlink(missing_ok=True)
    assert ajar("run", file, "--pack", "toys.py")[0] == 0
    assert summary(ajar("run", file, "--pack", "toys.py", "--json")[1])["cached"] == 1


def test_what_nodes_print_is_no_result(ajar: Ajar, here: Path) -> None:
    file = write(here, {"chatty": toy("chatty")})
    code, out, err = ajar("run", file, "--pack", "toys.py", "--json")
    assert code == 0 and summary(out)["ran"] == 1
    assert "not JSON" in err


def test_a_damaged_history_keeps_nobody_from_running(ajar: Ajar, here: Path, tmp_path: Path) -> None:
    file = write(here, {"b": {"type": "whole"}})
    ajar("run", file)
    (tmp_path / "home" / "journal.db").write_bytes(b"nonsense" * 1000)
    code, out, err = ajar("run", file)
    assert code == 0 and "b: 0" in out and "warning: " in err
    code, out, err = ajar("history")
    assert code == 1 and "damaged" in err


def test_wrong_settings_are_exit_2(ajar: Ajar, here: Path, tmp_path: Path) -> None:
    file = write(here, {"b": {"type": "whole"}})
    ajar("run", file)
    (tmp_path / "home" / "settings.toml").write_text("memory = 5")
    code, _, err = ajar("run", file)
    assert code == 2 and "unknown entry" in err


def test_what_nobody_expected_is_one_sentence_and_a_log(
    ajar: Ajar, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the sky fell")

    monkeypatch.setattr("workflows.commands.run.read_source", broken)
    code, out, err = ajar("run", "a.json")
    assert code == 1 and not out and "the sky fell" in err
    [log] = (tmp_path / "home" / "logs").iterdir()
    assert "Traceback" in log.read_text() and str(log) in err
