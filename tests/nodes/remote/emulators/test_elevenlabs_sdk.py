"""The stand-in for ElevenLabs, driven by its own client."""

import io
import wave
from collections.abc import Iterator

import httpx
import pytest
from elevenlabs import ElevenLabs as Client
from elevenlabs import VoiceSettings
from elevenlabs.core.api_error import ApiError

from nodes.remote.emulators.elevenlabs import ElevenLabs
from nodes.remote.emulators.samples import mp3

GEORGE = "JBFqnCBsd6RMkjVDRZzb"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[ElevenLabs]:
    monkeypatch.setenv("NO_PROXY", "*")
    with ElevenLabs() as found:
        yield found


@pytest.fixture
def client(emulator: ElevenLabs) -> Iterator[Client]:
    with httpx.Client() as connections:  # the client leaves its own open
        yield Client(api_key="test-key", base_url=emulator.base, httpx_client=connections)


def refusal(asked: Iterator[bytes]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        list(asked)
    return caught.value


def test_speech_comes_as_the_bytes_of_a_file(emulator: ElevenLabs, client: Client) -> None:
    found = b"".join(client.text_to_speech.convert(
        GEORGE, text="Hello", model_id="eleven_v3", output_format="mp3_44100_128", seed=7, language_code="en",
        voice_settings=VoiceSettings(stability=0.5, similarity_boost=0.75, style=0.0, speed=1.1)))
    assert found == mp3(f"speech {GEORGE} Hello")
    assert emulator.paid == 1


def test_a_wav_has_the_rate_that_was_asked_for(client: Client) -> None:
    found = b"".join(client.text_to_speech.convert(
        GEORGE, text="Hello", model_id="eleven_flash_v2_5", output_format="wav_22050"))
    with wave.open(io.BytesIO(found)) as file:
        assert file.getframerate() == 22050


def test_an_effect_and_music(emulator: ElevenLabs, client: Client) -> None:
    effect = b"".join(client.text_to_sound_effects.convert(
        text="rain", duration_seconds=1.5, loop=True, prompt_influence=0.4, model_id="eleven_text_to_sound_v2"))
    music = b"".join(client.music.compose(
        prompt="a waltz", music_length_ms=3000, model_id="music_v1", force_instrumental=True))
    assert effect == mp3("effect rain") and music == mp3("music a waltz")
    assert emulator.paid == 2


def test_voices_models_and_the_account_are_told(client: Client) -> None:
    first = client.voices.search(page_size=2)
    assert first.has_more and [voice.name for voice in first.voices] == ["George", "Sarah"]
    second = client.voices.search(page_size=2, next_page_token=first.next_page_token)
    assert [voice.name for voice in second.voices] == ["Me"] and not second.has_more
    models = [model.model_id for model in client.models.list() if model.can_do_text_to_speech]
    assert models == ["eleven_v3", "eleven_multilingual_v2", "eleven_flash_v2_5"]
    assert client.user.subscription.get().character_limit == 100_000


def test_errors_have_the_shapes_that_the_client_reads(emulator: ElevenLabs, client: Client) -> None:
    def speak(voice: str = GEORGE, text: str = "Hello") -> ApiError:
        return refusal(client.text_to_speech.convert(voice, text=text, model_id="eleven_v3"))

    assert (error := speak(voice="nobody")).status_code == 404 and error.body["detail"]["status"] == "voice_not_found"
    assert speak(text="x" * 5001).status_code == 400
    error = refusal(client.text_to_sound_effects.convert(text="rain", duration_seconds=31))
    assert error.status_code == 422 and error.body["detail"][0]["loc"] == ["body", "duration_seconds"]
    assert refusal(client.music.compose(prompt="a waltz", seed=3)).status_code == 422
    for fault, status in (("busy", 429), ("key", 401), ("no_credit", 401), ("blocked", 403)):
        emulator.fail(fault)  # type: ignore[arg-type]  # a FaultKind
        assert speak().status_code == status
    assert emulator.paid == 0


def test_another_key_is_refused(emulator: ElevenLabs) -> None:
    with httpx.Client() as connections, pytest.raises(ApiError) as caught:
        Client(api_key="other", base_url=emulator.base, httpx_client=connections).models.list()
    assert caught.value.status_code == 401
