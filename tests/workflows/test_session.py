"""The session: the window comes back as it was, and a damaged file costs nothing but that."""

from pathlib import Path

import pytest

from ajar.errors import AjarError
from workflows.session import Session, Tab, read_session, write_session
from workflows.settings import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.open(tmp_path / "home")


def test_a_session_comes_back_as_it_was(home: Home) -> None:
    session = Session(
        (
            Tab("/films/harbour.json", room=("finish", "grain"), place=(120.5, -40.0, 0.75)),
            Tab(draft="4f2a", name="Pier", origin="/templates"),
        ),
        1, ("/films/harbour.json",), b"\x00\x01", bytes(range(256)),
        ({"document": "/films/harbour.json", "only": ["flux"], "paid": True},), {"gallery": {"size": 140}},
    )
    write_session(home, session)
    assert read_session(home) == (session, "")


def test_without_a_session_all_is_empty(home: Home) -> None:
    assert read_session(home) == (Session(), "")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "{}", '{"tabs": 3}', '{"tabs": [{}]}', "\x00" * 50, '{"tabs": [], "front": "x"}'],
)
def test_a_damaged_session_is_ignored_with_a_sentence(home: Home, text: str) -> None:
    (home.path / "session.json").write_text(text)
    session, trouble = read_session(home)
    assert session == Session() and "ignored" in trouble


def test_a_tab_in_front_that_is_not_there_is_the_last(home: Home) -> None:
    write_session(home, Session((Tab("/a.json"),), 7))
    assert read_session(home)[0].front == 0


def test_what_cannot_be_written_leaves_the_old_session(home: Home) -> None:
    write_session(home, Session((Tab("/a.json"),)))
    with pytest.raises(AjarError, match="remember the session"):
        write_session(home, Session(more={"panel": object()}))
    assert read_session(home)[0].tabs == (Tab("/a.json"),)
    assert [file.name for file in home.path.glob("session*")] == ["session.json"]
