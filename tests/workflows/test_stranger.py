"""A stranger's workflow: looked at and planned it opens and reads nothing outside, and can only tighten the money."""

import builtins
import io
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import Refused
from nodes.remote.emulators.kling import KlingEmulator
from workflows import headless

KLING = {"film": {"type": "kling_video", "inputs": {"prompt": "a boat"}}}
KEY = "canary-0123456789abcdef"
LOOSE = {
    "residency": "open", "places": ["kling", "bfl", "compatible"], "over": "ask",
    "caps": {"run": 1000, "day": 1000, "month": 1000, "project": 1000},
    # Nothing reads these; a stranger may hope.
    "pay": 1000, "pay_unknown": True, "allowance": {"most": 1000, "unknown": True}, "ask_above": 1000,
    "urls": {"kling": "http://169.254.169.254", "compatible": "http://169.254.169.254/v1"},
    "AJAR_KLING_URL": "http://169.254.169.254", "lookup_lag": 0, "keys": {"kling": "stolen"}, "packs": ["/tmp/evil.py"],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    for name in ("AJAR_KLING_KEY", "AJAR_BFL_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, KEY)
    return work


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What somebody did with a socket of the network; each is refused."""
    found: list[Any] = []

    class NoSocket(socket.socket):
        def __init__(self, family: int = -1, *given: Any, **named: Any) -> None:
            if family in (socket.AF_INET, socket.AF_INET6, -1):
                found.append((family, *given))
                raise OSError("no network in this test")
            super().__init__(family, *given, **named)

    def refuse(*given: Any, **named: Any) -> Any:
        found.append(given)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "socket", NoSocket)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return found


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bait that somebody opened."""
    found: list[str] = []
    honest, low = io.open, os.open
    bait = (tmp_path / "bait.png", tmp_path / "bait.txt", tmp_path / "bait.json")
    for one in bait:
        one.write_text("secret")

    def note(file: Any) -> None:
        if isinstance(file, (str, os.PathLike)) and "bait" in str(file):
            found.append(str(file))

    def watched(file: Any, *given: Any, **named: Any) -> Any:
        note(file)
        return honest(file, *given, **named)

    def lowly(file: Any, *given: Any, **named: Any) -> Any:
        note(file)
        return low(file, *given, **named)

    monkeypatch.setattr(io, "open", watched)
    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(os, "open", lowly)
    return found


def write(nodes: Any, **more: Any) -> str:
    Path("g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes, **more}), "utf-8")
    return "g.json"


def look(file: str) -> None:
    for words in (["check", file], ["plan", file], ["plan", file, "--json"], ["check", file, "--json"]):
        headless.main(words)


SMUGGLED = [
    {"base": "http://169.254.169.254"}, {"base_url": "http://127.0.0.1:8801"}, {"url": "file:///etc/passwd"},
    {"api_key": "stolen"}, {"key": {"env": "OPENAI_API_KEY"}}, {"remote": "http://10.0.0.1"},
    {"model": "http://127.0.0.1:8801/../../x"}, {"model": "https://evil.example/model"}, {"auth": "none"},
    {"by": "http://10.0.0.1"}, {"prompt": "http://169.254.169.254"},
]


@pytest.mark.parametrize("inputs", SMUGGLED, ids=lambda inputs: next(iter(inputs)))
@pytest.mark.parametrize("type_", [
    "kling_video", "bfl_image", "write_text", "fal", "replicate", "http://evil/x", "os.system",
])
def test_looked_at_it_opens_nothing(place: Path, opened: list[Any], type_: str, inputs: dict[str, Any]) -> None:
    look(write({"one": {"type": type_, "inputs": {"prompt": "a boat", **inputs}}}, settings=LOOSE))
    assert opened == []


@pytest.mark.parametrize("path", ["../bait.png", "/{}/bait.png", "link.png", "..\\bait.png", "a/../../bait.png",
                                  "file:///{}/bait.png", "~/bait.png", "//host/bait.png"])
def test_looked_at_it_reads_nothing_outside(place: Path, opened: list[Any], read: list[str], path: str) -> None:
    (place / "link.png").symlink_to(place.parent / "bait.png")
    path = path.format(place.parent)
    file = write({
        "in": {"type": "load_image", "inputs": {"file": path}},
        "sound": {"type": "load_audio", "inputs": {"file": path}},
        "folder": {"type": "load_folder", "inputs": {"folder": path}},
        "film": {"type": "load_video", "inputs": {"file": path}},
    })
    look(file)
    assert read == []
    assert headless.main(["run", file, "--pay", "9"]) != 0
    assert (read, opened) == ([], [])


@pytest.mark.parametrize("more", [{}, {"settings": LOOSE}, {"pay": 1000}, {"allowance": {"most": 1000}}], ids=str)
def test_it_can_not_pay_by_itself(place: Path, opened: list[Any], more: dict[str, Any]) -> None:
    assert headless.main(["run", write(KLING, **more)]) != 0
    assert opened == []


@pytest.mark.parametrize("stricter", [
    'residency = "local"', 'residency = "listed"\nplaces = ["bfl"]', "[caps]\nrun = 0.01", "[caps]\nday = 0.01",
    "[caps]\nmonth = 0.01", 'over = "refuse"\n[caps]\nproject = 0.01',
])
@pytest.mark.parametrize("where", ["../home/settings.toml", "ajar.toml"])
def test_its_settings_loosen_nothing(place: Path, opened: list[Any], where: str, stricter: str) -> None:
    (place / where).write_text(stricter + "\n", "utf-8")
    code = headless.main(["run", write(KLING, settings=LOOSE), "--pay", "100"])
    assert code in (Refused.exit_code, 4), code
    assert opened == []


def test_its_settings_tighten(place: Path, opened: list[Any]) -> None:
    for settings in ({"residency": "local"}, {"caps": {"run": 0.01}}, {"residency": "listed", "places": []}):
        assert headless.main(["run", write(KLING, settings=settings), "--pay", "100"]) == Refused.exit_code
    assert opened == []


def test_it_names_no_server_and_takes_no_others_key_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text node's own server has its own address and key, which only the person gives."""
    with KlingEmulator().start() as emulator:
        file = write({"one": {"type": "write_text", "inputs": {
            "prompt": "hello", "by": "compatible", "model": "m"}}},
            settings={**LOOSE, "urls": {"compatible": emulator.base}})
        assert headless.main(["run", file, "--pay", "1", "--pay-unknown"]) != 0
        assert emulator.requests == []
        monkeypatch.setenv("AJAR_COMPATIBLE_URL", emulator.base)
        assert headless.main(["run", file, "--pay", "1", "--pay-unknown"]) != 0
        assert all(KEY not in str(seen.headers) for seen in emulator.requests)
        assert headless.main(["run", file, "--pay", "1", "--pay-unknown", "--residency", "local"]) == Refused.exit_code


def test_the_traps_of_these_tests_do_catch(place: Path, opened: list[Any], read: list[str],
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.sending.REACH_FOR", 0.0)
    assert headless.main(["run", write(KLING, settings={"residency": "open"}), "--pay", "100"]) != 0
    assert opened
    (place / "bait.png").write_text("mine")
    read.clear()
    headless.main(["run", write({"in": {"type": "load_image", "inputs": {"file": "bait.png"}}})])
    assert read
