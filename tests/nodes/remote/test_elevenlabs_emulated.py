"""Our own requests to ElevenLabs, sent to the stand-in that its own client has proven."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from ajar.remote import Answer, Call, Order, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from nodes.remote.elevenlabs import (
    PROVIDER,
    elevenlabs_effect,
    elevenlabs_music,
    elevenlabs_speech,
    elevenlabs_voices,
    models,
)
from nodes.remote.emulators.elevenlabs import ElevenLabs

NODES: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (elevenlabs_speech, {"text": "Hello"}),
    (elevenlabs_speech, {"text": "Hello", "model": "eleven_v3", "language": "en", "seed": 9, "format": "wav_16000"}),
    (elevenlabs_effect, {"prompt": "rain"}),
    (elevenlabs_effect, {"prompt": "rain", "seconds": 0.5, "loop": True, "model": "eleven_text_to_sound_v3"}),
    (elevenlabs_music, {"prompt": "a waltz", "seconds": 3.0, "model": "music_v2_5", "format": "mp3_48000_320"}),
]


@pytest.fixture
def emulator() -> Iterator[ElevenLabs]:
    with ElevenLabs() as found:
        yield found


def ordered(node: Callable[..., Any], inputs: dict[str, Any]) -> Order:
    with pytest.raises(Ordered) as caught:
        node(FakeRemote(), **inputs)
    return caught.value.order


def send(emulator: ElevenLabs, call: Call) -> Answer:
    body = json.dumps(call.json).encode() if call.json is not None else None
    asked = urllib.request.Request(f"{emulator.base}{call.path}?{urlencode(call.query)}", body,
                                   {"xi-api-key": "test-key"}, method=call.method)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5) as reply:
            return Answer(reply.status, {name.lower(): text for name, text in reply.headers.items()}, reply.read())
    except urllib.error.HTTPError as reply:
        with reply:
            return Answer(reply.code, {}, reply.read())


@pytest.mark.parametrize(("node", "inputs"), NODES)
def test_what_the_nodes_order_is_made(emulator: ElevenLabs, node: Callable[..., Any], inputs: dict[str, Any]) -> None:
    order = ordered(node, inputs)
    answer = send(emulator, PROVIDER.submit(order, (), "nonce"))
    assert answer.ok, answer.body
    state = PROVIDER.accepted(answer, order)
    assert isinstance(state, State) and state.phase == "done"
    assert state.files[0].type == ("audio/wav" if "wav" in inputs.get("format", "") else "audio/mpeg")
    assert emulator.paid == 1


def test_refusals(emulator: ElevenLabs) -> None:
    call = PROVIDER.submit(ordered(*NODES[0]), (), "nonce")
    for fault, kind in (("busy", "busy"), ("no_credit", "credit"), ("key", "key"), ("error_before", "server"),
                        ("blocked", "blocked")):
        emulator.fail(fault)  # type: ignore[arg-type]  # a FaultKind
        assert PROVIDER.refused(send(emulator, call)).kind == kind
    nobody = PROVIDER.submit(ordered(elevenlabs_speech, {"text": "Hello", "voice": "nobody"}), (), "nonce")
    refusal = PROVIDER.refused(send(emulator, nobody))
    assert refusal.kind == "invalid" and "ElevenLabs voices" in refusal.hint
    assert emulator.paid == 0


def test_what_comes_instead_of_a_sound_is_not_taken_for_one(emulator: ElevenLabs) -> None:
    order = ordered(*NODES[0])
    emulator.fail("html")
    with pytest.raises(Unreadable):
        PROVIDER.accepted(send(emulator, PROVIDER.submit(order, (), "nonce")), order)
    emulator.fail("truncated")
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        send(emulator, PROVIDER.submit(order, (), "nonce"))


def test_voices_and_models_are_listed(emulator: ElevenLabs) -> None:
    order = ordered(elevenlabs_voices, {})
    state = PROVIDER.accepted(send(emulator, PROVIDER.submit(order, (), "nonce")), order)
    assert isinstance(state, State)
    assert state.text.splitlines()[0] == "JBFqnCBsd6RMkjVDRZzb  George (premade, british)"
    asking = models()
    with pytest.raises(StopIteration) as ended:
        asking.send(send(emulator, next(asking)))
    assert ended.value.value == ["eleven_v3", "eleven_multilingual_v2", "eleven_flash_v2_5"]
    assert emulator.paid == 0
