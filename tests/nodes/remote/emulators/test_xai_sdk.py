"""The official openai, which xAI's pages use for pictures, drives the stand-in for them; films by plain HTTP.

xAI's own client speaks gRPC and can't.
"""

import base64
import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import PIL.Image
import pytest

from nodes.remote.emulators.samples import picture
from nodes.remote.emulators.server import Fault
from nodes.remote.emulators.xai import XAI

openai = pytest.importorskip("openai")
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PICTURE = {"url": "data:image/png;base64," + base64.b64encode(picture("given")).decode()}
EXAMPLE = {"model": "grok-imagine-video-1.5", "prompt": "A glowing crystal-powered rocket launching from Mars"}
"""The vendor's own example."""
CLASSIC = {"model": "grok-imagine-video", "prompt": "x"}


@pytest.fixture
def emulator() -> Iterator[XAI]:
    with XAI(job_seconds=6) as one:
        yield one


@pytest.fixture
def client(emulator: XAI) -> Iterator[Any]:
    import httpx2

    with httpx2.Client(trust_env=False) as http, openai.OpenAI(
            api_key="test-key", base_url=emulator.base, max_retries=0, http_client=http) as one:
        yield one


def ask(emulator: XAI, path: str, body: Any = None, key: str = "test-key") -> tuple[int, Any]:
    request = urllib.request.Request(
        path if path.startswith("http") else emulator.base + path, None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    try:
        with OPENER.open(request) as answer:
            content = answer.read()
            return answer.status, json.loads(content) if "json" in answer.headers["Content-Type"] else content
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


# --- pictures, by openai --------------------------------------------------------------------------------------------


def test_a_picture_is_made_and_says_what_it_cost(emulator: XAI, client: Any) -> None:
    made = client.images.generate(
        model="grok-imagine-image-2.0", prompt="A collage of London landmarks", response_format="b64_json",
        extra_body={"aspect_ratio": "16:9", "resolution": "2k", "quality": "low"})
    found = PIL.Image.open(io.BytesIO(base64.b64decode(made.data[0].b64_json)))
    assert (found.size, found.format) == ((128, 72), "JPEG")
    assert made.usage.model_extra["cost_in_usd_ticks"] == 600_000_000
    assert emulator.paid == 1


def test_errors_reach_openais_classes(emulator: XAI, client: Any) -> None:
    def refused(kind: Any, error: Any) -> str:
        emulator.fail(kind)
        with pytest.raises(error) as caught:
            client.images.generate(model="grok-imagine-image", prompt="x")
        return str(caught.value.response.json())

    assert "content moderation" in refused("blocked", openai.BadRequestError)
    assert "used all available credits" in refused("no_credit", openai.PermissionDeniedError)
    assert "Incorrect API key" in refused("key", openai.BadRequestError)
    refused("busy", openai.RateLimitError)
    refused("error_before", openai.InternalServerError)
    with pytest.raises(openai.NotFoundError):
        client.images.generate(model="grok-2-image", prompt="x")
    assert emulator.paid == 0
    assert "cost_in_usd_ticks" in refused("blocked_result", openai.BadRequestError), "it is charged all the same"
    assert emulator.paid == 1


def test_models_are_listed(client: Any) -> None:
    assert "grok-imagine-image-2.0" in [one.id for one in client.models.list()]


@pytest.mark.parametrize(("changes", "status"), [
    ({"size": "1024x1024"}, 422), ({"aspect_ratio": "7:1"}, 400), ({"aspect_ratio": "21:9"}, 400),
    ({"quality": "low"}, 400), ({"resolution": "4k"}, 400), ({"n": 11}, 400), ({"prompt": " "}, 400),
    ({"image": PICTURE}, 400),
])
def test_what_a_picture_does_not_take_is_refused(emulator: XAI, changes: dict[str, Any], status: int) -> None:
    body = {"model": "grok-imagine-image", "prompt": "x", **changes}
    found, answer = ask(emulator, "/images/generations", body)
    assert found == status and set(answer) == {"code", "error"} and emulator.paid == 0


def test_pictures_are_edited(emulator: XAI) -> None:
    body = {"model": "grok-imagine-image-2.0", "prompt": "at night", "response_format": "b64_json"}
    status, answer = ask(emulator, "/images/edits", {**body, "image": {**PICTURE, "type": "image_url"}})
    assert status == 200 and answer["usage"]["cost_in_usd_ticks"] == 700_000_000
    assert ask(emulator, "/images/edits", {**body, "images": [PICTURE, PICTURE]})[0] == 200
    assert ask(emulator, "/images/edits", {**body, "images": [PICTURE] * 4})[0] == 400
    assert ask(emulator, "/images/edits", {**body, "image": {"url": "data:image/png;base64,UE5H"}})[0] == 400


# --- films ----------------------------------------------------------------------------------------------------------


def test_the_example_of_the_vendor_goes_from_a_bare_number_to_a_film(emulator: XAI) -> None:
    status, made = ask(emulator, "/videos/generations", EXAMPLE)
    assert status == 200 and set(made) == {"request_id"}
    path = f"/videos/{made['request_id']}"
    assert ask(emulator, path)[1] == made
    emulator.advance(3)
    assert ask(emulator, path)[1]["status"] == "pending"
    emulator.advance(4)
    done = ask(emulator, path)[1]
    assert done["status"] == "done" and done["video"]["respect_moderation"] is True
    assert done["usage"]["cost_in_usd_ticks"] == 6_400_000_000, "8 s at 480p"
    assert ask(emulator, done["video"]["url"])[1][4:8] == b"ftyp"


@pytest.mark.parametrize(("route", "body", "status"), [
    ("generations", {**EXAMPLE, "seed": 1}, 422), ("generations", {**EXAMPLE, "duration": 16}, 400),
    ("generations", {**EXAMPLE, "duration": "5"}, 422), ("generations", {"model": EXAMPLE["model"]}, 400),
    ("generations", {**EXAMPLE, "aspect_ratio": "2:1"}, 400), ("generations", {**EXAMPLE, "prompt": "ü" * 2049}, 400),
    ("generations", {**EXAMPLE, "resolution": "1080p", "reference_images": [PICTURE]}, 400),
    ("generations", {**CLASSIC, "resolution": "1080p"}, 400), ("generations", {**CLASSIC, "last_frame": PICTURE}, 400),
    ("generations", {**CLASSIC, "image": PICTURE, "reference_images": [PICTURE]}, 400),
    ("generations", {**CLASSIC, "duration": 11, "reference_images": [PICTURE]}, 400),
    ("generations", {**EXAMPLE, "model": "grok-imagine-video-1.5-lite", "reference_images": [PICTURE]}, 400),
    ("generations", {**EXAMPLE, "reference_images": [PICTURE] * 8}, 400),
    ("generations", {**EXAMPLE, "model": "grok-imagine-video-9"}, 404),
    ("edits", {**EXAMPLE, "video": {"url": "https://example.com/a.mp4"}}, 400),
    ("edits", {**CLASSIC, "duration": 5, "video": {"url": "https://example.com/a.mp4"}}, 400), ("edits", CLASSIC, 400),
    ("extensions", {**CLASSIC, "duration": 11, "video": {"url": "https://example.com/a.mp4"}}, 400),
])
def test_what_a_film_does_not_take_is_refused(emulator: XAI, route: str, body: Any, status: int) -> None:
    assert ask(emulator, f"/videos/{route}", body)[0] == status
    assert emulator.paid == 0


def test_everything_that_films_take(emulator: XAI) -> None:
    film = {"url": "https://example.com/a.mp4"}
    for route, body in (
            ("generations", {**EXAMPLE, "image": PICTURE, "last_frame": PICTURE, "reference_images": [PICTURE],
                             "reference_audios": [{"voice_id": "eve"}], "generate_audio": False}),
            ("generations", {"model": CLASSIC["model"], "image": PICTURE}),
            ("edits", {**CLASSIC, "video": film}), ("extensions", {**CLASSIC, "video": film, "duration": 10})):
        assert ask(emulator, f"/videos/{route}", body)[0] == 200


def test_how_films_go_wrong(emulator: XAI) -> None:
    assert ask(emulator, "/videos/generations", EXAMPLE, key="other")[0] == 400
    assert ask(emulator, "/videos/nothing")[0] == 404
    emulator.fail(Fault("blocked_result"))
    number = ask(emulator, "/videos/generations", EXAMPLE)[1]["request_id"]
    emulator.advance(7)
    done = ask(emulator, f"/videos/{number}")[1]
    assert done["status"] == "done" and done["video"]["respect_moderation"] is False and not done["video"]["url"]
    emulator.fail("failed")
    number = ask(emulator, "/videos/generations", EXAMPLE)[1]["request_id"]
    emulator.advance(7)
    assert ask(emulator, f"/videos/{number}")[1]["error"]["code"] == "internal_error"
