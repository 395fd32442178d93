"""Calls as they arrive, and where the key goes."""

import logging
import pickle
import socket
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import Refused
from ajar.remote import Call, Made, Upload
from ajar.wire import Lost, NotSent
from nodes.remote.emulators.server import Reply
from nodes.remote.transport.client import Client
from nodes.remote.transport.secret import Secret, redact, redact_bytes
from tests.nodes.remote.transport.servers import (
    CANARY,
    Files,
    certificate,
    drive,
    failing,
    fetching,
    hear,
    rude,
    sending,
    toy,
)


def test_bodies_queries_and_headers(tmp_path: Path) -> None:
    with Files() as server:
        server.replies["/v1/make"] = Reply(json={"ok": True}, headers={"X-Request-Id": "7"})
        provider = toy(tmp_path, f"{server.url}/v1/", more='headers = {"X-Version" = "2"}\n')

        async def talk(client: Client) -> list[Any]:
            return [await client.send(provider, call) for call in (
                Call("POST", "/make", json={"é": 1}, query={"a": "1 2"}, headers={"X-Mine": "me"}),
                Call("POST", "/make", form=(("prompt", "a dóor"), ("image[]", Upload("a.png", "image/png", b"\x89")),
                                            ("image[]", Upload("b.png", "image/png", b"\x90")))),
                Call("PUT", "/make", data=b"raw", headers={"Content-Type": "image/png"}),
                Call("GET", "/make", auth=False),
            )]

        answers = drive(talk)
    plain, form, raw, bare = server.requests
    assert plain.json() == {"é": 1}
    assert plain.query == {"a": "1 2"}
    assert (plain.headers["x-mine"], plain.headers["x-version"]) == ("me", "2")
    assert plain.headers["authorization"] == f"Bearer {CANARY}"
    assert [(one.name, one.content, one.filename) for one in form.form()] == [
        ("prompt", "a dóor".encode(), ""), ("image[]", b"\x89", "a.png"), ("image[]", b"\x90", "b.png")]
    assert (raw.method, raw.body, raw.headers["content-type"]) == ("PUT", b"raw", "image/png")
    assert bare.body == b""
    assert "authorization" not in bare.headers
    assert answers[0].headers["x-request-id"] == "7"
    assert answers[0].json() == {"ok": True}


@pytest.mark.parametrize(("auth", "header", "text"), [
    ("bearer", "authorization", f"Bearer {CANARY}"), ("Key", "authorization", f"Key {CANARY}"),
    ("x-key", "x-key", CANARY), ("kling", "authorization", f"Bearer {CANARY}"),
])
def test_ways_of_the_key(auth: str, header: str, text: str, tmp_path: Path) -> None:
    with Files() as server:
        server.replies["/a"] = Reply(json={})
        drive(sending(toy(tmp_path, server.base, auth), Call("GET", "/a")))
    assert server.requests[0].headers[header] == text


def test_no_key_is_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AJAR_TOY_KEY")
    with Files() as server:
        server.replies["/a"] = Reply(json={})
        provider = toy(tmp_path, server.base)
        error = failing(sending(provider, Call("GET", "/a")))
        assert type(error) is Refused
        assert error.message == "There is no key for Toy."
        assert error.hint == ('Give its key: run "ajar keys set toy", or set AJAR_TOY_KEY. You get one at '
                              "https://toy.invalid/console.")
        assert Client().keyless(provider) == error.hint
        assert Client().account(provider) == ""
        assert server.requests == []
        for more in ("local = true\n", ""):
            one = toy(tmp_path, server.base, "bearer" if more else "none", more)
            assert Client().keyless(one) == ""
            assert drive(sending(one, Call("GET", "/a"))).ok


def test_the_account_tells_keys_apart_and_does_not_tell_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, provider = Client(), toy(tmp_path)
    first = client.account(provider)
    monkeypatch.setenv("AJAR_TOY_KEY", CANARY + "2")
    assert client.account(provider) not in ("", first)
    assert len(first) == 8
    assert first not in CANARY


def test_the_key_stays_with_the_provider(tmp_path: Path) -> None:
    async def anywhere(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with Files() as server, Files() as other:
        other.replies["/a"] = Reply(json={})
        provider = toy(tmp_path, server.base)
        port = other.url.rpartition(":")[2]
        for address in (f"{other.url}/a", f"http://results.test:{port}/a", "https://bucket.amazonaws.com/a",
                        "https://evilresults.test/a", f"https://results.test:{port}/a"):
            error = failing(sending(provider, Call("GET", address)), resolve=anywhere)
            assert type(error) is Refused, address
            assert "must not go to" in str(error)
        assert other.requests == []
        drive(sending(provider, Call("GET", f"{other.url}/a", auth=False)))
        assert "authorization" not in other.requests[0].headers


def test_the_key_goes_to_the_providers_other_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """BFL's jobs are asked about at a host of its region."""
    asked = []

    async def nowhere(host: str, port: int) -> list[str]:
        asked.append((host, port))
        raise socket.gaierror

    error = failing(sending(toy(tmp_path), Call("GET", "https://eu1.results.test/a")), resolve=nowhere)
    assert type(error) is NotSent, "it was let through as far as the name"
    assert asked == [("eu1.results.test", 443)]


def test_this_machine_has_several_names(tmp_path: Path) -> None:
    with Files() as server:
        server.replies["/a"] = Reply(json={})
        provider = toy(tmp_path, server.base.replace("127.0.0.1", "localhost"))
        assert drive(sending(provider, Call("GET", f"{server.url}/a"))).ok
    assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"


def test_no_key_without_encryption(tmp_path: Path) -> None:
    for address in ("http://api.toy.invalid", "http://10.0.0.1:8080"):
        error = failing(sending(toy(tmp_path, address), Call("GET", "/a")))
        assert type(error) is Refused
        assert error.hint == "Give an address that begins with https."
    keyless = toy(tmp_path, "http://nas.toy.invalid", "none")
    assert type(failing(sending(keyless, Call("GET", "/a")))) is NotSent


NAMED = '\n[urls]\nrest = "https://rest.toy.invalid/r"\n'


def test_bases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes.remote.transport.bases import base

    provider = toy(tmp_path, "https://api.toy.invalid/", more=f'shares = "uncle"\n{NAMED}')
    assert (base(provider), base(provider, "rest")) == ("https://api.toy.invalid", "https://rest.toy.invalid/r")
    urls = {"toy": "https://mine.test/v1"}
    assert (base(provider, "", urls), base(provider, "rest", urls)) == ("https://mine.test/v1", "https://mine.test/v1")
    assert Client(urls).base(provider) == "https://mine.test/v1"
    assert base(provider, "rest", {**urls, "toy_rest": "https://r.test"}) == "https://r.test"
    assert base(provider, "", {"uncle": "https://uncle.test"}) == "https://uncle.test"
    with pytest.raises(Refused, match="no address called pictures"):
        base(toy(tmp_path), "pictures")
    monkeypatch.setenv("AJAR_TOY_URL", "http://127.0.0.1:1")
    assert (base(provider, "", urls), base(provider, "rest", urls)) == ("http://127.0.0.1:1", "http://127.0.0.1:1")
    assert Client(urls).loopback(provider)
    monkeypatch.setenv("AJAR_TOY_REST_URL", "http://127.0.0.1:2")
    assert base(provider, "rest", urls) == "http://127.0.0.1:2"
    monkeypatch.setenv("AJAR_TOY_URL", "mine.test")
    with pytest.raises(Refused):
        Client().loopback(provider)


def test_residency_at_the_socket(tmp_path: Path) -> None:
    def only_here(host: str) -> str:
        return "" if host == "127.0.0.1" else "the project is local"

    with Files() as server:
        server.replies["/a"] = Reply(302, headers={"Location": "https://8.8.8.8/b"})
        provider = toy(tmp_path, server.base)
        made = Made("image/png", f"{server.url}/a")
        error = failing(fetching(provider, made, tmp_path / "a"), allow=only_here)
        assert (type(error), str(error)) == (Refused, "Nothing may be sent to 8.8.8.8: the project is local.")
        assert drive(sending(provider, Call("GET", "/a")), allow=only_here).status == 302
        error = failing(sending(provider, Call("GET", "/a")), allow=lambda host: "No")
        assert type(error) is Refused
    assert len(server.requests) == 2


def test_what_was_contacted(tmp_path: Path) -> None:
    with Files() as server:
        server.replies["/a"] = Reply(json={})
        provider = toy(tmp_path, server.base)

        async def talk(client: Client) -> dict[str, int]:
            assert client.contacted() == {}
            for _ in range(3):
                await client.send(provider, Call("GET", "/a"))
            return client.contacted()

        assert drive(talk) == {"127.0.0.1": 3}


def test_a_stream_is_heard_line_by_line(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    with Files() as server:
        server.replies["/a"] = Reply(lines=("event: x", 'data: {"t": "é"}', "", "data: [DONE]"), pause=0.2)
        provider = toy(tmp_path, server.base)
        call = Call("POST", "/a", json={}, stream=True)
        answer = drive(lambda client: client.send(provider, call, lambda one: heard.append((one, time.monotonic()))))
        assert [one for one, _ in heard] == ['data: {"t": "é"}', "data: [DONE]"]
        assert heard[1][1] - heard[0][1] > 0.1, "told as it comes, not at the end"
        assert answer.events() == [{"t": "é"}]
        heard.clear()
        deaf: list[str] = []
        assert drive(lambda client: client.send(provider, call, lambda one: deaf.remove(one))).body == answer.body
        server.replies["/a"] = Reply(400, body=b"data: no\n")
        assert drive(lambda client: client.send(provider, call, lambda one: heard.append((one, 0)))).status == 400
        assert heard == []


def test_a_request_that_can_t_be_written(tmp_path: Path) -> None:
    with Files() as server:
        provider = toy(tmp_path, server.base)
        for call in (Call("POST", "/a", json={"x": object()}), Call("POST", "/a", json=float("nan")),
                     Call("GET", "/a", headers={"X": "é\u4e00"})):
            assert type(failing(sending(provider, call))) is Refused
        assert server.requests == []


# --- no key anywhere ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("auth", "key"), [("bearer", CANARY), ("x-key", CANARY), ("kling", f"access:{CANARY}")])
def test_the_key_is_in_no_answer_error_record_log_or_repr(
    auth: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AJAR_TOY_KEY", key)
    caplog.set_level(logging.DEBUG)
    seen: list[object] = []
    sent: list[str] = []

    def echo(line: socket.socket) -> None:
        head = hear(line)
        sent.append(head.decode())
        if b"/tear" in head:
            return
        secret = next(one for one in head.split(b"\r\n") if one.lower().startswith((b"authorization", b"x-key")))
        body = b"data: wrong key " + secret + b" " + CANARY.encode() + b"\n"
        line.sendall(b"HTTP/1.1 401 No\r\nX-Echo: " + secret + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def keep(error: Exception) -> None:
        seen.extend([error, error.args, traceback.format_exception(error), error.__cause__, error.__context__])
        assert error.__context__ is None

    with rude(echo) as server:
        provider = toy(tmp_path, f"http://127.0.0.1:{server.port}", auth)

        async def talk(client: Client) -> None:
            answer = await client.send(provider, Call("GET", f"/{CANARY}", query={"key": CANARY}))
            assert b"wrong key" in answer.body
            seen.extend([answer, client, vars(client), client.contacted(), client.account(provider)])

        record = lambda *told: seen.append(told)  # noqa: E731
        drive(talk, record=record)
        keep(failing(sending(provider, Call("POST", "/tear", json={})), record=record))
        keep(failing(sending(provider, Call("POST", "/x", json=object())), record=record))
    monkeypatch.setenv("AJAR_TOY_URL", "https://127.0.0.1:1")
    keep(failing(sending(provider, Call("POST", "/x", json={})), record=record))
    assert sum("authorization" in one.lower() or CANARY in one for one in sent) == 2, "the key did go along"
    tokens = [one.rpartition(" ")[2] for text in sent for one in text.split("\r\n") if ": Bearer " in one]
    for secret in (CANARY, *tokens):
        assert secret not in repr(seen)
        assert secret not in caplog.text
    assert len([one for one in seen if isinstance(one, tuple) and one and one[0] in ("GET", "POST")]) == 4


def test_a_secret_keeps_to_itself() -> None:
    secret = Secret(CANARY)
    for text in (repr(secret), str(secret), f"{secret}", f"{secret!s}", repr([secret]), secret.mark()):
        assert CANARY not in text
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == CANARY


def test_redaction() -> None:
    assert redact("a secret-half and id-0:secret-half", Secret("id-0:secret-half").parts()) == "a *** and ***"
    assert redact_bytes(b"a 12345678 b", ["12345678"]) == b"a *** b"
    assert redact("abc", ["abc"]) == "abc", "too short to be told from words"


# --- proxies --------------------------------------------------------------------------------------------------------


def tunnel(to: int, heard: list[bytes]) -> Any:
    """A proxy that leads every tunnel to one port of this machine."""
    def talk(line: socket.socket) -> None:
        heard.append(hear(line))
        with socket.create_connection(("127.0.0.1", to)) as far:
            line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(far, line), daemon=True)
            back.start()
            pump(line, far)
            back.join(2)

    return talk


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_through_a_proxy_the_key_is_seen_by_the_provider_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cryptography")
    tls, trusted = certificate(tmp_path, "api.toy.invalid", "cdn.results.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    greetings: list[bytes] = []
    calls: list[bytes] = []

    def answer(line: socket.socket) -> None:
        calls.append(hear(line))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    async def outside(host: str, port: int) -> list[str]:
        if host == "cdn.results.test":
            raise socket.gaierror  # no name of the outside resolves here
        return ["10.0.0.1"] if host == "inside.test" else ["8.8.8.8"]

    provider = toy(tmp_path)
    with rude(answer, tls) as server, rude(tunnel(server.port, greetings)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert drive(sending(provider, Call("POST", "/make", json={}))).ok
        assert drive(sending(provider, Call("GET", "https://cdn.results.test/a")), resolve=outside).ok
        error = failing(sending(provider, Call("GET", "https://inside.test/a", auth=False)),
                        resolve=outside)
        assert type(error) is Refused, "names are judged before the proxy is asked"
    assert [one.split(b"\r\n")[0] for one in greetings] == [
        b"CONNECT api.toy.invalid:443 HTTP/1.1", b"CONNECT cdn.results.test:443 HTTP/1.1"]
    assert CANARY.encode() not in b"".join(greetings)
    assert f"Authorization: Bearer {CANARY}".encode() in calls[0]


def test_a_proxy_that_fails_before_the_tunnel_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(line: socket.socket) -> None:
        hear(line)
        line.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    def hang_up(line: socket.socket) -> None:
        hear(line)

    call = Call("POST", "/make", json={}, seconds=1)
    for talk in (refuse, hang_up):
        with rude(talk) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://user:{CANARY}@127.0.0.1:{proxy.port}")
            error = failing(sending(toy(tmp_path), call))
        assert type(error) is NotSent
        assert CANARY not in str(error)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert type(failing(sending(toy(tmp_path), call))) is NotSent
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:1")
    assert type(failing(sending(toy(tmp_path), call))) is Refused


def test_an_answer_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes.remote.transport import client as client_module

    monkeypatch.setattr(client_module, "LARGEST", 1 << 20)
    with Files() as server:
        server.replies["/a"] = Reply(body=b"x" * (2 << 20))
        assert type(failing(sending(toy(tmp_path, server.base), Call("GET", "/a")))) is Lost
