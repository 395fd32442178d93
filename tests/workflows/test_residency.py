"""Where work may go: refused while planning, before an order and at the socket; and nothing is opened uninvited."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import Refused
from nodes.remote.emulators.chat import LocalChat
from nodes.remote.emulators.kling import KlingEmulator
from workflows import headless
from workflows.allowance import Errand
from workflows.obedience import refuse_elsewhere
from workflows.packs import load_packs

KLING = {"film": {"type": "kling_video", "inputs": {"prompt": "a boat"}}}
OLLAMA = {"llm": {"type": "write_text", "inputs": {"prompt": "hello", "by": "ollama", "model": "words-small"}}}
BOTH = {**KLING, "flux": {"type": "bfl_image", "inputs": {"prompt": "a boat"}}}


class Opened(list[Any]):
    """The addresses that somebody wanted to connect to, or asked a name server about."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    seen = Opened()

    def refuse(*given: Any, **named: Any) -> Any:
        seen.append(given[1] if isinstance(given[0], socket.socket) else given[0])
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return seen


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AJAR_KEYRING", "off")
    for name in ("KLING", "BFL"):
        monkeypatch.setenv(f"AJAR_{name}_KEY", "test-key-test-key")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path


def write(nodes: Any, **more: Any) -> str:
    Path("g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes, **more}), "utf-8")
    return "g.json"


def run(*arguments: str) -> int:
    return headless.main(["run", *arguments])


def test_a_strangers_graph_opens_nothing_until_it_is_paid_for(
        opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    file = write({**BOTH, **OLLAMA, "old": {"type": "kling_image", "inputs": {"prompt": "x", "model": "typed-in-9"}}})
    headless.main(["check", file])
    headless.main(["plan", file])
    headless.main(["plan", file, "--json"])
    assert run(write(BOTH)) == 4, capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("where", ["flag", "settings", "project", "workflow"])
def test_local_only_refuses_and_opens_nothing(opened: Opened, place: Path, capsys: pytest.CaptureFixture[str],
                                              where: str) -> None:
    local = 'residency = "local"\n'
    if where in ("settings", "project"):
        (place / ("home/settings.toml" if where == "settings" else "ajar.toml")).write_text(local, "utf-8")
    file = write(KLING, **({"settings": {"residency": "local"}} if where == "workflow" else {}))
    # The flag can only be stricter than what is written down.
    flag = "local" if where == "flag" else "open"
    assert run(file, "--pay", "9", "--residency", flag, "--hosts") == Refused.exit_code
    assert "local only" in capsys.readouterr().err
    assert headless.main(["plan", file, "--residency", flag]) == Refused.exit_code
    assert opened == []


def test_local_only_is_not_fooled_by_a_stand_in(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
                                                ) -> None:
    with KlingEmulator().start() as emulator:
        monkeypatch.setenv("AJAR_KLING_URL", emulator.base)
        assert run(write(KLING), "--pay", "9", "--residency", "local") == Refused.exit_code
        assert emulator.requests == []


def test_a_server_of_ones_own_on_this_machine_is_local(monkeypatch: pytest.MonkeyPatch,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    with LocalChat().start() as emulator:
        monkeypatch.setenv("AJAR_OLLAMA_URL", emulator.base)
        assert run(write(OLLAMA), "--residency", "local") == 0, capsys.readouterr().err
        assert emulator.requests
        count = len(emulator.requests)
        assert run(write(OLLAMA), "--residency", "local") == 0, "from the store"
        assert len(emulator.requests) == count


@pytest.mark.parametrize("url", ["http://192.168.1.7:11434/v1", "https://llm.example/v1"])
@pytest.mark.parametrize("residency", ["local", "listed"])
def test_a_server_of_ones_own_elsewhere_is_not_local(opened: Opened, monkeypatch: pytest.MonkeyPatch, url: str,
                                                     residency: str, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_OLLAMA_URL", url)
    assert run(write(OLLAMA), "--residency", residency) == Refused.exit_code, capsys.readouterr().err
    assert opened == []


def test_listed_lets_only_those_on_the_list(place: Path, opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "ajar.toml").write_text('residency = "listed"\nplaces = ["bfl"]\n', "utf-8")
    assert run(write(KLING), "--pay", "9") == Refused.exit_code
    assert '"kling"' in capsys.readouterr().err
    assert headless.main(["plan", write({"flux": BOTH["flux"]})]) == 0
    assert opened == []


def test_two_lists_let_only_what_is_on_both(place: Path, opened: Opened) -> None:
    (place / "ajar.toml").write_text('residency = "listed"\nplaces = ["bfl", "kling"]\n', "utf-8")
    (place / "home/settings.toml").write_text('places = ["kling"]\n', "utf-8")
    assert headless.main(["plan", write(KLING)]) == 0
    assert headless.main(["plan", write({"flux": BOTH["flux"]})]) == Refused.exit_code


def test_an_order_is_refused_whatever_the_plan_was() -> None:
    kling, ollama = (load_packs([], entry_points=False).providers[name] for name in ("kling", "ollama"))
    refuse_elsewhere(Errand(), kling, loopback=False)
    refuse_elsewhere(Errand(residency="listed", places=frozenset({"kling"})), kling, loopback=False)
    refuse_elsewhere(Errand(residency="local"), ollama, loopback=True)
    for errand in (Errand(residency="local"), Errand(residency="listed"), Errand(residency="listed",
                                                                               places=frozenset({"bfl"}))):
        with pytest.raises(Refused):
            refuse_elsewhere(errand, kling, loopback=True)
    with pytest.raises(Refused):
        refuse_elsewhere(Errand(residency="local"), ollama, loopback=False)
