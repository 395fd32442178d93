"""A provider's stand-in on this machine: a real HTTP server with jobs, a clock, faults, and a count of what was paid.

It imports nothing of the client. An emulator is a subclass that lists its routes; each handler checks what it is sent
as strictly as the provider's documents say, and answers in the provider's own shapes.
"""

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal, Self
from urllib.parse import parse_qsl, urlsplit

FaultKind = Literal[
    "slow", "busy", "error_before", "error_after", "reset_before", "reset_after", "lost", "garbled", "key", "no_credit",
    "blocked", "blocked_result", "failed", "expired", "truncated", "html", "odd_status", "forgotten", "poll_error",
]
"""What can go wrong with one job, by the moment it strikes:

at the paid call   slow (answers after ``seconds``), busy (429 with Retry-After ``seconds``), error_before and
                   error_after (5xx without and with the job made), reset_before and reset_after (the connection is
                   torn down likewise), lost (made, and never answered), garbled (made, the answer is broken JSON),
                   key (401), no_credit, blocked (moderation)
at its polls       odd_status (an undocumented status, ``times`` polls long), poll_error (5xx, ``times`` polls long),
                   forgotten (the job is unknown), failed, blocked_result
at its file        expired (the address is dead once; asking the job again gives a new one), truncated, html
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, for the next ``times`` paid calls (or polls, or downloads of the next job)."""

    kind: FaultKind
    times: int = 1
    seconds: float = 1.0


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


class Problem(Exception):
    """A request is refused; the emulator's ``refuse`` puts it into the provider's shape."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(slots=True)
class Job:
    """A job that was made; it was paid for unless ``charged`` says otherwise."""

    id: str
    made: float
    request: Any
    faults: list[Fault]
    nonce: str = ""
    stopped: bool = False
    charged: bool = True
    downloads: int = 0
    seen: int = 0
    """How often it was asked about."""
    data: dict[str, Any] = field(default_factory=dict)

    def struck(self, kind: FaultKind) -> Fault | None:
        """Take one strike of this fault off the job; None where there is none (left)."""
        for number, fault in enumerate(self.faults):
            if fault.kind == kind:
                rest = Fault(kind, fault.times - 1, fault.seconds)
                self.faults[number : number + 1] = [rest] if rest.times > 0 else []
                return fault
        return None

    def has(self, kind: FaultKind) -> bool:
        return any(fault.kind == kind for fault in self.faults)


Handler = Callable[[Seen, dict[str, str]], Reply]
AT_SUBMIT = (
    "slow", "busy", "error_before", "error_after", "reset_before", "reset_after", "lost", "garbled", "key", "no_credit",
    "blocked",
)

HERE = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?", re.IGNORECASE)


class Emulator:
    """A provider on loopback. Subclasses name themselves, list their ``routes`` and speak the provider's language."""

    name: ClassVar[str] = ""
    plays: ClassVar[tuple[str, ...]] = ()
    """The providers it stands in for, where that is not its own name."""
    prefix: ClassVar[str] = ""
    """What the client's base address has after the host: ``/v1``."""

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        self.key = key
        self.job_seconds = job_seconds
        """How long a job takes on the emulator's clock."""
        self.jobs: dict[str, Job] = {}
        self.requests: list[Seen] = []
        self.faults: list[Fault] = []
        """Strike the next paid calls, in order; one call takes the first, and what strikes later goes with its job."""
        self.url = ""
        self._ahead = 0.0
        self._count = 0
        self._lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None
        self._routes = [(method, re.compile(pattern + r"\Z"), handler) for method, pattern, handler in self.routes()]

    # --- for subclasses ---------------------------------------------------------------------------------------------

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(method, regular expression of the path, handler of the request and the named groups)."""
        return []

    def authorise(self, seen: Seen) -> None:
        """Raise a Problem (401) unless the key is there in the provider's form."""
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(401, "Invalid API key")

    def refuse(self, problem: Problem) -> Reply:
        """A problem in the provider's shape."""
        return Reply(problem.status, {"error": {"code": problem.code, "message": problem.message}})

    def fault_reply(self, fault: Fault) -> Reply:
        """The provider's own answer to busy, key, no_credit, blocked, error_before and error_after."""
        words = {"busy": (429, "Too many requests"), "key": (401, "Invalid API key"),
                 "no_credit": (402, "Insufficient credits"), "blocked": (400, "Content policy violation")}
        status, text = words.get(fault.kind, (503, "Service unavailable"))
        return self.refuse(Problem(status, text, fault.kind))

    def pay(self, seen: Seen, make: Callable[[Job], Reply], *, request: Any = None, nonce: str = "",
            id: str = "") -> Reply:
        """Handle a paid call that was found valid: make the job, or strike with the next fault."""
        with self._lock:
            faults = self._next_faults()
            strike = next((fault for fault in faults if fault.kind in AT_SUBMIT), None)
            if strike is not None and strike.kind in ("busy", "error_before", "key", "no_credit", "blocked"):
                reply = self.fault_reply(strike)
                if strike.kind == "busy":
                    reply = Reply(reply.status, reply.json, reply.body, reply.type,
                                  {**reply.headers, "Retry-After": f"{strike.seconds:g}"})
                return reply
            if strike is not None and strike.kind == "reset_before":
                raise Torn
            self._count += 1
            wanted = request if request is not None else seen.json()
            later = [fault for fault in faults if fault.kind not in AT_SUBMIT]
            job = Job(id or f"{self.name}-{self._count:06d}", self.now(), wanted, later, nonce)
            self.jobs[job.id] = job
            reply = make(job)
        return self._after(strike, reply)

    def done(self, job: Job) -> bool:
        """Whether the job's time has passed."""
        return not job.stopped and self.now() - job.made >= self.job_seconds

    def job(self, id: str) -> Job:
        """A job that is asked about. A Problem (404) where it is unknown, 5xx where a fault says so."""
        job = self.jobs.get(id)
        if job is None or job.has("forgotten"):
            raise Problem(404, f"no such task: {id}", "not_found")
        job.seen += 1
        if job.struck("poll_error"):
            raise Problem(503, "Service unavailable", "unavailable")
        return job

    def file(self, job: Job, content: bytes, type: str) -> Reply:
        """The bytes of a result, with the faults that strike at downloads. Its address must hold the job's id."""
        job.downloads += 1
        if job.struck("expired"):
            return Reply(403, body=b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
                         type="application/xml")
        if job.struck("html"):
            return Reply(200, body=b"<!doctype html><title>Sign in</title><p>Please sign in.", type=type)
        if job.struck("truncated"):
            return Reply(200, body=content[: len(content) // 2], type=type, headers={"X-Whole": str(len(content))})
        return Reply(200, body=content, type=type)

    # --- for tests and people ---------------------------------------------------------------------------------------

    @property
    def paid(self) -> int:
        """How many paid jobs were made."""
        return sum(job.charged for job in self.jobs.values())

    @property
    def base(self) -> str:
        """The base address for a client."""
        return self.url + self.prefix

    def now(self) -> float:
        """Seconds on the emulator's clock."""
        return time.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward: jobs finish, addresses expire."""
        self._ahead += seconds

    def fail(self, *faults: Fault | FaultKind) -> None:
        """Let these strike the next paid call."""
        found = [fault if isinstance(fault, Fault) else Fault(fault) for fault in faults]
        with self._lock:
            self.faults.extend(found)

    def start(self, port: int = 0) -> Self:
        """Listen on loopback; ``url`` is where. Port 0 takes a free one."""
        self._server = _Server(("127.0.0.1", port), type("Handling", (_Handling,), {"owner": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        name = f"emulate-{self.name}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name=name, daemon=True).start()
        return self

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start() if self._server is None else self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, seen: Seen) -> Reply:
        """Find the route, check the key (files need none unless their handler says so) and handle it."""
        with self._lock:
            self.requests.append(seen)
        paths = [(method, match, handler) for method, pattern, handler in self._routes
                 if (match := pattern.match(seen.path))]
        try:
            for method, match, handler in paths:
                if method == seen.method:
                    if not seen.path.startswith("/files/"):
                        self.authorise(seen)
                    return handler(seen, {name: text or "" for name, text in match.groupdict().items()})
            raise Problem(405 if paths else 404, f"{seen.method} {seen.path} is not known", "not_found")
        except Problem as problem:
            return self.refuse(problem)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            # Something is not of the kind that the checks took for granted: refused like any other bad request.
            return self.refuse(Problem(400, f"Invalid request: {type(error).__name__} {error}", "invalid_request"))

    def _next_faults(self) -> list[Fault]:
        """What strikes this paid call: the first fault that strikes at submit, and all that strike later."""
        now = [fault for fault in self.faults if fault.kind in AT_SUBMIT][:1]
        later = [fault for fault in self.faults if fault.kind not in AT_SUBMIT]
        for fault in now:
            place = self.faults.index(fault)
            rest = Fault(fault.kind, fault.times - 1, fault.seconds)
            self.faults[place : place + 1] = [rest] if rest.times > 0 else []
        if not (now and now[0].kind in ("busy", "error_before", "key", "no_credit", "blocked", "reset_before")):
            self.faults = [fault for fault in self.faults if fault not in later]
        return [*now, *later]

    def _after(self, strike: Fault | None, reply: Reply) -> Reply:
        """The answer to a job that was made, or what becomes of it on its way."""
        kind = strike.kind if strike is not None else None
        if strike is not None and kind == "slow":
            time.sleep(strike.seconds)
        elif strike is not None and kind == "error_after":
            return self.fault_reply(strike)
        elif kind == "reset_after":
            raise Torn
        elif kind == "lost":
            raise Silent
        elif kind == "garbled":
            return Reply(200, body=b'{"id": "cut-off-in-the-mid', type="application/json")
        return reply


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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the play."""


class _Handling(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: ClassVar[Emulator]

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
        self.wfile.write(content)
        if whole != len(content):
            self._tear()

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

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _handle

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: ``requests`` holds what came."""
