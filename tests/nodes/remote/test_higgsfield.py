"""Higgsfield: what the nodes order, how it is phrased, what answers mean. Literal expectations after the fact sheet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.plain import Size
from ajar.remote import Answer, Job, Made, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image, Video
from nodes.remote.higgsfield import PROVIDER
from nodes.remote.higgsfield_nodes import dop_video, genjutsu_video, soul_image

STYLE = "1cb4b936-77bf-4f9a-9039-f3d349a4cdbe"
FILM = Video(Path("film.mp4"), Size(1280, 720), 24, 5.0)


def image() -> Image:
    return Image.of(np.zeros((64, 64, 3), np.uint8))


def ordered(node: Any, **inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        node(FakeRemote(), **inputs)
    return caught.value.order


def sent(order: Order) -> tuple[str, Any]:
    parts = [Part(one.role, "image/png", "00", Path("none"), f"https://files.example/{number}")
             for number, one in enumerate(order.media)]
    call = PROVIDER.submit(order, parts, "a-nonce")
    assert call.headers == {"Idempotency-Key": "a-nonce"}
    return call.path, call.json


def answer(plain: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


# --- orders ---------------------------------------------------------------------------------------------------------


def test_soul_2_is_phrased_as_documented() -> None:
    order = ordered(soul_image, prompt="a lighthouse", shape="2:3", resolution="1080p", style=STYLE, seed=1_000_001)
    assert sent(order) == ("/higgsfield-ai/soul/v2/standard", {
        "prompt": "a lighthouse", "aspect_ratio": "2:3", "resolution": "1080p", "style_id": STYLE, "batch_size": 1,
        "enhance_prompt": False, "seed": 2})


def test_a_picture_is_painted_anew_after_its_upload() -> None:
    order = ordered(soul_image, prompt="at night", image=image(), model="higgsfield-ai/soul/v2/image-to-image", seed=0)
    assert [one.via for one in order.media] == ["upload"]
    assert sent(order) == ("/higgsfield-ai/soul/v2/image-to-image", {
        "prompt": "at night", "image_url": "https://files.example/0", "aspect_ratio": "4:3", "resolution": "720p",
        "batch_size": 1, "enhance_prompt": False, "seed": 1})


def test_models_get_the_fields_they_have() -> None:
    assert sent(ordered(soul_image, prompt="a", model="higgsfield-ai/soul/cinema"))[1] == {
        "prompt": "a", "aspect_ratio": "4:3", "resolution": "720p", "batch_size": 1}
    assert sent(ordered(soul_image, prompt="a", model="higgsfield-ai/soul/standard"))[1] == {
        "prompt": "a", "aspect_ratio": "4:3", "resolution": "720p"}
    assert sent(ordered(dop_video, prompt="it turns", first_frame=image())) == ("/higgsfield-ai/dop/standard", {
        "prompt": "it turns", "image_url": "https://files.example/0", "duration": 5})


def test_a_figure_is_given_the_movement_of_a_film() -> None:
    order = ordered(genjutsu_video, video=FILM, references=(image(), image()))
    assert sent(order) == ("/higgsfield/genjutsu/motion-transfer/v1.0", {
        "resolution": "720p", "video_url": "https://files.example/0",
        "image_urls": ["https://files.example/1", "https://files.example/2"]})


@pytest.mark.parametrize(("inputs", "words"), [
    ({"prompt": " "}, "no prompt"), ({"shape": "21:9"}, "can't do shape 21:9"),
    ({"resolution": "4k"}, "can't do resolution 4k"), ({"style": "noir"}, "not the id of a style"),
    ({"style": STYLE, "model": "higgsfield-ai/soul/cinema"}, "has no style"),
    ({"image": image()}, "takes none as image"),
    ({"model": "higgsfield-ai/soul/v2/image-to-image"}, "needs a picture"),
])
def test_what_soul_does_not_take_is_refused(inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        soul_image(remote, **{"prompt": "a lighthouse", **inputs})
    assert remote.orders == []


def test_what_the_films_do_not_take_is_refused() -> None:
    small = Video(Path("film.mp4"), Size(320, 240), 24, 5.0)
    short = Video(Path("film.mp4"), Size(1280, 720), 24, 3.0)
    for inputs, words in (
        ({"references": ()}, "needs a picture"), ({"references": (image(),) * 9}, "at most 8 as reference"),
        ({"video": short}, "at least 4 s"),
        ({"video": small, "model": "higgsfield/genjutsu/object-swap/v1.0"}, "409,600 pixels"),
    ):
        with pytest.raises(UserError, match=words):
            genjutsu_video(FakeRemote(), **{  # type: ignore[arg-type]
                "video": FILM, "references": (image(),), **inputs})
    with pytest.raises(UserError, match="can't do seconds 10"):
        dop_video(FakeRemote(), prompt="a", first_frame=image(), seconds=10)


def test_prices_are_known_of_little_and_marked() -> None:
    found = PROVIDER.facts.quote(ordered(soul_image, prompt="a"))
    assert (found.high, found.trust) == (0.0057, "UNVERIFIED")
    assert not PROVIDER.facts.quote(ordered(soul_image, prompt="a", resolution="1080p")).known


# --- answers --------------------------------------------------------------------------------------------------------


def test_what_accepting_means() -> None:
    order = ordered(soul_image, prompt="a")
    at = "https://api.higgsfield.ai/requests/r1"
    assert PROVIDER.accepted(answer({"status": "queued", "request_id": "r1", "status_url": f"{at}/status",
                                     "cancel_url": f"{at}/cancel"}), order) == Job(
        "r1", urls={"poll": f"{at}/status", "cancel": f"{at}/cancel"})
    assert PROVIDER.accepted(answer({"request_id": "r1"}), order) == Job("r1")
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer({"status": "queued"}), order)


def state(plain: Any, status: int = 200) -> State | None:
    assert PROVIDER.poll is not None
    asking = PROVIDER.poll([Job("r1")])
    assert next(asking).path == "/requests/r1/status"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer(plain, status))
    found: dict[str, State] = ended.value.value
    return found.get("r1")


def test_how_far_a_request_is() -> None:
    assert state({"status": "queued"}) == State("queued")
    assert state({"status": "in_progress"}) == State("running")
    assert state({"status": "paused"}) == State("running", "Higgsfield says: paused", unheard=True)
    assert state({"status": "completed", "images": [{"url": "https://f.example/1.png"}]}) == State(
        "done", files=(Made("image/*", url="https://f.example/1.png", role="image"),))
    assert state({"status": "completed", "video": {"url": "https://f.example/1.mp4"}}) == State(
        "done", files=(Made("video/mp4", url="https://f.example/1.mp4", role="video"),))
    assert state({"status": "failed", "error": {"message": "Oh."}}) == State("failed", "Oh.", charged=False)
    hidden = state({"status": "nsfw"})
    assert hidden is not None and (hidden.phase, hidden.charged) == ("blocked", False)
    assert state({"status": "canceled"}) == State("cancelled", "It was canceled before it began.", charged=False)
    gone = state({"detail": "not found"}, 404)
    assert gone is not None and gone.phase == "gone"
    assert state({"detail": "no"}, 401) is None


@pytest.mark.parametrize(("status", "detail", "kind"), [
    (400, "Invalid parameters", "invalid"), (400, "Concurrent requests limit reached", "busy"),
    (401, "Invalid credentials", "key"), (403, "Not enough credits", "credit"), (404, "Not found", "gone"),
    (422, "prompt: Field required", "invalid"), (423, "Model is blocked", "invalid"), (429, "Slow down", "busy"),
    (400, "Flagged by moderation", "blocked"), (500, "Oh", "server"), (503, "Not ready", "server"),
])
def test_errors_are_told_apart(status: int, detail: str, kind: str) -> None:
    found = PROVIDER.refused(answer({"detail": detail}, status))
    assert (found.kind, found.message) == (kind, detail)


def test_a_file_is_uploaded_with_the_given_headers_and_without_the_key(tmp_path: Path) -> None:
    assert PROVIDER.upload is not None
    path = tmp_path / "a"
    path.write_bytes(b"PNG")
    asking = PROVIDER.upload(Part("image_url", "image/png", "00", path))
    first = next(asking)
    assert (first.method, first.path, first.json) == (
        "POST", "/files/generate-upload-url", {"content_type": "image/png"})
    second = asking.send(answer({"public_url": "https://p.example/1", "upload_url": "https://u.example/?s=1",
                                 "upload_headers": {"Content-Type": "image/png", "x-tag": "t"}}))
    assert (second.method, second.path, second.auth, second.data, second.headers) == (
        "PUT", "https://u.example/?s=1", False, b"PNG", {"Content-Type": "image/png", "x-tag": "t"})
    with pytest.raises(StopIteration) as ended:
        asking.send(Answer(200, {}, b""))
    assert ended.value.value == "https://p.example/1"


def test_greeting_proves_the_key_by_asking_about_nothing() -> None:
    assert PROVIDER.greet is not None
    asking = PROVIDER.greet()
    next(asking)
    with pytest.raises(StopIteration):
        asking.send(answer({"detail": "Not found"}, 404))
    asking = PROVIDER.greet()
    next(asking)
    with pytest.raises(Unreadable):
        asking.send(answer({"detail": "Invalid credentials"}, 401))


def test_stopping_says_whether_higgsfield_agreed() -> None:
    assert PROVIDER.cancel is not None
    for status, agreed in ((202, True), (400, False)):
        asking = PROVIDER.cancel(Job("r1"))
        assert next(asking).path == "/requests/r1/cancel"
        with pytest.raises(StopIteration) as ended:
            asking.send(Answer(status, {}, b""))
        assert ended.value.value is agreed
