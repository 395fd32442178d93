"""With whom a run speaks, watched from outside: every socket of every process of it, also of the one that runs models.

The processes log what they connect to by an audit hook of their own, put before them as ``sitecustomize``: it is older
than anything that Ajar does.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nodes.remote.emulators.kling import KlingEmulator
from workflows import statement
from workflows.settings import Home

HOOK = '''
import os, sys

def hear(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        what = given[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        what = given[0]
    else:
        return
    with os.fdopen(os.open(os.environ["HEARD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), "w") as log:
        log.write(repr((os.getpid(), event, what)) + "\\n")

sys.addaudithook(hear)
with open(os.environ["HEARD"] + ".processes", "a") as log:
    log.write(f"{os.getpid()} {' '.join(sys.argv)}\\n")
'''
PACK = '''
import socket
import threading
from ajar import node

AWAY = "192.0.2.1"  # an address for documentation: nobody is there


@node
def phone(host: str = AWAY) -> str:
    """Calls another machine."""
    with socket.socket() as line:
        line.settimeout(0.2)
        try:
            line.connect((host, 80))
        except PermissionError as error:
            return f"refused: {error}"
        except OSError:
            return "tried"
    return "reached"


@node
def phone_later(host: str = AWAY) -> str:
    """The same from a thread of its own."""
    said = []
    thread = threading.Thread(target=lambda: said.append(phone(host)))
    thread.start()
    thread.join()
    return said[0]


@node
def ask_name(host: str = "secrets.example.com") -> str:
    """Tells a name server, which is telling another machine."""
    try:
        socket.getaddrinfo(host, 80)
    except PermissionError as error:
        return f"refused: {error}"
    except OSError:
        return "tried"
    return "reached"
'''
PAINT = {"flux": {"type": "flux", "inputs": {"prompt": "a boat", "model": "builtin", "steps": 1}}}
KLING = {"film": {"type": "kling_video", "inputs": {"prompt": "a boat"}}}


class Place:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.heard_file = root / "heard.txt"

    def run(self, nodes: dict[str, Any], *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
        (self.root / "g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
        before = os.environ.get("PYTHONPATH", "")
        path = os.pathsep.join(filter(None, (str(self.root / "hook"), before)))
        environment = {**os.environ, "AJAR_HOME": str(self.root / "home"), "PYTHONPATH": path,
                       "HEARD": str(self.heard_file), "AJAR_KLING_KEY": "test-key", **variables}
        return subprocess.run(
            [sys.executable, "-m", "ajar", "run", "g.json", "--pack", "calls.py", *flags], cwd=self.root,
            env=environment, capture_output=True, text=True, timeout=120, check=False)

    def heard(self) -> list[tuple[int, str, Any]]:
        if not self.heard_file.exists():
            return []
        return [ast.literal_eval(line) for line in self.heard_file.read_text().splitlines()]

    def away(self) -> list[Any]:
        """What left this machine, or wanted to."""
        here = ("127.0.0.1", "::1", "localhost", None, b"localhost")
        return [what for _, event, what in self.heard()
                if (isinstance(what, tuple) and what[0] not in here) or ("addrinfo" in event and what not in here)]

    def processes(self) -> list[str]:
        return Path(f"{self.heard_file}.processes").read_text().splitlines()

    def statement(self) -> statement.Statement:
        found = statement.find(Home(self.root / "home"))
        return found[max(found)]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, "utf-8")
    (tmp_path / "calls.py").write_text(PACK, "utf-8")
    return Place(tmp_path)


@contextmanager
def kling(place: Place) -> Iterator[KlingEmulator]:
    with KlingEmulator().start() as emulator:
        yield emulator


def test_local_only_speaks_with_nobody_and_neither_does_what_runs_models(place: Place) -> None:
    done = place.run(PAINT, "--residency", "local")
    assert done.returncode == 0, done.stderr
    assert any("ajar.worker" in line or "worker.py" in line or "-m" in line for line in place.processes())
    assert len({line.split()[0] for line in place.processes()}) >= 2, "the worker is watched too"
    assert place.away() == []
    assert "0 hosts contacted, local only" in done.stderr
    said = place.statement()
    assert said.contacted == 0 and said.connections == 0 and said.residency == "local"
    assert "Hosts contacted: 0." in statement.text_of(said, 1)


@pytest.mark.parametrize("how", ["phone", "phone_later", "ask_name"])
def test_local_only_refuses_a_pack_that_calls(place: Place, how: str) -> None:
    done = place.run({"call": {"type": f"calls/{how}"}}, "--residency", "local")
    assert done.returncode == 0 and "refused" in done.stdout, done.stdout + done.stderr
    said = place.statement()
    assert said.refused and said.contacted == 0 and said.connections == 0
    assert said.refused[0] in statement.text_of(said)


def test_the_same_pack_calls_where_everything_is_open_and_is_heard(place: Place) -> None:
    """The control: the refusals above are no accident of this machine's network."""
    done = place.run({"call": {"type": "calls/phone"}})
    assert done.returncode == 0 and "tried" in done.stdout, done.stdout + done.stderr
    assert place.statement().hosts == {"192.0.2.1": 1}
    assert "1 host contacted: 192.0.2.1" in done.stderr


def test_with_listed_hosts_only_they_are_spoken_with(place: Place) -> None:
    (place.root / "ajar.toml").write_text('residency = "listed"\nplaces = ["kling"]\n', "utf-8")
    with kling(place) as emulator:
        done = place.run(KLING, "--pay", "9", AJAR_KLING_URL=emulator.base)
        assert done.returncode == 0, done.stderr
        assert emulator.requests
        port = int(emulator.base.rpartition(":")[2])
    assert place.away() == []
    connects = {what for _, event, what in place.heard() if event == "socket.connect" and isinstance(what, tuple)}
    assert {address[1] for address in connects} == {port}
    said = place.statement()
    assert said.here and not said.hosts and said.places == ("kling",)
    refused = place.run({"call": {"type": "calls/phone"}})
    assert "refused" in refused.stdout, "only the gateway may speak, and only with those on the list"


def test_a_host_that_is_not_listed_is_not_spoken_with(place: Place) -> None:
    (place.root / "ajar.toml").write_text('residency = "listed"\nplaces = ["bfl"]\n', "utf-8")
    with kling(place) as emulator:
        done = place.run(KLING, "--pay", "9", AJAR_KLING_URL=emulator.base)
        assert done.returncode == 3 and emulator.requests == []
    assert place.heard() == []
