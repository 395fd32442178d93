"""Answers of Google and OpenAI with any one part of another kind: a state or Unreadable, never another error."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ajar.remote import Answer, Job, Order, Provider, State, Unreadable
from nodes.remote.google import PROVIDER as GOOGLE
from nodes.remote.openai import PROVIDER as OPENAI

ODD: tuple[Any, ...] = (None, 5, -1.5, True, "x", "", [], {}, [None], [5], ["x"], {"a": 1}, [[]], [{}])
PICTURE = Order("m", "image", {"route": "image", "prompt": "a", "output_format": "png"})


def polled(route: str) -> Callable[[Answer], Any]:
    def read(answer: Answer) -> Any:
        assert GOOGLE.poll is not None
        asking = GOOGLE.poll([Job("a", data={"route": route, "seconds": 5})])
        next(asking)
        try:
            asking.send(answer)
        except StopIteration as ended:
            return ended.value
        raise AssertionError("the poll asks for more")

    return read


def taken(provider: Provider, order: Order) -> Callable[[Answer], Any]:
    return lambda answer: provider.accepted(answer, order)


INLINE = {"inlineData": {"mimeType": "image/png", "data": "UE5H"}}
GEMINI = {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": "a"}, INLINE]}}],
          "promptFeedback": {"blockReason": ""}, "usageMetadata": {"candidatesTokenCount": 5}, "modelVersion": "v"}
OMNI = {"id": "a", "status": "completed", "errors": [{"message": "m"}], "usage": {"total_output_tokens": 5}, "steps": [
    {"type": "model_output", "error": {"message": "m"}, "content": [
        {"type": "video", "uri": "https://x/a", "mime_type": "video/mp4"}, {"type": "text", "text": "t"}]}]}
FAILED = {**OMNI, "status": "failed"}
VEO = {"name": "a", "done": True, "response": {"generateVideoResponse": {
    "raiMediaFilteredReasons": ["no"], "generatedSamples": [{"video": {"uri": "https://x/a"}}]}}}
BROKEN = {"name": "a", "done": True, "error": {"code": 3, "message": "m"}}
IMAGES = {"created": 1, "output_format": "png", "quality": "low", "size": "1x1", "background": "opaque",
          "data": [{"b64_json": "UE5H", "revised_prompt": "p"}],
          "usage": {"input_tokens": 3, "output_tokens": 5, "input_tokens_details": {"image_tokens": 1}}}
READ = [("gemini", GEMINI, taken(GOOGLE, PICTURE)), ("omni", OMNI, polled("omni")), ("failed", FAILED, polled("omni")),
        ("veo", VEO, polled("veo")), ("broken", BROKEN, polled("veo")), ("images", IMAGES, taken(OPENAI, PICTURE))]


def changed(whole: Any, into: Any) -> Iterator[Any]:
    """The whole with each of its parts replaced in turn, and each part left out."""
    yield into
    if isinstance(whole, dict):
        for name, part in whole.items():
            yield {other: value for other, value in whole.items() if other != name}
            yield from ({**whole, name: one} for one in changed(part, into))
    elif isinstance(whole, list):
        for place, part in enumerate(whole):
            yield from ([*whole[:place], one, *whole[place + 1:]] for one in changed(part, into))


@pytest.mark.parametrize(("body", "read"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_an_odd_answer_is_read_or_unreadable(body: Any, read: Callable[[Answer], Any]) -> None:
    for into in ODD:
        for one in changed(body, into):
            try:
                found = read(Answer(200, {}, json.dumps(one).encode()))
            except Unreadable:
                continue
            states = list(found.values()) if isinstance(found, dict) else [found]
            assert all(isinstance(state, State) and isinstance(state.note, str) for state in states), one
            assert all(isinstance(file.url, str) for state in states for file in state.files), one


@pytest.mark.parametrize("provider", [GOOGLE, OPENAI], ids=lambda one: one.name)
def test_an_odd_error_is_understood_somehow(provider: Provider) -> None:
    for into in ODD:
        for one in changed({"error": {"message": "m", "status": "s", "code": "c", "type": "t"}}, into):
            for status in (400, 403, 429, 500):
                assert provider.refused(Answer(status, {}, json.dumps(one).encode())).message
