"""What work came to, and where one's own machine begins to pay."""

from dataclasses import replace

import pytest

from workflows.costs import (
    Span,
    World,
    account,
    break_even,
    closed_unit,
    crossing,
    open_unit,
    pace_of,
    read_world,
    suggestion,
)
from workflows.entries import Entry
from workflows.ledger import Ledger, ledger_of
from workflows.settings import Machine
from workflows.work import Piece

DAY = 86400.0
NOW = 1_800_000_000.0
FILM = Piece(NOW - DAY, 45.0, "video", 1.0, ("wan-2.2-ti2v-5b",), "wan", "draft", "/p", "w", "film")
ORDER = Entry("ajar-1", "k1", "kling", "committed", model="kling-3.0", modality="video", stage="final", cost=0.8,
              order={"units": {"second": 10}}, made=NOW - DAY, high=0.9)
MACHINE = Machine(watts=400, tariff=0.3)
WORLD = read_world()


def test_energy_is_seconds_by_watts_by_tariff_and_unknown_without_them() -> None:
    assert MACHINE.energy(3600) == pytest.approx(0.4 * 0.3)
    assert Machine(watts=400).energy(3600) is None and Machine(tariff=0.3).energy(1) is None


def test_drafts_here_and_finals_by_order_stand_side_by_side() -> None:
    found = account([FILM] * 10, ledger_of([ORDER]), MACHINE, WORLD)
    draft, final = found.lines
    assert (draft.stage, draft.model, draft.where) == ("draft", "wan-2.2-ti2v-5b", "")
    assert (draft.count, draft.seconds) == (10, 450)
    assert draft.spent == pytest.approx(450 * 400 / 3.6e6 * 0.3)
    assert (final.stage, final.where, final.amount, final.spent) == ("final", "kling", 2.0, 0.8)
    assert found.paid == 0.8 and found.here == draft.spent


def test_what_it_would_have_been_all_ordered_and_all_made_here() -> None:
    found = account([FILM] * 10, ledger_of([ORDER]), MACHINE, WORLD)
    assert found.closed is not None and found.open is not None
    # One's own order says what a clip costs: 0.40 for five seconds; ten drafts at that, and the order itself.
    assert [found.closed.low, found.closed.high] == pytest.approx([4.8, 4.8])
    each = 45 * 400 / 3.6e6 * 0.3
    assert found.open.low == pytest.approx(12 * each) and found.open.high == pytest.approx(12 * each)


def test_mixed_runs_count_all_that_was_paid_and_only_what_was_made() -> None:
    charged = replace(ORDER, id="ajar-2", key="k2", state="failed", charged=True, cost=0.3)
    words = replace(ORDER, id="ajar-3", key="k3", modality="text", cost=0.05, order={"units": {"token_in": 9}})
    larger = replace(FILM, modality="aid", models=("4x-sharp",), seconds=90.0)
    found = account([FILM, larger], ledger_of([ORDER, charged, words]), MACHINE, WORLD)
    assert found.paid == pytest.approx(1.15) and found.closed is not None and found.open is not None
    # One clip of two drafts and finals at 0.40, the order that was, and the failure that was charged; no words.
    assert found.closed.high == pytest.approx(0.4 + 0.8 + 0.3)
    assert found.open.high == pytest.approx(3 * 45 * 400 / 3.6e6 * 0.3), "what was only made larger is no clip"


def test_a_machine_is_paid_off_also_where_all_was_ordered_so_far() -> None:
    machine = replace(MACHINE, hardware=1200, months=12)
    found = account([], ledger_of([ORDER]), machine, WORLD, months=2.0)
    assert found.hardware == 0 and found.open is not None
    assert found.open.low == pytest.approx(2 * 0.05 + 200), "to make all of it here, it would have to be there"


def test_without_figures_of_ones_own_the_dated_presets_count() -> None:
    nothing: Ledger = ledger_of([])
    closed, here = closed_unit("video", nothing.charges, WORLD), open_unit("video", [FILM], Machine(), WORLD)
    assert closed is not None and (closed.low, closed.high) == (0.28, 1.2) and "mid 2026" in closed.basis
    assert here is not None and (here.low, here.high) == (0.05, 0.12)
    assert all(preset.source and preset.checked and preset.low <= preset.high for preset in WORLD.presets)
    assert WORLD.saying["a_month"] == 200


def test_a_built_in_model_takes_no_other_models_place() -> None:
    trial = replace(FILM, models=("builtin",), modality="image")
    found = account([trial], ledger_of([]), MACHINE, WORLD)
    assert found.closed is None and found.open is None and len(found.lines) == 1
    assert pace_of("image", [trial], ledger_of([]), NOW) == 0


def test_local_work_of_unknown_power_has_no_price_and_is_not_called_free() -> None:
    found = account([FILM], ledger_of([]), Machine(), WORLD)
    assert found.here is None and found.lines[0].spent is None


def test_the_break_even_has_its_doubt() -> None:
    even = crossing("video", 50.0, Span(0.28, 1.2), Span(0.05, 0.12))
    assert even.low == pytest.approx(50 / 1.15) and even.high == pytest.approx(50 / 0.16)
    assert crossing("video", 50.0, Span(0.1, 1.2), Span(0.05, 0.12)).high is None
    assert crossing("video", 50.0, Span(0.01, 0.02), Span(0.05, 0.12)).low is None


@pytest.mark.parametrize(("count", "word"), [(1000, "saves"), (2, "cheaper way"), (0, "")])
def test_one_sentence_or_none(count: int, word: str) -> None:
    machine = replace(MACHINE, hardware=1800.0)
    even = break_even("video", [FILM] * count, ledger_of([]), machine, WORLD, NOW)
    assert even is not None
    said = suggestion(even)
    assert (word in said) if word else not said


def test_a_busy_first_day_is_no_pace_for_a_month() -> None:
    assert pace_of("video", [FILM] * 30, ledger_of([]), NOW) == pytest.approx(30)
    long_ago = replace(FILM, when=NOW - 200 * DAY)
    assert pace_of("video", [long_ago], ledger_of([]), NOW) == 0


def test_nothing_known_of_one_side_is_no_break_even() -> None:
    empty = World((), WORLD.saying)
    assert break_even("video", [], ledger_of([]), MACHINE, empty, NOW) is None
