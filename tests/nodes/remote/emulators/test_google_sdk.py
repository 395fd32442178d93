"""The official google-genai drives the emulator of Gemini, so that the emulator is proven by someone else's client."""

import base64
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from nodes.remote.emulators import samples
from nodes.remote.emulators.google import Google
from nodes.remote.emulators.server import Fault

genai = pytest.importorskip("google.genai")
pytestmark = [pytest.mark.filterwarnings("ignore:.*[Ee]xperimental.*:UserWarning"),
              pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture
def emulator() -> Iterator[Google]:
    with Google(job_seconds=10) as one:
        yield one


def client(emulator: Google, key: str = "test-key", version: str = "v1beta") -> Any:
    from google.genai import types

    return genai.Client(api_key=key, http_options=types.HttpOptions(
        base_url=emulator.url, api_version=version, client_args={"trust_env": False}))


def test_a_picture_is_made_and_edited(emulator: Google) -> None:
    from google.genai import types

    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="16:9", image_size="2K"))
    with client(emulator) as one:
        made = one.models.generate_content(
            model="gemini-3.1-flash-image", config=config,
            contents=["a fox", types.Part.from_bytes(data=samples.picture("in"), mime_type="image/png")])
    parts = made.candidates[0].content.parts
    assert [part.inline_data.mime_type for part in parts if part.inline_data] == ["image/png"]
    assert parts[-1].inline_data.data.startswith(b"\x89PNG")
    assert made.usage_metadata.candidates_token_count == 1680
    assert emulator.paid == 1


def test_what_is_blocked_and_what_is_wrong(emulator: Google) -> None:
    from google.genai import errors, types

    with client(emulator) as one:
        emulator.fail("blocked")
        made = one.models.generate_content(model="gemini-3-pro-image", contents="a fox")
        assert made.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
        emulator.fail("blocked_result")
        made = one.models.generate_content(model="gemini-3-pro-image", contents="a fox")
        assert made.candidates[0].finish_reason == types.FinishReason.IMAGE_SAFETY
        config = types.GenerateContentConfig(image_config=types.ImageConfig(image_size="8K"))
        with pytest.raises(errors.ClientError, match="image_size") as refused:
            one.models.generate_content(model="gemini-3-pro-image", contents="a fox", config=config)
        assert refused.value.code == 400
    with client(emulator, "wrong") as other, pytest.raises(errors.ClientError, match="API key not valid"):
        other.models.generate_content(model="gemini-3-pro-image", contents="a fox")
    assert emulator.paid == 1


def interact(one: Any, **changes: Any) -> Any:
    return one.interactions.create(**{
        "model": "gemini-omni-1.2-flash", "background": True, "store": True,
        "input": [{"type": "image", "data": base64.b64encode(samples.picture("in")).decode(),
                   "mime_type": "image/png"}, {"type": "text", "text": "it walks"}],
        "response_format": {"type": "video", "aspect_ratio": "9:16", "resolution": "720p", "duration": "5s",
                            "delivery": "uri"},
        "generation_config": {"video_config": {"task": "image_to_video"}}, **changes})


def test_a_film_is_made_in_the_background(emulator: Google) -> None:
    with client(emulator) as one:
        job = interact(one)
        assert job.status == "queued"
        assert one.interactions.get(job.id).status == "in_progress"
        emulator.advance(20)
        emulator.files_at = "https://generativelanguage.googleapis.com"
        done = one.interactions.get(job.id)
        assert done.status == "completed"
        assert done.output_video.mime_type == "video/mp4"
        assert done.usage.output_tokens_by_modality[0].tokens == 28960
        from google.genai import types

        content = one.files.download(file=types.Video(uri=done.output_video.uri))
    assert content[4:8] == b"ftyp"
    sent = json.loads(next(seen.body for seen in emulator.requests if seen.method == "POST"))
    assert sent["input"][0]["type"] == "user_input"


def test_a_film_is_cancelled_refused_and_unknown(emulator: Google) -> None:
    with client(emulator) as one:
        job = interact(one)
        assert one.interactions.cancel(job.id).status == "cancelled"
        assert one.interactions.get(job.id).status == "cancelled"
        with pytest.raises(Exception, match="Invalid interaction name"):
            one.interactions.get("nobody")
        emulator.fail("blocked_result")
        job = interact(one)
        emulator.advance(20)
        found = one.interactions.get(job.id)
        assert (found.status, found.output_video) == ("completed", None)
        assert "policies" in found.output_text
        with pytest.raises(Exception, match="duration"):
            interact(one, response_format={"type": "video", "duration": "12s"})
    assert emulator.paid == 2


def test_a_daily_quota_says_so(emulator: Google) -> None:
    emulator.fail(Fault("no_credit"))
    with client(emulator) as one, pytest.raises(Exception, match="429 RESOURCE_EXHAUSTED") as refused:
        one.models.generate_content(model="gemini-3-pro-image", contents="a fox")
    assert "PerDay" in str(refused.value)


def test_veo_as_its_last_sdk_spoke(emulator: Google) -> None:
    """The SDK installed has lost Veo: the request is the one that 2.34.0 sent."""
    body = {"instances": [{"prompt": "a fox", "image": {
        "bytesBase64Encoded": base64.b64encode(samples.picture("in")).decode(), "mimeType": "image/png"}}],
        "parameters": {"sampleCount": 1, "durationSeconds": 8, "aspectRatio": "16:9", "resolution": "1080p",
                       "personGeneration": "allow_adult", "negativePrompt": "rain"}}
    found = plain(emulator, "/v1beta/models/veo-3.1-generate-preview:predictLongRunning", body)
    assert found["name"].startswith("models/veo-3.1-generate-preview/operations/")
    assert "done" not in plain(emulator, "/v1beta/" + found["name"])
    emulator.advance(20)
    done = plain(emulator, "/v1beta/" + found["name"])
    uri = done["response"]["generateVideoResponse"]["generatedSamples"][0]["video"]["uri"]
    assert done["done"] is True
    assert plain(emulator, uri.removeprefix(emulator.url), raw=True)[4:8] == b"ftyp"


def plain(emulator: Google, path: str, body: Any = None, raw: bool = False) -> Any:
    request = urllib.request.Request(emulator.url + path, headers={"x-goog-api-key": "test-key"},
                                     data=json.dumps(body).encode() if body is not None else None)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        content = answer.read()
    return content if raw else json.loads(content)
