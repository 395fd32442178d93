"""The way to a provider: how many at a time, how many a minute, and when it is left alone."""

import asyncio
import time
from dataclasses import replace

import pytest

from ajar.remote import Provider
from tests.money.toys import BY_NAME
from workflows import gate
from workflows.gate import Gate


def toy(**facts: int) -> Provider:
    provider = replace(BY_NAME["toy"])
    provider.__dict__["facts"] = replace(BY_NAME["toy"].facts, **facts)  # type: ignore[arg-type]
    return provider


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_only_so_many_jobs_at_a_time_and_the_rest_in_turn() -> None:
    order: list[int] = []

    async def all_of_them() -> int:
        way, inside, most = Gate(toy(jobs=3)), 0, 0

        async def one(number: int) -> None:
            nonlocal inside, most
            async with way:
                order.append(number)
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1

        await asyncio.wait_for(asyncio.gather(*map(one, range(40))), 5)
        return most

    assert asyncio.run(all_of_them()) == 3
    assert order == list(range(40))


def test_who_gives_up_waiting_takes_nobodys_turn() -> None:
    async def story() -> None:
        way = Gate(toy(jobs=1))

        async def hold() -> str:
            async with way:
                return "in"

        await way.__aenter__()
        waiting = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(0)
        await way.__aexit__(None, None, None)
        waiting[0].cancel()  # at the very moment at which its turn came
        assert await asyncio.wait_for(asyncio.gather(*waiting[1:]), 5) == ["in", "in"]

    asyncio.run(story())


def test_jobs_that_are_at_work_already_need_no_turn_but_take_one() -> None:
    async def story() -> None:
        way = Gate(toy(jobs=1))
        with way.beside(), way.beside(), pytest.raises(TimeoutError):
            await asyncio.wait_for(way.__aenter__(), 0.02)
        await asyncio.wait_for(way.__aenter__(), 1)

    asyncio.run(story())


def test_only_so_many_calls_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, way = Clock(monkeypatch), Gate(toy(minute=2))

    async def slept(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(asyncio, "sleep", slept)
    asyncio.run(way.passage())
    asyncio.run(way.passage())
    before = clock.now
    asyncio.run(way.passage())
    assert clock.now - before == pytest.approx(60, abs=0.1)


def test_outages_in_a_row_let_it_rest_and_one_success_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    way = Gate(toy())
    for _ in range(gate.TROUBLES - 1):
        way.trouble()
    way.well()
    way.trouble()
    assert way.resting == 0
    for _ in range(gate.TROUBLES - 1):
        way.trouble()
    assert way.resting == gate.REST


def test_a_shorter_wish_does_not_shorten_a_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    way = Gate(toy())
    way.rest(50)
    way.rest(2)
    assert way.resting == 50
