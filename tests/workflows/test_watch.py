"""Asking how far jobs are: everybody in turn, in batches, and one odd answer hides nobody."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from ajar.errors import AjarError
from ajar.remote import Answer, Asking, Call, Job, Provider, State, Unreadable
from tests.money.toys import BY_NAME
from workflows import watch
from workflows.watch import Watch

TOY = BY_NAME["toy"]
Reply = Callable[[Sequence[Job]], Mapping[str, State]]


class Line:
    """A transport that takes its time, on loopback."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.most = self.now = 0

    async def send(self, provider: Provider, call: Call, piece: Any = None) -> Answer:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        return Answer(200, {}, b"{}")

    def loopback(self, provider: Provider) -> bool:
        return True


def playing(reply: Reply, **facts: Any) -> Provider:
    def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
        yield Call("GET", "/jobs")
        return reply(jobs)

    provider = replace(TOY, poll=poll)
    provider.__dict__["facts"] = replace(TOY.facts, **facts)  # instead of reading its file
    return provider


async def ended(provider: Provider, line: Line, count: int, heard: Callable[[State], None] = lambda state: None
                ) -> list[State]:
    one = Watch(provider, line)  # type: ignore[arg-type]
    return list(await asyncio.gather(*(one.until_ended(Job(f"job-{number}"), heard, at_once=True)
                                       for number in range(count))))


def test_of_a_hundred_jobs_with_slow_answers_everyone_is_asked_about() -> None:
    """Questions take longer than the pace, so more are always due than can be asked: none may starve."""
    asked: Counter[str] = Counter()

    def reply(jobs: Sequence[Job]) -> Mapping[str, State]:
        asked.update(job.id for job in jobs)
        return {job.id: State("done" if asked[job.id] >= 3 else "running") for job in jobs}

    line = Line(0.12)  # at loopback a job is due again after 0.05 s
    provider = playing(reply, first=0.01, pace=0.05)
    found = asyncio.run(asyncio.wait_for(ended(provider, line, 100), 30))
    assert len(found) == 100 and min(asked.values()) == 3 == max(asked.values())
    assert line.most == watch.SIDE_BY_SIDE


def test_many_jobs_are_asked_about_at_once_where_the_provider_allows_it() -> None:
    sizes = []

    def reply(jobs: Sequence[Job]) -> Mapping[str, State]:
        sizes.append(len(jobs))
        return {job.id: State("done") for job in jobs}

    asyncio.run(asyncio.wait_for(ended(playing(reply, batch=20), Line(), 50), 10))
    assert sizes == [20, 20, 10]


def test_one_job_that_can_not_be_read_does_not_hide_the_others() -> None:
    seen: Counter[str] = Counter()

    def reply(jobs: Sequence[Job]) -> Mapping[str, State]:
        seen.update(job.id for job in jobs)
        if "job-3" in [job.id for job in jobs] and seen["job-3"] < 4:
            raise Unreadable("the answer is odd")
        return {job.id: State("done") for job in jobs}

    notes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "pause", lambda tries: 0.05)
        found = asyncio.run(asyncio.wait_for(
            ended(playing(reply, batch=10), Line(), 10, lambda state: notes.append(state.note)), 10))
    assert len(found) == 10
    assert seen["job-0"] == 2, "together once, then by itself"
    assert any("could not be read" in note for note in notes)


def test_a_job_is_gone_only_after_it_was_not_found_several_times() -> None:
    answers = iter(["gone", "gone", "running", "gone", "gone", "gone"])

    def reply(jobs: Sequence[Job]) -> Mapping[str, State]:
        return {jobs[0].id: State(next(answers))}  # type: ignore[arg-type]

    [state] = asyncio.run(asyncio.wait_for(ended(playing(reply, first=0.01, pace=0.02), Line(), 1), 10))
    assert state.phase == "gone" and next(answers, None) is None


def test_a_refused_key_ends_the_waiting() -> None:
    class Shut(Line):
        async def send(self, provider: Provider, call: Call, piece: Any = None) -> Answer:
            return Answer(401, {}, b"{}")

    with pytest.raises(AjarError, match="key"):
        asyncio.run(asyncio.wait_for(ended(playing(lambda jobs: {}), Shut(), 1), 5))
