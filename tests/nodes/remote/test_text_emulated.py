"""Our own requests for words, sent to the stand-ins that the vendors' clients have proven."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ajar.errors import AjarError, Waiting
from ajar.remote import Answer, Call, Order, Part, Provider, State, Unreadable
from nodes.remote.emulators.anthropic import Anthropic
from nodes.remote.emulators.chat import Chat, LocalChat
from nodes.remote.emulators.gemini_text import GeminiText
from nodes.remote.emulators.samples import picture
from nodes.remote.emulators.server import Emulator
from nodes.remote.text import BY
from tests.nodes.remote.bench import Bench, bench
from tests.nodes.remote.cases.text import CASES

KINDS: dict[str, type[Emulator]] = {
    "openai": Chat, "xai": Chat, "compatible": Chat, "ollama": LocalChat, "lmstudio": LocalChat, "vllm": LocalChat,
    "anthropic": Anthropic, "google": GeminiText,
}


@pytest.fixture(params=KINDS)
def stage(request: pytest.FixtureRequest) -> Iterator[tuple[Provider, Any]]:
    with KINDS[request.param]() as emulator:
        yield BY[request.param], emulator


def send(provider: Provider, emulator: Emulator, call: Call) -> Answer:
    headers = dict(provider.facts.headers)
    auth = provider.facts.auth
    if auth != "none":
        headers |= {"Authorization": "Bearer test-key"} if auth == "bearer" else {auth: "test-key"}
    query = f"?{urlencode(call.query)}" if call.query else ""
    body = json.dumps(call.json).encode() if call.json is not None else None
    asked = urllib.request.Request(emulator.base + call.path + query, body, headers, method=call.method)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=5) as reply:
            return _answer(reply)
    except urllib.error.HTTPError as reply:
        with reply:
            return _answer(reply)


def _answer(reply: Any) -> Answer:
    return Answer(reply.status, {name.lower(): text for name, text in reply.headers.items()}, reply.read())


def order(model: str, **settings: Any) -> Order:
    return Order(model, "text", {"prompt": "hello", "system": "Be short.", "most": 50, **settings})


def ask(stage: tuple[Provider, Any], *parts: Part, **settings: Any) -> State:
    provider, emulator = stage
    wanted = order(emulator.known[0], **settings)
    answer = send(provider, emulator, provider.submit(wanted, parts, "nonce"))
    assert answer.ok, answer.body
    found = provider.accepted(answer, wanted)
    assert isinstance(found, State)
    return found


def test_words_come_back_in_pieces_and_whole(stage: tuple[Provider, Any]) -> None:
    provider, emulator = stage
    found = ask(stage)
    assert (found.phase, found.text) == ("done", "You said: hello. A lighthouse stands in the evening light.")
    assert found.cost is not None and found.cost.units["token_in"] == 7
    assert emulator.paid == 1
    raw = send(provider, emulator, provider.submit(order(emulator.known[0]), (), "nonce")).body.decode()
    assert provider.piece is not None
    pieces = [provider.piece(line) for line in raw.splitlines() if line.startswith("data:")]
    assert "".join(pieces) == found.text and sum(map(bool, pieces)) == 10


def test_a_picture_and_all_settings_are_taken(stage: tuple[Provider, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture("a"))
    more: dict[str, Any] = {} if stage[0].name == "anthropic" else {"temperature": 0.5, "seed": 7}
    assert "I saw 1 picture." in ask(stage, Part("image", "image/png", "d", path), **more).text


def test_an_answer_that_is_cut_off_says_so(stage: tuple[Provider, Any]) -> None:
    found = ask(stage, most=2)
    assert found.text == "You said:"
    assert found.data["ended"].lower() in ("length", "max_tokens")


def test_blocked_and_crashed_answers(stage: tuple[Provider, Any]) -> None:
    stage[1].fail("blocked_result")
    assert ask(stage).phase == "blocked"
    stage[1].fail("failed")
    assert ask(stage).phase == "failed"
    stage[1].breaks_off = True
    with pytest.raises(Unreadable):
        ask(stage)


def test_refusals(stage: tuple[Provider, Any]) -> None:
    provider, emulator = stage
    call = provider.submit(order(emulator.known[0]), (), "nonce")
    for fault, kind in (("busy", "busy"), ("no_credit", "credit"), ("key", "key"), ("error_before", "server")):
        emulator.fail(fault)
        assert provider.refused(send(provider, emulator, call)).kind == kind
    emulator.fail("blocked")
    answer = send(provider, emulator, call)
    if answer.ok:  # Gemini says it with 200
        state = provider.accepted(answer, order(emulator.known[0]))
        assert isinstance(state, State) and state.phase == "blocked"
    else:
        assert provider.refused(answer).kind == "blocked"
    unknown = send(provider, emulator, provider.submit(order("no-such-model"), (), "nonce"))
    assert provider.refused(unknown).kind == "invalid"
    assert emulator.paid == 0


def test_models_are_listed(stage: tuple[Provider, Any]) -> None:
    provider, emulator = stage
    assert provider.models is not None and provider.greet is not None
    asking = provider.models()
    with pytest.raises(StopIteration) as ended:
        call = next(asking)
        while True:
            call = asking.send(send(provider, emulator, call))
    assert ended.value.value == list(emulator.known)


# --- through the transport and the journal --------------------------------------------------------------------------


@pytest.fixture(params=[case for case in CASES if case.provider != "ollama"], ids=lambda case: case.provider)
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with bench(request.param, tmp_path, monkeypatch) as made:
        yield made


def test_the_words_are_shown_as_they_come(at: Bench) -> None:
    _, heard = at.begin()
    assert heard.ended.wait(10)
    assert heard.outcome.values == (
        "You said: Describe a lighthouse.. A lighthouse stands in the evening light.",)
    assert "You said: Describe" in heard.notes
    assert heard.notes.index("You said: Describe") < heard.notes.index("You said: Describe a")


def test_an_answer_that_breaks_off_is_left_to_a_person(at: Bench) -> None:
    at.emulator.breaks_off = True  # type: ignore[attr-defined]  # those that play text have it
    outcome = at.order()
    assert isinstance(outcome.error, Waiting) and "broke off" in str(outcome.error), outcome
    assert at.entry.state == "unknown"
    assert isinstance(at.order().error, Waiting)
    assert at.emulator.paid == 1


def test_an_answer_that_fails_amid_the_words_is_said_and_not_tried_again(at: Bench) -> None:
    at.emulator.fail("failed")
    outcome = at.order()
    assert isinstance(outcome.error, AjarError) and "The model crashed" in str(outcome.error), outcome
    assert at.entry.state == "failed" and at.entry.charged is None
    assert at.emulator.paid == 1


def test_what_was_used_is_written_down(at: Bench) -> None:
    at.order()
    assert at.entry.cost is None and at.entry.high is None
    assert at.entry.cost_note.startswith("7 tokens in, ")
