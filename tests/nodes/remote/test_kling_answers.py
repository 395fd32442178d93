"""What Kling's answers are taken to mean: literal answers as the vendor's pages show them."""

import json
from collections.abc import Generator
from typing import Any

import pytest

from ajar.remote import Answer, Call, Cost, Job, Order, State, Unreadable
from nodes.remote.kling import GONE, PROVIDER

FILM_ORDER = Order("kling-3.0", "video", {"path": "/text-to-video/kling-3.0", "body": {"prompt": "x"}})
PICTURE_ORDER = Order("kling-v3", "image", {"path": "/v1/images/generations", "body": {"prompt": "x"}})
SPEECH_ORDER = Order("tts", "audio", {"path": "/v1/audio/tts", "body": {"text": "x"}})
FACE_ORDER = Order("identify-face", "data", {"path": "/v1/videos/identify-face", "body": {"video_id": "1"}})
FILM, PICTURE = {"path": "/text-to-video/kling-3.0"}, {"path": "/v1/images/generations"}


def answer(data: Any = None, status: int = 200, code: int = 0, message: str = "SUCCEED") -> Answer:
    plain = {"code": code, "message": message, "request_id": "r", **({} if data is None else {"data": data})}
    return Answer(status, {"content-type": "application/json"}, json.dumps(plain).encode())


def hold(asking: Generator[Call, Answer, Any], *answers: Answer) -> tuple[Any, list[Call]]:
    """Have a conversation through; what it returned, and its calls."""
    calls = [next(asking)]
    for one in answers:
        try:
            calls.append(asking.send(one))
        except StopIteration as ended:
            return ended.value, calls
    raise AssertionError("it asks on")


def test_accepted() -> None:
    new = answer({"id": "893605946402811985", "status": "submitted", "create_time": 1, "update_time": 1,
                  "external_id": "n"})
    assert PROVIDER.accepted(new, FILM_ORDER) == Job("893605946402811985", data=FILM)
    old = answer({"task_id": "77", "task_status": "submitted", "task_info": {"external_task_id": "n"}})
    assert PROVIDER.accepted(old, PICTURE_ORDER) == Job("77", data=PICTURE)


@pytest.mark.parametrize("body", [
    b"<html>", b"[]", b'{"code": 0}', b'{"code": 0, "data": {}}', b'{"data": {"id": "1"}}',
    b'{"code": 5000, "message": "oops"}',
])
def test_not_known_whether_accepted(body: bytes) -> None:
    with pytest.raises(Unreadable):
        PROVIDER.accepted(Answer(200, {}, body), FILM_ORDER)


def test_errors_that_come_as_success() -> None:
    found = PROVIDER.accepted(answer(code=1301, message="content"), FILM_ORDER)
    assert found == State("blocked", "content", charged=False)


def test_answers_at_once() -> None:
    faces = answer({"session_id": "s", "final_unit_deduction": "0.05", "final_balance_deduction": {"quota": ""},
                    "face_data": [{"face_id": "0", "face_image": "https://x", "start_time": 0, "end_time": 5200}]})
    found = PROVIDER.accepted(faces, FACE_ORDER)
    assert isinstance(found, State) and found.phase == "done" and found.data == {
        "session_id": "s", "faces": [{"face_id": "0", "start_time": 0, "end_time": 5200}]}
    assert found.cost == Cost(0.007, "computed", "0.05 video units")
    said = PROVIDER.accepted(answer({"task_id": "1", "task_status": "succeed", "task_result": {
        "audios": [{"id": "9", "url": "https://x/output.mp3", "duration": "4.1"}]}}), SPEECH_ORDER)
    assert isinstance(said, State) and [(file.type, file.url) for file in said.files] == [
        ("audio/*", "https://x/output.mp3")]
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer({"task_id": "1", "task_status": "processing"}), SPEECH_ORDER)


def test_poll_of_films() -> None:
    jobs = [Job(name, data=FILM) for name in "abcdefg"]
    cash = {"charge_type": "cash", "cash_type": "balance", "amount": "0.42", "currency": "USD", "list_price": "0.42"}
    data: list[dict[str, Any]] = [
        {"id": "a", "status": "submitted"},
        {"id": "b", "status": "processing", "outputs": [], "billing": []},
        {"id": "c", "status": "succeeded", "billing": [cash], "outputs": [
            {"type": "video", "id": "8", "url": "https://x/1.mp4", "watermark_url": "", "duration": "5"}]},
        {"id": "d", "status": "failed", "message": "Failure to pass the risk control system", "billing": []},
        {"id": "e", "status": "failed", "message": "Internal error", "billing": [cash]},
        {"id": "f", "status": "reviewing"},
    ]
    states, [call] = hold(PROVIDER.poll(jobs), answer(data))  # type: ignore[misc]
    assert (call.path, call.query) == ("/tasks", {"task_ids": "a,b,c,d,e,f,g"})
    assert [states[name].phase for name in "abcdefg"] == [
        "queued", "running", "done", "blocked", "failed", "running", "gone"]
    assert states["c"].files[0].url == "https://x/1.mp4" and states["c"].data == {"kling_id": "8"}
    assert states["c"].cost == Cost(0.42, "reported", "0.42 USD")
    assert (states["d"].charged, states["e"].charged) == (None, True)
    assert states["f"].unheard and "reviewing" in states["f"].note


def test_poll_of_both_standards() -> None:
    jobs = [Job("a", data=FILM), Job("p", data=PICTURE), Job("q", data=PICTURE)]
    done = {"task_id": "p", "task_status": "succeed", "final_unit_deduction": "8", "task_result": {
        "images": [{"index": 0, "url": "https://x/1.png"}]}}
    states, calls = hold(PROVIDER.poll(jobs), answer([{"id": "a", "status": "processing"}]), answer(done),  # type: ignore[misc]
                         answer(status=404, code=1203, message="no such task"))
    assert [call.path for call in calls] == ["/tasks", "/v1/images/generations/p", "/v1/images/generations/q"]
    assert (states["a"].phase, states["p"].phase, states["q"].phase) == ("running", "done", "gone")
    assert states["p"].cost == Cost(0.028, "computed", "8 image units")


def test_one_unknown_job_does_not_lose_the_others() -> None:
    missing = answer(status=404, code=1203)
    states, calls = hold(PROVIDER.poll([Job("a", data=FILM), Job("b", data=FILM)]), missing, missing,  # type: ignore[misc]
                         answer([{"id": "b", "status": "processing"}]))
    assert states["a"] == GONE and states["b"].phase == "running" and len(calls) == 3


def test_one_unreadable_job_does_not_hide_the_others() -> None:
    data = [{"id": "a", "status": "succeeded", "outputs": [{"type": "video"}]}, {"id": "b", "status": "processing"}]
    states, _ = hold(PROVIDER.poll([Job("a", data=FILM), Job("b", data=FILM)]), answer(data))  # type: ignore[misc]
    assert states["a"].unheard and states["a"].phase == states["b"].phase == "running"


def test_cost_in_foreign_money_and_in_units() -> None:
    def cost(*billing: dict[str, str]) -> Cost | None:
        task = {"id": "a", "status": "succeeded", "outputs": [], "billing": list(billing)}
        states, _ = hold(PROVIDER.poll([Job("a", data=FILM)]), answer([task]))  # type: ignore[misc]
        found: Cost | None = states["a"].cost
        return found

    yuan = {"charge_type": "cash", "amount": "3.00", "currency": "CNY"}
    units = {"charge_type": "unit", "amount": "3", "package_type": "video"}
    assert cost() is None
    assert cost(yuan) == Cost(None, "reported", "3 CNY")
    assert cost(units) == Cost(0.42, "computed", "3 video units")
    assert cost(units, yuan) == Cost(None, "computed", "3 video units, 3 CNY")
    sound = {"charge_type": "unit", "amount": "1", "package_type": "audio"}
    assert cost(sound) == Cost(None, "computed", "1 audio units")


@pytest.mark.parametrize(("status", "code", "kind"), [
    (401, 1002, "key"), (401, 1004, "key"), (429, 1100, "credit"), (429, 1101, "credit"), (429, 1102, "credit"),
    (403, 1103, "invalid"), (400, 1201, "invalid"), (404, 1203, "invalid"), (400, 1300, "blocked"),
    (400, 1301, "blocked"), (429, 1302, "busy"), (429, 1303, "busy"), (429, 1304, "key"), (429, 0, "busy"),
    (500, 5000, "server"), (503, 5001, "server"), (504, 5002, "server"),
])
def test_refused(status: int, code: int, kind: str) -> None:
    found = PROVIDER.refused(answer(status=status, code=code, message="why\nnot"))
    assert (found.kind, found.message) == (kind, "why not")
    assert found.charged is (None if kind == "server" else False)


def test_refused_without_words() -> None:
    assert PROVIDER.refused(Answer(502, {}, b"<html>Bad gateway")).kind == "server"
    assert PROVIDER.refused(Answer(404, {}, b"")).kind == "gone"


def test_lookup() -> None:
    assert PROVIDER.lookup is not None
    found, [call] = hold(PROVIDER.lookup("n", FILM_ORDER), answer([{"id": "a", "external_id": "n"}]))
    assert found == Job("a", data=FILM) and (call.path, call.query) == ("/tasks", {"external_task_ids": "n"})
    assert hold(PROVIDER.lookup("n", FILM_ORDER), answer([]))[0] is None
    found, [call] = hold(PROVIDER.lookup("n", PICTURE_ORDER), answer({"task_id": "7", "task_status": "processing"}))
    assert found == Job("7", data=PICTURE) and call.path == "/v1/images/generations/n"
    assert hold(PROVIDER.lookup("n", PICTURE_ORDER), answer(status=404, code=1203))[0] is None
    for order, reply in ((PICTURE_ORDER, answer(status=400, code=1201)), (FILM_ORDER, answer(code=5000))):
        with pytest.raises(Unreadable):
            hold(PROVIDER.lookup("n", order), reply)
    with pytest.raises(Unreadable):
        next(PROVIDER.lookup("n", SPEECH_ORDER))


def test_greet() -> None:
    assert PROVIDER.greet is not None
    words, [call] = hold(PROVIDER.greet(), answer([]))
    assert "took the key" in words and call.method == "GET"
