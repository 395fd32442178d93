"""Keys in the preferences: where they are, given, taken back and tried; and never to be seen anywhere."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.key_row import KeyRow
from canvas.keys_page import KeysPage
from canvas.preferences import scrolled
from canvas.theme import Theme
from nodes.remote.transport import keys
from tests.canvas.hosted import KEY, film, kling, shown_window
from tests.canvas.running import LONG


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    ring = Ring()
    with kling(monkeypatch, key=""):
        monkeypatch.delenv("AJAR_KEYRING")
        monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda: ring))
        keys._ring._kept.clear()
        yield ring
        keys._ring._kept.clear()


@pytest.fixture
def page(desk: Desk, ring: Ring, qtbot: QtBot) -> Iterator[KeysPage]:
    page = KeysPage(desk)
    qtbot.addWidget(page)
    page.resize(600, 1200)
    page.show()
    page.look()
    qtbot.waitUntil(lambda: all(row.where.known for row in page.rows.values()), timeout=LONG)
    yield page


def texts(widget: QWidget) -> str:
    """All that a person, or one who listens, can find on a page."""
    parts = [widget, *widget.findChildren(QWidget)]
    found = [getattr(part, "text", str)() for part in parts] + [getattr(part, "full", "") for part in parts]
    return "\n".join([*found, *(f"{part.accessibleName()} {part.accessibleDescription()} {part.toolTip()}"
                                for part in parts)])


def give(qtbot: QtBot, row: KeyRow, text: str) -> None:
    QTest.mouseClick(row.set, Qt.MouseButton.LeftButton)
    assert row.line.isVisible() and row.line.echoMode() == QLineEdit.EchoMode.Password and not row.set.isEnabled()
    QTest.keyClicks(row.line, text)
    QTest.mouseClick(row.set, Qt.MouseButton.LeftButton)


def test_every_provider_that_needs_a_key_has_a_row_and_none_has_one_yet(page: KeysPage, desk: Desk) -> None:
    needing = {name for name, one in desk.studio.packs.providers.items()
               if one.facts.auth != "none" and not one.facts.local and not one.facts.shares}
    assert set(page.rows) == needing and {"kling", "openai", "fal"} <= needing
    row = page.rows["kling"]
    assert row.place.full == "No key" and not row.forget.isEnabled() and not row.test.isEnabled()
    assert desk.studio.packs.providers["kling"].facts.console == row.console.toolTip()


def test_a_key_is_given_tried_and_forgotten_and_is_never_to_be_read(
    qtbot: QtBot, page: KeysPage, ring: Ring, tmp_path: Path,
) -> None:
    row = page.rows["kling"]
    with qtbot.waitSignal(row.changed, timeout=LONG):
        give(qtbot, row, KEY)
    qtbot.waitUntil(lambda: row.place.full == "Key in the keyring", timeout=LONG)
    assert ring.kept["ajar", "kling"] == KEY and row.line.text() == "" and row.line.isHidden()
    QTest.mouseClick(row.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.said.full.startswith("It works"), timeout=LONG)
    assert KEY not in texts(page)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    with qtbot.waitSignal(row.changed, timeout=LONG):
        QTest.mouseClick(row.forget, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.place.full == "No key", timeout=LONG)
    assert not ring.kept


def test_a_key_that_is_wrong_is_said_to_be(qtbot: QtBot, page: KeysPage, ring: Ring) -> None:
    row = page.rows["kling"]
    with qtbot.waitSignal(row.changed, timeout=LONG):
        give(qtbot, row, "not-the-key")
    qtbot.waitUntil(lambda: row.test.isEnabled(), timeout=LONG)
    QTest.mouseClick(row.test, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "refused the key" in row.said.full, timeout=LONG)
    assert "not-the-key" not in texts(page)


def test_without_a_keyring_the_row_says_what_to_do_instead(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with kling(monkeypatch, key=""):
        page = KeysPage(desk)
        qtbot.addWidget(page)
        page.rows["kling"].look()
        row = page.rows["kling"]
        qtbot.waitUntil(lambda: row.where.known, timeout=LONG)
        page.show()
        give(qtbot, row, "some-key")
        qtbot.waitUntil(lambda: "AJAR_KLING_KEY" in row.said.full, timeout=LONG)


def test_a_key_in_the_environment_is_named_by_its_variable_and_cannot_be_forgotten_here(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with kling(monkeypatch):
        page = KeysPage(desk)
        qtbot.addWidget(page)
        row = page.rows["kling"]
        row.look()
        qtbot.waitUntil(lambda: row.place.full == "Key in AJAR_KLING_KEY", timeout=LONG)
        assert not row.forget.isEnabled() and row.test.isEnabled() and KEY not in texts(page)


def test_a_card_without_its_key_leads_to_the_keys_and_is_ready_once_it_is_there(
    qtbot: QtBot, desk: Desk, ring: Ring,
) -> None:
    with shown_window(desk) as window:
        document = window.files.new(film(), "Harbour")
        looks = desk.looks(document)
        qtbot.waitUntil(lambda: looks.of("film").needs == "Needs a key for Kling", timeout=LONG)
        desk.act("api_keys")  # what the foot of the card does
        preferences = window.panels._preferences
        assert preferences is not None and preferences.pages.currentIndex() == 2
        row = preferences.accounts.rows["kling"]
        give(qtbot, row, KEY)
        qtbot.waitUntil(lambda: looks.of("film").needs == "", timeout=LONG)
        assert looks.of("film").price == "$0.42"


def test_a_keyring_that_is_silent_is_told_once(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("locked")

    with kling(monkeypatch, key=""):
        monkeypatch.delenv("AJAR_KEYRING")
        monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=broken))
        keys._ring._kept.clear()
        page = KeysPage(desk)
        qtbot.addWidget(page)
        page.look()
        qtbot.waitUntil(lambda: all(row.where.known for row in page.rows.values()), timeout=LONG)
        keys._ring._kept.clear()
        assert "can't be asked" in page.silence.full and not page.silence.isHidden()
        assert {(row.said.full, row.place.full) for row in page.rows.values()} == {("", "No key")}
        page.close_all()


def test_nothing_is_cut_off_with_text_twice_as_large(page: KeysPage, desk: Desk) -> None:
    desk.wear(Theme("dark", 2.0))
    area = scrolled(page)
    area.resize(560, 600)
    area.show()
    QGuiApplication.processEvents()
    assert page.width() <= area.viewport().width()
    for row in page.rows.values():
        for part in (row.title, row.console, row.terms, row.test, row.forget, row.set):
            assert row.rect().contains(part.geometry()) and page.rect().contains(row.geometry())
    area.takeWidget()


def test_what_was_typed_and_not_kept_is_gone_with_the_line(page: KeysPage, qtbot: QtBot) -> None:
    row = page.rows["kling"]
    row.begin()
    QTest.keyClicks(row.line, KEY)
    row.line.undo()
    row.line.setText(KEY)
    QTest.keyClick(row.line, Qt.Key.Key_Escape)
    assert row.line.isHidden() and row.line.text() == "" and not row.line.isUndoAvailable()
    row.begin()
    QTest.keyClicks(row.line, KEY)
    page.hide()
    assert row.line.text() == "" and KEY not in texts(page)
    row.line.setText(KEY)
    row.line.selectAll()
    row.line.copy()
    assert QGuiApplication.clipboard().text() != KEY  # dots are not copied


def test_no_key_is_left_in_anything_that_the_window_writes(
    qtbot: QtBot, desk: Desk, ring: Ring, tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with shown_window(desk) as window:
        document = window.files.new(film(), "Harbour")
        window.open_preferences("accounts")
        preferences = window.panels._preferences
        assert preferences is not None
        row = preferences.accounts.rows["kling"]
        with qtbot.waitSignal(row.changed, timeout=LONG):
            give(qtbot, row, KEY)
        row.begin()
        QTest.keyClicks(row.line, KEY)  # typed once more and never kept
        document.edit("Change", lambda _: film(seconds=7))
        window.prefer(window.taste.with_(theme="light"))
        window.keeping.remember()
        window.engine.drafts.flush()
        qtbot.waitUntil(lambda: any(tmp_path.rglob("*.json")), timeout=LONG)
        preferences.accounts.close_all()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 3 and not [path for path in files if KEY.encode() in path.read_bytes()]
    assert KEY not in caplog.text
