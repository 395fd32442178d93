"""Words from language models: the order, the requests, and what answers mean. The answers are literal."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Call, Done, Media, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image
from nodes.remote.text import BY, write_text

TINY = b"\xff\xd8\xff\xe0"
CHAT = ("openai", "xai", "ollama", "lmstudio", "vllm", "compatible")


def ordered(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        write_text(FakeRemote(), inputs.pop("prompt", "Hello"), model=inputs.pop("model", "m-1"), **inputs)
    return caught.value.order


def call(by: str, parts: tuple[Part, ...] = (), **inputs: Any) -> Call:
    return BY[by].submit(ordered(by=by, **inputs), parts, "nonce")


def part(folder: Path) -> Part:
    path = folder / "picture.jpg"
    path.write_bytes(TINY)
    return Part("image", "image/jpeg", "d", path)


def stream(*events: Any, last: str = "") -> Answer:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return Answer(200, {"content-type": "text/event-stream; charset=utf-8"}, ("".join(lines) + last).encode())


def error(status: int, plain: Any) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


def accepted(by: str, answer: Answer) -> State:
    found = BY[by].accepted(answer, ordered(by=by))
    assert isinstance(found, State)
    return found


# --- the node -------------------------------------------------------------------------------------------------------


def test_the_words_of_the_answer_are_the_result() -> None:
    assert write_text(FakeRemote(Done(text="A lighthouse.")), "Hello", model="m") == "A lighthouse."


def test_the_order_holds_what_is_sent_and_no_more() -> None:
    order = ordered(prompt="Look", system="Be short.", by="google", temperature=0.5, seed=2**31 + 7, most=50)
    assert (order.model, order.modality) == ("m-1", "text")
    assert order.settings == {"prompt": "Look", "system": "Be short.", "most": 50, "temperature": 0.5, "seed": 7}
    assert order.units == {"token_in": (0, 13), "token_out": (0, 50)}
    assert "seed" not in ordered(by="google").settings
    assert ordered(by="anthropic", seed=5) == ordered(by="anthropic", seed=6), "it takes no seed: not paid for twice"


def test_a_picture_goes_along_as_jpeg() -> None:
    picture = Image.of(np.zeros((4, 4, 3), np.uint8))
    assert ordered(image=picture).media == (Media("image", picture, "jpg"),)


@pytest.mark.parametrize(("inputs", "words"), [
    ({"prompt": "  "}, "nothing to write about"),
    ({"model": ""}, "No model of OpenAI is chosen"),
    ({"by": "anthropic", "temperature": 0.5}, "no temperature"),
])
def test_what_can_not_be_asked_is_refused_before_anything_is_sent(inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        write_text(remote, **{"prompt": "Hello", "model": "m", **inputs})
    assert remote.orders == []


# --- requests -------------------------------------------------------------------------------------------------------


def test_chat_completions_with_all_that_can_be_said(tmp_path: Path) -> None:
    found = call("ollama", (part(tmp_path),), system="Be short.", temperature=0.2, seed=9, most=40)
    assert (found.method, found.path, found.stream) == ("POST", "/chat/completions", True)
    assert found.json == {
        "model": "m-1", "stream": True, "stream_options": {"include_usage": True}, "max_tokens": 40,
        "temperature": 0.2, "seed": 9,
        "messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/4A=="}},
                {"type": "text", "text": "Hello"},
            ]},
        ],
    }


def test_openai_calls_the_limit_by_its_newer_name() -> None:
    assert call("openai").json == {
        "model": "m-1", "stream": True, "stream_options": {"include_usage": True}, "max_completion_tokens": 4096,
        "messages": [{"role": "user", "content": "Hello"}],
    }


def test_messages_of_anthropic(tmp_path: Path) -> None:
    found = call("anthropic", (part(tmp_path),), system="Be short.", most=40)
    assert (found.method, found.path, found.stream) == ("POST", "/v1/messages", True)
    assert found.json == {
        "model": "m-1", "max_tokens": 40, "stream": True, "system": "Be short.",
        "messages": [{"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/4A=="}},
            {"type": "text", "text": "Hello"},
        ]}],
    }
    assert BY["anthropic"].facts.headers == {"anthropic-version": "2026-10-21"}


def test_generate_content_of_gemini(tmp_path: Path) -> None:
    found = call("google", (part(tmp_path),), model="models/gemini-x", system="Be short.", temperature=0.2, seed=9)
    assert (found.method, found.path, found.query) == (
        "POST", "/v1/models/gemini-x:streamGenerateContent", {"alt": "sse"})
    assert found.json == {
        "contents": [{"role": "user", "parts": [
            {"inlineData": {"mimeType": "image/jpeg", "data": "/9j/4A=="}}, {"text": "Hello"}]}],
        "generationConfig": {"maxOutputTokens": 4096, "temperature": 0.2, "seed": 9},
        "systemInstruction": {"parts": [{"text": "Be short."}]},
    }


def test_a_model_name_can_not_lead_to_another_address() -> None:
    assert call("google", model="x/../../v1/files?a=b").path == (
        "/v1/models/x%2F..%2F..%2Fv1%2Ffiles%3Fa%3Db:streamGenerateContent")


# --- chat completions are read --------------------------------------------------------------------------------------


def delta(text: str | None, reason: str | None = None) -> dict[str, Any]:
    return {"id": "c", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


USAGE = {"id": "c", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}


@pytest.mark.parametrize("by", CHAT)
def test_a_chat_is_put_together_from_its_pieces(by: str) -> None:
    found = accepted(by, stream(delta(""), delta("Good"), delta(" day."), delta(None, "stop"), USAGE,
                                last="data: [DONE]\n\n"))
    assert (found.phase, found.text, found.data) == ("done", "Good day.", {"ended": "stop"})
    assert found.cost is not None
    assert (found.cost.usd, found.cost.units) == (None, {"token_in": 7.0, "token_out": 3.0})
    assert found.cost.note == "7 tokens in, 3 out"


def test_separators_that_are_no_new_lines_stay_in_the_words() -> None:
    raw = 'data: {"choices":[{"delta":{"content":"one\u2028two\u0085"},"finish_reason":"stop"}]}\r\n\r\n'
    assert accepted("ollama", Answer(200, {}, raw.encode())).text == "one\u2028two\u0085"


def test_a_server_that_does_not_stream_is_read_too() -> None:
    whole = {"choices": [{"message": {"role": "assistant", "content": "Good day."}, "finish_reason": "stop"}]}
    assert accepted("compatible", error(200, whole)).text == "Good day."
    with pytest.raises(Unreadable):
        accepted("compatible", error(200, {"message": "hello"}))


def test_words_that_break_off_are_not_taken_for_the_answer() -> None:
    for by, event in (("openai", delta("Good")),
                      ("anthropic", {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Good"}}),
                      ("google", {"candidates": [{"content": {"parts": [{"text": "Good"}]}}]})):
        with pytest.raises(Unreadable, match="broke off"):
            accepted(by, stream(event))
        with pytest.raises(Unreadable):
            accepted(by, Answer(200, {"content-type": "text/event-stream"}, b'data: {"id": "cut-off'))


def test_thoughts_in_front_of_the_answer_are_left_out() -> None:
    found = accepted("ollama", stream(delta("<think>\nHm.\n</think>\n\nGood day."), delta(None, "stop")))
    assert found.text == "Good day."


@pytest.mark.parametrize("event", [
    delta("Go", "content_filter"), {"choices": [{"delta": {"refusal": "I can't."}, "finish_reason": "stop"}]},
])
def test_a_filtered_chat_is_blocked(event: dict[str, Any]) -> None:
    assert accepted("openai", stream(event)).phase == "blocked"


def test_no_words_are_a_failure_that_says_why() -> None:
    assert "before it said a word" in accepted("openai", stream(delta("", "length"))).note
    assert accepted("openai", stream(delta("", "stop"))).phase == "failed"
    assert accepted("openai", stream(delta("Half a", "length"))).phase == "done"


def test_an_error_amid_the_words_is_a_failure() -> None:
    for by, event in (("openai", {"error": {"message": "It crashed."}}), ("ollama", {"error": "It crashed."}),
                      ("anthropic", {"type": "error", "error": {"type": "overloaded_error", "message": "It crashed."}}),
                      ("google", {"error": {"code": 500, "message": "It crashed."}})):
        found = accepted(by, stream(event))
        assert (found.phase, found.note, found.charged) == ("failed", "It crashed.", None)


# --- Anthropic and Gemini are read ----------------------------------------------------------------------------------


def spoken(reason: str, *texts: str) -> Answer:
    return stream(
        {"type": "message_start", "message": {"usage": {"input_tokens": 7, "output_tokens": 1}}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": text}} for text in texts),
        {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    )


def test_messages_are_put_together_without_the_thoughts() -> None:
    found = accepted("anthropic", spoken("end_turn", "Good", " day."))
    assert (found.phase, found.text) == ("done", "Good day.")
    assert found.cost is not None and found.cost.units == {"token_in": 7.0, "token_out": 3.0}
    assert accepted("anthropic", spoken("refusal")).phase == "blocked"
    assert accepted("anthropic", spoken("max_tokens")).phase == "failed"


def candidate(text: str, **more: Any) -> dict[str, Any]:
    parts = [{"text": "Hm.", "thought": True}, {"text": text}]
    return {"candidates": [{"content": {"role": "model", "parts": parts}, **more}]}


def test_candidates_are_put_together_without_the_thoughts() -> None:
    usage = {"promptTokenCount": 7, "candidatesTokenCount": 3, "thoughtsTokenCount": 20, "totalTokenCount": 30}
    found = accepted("google", stream(candidate("Good"), {**candidate(" day.", finishReason="STOP"),
                                                          "usageMetadata": usage}))
    assert (found.phase, found.text) == ("done", "Good day.")
    assert found.cost is not None and found.cost.units == {"token_in": 7.0, "token_out": 23.0}
    assert accepted("google", stream({"candidates": [{"finishReason": "SAFETY"}]})).phase == "blocked"
    assert accepted("google", stream({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})).phase == "blocked"


# --- refusals -------------------------------------------------------------------------------------------------------


def fault(type_: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": type_, "message": message}, "request_id": "r"}


@pytest.mark.parametrize(("by", "answer", "kind"), [
    ("openai", error(401, {"error": {"message": "no", "code": "invalid_api_key"}}), "key"),
    ("openai", error(429, {"error": {"message": "slow", "code": "rate_limit_exceeded"}}), "busy"),
    ("openai", error(429, {"error": {"message": "money", "code": "insufficient_quota"}}), "credit"),
    ("openai", error(400, {"error": {"message": "no", "code": "moderation_blocked"}}), "blocked"),
    ("openai", error(400, {"error": {"message": "no", "code": "unknown_parameter"}}), "invalid"),
    ("openai", error(404, {"error": {"message": "no", "code": "model_not_found"}}), "invalid"),
    ("openai", error(500, {"error": {"message": "oh"}}), "server"),
    ("vllm", error(400, {"object": "error", "message": "too long"}), "invalid"),
    ("ollama", Answer(502, {}, b"<html>bad gateway"), "server"),
    ("anthropic", error(401, fault("authentication_error", "invalid")), "key"),
    ("anthropic", error(429, fault("rate_limit_error", "slow")), "busy"),
    ("anthropic", error(529, fault("overloaded_error", "Overloaded")), "busy"),
    ("anthropic", error(400, fault("invalid_request_error", "Your credit balance is too low to go on")), "credit"),
    ("anthropic", error(400, fault("invalid_request_error", "max_tokens: too many")), "invalid"),
    ("anthropic", error(413, fault("request_too_large", "large")), "invalid"),
    ("anthropic", error(500, fault("api_error", "oh")), "server"),
    ("google", error(400, {"error": {"code": 400, "message": "API key not valid. Please", "status": "X"}}), "key"),
    ("google", error(403, {"error": {"code": 403, "message": "no", "status": "PERMISSION_DENIED"}}), "key"),
    ("google", error(429, {"error": {"code": 429, "message": "exhausted", "status": "RESOURCE_EXHAUSTED"}}), "busy"),
    ("google", error(400, {"error": {"code": 400, "message": "bad", "status": "INVALID_ARGUMENT"}}), "invalid"),
    ("google", error(503, [{"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}]), "server"),
])
def test_an_error_is_understood(by: str, answer: Answer, kind: str) -> None:
    found = BY[by].refused(answer)
    assert found.kind == kind
    assert found.message and "\n" not in found.message
    if kind == "busy":
        assert answer.status in BY[by].facts.uncharged, "else it would not be asked again"


# --- streams and lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "event"), [
    ("openai", delta("Good")), ("google", candidate("Good")),
    ("anthropic", {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Good"}}),
])
def test_a_line_of_a_stream_adds_its_words(by: str, event: dict[str, Any]) -> None:
    piece = BY[by].piece
    assert piece is not None
    assert piece(json.dumps(event)) == "Good"
    assert piece(f"data: {json.dumps(event)}") == "Good"
    assert piece(json.dumps({"type": "ping"})) == ""


def test_models_are_listed_in_pages() -> None:
    models = BY["google"].models
    assert models is not None
    asking = models()
    assert next(asking).query == {"pageSize": "1000"}
    writes = {"supportedGenerationMethods": ["generateContent"]}
    vectors = {"name": "models/v", "supportedGenerationMethods": ["embedContent"]}
    more = asking.send(error(200, {"models": [{"name": "models/a", **writes}, vectors], "nextPageToken": "t"}))
    assert more.query == {"pageSize": "1000", "pageToken": "t"}
    with pytest.raises(StopIteration) as ended:
        asking.send(error(200, {"models": [{"name": "models/b", **writes}]}))
    assert ended.value.value == ["a", "b"]


def test_a_person_is_told_the_names_of_the_models() -> None:
    greet = BY["ollama"].greet
    assert greet is not None
    asking = greet()
    assert next(asking).path == "/models"
    with pytest.raises(StopIteration) as ended:
        asking.send(error(200, {"object": "list", "data": [{"id": "b"}, {"id": "a:7b"}]}))
    assert ended.value.value == "2 models: a:7b, b."


def test_a_key_that_is_refused_is_said_when_models_are_listed() -> None:
    greet = BY["openai"].greet
    assert greet is not None
    asking = greet()
    next(asking)
    with pytest.raises(UserError, match="did not list its models: Incorrect key"):
        asking.send(error(401, {"error": {"message": "Incorrect key"}}))


def test_servers_on_ones_own_machine_need_no_key_and_cost_nothing() -> None:
    for name in ("ollama", "lmstudio", "vllm"):
        facts = BY[name].facts
        assert (facts.local, facts.auth, facts.keys) == (True, "none", ())
        assert facts.url.startswith("http://127.0.0.1:")
        assert facts.quote(ordered(by=name)).high == 0
    assert not BY["compatible"].facts.local
    assert not BY["openai"].facts.quote(ordered()).known, "no price of a token is known"
