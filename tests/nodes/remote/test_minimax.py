"""MiniMax: what the nodes order, how it is phrased, what answers mean. Literal expectations after its pages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.offers import Quote
from ajar.remote import Answer, Asking, Call, Cost, Job, Made, Order, Part, Refusal, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image
from nodes.remote.minimax import PROVIDER
from nodes.remote.minimax_video import hailuo_video, minimax_video
from tests.nodes.remote.cases.minimax import film, picture, voice
from tests.nodes.remote.test_odd_answers import ODD, changed

H3 = Job("424010985738629", data={"path": "/v2/video_generation"})
HAILUO = Job("106916112212032", data={"path": "/v1/video_generation"})
GOOD = {"status_code": 0, "status_msg": "success"}


def h3(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        minimax_video(FakeRemote(), **{"prompt": "a fleet leaves", **inputs})
    return caught.value.order


def hailuo(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        hailuo_video(FakeRemote(), **{"prompt": "a man picks up a book", **inputs})
    return caught.value.order


def part(folder: Path, role: str, type: str = "image/png") -> Part:
    path = folder / role
    path.write_bytes(b"PNG")
    return Part(role, type, "00", path)


def answer(plain: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


def error(message: str, status: int) -> Answer:
    return answer({"type": "error", "error": {"type": "x", "message": message, "http_code": str(status)}}, status)


def no(number: int, words: str = "words") -> Answer:
    return answer({"base_resp": {"status_code": number, "status_msg": words}})


def odd_ones(whole: Any) -> Iterator[Any]:
    """The answer with each of its parts replaced or left out."""
    return (one for into in ODD for one in changed(whole, into))


def talk(asking: Asking[Any], *answers: Answer) -> tuple[list[Call], Any]:
    """The calls of a conversation that is given these answers, and what it found out."""
    calls = [next(asking)]
    for one in answers:
        try:
            calls.append(asking.send(one))
        except StopIteration as ended:
            return calls, ended.value
    raise AssertionError("it asks for more")


def polled(job: Job, *answers: Answer) -> Any:
    assert PROVIDER.poll is not None
    return talk(PROVIDER.poll([job]), *answers)[1].get(job.id)


# --- orders ---------------------------------------------------------------------------------------------------------


def test_the_vendors_example_is_phrased_as_it_stands_there() -> None:
    call = PROVIDER.submit(h3(prompt="Epic space-opera theatrical teaser", resolution="2K"), [], "nonce")
    assert (call.method, call.path) == ("POST", "/v2/video_generation")
    assert call.json == {
        "model": "MiniMax-H3", "content": [{"type": "text", "text": "Epic space-opera theatrical teaser"}],
        "resolution": "2K", "duration": 5, "ratio": "16:9"}


def test_media_follow_the_words_each_with_its_role(tmp_path: Path) -> None:
    order = h3(references=(picture(),), video=film(), voice=voice(), shape="auto")
    assert [one.role for one in order.media] == ["reference_image", "reference_video", "reference_audio"]
    body = PROVIDER.submit(order, [part(tmp_path, "reference_image"), part(tmp_path, "reference_video", "video/mp4"),
                                   part(tmp_path, "reference_audio", "audio/wav")], "").json
    assert body["content"][1:] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,UE5H"}, "role": "reference_image"},
        {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,UE5H"}, "role": "reference_video"},
        {"type": "audio_url", "audio_url": {"url": "data:audio/wav;base64,UE5H"}, "role": "reference_audio"}]
    assert body["ratio"] == "adaptive"


def test_frames_decide_the_shape() -> None:
    order = h3(first_frame=picture(), last_frame=picture(), shape="9:16")
    assert [one.role for one in order.media] == ["first_frame", "last_frame"]
    assert "ratio" not in order.settings["body"]


def test_hailuo_is_phrased_as_documented(tmp_path: Path) -> None:
    order = hailuo(first_frame=picture(), last_frame=picture(), model="MiniMax-Hailuo-02", seconds=10, rewrite=False)
    call = PROVIDER.submit(order, [part(tmp_path, "first_frame"), part(tmp_path, "last_frame")], "")
    assert call.path == "/v1/video_generation"
    assert call.json == {
        "model": "MiniMax-Hailuo-02", "prompt": "a man picks up a book", "duration": 10, "resolution": "768P",
        "prompt_optimizer": False, "first_frame_image": "data:image/png;base64,UE5H",
        "last_frame_image": "data:image/png;base64,UE5H"}
    assert "prompt" not in hailuo(prompt="", first_frame=picture()).settings["body"]


@pytest.mark.parametrize(("inputs", "words"), [
    ({"prompt": " "}, "no prompt"),
    ({"prompt": "x" * 7001}, "at most 7,000 characters"),
    ({"seconds": 3}, "takes seconds from 4 to 15, not 3"),
    ({"seconds": 4, "model": "MiniMax-H3-Max"}, "from 5 to 15"),
    ({"resolution": "480P"}, "can't do resolution 480P"),
    ({"resolution": "2K", "model": "MiniMax-H3-Max"}, "can't do resolution 2K"),
    ({"shape": "2:1"}, "can't do shape 2:1"),
    ({"shape": "auto"}, "needs a shape"),
    ({"first_frame": picture(), "references": (picture(),)}, "or references, not both"),
    ({"voice": voice()}, "a voice only together with"),
    ({"references": (picture(),) * 10}, "at most 9 as reference, not 10"),
    ({"first_frame": Image.of(np.zeros((255, 300, 3), np.uint8))}, "at least 256 x 256"),
    ({"references": (Image.of(np.zeros((300, 800, 3), np.uint8)),)}, "at most 1 : 2.5"),
])
def test_what_h3_does_not_take_is_refused_before_it_is_ordered(inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        minimax_video(remote, **{"prompt": "a fleet leaves", **inputs})
    assert remote.orders == []


@pytest.mark.parametrize(("inputs", "words"), [
    ({"prompt": ""}, "nothing to make a film of"),
    ({"prompt": "x" * 2001}, "at most 2,000 characters"),
    ({"seconds": 8}, "can't do seconds 8"),
    ({"seconds": 10, "resolution": "1080P"}, "can't do 10 s at 1080P"),
    ({"model": "MiniMax-Hailuo-2.3-Fast"}, "out of a first picture only"),
    ({"last_frame": picture()}, "from a last picture only"),
    ({"first_frame": picture(), "last_frame": picture()}, "takes none as last frame"),
])
def test_what_hailuo_does_not_take_is_refused_before_it_is_ordered(inputs: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words):
        hailuo_video(remote, **{"prompt": "a man", **inputs})
    assert remote.orders == []


def test_what_it_will_cost_is_reckoned_where_it_is_known() -> None:
    def high(order: Order) -> float | None:
        return PROVIDER.facts.quote(order).high

    assert high(h3(seconds=10)) == pytest.approx(0.8)
    assert high(h3(resolution="2K")) == pytest.approx(0.65)
    # 5 s, 2.5 s of a film begun to 3 s, and two pictures more than are free.
    assert high(h3(references=(picture(),) * 7, video=film())) == pytest.approx(8 * 0.08 + 2 * 0.04)
    assert PROVIDER.facts.quote(h3(model="MiniMax-H3-Max")) == Quote(None, None)
    assert high(hailuo(resolution="1080P")) == pytest.approx(0.49)
    assert high(hailuo(seconds=10)) == pytest.approx(0.56)


# --- answers --------------------------------------------------------------------------------------------------------


def test_a_task_is_known_by_its_number() -> None:
    assert PROVIDER.accepted(answer({"task_id": "424010985738629"}), h3()) == H3
    assert PROVIDER.accepted(answer({"task_id": "106916112212032", "base_resp": GOOD}), hailuo()) == HAILUO


@pytest.mark.parametrize(("number", "kind"), [(1002, "busy"), (1004, "key"), (2049, "key"), (1008, "credit"),
                                              (1026, "blocked"), (2013, "invalid")])
def test_a_no_with_status_200_is_a_no(number: int, kind: str) -> None:
    found = PROVIDER.accepted(no(number), hailuo())
    assert isinstance(found, Refusal) and (found.kind, found.message) == (kind, "words")


@pytest.mark.parametrize("odd", [no(1000), no(1033), answer({}), answer({"task_id": ""}), answer({"task_id": True}),
                                 answer([]), Answer(200, {}, b"<html>")])
def test_what_says_neither_yes_nor_no_is_unreadable(odd: Answer) -> None:
    with pytest.raises(Unreadable):
        PROVIDER.accepted(odd, hailuo())


@pytest.mark.parametrize(("message", "status", "kind"), [
    ("invalid params (2013)", 400, "invalid"), ("login fail (1004)", 401, "key"),
    ("insufficient balance (1008)", 402, "credit"), ("sensitive content (1026)", 422, "blocked"),
    ("rate limit, please retry later (1002)", 429, "busy"), ("internal error (1000)", 500, "server"),
    ("gateway", 502, "server"), ("nothing here", 404, "gone"),
])
def test_errors_are_told_apart(message: str, status: int, kind: str) -> None:
    found = PROVIDER.refused(error(message, status))
    assert (found.kind, found.message) == (kind, message)
    assert PROVIDER.refused(Answer(status, {}, b"<html>")).message == f"HTTP {status}"


@pytest.mark.parametrize(("task", "state"), [
    ({"status": "queued"}, State("queued")), ({"status": "running"}, State("running")),
    ({"status": "reviewing"}, State("running", "MiniMax says: reviewing", unheard=True)),
    ({"status": "cancelled"}, State("cancelled", "It was taken back before it began.", charged=False)),
    ({"status": "failed", "error": {"code": "1027", "message": "sensitive"}}, State("blocked", "sensitive")),
    ({"status": "failed", "error": {"code": "1000", "message": "internal"}}, State("failed", "internal")),
    ({"status": "succeeded", "content": {"url": "https://x/a.mp4"}, "resolution": "2K",
      "usage": {"output_seconds": 5, "input_seconds": 3, "total_seconds": 8, "input_image_count": 6}},
     State("done", files=(Made("video/mp4", url="https://x/a.mp4", role="video"),), data={"resolution": "2K"},
           cost=Cost(None, "computed", "8 s", {"second": 8.0, "image": 1.0}))),
])
def test_states_of_h3(task: dict[str, Any], state: State) -> None:
    assert polled(H3, answer({"task": {"id": "1", **task}})) == state


def test_a_task_that_h3_does_not_know_is_gone() -> None:
    assert polled(H3, error("invalid task_id (2013)", 400)).phase == "gone"
    assert polled(H3, error("login fail (1004)", 401)) is None, "trouble with the key says nothing of the task"
    with pytest.raises(Unreadable):
        polled(H3, answer({"task": {"status": "succeeded"}}))


def test_hailuos_film_is_asked_for_in_two_steps() -> None:
    assert PROVIDER.poll is not None
    made = answer({"task_id": "1", "status": "Success", "file_id": "205258526306433", "base_resp": GOOD})
    file = answer({"file": {"download_url": "https://x/out.mp4"}, "base_resp": GOOD})
    calls, found = talk(PROVIDER.poll([HAILUO]), made, file)
    assert [(call.path, dict(call.query)) for call in calls] == [
        ("/v1/query/video_generation", {"task_id": "106916112212032"}),
        ("/v1/files/retrieve", {"file_id": "205258526306433"})]
    assert found[HAILUO.id].files == (Made("video/mp4", url="https://x/out.mp4", role="video"),)
    assert polled(HAILUO, made, no(1000)) is None, "the file is asked for again later"
    assert polled(HAILUO, made, no(2013)).phase == "gone"


@pytest.mark.parametrize(("status", "phase"), [("Preparing", "queued"), ("Queueing", "queued"),
                                               ("Processing", "running"), ("Reviewing", "running")])
def test_states_of_hailuo(status: str, phase: str) -> None:
    state = polled(HAILUO, answer({"status": status, "base_resp": GOOD}))
    assert state.phase == phase and state.unheard is (status == "Reviewing")


def test_how_hailuo_fails() -> None:
    def failed(number: int) -> State:
        found: State = polled(HAILUO, answer({"status": "Fail", "base_resp": {
            "status_code": number, "status_msg": "words"}}))
        return found

    assert failed(1027) == State("blocked", "words")
    assert failed(1000) == State("failed", "words")
    assert polled(HAILUO, no(2013)).phase == "gone"
    assert polled(HAILUO, no(1000)) is None


def test_only_a_task_that_waits_is_taken_back() -> None:
    assert PROVIDER.cancel is not None

    def task(status: str) -> Answer:
        return answer({"task": {"status": status}})

    calls, agreed = talk(PROVIDER.cancel(H3), task("queued"), answer({"task_id": "1", "action": "cancelled"}))
    assert agreed and (calls[1].method, calls[1].path) == ("DELETE", "/v2/video_generation/424010985738629")
    assert talk(PROVIDER.cancel(H3), task("running"))[1] is False
    assert talk(PROVIDER.cancel(H3), task("succeeded"))[1] is False, "a DELETE would delete its record"


def test_the_key_is_tried_with_a_free_list() -> None:
    assert PROVIDER.greet is not None
    assert "took the key" in talk(PROVIDER.greet(), answer({"tasks": []}))[1]
    with pytest.raises(Unreadable, match="login fail"):
        talk(PROVIDER.greet(), error("login fail (1004)", 401))


FILM = {"task": {"id": "1", "status": "succeeded", "content": {"url": "https://x/a"}, "resolution": "2K", "error": {
    "code": "1", "message": "m"}, "usage": {"total_seconds": 5, "output_seconds": 5, "input_image_count": 6}}}
BAD = {"task": {**FILM["task"], "status": "failed"}}
OLDER = {"task_id": "1", "status": "Success", "file_id": "2", "base_resp": GOOD}
RETRIEVED = {"file": {"download_url": "https://x/a"}, "base_resp": GOOD}


@pytest.mark.parametrize("whole", [FILM, BAD, OLDER, {**OLDER, "status": "Fail"}])
def test_an_odd_answer_is_read_or_unreadable(whole: Any) -> None:
    job = H3 if "task" in whole else HAILUO
    for plain in odd_ones(whole):
        try:
            assert PROVIDER.poll is not None
            asking = PROVIDER.poll([job])
            next(asking)
            asking.send(answer(plain))
            asking.send(answer(RETRIEVED))
        except (Unreadable, StopIteration) as ended:
            found = ended.value if isinstance(ended, StopIteration) else {}
            assert all(isinstance(state.note, str) and all(isinstance(file.url, str) for file in state.files)
                       for state in found.values()), plain
        for status in (200, 400, 500):
            assert PROVIDER.refused(answer(plain, status)).message


def test_an_odd_yes_is_a_task_a_no_or_unreadable() -> None:
    for plain in odd_ones({"task_id": "1", "base_resp": GOOD}):
        try:
            assert isinstance(PROVIDER.accepted(answer(plain), hailuo()), Job | Refusal)
        except Unreadable:
            continue
