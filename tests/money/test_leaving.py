"""Ctrl+C and being told to end, on the real ``ajar run``: nothing paid is lost, and the person hears what it costs."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nodes.remote.emulators.server import Fault
from tests.money.emulator import Toys
from tests.money.test_kill import Scene
from workflows.journal import look

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def until(true: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def end(process: "subprocess.Popen[str]", sign: signal.Signals) -> tuple[int, str, float]:
    begin = time.monotonic()
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err, time.monotonic() - begin


def states(scene: Scene) -> list[str]:
    return [entry.state for entry in look(scene.home)]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_job_is_stopped_at_its_provider_and_the_person_hears_it(tmp_path: Path, sign: signal.Signals) -> None:
    with Toys(job_seconds=60).start() as emulator:
        scene = Scene(tmp_path, emulator, "toy", 1)
        process = scene.begin(("ajar",))
        until(lambda: states(scene) == ["submitted"])
        code, said, seconds = end(process, sign)
        assert code == 130 and seconds < 8, said
        assert "Toy films was asked to stop it" in said
        assert all(job.stopped for job in emulator.jobs.values())


def test_the_answer_to_a_paid_call_is_heard_out(tmp_path: Path) -> None:
    with Toys(job_seconds=60).start() as emulator:
        emulator.fail(Fault("slow", seconds=4.0))
        scene = Scene(tmp_path, emulator, "toy", 1)
        process = scene.begin(("ajar",))
        until(lambda: emulator.paid == 1)
        code, said, seconds = end(process, signal.SIGINT)
        assert code == 130 and seconds < 15, said
        assert "Waiting for the answer to 1 paid call" in said
        assert states(scene) == ["submitted"], "without its id it would be lost"


def test_who_is_in_a_hurry_leaves_and_nothing_is_paid_twice(tmp_path: Path) -> None:
    with Toys(job_seconds=1).start() as emulator:
        emulator.fail(Fault("slow", seconds=20.0))
        scene = Scene(tmp_path, emulator, "toy", 1)
        process = scene.begin(("ajar",))
        until(lambda: emulator.paid == 1)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.7)
        code, said, seconds = end(process, signal.SIGINT)
        assert code == 130 and seconds < 5, (seconds, said)
        assert "Traceback" not in said
        assert states(scene) == ["sending"]
        code, said = scene.run()
        assert (code, states(scene)) == (4, ["unknown"]) and emulator.paid == 1


def test_leaving_while_an_order_is_looked_for_takes_no_minute(tmp_path: Path) -> None:
    with Toys(job_seconds=1).start() as emulator:
        emulator.fail("reset_before")
        scene = Scene(tmp_path, emulator, "toylook", 1)
        scene.home.settings_file.write_text("lookup_lag = 60\n", "utf-8")
        process = scene.begin(("ajar",))
        until(lambda: any(seen.method == "GET" for seen in emulator.requests))
        code, said, seconds = end(process, signal.SIGINT)
        assert code == 130 and seconds < 6, said
        assert states(scene) == ["sending"]
