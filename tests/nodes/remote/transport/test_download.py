"""Files of results: whole and what was promised, or not there at all."""

import base64
import socket
from pathlib import Path

import pytest

from ajar.errors import AjarError, Refused
from ajar.remote import Made
from ajar.wire import Expired, Lost, NotSent, Spoilt
from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Reply
from nodes.remote.transport import download
from nodes.remote.transport.client import Client
from tests.nodes.remote.transport.servers import CANARY, Files, certificate, drive, failing, fetching, hear, rude, toy

PNG = samples.picture("door")


def get(server: Files, folder: Path, reply: Reply, kind: str = "image/png", auth: bool = False) -> str:
    """The type of a file that arrived."""
    server.replies["/a"] = reply
    provider = toy(folder, server.base)
    fetched = drive(fetching(provider, Made(kind, f"{server.url}/a", auth=auth), folder / "in/a"))
    assert fetched.path == folder / "in/a"
    assert fetched.bytes == fetched.path.stat().st_size == len(reply.body)
    assert not (folder / "in/a.part").exists()
    return fetched.type


def miss(server: Files, folder: Path, reply: Reply, kind: str = "image/png") -> Exception:
    """Why a file did not arrive; nothing of it is left."""
    server.replies["/a"] = reply
    provider = toy(folder, server.base)
    error = failing(fetching(provider, Made(kind, f"{server.url}/a"), folder / "in/a"))
    assert list((folder / "in").iterdir()) == []
    return error


GOOD = (
    ("image/png", PNG, "image/png"), ("image/*", samples.picture_as("a", "jpeg"), "image/jpeg"),
    ("image/png", samples.picture_as("a", "webp"), "image/webp"),  # another kind of picture is still the picture
    ("video/mp4", samples.film("a", 0.3), "video/mp4"), ("audio/*", samples.sound("a", 0.2), "audio/wav"),
    ("audio/mpeg", samples.mp3("a", 0.2), "audio/mpeg"), ("audio/pcm", samples.pcm("a", 0.1), "audio/pcm"),
    ("application/json", b'{"a": 1}', "application/json"), ("model/gltf-binary", b"glTF\2\0\0\0", "model/gltf-binary"),
    ("", PNG, "image/png"), ("image/*", b'<?xml version="1.0"?>\n<svg xmlns="...">', "image/svg+xml"),
)


@pytest.mark.parametrize(("kind", "content", "found"), GOOD)
def test_what_was_promised(kind: str, content: bytes, found: str, tmp_path: Path) -> None:
    with Files() as server:
        assert get(server, tmp_path, Reply(body=content, type="binary/octet-stream"), kind) == found


HTML = b"<!DOCTYPE html><title>Sign in</title>"
FILM = samples.film("a", 0.3)
BAD = (
    ("image/png", HTML), ("video/mp4", HTML), ("audio/*", b"\n\n <html>"), ("", HTML), ("application/zip", HTML),
    ("image/png", b'{"error": "busy"}'), ("video/mp4", b"<?xml version='1.0'?><Error>AccessDenied</Error>"),
    ("image/png", b""), ("image/png", FILM), ("video/mp4", PNG), ("audio/*", PNG), ("video/mp4", b"\0" * 5000),
    ("image/png", PNG[: len(PNG) // 2]), ("image/jpeg", samples.picture_as("a", "jpeg")[:300]),
    ("image/webp", samples.picture_as("a", "webp")[:40]), ("video/mp4", FILM[: len(FILM) - 40]),
    ("video/mp4", FILM[:40]), ("audio/wav", samples.sound("a")[:20]), ("audio/pcm", HTML),
)


@pytest.mark.parametrize(("kind", "content"), BAD)
def test_what_was_not(kind: str, content: bytes, tmp_path: Path) -> None:
    """Whole by its length and with the promised type beside it, but not what it should be."""
    with Files() as server:
        error = miss(server, tmp_path, Reply(body=content, type=kind or "image/png"), kind)
    assert type(error) is Spoilt
    assert "Toy" in str(error)


def test_a_connection_that_ends_too_early(tmp_path: Path) -> None:
    with Files() as server:
        error = miss(server, tmp_path, Reply(body=PNG[:100], type="image/png", headers={"X-Whole": str(len(PNG))}))
    assert type(error) is Lost


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_dead_address(status: int, tmp_path: Path) -> None:
    with Files() as server:
        assert type(miss(server, tmp_path, Reply(status, body=b"<Error/>", type="text/xml"))) is Expired


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_an_address_that_is_busy(status: int, tmp_path: Path) -> None:
    with Files() as server:
        assert type(miss(server, tmp_path, Reply(status))) is Lost


@pytest.mark.parametrize("status", [202, 204, 206, 304])
def test_an_answer_without_the_file(status: int, tmp_path: Path) -> None:
    with Files() as server:
        assert type(miss(server, tmp_path, Reply(status))) is Spoilt


def test_too_large_by_what_it_says_or_by_what_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(download.CAPS, "image", 100)

    def endless(line: socket.socket) -> None:
        hear(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
        while True:
            line.sendall(PNG)

    with Files() as server:
        assert type(miss(server, tmp_path, Reply(body=PNG))) is Spoilt
    with rude(endless) as server_:
        provider = toy(tmp_path, f"http://127.0.0.1:{server_.port}")
        made = Made("image/png", f"http://127.0.0.1:{server_.port}/a")
        assert type(failing(fetching(provider, made, tmp_path / "in/a"))) is Spoilt


def test_bytes_of_the_answer_itself(tmp_path: Path) -> None:
    provider = toy(tmp_path)
    address = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    for made in (Made("image/png", data=PNG), Made("image/*", address)):
        fetched = drive(fetching(provider, made, tmp_path / "a"))
        assert fetched.path.read_bytes() == PNG
    for made in (Made("image/png", data=PNG[:50]), Made("image/png"), Made("image/png", "data:image/png;base64,%%"),
                 Made("image/png", "data:image/png")):
        assert type(failing(fetching(provider, made, tmp_path / "b"))) is Spoilt


def test_a_file_that_came_with_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(PNG)
    assert Client().check(file, "image/*") == "image/png"
    file.write_bytes(HTML)
    with pytest.raises(Spoilt, match="Instead of a picture the provider sent a web page."):
        Client().check(file, "image/*")


def test_a_folder_that_can_t_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = failing(fetching(toy(tmp_path), Made("image/png", data=PNG), tmp_path / "file/in/a"))
    assert type(error) is AjarError
    assert "can't be written" in str(error)


def test_redirects(tmp_path: Path) -> None:
    with Files() as server:
        for step in range(6):
            server.replies[f"/{step}"] = Reply(302, headers={"Location": f"{step + 1}?x=1"})
        server.replies["/6"] = Reply(body=PNG)
        provider = toy(tmp_path, server.base)
        near, far = (Made("image/png", f"{server.url}/{step}") for step in (1, 0))
        assert drive(fetching(provider, near, tmp_path / "a")).bytes == len(PNG)
        assert type(failing(fetching(provider, far, tmp_path / "b"))) is Spoilt


AWAY = ("https://169.254.169.254/latest/meta-data/", "http://169.254.169.254/", "https://10.0.0.1/", "file:///etc/passwd",
        "http://8.8.8.8/a", "https://[::ffff:127.0.0.1]/", "https://user:secret@8.8.8.8/")


@pytest.mark.parametrize("target", AWAY)
def test_redirects_into_the_network(target: str, tmp_path: Path) -> None:
    with Files() as server:
        assert type(miss(server, tmp_path, Reply(302, headers={"Location": target}))) is Refused


def test_the_key_goes_to_the_file_where_it_is_needed_and_never_on_to_another_host(tmp_path: Path) -> None:
    with Files() as server, Files() as other:
        other.replies["/b"] = Reply(302, headers={"Location": f"{server.url}/c"})
        server.replies["/c"] = Reply(body=PNG)
        server.replies["/start"] = Reply(302, headers={"Location": "/a"})
        server.replies["/a"] = Reply(302, headers={"Location": f"{other.url}/b"})
        provider = toy(tmp_path, server.base)
        made = Made("image/png", f"{server.url}/start", auth=True)
        drive(fetching(provider, made, tmp_path / "a"))
    keyed = {seen.path: seen.headers.get("authorization") for seen in (*server.requests, *other.requests)}
    assert keyed == {"/start": f"Bearer {CANARY}", "/a": f"Bearer {CANARY}", "/b": None, "/c": None}


def test_a_result_gets_no_key_unless_the_provider_says_so(tmp_path: Path) -> None:
    with Files() as server:
        get(server, tmp_path, Reply(body=PNG))
    assert "authorization" not in server.requests[0].headers


def test_an_encrypted_result_is_fetched_from_the_judged_address_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cryptography")
    tls, trusted = certificate(tmp_path, "cdn.results.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    names: list[str | None] = []
    tls.sni_callback = lambda line, name, context: names.append(name)
    heads: list[bytes] = []

    def talk(line: socket.socket) -> None:
        heads.append(hear(line))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PNG) + PNG)

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with rude(talk, tls) as server, Files() as emulator:
        provider = toy(tmp_path, emulator.base)
        address = f"https://cdn.results.test:{server.port}/a.png?X-Amz-Signature=a%2Fb~c"
        made = Made("image/png", address)
        drive(fetching(provider, made, tmp_path / "a"), resolve=here)
        wrong = Made("image/png", address.replace("cdn.", "other."))
        error = failing(fetching(provider, wrong, tmp_path / "b"), resolve=here)
    assert names == ["cdn.results.test", "other.results.test"]
    assert heads[0].startswith(b"GET /a.png?X-Amz-Signature=a%2Fb~c HTTP/1.1\r\n")
    assert f"Host: cdn.results.test:{server.port}\r\n".encode() in heads[0]
    assert type(error) is NotSent
    assert "certificate" in str(error)
