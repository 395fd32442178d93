from pathlib import Path

import pytest

from ajar.errors import WorkflowError
from workflows.settings import Home, Settings, read_settings


def test_open_makes_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    home = Home.open()
    assert home.path == tmp_path / "home"
    assert home.blobs.is_dir() and home.logs.is_dir()
    assert not list(home.tmp.iterdir())


def test_find_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    assert Home.find().path == tmp_path / "home"
    assert not (tmp_path / "home").exists()


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(WorkflowError, match="can't be used") as caught:
        Home.open(tmp_path / "home")
    assert "AJAR_HOME" in caught.value.hint


def test_settings_are_read(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    assert read_settings(home) == Settings()
    home.settings_file.write_text('store_gb = 2.5\nresidency = "local"\n')
    assert read_settings(home) == Settings(2.5, 1024, "local")


@pytest.mark.parametrize(
    "text", ["store_gb = ", "colour = 1", "residency = 'away'", "memory_mb = -1", "memory_mb = true"]
)
def test_wrong_settings_are_refused(tmp_path: Path, text: str) -> None:
    home = Home.open(tmp_path)
    home.settings_file.write_text(text)
    with pytest.raises(WorkflowError) as caught:
        read_settings(home)
    assert caught.value.hint
