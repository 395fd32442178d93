"""Asks providers how far jobs are: each at the provider's pace, many at once where the provider allows it."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ajar.errors import AjarError
from ajar.remote import Job, Provider, State, Unreadable
from ajar.wire import Transport
from workflows.asking import Later, ask, pause

SIDE_BY_SIDE = 16
"""Questions to one provider at a time."""
QUICK = (0.1, 0.5)
"""First and longest pause at an emulator, which may be asked as often as one likes."""
Heard = Callable[[State], None]


@dataclass(slots=True)
class _Watched:
    """A job that is waited for."""

    job: Job
    heard: Heard
    ended: "asyncio.Future[State]"
    wait: float
    due: float
    troubles: int = 0


@dataclass(slots=True)
class Watch:
    """All jobs at one provider. Lives in one event loop."""

    provider: Provider
    transport: Transport
    _jobs: dict[str, _Watched] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None
    _questions: set["asyncio.Task[None]"] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    """Jobs that a question is on its way about."""
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_ended(self, job: Job, heard: Heard, *, at_once: bool = False) -> State:
        """The state in which a job ended. ``heard`` gets every state before; ``at_once`` asks without a first pause."""
        first, _ = self._pace()
        now = time.monotonic()
        ended: asyncio.Future[State] = asyncio.get_running_loop().create_future()
        self._jobs[job.id] = _Watched(job, heard, ended, first, now if at_once else now + first)
        self._moved.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._walk())
        try:
            return await ended
        finally:
            self._jobs.pop(job.id, None)

    async def _walk(self) -> None:
        while self._jobs:
            now = time.monotonic()
            due = [one for one in self._jobs.values()
                   if one.due <= now and one.job.id not in self._asked and not one.ended.done()]
            due.sort(key=lambda one: one.due)  # whoever has waited longest: nobody is passed over for ever
            batch = max(1, self.provider.facts.batch)
            for start in range(0, len(due), batch):
                if len(self._questions) >= SIDE_BY_SIDE:
                    break
                part = due[start : start + batch]
                self._asked.update(one.job.id for one in part)
                question = asyncio.create_task(self._question(part))
                self._questions.add(question)
                question.add_done_callback(self._questions.discard)
            waits = [one.due - now for one in self._jobs.values() if one.job.id not in self._asked]
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), max(0.01, min(waits, default=1.0)))
            except TimeoutError:
                pass

    async def _question(self, part: list[_Watched]) -> None:
        poll = self.provider.poll
        assert poll is not None
        try:
            states = await ask(self.transport, self.provider, poll([one.job for one in part]))
        except Later as later:
            for one in part:
                one.troubles += 1
                one.heard(State("running", f"{self.provider.facts.title} can't be asked at the moment: {later.why}"))
                self._next(one, later.after if later.after is not None else pause(one.troubles))
            return
        except (AjarError, Unreadable) as error:
            for one in part:
                if isinstance(error, AjarError) and not one.ended.done():
                    one.ended.set_exception(error)
                one.troubles += 1
                self._next(one, pause(one.troubles))
            return
        except Exception as error:  # a provider file met what it did not expect
            for one in part:
                one.troubles += 1
                one.heard(State("running", f"An answer could not be read ({type(error).__name__}); asking again."))
                self._next(one, pause(one.troubles))
            return
        finally:
            self._asked.difference_update(one.job.id for one in part)
            self._moved.set()
        for one in part:
            self._hear(one, states.get(one.job.id))

    def _hear(self, one: _Watched, state: State | None) -> None:
        one.troubles = 0
        if state is not None and state.phase not in ("queued", "running"):
            if not one.ended.done():
                one.ended.set_result(state)
            return
        if state is not None:
            one.heard(state)
        _, longest = self._pace()
        self._next(one, min(one.wait, longest) * random.uniform(0.8, 1.2))
        one.wait = min(one.wait * 1.5, longest)

    def _next(self, one: _Watched, wait: float) -> None:
        least = 0.05 if self.transport.loopback(self.provider) else self.provider.facts.least
        one.due = time.monotonic() + max(wait, least)

    def _pace(self) -> tuple[float, float]:
        facts = self.provider.facts
        if self.transport.loopback(self.provider):
            return min(facts.first, QUICK[0]), min(facts.pace, QUICK[1])
        return facts.first, facts.pace
