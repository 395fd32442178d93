"""A web page in a browser of this machine can't speak with an emulator, nor can another machine."""

import http.client
from urllib.parse import urlsplit

import pytest

from nodes.remote.emulators.kling import KlingEmulator


def ask(emulator: KlingEmulator, method: str = "POST", **headers: str) -> int:
    parts = urlsplit(emulator.url)
    assert parts.hostname is not None
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        line.request(method, "/anything", b"{}", {"Authorization": f"Bearer {emulator.key}", **headers})
        return line.getresponse().status
    finally:
        line.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8801", "localhost:80", "LOCALHOST"])
def test_this_machine_is_answered(host: str) -> None:
    with KlingEmulator().start() as emulator:
        assert ask(emulator, Host=host) == 404
        assert ask(emulator) == 404
        assert len(emulator.requests) == 2


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:8801", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example",
    "",
])
def test_a_name_that_was_made_to_point_here_is_not(host: str) -> None:
    with KlingEmulator().start() as emulator:
        assert ask(emulator, Host=host) == 403
        assert emulator.requests == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", ""])
def test_a_web_page_is_not(method: str, origin: str) -> None:
    with KlingEmulator().start() as emulator:
        assert ask(emulator, method, Origin=origin) == 403
        assert emulator.requests == []


def test_it_listens_on_this_machine_only() -> None:
    with KlingEmulator().start() as emulator:
        assert emulator._server is not None
        assert emulator._server.socket.getsockname()[0] == "127.0.0.1"
