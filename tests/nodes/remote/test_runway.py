"""Runway: what the nodes order, how it is phrased, what answers mean. Literal expectations after the fact sheet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.offers import Offer
from ajar.plain import Size
from ajar.remote import Answer, Cost, Job, Made, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image, Video
from nodes.remote.emulators.runway import Runway
from nodes.remote.runway import PROVIDER
from nodes.remote.runway_nodes import runway_act, runway_edit, runway_image, runway_video


def image(side: int = 64) -> Image:
    return Image.of(np.zeros((side, side, 3), np.uint8))


VIDEO = Video(Path("film.mp4"), Size(64, 64), 24, 5.0)


def ordered(node: Any, **inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        node(FakeRemote(), **inputs)
    return caught.value.order


def film(**inputs: Any) -> Order:
    return ordered(runway_video, **{"prompt": "a lighthouse", **inputs})


def still(**inputs: Any) -> Order:
    return ordered(runway_image, **{"prompt": "a lighthouse", **inputs})


def edit(**inputs: Any) -> Order:
    return ordered(runway_edit, **{"prompt": "at night", "video": VIDEO, **inputs})


def sent(order: Order, folder: Path) -> tuple[str, Any]:
    """The path and the body of an order whose media are three bytes each; uploads are numbered."""
    parts = []
    for number, one in enumerate(order.media):
        path = folder / f"{number}"
        path.write_bytes(b"PNG")
        kind = "video/mp4" if one.suffix == "mp4" else "image/png"
        parts.append(Part(one.role, kind, "00", path, f"runway://{number}" if one.via == "upload" else ""))
    call = PROVIDER.submit(order, parts, "")
    return call.path, call.json


def answer(plain: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


# --- orders ---------------------------------------------------------------------------------------------------------


def test_films_go_the_route_of_what_is_given(tmp_path: Path) -> None:
    assert sent(film(seed=2**32 + 5), tmp_path) == ("/v1/text_to_video", {
        "model": "gen4.5", "promptText": "a lighthouse", "ratio": "1280:720", "duration": 5, "seed": 5})
    assert sent(film(first_frame=image(), model="gen4_turbo", prompt="", seconds=10), tmp_path) == (
        "/v1/image_to_video", {
            "model": "gen4_turbo", "ratio": "1280:720", "duration": 10, "seed": 0,
            "promptImage": [{"uri": "data:image/png;base64,UE5H", "position": "first"}]})


def test_each_model_gets_the_fields_it_has(tmp_path: Path) -> None:
    body = sent(film(model="veo3.1", first_frame=image(), last_frame=image(), seconds=8, audio=True, negative="people",
                     shape="1920:1080"), tmp_path)[1]
    assert body == {
        "model": "veo3.1", "promptText": "a lighthouse", "ratio": "1920:1080", "duration": 8, "audio": True,
        "negativePrompt": "people", "seed": 0,
        "promptImage": [{"uri": "data:image/png;base64,UE5H", "position": "first"},
                        {"uri": "data:image/png;base64,UE5H", "position": "last"}]}
    assert sent(film(model="h3_max", resolution="768p"), tmp_path)[1] == {
        "model": "h3_max", "promptText": "a lighthouse", "duration": 5, "resolution": "768p", "seed": 0}
    assert sent(film(model="kling2.5_turbo_pro", first_frame=image()), tmp_path)[1] == {
        "model": "kling2.5_turbo_pro", "promptText": "a lighthouse", "duration": 5,
        "promptImage": [{"uri": "data:image/png;base64,UE5H", "position": "first"}]}


def test_references_go_where_the_model_takes_them(tmp_path: Path) -> None:
    path, body = sent(film(model="seedance2", references=(image(), image())), tmp_path)
    assert path == "/v1/text_to_video"
    assert body["references"] == [{"uri": "data:image/png;base64,UE5H"}] * 2
    order = film(model="klingO3_pro", first_frame=image(), references=(image(),), shape="1920:1080")
    path, body = sent(order, tmp_path)
    assert path == "/v1/image_to_video"
    assert body["references"] == [{"uri": "data:image/png;base64,UE5H"}]


def test_what_may_get_too_large_for_the_order_is_uploaded(tmp_path: Path) -> None:
    order = film(first_frame=image(2000))
    assert [one.via for one in order.media] == ["upload"]
    assert sent(order, tmp_path)[1]["promptImage"] == [{"uri": "runway://0", "position": "first"}]
    assert [one.via for one in film(first_frame=image(1024)).media] == ["inline"]


@pytest.mark.parametrize(("inputs", "words"), [
    ({"seconds": 11}, "takes seconds from 2 to 10, not 11"),
    ({"seconds": 5, "model": "veo3.1"}, "can't do seconds 5"),
    ({"shape": "960:960"}, "can't do shape 960:960 out of words"),
    ({"shape": "1280:720", "model": "wan3", "first_frame": image()}, "can't do shape 1280:720 out of pictures"),
    ({"model": "gen4_turbo"}, "begins with a picture, and there is none"),
    ({"last_frame": image(), "model": "veo3.1"}, "no film from a last picture only"),
    ({"first_frame": image(), "last_frame": image()}, "takes none as last frame"),
    ({"references": (image(),)}, "takes none as reference"),
    ({"references": (image(),), "first_frame": image(), "model": "seedance2"}, "first picture or references, not both"),
    ({"references": (image(),), "model": "klingO3_pro"}, "references only together with a first picture"),
    ({"audio": True}, "has no audio"), ({"negative": "people"}, "has no negative"),
    ({"resolution": "1080p", "model": "h3_max"}, "can't do resolution 1080p"),
    ({"prompt": " "}, "no prompt"),
    ({"prompt": "🦊" * 501}, "at most 1,000 characters, not 1,002"),
])
def test_what_a_model_does_not_take_is_refused_before_it_is_ordered(inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        runway_video(remote, **{"prompt": "a lighthouse", **inputs})
    assert remote.orders == []


def test_pictures_with_tags_and_without(tmp_path: Path) -> None:
    path, body = sent(still(references=(image(), image()), seed=3), tmp_path)
    assert path == "/v1/text_to_image"
    assert body == {
        "model": "gen4_image", "promptText": "a lighthouse", "ratio": "1920:1080", "seed": 3,
        "referenceImages": [{"uri": "data:image/png;base64,UE5H", "tag": "image1"},
                            {"uri": "data:image/png;base64,UE5H", "tag": "image2"}]}
    order = still(model="grok_imagine_image_2", shape="1024:1024", quality="low", references=(image(),))
    body = sent(order, tmp_path)[1]
    assert body == {"model": "grok_imagine_image_2", "promptText": "a lighthouse", "ratio": "1024:1024",
                    "quality": "low", "referenceImages": [{"uri": "data:image/png;base64,UE5H"}]}


def test_what_a_picture_model_does_not_take_is_refused() -> None:
    for inputs, words in (({"model": "gen4_image_turbo"}, "needs a picture"), ({"shape": "1:1"}, "can't do shape"),
                          ({"references": (image(),) * 4}, "at most 3"), ({"prompt": ""}, "no prompt")):
        with pytest.raises(UserError, match=words):
            runway_image(FakeRemote(), **{"prompt": "a", **inputs})  # type: ignore[arg-type]


def test_films_are_uploaded_and_changed_as_each_model_wants(tmp_path: Path) -> None:
    assert sent(edit(shape="9:16"), tmp_path) == ("/v1/video_to_video", {
        "model": "aleph2", "promptText": "at night", "videoUri": "runway://0", "targetAspectRatio": "9:16", "seed": 0})
    assert sent(edit(model="video_to_video/seedance2_5", shape="1280:720"), tmp_path)[1] == {
        "model": "seedance2_5", "promptText": "at night", "promptVideo": "runway://0", "mode": "edit",
        "duration": "auto", "audio": False, "seed": 0}
    assert sent(edit(model="video_to_video/seedance2_5", use="reference", shape="1280:720", seconds=7,
                     references=(image(),)), tmp_path)[1] == {
        "model": "seedance2_5", "promptText": "at night", "promptVideo": "runway://0", "mode": "reference",
        "ratio": "1280:720", "duration": 7, "audio": False, "seed": 0,
        "references": [{"uri": "data:image/png;base64,UE5H"}]}
    assert sent(edit(model="video_to_video/klingO3_pro"), tmp_path)[1] == {
        "model": "klingO3_pro", "promptText": "at night", "promptVideo": "runway://0"}


def test_a_figure_acts(tmp_path: Path) -> None:
    order = ordered(runway_act, image=image(), video=VIDEO, expression=5, body=False)
    assert sent(order, tmp_path) == ("/v1/character_performance", {
        "model": "act_two", "ratio": "1280:720", "expressionIntensity": 5, "bodyControl": False, "seed": 0,
        "character": {"type": "image", "uri": "data:image/png;base64,UE5H"},
        "reference": {"type": "video", "uri": "runway://1"}})
    with pytest.raises(UserError, match="video seconds from 3 to 30, not 2"):
        runway_act(FakeRemote(), image=image(), video=Video(Path("a.mp4"), Size(64, 64), 24, 2.0))


def orders_of(offer: Offer) -> list[Order]:
    """One order for each way in which a listed model can be asked."""
    shape = (offer.can.get("shapes") or ["1280:720"])[-1]
    rule = offer.can.get("seconds", [5])
    seconds = rule["low"] if isinstance(rule, dict) else rule[0]
    found = []
    if offer.kind == "runway-video":
        if "words" in offer.can:
            found.append(film(model=offer.id, shape=offer.can.get("shapes_of_words", [shape])[-1], seconds=seconds))
        if "pictures" in offer.can:
            found.append(film(model=offer.id, shape=offer.can.get("shapes_of_pictures", [shape])[-1], seconds=seconds,
                              first_frame=image(), last_frame=image() if offer.can["roles"]["last_frame"] else None))
    if offer.kind == "runway-edit":
        found += [edit(model=offer.id, seconds=seconds, use=use) for use in ("edit", "reference", "extend")]
    if offer.kind == "runway-image":
        most = offer.can["roles"]["reference"]
        found.append(still(model=offer.id, shape=shape, references=(image(),) * most))
    return found


@pytest.mark.parametrize("offer", PROVIDER.facts.offers, ids=lambda offer: offer.id)
def test_every_listed_model_is_ordered_as_the_types_of_the_official_client_say(offer: Offer, tmp_path: Path) -> None:
    emulator = Runway()
    emulator.uploads = {"runway://0": b"FILM"}
    for order in orders_of(offer):
        path, body = sent(order, tmp_path)
        emulator.check(path.removeprefix("/v1/"), body)


def test_prices_follow_sound_and_size() -> None:
    def dollars(order: Order) -> float | None:
        return PROVIDER.facts.quote(order).high

    assert dollars(film()) == pytest.approx(0.6)
    assert dollars(film(model="veo3.1", seconds=4, audio=True)) == pytest.approx(1.6)
    assert dollars(film(model="veo3.1", seconds=4)) == pytest.approx(0.8)
    assert dollars(still()) == 0.08 and dollars(still(shape="1280:720")) == 0.05
    assert dollars(film(model="kling_4")) is None


# --- answers --------------------------------------------------------------------------------------------------------


def test_what_accepting_means() -> None:
    found = PROVIDER.accepted(answer({"id": "t1", "estimatedCost": {"credits": 60}}), film())
    assert found == Job("t1", data={"kind": "video"},
                        cost=Cost(0.6, "estimated", "60 credits, taken as $0.01 each"))
    assert PROVIDER.accepted(answer({"id": "t1"}), still()) == Job("t1", data={"kind": "image"})
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer({"status": "PENDING"}), film())


def state(plain: Any, status: int = 200, kind: str = "video") -> State | None:
    assert PROVIDER.poll is not None
    asking = PROVIDER.poll([Job("t1", data={"kind": kind})])
    assert next(asking).path == "/v1/tasks/t1"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer(plain, status))
    found: dict[str, State] = ended.value.value
    return found.get("t1")


def test_how_far_a_task_is() -> None:
    assert state({"status": "PENDING", "estimatedCost": {"credits": 5}}) == State("queued")
    throttled = state({"status": "THROTTLED"})
    assert throttled is not None and throttled.phase == "queued" and "wait" in throttled.note
    assert state({"status": "RUNNING", "progress": 0.25}) == State("running", progress=0.25)
    odd = state({"status": "DREAMING"})
    assert odd == State("running", "Runway says: DREAMING", unheard=True)
    assert state({"error": "no"}, 404) == State("gone", "Runway does not know this job any more.")
    assert state({"error": "no"}, 400) is None


def test_how_a_task_ends() -> None:
    cost = Cost(0.25, "reported", "25 credits, taken as $0.01 each")
    assert state({"status": "SUCCEEDED", "output": ["https://f.example/1.png"], "cost": {"credits": 25}},
                 kind="image") == State(
        "done", files=(Made("image/*", url="https://f.example/1.png", role="image"),), cost=cost)
    free = Cost(0.0, "reported", "0 credits, taken as $0.01 each")
    assert state({"status": "FAILED", "failure": "Flagged.", "failureCode": "SAFETY.OUTPUT.VIDEO",
                  "cost": {"credits": 0}}) == State(
        "blocked", "Flagged. (SAFETY.OUTPUT.VIDEO)", cost=free, charged=False)
    assert state({"status": "FAILED", "failure": "Flagged.", "failureCode": "INPUT_PREPROCESSING.SAFETY.TEXT",
                  "cost": {"credits": 25}}) == State(
        "blocked", "Flagged. (INPUT_PREPROCESSING.SAFETY.TEXT)", cost=cost, charged=True)
    assert state({"status": "FAILED", "failure": "Oh."}) == State("failed", "Oh. (no code)")
    assert state({"status": "CANCELLED", "cost": {"credits": 0}}) == State(
        "cancelled", "The task was cancelled.", cost=free, charged=False)


@pytest.mark.parametrize(("status", "words", "kind"), [
    (400, "Validation of body failed", "invalid"), (400, "You do not have enough credits to run this task.", "credit"),
    (401, "Your API key is invalid.", "key"), (404, "Not found", "gone"), (429, "Too many requests", "busy"),
    (429, "You have reached the daily task limit", "credit"), (502, "Bad gateway", "server"), (503, "", "server"),
])
def test_errors_are_told_apart(status: int, words: str, kind: str) -> None:
    assert PROVIDER.refused(answer({"error": words}, status)).kind == kind


def test_a_file_is_uploaded_without_the_key(tmp_path: Path) -> None:
    assert PROVIDER.upload is not None
    path = tmp_path / "a"
    path.write_bytes(b"FILM")
    asking = PROVIDER.upload(Part("videoUri", "video/mp4", "00", path))
    first = next(asking)
    assert (first.path, first.json) == ("/v1/uploads", {"filename": "videoUri.mp4", "type": "ephemeral"})
    second = asking.send(answer({"uploadUrl": "https://u.example/", "fields": {"key": "k"}, "runwayUri": "runway://1"}))
    assert (second.method, second.path, second.auth) == ("POST", "https://u.example/", False)
    assert second.form[0] == ("key", "k")
    assert second.form[1][0] == "file"
    with pytest.raises(StopIteration) as ended:
        asking.send(Answer(204, {}, b""))
    assert ended.value.value == "runway://1"


def test_a_finished_task_is_not_deleted_by_stopping_it() -> None:
    assert PROVIDER.cancel is not None
    asking = PROVIDER.cancel(Job("t1"))
    next(asking)
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({"status": "SUCCEEDED"}))
    assert ended.value.value is False
    asking = PROVIDER.cancel(Job("t1"))
    next(asking)
    assert asking.send(answer({"status": "THROTTLED"})).method == "DELETE"
    with pytest.raises(StopIteration) as ended:
        asking.send(Answer(204, {}, b""))
    assert ended.value.value is True


def test_greeting_tells_the_credit() -> None:
    assert PROVIDER.greet is not None
    asking = PROVIDER.greet()
    next(asking)
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({"creditBalance": 1234}))
    assert "1,234 credits" in ended.value.value
