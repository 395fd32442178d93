"""kill -9 of the real ``ajar run`` while it pays: the provider's own count of paid jobs is at most one each.

The long version: ``python -m pytest -m slow tests/money/test_kill.py -s``: 167 runs of 8 orders, each killed twice, for
each of three kinds of providers: 1,002 kills. It takes about half an hour on two cores; ``AJAR_KILLS`` sets the 167.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.money.emulator import Toys
from workflows.journal import look
from workflows.settings import Home

ROOT = Path(__file__).parents[2]
PACK = ROOT / "tests" / "money" / "toys.py"
KINDS = ("toykey", "toylook", "toy")
STATES = ("intent", "sending", "submitted", "ready", "fetched", "committed")
MOMENTS = [f"{when}:{state}" for state in STATES for when in ("before", "after")] + ["posted"]
DOUBTFUL = ("before:sending", "after:sending", "posted", "before:submitted", "after:submitted")
"""Where a provider that knows no keys and lists no jobs differs from the others; the rest of its moments are slow."""
CASES = [pytest.param(moment, kind, marks=pytest.mark.slow if kind == "toy" and moment not in DOUBTFUL else ())
         for moment in MOMENTS for kind in KINDS]
LAG = 0.3
"""Seconds after which the provider with a look-up lists a job."""
BELIEVED = 1.0
"""Seconds before a look-up that finds nothing is believed (60 as shipped)."""
MANY = 8
"""Orders of one run that is killed at a random moment."""
KILLS = int(os.environ.get("AJAR_KILLS", "167"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


class Scene:
    """A data folder, a graph, and a provider that counts."""

    def __init__(self, folder: Path, emulator: Toys, kind: str, orders: int) -> None:
        self.folder, self.emulator, self.kind = folder, emulator, kind
        self.home = Home(folder / "home")
        self.home.path.mkdir(parents=True)
        self.home.settings_file.write_text(f"lookup_lag = {BELIEVED}\n", "utf-8")
        nodes = {f"n{number}": {"type": "toys/film", "inputs": {"text": f"film {number}", "by": kind}}
                 for number in range(orders)}
        (folder / "graph.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
        self.environment = {
            **os.environ, "AJAR_HOME": str(self.home.path), "AJAR_KEYRING": "off", "PYTHONPATH": str(ROOT),
            f"AJAR_{kind.upper()}_URL": emulator.base, f"AJAR_{kind.upper()}_KEY": emulator.key, "NO_PROXY": "*",
        }

    def begin(self, program: Sequence[str]) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", *program, "run", "graph.json", "--pack", str(PACK), "--pay", "100"]
        return subprocess.Popen(command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def run(self, program: Sequence[str] = ("ajar",)) -> tuple[int, str]:
        process = self.begin(program)
        out, err = process.communicate(timeout=120)
        return process.returncode, out + err


def emulated(kind: str, **options: float) -> Toys:
    emulator = Toys(**options)  # type: ignore[arg-type]
    emulator.keyed = kind == "toykey"
    emulator.lag = LAG
    return emulator


@pytest.mark.parametrize(("moment", "kind"), CASES)
def test_killed_at_every_state(tmp_path: Path, kind: str, moment: str) -> None:
    with emulated(kind, job_seconds=0.1).start() as emulator:
        scene = Scene(tmp_path, emulator, kind, 1)
        code, said = scene.run(("tests.money.killer", moment))
        assert code == -9, said
        code, said = scene.run()
        [entry] = look(scene.home)
        assert emulator.paid <= 1
        if kind != "toy" and not (kind == "toylook" and emulator.paid == 0 and entry.state == "unknown"):
            assert (code, entry.state) == (0, "committed"), said
        elif moment in ("after:sending", "posted", "before:submitted"):
            # Nobody can tell here: only a person may decide to pay again.
            assert (code, entry.state) == (4, "unknown"), said
            assert "ajar jobs" in said and "again" in said
        else:
            assert (code, entry.state) == (0, "committed"), said
        assert emulator.paid == (0 if entry.state == "unknown" and moment == "after:sending" else 1)


def random_kills(tmp_path: Path, kind: str, kills: int) -> tuple[int, int]:
    """Kill a run of many orders at a random moment, then let it end; (orders, those that are unknown)."""
    orders = unknown = 0
    chance = random.Random(f"{kind} {kills}")
    for number in range(kills):
        with emulated(kind, job_seconds=0.15).start() as emulator:
            folder = tmp_path / str(number)
            folder.mkdir()
            scene = Scene(folder, emulator, kind, MANY)
            for _ in range(2):
                process = scene.begin(("ajar",))
                time.sleep(chance.uniform(0.25, 1.3))
                process.kill()
                process.communicate()
            code, said = scene.run()
            texts = [job.request["text"] for job in emulator.jobs.values()]
            assert len(texts) == len(set(texts)), f"paid twice: {sorted(texts)}"
            states = {entry.id: entry.state for entry in look(scene.home)}
            assert set(states.values()) <= {"committed", "unknown"}, said
            assert code == (4 if "unknown" in states.values() else 0), said
            orders += len(states)
            unknown += list(states.values()).count("unknown")
            if kind == "toykey":
                assert "unknown" not in states.values()
    return orders, unknown


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_random_moments(tmp_path: Path, kind: str) -> None:
    random_kills(tmp_path, kind, 3)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_a_thousand_random_moments(tmp_path: Path, kind: str) -> None:
    orders, unknown = random_kills(tmp_path, kind, KILLS)
    print(f"\n{kind}: {2 * KILLS} kills, {orders} orders, none paid twice, {unknown} for a person to decide")
