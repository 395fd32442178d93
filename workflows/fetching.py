"""Fetching a model from the hub: file by file into a folder of its own, verified, and shown whole at the end.

What was fetched stays when it is stopped or killed; the next time it goes on from there.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ajar.errors import AjarError, Cancelled, UserError
from ajar.hub import Hub, Lines
from ajar.remote import Answer
from ajar.wire import Lost, NotSent, Spoilt
from workflows.arriving import Begun, Done, Ended, Gauge, Listen, Sink, Trouble, have, size_of
from workflows.asking import AGAIN, pause, seconds_of
from workflows.disk import sync_folder, trouble
from workflows.presence import lock
from workflows.shelved import Kept, Record

AT_ONCE = 4
"""Files at a time."""
TRIES = 6
"""Tries in a row in which not a byte comes, before it is given up."""
PATIENCE = 8.0
"""Seconds between two tries at most, unless the hub itself asks for more."""
GO_ON = "What came is kept; run it again to go on."


class Fetch:
    """One model on its way. ``run`` blocks; ``stop`` may be called by any thread."""

    def __init__(self, record: Record, staging: Path, target: Path, hub: Hub, open_lines: Callable[[], Lines],
                 listen: Listen = lambda event: None) -> None:
        """``staging`` holds what is not whole yet, on the disk of ``target``, the model's folder."""
        self.record = record
        self.staging = staging
        self.target = target
        self.contacted: dict[str, int] = {}
        """The hosts that were spoken with, and how often; known at the end."""
        self._hub = hub
        self._open = open_lines
        self._listen = listen
        self._lock = threading.Lock()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._stopped = False
        self._gauge = Gauge(record.bytes, listen)

    def run(self) -> Path:
        """Fetch all of it; the model's folder. Cancelled where it was stopped; AjarError says what went wrong."""
        try:
            self.staging.mkdir(parents=True, exist_ok=True)
            with alone(self.staging):
                self.record.write(self.staging)
                asyncio.run(self._main())
                self._finish()
        except Cancelled:
            self._listen(Ended())
            raise
        except OSError as error:
            problem = trouble(error, f"keep the model in {self.staging}")
            self._listen(Ended(problem.message, problem.hint))
            raise problem from None
        except AjarError as error:
            self._listen(Ended(error.message, error.hint))
            raise
        self._listen(Done(self.target, self.record.bytes))
        return self.target

    def stop(self) -> None:
        """Stop soon. What came stays for the next time."""
        with self._lock:
            self._stopped = True
            if self._running is not None:
                loop, task = self._running
                with suppress(RuntimeError):  # it has just ended by itself
                    loop.call_soon_threadsafe(task.cancel)

    # --- inside the loop ----------------------------------------------------------------------------------------------

    async def _main(self) -> None:
        task = asyncio.create_task(self._all())
        with self._lock:
            self._running = (asyncio.get_running_loop(), task)
            if self._stopped:
                task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            raise Cancelled from None
        finally:
            with self._lock:
                self._running = None

    async def _all(self) -> None:
        there = await asyncio.to_thread(have, self.staging, self.record)
        self._listen(Begun(len(self.record.files), self.record.bytes, there))
        self._gauge.begin(there)
        lines = self._open()
        # The keyring may take its time to answer.
        auth = bool(await asyncio.to_thread(lines.account, self._hub.provider))
        turns = asyncio.Semaphore(AT_ONCE)
        problem: BaseExceptionGroup[BaseException] | None = None
        try:
            async with asyncio.TaskGroup() as group:
                # The small ones first: what is wrong with the repository shows before gigabytes have come.
                for kept in sorted(self.record.files, key=lambda one: one.bytes):
                    group.create_task(self._one(lines, kept, turns, auth))
        except BaseExceptionGroup as several:
            problem = several
        finally:
            self.contacted = lines.contacted()
            await lines.close()
        if problem is not None:
            raise _first(problem)

    async def _one(self, lines: Lines, kept: Kept, turns: asyncio.Semaphore, auth: bool) -> None:
        async with turns:
            target = self.staging / kept.path
            if size_of(target) == kept.bytes:  # verified before it got its name
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            for last in (False, True):
                with await self._opened(target, kept) as sink:
                    await self._fill(lines, kept, sink, auth)
                    if sink.sound():
                        await asyncio.to_thread(sink.keep)
                        return
                    sink.restart()
                if not last:
                    self._listen(Trouble(f"{kept.path} came damaged; it is fetched again.", 0.0))
            raise UserError(f"{kept.path} is not what the hub says it is: its checksum is wrong, twice.",
                            "Something on the way changes files: a proxy or a mirror. Try another network, or later.")

    async def _opened(self, target: Path, kept: Kept) -> Sink:
        """The unfinished file, read as far as it is here; closed again where this is stopped meanwhile."""
        opening = asyncio.create_task(asyncio.to_thread(Sink, target, kept, self._gauge))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with await opening:
                raise

    async def _fill(self, lines: Lines, kept: Kept, sink: Sink, auth: bool) -> None:
        """Let all of a file come, with as many tries as bring something."""
        call = self._hub.file(self.record.repo, self.record.revision, kept.source, auth=auth)
        tries = 0
        while sink.at < kept.bytes:
            before, after, hint = sink.at, None, GO_ON
            try:
                answer = await lines.pull(self._hub.provider, call, sink)
                if sink.at >= kept.bytes:
                    return
                why, after = self._why(answer, kept, auth)
                if answer is not None and answer.status == 416:  # less is there than came to us: another file
                    sink.restart()
            except (NotSent, Lost) as error:
                why = error.message
            except Spoilt as error:
                why, hint = error.message, error.hint
            tries = 0 if sink.at > before else tries + 1
            if tries >= TRIES:
                raise AjarError(f"{kept.path} could not be fetched. {why}", hint)
            wait = after if after is not None else min(pause(max(tries, 1)), PATIENCE)
            self._listen(Trouble(why, wait))
            await asyncio.sleep(wait)

    def _why(self, answer: Answer | None, kept: Kept, auth: bool) -> tuple[str, float | None]:
        """Why a file did not come now, and when to ask again. AjarError where asking again is no use."""
        if answer is None:
            return f"{kept.path} broke off.", None
        # Without a word of the hub it is the store whose signed address is over; the hub gives a new one.
        dead = answer.status == 403 and "x-error-code" not in answer.headers
        if not dead and answer.status not in (*AGAIN, 416):
            raise self._hub.refusal(answer, self.record.repo, self.record.revision, kept.source, auth=auth)
        title = self._hub.provider.facts.title
        return f"{title} can't give it now (status {answer.status}).", seconds_of(answer.headers.get("retry-after"))

    def _finish(self) -> None:
        """Give the whole model its place."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        replace(self.record, fetched=stamp).write(self.staging)
        if self.target.exists():
            raise UserError(f"There is something at {self.target} by now.", "Move it away, then run it again.")
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.staging.rename(self.target)
        sync_folder(self.target.parent)


@contextmanager
def alone(staging: Path) -> Iterator[None]:
    """Only one fetches a model, or takes what came of it away, at a time. UserError where another one does."""
    path = staging.with_name(f"{staging.name}.lock")
    held = False
    try:
        with path.open("a+b") as file:
            try:
                lock(file)
            except OSError:
                raise UserError("This model is being fetched already.", "Wait until it is done, or stop it.") from None
            held = True
            yield
    finally:
        if held:
            with suppress(OSError):
                path.unlink()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What is told where several files failed at once: the first that is no mere consequence."""
    for error in group.exceptions:
        found = _first(error) if isinstance(error, BaseExceptionGroup) else error
        if not isinstance(found, asyncio.CancelledError):
            return found
    return group.exceptions[0]
