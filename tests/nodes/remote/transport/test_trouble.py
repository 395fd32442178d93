"""Each way in which a connection can go wrong, against real sockets: what can't have arrived and what may have."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ajar.remote import Call
from ajar.wire import Lost, NotSent
from nodes.remote.transport import connection, trouble
from tests.nodes.remote.transport.servers import certificate, drive, failing, hear, rude, sending, tear, toy

PAID = Call("POST", "/make", json={"prompt": "a door"}, seconds=0.4)


def silence(line: socket.socket) -> None:
    hear(line)
    time.sleep(1.5)


def reset(line: socket.socket) -> None:
    hear(line)
    tear(line)


def farewell(line: socket.socket) -> None:
    hear(line)


def half(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":")


def half_then_silence(line: socket.socket) -> None:
    half(line)
    time.sleep(1.5)


def half_chunk(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"id\":")


def gibberish(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"\x15\x03\x03\x00\x02\x02\x28 what?\r\n\r\n")


def not_packed(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops")


@pytest.mark.parametrize(
    "talk", [silence, reset, farewell, half, half_then_silence, half_chunk, gibberish, not_packed]
)
def test_after_the_first_byte_it_may_have_arrived(talk: Callable[[socket.socket], None], tmp_path: Path) -> None:
    with rude(talk) as server:
        provider = toy(tmp_path, f"http://127.0.0.1:{server.port}")
        error = failing(sending(provider, PAID))
    assert type(error) is Lost
    assert str(error).startswith("The answer of Toy was lost: ")
    assert server.connections == 1, "one attempt only"


def test_a_body_that_is_cut_off_while_it_is_sent(tmp_path: Path) -> None:
    def listen_a_little(line: socket.socket) -> None:
        line.recv(1000)
        tear(line)

    with rude(listen_a_little) as server:
        provider = toy(tmp_path, f"http://127.0.0.1:{server.port}")
        error = failing(sending(provider, Call("POST", "/make", data=b"x" * 30_000_000)))
    assert type(error) is Lost


def test_a_drip_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT", 0.1)
    monkeypatch.setattr(connection, "SENDING", 0.1)

    def drip(line: socket.socket) -> None:
        hear(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            line.sendall(b" ")
            time.sleep(0.1)

    with rude(drip) as server:
        provider = toy(tmp_path, f"http://127.0.0.1:{server.port}")
        begin = time.monotonic()
        error = failing(sending(provider, PAID))
    assert type(error) is Lost
    assert time.monotonic() - begin < 5


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failing(sending(toy(tmp_path, f"http://127.0.0.1:{port}"), PAID))
    assert type(error) is NotSent
    assert str(error) == "Toy could not be reached: 127.0.0.1 refused the connection."


def test_no_such_host(tmp_path: Path) -> None:
    error = failing(sending(toy(tmp_path), PAID))
    assert type(error) is NotSent
    assert "there is no host api.toy.invalid, or no internet connection" in str(error)


def test_no_encryption_comes_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT", 0.3)

    def plain(line: socket.socket) -> None:
        line.recv(1000)
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    for talk in (plain, lambda line: time.sleep(1), tear):
        with rude(talk) as server:
            provider = toy(tmp_path, f"https://127.0.0.1:{server.port}")
            assert type(failing(sending(provider, PAID))) is NotSent


def test_a_strangers_certificate(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    tls, _ = certificate(tmp_path, "127.0.0.1")
    heard: list[bytes] = []
    with rude(lambda line: heard.append(hear(line)), tls) as server:
        error = failing(sending(toy(tmp_path, f"https://127.0.0.1:{server.port}"), PAID))
    assert type(error) is NotSent
    assert "the certificate of 127.0.0.1 was not accepted" in str(error)
    assert heard in ([], [b""])


def test_a_connection_that_the_server_has_left_is_not_used_for_what_costs_money(tmp_path: Path) -> None:
    def once(line: socket.socket) -> None:
        hear(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        hear(line)  # a second request on this connection is never answered

    with rude(once) as server:
        provider = toy(tmp_path, f"http://127.0.0.1:{server.port}")

        async def ask_then_pay(client: object) -> list[int]:
            calls = [Call("GET", "/poll", seconds=1), PAID, PAID]
            return [(await client.send(provider, call)).status for call in calls]  # type: ignore[attr-defined]

        assert drive(ask_then_pay) == [200, 200, 200]
        assert server.connections == 3

        async def poll_twice(client: object) -> None:
            for _ in range(2):
                await client.send(provider, Call("GET", "/poll", seconds=1))  # type: ignore[attr-defined]

        error = failing(poll_twice)
    assert type(error) is Lost
    assert error.hint == trouble.AGAIN


def test_every_answer_is_an_answer(tmp_path: Path) -> None:
    for status in (200, 204, 302, 401, 404, 429, 500, 503):
        def talk(line: socket.socket, status: int = status) -> None:
            hear(line)
            line.sendall(f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:1/\r\n\r\n".encode())

        with rude(talk) as server:
            provider = toy(tmp_path, f"http://127.0.0.1:{server.port}")
            answer = drive(sending(provider, PAID))
        assert answer.status == status
        assert server.connections == 1


REQUEST = httpx.Request("POST", "https://api.toy.invalid/make", headers={"Authorization": "Bearer x"})
NEVER = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
MAYBE = (httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.CloseError,
         httpx.RemoteProtocolError, httpx.LocalProtocolError, httpx.DecodingError)


@pytest.mark.parametrize("kind", NEVER)
def test_what_httpx_raises_before_anything_left(kind: type[httpx.RequestError]) -> None:
    error = trouble.of(kind("x", request=REQUEST), "Toy", "toy.invalid", sent=False)
    assert type(error) is NotSent
    assert error.message.startswith("Toy could not be reached: ")


@pytest.mark.parametrize("kind", (*NEVER, *MAYBE, TimeoutError, OSError))
def test_whatever_is_raised_once_it_was_sent_is_lost(kind: type[Exception]) -> None:
    assert type(trouble.of(kind("x"), "Toy", "toy.invalid", sent=True)) is Lost


def test_what_left_is_told_by_the_wire_not_by_the_name_of_the_error() -> None:
    """Through a proxy a ReadError may come while it is only greeted; then nothing of the request has left."""
    assert type(trouble.of(httpx.ReadError("x"), "Toy", "toy.invalid", sent=False)) is NotSent
