"""Whatever a server answers: schemas and results are read or refused in words, and nothing else happens."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ajar.errors import AjarError
from ajar.published import check, problem, read
from ajar.remote import Answer, Asking, Job, Provider, Unreadable
from nodes.remote.fal import PROVIDER as FAL
from nodes.remote.published import inlined
from nodes.remote.published_answers import files_of, text_of
from nodes.remote.replicate import PROVIDER as REPLICATE

WORDS = st.sampled_from([
    "type", "properties", "required", "anyOf", "allOf", "items", "enum", "const", "default", "minimum", "x-order",
    "x-fal-order-properties", "$ref", "#/type", "url", "content_type", "string", "array", "integer", "null",
    "detail", "error", "status", "COMPLETED", "succeeded", "failed", "output", "https://a/b.png",
    "data:image/png;base64,AA", "loc", "msg", "image_url", "paths", "post", "queue_position", "logs", "metrics",
    "request_id", "id", "urls", "latest_version",
])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
PLAIN = st.recursive(
    LEAVES, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(WORDS, inside, max_size=5), max_leaves=25,
)
OBJECTS = st.dictionaries(WORDS, PLAIN, max_size=6)
JOB = Job("j", {"poll": "https://a/s", "result": "https://a/r", "cancel": "https://a/c"})


@settings(max_examples=100, deadline=None)
@given(OBJECTS, OBJECTS, PLAIN)
def test_any_schema(schema: dict[str, Any], document: dict[str, Any], value: Any) -> None:
    plain = inlined(document, schema)
    for fields in (read(plain), read({"properties": plain, "required": plain.get("required")})):
        for field in fields:
            assert isinstance(problem(field, value), str)
        with suppress(AjarError):
            check(fields, schema, "Model")


@settings(max_examples=100, deadline=None)
@given(PLAIN)
def test_any_result(output: Any) -> None:
    files = files_of(output, "image")
    assert all(bool(one.url) != bool(one.data) for one in files)
    assert isinstance(text_of(output, files), str)


@pytest.mark.parametrize("provider", [FAL, REPLICATE], ids=["fal", "replicate"])
@settings(max_examples=60, deadline=None)
@given(first=PLAIN, second=PLAIN, status=st.integers(200, 599))
def test_any_answer(provider: Provider, first: Any, second: Any, status: int) -> None:
    answers = [Answer(200, {}, json.dumps(one).encode()) for one in (first, {"status": "COMPLETED"}, {
        "status": "succeeded", "output": first, "metrics": first, "logs": first})]
    last = Answer(status, {}, json.dumps(second).encode())
    assert provider.refused(last).message
    for make in conversations(provider):
        for answer in (last, *answers):
            follow(make(), answer, last)


def conversations(provider: Provider) -> Iterator[Callable[[], Asking[Any]]]:
    assert provider.poll and provider.cancel and provider.schema and provider.greet
    poll, cancel, schema, greet = provider.poll, provider.cancel, provider.schema, provider.greet
    yield from (lambda: poll([JOB]), lambda: cancel(JOB), lambda: schema("a/b"), greet)


def follow(asking: "Asking[Any]", *answers: Answer) -> None:
    """A conversation ends, wants more, or says in words why it can't go on."""
    next(asking)
    with suppress(StopIteration, Unreadable, AjarError):
        for answer in answers:
            asking.send(answer)
