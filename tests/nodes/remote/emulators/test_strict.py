"""Every stand-in is strict: a good order of its own client, with one thing wrong in it, is refused and not counted."""

import copy
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from nodes.remote.emulators.server import Emulator, Seen
from tests.nodes.remote.bench import bench
from tests.nodes.remote.case import Case
from tests.nodes.remote.test_matrix import CASES, label

FREE = ("prompt", "text", "promptText", "negative_prompt", "search_prompt", "select_prompt", "background_prompt",
        "foreground_prompt", "content", "external_task_id", "id", "voice_id")
"""Fields that take any text."""
ONE_EACH = list({(case.provider, case.node): case for case in reversed(CASES)}.values())[::-1]
Place = tuple[str | int, ...]
WRONG = "no-such-value"


@pytest.fixture(scope="module")
def paid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, Seen]]:
    """The stand-in, and the request that it took as a good order."""
    case: Case = request.param
    with pytest.MonkeyPatch.context() as patch, bench(case, tmp_path_factory.mktemp("strict"), patch) as at:
        at.begin()
        deadline = time.monotonic() + 10
        while not at.emulator.paid and time.monotonic() < deadline:
            time.sleep(0.005)
        assert at.emulator.paid == 1
        at.close()
        orders = [seen for seen in at.emulator.requests if seen.method == "POST"]
        yield at.emulator, next(seen for seen in reversed(orders) if order_like(at.emulator, seen))


def order_like(emulator: Emulator, seen: Seen) -> bool:
    """Whether sending it again makes another paid job."""
    before = emulator.paid
    status = send(emulator, seen, fresh(seen.body))
    return status < 300 and emulator.paid > before


def send(emulator: Emulator, seen: Seen, body: bytes, headers: dict[str, str] | None = None) -> int:
    skipped = ("host", "content-length", "connection", "accept-encoding", "idempotency-key")
    given = {name: value for name, value in seen.headers.items() if name not in skipped} | (headers or {})
    query = "&".join(f"{name}={value}" for name, value in seen.query.items())
    asked = urllib.request.Request(emulator.url + seen.path + (f"?{query}" if query else ""), body or None, given,
                                   method=seen.method)
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def fresh(body: bytes) -> bytes:
    """The body with a task id of its own, where the provider (Kling) takes each only once."""
    return re.sub(rb'("external_task_id": ?")[^"]*"', lambda found: found[1] + uuid4().hex.encode() + b'"', body)


each = pytest.mark.parametrize("paid", ONE_EACH, indirect=True, ids=label)


@each
def test_a_field_that_it_does_not_know_is_refused(paid: tuple[Emulator, Seen]) -> None:
    emulator, seen = paid
    if is_form(seen):
        mark = seen.body[: seen.body.index(b"\r\n")]
        extra = mark + b'\r\nContent-Disposition: form-data; name="surprise"\r\n\r\n1\r\n'
        assert refused(emulator, seen, extra + seen.body)
        return
    body = json.loads(seen.body)
    for place, value in walk(body):
        if isinstance(value, dict):
            assert refused(emulator, seen, changed(body, place, {**value, "surprise": 1})), place


@each
def test_a_value_that_it_does_not_know_is_refused(paid: tuple[Emulator, Seen]) -> None:
    """Words where one of several is expected, words instead of numbers, numbers instead of words."""
    emulator, seen = paid
    if is_form(seen):
        texts = [field for field in seen.form() if not field.filename and field.name not in FREE]
        for field in texts:
            name = f'name="{field.name}"\r\n\r\n'.encode()
            assert name + field.content in seen.body
            body = seen.body.replace(name + field.content, name + WRONG.encode())
            assert refused(emulator, seen, body), field.name
        return
    body = json.loads(seen.body)
    for place, value in walk(body):
        if isinstance(value, str):
            assert refused(emulator, seen, changed(body, place, 5)), place
        if isinstance(value, (str, int, float)) and place[-1] not in FREE:
            assert refused(emulator, seen, changed(body, place, WRONG)), place


@each
def test_without_the_key_it_is_refused(paid: tuple[Emulator, Seen]) -> None:
    emulator, seen = paid
    if emulator.name == "local-chat":
        return  # a server on one's own machine looks at no key
    before = emulator.paid
    for name, value in seen.headers.items():
        if "test" in value or "canary" in value:
            status = send(emulator, seen, fresh(seen.body), {name: value[:-1]})
            assert status in (400, 401, 403) or seen.path == "/v1/video_generation"
    assert emulator.paid == before
    assert any("canary" in value for value in seen.headers.values())


def is_form(seen: Seen) -> bool:
    return seen.headers.get("content-type", "").startswith("multipart/form-data")


def walk(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value in a body, and where it is."""
    yield place, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from walk(one, (*place, name))


def changed(body: Any, place: Place, value: Any) -> bytes:
    """The body with another value at one place."""
    whole = [copy.deepcopy(body)]
    at: Any = whole
    steps: Place = (0, *place)
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = value
    return fresh(json.dumps(whole[0]).encode())


def refused(emulator: Emulator, seen: Seen, body: bytes) -> bool:
    """Whether it says no and nothing was made.

    fal's queue takes any body, and its models say no at the result. MiniMax's older version says no with status 200.
    """
    before, known = emulator.paid, set(emulator.jobs)
    status = send(emulator, seen, body)
    if emulator.name == "fal" and status == 200:
        [job] = set(emulator.jobs) - known
        emulator.advance(1000)
        app = "/".join(seen.path.split("/")[:3])
        return send(emulator, Seen("GET", f"{app}/requests/{job}", {}, seen.headers, b""), b"") == 422
    return (status >= 400 or seen.path == "/v1/video_generation") and emulator.paid == before
