"""What the tests of paid work in the window share: Kling played on this machine, a key that opens it, and graphs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import shiboken6

from canvas.desk import Desk
from canvas.engine import Engine
from canvas.taste import Taste
from canvas.window import Window
from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.emulators.server import Emulator
from workflows.graph import Graph
from workflows.plain import build

KEY = "canary-key-2b91ce"


@contextmanager
def kling(monkeypatch: pytest.MonkeyPatch, *, key: str = KEY, job_seconds: float = 0.1) -> Iterator[Emulator]:
    """A stand-in for Kling; without ``key`` there is none on this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for module in ("sending", "doubt", "delivering", "watch", "asking"):
        monkeypatch.setattr(f"workflows.{module}.pause", lambda tries: 0.02)
    monkeypatch.setenv("AJAR_KEYRING", "off")
    monkeypatch.delenv("KLING_API_KEY", raising=False)
    with KlingEmulator(key=KEY, job_seconds=job_seconds).start() as emulator:
        monkeypatch.setenv("AJAR_KLING_URL", emulator.base)
        monkeypatch.delenv("AJAR_KLING_KEY", raising=False)
        if key:
            monkeypatch.setenv("AJAR_KLING_KEY", key)
        yield emulator


@contextmanager
def shown_window(desk: Desk) -> Iterator[Window]:
    """A window over this desk, closed and gone afterwards."""
    engine = Engine(desk)
    window = Window(desk, engine, Taste(theme="dark", hints=False, doors=False))
    window.resize(1400, 900)
    window.show()
    yield window
    for document in list(desk.documents):
        desk.close(document)
    engine.close()
    shiboken6.delete(window)  # else the next window's style is put on the widgets of this one too


def film(**inputs: Any) -> Graph:
    """A workflow with one paid node: five seconds of Kling 3.0."""
    return build({"ajar": 1, "nodes": {
        "film": {"type": "kling_video", "inputs": {"prompt": "a lighthouse at dusk", **inputs}}}})


def staged() -> Graph:
    """Paid in the final stage only."""
    return build({"ajar": 1, "nodes": {
        "words": {"type": "prompt", "inputs": {"text": "a lighthouse at dusk"}},
        "draft": {"type": "kling_video", "inputs": {"prompt": {"from": "words"}, "seconds": 3}},
        "final": {"type": "kling_video", "inputs": {"prompt": {"from": "words"}, "resolution": "1080p"}},
        "stage": {"type": "stage", "inputs": {"draft": {"from": "draft"}, "final": {"from": "final"}}},
    }})
