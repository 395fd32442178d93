"""Which addresses may be spoken with, in all the forms in which one can be written."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ajar.errors import Refused
from ajar.remote import Call, Made
from ajar.wire import NotSent
from nodes.remote.transport import gateway
from nodes.remote.transport.gateway import is_loopback, proxy_for, unfit, within
from tests.nodes.remote.transport.servers import Files, failing, fetching, sending, toy

FORBIDDEN = (
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "169.254.169.254", "169.254.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "2002:7f00:1::1", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1",
    "2001:0:7f00:1::1", "100::1", "5f00::1", "no address", "",
)
ALLOWED = ("8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:4700::1111", "2001:4860:4860::8888")


@pytest.mark.parametrize("address", FORBIDDEN)
def test_forbidden(address: str) -> None:
    assert unfit(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_allowed(address: str) -> None:
    assert not unfit(address)


def test_only_this_machine_is_allowed_to_an_emulator() -> None:
    opened = [one for one in FORBIDDEN if not unfit(one, loopback=True)]
    assert opened == ["127.0.0.1", "127.8.9.10", "::1"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_this_machine_by_name(host: str) -> None:
    assert is_loopback(host)


OUTSIDE = ("localhost.evil.test", "127.0.0.1.evil.test", "10.0.0.1", "api.toy.invalid", "", "::")


@pytest.mark.parametrize("host", OUTSIDE)
def test_not_this_machine_by_name(host: str) -> None:
    assert not is_loopback(host)


def test_endings_end_at_a_dot() -> None:
    assert within("cdn.results.test", ["results.test"])
    assert within("RESULTS.test.", ["*.results.test"])
    assert not within("evilresults.test", ["results.test"])
    assert not within("results.test.evil.test", ["results.test"])
    assert not within("anything", ["", "."])


def says(*addresses: str) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(host: str, port: int) -> list[str]:
        if not addresses:
            raise socket.gaierror(-2, "Name or service not known")
        return list(addresses)

    return resolve


@pytest.mark.parametrize("address", [one for one in FORBIDDEN if one])
def test_a_result_that_resolves_into_this_network_is_refused(address: str, tmp_path: Path) -> None:
    made = Made("image/png", "https://cdn.results.test/a.png")
    error = failing(fetching(toy(tmp_path), made, tmp_path / "a.png"), resolve=says(address))
    assert type(error) is Refused
    assert "cdn.results.test" in str(error)


def test_one_bad_address_among_good_ones_is_enough(tmp_path: Path) -> None:
    made = Made("image/png", "https://cdn.results.test/a.png")
    error = failing(fetching(toy(tmp_path), made, tmp_path / "a.png"),
                    resolve=says("8.8.8.8", "10.0.0.1"))
    assert type(error) is Refused


def test_a_name_that_resolves_to_nothing(tmp_path: Path) -> None:
    made = Made("image/png", "https://cdn.results.test/a.png")
    error = failing(fetching(toy(tmp_path), made, tmp_path / "a.png"), resolve=says())
    assert type(error) is NotSent


WRITTEN = (
    "http://8.8.8.8/a", "ftp://8.8.8.8/a", "file:///etc/passwd", "https://me@8.8.8.8/a", "https://me:you@8.8.8.8/a",
    "https:///a", "https://", "//8.8.8.8/a", "a.png", "https://10.0.0.1/a", "https://127.0.0.1/a", "https://127.1/a",
    "https://2130706433/a", "https://0x7f000001/a", "https://0177.0.0.1/a", "https://0/a", "https://[::1]/a",
    "https://[::ffff:7f00:1]/a", "https://localhost/a", "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/a", "https://exa mple/a", "https://8.8.8.8:99999/a", "javascript:alert(1)", "https://[zz]/",
)


@pytest.mark.parametrize("address", WRITTEN)
def test_addresses_that_are_not_even_tried(address: str, tmp_path: Path) -> None:
    error = failing(fetching(toy(tmp_path), Made("image/png", address), tmp_path / "a.png"))
    assert type(error) in (Refused, NotSent)
    assert type(error) is Refused or "no host" in str(error)


def test_a_poll_address_of_an_answer_is_judged_too(tmp_path: Path) -> None:
    call = Call("GET", "https://cdn.results.test/poll", auth=False)
    error = failing(sending(toy(tmp_path), call), resolve=says("192.168.0.1"))
    assert type(error) is Refused


def test_with_an_emulator_results_may_lie_on_this_machine_but_not_in_the_network(tmp_path: Path) -> None:
    with Files() as server:
        provider = toy(tmp_path, server.base)
        for address in ("http://cdn.results.test/a", "https://cdn.results.test/a"):
            error = failing(fetching(provider, Made("image/*", address), tmp_path / "a"),
                            resolve=says("192.168.0.1"))
            assert type(error) is Refused


def test_the_address_that_was_judged_is_the_one_that_is_spoken_with(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that says something else the second time gains nothing: it is asked once."""
    # Stand-ins answer to names of this machine only; this one plays another.
    monkeypatch.setattr("nodes.remote.emulators.messages.HERE", re.compile(r"cdn\.results\.test:\d+"))
    asked: list[str] = []

    async def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with Files() as server, Files() as other:
        provider = toy(tmp_path, other.base)
        port = server.url.rpartition(":")[2]
        made = Made("text/plain", f"http://cdn.results.test:{port}/gone")
        error = failing(fetching(provider, made, tmp_path / "a"), resolve=changing)
        assert type(error).__name__ == "Expired", "the toy has no such path"
        assert [seen.headers["host"] for seen in server.requests] == [f"cdn.results.test:{port}"]
    assert asked == ["cdn.results.test"]


def test_the_systems_resolver() -> None:
    assert set(asyncio.run(gateway.resolve("localhost", 80))) <= {"127.0.0.1", "::1"}


def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("https", "api.toy.test", 443) is None
    monkeypatch.setenv("https_proxy", "proxy.test:3128")
    monkeypatch.setenv("no_proxy", "internal.test,other.test:444")
    assert proxy_for("https", "api.toy.test", 443) == "http://proxy.test:3128"
    assert proxy_for("http", "api.toy.test", 80) is None
    assert proxy_for("https", "internal.test", 443) is None
    assert proxy_for("https", "other.test", 444) is None
    assert proxy_for("https", "127.0.0.1", 443) is None
    assert proxy_for("https", "localhost", 443) is None
