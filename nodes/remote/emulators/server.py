"""A provider's stand-in on this machine: a real HTTP server with jobs, a clock, faults, and a count of what was paid.

It imports nothing of the client. An emulator is a subclass that lists its routes; each handler checks what it is sent
as strictly as the provider's documents say, and answers in the provider's own shapes.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar, Self

from nodes.remote.emulators.faults import AT_SUBMIT, Fault, FaultKind, Job
from nodes.remote.emulators.messages import Field, Handling, Problem, Reply, Seen, Server, Silent, Torn

Handler = Callable[[Seen, dict[str, str]], Reply]
__all__ = ["Emulator", "Fault", "FaultKind", "Field", "Handler", "Job", "Problem", "Reply", "Seen"]


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
        self._server: Server | None = None
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
        handling = type("OwnHandling", (Handling,), {"owner": self})
        self._server = Server(("127.0.0.1", port), handling)
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
