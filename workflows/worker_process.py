"""The process of a worker: started without keys, with a folder and a log of its own, and what is said of its death."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import ajar
from ajar.errors import UserError
from ajar.fits import ASKED
from ajar.frames import Frames

KEYS = re.compile(r"(^|_)(KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)
MAX_LOG = 4 * 2**20
"""A longer log of the worker is begun anew."""
TAIL = 4_000
"""How much of the log is shown when the worker dies, in bytes."""


@dataclass(slots=True)
class WorkerProcess:
    """A running worker."""

    program: subprocess.Popen[bytes]
    frames: Frames
    folder: Path
    log: Path
    log_start: int
    environment: str = ""
    """The pack whose interpreter it is; empty: that of Ajar."""
    busy: int | None = None
    """The call that it was sent last."""


def start(
    command: Sequence[str], name: str, tmp: Path, log: Path, variables: Mapping[str, str], environment: str = ""
) -> WorkerProcess:
    """Start a worker; ``command`` gets its folder, a new one in ``tmp``, as the last argument. OSError if it can't."""
    tmp.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{name.replace(':', '-')}-", dir=tmp))
    try:
        with _open_log(log) as file:
            begun = file.tell()
            program = subprocess.Popen(
                [*command, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, env=variables,
            )
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    assert program.stdin is not None and program.stdout is not None
    return WorkerProcess(program, Frames(program.stdout, program.stdin, folder), folder, log, begun, environment)


def bury(process: WorkerProcess) -> None:
    """Leave nothing of a worker behind."""
    process.program.kill()
    process.program.wait()
    process.frames.close()
    shutil.rmtree(process.folder, ignore_errors=True)


def death(process: WorkerProcess) -> tuple[UserError, str]:
    """What to say of a worker that is gone in the middle of a call, and the end of its log. Before it is buried."""
    try:
        code = process.program.wait(1)
    except subprocess.TimeoutExpired:
        code = None
    text = ""
    try:
        with process.log.open("rb") as log:
            log.seek(max(process.log_start, log.seek(0, os.SEEK_END) - TAIL))
            text = log.read(TAIL).decode("utf-8", "replace")
    except OSError:
        pass
    line, advice = _asked(process.folder) if code == -9 else ("", "")
    return UserError(
        f"The worker process that runs models stopped in the middle of this node ({_cause(code)}){line}.",
        advice or "Run again: a new one is started. If it happens again, try a smaller size, or see the log.",
    ), text


def keyless() -> dict[str, str]:
    """The environment without keys: models run there, which need none. What loads files of strangers should not have
    them."""
    found = {name: text for name, text in os.environ.items() if not KEYS.search(name)}
    here = Path(ajar.__path__[0])
    if not (here / "rooms").is_dir():  # a clone, which need not be installed
        found["PYTHONPATH"] = os.pathsep.join(filter(None, (str(here.parent), found.get("PYTHONPATH"))))
    return found


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    long = path.is_file() and path.stat().st_size > MAX_LOG
    log = path.open("wb" if long else "ab")
    log.seek(0, os.SEEK_END)
    return log


def _asked(folder: Path) -> tuple[str, str]:
    """What the call asked of the memory, as the end of a sentence, and what would need less."""
    try:
        line, *advice = (folder / ASKED).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return "", ""
    return f"; what it asked for was reckoned before: {line}", " ".join(advice)


def _cause(code: int | None) -> str:
    if code is None:
        return "it closed its pipe"
    if code < 0:
        return f"killed by signal {-code}" + ("; perhaps the memory was full" if code == -9 else "")
    return f"exit code {code}"
