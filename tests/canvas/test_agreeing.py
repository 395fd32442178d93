"""Money in the window: nothing is ordered without a person's word, and the word is never more than what was shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas import agreeing, prices
from canvas.acquaintance import Acquaintance
from canvas.agreeing import CHANGED, ELSEWHERE, UNKNOWN, Wish
from canvas.desk import Desk
from canvas.jobs import from_plain, to_plain
from canvas.pay_panel import PayPanel, lines_of, title_of, verb_of
from canvas.prices import Part
from canvas.runner import Runner
from canvas.theme import Theme
from canvas.window import Window
from nodes.remote.emulators.server import Emulator
from tests.canvas.hosted import film, kling, shown_window
from tests.canvas.running import LONG, Said, opened, toy_runner
from workflows import format
from workflows.allowance import NOTHING, Allowance
from workflows.drafts import Draft
from workflows.journal import look
from workflows.quotes import Bill
from workflows.settings import Home, Settings
from workflows.studio import Studio

PRICE = Bill(0.42, 0.42, 1, 0, "2026-09-20")


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with kling(monkeypatch) as emulator:
        yield emulator


@pytest.fixture
def runner(desk: Desk) -> Iterator[Runner]:
    with toy_runner(desk) as runner:
        yield runner


@pytest.fixture
def window(qtbot: QtBot, desk: Desk) -> Iterator[Window]:
    with shown_window(desk) as window:
        qtbot.waitExposed(window)
        yield window


def wished(qtbot: QtBot, runner: Runner) -> Wish:
    qtbot.waitUntil(lambda: bool(runner.agreeing.wishes), timeout=LONG)
    return runner.agreeing.wishes[0]


def asked(window: Window) -> PayPanel | None:
    return window.counter.panel


@pytest.mark.parametrize(("bill", "shown", "strange", "why"), [
    (PRICE, PRICE, False, ()),
    (PRICE, PRICE, True, (ELSEWHERE,)),
    (PRICE, Bill(0.41, 0.41, 1), False, (CHANGED,)),
    (PRICE, Bill(0.42, None, 1, 1), False, ()),
    (Bill(0.0, None, 1, 1), Bill(0.0, None, 1, 1), False, (UNKNOWN,)),
    (Bill(0.0, None, 1, 1), PRICE, False, (UNKNOWN, CHANGED)),
    (Bill(3.0, 3.0, 1), Bill(3.0, 3.0, 1), False, ("It may cost more than $1.00: you are asked above that.",)),
])
def test_item_41_who_pressed_the_price_is_asked_only_where_it_is_not_that_plain(
    bill: Bill, shown: Bill, strange: bool, why: tuple[str, ...],
) -> None:
    assert agreeing.reasons(bill, shown, 1.0, strange=strange) == why


def test_item_41_a_run_that_costs_waits_for_a_word_and_spends_at_most_what_was_shown(
    qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator,
) -> None:
    document = opened(desk, film())
    said = Said(desk)
    runner.run(document)
    wish = wished(qtbot, runner)
    assert emulator.paid == 0 and [job.held for job in runner.jobs] == ["Waits for your word: it costs money."]
    allowed = wish.allowance(wish.jobs[0])
    assert allowed.most == pytest.approx(0.42) and not allowed.unknown
    assert prices.cost(wish.bill) == "$0.42"
    with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
        runner.pay(wish)
    assert ended.args[1] == "done" and emulator.paid == 1
    assert said.lines[-1][0].endswith("$0.42 of play money paid")
    # The same again comes from the store: nobody is asked, nothing is paid.
    with qtbot.waitSignal(runner.ended, timeout=LONG):
        runner.run(document)
    assert emulator.paid == 1 and not runner.agreeing.wishes


def test_item_41_the_word_is_never_more_than_the_price_that_was_pressed(
    qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator,
) -> None:
    document = opened(desk, film())
    words: list[Allowance] = []
    runner.agreeing.agreed.connect(lambda job, allowance: words.append(allowance))
    with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
        runner.run(document, shown=PRICE)
    assert words == [Allowance(PRICE.high)]
    assert ended.args[1] == "done" and emulator.paid == 1
    assert [entry.high for entry in look(desk.studio.home)] == [pytest.approx(0.42)]
    other = opened(desk, film(resolution="1080p"))
    runner.run(other, shown=PRICE)  # it became dearer after the price was shown
    assert wished(qtbot, runner).reasons == (CHANGED,)
    assert emulator.paid == 1


def test_not_now_takes_the_run_out_of_the_line_and_orders_nothing(
    qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator,
) -> None:
    runner.run(opened(desk, film()))
    runner.decline(wished(qtbot, runner))
    assert (runner.jobs, runner.agreeing.wishes, emulator.paid) == ((), (), 0)


def test_removing_a_run_from_the_queue_answers_its_question(
    qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator,
) -> None:
    job = runner.run(opened(desk, film()))
    wish = wished(qtbot, runner)
    assert job is not None
    runner.remove(job.id)
    assert not runner.agreeing.wishes
    runner.pay(wish)  # too late
    qtbot.wait(100)
    assert emulator.paid == 0 and not runner.jobs


def test_four_more_takes_are_one_question_with_the_price_of_all(
    qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator,
) -> None:
    document = opened(desk, film())
    runner.picks.more(document, "film", 4)
    wish = wished(qtbot, runner)
    assert len(wish.jobs) == 4 and prices.cost(wish.bill) == "$1.68" and len(runner.agreeing.wishes) == 1
    assert [allowed.most for allowed in map(wish.allowance, wish.jobs)] == [pytest.approx(0.42)] * 4
    runner.decline(wish)
    assert emulator.paid == 0


def test_a_run_of_the_last_session_has_no_word_any_more(
    qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator,
) -> None:
    runner.run(opened(desk, film()))
    wished(qtbot, runner)
    plain = to_plain(runner.jobs[0])
    again = from_plain(plain, 99)
    assert again is not None and again.allowance is None
    runner.decline(runner.agreeing.wishes[0])
    runner.restore([plain])
    runner.pause(False)  # "let it run"
    wished(qtbot, runner)
    assert emulator.paid == 0


def test_what_costs_nothing_is_never_held(qtbot: QtBot, desk: Desk, runner: Runner, emulator: Emulator) -> None:
    from tests.toys import graph

    job = runner.run(opened(desk, graph(words=("prompt", {"text": "a fox"}))))
    assert job is not None and (job.held, job.allowance) == ("", NOTHING)


def test_a_run_without_a_key_says_whose_and_runs_the_rest(
    qtbot: QtBot, desk: Desk, runner: Runner, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with kling(monkeypatch, key="") as emulator:
        runner.run(opened(desk, film()))
        wish = wished(qtbot, runner)
        assert title_of(wish) == "Sketch needs a key for Kling." and verb_of(wish) == ("Run the rest", "free")
        with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
            runner.pay(wish)
        assert ended.args[1] == "failed" and emulator.paid == 0


def test_a_workflow_from_elsewhere_asks_once_and_is_known_then(
    qtbot: QtBot, window: Window, tmp_path: Path, emulator: Emulator,
) -> None:
    desk, runner = window.desk, window.runner
    file = tmp_path / "sent.json"
    file.write_text(format.dump(film()), "utf-8")
    document = window.files.open(file)
    assert document is not None and desk.acquaintance.is_strange(document)
    runner.run(document, shown=PRICE)
    wish = wished(qtbot, runner)
    assert wish.reasons == (ELSEWHERE,) and emulator.paid == 0
    with qtbot.waitSignal(runner.ended, timeout=LONG):
        runner.pay(wish)
    assert not desk.acquaintance.is_strange(document)
    desk.close(document)
    again = window.files.open(file)
    assert again is not None and not desk.acquaintance.is_strange(again)
    file.write_text(format.dump(film(seconds=6)), "utf-8")  # the same name, other contents
    desk.close(again)
    changed = window.files.open(file)
    assert changed is not None and desk.acquaintance.is_strange(changed)


def test_saving_here_makes_known_what_began_here_and_not_what_was_sent(window: Window, tmp_path: Path) -> None:
    files, known = window.files, window.desk.acquaintance
    mine = files.new(film(), "Mine")
    assert files.write(mine, tmp_path / "mine.json")
    window.desk.close(mine)
    back = files.open(tmp_path / "mine.json")
    assert back is not None and not known.is_strange(back)
    (tmp_path / "sent.json").write_text(format.dump(film()), "utf-8")
    sent = files.open(tmp_path / "sent.json", as_copy=True)
    assert sent is not None and sent.path is None and known.is_strange(sent)
    assert files.write(sent, tmp_path / "kept.json") and known.is_strange(sent)


def test_a_workflow_from_elsewhere_stays_so_over_a_restart_with_unsaved_changes(
    window: Window, tmp_path: Path,
) -> None:
    file = tmp_path / "sent.json"
    file.write_text(format.dump(film()), "utf-8")
    back = window.keeping.reopen(Draft(str(file), "sent", file, 0.0, film(seconds=6), tmp_path / "draft.json"))
    assert back.history.dirty and window.desk.acquaintance.is_strange(back)


def test_what_is_inserted_from_elsewhere_makes_the_workflow_ask_again(window: Window, tmp_path: Path) -> None:
    (tmp_path / "sent.json").write_text(format.dump(film()), "utf-8")
    document = window.files.new(film(), "Mine")
    page = window.pages[document]
    assert not window.desk.acquaintance.is_strange(document)
    page.hand.drops._insert(tmp_path / "sent.json")
    assert len(document.graph.nodes) == 2 and window.desk.acquaintance.is_strange(document)
    with_same_home = Acquaintance(window.desk.studio.home.path)  # the next window knows it, too
    assert with_same_home.is_strange(document)


def test_item_41_enter_never_pays_and_the_keys_of_run_ask(
    qtbot: QtBot, window: Window, emulator: Emulator,
) -> None:
    document = window.files.new(film(), "Harbour")
    forecast = window.engine.forecast
    qtbot.waitUntil(lambda: forecast.up_to_date(document), timeout=LONG)
    run = window.tools.run
    assert run.costs and run.text() == "Run · $0.42"
    run.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(run, key)
    assert not window.runner.jobs
    window.actions_.do("run")  # as Ctrl+Enter does
    wished(qtbot, window.runner)
    panel = asked(window)
    assert panel is not None and panel.pay.costs
    qtbot.waitUntil(panel.isVisible)
    assert panel.later.hasFocus()
    panel.pay.setFocus()
    QTest.keyClick(panel.pay, Qt.Key.Key_Return)
    assert asked(window) is panel and emulator.paid == 0
    panel.ask()
    QTest.keyClick(panel.later, Qt.Key.Key_Return)
    assert asked(window) is None and not window.runner.jobs and emulator.paid == 0


def test_item_41_pressing_the_gold_button_is_the_word_and_the_pay_button_too(
    qtbot: QtBot, window: Window, emulator: Emulator,
) -> None:
    document = window.files.new(film(), "Harbour")
    qtbot.waitUntil(lambda: window.engine.forecast.up_to_date(document), timeout=LONG)
    with qtbot.waitSignal(window.runner.ended, timeout=LONG):
        QTest.mouseClick(window.tools.run, Qt.MouseButton.LeftButton, pos=QPoint(20, 15))
    assert emulator.paid == 1 and asked(window) is None
    qtbot.waitUntil(lambda: not window.tools.run.costs, timeout=LONG)
    window.runner.run(window.files.new(film(seconds=4), "Other"))
    wished(qtbot, window.runner)
    panel = asked(window)
    assert panel is not None
    with qtbot.waitSignal(window.runner.ended, timeout=LONG):
        QTest.mouseClick(panel.pay, Qt.MouseButton.LeftButton)
    assert emulator.paid == 2


def test_the_question_names_price_age_host_and_what_is_sent(qtbot: QtBot, desk: Desk) -> None:
    part = Part("kling", "Kling", "api.example.com", PRICE, leaves=("the prompt and settings", "first frame"))
    wish = Wish((1,), "Harbour", PRICE, (part,), ("api.example.com",), (ELSEWHERE,))
    panel = PayPanel(desk, wish)
    qtbot.addWidget(panel)
    assert title_of(wish) == "Harbour would cost $0.42." and panel.pay.text() == "Pay · $0.42"
    assert lines_of(wish) == [
        "Kling: 1 order, $0.42, prices of 20 Sep 2026; it gets the prompt and settings · first frame.",
        "Sends to 1 host: api.example.com. What these nodes order leaves this computer.", ELSEWHERE]
    unknown = Wish((1,), "Harbour", Bill(0.0, None, 1, 1), (part,), (), (UNKNOWN,))
    assert verb_of(unknown) == ("Pay whatever it costs", "") and unknown.allowance(1) == Allowance(None, True)


def test_above_the_sum_of_the_settings_even_a_pressed_price_asks(
    qtbot: QtBot, theme: Theme, tmp_path: Path, emulator: Emulator,
) -> None:
    home = Home.open(tmp_path / "strict")
    home.settings_file.write_text("ask_above = 0.1\n", "utf-8")
    with Studio.open(home) as studio:
        assert studio.settings == Settings(ask_above=0.1)
        desk = Desk(studio, theme)
        with toy_runner(desk) as runner:
            runner.run(opened(desk, film()), shown=PRICE)
            assert "more than $0.10" in wished(qtbot, runner).reasons[0]
    assert emulator.paid == 0


def strict(tmp_path: Path, theme: Theme, text: str) -> Desk:
    home = Home.open(tmp_path / "capped")
    home.settings_file.write_text(text, "utf-8")
    return Desk(Studio.open(home), theme)


@pytest.mark.parametrize(("caps", "count", "refused", "beyond", "words"), [
    ("[caps]\nday = 0.3\n", 1, True, False, "only $0.30 of $0.30 is left for today"),
    ("[caps]\nday = 1.0\n", 4, True, False, "only $1.00 of $1.00 is left for today"),  # each alone would fit
    ("[caps]\nrun = 0.5\n", 4, False, False, ""),  # they are four runs
    ('over = "ask"\n[caps]\nday = 0.3\n', 1, False, True, "only $0.30 of $0.30 is left for today"),
])
def test_a_cap_is_told_before_anything_is_paid(
    qtbot: QtBot, theme: Theme, tmp_path: Path, emulator: Emulator, caps: str, count: int, refused: bool, beyond: bool,
    words: str,
) -> None:
    desk = strict(tmp_path, theme, caps)
    with desk.studio, toy_runner(desk) as runner:
        document = opened(desk, film())
        if count == 1:
            runner.run(document, shown=PRICE)
        else:
            runner.picks.more(document, "film", count)
        wish = wished(qtbot, runner)
        assert (wish.refused, wish.beyond, wish.allowance(wish.jobs[0]).beyond) == (refused, beyond, beyond)
        told = [reason for reason in wish.reasons if "left for" in reason]
        assert [words in reason for reason in told] == ([True] if words else [])
        panel = PayPanel(desk, wish)
        qtbot.addWidget(panel)
        assert panel.pay.isEnabled() is not refused
        runner.pay(wish)
        if refused:
            qtbot.wait(100)
            assert emulator.paid == 0 and runner.agreeing.wishes == (wish,)
        else:
            qtbot.waitUntil(lambda: emulator.paid == count and not runner.jobs, timeout=LONG)
