"""Paid work elsewhere, on a stand-in: waiting for many jobs, writing one down, coming back after a restart."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.money.emulator import Toys
from tests.nodes.remote.bench import Bench
from tests.nodes.remote.case import Case
from workflows.entries import Entry
from workflows.journal import Journal, look
from workflows.packs import load_packs
from workflows.settings import Home
from workflows.settling import resume_all

PACK = Path(__file__).parents[1] / "money" / "toys.py"
JOBS = 100
OWN = """
import sys
from tests.benchmarks import remote
print(*remote.measured(sys.argv[1], sys.argv[2]))
"""


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        makespan, threads, megabytes, restart = _in_a_process_of_its_own(Path(folder))
        yield Figure(f"{JOBS} jobs of 1 s at a limit of {JOBS}: makespan beyond the job", makespan - 1.0, "s", 1.5)
        yield Figure(f"threads while {JOBS} jobs are waited for", threads, "threads", 64)
        yield Figure(f"memory that waiting for {JOBS} jobs takes", megabytes, "MB", 60)
        yield Figure(f"restart until {JOBS} open jobs were all asked about", restart, "s", 3)
        alone, _ = _written(Path(folder) / "journal")
        yield Figure("journal of one paid job (5 commits)", alone * 1e3, "ms", 50)
        yield from _beside(Path(folder))


def _in_a_process_of_its_own(folder: Path) -> tuple[float, float, float, float]:
    """The stand-in runs here, the waiting there: neither counts the other's threads and memory."""
    with Toys(job_seconds=1.0).start() as emulator:
        environment = {**os.environ, "AJAR_TOY_URL": emulator.base, "AJAR_TOY_KEY": emulator.key, "NO_PROXY": "*",
                       "AJAR_KEYRING": "off"}
        root = str(Path(__file__).parents[2])
        done = subprocess.run([sys.executable, "-c", OWN, str(folder / "first"), "order"], env=environment, cwd=root,
                              capture_output=True, text=True, check=True)
        emulator.job_seconds = 3600
        again = subprocess.run([sys.executable, "-c", OWN, str(folder / "again"), "leave"], env=environment, cwd=root,
                               capture_output=True, text=True, check=True)
        assert again.stdout, again.stderr
        emulator.requests.clear()
        begun = time.perf_counter()
        waiting = subprocess.Popen([sys.executable, "-c", OWN, str(folder / "again"), "resume"], env=environment,
                                   cwd=root)
        while len({seen.path for seen in emulator.requests if seen.method == "GET"}) < JOBS:
            time.sleep(0.005)
        restart = time.perf_counter() - begun
        waiting.kill()
        waiting.wait()
    makespan, threads, megabytes = map(float, done.stdout.split())
    return makespan, threads, megabytes, restart


def measured(folder: str, what: str) -> tuple[float, ...]:
    """In the process that waits: (makespan in s, threads, megabytes), or nothing of interest."""
    packs = load_packs([PACK], entry_points=False)
    case = Case("toy", Toys, "toys/film", lambda: {"text": "a film"}, "image")
    bench = Bench(case, Path(folder), packs, Toys())
    if what == "resume":
        resume_all(bench.lane, packs.providers, look(bench.home))
    bench.order(take=-1) if what == "order" else None
    before = _megabytes()
    begun = time.perf_counter()
    heards = [bench.begin(take=take)[1] for take in range(JOBS)]
    if what == "leave":
        while sum(entry.state == "submitted" for entry in look(bench.home)) < JOBS:
            time.sleep(0.05)
        os._exit(print("left", flush=True) or 0)
    most = 0
    for heard in heards:
        while not heard.ended.wait(0.02):
            most = max(most, threading.active_count())
    return time.perf_counter() - begun, most, _megabytes() - before


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _written(folder: Path) -> tuple[float, int]:
    """Seconds that the journal takes for one job, one commit after another."""
    folder.mkdir()
    journal = Journal(Home(folder))
    states = ("intent", "sending", "submitted", "ready", "fetched")
    times = []
    for number in range(20):
        begun = time.perf_counter()
        for state in states:
            journal.put(Entry(f"ajar-{number}", f"key-{number}", "toy", state, made=number)).result()  # type: ignore[arg-type]
        times.append(time.perf_counter() - begun)
    journal.close()
    return sorted(times)[len(times) // 2], len(times)


def _beside(folder: Path) -> Iterator[Figure]:
    """A remote wait beside a busy processor: together they take as long as the longer one alone."""
    os.environ["AJAR_KEYRING"] = "off"
    with Toys(job_seconds=1.0).start() as emulator:
        os.environ.update(AJAR_TOY_URL=emulator.base, AJAR_TOY_KEY=emulator.key)
        packs = load_packs([PACK], entry_points=False)
        case = Case("toy", Toys, "toys/film", lambda: {"text": "a film"}, "image")
        bench = Bench(case, folder / "beside", packs, emulator)
        bench.order(take=-1)

        def busy(seconds: float) -> float:
            begun = time.perf_counter()
            work = f"import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass"
            subprocess.run([sys.executable, "-c", work], check=True)
            return time.perf_counter() - begun

        begun = time.perf_counter()
        bench.order(take=1)
        alone = time.perf_counter() - begun
        work = busy(1.0)
        begun = time.perf_counter()
        _, heard = bench.begin(take=2)
        both_work = busy(1.0)
        heard.ended.wait()
        both = time.perf_counter() - begun
        bench.close()
    yield Figure("remote wait beside busy work, against the wait alone", both / max(alone, work), "x", 1.25)
    yield Figure("busy work beside a remote wait, against the work alone", both_work / work, "x", 1.25)
