"""The stand-in for Higgsfield, driven by Higgsfield's own client."""

import io
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import PIL.Image
import pytest

from nodes.remote.emulators.higgsfield import Higgsfield
from nodes.remote.emulators.samples import film, picture

higgsfield_client = pytest.importorskip("higgsfield_client")
SOUL = "higgsfield-ai/soul/v2/standard"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Higgsfield]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setitem(higgsfield_client.SyncRequestController.poll_request_status.__kwdefaults__, "delay", 0.02)
    monkeypatch.setattr("higgsfield_client.http.retry.ExponentialBackoffRetry.get_delay", lambda self, attempt: 0.01)
    with Higgsfield("id:secret", job_seconds=0.1) as found:
        yield found


@pytest.fixture
def client(emulator: Higgsfield) -> Iterator[Any]:
    found = higgsfield_client.SyncClient(base_url=emulator.base, api_key="id:secret")
    yield found
    found._client.close()
    found._upload_client.close()


def fetch(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as reply:
        found: bytes = reply.read()
        return found


def test_a_picture_is_waited_for_and_fetched(emulator: Higgsfield, client: Any) -> None:
    seen: list[Any] = []
    asked = {"prompt": "a lighthouse", "aspect_ratio": "16:9", "resolution": "1080p", "seed": 7, "batch_size": 1}
    found = client.subscribe(SOUL, asked, on_queue_update=seen.append)
    with PIL.Image.open(io.BytesIO(fetch(found["images"][0]["url"]))) as made:
        assert made.size == (96, 54)
    assert isinstance(seen[-1], higgsfield_client.Completed)
    assert emulator.paid == 1


def test_every_status_is_one_that_the_client_knows(emulator: Higgsfield, client: Any) -> None:
    emulator.job_seconds = 90
    request = client.submit(SOUL, {"prompt": "a"})
    found = []
    for ahead in (0, 40, 60):
        emulator.advance(ahead)
        found.append(type(request.status()).__name__)
    emulator.fail("blocked_result")
    hidden = client.submit(SOUL, {"prompt": "a"})
    emulator.fail("failed")
    broken = client.submit(SOUL, {"prompt": "a"})
    emulator.advance(91)
    found += [type(hidden.status()).__name__, type(broken.status()).__name__]
    assert found == ["Queued", "InProgress", "Completed", "NSFW", "Failed"]
    assert emulator.paid == 1


def test_only_what_waits_is_canceled(emulator: Higgsfield, client: Any) -> None:
    emulator.job_seconds = 90
    request = client.submit(SOUL, {"prompt": "a"})
    request.cancel()
    assert isinstance(request.status(), higgsfield_client.Cancelled)
    later = client.submit(SOUL, {"prompt": "b"})
    emulator.advance(40)
    with pytest.raises(higgsfield_client.HiggsfieldClientError):
        later.cancel()


def test_files_are_uploaded_and_used(emulator: Higgsfield, client: Any) -> None:
    still, moving = client.upload(picture("a"), "image/png"), client.upload(film("a"), "video/mp4")
    assert emulator.uploads[still] == picture("a")
    found = client.subscribe("higgsfield/genjutsu/motion-transfer/v1.0", {"video_url": moving, "image_urls": [still]})
    assert fetch(found["video"]["url"])[4:8] == b"ftyp"
    edited = client.subscribe("higgsfield-ai/soul/v2/image-to-image", {"prompt": "at night", "image_url": still})
    assert len(edited["images"]) == 1


@pytest.mark.parametrize("asked", [
    {}, {"prompt": "a", "aspect_ratio": "21:9"}, {"prompt": "a", "resolution": "4k"}, {"prompt": "a", "seed": 0},
    {"prompt": "a", "batch_size": 2}, {"prompt": "a", "style_id": "noir"}, {"prompt": "a", "negative_prompt": "b"},
])
def test_what_is_not_documented_is_refused(emulator: Higgsfield, client: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(higgsfield_client.HiggsfieldClientError):
        client.submit(SOUL, asked)
    assert emulator.jobs == {}


def test_errors_have_a_detail(emulator: Higgsfield, client: Any) -> None:
    for fault, words in (("busy", "Concurrent"), ("no_credit", "credits"), ("key", "credentials")):
        emulator.fail(fault)  # type: ignore[arg-type]
        with pytest.raises(higgsfield_client.HiggsfieldClientError, match=words):
            client.submit(SOUL, {"prompt": "a"})


def test_the_same_key_is_the_same_request(emulator: Higgsfield) -> None:
    """The client sends none, so that this is asked by hand."""
    def ask(prompt: str) -> tuple[int, Any]:
        request = urllib.request.Request(f"{emulator.base}/{SOUL}", json.dumps({"prompt": prompt}).encode(), headers={
            "Authorization": "Key id:secret", "Content-Type": "application/json", "Idempotency-Key": "one"})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, json.loads(problem.read())

    assert ask("a") == ask("a")
    assert ask("b")[0] == 422
    assert emulator.paid == 1
