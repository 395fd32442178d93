"""xAI: what the nodes order, how it is phrased, what answers mean. Literal expectations after its pages."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.offers import Quote
from ajar.remote import Answer, Asking, Cost, Job, Made, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image
from nodes.remote.text import BY
from nodes.remote.xai import PROVIDER
from nodes.remote.xai_nodes import grok_image, grok_video, grok_video_edit
from tests.nodes.remote.test_odd_answers import ODD, changed

FILM = "https://example.com/films/wave.mp4"
JOB = Job("d97415a1-5796-b7ec-379f-4e6819e08fdf")


def picture() -> Image:
    return Image.of(np.zeros((64, 96, 3), np.uint8))


def ordered(node: Any, **inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        node(FakeRemote(), **{"prompt": "a boat", **inputs})
    return caught.value.order


def part(folder: Path, role: str) -> Part:
    path = folder / role
    path.write_bytes(b"PNG")
    return Part(role, "image/png", "00", path)


def answer(plain: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


def talk(asking: Asking[Any], given: Answer) -> Any:
    next(asking)
    try:
        asking.send(given)
    except StopIteration as ended:
        return ended.value
    raise AssertionError("it asks for more")


def polled(given: Answer) -> Any:
    assert PROVIDER.poll is not None
    return talk(PROVIDER.poll([JOB]), given).get(JOB.id)


# --- orders ---------------------------------------------------------------------------------------------------------


def test_a_film_out_of_words_is_phrased_as_documented() -> None:
    call = PROVIDER.submit(ordered(grok_video, seconds=10, resolution="720p", audio=False, voices="eve"), [], "nonce")
    assert (call.method, call.path) == ("POST", "/videos/generations")
    assert call.json == {
        "model": "grok-imagine-video-1.5", "prompt": "a boat", "duration": 10, "aspect_ratio": "16:9",
        "resolution": "720p", "generate_audio": False, "reference_audios": [{"voice_id": "eve"}]}


def test_pictures_of_a_film_go_by_their_roles(tmp_path: Path) -> None:
    order = ordered(grok_video, first_frame=picture(), last_frame=picture(), references=(picture(), picture()))
    roles = [one.role for one in order.media]
    assert roles == ["first_frame", "last_frame", "reference", "reference"]
    body = PROVIDER.submit(order, [part(tmp_path, role) for role in roles], "").json
    uri = {"url": "data:image/png;base64,UE5H"}
    assert (body["image"], body["last_frame"], body["reference_images"]) == (uri, uri, [uri, uri])
    assert "aspect_ratio" not in body and "generate_audio" not in body


def test_a_film_is_changed_or_gone_on_with() -> None:
    edit = PROVIDER.submit(ordered(grok_video_edit, film=FILM), [], "")
    assert edit.path == "/videos/edits"
    assert edit.json == {"model": "grok-imagine-video", "prompt": "a boat", "video": {"url": FILM}}
    extend = PROVIDER.submit(ordered(grok_video_edit, film=f" {FILM}\n", use="extend", seconds=4), [], "")
    assert extend.path == "/videos/extensions"
    assert extend.json == {**edit.json, "duration": 4}


def test_a_picture_is_phrased_as_documented() -> None:
    call = PROVIDER.submit(ordered(grok_image, shape="19.5:9", resolution="2k", quality="low"), [], "")
    assert call.path == "/images/generations"
    assert call.json == {
        "model": "grok-imagine-image-2.0", "prompt": "a boat", "n": 1, "resolution": "2k",
        "response_format": "b64_json", "aspect_ratio": "19.5:9", "quality": "low"}
    plain = PROVIDER.submit(ordered(grok_image, model="grok-imagine-image"), [], "").json
    assert "quality" not in plain and "aspect_ratio" not in plain


def test_one_picture_is_edited_by_itself_several_are_listed(tmp_path: Path) -> None:
    one = PROVIDER.submit(ordered(grok_image, references=(picture(),)), [part(tmp_path, "reference")], "")
    uri = {"type": "image_url", "url": "data:image/png;base64,UE5H"}
    assert one.path == "/images/edits" and one.json["image"] == uri and "images" not in one.json
    two = PROVIDER.submit(ordered(grok_image, references=(picture(),) * 2), [part(tmp_path, "reference")] * 2, "")
    assert two.json["images"] == [uri, uri] and "image" not in two.json


@pytest.mark.parametrize(("node", "inputs", "words"), [
    (grok_video, {"prompt": " "}, "nothing to make a film of"),
    (grok_video, {"prompt": "ü" * 2049}, "at most 4,096 bytes, not 4,098"),
    (grok_video, {"seconds": 16}, "takes seconds from 1 to 15"),
    (grok_video, {"shape": "2:1"}, "can't do shape 2:1"),
    (grok_video, {"resolution": "1080p", "references": (picture(),)}, "1080p together with references"),
    (grok_video, {"resolution": "1080p", "voices": "eve"}, "1080p together with references"),
    (grok_video, {"voices": "a, b, c, d"}, "at most 3 as voice"),
    (grok_video, {"references": (picture(),) * 8}, "at most 7 as reference"),
    (grok_video, {"model": "grok-imagine-video", "resolution": "1080p"}, "can't do resolution 1080p"),
    (grok_video, {"model": "grok-imagine-video", "last_frame": picture()}, "none as last frame"),
    (grok_video, {"model": "grok-imagine-video", "audio": False}, "always makes sound"),
    (grok_video, {"model": "grok-imagine-video", "first_frame": picture(), "references": (picture(),)}, "not both"),
    (grok_video, {"model": "grok-imagine-video", "seconds": 11, "references": (picture(),)}, "at most 10 s"),
    (grok_video, {"model": "grok-imagine-video-1.5-lite", "references": (picture(),)}, "none as reference"),
    (grok_video_edit, {"film": "/home/me/a.mp4"}, 'not "/home/me/a.mp4"'),
    (grok_video_edit, {"film": "https://example.com/a.mov"}, "of an .mp4"),
    (grok_video_edit, {"film": FILM, "prompt": ""}, "no prompt"),
    (grok_video_edit, {"film": FILM, "use": "extend", "seconds": 11}, "from 2 to 10"),
    (grok_image, {"prompt": ""}, "no prompt"),
    (grok_image, {"references": (picture(),) * 4}, "at most 3 as reference"),
    (grok_image, {"quality": "high"}, "can't do quality high"),
    (grok_image, {"resolution": "4k"}, "can't do resolution 4k"),
    (grok_image, {"model": "grok-imagine-image", "shape": "21:9"}, "can't do shape 21:9"),
])
def test_what_xai_does_not_take_is_refused_before_it_is_ordered(node: Any, inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        node(remote, **{"prompt": "a boat", **inputs})
    assert remote.orders == []


def test_what_it_will_cost_is_reckoned_where_it_is_known() -> None:
    def quote(node: Any, **inputs: Any) -> Quote:
        return PROVIDER.facts.quote(ordered(node, **inputs))

    assert quote(grok_video, seconds=6, resolution="720p", first_frame=picture(),
                 last_frame=picture()).high == pytest.approx(6 * 0.14 + 2 * 0.01)
    assert quote(grok_video, model="grok-imagine-video-1.5-lite", seconds=4, resolution="720p").high == \
        pytest.approx(0.12)
    assert quote(grok_video, model="grok-imagine-video", seconds=1, first_frame=picture()).high == pytest.approx(0.052)
    assert quote(grok_image, resolution="2k", references=(picture(),)).high == pytest.approx(0.09)
    assert quote(grok_image, model="grok-imagine-image").high == pytest.approx(0.02)
    assert not quote(grok_image, model="grok-imagine-image-quality").known
    edit = quote(grok_video_edit, film=FILM)
    assert edit.low == 0 and edit.high == pytest.approx(8.7 * 0.08)
    assert quote(grok_video_edit, film=FILM, use="extend", seconds=4).high == pytest.approx(4 * 0.07 + 15 * 0.01)


def test_the_words_of_grok_share_the_key() -> None:
    assert BY["xai"].facts.shares == PROVIDER.name == "xai"
    assert PROVIDER.facts.keys == BY["xai"].facts.keys
    assert PROVIDER.facts.url == BY["xai"].facts.url


# --- answers --------------------------------------------------------------------------------------------------------


def test_a_film_is_known_by_its_request() -> None:
    assert PROVIDER.accepted(answer({"request_id": JOB.id}), ordered(grok_video)) == JOB
    odds: list[Any] = [{}, {"request_id": ""}, {"request_id": 5}, []]
    for odd in odds:
        with pytest.raises(Unreadable):
            PROVIDER.accepted(answer(odd), ordered(grok_video))


def test_a_picture_comes_with_its_cost() -> None:
    coded = base64.b64encode(b"JPEG").decode()
    found = PROVIDER.accepted(answer({"data": [{"b64_json": coded, "mime_type": "image/jpeg", "revised_prompt": "p"}],
                                      "usage": {"cost_in_usd_ticks": 500_000_000}}), ordered(grok_image))
    assert found == State("done", files=(Made("image/*", data=b"JPEG", role="image"),), data={"prompt": "p"},
                          cost=Cost(0.05, "reported", "500000000 ticks"))
    held = PROVIDER.accepted(answer({"data": [{"respect_moderation": False}]}), ordered(grok_image))
    assert isinstance(held, State) and held.phase == "blocked"
    odds: list[Any] = [{}, {"data": []}, {"data": [{"b64_json": "%"}]}, {"data": [{"b64_json": 5}]}, {"data": {"a": 1}}]
    for odd in odds:
        with pytest.raises(Unreadable):
            PROVIDER.accepted(answer(odd), ordered(grok_image))


@pytest.mark.parametrize(("plain", "status", "kind", "charged"), [
    ({"code": "invalid_argument", "error": "Rejected by content moderation."}, 400, "blocked", None),
    ({"code": "Client specified an invalid argument", "error": "Generated image rejected by content moderation.",
      "usage": {"cost_in_usd_ticks": 200000000}}, 400, "blocked", True),
    ({"code": "permission-denied", "error": "Your team 1 has either used all available credits or reached its monthly "
      "spending limit."}, 403, "credit", False),
    ({"code": "Some resource has been exhausted", "error": "Your team has either used all available credits or reached "
      "its monthly spending limit."}, 429, "credit", False),
    ({"code": "personal-team-blocked:spending-limit", "error": "You have run out of credits."}, 403, "credit", False),
    ({"code": "x", "error": "Incorrect API key provided: xa***."}, 400, "key", False),
    ({"code": "x", "error": "No credentials."}, 401, "key", False), ({"code": "x", "error": "no"}, 403, "key", False),
    ({"code": "x", "error": "Too many requests"}, 429, "busy", False),
    ({"code": "x", "error": "`last_frame` is not supported for this model."}, 400, "invalid", False),
    ({"error": {"message": "The model does not exist", "code": "404"}}, 404, "gone", False),
    ({"code": "x", "error": "Internal error"}, 500, "server", None), ([], 502, "server", None),
    ({}, 408, "server", None),
])
def test_errors_are_told_apart(plain: Any, status: int, kind: str, charged: bool | None) -> None:
    found = PROVIDER.refused(answer(plain, status))
    assert (found.kind, found.charged) == (kind, charged)
    assert found.message


@pytest.mark.parametrize(("plain", "state"), [
    ({"request_id": JOB.id}, State("running")),
    ({"status": "pending", "progress": 40}, State("running", progress=0.4)),
    ({"status": "queued"}, State("queued")),
    ({"status": "reviewing"}, State("running", "xAI says: reviewing", unheard=True)),
    ({"status": "failed", "error": {"code": "internal_error", "message": "It broke."}}, State("failed", "It broke.")),
    ({"status": "failed", "error": {"code": "invalid_argument", "message": "Content blocked by moderation."}},
     State("blocked", "Content blocked by moderation.")),
    ({"status": "expired"}, State("failed", "The request expired.")),
    ({"status": "done", "video": {"url": "", "respect_moderation": False}, "usage": {"cost_in_usd_ticks": 10**10}},
     State("blocked", "the film was held back", cost=Cost(1.0, "reported", "10000000000 ticks"), charged=True)),
    ({"status": "done", "video": {"url": "https://vidgen.x.ai/v.mp4", "duration": 8, "respect_moderation": True},
      "usage": {"cost_in_usd_ticks": 4_000_000_000}},
     State("done", files=(Made("video/mp4", url="https://vidgen.x.ai/v.mp4", role="video"),), data={"seconds": 8},
           cost=Cost(0.4, "reported", "4000000000 ticks"))),
])
def test_states_of_films(plain: Any, state: State) -> None:
    assert polled(answer(plain)) == state


def test_a_film_that_xai_does_not_know_is_gone() -> None:
    assert polled(answer({"code": "x", "error": "not found"}, 404)).phase == "gone"
    assert polled(answer({"code": "x", "error": "no"}, 403)) is None
    with pytest.raises(Unreadable):
        polled(answer({"status": "done", "video": {"respect_moderation": True}}))


def test_the_key_is_tried_with_the_list_of_models() -> None:
    assert PROVIDER.greet is not None
    assert "may use 1 model." in talk(PROVIDER.greet(), answer({"data": [{"id": "grok-imagine-video"}, 5]}))
    with pytest.raises(Unreadable, match="Incorrect API key"):
        talk(PROVIDER.greet(), answer({"code": "x", "error": "Incorrect API key provided"}, 400))


DONE = {"status": "done", "progress": 100, "video": {"url": "https://x/a", "duration": 8, "respect_moderation": True},
        "usage": {"cost_in_usd_ticks": 5}, "error": {"code": "c", "message": "m"}}


@pytest.mark.parametrize("status", ["done", "failed", "pending"])
def test_an_odd_answer_about_a_film_is_read_or_unreadable(status: str) -> None:
    for into in ODD:
        for plain in changed({**DONE, "status": status}, into):
            try:
                state = polled(answer(plain))
            except Unreadable:
                continue
            assert isinstance(state.note, str) and all(isinstance(file.url, str) for file in state.files), plain


def test_an_odd_answer_to_an_order_is_read_or_unreadable() -> None:
    picture_made = {"data": [{"b64_json": "UE5H", "revised_prompt": "p", "respect_moderation": True}],
                    "usage": {"cost_in_usd_ticks": 5}}
    for node, whole in ((grok_image, picture_made), (grok_video, {"request_id": "1"})):
        order = ordered(node)
        for into in ODD:
            for plain in changed(whole, into):
                for status in (400, 403, 429, 500):
                    assert PROVIDER.refused(answer(plain, status)).message
                try:
                    assert isinstance(PROVIDER.accepted(answer(plain), order), Job | State)
                except Unreadable:
                    continue
