"""BytePlus: what the nodes order, how it is phrased, what answers mean. Literal expectations after the fact sheet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.offers import Quote
from ajar.remote import Answer, Cost, Job, Made, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Audio, Image
from nodes.remote.byteplus import PROVIDER
from nodes.remote.byteplus_nodes import seedance_video, seedream_image

TASK = Job("cgt-1")


def image(width: int = 320, height: int = 320) -> Image:
    return Image.of(np.zeros((height, width, 3), np.uint8))


def film(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        seedance_video(FakeRemote(), **{"prompt": "a lighthouse", **inputs})
    return caught.value.order


def still(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        seedream_image(FakeRemote(), **{"prompt": "a lighthouse", **inputs})
    return caught.value.order


def part(path: Path, role: str) -> Part:
    path.write_bytes(b"PNG")
    return Part(role, "image/png", "00", path)


def answer(plain: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


def error(code: str, status: int) -> Answer:
    return answer({"error": {"code": code, "message": "words", "type": "", "param": ""}}, status)


# --- orders ---------------------------------------------------------------------------------------------------------


def test_a_film_out_of_words_is_phrased_as_documented() -> None:
    call = PROVIDER.submit(film(seconds=4, shape="9:16", resolution="1080p", audio=False, seed=2**31 + 7), [], "nonce")
    assert (call.method, call.path) == ("POST", "/contents/generations/tasks")
    assert call.json == {
        "model": "dreamina-seedance-2-0-260128", "content": [{"type": "text", "text": "a lighthouse"}],
        "resolution": "1080p", "ratio": "9:16", "duration": 4, "generate_audio": False, "watermark": False,
    }


def test_a_seed_goes_only_to_models_that_take_it() -> None:
    order = film(model="seedance-1-0-pro-250528", audio=False, seed=2**31 + 7)
    assert PROVIDER.submit(order, [], "").json["seed"] == 7
    assert "seed" not in PROVIDER.submit(film(model="dreamina-seedance-2-5-260628", seed=7), [], "").json


def test_frames_go_as_data_and_what_is_on_the_web_by_address(tmp_path: Path) -> None:
    order = film(first_frame=image(), last_frame=image(), shape="auto")
    assert [one.role for one in order.media] == ["first_frame", "last_frame"]
    parts = [part(tmp_path / one.role, one.role) for one in order.media]
    body = PROVIDER.submit(order, parts, "").json
    assert body["content"] == [
        {"type": "text", "text": "a lighthouse"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,UE5H"}, "role": "first_frame"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,UE5H"}, "role": "last_frame"},
    ]
    assert body["ratio"] == "adaptive"


def test_a_sound_of_this_machine_goes_along(tmp_path: Path) -> None:
    order = film(references=(image(),), voice=Audio(np.zeros((1, 48000), np.float32), 16000))
    parts = [part(tmp_path / "a", "reference_image"), Part("reference_audio", "audio/wav", "00", tmp_path / "a")]
    assert PROVIDER.submit(order, parts, "").json["content"][2] == {
        "type": "audio_url", "audio_url": {"url": "data:audio/wav;base64,UE5H"}, "role": "reference_audio"}


def test_references_come_in_the_order_in_which_the_prompt_counts_them(tmp_path: Path) -> None:
    order = film(prompt="", references=(image(),), assets="asset://face-1", films="https://web.example/a.mp4\n\n",
                 sounds=" https://web.example/a.mp3 ")
    content = PROVIDER.submit(order, [part(tmp_path / "a", "reference_image")], "").json["content"]
    assert [(one["type"], one["role"]) for one in content] == [
        ("image_url", "reference_image"), ("image_url", "reference_image"), ("video_url", "reference_video"),
        ("audio_url", "reference_audio")]
    assert content[1]["image_url"] == {"url": "asset://face-1"}
    assert content[2]["video_url"] == {"url": "https://web.example/a.mp4"}


def test_models_without_sound_are_not_asked_for_it() -> None:
    order = film(model="seedance-1-0-pro-250528", audio=False)
    assert "generate_audio" not in PROVIDER.submit(order, [], "").json


@pytest.mark.parametrize(("inputs", "words"), [
    ({"seconds": 3}, "takes seconds from 4 to 15, not 3"),
    ({"resolution": "4k", "model": "dreamina-seedance-2-0-fast-260128"}, "can't do resolution 4k"),
    ({"audio": True, "model": "seedance-1-0-pro-250528"}, "has no audio"),
    ({"last_frame": image()}, "no film from a last picture only"),
    ({"first_frame": image(), "references": (image(),)}, "or references, not both"),
    ({"references": (image(),) * 10}, "at most 9 as reference, not 10"),
    ({"references": (image(),), "model": "seedance-1-5-pro-251215"}, "takes none as reference"),
    ({"sounds": "https://web.example/a.mp3"}, "a sound only together with"),
    ({"films": "/home/me/a.mp4"}, 'and "/home/me/a.mp4" is none'),
    ({"prompt": " "}, "nothing to make a film of"),
    ({"shape": "2:1"}, "can't do shape 2:1"),
    ({"first_frame": image(200, 400)}, "300 to 6000 pixels a side"),
    ({"first_frame": image(320, 900)}, "at most 1 : 2.5"),
    ({"voice": Audio(np.zeros((1, 16000), np.float32), 16000), "references": (image(),)}, "sounds of 2 to 15 s"),
])
def test_what_seedance_does_not_take_is_refused_before_it_is_ordered(inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        seedance_video(remote, **{"prompt": "a lighthouse", **inputs})
    assert remote.orders == []


def test_a_sound_alone_is_taken_by_the_newest_model() -> None:
    assert film(model="dreamina-seedance-2-5-260628", sounds="https://web.example/a.mp3").media == ()


def test_a_picture_is_phrased_as_documented(tmp_path: Path) -> None:
    order = still(references=(image(),), shape="16:9", resolution="4K", seed=5)
    call = PROVIDER.submit(order, [part(tmp_path / "a", "reference")], "")
    assert call.path == "/images/generations"
    assert call.json == {
        "model": "seedream-5-0-lite-260128", "prompt": "a lighthouse", "image": ["data:image/png;base64,UE5H"],
        "size": "5120x2880", "seed": 5, "response_format": "b64_json", "watermark": False,
        "sequential_image_generation": "disabled"}
    assert "image" not in PROVIDER.submit(still(shape="auto"), [], "").json
    assert PROVIDER.submit(still(shape="auto"), [], "").json["size"] == "2K"


def test_what_seedream_does_not_take_is_refused() -> None:
    with pytest.raises(UserError, match="no prompt"):
        seedream_image(FakeRemote(), prompt=" ")
    with pytest.raises(UserError, match="at most 14 as reference"):
        seedream_image(FakeRemote(), prompt="a", references=(image(),) * 15)


# --- money ----------------------------------------------------------------------------------------------------------


def quote(order: Order) -> Quote:
    return PROVIDER.facts.quote(order)


def test_what_was_billed_is_what_was_quoted() -> None:
    """5 s of 720p were 108,900 tokens, and 4 s of 480p with the fast model 40,594 (a live probe of 2026-06-29)."""
    found = quote(film())
    assert found.low == found.high == pytest.approx(108_900 * 7.0e-6)
    fast = quote(film(model="dreamina-seedance-2-0-fast-260128", seconds=4, resolution="480p"))
    assert fast.high == pytest.approx(40_594 * 5.6e-6, rel=1e-4)


def test_films_to_refer_to_widen_the_price_and_change_its_rate() -> None:
    found = quote(film(model="dreamina-seedance-2-5-260628", films="https://web.example/a.mp4"))
    assert found.low == pytest.approx(108_900 * 6.4e-6)
    assert found.high == pytest.approx((108_900 + 648_000) * 6.4e-6)
    assert quote(film(model="dreamina-seedance-2-5-260628")).high == pytest.approx(108_900 * 10.7e-6)


def test_silent_films_and_small_pictures_cost_less_where_the_list_says_so() -> None:
    assert quote(film(model="seedance-1-5-pro-251215", audio=True)).high == pytest.approx(108_900 * 2.4e-6)
    assert quote(film(model="seedance-1-5-pro-251215", audio=False)).high == pytest.approx(108_900 * 1.2e-6)
    for small in ("1K", "1.5K"):
        assert quote(still(model="dola-seedream-5-0-pro-260628", resolution=small, shape="16:9")).high == 0.045
    assert quote(still(model="dola-seedream-5-0-pro-260628", resolution="2K")).high == 0.09
    assert not quote(film(model="seedance-1-0-pro-fast-251015", audio=False)).known


# --- answers --------------------------------------------------------------------------------------------------------


def test_what_accepting_means() -> None:
    assert PROVIDER.accepted(answer({"id": "cgt-1"}), film()) == Job("cgt-1")
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer({"status": "queued"}), film())
    found = PROVIDER.accepted(answer({"data": [{"b64_json": "UE5H", "size": "1x1"}], "usage": {"generated_images": 1}}),
                              still())
    assert found == State("done", files=(Made("image/*", data=b"PNG", role="image"),),
                          cost=Cost(None, "computed", "1 picture", {"image": 1}))
    hidden = PROVIDER.accepted(answer({"data": [{"error": {"code": "OutputImageSensitiveContentDetected"}}]}), still())
    assert isinstance(hidden, State) and hidden.phase == "blocked"
    answers: list[Any] = [{"data": []}, {"data": [{"b64_json": "<html>"}]}]
    for broken in answers:
        with pytest.raises(Unreadable):
            PROVIDER.accepted(answer(broken), still())


def states(*answers: Answer) -> State | None:
    assert PROVIDER.poll is not None
    asking = PROVIDER.poll([TASK])
    assert next(asking).path == "/contents/generations/tasks/cgt-1"
    with pytest.raises(StopIteration) as ended:
        for one in answers:
            asking.send(one)
    found: dict[str, State] = ended.value.value
    return found.get("cgt-1")


@pytest.mark.parametrize(("status", "phase"), [
    ("queued", "queued"), ("running", "running"), ("cancelled", "cancelled"), ("expired", "failed"),
    ("archiving", "running"),
])
def test_statuses_are_understood(status: str, phase: str) -> None:
    found = states(answer({"id": "cgt-1", "status": status, "error": None}))
    assert found is not None and found.phase == phase and found.unheard == (status == "archiving")


def test_a_finished_task_gives_its_film_and_what_it_took() -> None:
    found = states(answer({"id": "cgt-1", "status": "succeeded", "content": {"video_url": "https://f.example/1.mp4"},
                           "usage": {"completion_tokens": 108000, "total_tokens": 108000}, "seed": 77}))
    assert found == State("done", files=(Made("video/mp4", url="https://f.example/1.mp4", role="video"),),
                          data={"seed": 77}, cost=Cost(None, "computed", "108,000 tokens", {"token_out": 108000}))
    assert found.cost is not None
    assert PROVIDER.facts.priced("dreamina-seedance-2-0-260128", {}, found.cost).usd == pytest.approx(0.756)


def test_a_failed_task_is_blocked_if_its_code_says_so() -> None:
    hidden = {"code": "OutputVideoSensitiveContentDetected", "message": "may contain"}
    found = states(answer({"status": "failed", "error": hidden}))
    assert found == State("blocked", "may contain")
    found = states(answer({"status": "failed", "error": {"code": "InternalServiceError", "message": "crashed"}}))
    assert found == State("failed", "crashed")


def test_an_unknown_task_is_gone_and_other_errors_are_asked_about_again() -> None:
    found = states(error("ResourceNotFound", 404))
    assert found is not None and found.phase == "gone"
    assert states(error("AccessDenied", 403)) is None


@pytest.mark.parametrize(("code", "status", "kind"), [
    ("InputTextSensitiveContentDetected", 400, "blocked"), ("InputImageSensitiveContentDetected.X", 400, "blocked"),
    ("AccountOverdueError", 403, "credit"), ("QuotaExceeded", 429, "credit"), ("SetLimitExceeded", 429, "credit"),
    ("AuthenticationError", 401, "key"), ("OperationDenied.ServiceNotOpen", 403, "key"),
    ("ModelAccountRpmRateLimitExceeded", 429, "busy"), ("ServerOverloaded", 429, "busy"),
    ("RequestBurstTooFast", 429, "busy"), ("InternalServiceError", 500, "server"), ("InvalidParameter", 400, "invalid"),
    ("InvalidEndpointOrModel.NotFound", 404, "invalid"), ("ResourceNotFound", 404, "gone"),
])
def test_errors_are_told_apart(code: str, status: int, kind: str) -> None:
    found = PROVIDER.refused(error(code, status))
    assert (found.kind, found.message) == (kind, "words")


def test_an_error_that_is_not_json_is_understood_by_its_status() -> None:
    assert PROVIDER.refused(Answer(502, {}, b"<html>")).kind == "server"
    assert PROVIDER.refused(Answer(429, {}, b"")).kind == "busy"


def test_only_a_waiting_task_is_taken_back() -> None:
    assert PROVIDER.cancel is not None
    asking = PROVIDER.cancel(TASK)
    assert next(asking).method == "GET"
    assert asking.send(answer({"status": "queued"})).method == "DELETE"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({}))
    assert ended.value.value is True
    asking = PROVIDER.cancel(TASK)
    next(asking)
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({"status": "succeeded"}))
    assert ended.value.value is False
