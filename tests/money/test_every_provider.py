"""Every provider from the command line: the price before, the work, kill -9 at work, going on, the cost after.

One graph with a node of every provider goes through the real ``ajar``, which is killed while all of them are at work.
The long version gives each case of the fault matrix a graph of its own:
``python -m pytest -m slow tests/money/test_every_provider.py``; it takes some minutes on two cores.
"""

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ajar.offers import read_facts
from ajar.values import Audio, Image, Video
from nodes.remote import FACTS
from nodes.remote.emulators.server import Fault
from tests.money.stage import Said, Stage
from tests.nodes.remote.case import Case
from tests.nodes.remote.cases.kling import FILM
from tests.nodes.remote.test_matrix import CASES, MAIN, label
from workflows.allowance import money
from workflows.entries import Entry
from workflows.journal import look
from workflows.packs import load_packs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
BY_NAME = {case.provider: case for case in MAIN}


def alike(provider: str, by: str, other: str, model: str) -> Case:
    """A provider that is in all but name and address one of the fault matrix."""
    inputs = {"prompt": "Describe a lighthouse.", "by": by, "model": model}
    return replace(BY_NAME[other], provider=provider, inputs=lambda: inputs)


EVERY = [
    *MAIN, alike("xai_text", "xai", "openai_text", "words-large"),
    alike("compatible", "compatible", "openai_text", "words-large"),
    alike("lmstudio", "lmstudio", "ollama", "words-small"), alike("vllm", "vllm", "ollama", "words-small"),
]
LONG = 600.0
"""Seconds a job takes on the emulators' clocks, which are put forward after the kill."""


@dataclass
class Play:
    """What was said and found in the acts: plan, a run killed at work, going on, a run to the end, once more."""

    stage: Stage
    plan: Said
    killed: dict[str, Entry]
    """The orders as the killed run left them."""
    resumed: Said
    ended: Said
    again: Said
    ledger: Said
    entries: dict[str, Entry]


def free(case: Case) -> bool:
    return read_facts(FACTS / f"{case.provider}.toml").local


def play(stage: Stage) -> Play:
    """All acts. Killed when each job is at work, and what is answered at once has been kept."""
    for emulator in stage.emulators.values():
        emulator.job_seconds = LONG
    plan = stage.plan()
    process = stage.begin(*stage.paying())
    aim = {name: ("fetched", "committed") if case.at_once else ("submitted",) for name, case in stage.cases.items()}
    stage.until(process, lambda orders: all(name in orders and orders[name].state in states
                                            for name, states in aim.items()))
    process.kill()
    process.communicate()
    killed = stage.entries()
    for emulator in stage.emulators.values():
        emulator.advance(2 * LONG)
    resumed = stage.ajar("resume")
    ended, again = stage.run(), stage.run()
    return Play(stage, plan, killed, resumed, ended, again, stage.ajar("ledger", "--emulated"), stage.entries())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with Stage(tmp_path_factory.mktemp("every"), EVERY) as stage:
        yield play(stage)


each = pytest.mark.parametrize("case", EVERY, ids=label)
later = pytest.mark.parametrize("case", [case for case in EVERY if not case.at_once], ids=label)


def test_every_provider_there_is_comes_to_its_turn() -> None:
    there = load_packs([], entry_points=False).providers
    assert set(there) == {case.provider for case in EVERY}


def line_of(text: str, start: str) -> str:
    """The line of a table or bill that begins so."""
    found = [line for line in text.splitlines() if line.split() and line.split()[0] == start]
    assert len(found) == 1, text
    return found[0]


def right(file: Path, case: Case) -> bool:
    """Whether the file is what the case says it gives."""
    kinds: dict[str, Any] = {"image": Image, "video": Video, "audio": Audio}
    value = kinds[case.gives].open(file)
    return bool(value.array.size) if isinstance(value, Image) else value.seconds > 0


def check_plan(found: Play, case: Case) -> None:
    row, entry = line_of(found.plan.out, case.provider.replace("_", "-")), found.entries[case.provider]
    if free(case):
        assert row.endswith("free")
    elif entry.high is None:
        assert row.endswith("price not known") and "price not known" in found.plan.out
    else:
        # What is wired is not there yet when it is planned: then it is from one price to another.
        amounts = [float(amount.replace(",", "")) for amount in re.findall(r"\$([\d,.]+\d)", row)]
        assert entry.high > 0 and len(amounts) in (1, 2), row
        assert amounts[0] - 0.006 <= entry.high <= amounts[-1] + 0.006, row
        prices = [price for price in read_facts(FACTS / f"{case.provider}.toml").prices if price.model == entry.model]
        unsure = {price.trust in ("GK", "UNVERIFIED") for price in prices}
        assert len(unsure) == 2 or ("not confirmed" in row) in unsure, row


def check_result(found: Play, case: Case) -> None:
    assert found.stage.emulators[case.provider].paid == 1 or free(case)
    entry = found.entries[case.provider]
    assert entry.state == "committed" and (entry.emulated or free(case)), entry
    name = case.provider.replace("_", "-")
    if case.gives == "text":
        assert any(line.startswith(f"{name}") and len(line) > len(name) + 3 for line in found.ended.out.splitlines())
        return
    files = found.stage.file_of(case)
    assert files and all(right(file, case) for file in files)


@each
def test_the_plan_shows_the_price_or_that_it_is_not_known(played: Play, case: Case) -> None:
    assert played.plan.code == 0, played.plan
    check_plan(played, case)


@each
def test_it_was_paid_once_and_the_result_lies_in_the_output_folder(played: Play, case: Case) -> None:
    assert played.ended.code == 0, played.ended
    check_result(played, case)


@later
def test_killed_at_work_it_was_gone_on_with(played: Play, case: Case) -> None:
    before, after = played.killed[case.provider], played.entries[case.provider]
    assert before.state == "submitted" and before.remote.id
    assert (after.id, after.remote.id) == (before.id, before.remote.id)
    assert played.resumed.code == 0, played.resumed
    [line] = [line for line in played.resumed.out.splitlines() if line.startswith(f"{before.id}: ")]
    assert line.endswith("price not known" if after.cost is None else money(after.cost))


@each
def test_the_cost_is_in_the_ledger_as_played(played: Play, case: Case) -> None:
    if free(case):
        return
    entry = played.entries[case.provider]
    row = line_of(played.ledger.out, case.provider).split()
    assert row[1] == "1" and row[2].startswith("$")
    if entry.cost is None:
        assert "not known yet" in " ".join(row)
    else:
        assert entry.cost > 0 and float(row[2].strip("$")) == pytest.approx(entry.cost, rel=0.05)
    if entry.high is not None:
        assert entry.cost is not None and entry.cost_source in ("reported", "computed", "estimated")


def test_nothing_is_paid_again_for_what_was_fetched(played: Play) -> None:
    assert played.again.code == 0 and played.again.out == played.ended.out
    assert "Done: 0 ran" in played.again.err and "Cost: " not in played.again.err, played.again.err


def test_a_run_to_the_end_tells_what_it_cost_and_with_whom_it_spoke(tmp_path: Path) -> None:
    with Stage(tmp_path, EVERY) as stage:
        said = stage.run("--hosts")
        assert said.code == 0, said
        entries = stage.entries()
        [line] = [line for line in said.err.splitlines() if line.startswith("Cost: ")]
        told = float(line.split()[1].strip("$;"))
        assert told == pytest.approx(sum(entry.cost or 0.0 for entry in entries.values()), abs=0.006) and told > 1
        assert "played by an emulator: no real money" in line
        unknown = sum(entry.cost is None for entry in entries.values())
        assert f"; {unknown} orders at a cost that is not known" in line
        assert "Hosts spoken with: 1: 127.0.0.1" in said.err
        assert all(emulator.paid == 1 for emulator in stage.emulators.values())


def test_a_node_of_two_orders_pays_for_each_of_them_once(tmp_path: Path) -> None:
    """Kling's lip sync asks for faces, then for the film; it is killed while the second is at work."""
    voice = next(case for case in CASES if case.node == "kling_avatar").inputs()["voice"]
    case = replace(BY_NAME["kling"], node="kling_lip_sync", inputs=lambda: {"film": FILM, "voice": voice})
    with Stage(tmp_path, [case]) as stage:
        emulator = stage.emulators["kling"]
        emulator.job_seconds = LONG
        row = line_of(stage.plan().out, "kling")
        process = stage.begin(*stage.paying())
        deadline = time.monotonic() + 30
        while [entry.state for entry in look(stage.home)][1:] != ["submitted"] and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
        process.communicate()
        emulator.advance(2 * LONG)
        assert stage.ajar("resume").code == 0
        assert stage.run().code == 0 and right(stage.file_of(case)[0], case)
        faces, film = look(stage.home)
        assert (faces.state, film.state) == ("committed", "committed") and emulator.paid == 2
        # 0.007 for the faces; 0.07 for each 5 s that the film begins, whose length nobody knows before.
        assert faces.cost == pytest.approx(0.007) and film.cost is not None and film.cost >= 0.07
        assert "$0.077 to" in row


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=label)
def test_each_case_by_itself(tmp_path: Path, case: Case) -> None:
    with Stage(tmp_path, [case]) as stage:
        found = play(stage)
        check_plan(found, case)
        assert found.ended.code == 0, found.ended
        check_result(found, case)
        if not free(case):
            assert "Cost: " not in found.ended.err, "it was paid before the kill, and fetched by ajar resume"


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in MAIN if case.at_once and not free(case)], ids=label)
def test_killed_before_the_answer_came_only_a_person_may_pay_again(tmp_path: Path, case: Case) -> None:
    with Stage(tmp_path, [case]) as stage:
        emulator = stage.emulators[case.provider]
        emulator.fail(Fault("slow", seconds=3.0))
        process = stage.begin(*stage.paying())
        deadline = time.monotonic() + 30
        while not emulator.paid and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
        process.communicate()
        said = stage.run()
        entry = stage.entries()[case.provider]
        assert (said.code, entry.state) == (4, "unknown"), said
        assert emulator.paid == 1
        assert case.provider in stage.ajar("jobs").out
        assert stage.ajar("jobs", entry.id, "again").code == 0
        assert stage.run().code == 0
        assert emulator.paid == 2
