"""ElevenLabs: the orders of its nodes, the requests, and what answers mean. The answers are literal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Call, Delivered, Done, Order, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from nodes.remote.elevenlabs import (
    PROVIDER,
    elevenlabs_effect,
    elevenlabs_music,
    elevenlabs_speech,
    elevenlabs_voices,
    greet,
)
from nodes.remote.emulators.samples import sound

GEORGE = "JBFqnCBsd6RMkjVDRZzb"
MP3 = b"\xff\xfb\x90\x64" + bytes(40)


def ordered(node: Callable[..., Any], *arguments: Any, **inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        node(FakeRemote(), *arguments, **inputs)
    return caught.value.order


def call(node: Callable[..., Any], *arguments: Any, **inputs: Any) -> Call:
    return PROVIDER.submit(ordered(node, *arguments, **inputs), (), "nonce")


def answer(status: int, detail: Any) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps({"detail": detail}).encode())


# --- requests -------------------------------------------------------------------------------------------------------


def test_speech_is_ordered_with_all_that_can_be_said() -> None:
    found = call(elevenlabs_speech, "Hello", voice="a/b", model="eleven_v3", language="de", stability=0.4, speed=1.1,
                 format="wav_44100", seed=2**32 + 5)
    assert (found.method, found.path, found.query) == (
        "POST", "/v1/text-to-speech/a%2Fb", {"output_format": "wav_44100"})
    assert found.json == {
        "text": "Hello", "model_id": "eleven_v3", "language_code": "de", "seed": 5,
        "voice_settings": {"stability": 0.4, "similarity_boost": 0.75, "style": 0.0, "speed": 1.1},
    }


def test_speech_says_no_more_than_it_must() -> None:
    found = call(elevenlabs_speech, "Hello")
    assert found.path == f"/v1/text-to-speech/{GEORGE}"
    assert set(found.json) == {"text", "model_id", "voice_settings"}


def test_an_effect_is_ordered() -> None:
    found = call(elevenlabs_effect, "rain", seconds=2.5, influence=0.6, loop=True)
    assert (found.path, found.query) == ("/v1/sound-generation", {"output_format": "mp3_44100_128"})
    assert found.json == {"text": "rain", "model_id": "eleven_text_to_sound_v2", "duration_seconds": 2.5,
                          "prompt_influence": 0.6, "loop": True}
    assert "duration_seconds" not in call(elevenlabs_effect, "rain").json


def test_music_is_ordered_in_milliseconds() -> None:
    found = call(elevenlabs_music, "a waltz", seconds=12.5, instrumental=True, model="music_v2")
    assert (found.path, found.json) == ("/v1/music", {
        "prompt": "a waltz", "model_id": "music_v2", "music_length_ms": 12500, "force_instrumental": True})


def test_voices_cost_nothing_and_are_listed_a_line_each() -> None:
    order = ordered(elevenlabs_voices, " george ")
    assert order.free
    found = PROVIDER.submit(order, (), "nonce")
    assert (found.method, found.path, found.query) == ("GET", "/v2/voices", {"page_size": "100", "search": "george"})
    row = {"voice_id": GEORGE, "name": "George\n", "category": "premade", "labels": {"accent": "british"}}
    state = PROVIDER.accepted(Answer(200, {}, json.dumps({"voices": [row]}).encode()), order)
    assert isinstance(state, State) and state.text == f"{GEORGE}  George (premade, british)"
    assert elevenlabs_voices(FakeRemote(Done(text=state.text))) == state.text


# --- limits and prices ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("node", "inputs", "words"), [
    (elevenlabs_speech, {"text": " "}, "nothing to speak"),
    (elevenlabs_speech, {"text": "Hi", "voice": ""}, "No voice is chosen"),
    (elevenlabs_speech, {"text": "x" * 5001, "model": "eleven_v3"}, "at most 5,000 characters, not 5,001"),
    (elevenlabs_speech, {"text": "Hi", "language": "de"}, "Eleven Multilingual v2 has no language"),
    (elevenlabs_speech, {"text": "Hi", "format": "pcm_44100"}, "can't do format pcm_44100"),
    (elevenlabs_effect, {"prompt": "rain", "seconds": 31.0}, "from 0.5 to 30, not 31.0"),
    (elevenlabs_effect, {"prompt": ""}, "nothing to make a sound of"),
    (elevenlabs_music, {"prompt": "waltz", "seconds": 2.0}, "from 3 to 600, not 2.0"),
    (elevenlabs_music, {"prompt": "waltz", "format": "wav_44100"}, "can't do format wav_44100"),
    (elevenlabs_music, {"prompt": ""}, "nothing to compose"),
])
def test_limits_are_known_before_anything_is_sent(node: Callable[..., Any], inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        node(remote, **inputs)
    assert remote.orders == []


@pytest.mark.parametrize(("order", "low", "high"), [
    (lambda: ordered(elevenlabs_speech, "x" * 1000), 0.1, 0.1),
    (lambda: ordered(elevenlabs_speech, "x" * 1000, model="eleven_flash_v2_5"), 0.05, 0.05),
    (lambda: ordered(elevenlabs_effect, "rain", seconds=30.0), 0.06, 0.06),
    (lambda: ordered(elevenlabs_effect, "rain"), 0.001, 0.06),
    (lambda: ordered(elevenlabs_music, "waltz", seconds=60.0), 0.15, 0.15),
])
def test_prices(order: Callable[[], Order], low: float, high: float) -> None:
    quote = PROVIDER.facts.quote(order())
    assert quote.low == pytest.approx(low) and quote.high == pytest.approx(high)
    assert quote.trust == "AUD" and quote.checked == "2026-08-11"


# --- answers --------------------------------------------------------------------------------------------------------


def test_the_bytes_are_the_sound_and_what_was_used_is_known() -> None:
    order = ordered(elevenlabs_speech, "Hello")
    state = PROVIDER.accepted(Answer(200, {"request-id": "r1", "character-cost": "5"}, MP3), order)
    assert isinstance(state, State) and state.phase == "done"
    assert [(made.type, made.data) for made in state.files] == [("audio/mpeg", MP3)]
    assert state.data == {"request": "r1", "credits": "5"}
    assert state.cost is not None and state.cost.units == {"character": 5.0}
    priced = PROVIDER.facts.priced(order.model, {}, state.cost)
    assert priced.usd == pytest.approx(0.0005) and priced.source == "computed"


@pytest.mark.parametrize(("content", "kind"), [
    (b"ID3\x04" + bytes(40), "audio/mpeg"), (sound("a"), "audio/wav"), (b"OggS" + bytes(40), "audio/ogg"),
])
def test_a_sound_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    state = PROVIDER.accepted(Answer(200, {"content-type": "text/plain"}, content), ordered(elevenlabs_music, "waltz"))
    assert isinstance(state, State) and state.files[0].type == kind


@pytest.mark.parametrize("content", [b"", b"<!doctype html>", b'{"id": "cut-off-in-the-mid'])
def test_what_is_no_sound_is_not_taken_for_one(content: bytes) -> None:
    with pytest.raises(Unreadable):
        PROVIDER.accepted(Answer(200, {"content-type": "audio/mpeg"}, content), ordered(elevenlabs_music, "waltz"))


def test_a_node_gives_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(sound("a", rate=8000))
    found = elevenlabs_speech(FakeRemote(Done((Delivered(path, "audio/wav", "", "d"),))), "Hello")
    assert (found.rate, found.seconds) == (8000, 1.0)


@pytest.mark.parametrize(("found", "kind"), [
    (answer(401, {"status": "invalid_api_key", "message": "Invalid API key"}), "key"),
    (answer(401, {"status": "missing_permissions", "message": "The key may not"}), "key"),
    (answer(401, {"status": "quota_exceeded", "message": "You have 3 credits"}), "credit"),
    (answer(402, {"status": "x", "message": "pay"}), "credit"),
    (answer(429, {"status": "too_many_concurrent_requests", "message": "slow"}), "busy"),
    (answer(429, {"status": "system_busy", "message": "busy"}), "busy"),
    (answer(403, {"status": "content_against_policy", "message": "no"}), "blocked"),
    (answer(404, {"status": "voice_not_found", "message": "A voice was not found"}), "invalid"),
    (answer(422, [{"loc": ["body", "seed"], "msg": "Input should be less"}]), "invalid"),
    (answer(500, "Internal"), "server"),
    (Answer(502, {}, b"<html>"), "server"),
])
def test_an_error_is_understood(found: Answer, kind: str) -> None:
    refusal = PROVIDER.refused(found)
    assert refusal.kind == kind and refusal.message
    if kind == "busy":
        assert found.status in PROVIDER.facts.uncharged, "else it would not be asked again"


def test_a_field_that_is_wrong_is_named() -> None:
    found = answer(422, [{"loc": ["body", "seed"], "msg": "Input should be less"}])
    assert PROVIDER.refused(found).message == "seed: Input should be less"


def test_the_account_is_greeted() -> None:
    asking = greet()
    assert next(asking).path == "/v1/user/subscription"
    plain = {"tier": "creator", "character_count": 1200, "character_limit": 100000}
    with pytest.raises(StopIteration) as ended:
        asking.send(Answer(200, {}, json.dumps(plain).encode()))
    assert ended.value.value == "Creator plan: 1,200 of 100,000 credits are used."
    asking = greet()
    next(asking)
    with pytest.raises(UserError, match="Invalid API key"):
        asking.send(answer(401, {"status": "invalid_api_key", "message": "Invalid API key"}))
