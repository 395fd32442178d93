"""A toy provider, servers that misbehave, and what tests of the transport share."""

import asyncio
import datetime
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ajar.remote import Answer, Call, Job, Made, Order, Provider, Refusal, State
from ajar.wire import Fetched
from nodes.remote.emulators.server import Emulator, Handler, Reply
from nodes.remote.transport.client import Client

T = TypeVar("T")
CANARY = "canary-0123456789abcdef"
FACTS = """
name = "toy"
title = "Toy"
url = "{url}"
auth = "{auth}"
keys = ["TOY_KEY", "TOY_ID+TOY_SECRET"]
console = "https://toy.invalid/console"
terms = ""
source = "nowhere"
checked = "2026-11-20"
trust = "GK"
hosts = ["results.test", "amazonaws.com"]
"""


def toy(folder: Path, url: str = "https://api.toy.invalid", auth: str = "bearer", more: str = "") -> Provider:
    """A provider whose facts lie in the folder."""
    file = folder / "toy.toml"
    file.write_text(FACTS.format(url=url, auth=auth) + more)
    return Provider("toy", file, _submit, _accepted, _refused)


def _submit(order: Order, parts: Any, nonce: str) -> Call:
    return Call("POST", "/make", json={})


def _accepted(answer: Answer, order: Order) -> Job | State:
    return Job("1")


def _refused(answer: Answer) -> Refusal:
    return Refusal("server", "")


def drive(work: Callable[[Client], Awaitable[T]], **settings: Any) -> T:
    """What the work gives with a client that lives as long as it does."""

    async def main() -> T:
        client = Client(**settings)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(main())


def failing(work: Callable[[Client], Awaitable[Any]], **settings: Any) -> Exception:
    """What the work raises."""
    try:
        drive(work, **settings)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def sending(provider: Provider, call: Call) -> Callable[[Client], Awaitable[Answer]]:
    return lambda client: client.send(provider, call)


def fetching(provider: Provider, made: Made, into: Path) -> Callable[[Client], Awaitable[Fetched]]:
    return lambda client: client.fetch(provider, made, into)


class Files(Emulator):
    """Answers what a test lays into ``replies`` by path."""

    name = "toy"

    def __init__(self, key: str = CANARY) -> None:
        self.replies: dict[str, Reply] = {}
        super().__init__(key)

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [(method, "/.*", self._reply) for method in ("GET", "POST", "PUT")]

    def authorise(self, seen: Any) -> None:
        pass

    def _reply(self, seen: Any, groups: dict[str, str]) -> Reply:
        return self.replies[seen.path]


Conversation = Callable[[socket.socket], None]


class Rude:
    """A TCP server that does with each connection what it was told."""

    def __init__(self, talk: Conversation, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self._talk, self._tls = talk, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._talk(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def close(self) -> None:
        self._socket.close()


@contextmanager
def rude(talk: Conversation, tls: ssl.SSLContext | None = None) -> Iterator[Rude]:
    server = Rude(talk, tls)
    try:
        yield server
    finally:
        server.close()


def hear(connection: socket.socket) -> bytes:
    """A request's head and, by its length, its body."""
    found = b""
    while b"\r\n\r\n" not in found:
        more = connection.recv(65536)
        if not more:
            return found
        found += more
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    whole = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < whole:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def tear(connection: socket.socket) -> None:
    """Reset the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for these names, and the file with which a client trusts it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    alternatives = [x509.IPAddress(ipaddress.ip_address(one)) if one[0].isdigit() else x509.DNSName(one)
                    for one in names]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "certificate.pem", folder / "private.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                         serialization.NoEncryption()))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(trusted, secret)
    return tls, trusted
