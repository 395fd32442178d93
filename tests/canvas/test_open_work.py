"""Paid work that is open: seen, gone on with after a restart, decided about by a person; never sent by itself."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from ajar.remote import Order
from canvas.board.face import face_of
from canvas.board.ink import Ink
from canvas.board.plan import plan
from canvas.desk import Desk
from canvas.document import Document
from canvas.hands.press import ACTS
from canvas.open_work import OpenWork, price_of
from canvas.paid_panel import PaidPanel
from canvas.runner import Runner
from canvas.theme import Theme
from nodes.remote.emulators.bfl import Bfl
from nodes.remote.emulators.server import Emulator
from tests.canvas.hosted import KEY, film, kling, shown_window
from tests.canvas.running import LONG, Said, opened, toy_runner
from workflows.entries import Entry, plain_order
from workflows.journal import Journal, look
from workflows.plain import build
from workflows.settings import Home
from workflows.studio import Studio

ASKED = Entry("ajar-0001", "k" * 40, "kling", "unknown", "kling-3.0", "video", node="film", workflow="Harbour",
              low=0.42, high=0.42, note="The connection was torn after the request was sent", made=1000.0, sent=1000.0,
              order={**plain_order(Order("kling-3.0", "video", {"path": "/text-to-video/kling-3.0"}), ()), "media": []})


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with kling(monkeypatch, job_seconds=0.3) as emulator:
        yield emulator


def write(home: Home, *entries: Entry) -> None:
    """Orders of an earlier process."""
    journal = Journal(home)
    for entry in entries:
        journal.put(entry).result(5)
    journal.close()


@pytest.fixture
def work(desk: Desk) -> OpenWork:
    return OpenWork(desk)


@pytest.fixture
def panel(desk: Desk, work: OpenWork, qtbot: QtBot) -> PaidPanel:
    panel = PaidPanel(desk, work)
    qtbot.addWidget(panel)
    panel.resize(420, 500)
    panel.show()
    return panel


def test_where_nothing_is_open_neither_journal_nor_network_is_touched(
    qtbot: QtBot, desk: Desk, work: OpenWork,
) -> None:
    work.resume()
    qtbot.wait(150)
    assert work.entries == () and desk.studio.remote is not None
    assert desk.studio.remote.journal is None and not desk.studio.home.journal_db.exists()


def test_an_order_of_an_earlier_window_is_gone_on_with_and_paid_once(
    qtbot: QtBot, theme: Theme, tmp_path: Path, emulator: Emulator,
) -> None:
    emulator.job_seconds = 600.0
    home = Home.open(tmp_path / "home")
    with Studio.open(home) as studio:
        desk = Desk(studio, theme)
        with toy_runner(desk) as runner:
            runner.run(opened(desk, film()))
            qtbot.waitUntil(lambda: bool(runner.agreeing.wishes), timeout=LONG)
            runner.pay(runner.agreeing.wishes[0])
            qtbot.waitUntil(lambda: [entry.state for entry in look(home)] == ["submitted"], timeout=LONG)
    assert [entry.state for entry in look(home)] == ["submitted"] and emulator.paid == 1
    emulator.advance(1000)
    with Studio.open(home) as studio:
        desk = Desk(studio, theme)
        said = Said(desk)
        work = OpenWork(desk)
        work.resume()
        qtbot.waitUntil(lambda: bool(said.lines), timeout=LONG)
        assert said.lines[0][0] == "1 paid result fetched." and "nothing is paid again" in said.lines[0][1]
        assert [entry.state for entry in look(home)] == ["fetched"] and emulator.paid == 1
        with toy_runner(desk) as runner:  # the workflow takes it from the store, and nobody is asked
            with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
                runner.run(opened(desk, film()))
            assert ended.args[1] == "done" and emulator.paid == 1


def test_another_ajar_that_looks_after_the_journal_is_said_in_one_line(
    qtbot: QtBot, desk: Desk, work: OpenWork, panel: PaidPanel, emulator: Emulator,
) -> None:
    write(desk.studio.home, replace(ASKED, state="submitted", job={"id": "1"}))
    owner = Journal(desk.studio.home)
    said = Said(desk)
    work.resume()
    qtbot.waitUntil(lambda: bool(work.elsewhere), timeout=LONG)
    owner.close()
    assert len(said.lines) == 1 and said.lines[0][0].startswith("Another Ajar")
    assert panel.banner.isVisible() and panel.banner.message.full == work.elsewhere


def test_an_unknown_order_says_when_how_much_and_where_to_look_and_waits(
    qtbot: QtBot, desk: Desk, work: OpenWork, panel: PaidPanel, emulator: Emulator,
) -> None:
    write(desk.studio.home, ASKED)
    work.resume()
    qtbot.waitUntil(lambda: bool(work.entries), timeout=LONG)
    line, card = panel.lines.lines[0], panel.card
    assert "Unknown: you decide" in line.second and "up to $0.42" in line.second and line.icon == "warn"
    assert "Nobody can tell" in card.title.full
    assert "torn" in card.text.full and "Nothing is sent again" in card.text.full
    assert card.ran.isVisible() and not card.ran.isEnabled() and card.again.costs and card.console.isVisible()
    assert not card.fetch.isVisible()
    qtbot.wait(200)
    assert emulator.paid == 0 and desk.studio.remote is not None and desk.studio.remote.journal is None


def test_a_person_names_the_job_that_ran_and_its_result_is_fetched(
    qtbot: QtBot, desk: Desk, work: OpenWork, panel: PaidPanel, emulator: Emulator, theme: Theme, tmp_path: Path,
) -> None:
    job = ordered(qtbot, theme, Home.open(tmp_path / "elsewhere"))
    write(desk.studio.home, replace(ASKED, emulated=True, host=emulator.base))
    work.refresh()
    qtbot.waitUntil(lambda: bool(work.entries), timeout=LONG)
    QTest.keyClicks(panel.card.job, job)
    QTest.mouseClick(panel.card.ran, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: look(desk.studio.home)[0].state == "fetched", timeout=LONG)
    qtbot.waitUntil(lambda: not work.entries, timeout=LONG)
    assert emulator.paid == 1 and panel.empty.isVisible()


def ordered(qtbot: QtBot, theme: Theme, home: Home) -> str:
    """The id of a job that was ordered with the same key, elsewhere."""
    with Studio.open(home) as studio:
        desk = Desk(studio, theme)
        with toy_runner(desk) as runner:
            runner.run(opened(desk, film()))
            qtbot.waitUntil(lambda: bool(runner.agreeing.wishes), timeout=LONG)
            with qtbot.waitSignal(runner.ended, timeout=LONG):
                runner.pay(runner.agreeing.wishes[0])
    return look(home)[0].remote.id


def test_forget_and_send_again_are_written_down_and_send_again_is_asked_once_more(
    qtbot: QtBot, desk: Desk, work: OpenWork, panel: PaidPanel, emulator: Emulator,
) -> None:
    write(desk.studio.home, ASKED, replace(ASKED, id="ajar-0002", key="m" * 40, made=900.0))
    work.refresh()
    qtbot.waitUntil(lambda: len(work.entries) == 2, timeout=LONG)
    assert panel.card.entry is not None and panel.card.entry.id == "ajar-0001"
    QTest.mouseClick(panel.card.again, Qt.MouseButton.LeftButton)
    box = panel.card.findChild(QMessageBox)
    assert box is not None and "paid for" in box.informativeText() and box.defaultButton().text() == "Cancel"
    QTest.keyClick(box, Qt.Key.Key_Return)  # Enter means no
    assert states(desk) == ["unknown", "unknown"]
    QTest.mouseClick(panel.card.again, Qt.MouseButton.LeftButton)
    box = [one for one in panel.card.findChildren(QMessageBox) if one.isVisible()][-1]
    QTest.mouseClick(next(one for one in box.buttons() if "twice" in one.text()), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: states(desk) == ["unknown", "abandoned"], timeout=LONG)
    qtbot.waitUntil(lambda: len(work.entries) == 1, timeout=LONG)
    QTest.mouseClick(panel.card.forget, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: states(desk) == ["abandoned", "abandoned"], timeout=LONG)
    assert emulator.paid == 0


def states(desk: Desk) -> list[str]:
    return [entry.state for entry in look(desk.studio.home)]


def test_what_an_order_costs_is_said_as_it_is_known() -> None:
    assert price_of(ASKED) == "up to $0.42"
    assert price_of(replace(ASKED, cost=0.4)) == "$0.40" and price_of(replace(ASKED, high=None)) == "?"
    assert price_of(replace(ASKED, emulated=True)) == "up to $0.42 of play money"
    assert time.localtime(ASKED.sent).tm_year < 2000


@pytest.fixture
def torn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A provider at which a lost order can't be found again, and which loses the first."""
    with kling(monkeypatch), Bfl(key=KEY, job_seconds=0.1).start() as emulator:
        monkeypatch.setenv("AJAR_BFL_URL", emulator.base)
        monkeypatch.setenv("AJAR_BFL_KEY", KEY)
        emulator.fail("reset_after")
        yield emulator


def test_a_lost_order_stands_on_its_card_is_not_sent_again_and_then_is_by_a_persons_word(
    qtbot: QtBot, desk: Desk, torn: Emulator,
) -> None:
    picture = build({"ajar": 1, "nodes": {"p": {"type": "bfl_image", "inputs": {"prompt": "a fox"}}}})
    with shown_window(desk) as window:
        runner, work = window.runner, window.engine.work
        document = window.files.new(picture, "Fox")
        look_of = desk.looks(document).of
        run_and_pay(qtbot, runner, document)
        qtbot.waitUntil(lambda: look_of("p").word == "Ask provider", timeout=LONG)
        assert look_of("p").phase == "waiting" and "Nobody can tell" in look_of("p").message and torn.paid == 1
        card = plan(face_of(document.graph, document.types, "p"), look_of("p"), {}, Ink(desk.theme))
        assert ACTS[next((part.what, part.key, 0) for part in card.parts if part.key == "decide")] == "paid_work"
        window.actions_.do("paid_work")
        qtbot.waitUntil(lambda: window.panels.paid.card.entry is not None, timeout=LONG)
        with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
            runner.run(document)  # running it once more does not send it once more, and asks for no money
        assert ended.args[1] == "waiting" and torn.paid == 1
        work.again(work.unknown()[0])
        qtbot.waitUntil(lambda: not work.unknown(), timeout=LONG)
        assert run_and_pay(qtbot, runner, document) == "done" and torn.paid == 2


def run_and_pay(qtbot: QtBot, runner: Runner, document: Document) -> str:
    with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
        runner.run(document)
        qtbot.waitUntil(lambda: bool(runner.agreeing.wishes), timeout=LONG)
        runner.pay(runner.agreeing.wishes[0])
    return str(ended.args[1])


def test_the_bar_tells_what_the_month_came_to(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    home = Home.open(tmp_path / "month")
    home.settings_file.write_text("[caps]\nmonth = 60\n", "utf-8")
    with Studio.open(home) as studio, shown_window(Desk(studio, theme)) as window:
        assert window.tools.month.label.full == "Month $0.00 of $60.00"
    write(home, replace(ASKED, state="committed", cost=1.25, made=time.time()),
          replace(ASKED, id="ajar-0002", key="p" * 40, state="committed", cost=9.0, made=time.time(), emulated=True))
    with Studio.open(home) as studio, shown_window(Desk(studio, theme)) as window:
        window.engine.work.refresh()
        qtbot.waitUntil(lambda: window.tools.month.label.full == "Month $1.25 of $60.00", timeout=LONG)
        assert window.tools.month.isVisible()
