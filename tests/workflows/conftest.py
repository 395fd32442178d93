"""What tests of this room share: the command line in a folder of its own, and a store of takes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflows.toy_commands import PACK, Ajar
from workflows import headless
from workflows.settings import Home
from workflows.takes import Takes


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with its own data folder and a pack."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    (folder / "toys.py").write_text(PACK)
    return folder


@pytest.fixture
def ajar(here: Path, capsys: pytest.CaptureFixture[str]) -> Ajar:
    """Runs a command line in this process: (exit code, stdout, stderr)."""

    def call(*argv: str) -> tuple[int, str, str]:
        code = headless.main(argv)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return call


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


@pytest.fixture
def takes(home: Home) -> Iterator[Takes]:
    with Takes(home) as takes:
        yield takes
