import json
from pathlib import Path

import pytest

from canvas.taste import FILE, Taste


def test_what_was_chosen_is_there_at_the_next_start(tmp_path: Path) -> None:
    taste = Taste().with_(theme="light", text=1.5, motion=False, preset="Nuke-like", doors=False).bound("run", ("F5",))
    assert taste.write(tmp_path / "new" / "home")
    assert Taste.read(tmp_path / "new" / "home") == taste
    assert [path.name for path in (tmp_path / "new" / "home").iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00", '{"theme": 3, "text": "big", "keys": [1]}'])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert Taste.read(tmp_path) == Taste()


def test_sound_entries_are_kept_beside_broken_and_unknown_ones(tmp_path: Path) -> None:
    plain = {"theme": "dark", "text": 9, "contrast": 1, "later": True, "keys": {"run": ["F5"], "stop": "F6"}}
    (tmp_path / FILE).write_text(json.dumps(plain))
    assert Taste.read(tmp_path) == Taste(theme="dark", text=2.0, keys={"run": ("F5",)})


def test_own_keys_come_and_go() -> None:
    taste = Taste().bound("run", ("F5",)).bound("mute", ())
    assert dict(taste.keys) == {"run": ("F5",), "mute": ()}
    assert dict(taste.bound("run", None).keys) == {"mute": ()}


def test_a_folder_that_cannot_be_written_is_said_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not Taste().write(tmp_path / "file")
