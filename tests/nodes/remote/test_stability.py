"""Stability AI: what its nodes order, what they refuse, the forms sent, and what the answers mean."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Call, Job, Order, Part, State, Unreadable, Upload
from ajar.testing import FakeRemote, Ordered
from ajar.values import Audio, Image, Mask
from nodes.remote.stability import PROVIDER
from nodes.remote.stability_edit import (
    stability_cutout,
    stability_erase,
    stability_inpaint,
    stability_outpaint,
    stability_relight,
    stability_search,
)
from nodes.remote.stability_image import (
    stability_audio,
    stability_control,
    stability_image,
    stability_restyle,
    stability_upscale,
)

PNG = b"\x89PNG\r\n\x1a\n..."


def image(width: int = 128, height: int = 96) -> Image:
    return Image.of(np.full((height, width, 3), 90, np.uint8))


def mask() -> Mask:
    return Mask.of(np.zeros((96, 128), np.float32))


def ordered(node: Callable[..., Any], *arguments: Any, **more: Any) -> Order:
    with pytest.raises(Ordered) as found:
        node(FakeRemote(), *arguments, **more)
    return found.value.order


def sent(order: Order, folder: Path) -> Call:
    parts = []
    for number, media in enumerate(order.media):
        path = folder / str(number)
        path.write_bytes(media.role.encode())
        parts.append(Part(media.role, "image/png", str(number), path))
    return PROVIDER.submit(order, parts, "nonce-1")


def form(order: Order, folder: Path) -> dict[str, Any]:
    """The form's fields; of a file its name."""
    return {name: value.name if isinstance(value, Upload) else value for name, value in sent(order, folder).form}


def refusal(node: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    with pytest.raises(UserError) as found:
        node(FakeRemote(), *arguments, **more)
    return found.value.message


def answer(status: int, plain: Any) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


def bytes_of(headers: Mapping[str, str]) -> Answer:
    return Answer(200, {"content-type": "image/png", **headers}, PNG)


def polled(reply: Answer) -> State | None:
    assert PROVIDER.poll is not None
    asking = PROVIDER.poll([Job("ab" * 32, data={"results": "/v2beta/results"})])
    call = next(asking)
    assert (call.method, call.path) == ("GET", "/v2beta/results/" + "ab" * 32)
    with pytest.raises(StopIteration) as ended:
        asking.send(reply)
    found: State | None = ended.value.value.get("ab" * 32)
    return found


# --- orders and forms -----------------------------------------------------------------------------------------------


def test_words_to_picture(tmp_path: Path) -> None:
    order = ordered(stability_image, "a fox", shape="16:9", style="anime", negative="snow", seed=41)
    call = sent(order, tmp_path)
    assert (call.method, call.path, call.headers) == (
        "POST", "/v2beta/stable-image/generate/core", {"Accept": "image/*"})
    assert call.seconds >= 180, "it says nothing until the picture is there"
    assert dict(call.form) == {"prompt": "a fox", "negative_prompt": "snow", "seed": "42", "output_format": "png",
                               "style_preset": "anime", "aspect_ratio": "16:9"}
    assert PROVIDER.facts.quote(order).high == pytest.approx(0.03)


def test_sd3_says_its_model_and_changes_pictures_without_a_shape(tmp_path: Path) -> None:
    order = ordered(stability_image, "night", image(), model="sd3.5-flash", strength=0.95, guidance=2.0)
    assert sent(order, tmp_path).path == "/v2beta/stable-image/generate/sd3"
    assert form(order, tmp_path) == {
        "prompt": "night", "seed": "1", "output_format": "png", "cfg_scale": "2", "model": "sd3.5-flash",
        "strength": "0.95", "mode": "image-to-image", "image": "image.png"}
    words = form(ordered(stability_image, "x", model="sd3.5-large"), tmp_path)
    assert words["aspect_ratio"] == "1:1" and "mode" not in words and "strength" not in words
    ultra = form(ordered(stability_image, "x", image(), model="stable-image-ultra"), tmp_path)
    assert (ultra["strength"], ultra["aspect_ratio"], ultra["image"]) == ("0.6", "1:1", "image.png")


def test_seeds_never_mean_draw_one() -> None:
    seeds = [ordered(stability_image, "x", seed=seed).settings["fields"]["seed"] for seed in (0, 2**32 - 2, 2**63 - 1)]
    assert seeds[0] == seeds[1] == "1" and all(1 <= int(seed) <= 4294967294 for seed in seeds)


def test_upscales(tmp_path: Path) -> None:
    fast = ordered(stability_upscale, image())
    assert form(fast, tmp_path) == {"output_format": "png", "image": "image.png"}
    assert sent(fast, tmp_path).path == "/v2beta/stable-image/upscale/fast"
    careful = ordered(stability_upscale, image(), "a fox", model="upscale-conservative", creativity=0.25)
    assert form(careful, tmp_path) == {"prompt": "a fox", "seed": "1", "creativity": "0.25", "output_format": "png",
                                       "image": "image.png"}
    creative = ordered(stability_upscale, image(), "a fox", model="upscale-creative", style="cinematic")
    assert creative.settings["results"] == "/v2beta/results"
    assert form(creative, tmp_path)["style_preset"] == "cinematic"
    assert [PROVIDER.facts.quote(one).high for one in (fast, careful, creative)] == [0.02, 0.4, 0.6]


def test_control_and_style_transfer(tmp_path: Path) -> None:
    assert form(ordered(stability_control, "castle", image(), model="sketch"), tmp_path) == {
        "prompt": "castle", "seed": "1", "output_format": "png", "control_strength": "0.7", "image": "image.png"}
    style = form(ordered(stability_control, "castle", image(), model="style", shape="21:9", strength=0.5), tmp_path)
    assert (style["fidelity"], style["aspect_ratio"]) == ("0.5", "21:9") and "control_strength" not in style
    restyled = ordered(stability_restyle, image(), image())
    assert form(restyled, tmp_path) == {
        "seed": "1", "output_format": "png", "style_strength": "1", "composition_fidelity": "0.9",
        "change_strength": "0.9", "init_image": "init_image.png", "style_image": "style_image.png"}


def test_edits(tmp_path: Path) -> None:
    assert form(ordered(stability_inpaint, "hat", image(), mask(), grow=0), tmp_path) == {
        "prompt": "hat", "grow_mask": "0", "seed": "1", "output_format": "png", "image": "image.png",
        "mask": "mask.png"}
    assert form(ordered(stability_erase, image(), mask()), tmp_path) == {
        "grow_mask": "5", "seed": "1", "output_format": "png", "image": "image.png", "mask": "mask.png"}
    found = ordered(stability_search, "blue", image(), "bicycle", model="search-and-recolor")
    assert sent(found, tmp_path).path == "/v2beta/stable-image/edit/search-and-recolor"
    assert form(found, tmp_path)["select_prompt"] == "bicycle"
    assert form(ordered(stability_outpaint, image(), left=64, bottom=10), tmp_path) == {
        "left": "64", "down": "10", "creativity": "0.5", "seed": "1", "output_format": "png", "image": "image.png"}
    assert form(ordered(stability_cutout, image()), tmp_path) == {"output_format": "png", "image": "image.png"}


def test_background_and_light(tmp_path: Path) -> None:
    order = ordered(stability_relight, "a harbour", image(), image(), light="above", keep_background=True)
    assert form(order, tmp_path) == {
        "background_prompt": "a harbour", "seed": "1", "output_format": "png", "light_source_direction": "above",
        "light_source_strength": "0.3", "keep_original_background": "true", "subject_image": "subject_image.png",
        "background_reference": "background_reference.png"}
    assert order.settings["results"] == "/v2beta/results"
    assert "light_source_strength" not in form(ordered(stability_relight, "x", image()), tmp_path)


def test_sound(tmp_path: Path) -> None:
    order = ordered(stability_audio, "strings", seconds=45)
    call = sent(order, tmp_path)
    assert call.path == "/v2beta/audio/stable-audio/text-to-audio" and call.headers == {"Accept": "audio/*"}
    assert dict(call.form) == {"prompt": "strings", "model": "stable-audio-3", "duration": "45", "seed": "1",
                               "output_format": "wav"}
    assert order.settings["results"] == "/v2beta/audio/results" and order.modality == "audio"
    voice = Audio(np.zeros((1, 8 * 8000), np.float32), 8000)
    changed = ordered(stability_audio, "bells", voice)
    assert changed.settings["route"] == "audio/stable-audio/audio-to-audio"
    assert changed.settings["fields"]["strength"] == "0.7"
    assert PROVIDER.facts.quote(changed).high == pytest.approx(0.26)


def test_limits_are_said_in_sentences() -> None:
    assert refusal(stability_image, "x", image()) == "Stable Image Core takes none as image, not 1."
    assert refusal(stability_image, "x", shape="2:1") == "Stable Image Core can't do shape 2:1."
    assert refusal(stability_image, "x", style="baroque") == "Stable Image Core can't do styles baroque."
    assert refusal(stability_image, "x", guidance=3.0) == "Stable Image Core has no guidance."
    assert refusal(stability_image, "x" * 10001).startswith("Stable Image Core takes a prompt of at most 10,000")
    assert refusal(stability_upscale, image(), model="upscale-creative") == "Stability creative upscale needs a prompt."
    assert refusal(stability_upscale, image(1400, 800)) == (
        "Stability fast upscale takes pictures of 1,024 to 1,048,576 pixels in all; this one has 1400 x 800.")
    assert refusal(stability_upscale, image(), "x", model="upscale-conservative", style="anime") == (
        "Stability conservative upscale has no styles.")
    assert "at most 1 : 2.5" in refusal(stability_outpaint, image(400, 100), left=5)
    assert "at least 64 pixels" in refusal(stability_cutout, image(200, 40))
    assert refusal(stability_outpaint, image()) == "The picture would not become larger."
    assert refusal(stability_search, "x", image()) == "It is not said what to look for."
    assert refusal(stability_relight, " ", image()) == "The background is neither described nor shown."
    short = Audio(np.zeros((1, 8000), np.float32), 8000)
    assert "from 6 to 380, not 1.0" in refusal(stability_audio, "x", short)


# --- answers --------------------------------------------------------------------------------------------------------


def test_a_picture_comes_at_once() -> None:
    order = ordered(stability_image, "x")
    state = PROVIDER.accepted(bytes_of({"seed": "42", "finish-reason": "SUCCESS"}), order)
    assert isinstance(state, State) and state.phase == "done" and state.data == {"seed": 42}
    assert state.files[0].data == PNG and state.files[0].type == "image/png" and state.cost is not None
    assert PROVIDER.facts.priced(order.model, {}, state.cost).usd == pytest.approx(0.03)
    blurred = PROVIDER.accepted(bytes_of({"finish-reason": "CONTENT_FILTERED"}), order)
    assert isinstance(blurred, State) and (blurred.phase, blurred.charged) == ("blocked", None)
    for reply in (answer(200, {"id": "x"}), Answer(200, {"content-type": "image/png"}, b""), Answer(200, {}, PNG)):
        with pytest.raises(Unreadable):
            PROVIDER.accepted(reply, order)


def test_a_job_is_asked_about_by_its_number() -> None:
    order = ordered(stability_upscale, image(), "x", model="upscale-creative")
    job = PROVIDER.accepted(answer(200, {"id": "ab" * 32}), order)
    assert isinstance(job, Job) and job.id == "ab" * 32 and job.data == {"results": "/v2beta/results"}
    for reply in (answer(200, {}), bytes_of({})):
        with pytest.raises(Unreadable):
            PROVIDER.accepted(reply, order)


def test_states() -> None:
    running = polled(answer(202, {"id": "ab", "status": "in-progress"}))
    assert running is not None and (running.phase, running.unheard) == ("running", False)
    done = polled(bytes_of({"seed": "7"}))
    assert done is not None and done.phase == "done" and done.files[0].data == PNG and done.data == {"seed": 7}
    page = polled(Answer(200, {"content-type": "image/png"}, b"<!doctype html><title>Sign in</title>"))
    assert page is not None and (page.phase, page.unheard) == ("running", True), "it is asked again, not taken"
    odd = polled(answer(200, {"status": "rehearsing"}))
    assert odd is not None and (odd.phase, odd.unheard) == ("running", True)
    gone = polled(answer(404, {"name": "generation_not_found", "errors": ["id: expired"]}))
    assert gone is not None and gone.phase == "gone"
    blocked = polled(answer(403, {"name": "content_moderation", "errors": ["flagged"]}))
    assert blocked is not None and (blocked.phase, blocked.note, blocked.charged) == ("blocked", "flagged", False)
    failed = polled(answer(422, {"name": "unprocessable", "errors": ["no"]}))
    assert failed is not None and (failed.phase, failed.charged) == ("failed", False)
    assert polled(answer(401, {"name": "unauthorized", "errors": ["key"]})) is None


@pytest.mark.parametrize(("status", "plain", "kind", "words"), [
    (400, {"name": "bad_request", "errors": ["prompt: is required", "seed: no"]}, "invalid",
     "prompt: is required; seed: no"),
    (401, {"name": "unauthorized", "errors": ["authorization: is invalid"]}, "key", "authorization: is invalid"),
    (402, {"name": "payment_required", "errors": ["no credits"]}, "credit", "no credits"),
    (403, {"name": "content_moderation", "errors": ["flagged"]}, "blocked", "flagged"),
    (403, {"name": "forbidden", "errors": ["not yours"]}, "key", "not yours"),
    (413, {"name": "payload_too_large", "errors": ["10MiB"]}, "invalid", "10MiB"),
    (422, {"name": "public_figure", "errors": ["a likeness"]}, "blocked", "a likeness"),
    (422, {"name": "invalid_language", "errors": ["English only"]}, "invalid", "English only"),
    (429, {"name": "rate_limit_exceeded", "errors": ["too often"]}, "busy", "too often"),
    (500, {"name": "internal_error", "errors": ["oops"]}, "server", "oops"),
    (404, {}, "gone", "HTTP 404"),
])
def test_errors(status: int, plain: Any, kind: str, words: str) -> None:
    found = PROVIDER.refused(answer(status, plain))
    assert (found.kind, found.message) == (kind, words)


def test_greeting_says_the_credit() -> None:
    assert PROVIDER.greet is not None
    asking = PROVIDER.greet()
    assert next(asking).path == "/v1/user/balance"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer(200, {"credits": 866.5}))
    assert ended.value.value == "Stability AI took the key; 866.5 credits ($8.66) are left, as it says."
