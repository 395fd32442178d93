"""Requests as they arrive at a stand-in, its answers, and the HTTP between them; on this machine only."""

import json
import re
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl, urlsplit

HERE = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    def json(self) -> Any:
        """The body as JSON; a Problem with status 400 if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Problem(400, "the body is not JSON") from None

    def form(self) -> list["Field"]:
        """The fields of a multipart form, in order."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise Problem(400, f"expected multipart/form-data, not {kind or 'nothing'}")
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + self.body)
        found = []
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            payload = part.get_payload(decode=True)
            found.append(Field(name, payload if isinstance(payload, bytes) else b"", part.get_filename() or "",
                               part.get_content_type()))
        return found


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a multipart form; a file if it has a file name."""

    name: str
    content: bytes
    filename: str
    type: str

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: ``json``, or ``body`` with its type."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    """Server-sent events: each line is sent by itself, ``pause`` seconds apart."""
    pause: float = 0.0
    speed: int = 0
    """Bytes of the body a second; 0: as fast as it goes."""
    gently: bool = False
    """A body that breaks off ends with a farewell, so that all that was sent arrives."""
    sent: Callable[[int], None] | None = None
    """Told how many bytes of the body went out, piece by piece."""


class Problem(Exception):
    """A request is refused; the emulator's ``refuse`` puts it into the provider's shape."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


def stranger(hosts: list[str], origin: bool) -> str:
    """Why a request is not answered: a web page in a browser of this machine may have sent it, which says ``Origin``,
    or names a host of its own that it lets point here."""
    if origin:
        return "Requests of web pages are not answered"
    if len(hosts) != 1 or not HERE.fullmatch(hosts[0]):
        return "Only requests to 127.0.0.1 or localhost are answered"
    return ""


class Torn(Exception):
    """The connection is torn down without an answer."""


class Silent(Exception):
    """Nothing is ever answered."""


class Owner(Protocol):
    """Whoever answers requests."""

    def answer(self, seen: Seen) -> Reply: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the play."""


class Handling(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: ClassVar["Owner"]

    def _handle(self) -> None:
        if why := stranger(self.headers.get_all("Host") or [], "Origin" in self.headers):
            self.close_connection = True  # its body is not read
            self.send_error(403, why)
            return
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        seen = Seen(self.command, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)),
                    {name.lower(): value for name, value in self.headers.items()}, body)
        try:
            reply = self.owner.answer(seen)
        except Torn:
            self._tear()
            return
        except Silent:
            time.sleep(3600)
            return
        if reply.lines:
            self._stream(reply)
            return
        content = json.dumps(reply.json).encode() if reply.json is not None else reply.body
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        for name, value in reply.headers.items():
            if name != "X-Whole":
                self.send_header(name, value)
        whole = int(reply.headers.get("X-Whole", len(content)))
        self.send_header("Content-Length", str(whole))
        self.end_headers()
        if self.command == "HEAD":
            return
        self._body(content, reply)
        if whole != len(content) and reply.gently:
            self.close_connection = True
        elif whole != len(content):
            self._tear()

    def _body(self, content: bytes, reply: Reply) -> None:
        step = max(reply.speed // 20, 1) if reply.speed else 1 << 16
        for at in range(0, len(content), step):
            piece = content[at : at + step]
            self.wfile.write(piece)
            if reply.sent is not None:
                reply.sent(len(piece))
            if reply.speed:
                time.sleep(len(piece) / reply.speed)

    def _stream(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for line in reply.lines:
            self.wfile.write(line.encode() + b"\n")
            self.wfile.flush()
            time.sleep(reply.pause if line else 0)
        self.close_connection = True

    def _chunks(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return b""
        found = b""
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _tear(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _handle

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: ``requests`` holds what came."""
