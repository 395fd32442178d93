"""The stand-in for Gemini's words, driven by Google's own client."""

from collections.abc import Iterator

import pytest
from google import genai
from google.genai import errors, types

from nodes.remote.emulators.gemini_text import GeminiText
from nodes.remote.emulators.samples import picture

WORDS = "You said: hello. A lighthouse stands in the evening light."


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeminiText]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    with GeminiText() as found:
        yield found


@pytest.fixture
def client(emulator: GeminiText) -> Iterator[genai.Client]:
    found = genai.Client(api_key="test-key", http_options=types.HttpOptions(base_url=emulator.base))
    yield found
    found.close()


def test_a_whole_answer_to_words_and_a_picture(client: genai.Client) -> None:
    found = client.models.generate_content(
        model="gemini-large", contents=["hello", types.Part.from_bytes(data=picture("a"), mime_type="image/png")],
        config=types.GenerateContentConfig(system_instruction="Be short.", temperature=0.5, max_output_tokens=50,
                                           seed=3))
    assert found.text == "You said: hello. I saw 1 picture. A lighthouse stands in the evening light."
    assert found.candidates is not None and found.candidates[0].finish_reason == types.FinishReason.STOP


def test_a_stream_gives_the_same_words_in_pieces(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model="gemini-large", contents="hello"))
    assert [chunk.text for chunk in chunks][:3] == ["You", " said:", " hello."]
    assert "".join(chunk.text or "" for chunk in chunks) == WORDS
    assert chunks[-1].usage_metadata is not None and chunks[-1].usage_metadata.candidates_token_count == 10


def test_models_are_listed(client: genai.Client) -> None:
    found = [model.name for model in client.models.list(config={"page_size": 1})]
    assert found == ["models/gemini-large", "models/gemini-small", "models/picture-vectors"]


def test_blocked_is_a_reason_to_finish(emulator: GeminiText, client: genai.Client) -> None:
    emulator.fail("blocked_result")
    found = client.models.generate_content(model="gemini-large", contents="hello")
    assert found.candidates is not None and found.candidates[0].finish_reason == types.FinishReason.SAFETY
    assert emulator.paid == 1


def test_a_prompt_that_is_refused_has_no_answer(emulator: GeminiText, client: genai.Client) -> None:
    for ask in (client.models.generate_content, client.models.generate_content_stream):
        emulator.fail("blocked")
        found = ask(model="gemini-large", contents="hello")
        feedback = (found if isinstance(found, types.GenerateContentResponse) else next(iter(found))).prompt_feedback
        assert feedback is not None and feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
    assert emulator.paid == 0


def test_errors_are_the_ones_that_the_client_knows(emulator: GeminiText, client: genai.Client) -> None:
    def ask(model: str = "gemini-large") -> int:
        try:
            client.models.generate_content(model=model, contents="hello")
        except errors.APIError as error:
            return int(error.code)
        return 200

    assert ask("no-such-model") == 404
    for fault, code in (("busy", 429), ("key", 400), ("no_credit", 400), ("error_before", 503)):
        emulator.fail(fault)  # type: ignore[arg-type]  # a FaultKind
        assert ask() == code
    assert emulator.paid == 0
    assert ask() == 200
    assert emulator.paid == 1
