"""``ajar app`` where the window can't be opened: one sentence, one hint, exit code 2, and no Qt."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pytest

from workflows import headless
from workflows.commands import app


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_is_there", lambda package: True)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def never(file: Path | None, packs: Sequence[Path]) -> int:
    raise AssertionError("no window was to be opened")


@pytest.mark.parametrize("lost", ["PySide6", "NodeGraphQt"])
def test_a_missing_package_is_named(
    lost: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "_is_there", lambda package: not package.startswith(lost))
    assert headless.main(["app"], never) == 2
    said = capsys.readouterr().err
    assert f"The window needs {lost}, which is not installed." in said and 'pip install "ajar[app]"' in said


def test_a_package_without_its_parent_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    def find(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    assert not app._is_there("PySide6.QtWidgets")


def test_a_missing_library_of_the_system_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def window(file: Path | None, packs: Sequence[Path]) -> int:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    assert headless.main(["app"], window) == 2
    said = capsys.readouterr().err
    assert "libEGL.so.1" in said and "Traceback" not in said


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("workflows.commands.app.sys.platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert headless.main(["app"], never) == 2
    assert "no screen" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said_before_the_window_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert headless.main(["app", "nothing.json"], never) == 2
    assert "There is no file nothing.json." in capsys.readouterr().err


def test_the_exit_code_is_that_of_the_window(tmp_path: Path) -> None:
    asked: list[tuple[Path | None, Sequence[Path]]] = []

    def window(file: Path | None, packs: Sequence[Path]) -> int:
        asked.append((file, packs))
        return 7

    file = tmp_path / "a.json"
    file.write_text("{}")
    assert headless.main(["app", str(file), "--pack", "p.py"], window) == 7
    assert asked == [(file, [Path("p.py")])]
