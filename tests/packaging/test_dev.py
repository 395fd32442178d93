"""dev.py: finds a Python, makes the environment once, survives interruptions, says what it does."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import dev
from tests.packaging.installs import ROOT, copy_of_the_clone


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that dev.py takes for its clone, with an environment that is only a Python."""
    for file in ("pyproject.toml", "constraints.txt"):
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    venv = tmp_path / ".venv"
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", venv)
    monkeypatch.setattr(dev, "STAMP", venv / "ajar-stamp.json")
    monkeypatch.setattr(dev, "LOCK", tmp_path / ".venv.lock")
    dev.venv_python().parent.mkdir(parents=True)
    dev.venv_python().symlink_to(sys.executable)
    return tmp_path


def test_a_finished_environment_is_not_made_again(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str | None]] = []

    def make(verb: str, asked: str | None) -> None:
        made.append((verb, asked))
        parts = dict.fromkeys(dev.parts_for(verb), True)
        dev.write_stamp({**dev.read_stamp(), **parts, "torch": asked or "cpu", "wanted": dev.wanted()})

    monkeypatch.setattr(dev, "make", make)
    dev.environment("run", None)
    dev.environment("run", None)
    assert made == [("run", None)]
    dev.environment("app", None)
    dev.environment("app", None)
    dev.environment("test", None)
    dev.environment("run", "cpu")
    assert made[1:] == [("app", None), ("test", None)]
    dev.environment("test", "none")
    dev.environment("app", None)
    assert made[3:] == [("test", "none")]
    with (clone / "constraints.txt").open("a", encoding="utf-8") as pins:
        pins.write("one-more==1\n")
    dev.environment("test", None)
    assert made[4:] == [("test", None)]


def test_missing_libraries_of_the_system_are_named(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dev.sys.platform", "linux")
    monkeypatch.setattr(dev, "has_library", lambda name: name != "libEGL.so.1")
    monkeypatch.setattr("dev.shutil.which", lambda name: None)
    dev.system_libraries(tests=False)
    said = capsys.readouterr().out
    assert "libegl1" in said and "libgl1" not in said and "sudo apt-get install" in said


def test_lint_settings_do_not_make_the_environment_again(clone: Path) -> None:
    before = dev.wanted()
    file = clone / "pyproject.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n[tool.other]\nx = 1\n", encoding="utf-8")
    assert dev.wanted() == before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"torch": "cpu", "tests": true}'])
def test_a_stamp_of_an_interrupted_installation_counts_for_nothing(clone: Path, content: str) -> None:
    dev.STAMP.write_text(content, encoding="utf-8")
    assert not dev.is_ready("run", None)


def test_packages_without_their_list_of_files_are_unfinished(clone: Path) -> None:
    site = dev.VENV / "lib" / "python3.11" / "site-packages"
    whole, half = site / "whole-1.0.dist-info", site / "half-1.0.dist-info"
    for folder in (whole, half):
        folder.mkdir(parents=True)
    (whole / "RECORD").write_text("")
    dev.remove_unfinished()
    assert whole.exists()
    assert not half.exists()


@pytest.mark.parametrize(
    ("line", "news"),
    [
        ("Downloading torch-2.13.0%2Bcpu-cp311.whl (192.4 MB)", "downloading torch, 192.4 MB"),
        ("  Downloading https://example.org/a/big-1.0.whl (1.2 GB)", "downloading big, 1.2 GB"),
        ("Downloading idna-3.20-py3-none-any.whl (70 kB)", ""),
        ("Downloading mypy-2.whl (9.9 MB)", ""),
        ("Installing collected packages: a, b, c", "unpacking 3 packages"),
        ("Requirement already satisfied: numpy", ""),
    ],
)
def test_only_what_takes_long_is_said(line: str, news: str) -> None:
    assert dev.worth_saying(line) == news


def test_a_python_that_fits_is_found() -> None:
    assert dev.version_of([sys.executable]) == sys.version.split()[0]
    assert dev.version_of(["no-such-python"]) is None
    assert dev.version_of([sys.executable, "-c", "raise SystemExit(1)"]) is None


def test_without_a_fitting_python_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "candidates", lambda: iter([["no-such-python"]]))
    assert dev.start_again(["run"]) == 2
    assert "needs Python 3.11, 3.12 or 3.13" in capsys.readouterr().err


def test_run_without_a_file_makes_the_first_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(dev, "environment", lambda *_: Path("python"))

    def call(command: list[str]) -> int:
        calls.append(command[5:])
        return 0

    monkeypatch.setattr(dev, "call", call)
    dev.main(["run"])
    dev.main(["run", "--seed", "7"])
    dev.main(["run", "mine.json", "--cpu", "--set", "a.b=1"])
    assert calls == [[str(dev.HELLO)], [str(dev.HELLO), "--seed", "7"], ["mine.json", "--set", "a.b=1"]]


def test_an_unknown_verb_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 2
    assert dev.main(["--help"]) == 0
    assert "python dev.py run" in capsys.readouterr().out


def test_two_at_once_take_turns(clone: Path) -> None:
    order: list[str] = []

    def hold(name: str, seconds: float) -> None:
        with dev.locked():
            order.append(f"{name} in")
            time.sleep(seconds)
            order.append(f"{name} out")

    first = threading.Thread(target=hold, args=("first", 0.3))
    first.start()
    while not order:
        time.sleep(0.01)
    hold("second", 0)
    first.join()
    assert order == ["first in", "first out", "second in", "second out"]


def dev_call(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "dev.py", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_fresh_clone_survives_an_interruption_and_two_at_once(tmp_path: Path) -> None:
    """Without PyTorch, for the sake of time. Needs a package index."""
    folder = copy_of_the_clone(tmp_path / "clone")
    for file in ("dev.py", "constraints.txt"):
        (folder / file).write_bytes((ROOT / file).read_bytes())
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text("def test_it():\n    import numpy, ajar.contract, nodes.text\n")
    arguments = ("test", "--no-torch", "tests/test_it.py")
    killed = dev_call(folder, *arguments)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not list(folder.glob(".venv/lib/*/site-packages/numpy")):
        time.sleep(0.02)
    killed.send_signal(signal.SIGINT)
    assert "The next call goes on" in killed.communicate(timeout=60)[0]
    both = [dev_call(folder, *arguments) for _ in range(2)]
    said = [each.communicate(timeout=600)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sum("The environment is ready" in text for text in said) == 1
    start = time.monotonic()
    again = dev_call(folder, *arguments)
    assert "1 passed" in again.communicate(timeout=60)[0]
    assert time.monotonic() - start < 30
    assert json.loads((folder / ".venv" / "ajar-stamp.json").read_text())["torch"] == "none"
