"""Luma: what its nodes order, what they refuse, the bodies sent, and what the answers mean."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Job, Order, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from nodes.remote.luma import PROVIDER
from nodes.remote.luma_nodes import luma_image, luma_modify, luma_reframe, luma_video

FILM, PICTURE = "https://example.com/films/walk.mp4", "https://example.com/a.png"


def ordered(node: Callable[..., Any], *arguments: Any, **more: Any) -> Order:
    with pytest.raises(Ordered) as found:
        node(FakeRemote(), *arguments, **more)
    return found.value.order


def sent(order: Order) -> tuple[str, Any]:
    call = PROVIDER.submit(order, [], "nonce-1")
    assert call.method == "POST"
    return call.path, call.json


def refusal(node: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    with pytest.raises(UserError) as found:
        node(FakeRemote(), *arguments, **more)
    return found.value.message


def answer(status: int, plain: Any) -> Answer:
    return Answer(status, {}, json.dumps(plain).encode())


def polled(reply: Answer, kind: str = "video") -> State | None:
    assert PROVIDER.poll is not None
    asking = PROVIDER.poll([Job("a1", data={"kind": kind})])
    assert next(asking).path == "/generations/a1"
    with pytest.raises(StopIteration) as ended:
        asking.send(reply)
    found: State | None = ended.value.value.get("a1")
    return found


def test_words_to_film() -> None:
    order = ordered(luma_video, "a fox", seconds=9, shape="21:9", resolution="1080p", loop=True)
    assert sent(order) == ("/generations/video", {
        "model": "ray-2", "prompt": "a fox", "duration": "9s", "aspect_ratio": "21:9", "resolution": "1080p",
        "loop": True})
    assert PROVIDER.facts.quote(order).high == pytest.approx(9 * 0.096)
    assert not PROVIDER.facts.quote(ordered(luma_video, "a fox", resolution="4k")).known


def test_pictures_on_the_web_begin_and_end_a_film() -> None:
    order = ordered(luma_video, "", first_address=f" {PICTURE} ", last_address=PICTURE, concepts="dolly_zoom,")
    body = sent(order)[1]
    frame = {"type": "image", "url": PICTURE}
    assert body["keyframes"] == {"frame0": frame, "frame1": frame}
    assert body["concepts"] == [{"key": "dolly_zoom"}]
    assert sent(ordered(luma_video, "x", last_address=PICTURE))[1]["keyframes"].keys() == {"frame1"}


def test_films_on_the_web_are_changed_and_reframed() -> None:
    order = ordered(luma_modify, "at night", FILM, manner="reimagine", freedom="3", first_address=PICTURE)
    assert sent(order) == ("/generations/video/modify", {
        "generation_type": "modify_video", "model": "ray-2", "mode": "reimagine_3", "media": {"url": FILM},
        "prompt": "at night", "first_frame": {"url": PICTURE}})
    assert not PROVIDER.facts.quote(order).known
    assert sent(ordered(luma_reframe, film=FILM, model="ray-flash-2", shape="1:1")) == ("/generations/video/reframe", {
        "generation_type": "reframe_video", "model": "ray-flash-2", "aspect_ratio": "1:1", "media": {"url": FILM}})


def test_pictures_with_what_they_may_look_like() -> None:
    order = ordered(luma_image, "a fox", reference_addresses=f"{PICTURE} 0.8\n\n{PICTURE}", style_addresses=PICTURE,
                    character_addresses=PICTURE, changed_address=f"{PICTURE} 1")
    assert sent(order) == ("/generations/image", {
        "model": "photon-1", "prompt": "a fox", "aspect_ratio": "16:9", "format": "png",
        "image_ref": [{"url": PICTURE, "weight": 0.8}, {"url": PICTURE}], "style_ref": [{"url": PICTURE}],
        "character_ref": {"identity0": {"images": [PICTURE]}}, "modify_image_ref": {"url": PICTURE, "weight": 1.0}})


def test_limits_are_said_in_sentences() -> None:
    assert refusal(luma_video, "x", seconds=7) == "Luma Ray 2 can't do seconds 7."
    assert refusal(luma_video, " ") == "Luma Ray 2 needs a prompt or a picture."
    assert refusal(luma_video, "x", first_address="/home/me/a.png") == (
        'Luma takes pictures only from a public https:// address, and this is none: "/home/me/a.png".')
    assert refusal(luma_video, "x", first_address="http://example.com/a.png").endswith('"http://example.com/a.png".')
    assert refusal(luma_modify) == "Luma takes films only from a public https:// address; there is none."
    assert refusal(luma_image, "x", style_addresses=f"{PICTURE} much") == (
        '"much" does not say how much a picture counts.')
    assert refusal(luma_image, "x", style_addresses=f"{PICTURE} 2") == (
        "Luma Photon takes weight from 0 to 1, not 2.0.")
    assert refusal(luma_image, "x", character_addresses="\n".join([PICTURE] * 5)) == (
        "Luma Photon takes at most 4 addresses of a kind, not 5.")
    assert refusal(luma_image, "") == "Luma Photon needs a prompt."


def test_a_job_has_a_number() -> None:
    found = PROVIDER.accepted(answer(201, {"id": "a1", "state": "queued"}), ordered(luma_image, "x"))
    assert found == Job("a1", data={"kind": "image"})
    unreadable: list[Any] = [{"state": "queued"}, [], None]
    for plain in unreadable:
        with pytest.raises(Unreadable):
            PROVIDER.accepted(answer(201, plain), ordered(luma_video, "x"))


def test_states() -> None:
    done = polled(answer(200, {"id": "a1", "state": "completed", "assets": {
        "video": "https://storage.cdn-luma.com/a.mp4", "progress_video": "https://x/y", "image": "https://x/first.jpg"}}))
    assert done is not None and done.phase == "done" and done.data == {"luma_id": "a1"}
    assert [(file.url, file.type) for file in done.files] == [("https://storage.cdn-luma.com/a.mp4", "video/mp4")]
    picture = polled(answer(200, {"state": "completed", "assets": {"image": "https://x/a.png"}}), "image")
    assert picture is not None and picture.files[0].url == "https://x/a.png" and picture.files[0].type == "image/*"
    phases = [polled(answer(200, {"state": word})) for word in ("queued", "dreaming", "rehearsing", "completed")]
    assert [(one.phase, one.unheard) for one in phases if one is not None] == [
        ("queued", False), ("running", False), ("running", True), ("running", True)]
    failed = polled(answer(200, {"state": "failed", "failure_reason": "An internal error occurred"}))
    assert failed is not None and (failed.phase, failed.note) == ("failed", "An internal error occurred")
    blocked = polled(answer(200, {"state": "failed", "failure_reason": "The prompt did not pass content moderation"}))
    assert blocked is not None and blocked.phase == "blocked"
    gone = polled(answer(404, {"detail": "Generation not found"}))
    assert gone is not None and gone.phase == "gone"
    assert polled(answer(403, {"detail": "Not authenticated"})) is None
    page = polled(Answer(200, {}, b"<html>"))
    assert page is not None and (page.phase, page.unheard) == ("running", True)


@pytest.mark.parametrize(("status", "detail", "kind"), [
    (400, "Insufficient credits", "credit"), (402, "Payment required", "credit"), (429, "Not enough credits", "credit"),
    (429, "Too many concurrent generations", "busy"), (403, "Not authenticated", "key"), (401, "no", "key"),
    (400, "Prompt did not pass content moderation", "blocked"), (400, "Prompt is required", "invalid"),
    (422, "duration: Input is not valid", "invalid"), (404, "Generation not found", "gone"),
    (503, "Service unavailable", "server"),
])
def test_errors(status: int, detail: str, kind: str) -> None:
    found = PROVIDER.refused(answer(status, {"detail": detail}))
    assert (found.kind, found.message) == (kind, detail)


def test_an_error_of_fields_names_them() -> None:
    reply = answer(422, {"detail": [{"loc": ["body", "duration"], "msg": "not valid", "type": "x"}]})
    assert PROVIDER.refused(reply).message == "body.duration: not valid"


def test_greeting_says_the_balance() -> None:
    assert PROVIDER.greet is not None
    asking = PROVIDER.greet()
    assert next(asking).path == "/credits"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer(200, {"credit_balance": 12345.0}))
    assert ended.value.value == "Luma took the key; $123.45 are left."
