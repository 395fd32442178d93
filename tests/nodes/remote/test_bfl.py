"""Black Forest Labs: what its nodes order, what they refuse, the bodies sent, and what the answers mean."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.plain import Size
from ajar.remote import Answer, Call, Job, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image, Mask, Video
from nodes.remote.bfl import PROVIDER
from nodes.remote.bfl_image import bfl_expand, bfl_fill, bfl_image, bfl_kontext, bfl_ultra
from nodes.remote.bfl_tools import bfl_erase, bfl_outpaint
from nodes.remote.bfl_video import bfl_video


def image(width: int = 128, height: int = 96) -> Image:
    return Image.of(np.full((height, width, 3), 90, np.uint8))


def ordered(node: Callable[..., Any], *arguments: Any, **more: Any) -> Order:
    with pytest.raises(Ordered) as found:
        node(FakeRemote(), *arguments, **more)
    return found.value.order


def sent(order: Order, folder: Path) -> Call:
    """The paid call; each medium is a file that holds its number and nothing else: ``MA==``, ``MQ==``, ``Mg==``."""
    parts = []
    for number, media in enumerate(order.media):
        path = folder / str(number)
        path.write_text(str(number))
        parts.append(Part(media.role, "image/png", str(number), path))
    return PROVIDER.submit(order, parts, "nonce-1")


def refusal(node: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    with pytest.raises(UserError) as found:
        node(FakeRemote(), *arguments, **more)
    return found.value.message


def answer(status: int, plain: Any) -> Answer:
    return Answer(status, {}, json.dumps(plain).encode())


def polled(job: Job, *answers: Answer) -> State | None:
    assert PROVIDER.poll is not None
    asking = PROVIDER.poll([job])
    next(asking)
    try:
        asking.send(answers[0])
    except StopIteration as ended:
        found: State | None = ended.value.get(job.id)
        return found
    raise AssertionError("it asked again")


JOB = Job("a1", {"poll": "https://api.us1.bfl.ai/v1/get_result?id=a1"}, {"type": "image/*"})


# --- orders and bodies ----------------------------------------------------------------------------------------------


def test_words_to_picture(tmp_path: Path) -> None:
    order = ordered(bfl_image, "a fox", model="flux-2-max", size=Size(1920, 1088), verbatim=True, seed=2**32 + 5)
    call = sent(order, tmp_path)
    assert (call.method, call.path) == ("POST", "/v1/flux-2-max")
    assert call.json == {"prompt": "a fox", "width": 1920, "height": 1088, "seed": 5, "output_format": "png",
                         "disable_pup": True}
    quote = PROVIDER.facts.quote(order)
    # 1.99 megapixels: $0.07 for the first and at most $0.03 for the second.
    assert quote.high == pytest.approx(0.10) and quote.low == pytest.approx(0.07 + 0.9921875 * 0.03)


def test_references_give_the_size_and_are_numbered(tmp_path: Path) -> None:
    order = ordered(bfl_image, "both", (image(1030, 700), image()), model="flux-2-pro")
    assert sent(order, tmp_path).json == {
        "prompt": "both", "width": 1024, "height": 672, "seed": 0, "output_format": "png",
        "input_image": "MA==", "input_image_2": "MQ=="}
    assert [media.role for media in order.media] == ["reference", "reference"]
    assert PROVIDER.facts.quote(order).high == pytest.approx(0.03 + 2 * 0.015)


def test_a_huge_reference_gives_at_most_four_megapixels() -> None:
    body = ordered(bfl_image, "x", (image(6000, 3000),)).settings["body"]
    assert body["width"] == 2880 and body["height"] == 1440
    assert body["width"] * body["height"] <= 4 * 1024 * 1024


def test_flex_takes_steps_and_guidance_and_the_others_do_not(tmp_path: Path) -> None:
    body = sent(ordered(bfl_image, "x", model="flux-2-flex", steps=30, guidance=7.0), tmp_path).json
    assert (body["steps"], body["guidance"]) == (30, 7.0)
    assert refusal(bfl_image, "x", model="flux-2-pro", steps=30) == "FLUX.2 [pro] has no steps."
    assert refusal(bfl_image, "x", model="flux-2-flex", guidance=1.0) == (
        "FLUX.2 [flex] takes guidance from 1.5 to 10, not 1.0.")


def test_flux_1_takes_one_picture_as_a_hint(tmp_path: Path) -> None:
    order = ordered(bfl_image, "x", (image(),), model="flux-pro-1.1")
    assert sent(order, tmp_path).json == {"prompt": "x", "width": 256, "height": 256, "seed": 0, "image_prompt": "MA==",
                                          "output_format": "png", "prompt_upsampling": True}
    assert PROVIDER.facts.quote(order).high == 0.04


def test_limits_of_pictures_are_said_in_sentences() -> None:
    assert refusal(bfl_image, "x", (image(),) * 5, model="flux-2-klein-9b") == (
        "FLUX.2 [klein] 9B takes at most 4 as reference, not 5.")
    assert refusal(bfl_image, "x", size=Size(3000, 3000)) == "FLUX.2 [pro] makes at most 4 megapixels, not 3000x3000."
    assert refusal(bfl_image, "x", model="flux-pro-1.1", size=Size(1600, 900)) == (
        "FLUX 1.1 [pro] takes side from 256 to 1440, not 1600.")
    assert refusal(bfl_image, "x", model="flux-2-klein-4b", verbatim=True) == "FLUX.2 [klein] 4B has no verbatim."
    assert refusal(bfl_expand, image()) == "The picture would not become larger."


def test_ultra_kontext_fill_and_expand(tmp_path: Path) -> None:
    assert sent(ordered(bfl_ultra, "x", image(), raw=True, strength=0.4, shape="21:9"), tmp_path).json == {
        "prompt": "x", "aspect_ratio": "21:9", "raw": True, "prompt_upsampling": False, "seed": 0,
        "output_format": "png", "image_prompt_strength": 0.4, "image_prompt": "MA=="}
    kontext = sent(ordered(bfl_kontext, "snow", image(), model="flux-kontext-max"), tmp_path)
    assert kontext.path == "/v1/flux-kontext-max"
    assert kontext.json == {"prompt": "snow", "prompt_upsampling": False, "seed": 0, "output_format": "png",
                            "input_image": "MA=="}
    assert sent(ordered(bfl_kontext, "snow", shape="3:4"), tmp_path).json["aspect_ratio"] == "3:4"
    mask = Mask.of(np.zeros((96, 128), np.float32))
    assert sent(ordered(bfl_fill, "hat", image(), mask, steps=20), tmp_path).json == {
        "prompt": "hat", "steps": 20, "guidance": 60.0, "prompt_upsampling": False, "seed": 0, "output_format": "png",
        "image": "MA==", "mask": "MQ=="}
    assert sent(ordered(bfl_expand, image(), left=64), tmp_path).json == {
        "prompt": "", "left": 64, "right": 0, "top": 0, "bottom": 0, "steps": 50, "guidance": 60.0,
        "prompt_upsampling": False, "seed": 0, "output_format": "png", "image": "MA=="}


def test_tools_erase_and_go_on(tmp_path: Path) -> None:
    erase = sent(ordered(bfl_erase, image(), Mask.of(np.zeros((96, 128), np.float32)), grow=0, seed=3), tmp_path)
    assert erase.path == "/v1/flux-tools/erase-v1"
    assert erase.json == {"dilate_pixels": 0, "seed": 3, "output_format": "png", "image": "MA==", "mask": "MQ=="}
    wider = sent(ordered(bfl_outpaint, image(), left=64, bottom=32, prompt="snow", fast=True), tmp_path)
    assert wider.path == "/v1/flux-tools/outpainting-v1"
    assert wider.json == {"width": 192, "height": 128, "reference_offset_x": 64, "reference_offset_y": 0,
                          "mode": "fast", "output_format": "png", "prompt": "snow", "input_image": "MA=="}
    assert not PROVIDER.facts.quote(ordered(bfl_outpaint, image(), left=64)).known
    assert refusal(bfl_outpaint, image()) == "The picture would not become larger."
    assert "from 64 to 4096, not 5128" in refusal(bfl_outpaint, image(), left=5000)


def test_a_mask_of_another_size_is_fitted_when_it_is_sent() -> None:
    halves = np.zeros((10, 10), np.float32)
    halves[:, 5:] = 1
    mask = ordered(bfl_fill, "x", image(), Mask.of(halves)).media[1].value
    assert isinstance(mask, Mask) and mask.size == Size(128, 96)
    assert mask.array.shape == (96, 128) and mask.array[50, 20] == 0 and mask.array[50, 110] == 1

    def nothing() -> Any:
        raise AssertionError("it was looked at while planning")

    assert ordered(bfl_fill, "x", image(), Mask.lazy(nothing, 8, 8)).media[1].role == "mask"


def test_films_from_words_pictures_and_films(tmp_path: Path) -> None:
    common = {"prompt": "a fox", "duration": 8, "aspect_ratio": "16:9", "resolution": "fhd", "generate_audio": False}
    order = ordered(bfl_video, "a fox", seconds=8, shape="16:9", resolution="fhd", audio=False)
    assert sent(order, tmp_path).json == {"mode": "t2v", **common}
    assert PROVIDER.facts.quote(order).high == pytest.approx(8 * 0.29)
    first = sent(ordered(bfl_video, "x", image()), tmp_path).json
    assert (first["mode"], first["keyframes"]) == ("i2v", "MA==")
    between = ordered(bfl_video, "x", image(), image(), (image(),))
    assert sent(between, tmp_path).json["keyframes"] == ["MA==", "MQ==", "Mg=="]
    assert [media.role for media in between.media] == ["first_frame", "reference", "last_frame"]
    assert sent(ordered(bfl_video, "x", last_frame=image(), seconds=6), tmp_path).json["keyframes"] == [[6, "MA=="]]
    film = Video(tmp_path / "a.mp4", Size(64, 64), 24.0, 3.0)
    on = ordered(bfl_video, "x", video=film, seconds=10)
    assert sent(on, tmp_path).json["start_video"] == "MA==" and sent(on, tmp_path).json["mode"] == "v2v"
    assert PROVIDER.facts.quote(on).high == pytest.approx(10 * 0.43)
    draft = ordered(bfl_video, "x", draft=True)
    assert sent(draft, tmp_path).json["draft"] is True
    assert PROVIDER.facts.quote(draft).high == pytest.approx(5 * 0.06)
    assert not PROVIDER.facts.quote(ordered(bfl_video, "x", resolution="uhd")).known


def test_limits_of_films_are_said_in_sentences(tmp_path: Path) -> None:
    film = Video(tmp_path / "a.mp4", Size(64, 64), 24.0, 3.0)
    assert refusal(bfl_video, "x", seconds=21) == "FLUX 3 video takes seconds from 5 to 20, not 21."
    assert "from 5 to 15, not 18" in refusal(bfl_video, "x", video=film, seconds=18)
    assert "not both" in refusal(bfl_video, "x", image(), video=film)
    assert refusal(bfl_video, " ") == "FLUX 3 video needs a prompt, with pictures and films too."
    assert "need a first and a last" in refusal(bfl_video, "x", image(), references=(image(),))
    assert refusal(bfl_video, "x", draft=True, resolution="fhd") == "A draft is made at hd only."
    webm = Video(tmp_path / "a.webm", Size(64, 64), 24.0, 3.0)
    assert refusal(bfl_video, "x", video=webm) == "FLUX 3 video takes films as MP4 only, not .webm."


# --- answers --------------------------------------------------------------------------------------------------------


def test_an_accepted_order_says_where_to_ask_and_what_it_costs() -> None:
    order = Order("flux-2-pro", "image", {})
    found = PROVIDER.accepted(answer(200, {"id": "a1", "polling_url": JOB.urls["poll"], "cost": 4.5}), order)
    assert isinstance(found, Job) and found.urls == JOB.urls
    assert found.cost is not None and found.cost.usd == 0.045 and found.cost.note == "4.5 credits"
    older = PROVIDER.accepted(answer(200, {"id": "a1", "polling_url": "x", "cost": None}), order)
    assert isinstance(older, Job) and older.cost is None
    unreadable: list[Any] = [{"id": "a1"}, {"polling_url": "x"}, [], "queued"]
    for plain in unreadable:
        with pytest.raises(Unreadable):
            PROVIDER.accepted(answer(200, plain), order)


def test_states() -> None:
    ready = polled(JOB, answer(200, {"id": "a1", "status": "Ready", "cost": 4, "result": {
        "sample": "https://delivery-us1.bfl.ai/r/x.png?sig=1", "seed": 42, "prompt": "a fox, finely drawn"}}))
    assert ready is not None and ready.phase == "done" and ready.files[0].url.endswith("x.png?sig=1")
    assert not ready.files[0].auth and ready.data == {"seed": 42, "prompt": "a fox, finely drawn"}
    assert ready.cost is not None and ready.cost.usd == 0.04
    pending = polled(JOB, answer(200, {"status": "Pending", "progress": 0.25, "result": None}))
    assert pending is not None and (pending.phase, pending.progress, pending.unheard) == ("running", 0.25, False)
    for status, note in (("Reasoning", "Reasoning"), ("Generating", "Generating")):
        state = polled(JOB, answer(200, {"status": status}))
        assert state is not None and (state.phase, state.note, state.unheard) == ("running", note, False)
    odd = polled(JOB, answer(200, {"status": "Rehearsing"}))
    assert odd is not None and (odd.phase, odd.unheard) == ("running", True) and "Rehearsing" in odd.note


@pytest.mark.parametrize(("status", "plain", "phase", "note"), [
    (200, {"status": "Request Moderated", "details": {"Moderation Reasons": ["Violence", "Hate"]}}, "blocked",
     "Violence, Hate"),
    (200, {"status": "Content Moderated", "result": None}, "blocked", "Content Moderated"),
    (422, {"status": "Error", "details": {"error": "start_video is no film"}}, "failed", "start_video is no film"),
    (200, {"status": "Error", "error": "it broke"}, "failed", "it broke"),
    (404, {"status": "Task not found"}, "gone", "Black Forest Labs does not know this job any more."),
    (404, {"detail": "Not Found"}, "gone", "Black Forest Labs does not know this job any more."),
])
def test_ends(status: int, plain: Any, phase: str, note: str) -> None:
    state = polled(JOB, answer(status, plain))
    assert state is not None and (state.phase, state.note) == (phase, note)


def test_what_says_nothing_about_a_job_does_not_end_it() -> None:
    assert polled(JOB, answer(403, {"detail": "Not authenticated"})) is None
    state = polled(JOB, answer(200, {"status": "Ready", "result": {}}))
    assert state is not None and (state.phase, state.unheard) == ("running", True)


@pytest.mark.parametrize(("status", "plain", "kind", "words"), [
    (402, {"detail": "Insufficient credits"}, "credit", "Insufficient credits"),
    (403, {"detail": "Not authenticated"}, "key", "Not authenticated"),
    (401, {"detail": "no"}, "key", "no"),
    (429, {"detail": "Too many active tasks."}, "busy", "Too many active tasks."),
    (422, {"detail": [{"loc": ["body", "width"], "msg": "Input should be valid", "type": "value_error"}]}, "invalid",
     "body.width: Input should be valid"),
    (400, {"detail": "Prompt was moderated"}, "blocked", "Prompt was moderated"),
    (400, {"detail": "bad image"}, "invalid", "bad image"),
    (503, {"detail": "later"}, "server", "later"),
    (404, {}, "gone", "HTTP 404"),
])
def test_errors(status: int, plain: Any, kind: str, words: str) -> None:
    found = PROVIDER.refused(answer(status, plain))
    assert (found.kind, found.message) == (kind, words)


def test_an_error_that_is_no_json() -> None:
    assert PROVIDER.refused(Answer(502, {}, b"<html>bad gateway")).message == "HTTP 502"


def test_greeting_says_the_credit() -> None:
    assert PROVIDER.greet is not None
    asking = PROVIDER.greet()
    assert next(asking).path == "/v1/credits"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer(200, {"credits": 857.0}))
    assert ended.value.value == "Black Forest Labs took the key; 857 credits ($8.57) are left."
