"""The stand-in for Luma, driven by its own client."""

import urllib.request
from collections.abc import Iterator

import lumaai
import pytest

from nodes.remote.emulators.luma import Luma

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Luma]:
    monkeypatch.setenv("NO_PROXY", "*")
    with Luma(job_seconds=5) as found:
        yield found


@pytest.fixture
def client(emulator: Luma) -> Iterator[lumaai.LumaAI]:
    with lumaai.LumaAI(auth_token="test-key", base_url=emulator.base, max_retries=0) as found:
        yield found


def test_a_film_is_queued_dreams_and_is_completed(emulator: Luma, client: lumaai.LumaAI) -> None:
    made = client.generations.video.create(
        model="ray-2", prompt="a fox", resolution="720p", duration="9s", aspect_ratio="9:16", loop=True,
        keyframes={"frame0": {"type": "image", "url": "https://example.com/a.png"},
                   "frame1": {"type": "generation", "id": "abc"}}, concepts=[{"key": "dolly_zoom"}])
    assert made.id and made.state == "queued" and made.assets is None
    assert client.generations.get(made.id).state == "dreaming"
    emulator.advance(6)
    done = client.generations.get(made.id)
    assert done.state == "completed" and done.model == "ray-2" and done.assets and done.assets.video
    with OPENER.open(done.assets.video) as file:
        assert file.read()[4:8] == b"ftyp"
    assert emulator.paid == 1


def test_a_picture_with_everything_that_it_may_look_like(emulator: Luma, client: lumaai.LumaAI) -> None:
    made = client.generations.image.create(
        model="photon-1", prompt="a fox", aspect_ratio="21:9", format="png",
        image_ref=[{"url": "https://example.com/a.png", "weight": 0.85}],
        style_ref=[{"url": "https://example.com/b.png"}],
        character_ref={"identity0": {"images": ["https://example.com/c.png"]}},
        modify_image_ref={"url": "https://example.com/d.png", "weight": 1.0})
    emulator.advance(6)
    done = client.generations.get(made.id or "")
    assert done.generation_type == "image" and done.assets and done.assets.image
    with OPENER.open(done.assets.image) as file:
        assert file.read().startswith(b"\x89PNG")


def test_films_are_modified_and_reframed(client: lumaai.LumaAI) -> None:
    film = {"url": "https://example.com/a.mp4"}
    modified = client.generations.video.modify(
        generation_type="modify_video", model="ray-2", media={"url": film["url"]}, mode="flex_2", prompt="at night",
        first_frame={"url": "https://example.com/a.png"})
    reframed = client.generations.video.reframe(
        generation_type="reframe_video", model="ray-flash-2", media={"url": film["url"]}, aspect_ratio="1:1")
    assert modified.state == reframed.state == "queued"


def test_errors_have_the_status_that_the_client_knows(emulator: Luma, client: lumaai.LumaAI) -> None:
    with pytest.raises(lumaai.UnprocessableEntityError):
        client.generations.video.create(model="ray-2", prompt="x", duration="7s")
    emulator.fail("no_credit", "busy", "error_before")
    with pytest.raises(lumaai.BadRequestError, match="Insufficient credits"):
        client.generations.video.create(model="ray-2", prompt="x")
    with pytest.raises(lumaai.RateLimitError):
        client.generations.video.create(model="ray-2", prompt="x")
    with pytest.raises(lumaai.InternalServerError):
        client.generations.video.create(model="ray-2", prompt="x")
    with pytest.raises(lumaai.NotFoundError):
        client.generations.get("nothing")
    with (lumaai.LumaAI(auth_token="other", base_url=emulator.base, max_retries=0) as other,
          pytest.raises(lumaai.PermissionDeniedError)):
        other.credits.get()
    assert emulator.paid == 0


def test_what_was_moderated_says_so_as_a_failure(emulator: Luma, client: lumaai.LumaAI) -> None:
    emulator.fail("blocked_result")
    made = client.generations.video.create(model="ray-2", prompt="x")
    emulator.advance(6)
    done = client.generations.get(made.id or "")
    assert done.state == "failed" and "moderation" in (done.failure_reason or "")


def test_the_rest_of_what_the_client_can_ask(emulator: Luma, client: lumaai.LumaAI) -> None:
    assert client.credits.get().credit_balance == 12345
    assert "dolly_zoom" in client.generations.concepts.list()
    made = client.generations.video.create(model="ray-2", prompt="x")
    assert [one.id for one in client.generations.list(limit=5, offset=0).generations] == [made.id]
    client.generations.delete(made.id or "")
    with pytest.raises(lumaai.NotFoundError):
        client.generations.get(made.id or "")
