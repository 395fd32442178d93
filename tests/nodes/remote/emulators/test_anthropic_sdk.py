"""The stand-in for Anthropic's Messages, driven by its own client."""

import base64
from collections.abc import Iterator

import anthropic
import pytest

from nodes.remote.emulators.anthropic import Anthropic
from nodes.remote.emulators.samples import picture

WORDS = "You said: hello. A lighthouse stands in the evening light."


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Anthropic]:
    monkeypatch.setenv("NO_PROXY", "*")
    with Anthropic() as found:
        yield found


@pytest.fixture
def client(emulator: Anthropic) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="test-key", base_url=emulator.base, max_retries=0) as found:
        yield found


def test_a_whole_answer_to_words_and_a_picture(client: anthropic.Anthropic) -> None:
    data = base64.b64encode(picture("a")).decode()
    found = client.messages.create(model="claude-large", max_tokens=100, system="Be short.", messages=[
        {"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}},
            {"type": "text", "text": "hello"}]}])
    assert found.content[0].type == "text"
    assert found.content[0].text == "You said: hello. I saw 1 picture. A lighthouse stands in the evening light."
    assert found.stop_reason == "end_turn"
    assert found.usage.output_tokens == 14


def test_a_stream_gives_the_same_words_in_pieces(client: anthropic.Anthropic) -> None:
    with client.messages.stream(model="claude-large", max_tokens=100,
                                messages=[{"role": "user", "content": "hello"}]) as stream:
        pieces = list(stream.text_stream)
        message = stream.get_final_message()
    assert "".join(pieces) == WORDS and len(pieces) == 10
    assert message.stop_reason == "end_turn" and message.usage.output_tokens == 10


def test_few_tokens_cut_the_answer(client: anthropic.Anthropic) -> None:
    found = client.messages.create(model="claude-large", max_tokens=2, messages=[{"role": "user", "content": "hello"}])
    assert found.stop_reason == "max_tokens"


def test_a_refusal_is_a_reason_to_stop(emulator: Anthropic, client: anthropic.Anthropic) -> None:
    emulator.fail("blocked_result")
    with client.messages.stream(model="claude-large", max_tokens=9, messages=[{"role": "user", "content": "x"}]) as it:
        assert it.get_final_message().stop_reason == "refusal"


def test_models_are_listed_page_by_page(client: anthropic.Anthropic) -> None:
    assert [model.id for model in client.models.list(limit=1)] == ["claude-large", "claude-small"]


def test_errors_are_the_ones_that_the_client_knows(emulator: Anthropic, client: anthropic.Anthropic) -> None:
    def ask(model: str = "claude-large") -> None:
        client.messages.create(model=model, max_tokens=9, messages=[{"role": "user", "content": "hello"}])

    with pytest.raises(anthropic.NotFoundError):
        ask("no-such-model")
    emulator.fail("busy")
    with pytest.raises(anthropic.RateLimitError):
        ask()
    emulator.fail("key")
    with pytest.raises(anthropic.AuthenticationError):
        ask()
    emulator.fail("no_credit")
    with pytest.raises(anthropic.BadRequestError, match="credit balance is too low"):
        ask()
    assert emulator.paid == 0
    ask()
    assert emulator.paid == 1


def test_an_error_amid_a_stream_is_one(emulator: Anthropic, client: anthropic.Anthropic) -> None:
    emulator.fail("failed")
    asked = client.messages.stream(model="claude-large", max_tokens=99, messages=[{"role": "user", "content": "x"}])
    with asked as stream, pytest.raises(anthropic.APIError, match="The model crashed"):
        list(stream)


def test_the_older_form_of_the_key_is_taken_and_another_key_is_not(emulator: Anthropic) -> None:
    import urllib.error
    import urllib.request

    def models(key: str) -> int:
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
        with urllib.request.urlopen(urllib.request.Request(f"{emulator.base}/v1/models", headers=headers)) as answer:
            return int(answer.status)

    assert models("test-key") == 200
    with pytest.raises(urllib.error.HTTPError) as caught:
        models("other")
    assert caught.value.code == 401
    caught.value.close()
