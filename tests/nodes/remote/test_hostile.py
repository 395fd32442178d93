"""A provider whose answers mean harm: nothing is fetched that must not be, nothing crashes, a sentence is said."""

import gzip
import json
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import AjarError
from ajar.values import Image
from nodes.remote.emulators.server import Reply, Seen
from nodes.remote.transport import download
from tests.nodes.remote.bench import KEY, Bench, Outcome, bench
from tests.nodes.remote.case import Case
from tests.nodes.remote.test_matrix import CASES, MAIN, label
from tests.nodes.remote.transport.servers import Files
from workflows import headless
from workflows.asking import seconds_of
from workflows.journal import look

LATER = [case for case in MAIN if not case.at_once]
"""Their answers name addresses, or the result lies at one."""
UPLOADING = [case for case in CASES if case.provider in ("fal", "runway", "higgsfield", "replicate")
             and any(name in case.inputs() for name in ("image", "video", "first_frame", "references"))]
ADDRESSES = [
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/x", "http://10.1.2.3/x",
    "https://rebound.example/x", "file:///etc/passwd", "https://someone@127.0.0.1/x", "//127.0.0.1/x",
    "http://127.0.0.1\r\nX-Evil: 1/x", "http://[/x", "",
]
Twist = Callable[[Seen, Reply], Reply]


def of(*providers: str) -> list[Case]:
    return [case for case in LATER if case.provider in providers]


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[Any]]:
    """The addresses off this machine that somebody wanted to connect to; rebound.example is in the house's network."""
    connect, resolve, found = socket.socket.connect, socket.getaddrinfo, set[Any]()

    def watched(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            found.add(address)
            raise OSError("no network in this test")
        connect(self, address)

    def answered(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return resolve("192.168.7.7" if name == "rebound.example" else host, *more, **named)

    monkeypatch.setattr(socket.socket, "connect", watched)
    monkeypatch.setattr(socket, "getaddrinfo", answered)
    yield found


@pytest.fixture
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with bench(request.param, tmp_path, monkeypatch) as made:
        yield made


def twist(at: Bench, change: Twist) -> None:
    """Let the stand-in's answers go through this."""
    honest = at.emulator.answer

    def answer(seen: Seen) -> Reply:
        return change(seen, honest(seen))

    at.emulator.answer = answer  # type: ignore[method-assign]


def each_value(plain: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    if isinstance(plain, dict):
        return {key: each_value(value, change, key) for key, value in plain.items()}
    if isinstance(plain, list):
        return [each_value(value, change, name) for value in plain]
    return change(name, plain)


def values(change: Callable[[str, Any], Any]) -> Twist:
    return lambda seen, reply: replace(reply, json=each_value(reply.json, change)) if reply.json is not None else reply


def addresses(at: Bench, target: str) -> Twist:
    """Every address in every answer is this one."""
    return values(lambda name, value: target if isinstance(value, str) and value.startswith(at.emulator.url) else value)


def ends_in_a_sentence(outcome: Outcome) -> None:
    assert isinstance(outcome.error, AjarError), f"{outcome.error!r} {outcome.detail}"
    assert outcome.error.message.endswith("."), outcome.error.message
    assert outcome.text.isprintable()
    assert KEY not in outcome.text + outcome.detail


several = pytest.mark.parametrize("at", [*LATER, *UPLOADING[1:]], indirect=True, ids=label)


@pytest.mark.parametrize("target", ADDRESSES)
@pytest.mark.parametrize("at", of("bfl", "fal", "replicate"), indirect=True, ids=label)
def test_no_address_of_an_answer_leads_where_nothing_may_be_fetched(at: Bench, target: str, reached: set[Any]) -> None:
    twist(at, addresses(at, target))
    _, heard = at.begin()
    # What has no scheme is a route of the provider, which may be asked for ever; of the others one waits for the end.
    if heard.ended.wait(1.5 if target.startswith("/") else 30):
        assert heard.outcome.values is None or not any(isinstance(value, Image) for value in heard.outcome.values)
        if heard.outcome.error is not None:
            ends_in_a_sentence(heard.outcome)
    else:
        assert target.startswith("/")
    assert reached == set()
    assert at.entry.files == ()
    assert at.emulator.paid <= 1


@several
def test_no_address_of_an_answer_leads_to_the_machines_of_the_cloud(at: Bench, reached: set[Any]) -> None:
    twist(at, addresses(at, ADDRESSES[0]))
    at.order()
    assert reached == set()
    assert at.emulator.paid <= 1


@several
def test_the_key_goes_to_no_other_server_whatever_the_addresses_say(at: Bench) -> None:
    """The other server is on this machine too, so that something may be fetched from it."""
    with Files() as other:
        other.replies = _Always(Reply(200, {"status": "?"}))
        twist(at, addresses(at, f"{other.url}/x"))
        _, heard = at.begin()
        heard.ended.wait(1.5)  # some would ask it for ever
        for seen in other.requests:
            assert KEY not in str([seen.headers, seen.query, seen.path]) + repr(seen.body)
    assert at.emulator.paid <= 1


class _Always(dict[str, Reply]):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply

    def __missing__(self, path: str) -> Reply:
        return self._reply


# --- files ------------------------------------------------------------------------------------------------------------

HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://169.254.169.254/x.ts\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile 'http://169.254.169.254/x.mp4'\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
BOMB = gzip.compress(bytes(3_000_000))


def _huge_png() -> bytes:
    def piece(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", zlib.compress(bytes(100))) + piece(b"IEND", b"")


FILES: dict[str, Callable[[str], Reply]] = {
    "a list of addresses as a film": lambda kind: Reply(200, body=HLS, type=kind),
    "a list of files as a film": lambda kind: Reply(200, body=CONCAT, type=kind),
    "a drawing with addresses": lambda kind: Reply(200, body=SVG, type=kind),
    "a web page": lambda kind: Reply(200, body=b"<!doctype html><script>alert(1)</script>", type=kind),
    "a picture too large to open": lambda kind: Reply(200, body=_huge_png(), type=kind),
    "three gigabytes, it says": lambda kind: Reply(200, body=b"x", type=kind, headers={"X-Whole": str(3 << 30)}),
    "a bomb": lambda kind: Reply(200, body=BOMB, type=kind, headers={"Content-Encoding": "gzip"}),
    "round and round": lambda kind: Reply(302, headers={"Location": "/files/again"}),
    "on to the cloud": lambda kind: Reply(302, headers={"Location": ADDRESSES[0]}),
    "on to a file": lambda kind: Reply(302, headers={"Location": "file:///etc/passwd"}),
    "on to nothing": lambda kind: Reply(302, headers={"Location": "http://[::"}),
    "on to a broken port": lambda kind: Reply(307, headers={"Location": "http://127.0.0.1:99999999/x"}),
}


@pytest.mark.parametrize("lie", FILES)
@pytest.mark.parametrize("at", of("bfl", "kling"), indirect=True, ids=label)
def test_a_file_that_lies_is_no_result(at: Bench, lie: str, reached: set[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "CAPS", dict.fromkeys(download.CAPS, 2_000_000))
    kind = {"image": "image/png", "video": "video/mp4"}[at.case.gives]
    twist(at, lambda seen, reply: FILES[lie](kind) if seen.path.startswith("/files/") else reply)
    ends_in_a_sentence(at.order())
    assert reached == set()
    assert at.emulator.paid == 1
    if lie != "a drawing with addresses":  # kept, as some models make them; no node opens it
        assert at.entry.files == ()
    assert [file for file in at.home.blobs.rglob("*") if file.is_file() and file.stat().st_size > 1_000_000] == []


# --- words and numbers ------------------------------------------------------------------------------------------------

DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
ODD_NUMBERS = [float("nan"), float("inf"), -5, -1e30, 1e308, 10**400, True, "12; rm -rf /", None, [], {"usd": 1}]


@pytest.mark.parametrize("at", MAIN, indirect=True, ids=label)
def test_an_answer_too_deep_to_read_is_in_doubt_and_not_paid_again(at: Bench) -> None:
    twist(at, lambda seen, reply: Reply(200, body=DEEP) if seen.method == "POST" and at.emulator.paid else reply)
    if (outcome := at.order()).error is not None:
        ends_in_a_sentence(outcome)
    assert at.emulator.paid <= 1 or at.provider.facts.local, "only what is free is sent again"


@pytest.mark.parametrize("at", MAIN, indirect=True, ids=label)
def test_an_error_too_deep_to_read_is_a_sentence(at: Bench) -> None:
    twist(at, lambda seen, reply: Reply(400, body=DEEP))
    ends_in_a_sentence(at.order())
    assert all(entry.state != "sending" for entry in look(at.home))


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=lambda number: repr(number)[:12])
@pytest.mark.parametrize("at", of("bfl", "runway", "xai"), indirect=True, ids=label)
def test_odd_costs_do_no_harm(at: Bench, number: Any) -> None:
    words = ("cost", "credit", "price", "usd", "amount", "progress")
    twist(at, values(lambda name, value: number if any(word in name.lower() for word in words) else value))
    outcome = at.order()
    assert outcome.error is None, f"{outcome.error!r} {outcome.detail}"
    cost = at.until("committed").cost
    assert cost is None or 0 <= cost < 1e6


@pytest.mark.parametrize("id", [
    "../../account", "a\nb\r\nX-Evil: 1", "a\x1b[2J\x1b]0;evil\x07", "x" * 100_000, "?a=b#c",
])
@pytest.mark.parametrize("at", of("kling", "bfl"), indirect=True, ids=label)
def test_an_odd_id_is_a_sentence_and_harmless_where_it_is_shown(
        at: Bench, id: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    twist(at, values(lambda name, value: id if isinstance(value, str) and value in at.emulator.jobs else value))
    _, heard = at.begin()
    heard.ended.wait(1.5)
    if heard.ended.is_set() and heard.outcome.error is not None:
        ends_in_a_sentence(heard.outcome)
    assert at.emulator.paid == 1
    monkeypatch.setenv("AJAR_HOME", str(at.home.path))
    entry = at.entry
    for words in (["jobs", "--all"], ["jobs", entry.id], ["ledger", "--csv"], ["jobs", "--all", "--json"]):
        headless.main(words)
        said = capsys.readouterr()
        assert all(one.isprintable() or one == "\n" for one in said.out + said.err), said
    records = (at.home.path / "orders.jsonl").read_text("utf-8").split("\n")
    assert all(json.loads(line) for line in records if line)


@pytest.mark.parametrize("header", ["nan", "inf", "-1", "1e999", "99999999999", "x\ty", "", "١", "0x10", "1" * 5000])
def test_no_retry_after_makes_anybody_wait_for_ever(header: str) -> None:
    seconds = seconds_of(header)
    assert seconds is None or 0 <= seconds <= 600


def test_the_matrix_has_what_gives_addresses() -> None:
    assert {"bfl", "fal", "runway", "higgsfield", "replicate"} <= {case.provider for case in LATER}
