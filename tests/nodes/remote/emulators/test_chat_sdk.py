"""The stand-in for chat completions, driven by OpenAI's own client."""

from collections.abc import Iterator

import openai
import pytest

from nodes.remote.emulators.chat import Chat
from nodes.remote.emulators.samples import picture

WORDS = "You said: hello. A lighthouse stands in the evening light."


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setenv("NO_PROXY", "*")
    with Chat() as found:
        yield found


@pytest.fixture
def client(emulator: Chat) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="test-key", base_url=emulator.base, max_retries=0) as found:
        yield found


def test_a_whole_answer(client: openai.OpenAI) -> None:
    found = client.chat.completions.create(model="words-large", messages=[{"role": "user", "content": "hello"}])
    assert found.choices[0].message.content == WORDS
    assert found.choices[0].finish_reason == "stop"
    assert found.usage is not None and found.usage.total_tokens == found.usage.prompt_tokens + 10


def test_a_stream_gives_the_same_words_in_pieces_and_the_usage_at_its_end(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(
        model="words-large", messages=[{"role": "user", "content": "hello"}], stream=True,
        stream_options={"include_usage": True}, temperature=0.5, seed=3, max_completion_tokens=100))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == WORDS
    assert len([piece for piece in pieces if piece]) == 10
    assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens == 10


def test_a_picture_is_seen(client: openai.OpenAI) -> None:
    import base64

    url = "data:image/png;base64," + base64.b64encode(picture("a")).decode()
    found = client.chat.completions.create(model="words-large", messages=[{"role": "user", "content": [
        {"type": "text", "text": "what is it"}, {"type": "image_url", "image_url": {"url": url}}]}])
    assert "I saw 1 picture." in (found.choices[0].message.content or "")


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["words-large", "words-small"]


def test_errors_are_the_ones_that_the_client_knows(emulator: Chat, client: openai.OpenAI) -> None:
    def ask(model: str = "words-large") -> None:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hello"}])

    with pytest.raises(openai.NotFoundError):
        ask("no-such-model")
    emulator.fail("no_credit")
    with pytest.raises(openai.RateLimitError) as caught:
        ask()
    assert caught.value.code == "insufficient_quota"
    emulator.fail("busy")
    with pytest.raises(openai.RateLimitError) as caught:
        ask()
    assert caught.value.response.headers["retry-after"] == "1"
    emulator.fail("key")
    with pytest.raises(openai.AuthenticationError):
        ask()
    assert emulator.paid == 0
    ask()
    assert emulator.paid == 1


def test_an_error_amid_a_stream_is_one(emulator: Chat, client: openai.OpenAI) -> None:
    emulator.fail("failed")
    with pytest.raises(openai.APIError, match="The model crashed"):
        list(client.chat.completions.create(
            model="words-large", messages=[{"role": "user", "content": "hello"}], stream=True))


def test_another_key_is_refused(emulator: Chat) -> None:
    stranger = openai.OpenAI(api_key="other", base_url=emulator.base, max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError):
        stranger.models.list()
