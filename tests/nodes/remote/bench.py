"""One provider on the bench: its emulator, the real transport, journal, money and lane, and a node that orders."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ajar.remote import Answer, Call, Provider
from nodes.remote.emulators.server import Emulator
from nodes.remote.transport.client import Client
from tests.nodes.remote.case import Case
from workflows.allowance import Allowance, Errand
from workflows.entries import Entry
from workflows.journal import Journal, look
from workflows.lanes import NodeCall
from workflows.money import Habits
from workflows.packs import Packs, load_packs
from workflows.remote_lane import RemoteLane
from workflows.settings import Home
from workflows.store import Store

KEY = "canary-key-4f1d0c"
PATIENCE = 20.0
ANYTHING = Allowance(None, True)
SHORT = 1.2
"""Seconds a call may take here, whatever its provider allows."""


class Hasty(Client):
    """The transport, with less patience than a person has."""

    async def send(self, provider: Provider, call: Call, piece: Callable[[str], None] | None = None) -> Answer:
        return await super().send(provider, replace(call, seconds=min(call.seconds, SHORT)), piece)


@dataclass
class Outcome:
    """What became of a call of a node."""

    values: tuple[Any, ...] | None = None
    error: BaseException | None = None
    detail: str = ""

    @property
    def text(self) -> str:
        return f"{self.error} {getattr(self.error, 'hint', '')}"


class Heard:
    """The Reply of a lane, in memory."""

    def __init__(self) -> None:
        self.outcome = Outcome()
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.ended = threading.Event()

    def progress(self, call: int, done: float, note: str, preview: Any) -> None:
        self.notes.append(note)

    def value(self, call: int, values: tuple[Any, ...]) -> None:
        self.outcome.values = values

    def done(self, call: int, seconds: float) -> None:
        self.ended.set()

    def result(self, call: int, values: tuple[Any, ...], seconds: float) -> None:
        self.outcome.values = values
        self.ended.set()

    def failed(self, call: int, error: BaseException, detail: str) -> None:
        self.outcome = Outcome(None, error, detail)
        self.ended.set()

    def said(self, call: int, message: str, hint: str) -> None:
        self.warnings.append(message)


class Bench:
    """Everything between a node and its provider, and the emulator at the other end."""

    def __init__(self, case: Case, home: Path, packs: Packs, emulator: Emulator, *, lag: float = 0.4) -> None:
        self.case = case
        self.emulator = emulator
        self.home = Home.open(home)
        self.provider = packs.providers[case.provider]
        self._type = packs.types[case.node]
        self._habits = Habits(lag, {case.provider: 100})
        self._numbers = count(1)
        self.lane = self._new_lane()

    def _new_lane(self) -> RemoteLane:
        return RemoteLane(lambda: Journal(self.home), Hasty, Store(self.home.blobs), self._habits)

    def restart(self) -> None:
        """End the process, as far as the paid work can tell, and begin another one."""
        self.lane.close()
        self.lane = self._new_lane()

    def begin(self, *, take: int = 0, allowance: Allowance = ANYTHING, caps: Mapping[str, float] | None = None,
              inputs: Mapping[str, Any] | None = None) -> tuple[int, Heard]:
        """Call the node; its number, and what is heard of it."""
        given = {**self.case.inputs(), **(inputs or {})}
        arguments = {socket.name: given.get(socket.name, () if socket.form == "list" else socket.default)
                     for socket in self._type.inputs}
        errand = Errand(run="bench", workflow="bench", node="final", cell=f"cell-{take}", take=take,
                        allowance=allowance, caps=caps or {})
        heard, number = Heard(), next(self._numbers)
        self.lane.start(NodeCall(number, self._type, arguments, "final", str, None, errand), heard)
        return number, heard

    def order(self, **options: Any) -> Outcome:
        """Call the node and wait for what becomes of it."""
        _, heard = self.begin(**options)
        assert heard.ended.wait(PATIENCE), f"it never ended: {heard.notes[-3:]}"
        return heard.outcome

    def until(self, *states: str) -> Entry:
        """The latest order, once it is in one of these states."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            entries = look(self.home)
            if entries and entries[-1].state in states:
                return entries[-1]
            time.sleep(0.01)
        raise AssertionError(f"never {states}: {[entry.state for entry in look(self.home)]}")

    @property
    def entry(self) -> Entry:
        return look(self.home)[-1]

    def close(self) -> None:
        self.lane.close()


@contextmanager
def bench(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Path | None = None,
          **options: Any) -> Iterator[Bench]:
    """A bench whose provider is played by its emulator."""
    for module in ("sending", "doubt", "delivering", "watch", "asking"):
        monkeypatch.setattr(f"workflows.{module}.pause", lambda tries: 0.02)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    packs = load_packs([pack] if pack is not None else [], entry_points=False)
    emulator = case.emulator(key=KEY, job_seconds=0.15)
    facts = packs.providers[case.provider].facts
    name = (facts.shares or case.provider).upper()
    with emulator.start():
        monkeypatch.setenv(f"AJAR_{case.provider.upper()}_URL", emulator.base)
        monkeypatch.setenv(f"AJAR_{name}_KEY", KEY)
        monkeypatch.setenv(f"AJAR_{case.provider.upper()}_KEY", KEY)
        made = Bench(case, tmp_path / "home", packs, emulator, **options)
        try:
            yield made
        finally:
            made.close()
