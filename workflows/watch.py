"""Asks providers how far jobs are: each at the provider's pace, many at once where the provider allows it."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ajar.errors import AjarError
from ajar.remote import Job, Provider, State, Unreadable
from ajar.wire import Transport
from workflows.asking import Later, ask, pause

SIDE_BY_SIDE = 16
"""Questions to one provider at a time."""
SURE = 3
"""So often in a row a provider must not know a job: some take a moment until they find what they have just made."""
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
    gone: int = 0
    """How often in a row the provider did not know it."""
    lonely: bool = False
    """Asked about by itself, as an answer about several could not be read."""


@dataclass(slots=True)
class Watch:
    """All jobs at one provider. Lives in one event loop."""

    provider: Provider
    transport: Transport
    _jobs: dict[int, _Watched] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None
    _questions: set["asyncio.Task[None]"] = field(default_factory=set)
    _asked: set[int] = field(default_factory=set)
    """Jobs that a question is on its way about."""
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_ended(self, job: Job, heard: Heard, *, at_once: bool = False) -> State:
        """The state in which a job ended. ``heard`` gets every state before; ``at_once`` asks without a first pause."""
        first, _ = self._pace()
        now = time.monotonic()
        ended: asyncio.Future[State] = asyncio.get_running_loop().create_future()
        one = _Watched(job, heard, ended, first, now if at_once else now + first)
        self._jobs[id(one)] = one
        self._moved.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._walk())
        try:
            return await ended
        finally:
            self._jobs.pop(id(one), None)

    async def _walk(self) -> None:
        while self._jobs:
            now = time.monotonic()
            due = [one for one in self._jobs.values()
                   if one.due <= now and id(one) not in self._asked and not one.ended.done()]
            due.sort(key=lambda one: one.due)  # whoever has waited longest: nobody is passed over for ever
            for part in self._parts(due):
                if len(self._questions) >= SIDE_BY_SIDE:
                    break
                self._asked.update(map(id, part))
                question = asyncio.create_task(self._question(part))
                self._questions.add(question)
                question.add_done_callback(self._questions.discard)
            waits = [one.due - now for one in self._jobs.values() if id(one) not in self._asked]
            if len(self._questions) >= SIDE_BY_SIDE:
                waits = []  # the next answer makes room
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), max(0.01, min(waits, default=1.0)))
            except TimeoutError:
                pass

    def _parts(self, due: list[_Watched]) -> Iterator[list[_Watched]]:
        """As many in one question as the provider allows."""
        batch = max(1, self.provider.facts.batch)
        many = [one for one in due if not one.lonely]
        for start in range(0, len(many), batch):
            yield many[start : start + batch]
        yield from ([one] for one in due if one.lonely)

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
        except AjarError as error:
            for one in part:
                if not one.ended.done():
                    one.ended.set_exception(error)
            return
        except Exception as error:  # Unreadable, or a provider file met what it did not expect
            why = str(error) if isinstance(error, Unreadable) else type(error).__name__
            for one in part:
                one.troubles += 1
                one.lonely = True  # one odd job must not hide the others
                one.heard(State("running", f"An answer could not be read ({why}); asking again."))
                self._next(one, pause(one.troubles))
            return
        finally:
            self._asked.difference_update(map(id, part))
            self._moved.set()
        for one in part:
            self._hear(one, states.get(one.job.id))

    def _hear(self, one: _Watched, state: State | None) -> None:
        one.troubles = 0
        one.gone = one.gone + 1 if state is not None and state.phase == "gone" else 0
        if state is not None and one.gone and one.gone < SURE:
            state = State("running", f"{self.provider.facts.title} does not know the job at the moment")
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
