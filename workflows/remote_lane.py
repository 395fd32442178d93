"""Where nodes run that order from providers. A node that waits holds no thread: it is put aside and called again.

The node's function is played until it orders something that is not there yet; the order is carried in an event loop,
and the function is played again with the result. So a hundred waiting jobs cost a hundred small objects, not threads.
"""

import asyncio
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from ajar.contract import run_to_values
from ajar.errors import AjarError, Cancelled
from ajar.wire import Transport
from workflows.allowance import Errand
from workflows.journal import Journal
from workflows.lanes import NodeCall, Reply
from workflows.money import Habits, Money
from workflows.playing import Afar, Play, Suspended, already
from workflows.store import Store

T = TypeVar("T")
THREADS = 12
"""For playing nodes, encoding and storing; waiting takes none of them."""
LAST_WORD = 30.0
"""Seconds that closing waits for the answer to a paid call that is on its way."""
STOP_WITHIN = 4.0
"""Seconds that a stopped node waits to hear from its provider what that means for the money."""


class RemoteLane:
    """Plays nodes and carries their orders. The journal is opened, and the loop started, when first needed."""

    name = "remote"
    width = 1000

    def __init__(self, journal: Callable[[], Journal], transport: Callable[[], Transport], store: Store,
                 habits: Habits) -> None:
        self._open_journal = journal
        self._open_transport = transport
        self._store = store
        self._habits = habits
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS, "ajar-remote")
        self._plays: dict[int, Play] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread
        self._money: Money | None = None
        self._journal: Journal | None = None
        self._closed = False
        self._gone = threading.Event()

    # --- the lane --------------------------------------------------------------------------------------------------

    def start(self, call: NodeCall, reply: Reply) -> None:
        play = Play(call, reply, call.errand or Errand(), time.perf_counter())
        self._plays[call.id] = play
        self._pool.submit(self._play, play)

    def cancel(self, call: int) -> None:
        """Stop a node: it ends once it is known what that means for the money; at once if it is asked again."""
        play = self._plays.get(call)
        if play is None:
            return
        again, play.stopped = play.stopped, True
        if again or self._loop is None or play.provider is None or self._closed:
            self._end(play)
        else:
            self.soon(self._stop(play))

    def warm(self) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        """Stop waiting. Paid calls that are on their way are heard out; jobs go on at their providers."""
        with self._lock:
            first, self._closed = not self._closed, True
        if not first:
            self._gone.wait(LAST_WORD + STOP_WITHIN + 10)  # another thread is at it
            return
        try:
            self._close()
        finally:
            self._gone.set()

    def _close(self) -> None:
        if self._loop is not None:
            ended = asyncio.run_coroutine_threadsafe(self._shut(), self._loop)
            try:
                ended.result(LAST_WORD + STOP_WITHIN + 5)
            except (TimeoutError, RuntimeError):
                pass
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._journal is not None:
            self._journal.close()

    # --- for the window and the command line -----------------------------------------------------------------------

    @property
    def money(self) -> Money:
        """The paid work of this process. Refused where another process looks after it."""
        with self._lock:
            if self._closed and self._money is None:
                raise Cancelled
            if self._money is None:
                self._begin()
            assert self._money is not None
            return self._money

    def _begin(self) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_spin, args=(self._loop,), name="ajar-remote-loop", daemon=True)
            self._thread.start()
        journal = self._open_journal()
        try:
            self._money = self.do(self._made(journal))
        except BaseException:
            journal.close()  # else it would keep this process itself out
            raise
        self._journal = journal

    @property
    def on_its_way(self) -> int:
        """How many paid calls are on their way, whose answers must not be missed."""
        return len(self._money.books.in_air) if self._money is not None else 0

    @property
    def journal(self) -> Journal | None:
        """The journal, if this process has opened it."""
        return self._journal

    def do(self, work: "Coroutine[Any, Any, T]", timeout: float | None = None) -> T:
        """Do something in the event loop and wait for it; from any other thread."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def soon(self, work: "Coroutine[Any, Any, T]") -> "Future[T]":
        """Begin something in the event loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _made(self, journal: Journal) -> Money:
        return Money(journal, self._open_transport(), self._store, self._pool, self._habits)

    # --- playing ---------------------------------------------------------------------------------------------------

    def _play(self, play: Play) -> None:
        """Call the node with what is there. In a thread of the pool."""
        call = play.call
        try:
            context = Afar(play) if call.type.touches else None
            values = list(run_to_values(call.type, context, call.arguments))
        except Suspended as wanted:
            self._order(play, wanted)
            return
        except BaseException as error:
            self._fail(play, error)
            return
        if play.stopped or self._plays.pop(call.id, None) is None:
            return  # it was cancelled
        seconds = time.perf_counter() - play.started
        if call.type.stream:
            for value in values:
                play.reply.value(call.id, value)
            play.reply.done(call.id, seconds)
        else:
            play.reply.result(call.id, values[0], seconds)
        self._commit(play)

    def _order(self, play: Play, wanted: Suspended) -> None:
        try:
            money = self.money
        except BaseException as error:
            self._fail(play, error)
            return
        play.provider = wanted.provider
        if play.stopped:  # while the journal was being opened: nobody will come to end it
            self._end(play)
            return
        ordinal = len(play.results)

        def progress(done: float, note: str) -> None:
            if play.call.id in self._plays:
                play.reply.progress(play.call.id, done, note, None)

        async def carried() -> None:
            try:
                entry = await money.carry(wanted.provider, wanted.order, play.errand, ordinal, progress,
                                          lambda: not play.stopped)
                if entry.run != play.errand.run:  # paid for by an earlier run
                    play.reply.said(play.call.id, already(play, wanted.provider, entry), "")
                play.entries.append(entry)
                play.results.append(money.done(entry))
            except BaseException as error:
                self._fail(play, error)
                return
            self._pool.submit(self._play, play)

        play.task = self.soon(carried())

    def _fail(self, play: Play, error: BaseException) -> None:
        if play.stopped and play.provider is not None:
            return  # who stops it says how it ended
        if self._plays.pop(play.call.id, None) is None:
            return
        if isinstance(error, asyncio.CancelledError):
            error = Cancelled()
        detail = "".join(traceback.format_exception(error)) if not isinstance(error, AjarError) else ""
        play.reply.failed(play.call.id, error, detail)

    def _commit(self, play: Play) -> None:
        if self._loop is not None and self._money is not None:
            for entry in play.entries:
                self._loop.call_soon_threadsafe(self._money.commit, entry)

    async def _stop(self, play: Play) -> None:
        """A person stopped the node: stop its orders where that is possible, and say what it means."""
        task = asyncio.ensure_future(self._stopped(play))
        try:
            done, _ = await asyncio.wait([task], timeout=STOP_WITHIN)
            if not done and play.provider is not None:
                title = play.provider.facts.title
                play.reply.said(play.call.id, f"{title} has not said yet whether it stops; what becomes of it: "
                                "ajar jobs.", "")
        finally:
            self._end(play)

    async def _stopped(self, play: Play) -> None:
        money, provider = self._money, play.provider
        if money is None or provider is None:
            return
        for entry in money.books.all():
            mine = entry.cell and entry.cell == play.errand.cell
            if mine and entry.state in ("intent", "sending", "submitted"):
                word = await money.stop(provider, entry)
                if word:
                    play.reply.said(play.call.id, word, "")

    def _end(self, play: Play) -> None:
        """It was stopped, and everything about that was said."""
        if self._plays.pop(play.call.id, None) is not None:
            play.reply.failed(play.call.id, Cancelled(), "")

    async def _shut(self) -> None:
        """Wait for the answers to paid calls that are on their way: their job's id must not be lost."""
        money = self._money
        if money is None:
            return
        until = time.monotonic() + LAST_WORD
        while money.books.in_air and time.monotonic() < until:
            await asyncio.sleep(0.02)
        until = time.monotonic() + STOP_WITHIN
        while any(play.stopped for play in self._plays.values()) and time.monotonic() < until:
            await asyncio.sleep(0.02)  # providers that are being asked to stop
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await money.transport.close()


def _spin(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
