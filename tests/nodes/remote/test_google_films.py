"""Google's films: orders as nodes phrase them, requests as the official clients sent them, states of every kind."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Call, Job, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image, Size, Video
from nodes.remote.google import PROVIDER
from nodes.remote.google_video import gemini_video, gemini_video_edit, veo_video

SMALL = Image.of(np.zeros((8, 8, 3), np.uint8))


def ordered(make: Any, *inputs: Any, **named: Any) -> Order:
    """The order that a node comes up with."""
    with pytest.raises(Ordered) as found:
        make(FakeRemote(), *inputs, **named)
    order: Order = found.value.order
    return order


def part(tmp_path: Path, role: str = "reference") -> Part:
    path = tmp_path / f"{role}.png"
    path.write_bytes(b"PNG of " + role.encode())
    return Part(role, "image/png", "d", path)


def coded(role: str) -> str:
    return base64.b64encode(b"PNG of " + role.encode()).decode()


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())


def asked(jobs: list[Job], *answers: Answer) -> tuple[list[Call], Mapping[str, State]]:
    """What a poll calls, and what it makes of the answers."""
    assert PROVIDER.poll is not None
    asking, calls = PROVIDER.poll(jobs), []
    try:
        call = next(asking)
        for one in answers:
            calls.append(call)
            call = asking.send(one)
    except StopIteration as ended:
        return calls, ended.value
    raise AssertionError("the poll asks for more")


# --- Omni films -----------------------------------------------------------------------------------------------------


def test_a_film_is_ordered_in_the_background(tmp_path: Path) -> None:
    order = ordered(gemini_video, "it walks", SMALL, SMALL, model="gemini-omni-1.1-flash", seconds=7, shape="9:16")
    assert [one.role for one in order.media] == ["first_frame", "last_frame"]
    call = PROVIDER.submit(order, [part(tmp_path, "first_frame"), part(tmp_path, "last_frame")], "nonce")
    assert (call.method, call.path) == ("POST", "/v1beta/interactions")
    assert call.json == {
        "model": "gemini-omni-1.1-flash", "background": True, "store": True,
        "input": [{"type": "user_input", "content": [
            {"type": "image", "data": coded("first_frame"), "mime_type": "image/png"},
            {"type": "image", "data": coded("last_frame"), "mime_type": "image/png"},
            {"type": "text", "text": "it walks"}]}],
        "response_format": {"type": "video", "aspect_ratio": "9:16", "resolution": "720p", "duration": "7s",
                            "delivery": "uri"},
        "generation_config": {"video_config": {"task": "image_to_video"}}}
    assert PROVIDER.facts.quote(order).high == pytest.approx(0.7)


def test_a_film_is_changed_at_a_price_nobody_knows(tmp_path: Path) -> None:
    film = Video(tmp_path / "video.mp4", Size(64, 64), 8, 2)
    order = ordered(gemini_video_edit, "make it night", film, (SMALL,))
    (tmp_path / "video.mp4").write_bytes(b"MP4")
    sent = Part("video", "video/mp4", "d", tmp_path / "video.mp4")
    call = PROVIDER.submit(order, [sent, part(tmp_path)], "nonce")
    assert call.json["generation_config"] == {"video_config": {"task": "edit"}}
    assert call.json["response_format"] == {"type": "video", "delivery": "uri"}
    assert call.json["input"][0]["content"][:2] == [
        {"type": "video", "data": "TVA0", "mime_type": "video/mp4"},
        {"type": "image", "data": coded("reference"), "mime_type": "image/png"}]
    assert not PROVIDER.facts.quote(order).known
    job = PROVIDER.accepted(answer({"id": "v1_abc"}), order)
    assert isinstance(job, Job)
    done = {"id": "v1_abc", "status": "completed", "steps": [{"type": "model_output", "content": [
        {"type": "video", "uri": "https://x/files/a"}]}]}
    state = asked([job], answer(done))[1]["v1_abc"]
    assert state.phase == "done"
    assert state.cost is not None
    assert PROVIDER.facts.priced(order.model, order.terms, state.cost).usd is None
    with pytest.raises(UserError, match="prompt is empty"):
        gemini_video_edit(FakeRemote(), "", film)


@pytest.mark.parametrize(("references", "task"), [((), "text_to_video"), ((SMALL, SMALL), "reference_to_video")])
def test_the_task_follows_what_is_wired(tmp_path: Path, references: Any, task: str) -> None:
    order = ordered(gemini_video, "it walks", references=references)
    call = PROVIDER.submit(order, [part(tmp_path) for _ in order.media], "nonce")
    assert call.json["generation_config"]["video_config"]["task"] == task


@pytest.mark.parametrize(("named", "words"), [
    ({"prompt": ""}, "prompt is empty"), ({"seconds": 11}, "seconds from 3 to 10"), ({"shape": "1:1"}, "shape 1:1"),
    ({"last_frame": SMALL}, "without a first one"), ({"first_frame": SMALL, "references": (SMALL,)}, "not both"),
    ({"references": (SMALL,) * 7}, "at most 6 as reference"), ({"resolution": "8k"}, "resolution 8k")])
def test_what_a_film_can_not_be(named: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        gemini_video(FakeRemote(), **{"prompt": "it walks", **named})


def test_a_film_is_followed_until_it_is_there() -> None:
    order = ordered(gemini_video, "it walks", seconds=4)
    job = PROVIDER.accepted(answer({"id": "v1_abc", "status": "in_progress"}), order)
    assert isinstance(job, Job)
    assert job.id == "v1_abc"
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer({"status": "in_progress"}), order)
    uri = "https://generativelanguage.googleapis.com/v1beta/files/abc:download"
    calls, states = asked([job], answer({"id": "v1_abc", "status": "completed", "steps": [
        {"type": "thought"}, {"type": "model_output", "content": [
            {"type": "video", "uri": uri, "mime_type": "video/mp4"}]}], "usage": {"total_output_tokens": 23168}}))
    assert [(call.method, call.path) for call in calls] == [("GET", "/v1beta/interactions/v1_abc")]
    state = states["v1_abc"]
    assert [(one.url, one.auth, one.type) for one in state.files] == [(uri + "?alt=media", True, "video/mp4")]
    assert state.cost is not None
    paid = PROVIDER.facts.priced(order.model, order.terms, state.cost)
    assert paid.usd == pytest.approx(0.28)
    assert paid.note == "23,168 tokens"


@pytest.mark.parametrize(("body", "phase"), [
    ({"status": "queued"}, "queued"), ({"status": "in_progress"}, "running"), ({"status": "cancelled"}, "cancelled"),
    ({"status": "failed", "errors": [{"message": "broken"}]}, "failed"), ({"status": "budget_exceeded"}, "failed"),
    ({"status": "requires_action"}, "failed"), ({"status": "rehearsing"}, "running"),
    ({"status": "completed", "steps": [{"type": "model_output", "content": [{"type": "text", "text": "No."}]}]},
     "blocked")])
def test_states_of_a_film(body: dict[str, Any], phase: str) -> None:
    _, states = asked([Job("v1_a", data={"route": "omni"})], answer({"id": "v1_a", **body}))
    assert states["v1_a"].phase == phase
    assert states["v1_a"].unheard == (body["status"] == "rehearsing")
    if phase in ("failed", "blocked"):
        assert states["v1_a"].note


def test_a_film_that_google_has_forgotten() -> None:
    lost = answer({"error": {"code": 400, "message": "Invalid interaction name.", "status": "INVALID_ARGUMENT"}}, 400)
    assert asked([Job("v1_a")], lost)[1]["v1_a"].phase == "gone"
    other = answer({"error": {"code": 400, "message": "Something else."}}, 400)
    assert asked([Job("v1_a")], other)[1] == {}


def test_only_omni_films_can_be_stopped() -> None:
    assert PROVIDER.cancel is not None
    asking = PROVIDER.cancel(Job("v1_a", data={"route": "omni"}))
    assert next(asking).path == "/v1beta/interactions/v1_a/cancel"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({"id": "v1_a", "status": "cancelled"}))
    assert ended.value.value is True
    with pytest.raises(StopIteration) as never:
        next(PROVIDER.cancel(Job("models/x/operations/a", data={"route": "veo"})))
    assert never.value.value is False


# --- Veo films ------------------------------------------------------------------------------------------------------


def test_veo_is_ordered_as_its_last_client_did(tmp_path: Path) -> None:
    order = ordered(veo_video, "it walks", SMALL, model="veo-3.1-generate-preview", resolution="4k", negative=" rain ")
    call = PROVIDER.submit(order, [part(tmp_path, "first_frame")], "nonce")
    assert call.path == "/v1beta/models/veo-3.1-generate-preview:predictLongRunning"
    assert call.json == {
        "instances": [{"prompt": "it walks", "image": {
            "bytesBase64Encoded": coded("first_frame"), "mimeType": "image/png"}}],
        "parameters": {"sampleCount": 1, "durationSeconds": 8, "aspectRatio": "16:9", "resolution": "4k",
                       "negativePrompt": "rain"}}
    assert PROVIDER.facts.quote(order).high == pytest.approx(4.8)


def test_veo_takes_references(tmp_path: Path) -> None:
    order = ordered(veo_video, "it walks", references=(SMALL, SMALL))
    call = PROVIDER.submit(order, [part(tmp_path), part(tmp_path)], "nonce")
    assert [one["referenceType"] for one in call.json["instances"][0]["referenceImages"]] == ["ASSET", "ASSET"]


def test_what_veo_can_not_do() -> None:
    with pytest.raises(UserError, match="1080p only with 8 seconds"):
        veo_video(FakeRemote(), "it walks", seconds=4, resolution="1080p")
    with pytest.raises(UserError, match="resolution 4k"):
        veo_video(FakeRemote(), "it walks", model="veo-3.1-lite-generate-preview", resolution="4k")
    with pytest.raises(UserError, match="neither a prompt nor a first frame"):
        veo_video(FakeRemote(), " ")


@pytest.mark.parametrize(("body", "phase"), [
    ({}, "running"), ({"done": True, "error": {"code": 13, "message": "broken"}}, "failed"),
    ({"done": True, "response": {"generateVideoResponse": {"raiMediaFilteredReasons": ["no"]}}}, "blocked"),
    ({"done": True, "response": {"generateVideoResponse": {}}}, "blocked"),
    ({"done": True, "response": {"generateVideoResponse": {"generatedSamples": [{"video": {
        "uri": "https://x/files/a:download?alt=media"}}]}}}, "done")])
def test_states_of_veo(body: dict[str, Any], phase: str) -> None:
    job = PROVIDER.accepted(answer({"name": "models/veo/operations/a"}), ordered(veo_video, "it walks", seconds=6))
    assert isinstance(job, Job)
    calls, states = asked([job], answer({"name": job.id, **body}))
    assert calls[0].path == "/v1beta/models/veo/operations/a"
    state = states[job.id]
    assert state.phase == phase
    assert [one.url for one in state.files] == (["https://x/files/a:download?alt=media"] if phase == "done" else [])
