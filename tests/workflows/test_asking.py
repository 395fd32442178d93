"""Free conversations with a provider: what is asked again, what is an answer, what is told to a person."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from ajar.errors import AjarError
from ajar.remote import Answer, Asking, Call, Provider
from ajar.wire import Lost, NotSent
from tests.money.toys import BY_NAME
from workflows import asking
from workflows.asking import Later, ask, ask_on, pause, seconds_of

TOY = BY_NAME["toy"]


class Line:
    """Answers in order; an error is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[Call] = []

    async def send(self, provider: Provider, call: Call, piece: Any = None) -> Answer:
        self.calls.append(call)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return Answer(*answer) if isinstance(answer, tuple) else Answer(answer, {}, b"{}")


def talk(paths: Sequence[str] = ("/a",), **more: Any) -> Asking[list[int]]:
    found = []
    for path in paths:
        answer = yield Call("GET", path, **more)
        found.append(answer.status)
    return found


def run(line: Line, **more: Any) -> list[int]:
    return asyncio.run(ask(line, TOY, talk(**more)))  # type: ignore[arg-type]


def test_a_conversation_is_had_through() -> None:
    assert run(Line(200, 404), paths=("/a", "/b")) == [200, 404]


@pytest.mark.parametrize("trouble", [NotSent("No way."), Lost("Torn."), 429, 500, 503, 408])
def test_what_may_pass_is_asked_again_later(trouble: Any) -> None:
    with pytest.raises(Later):
        run(Line(trouble))


def test_some_providers_say_how_a_job_ended_with_an_error() -> None:
    assert run(Line(500), sees_errors=True) == [500]
    with pytest.raises(Later):
        run(Line(429), sees_errors=True)


def test_a_provider_says_itself_when_to_come_back() -> None:
    with pytest.raises(Later) as caught:
        run(Line((429, {"retry-after": "7"}, b"{}")))
    assert caught.value.after == 7.0


def test_a_refused_key_is_said_with_what_to_do() -> None:
    with pytest.raises(AjarError, match="key") as caught:
        run(Line(401))
    assert "ajar keys set toy" in caught.value.hint
    assert run(Line(401), auth=False) == [401], "a signed address knows no key"


def test_it_begins_again_from_the_start_until_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "pause", lambda tries: 0.001)
    told: list[str] = []
    line = Line(200, 503, Lost("Torn."), 200, 200)
    found = asyncio.run(ask_on(line, TOY, lambda: talk(("/a", "/b")), 5.0, told.append))  # type: ignore[arg-type]
    assert found == [200, 200] and len(told) == 2
    assert [call.path for call in line.calls] == ["/a", "/b", "/a", "/a", "/b"]
    with pytest.raises(Later):
        asyncio.run(ask_on(Line(*[503] * 99), TOY, talk, 0.01))  # type: ignore[arg-type]


def test_pauses_grow_to_a_minute_and_are_never_in_step() -> None:
    assert 0.8 <= pause(1) <= 1.2
    assert 48 <= pause(50) <= 72
    assert len({pause(3) for _ in range(20)}) > 10


@pytest.mark.parametrize(("header", "seconds"), [
    ("5", 5.0), ("0.5", 0.5), ("-3", 0.0), ("999999", 600.0), ("", None), (None, None), ("soon", None),
    ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("nan", None), ("inf", 600.0),
])
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header) == seconds
