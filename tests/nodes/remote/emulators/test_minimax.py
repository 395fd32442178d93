"""The stand-in for MiniMax, held against the requests and answers in the vendor's pages; there is no SDK for Python."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from nodes.remote.emulators.minimax import MiniMax
from nodes.remote.emulators.samples import film, picture
from nodes.remote.emulators.server import Fault

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PICTURE = "data:image/png;base64," + base64.b64encode(picture("given", 256, 256)).decode()
FILM = "data:video/mp4;base64," + base64.b64encode(film("given", 0.5)).decode()
EXAMPLE = {"model": "MiniMax-H3", "content": [{"type": "text", "text": "Epic space-opera theatrical teaser"}],
           "resolution": "2K", "duration": 5, "ratio": "16:9"}
"""The vendor's own example, with fewer words."""
OLDER = {"model": "MiniMax-Hailuo-2.3", "prompt": "A man picks up a book [Pedestal up].", "duration": 6,
         "resolution": "1080P"}


@pytest.fixture
def emulator() -> Iterator[MiniMax]:
    with MiniMax(job_seconds=6) as found:
        yield found


def ask(emulator: MiniMax, path: str, body: Any = None, key: str = "test-key", method: str = "") -> tuple[int, Any]:
    address = path if path.startswith("http") else emulator.base + path
    request = urllib.request.Request(
        address, None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, method=method or None)
    try:
        with OPENER.open(request) as answer:
            content = answer.read()
            return answer.status, json.loads(content) if "json" in answer.headers["Content-Type"] else content
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def item(kind: str, role: str, url: str) -> dict[str, Any]:
    return {"type": f"{kind}_url", f"{kind}_url": {"url": url}, "role": role}


def with_items(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**EXAMPLE, "content": [{"type": "text", "text": "x"}, *items], **changes}


def test_the_example_of_the_vendor_goes_from_the_queue_to_a_film(emulator: MiniMax) -> None:
    status, made = ask(emulator, "/v2/video_generation", EXAMPLE)
    assert status == 200 and set(made) == {"task_id"} and made["task_id"].isdigit()
    query = f"/v2/query/video_generation/{made['task_id']}"
    assert ask(emulator, query)[1]["task"]["status"] == "queued"
    emulator.advance(3)
    assert ask(emulator, query)[1]["task"]["status"] == "running"
    emulator.advance(4)
    task = ask(emulator, query)[1]["task"]
    assert task["status"] == "succeeded" and task["usage"]["total_seconds"] == 5
    assert ask(emulator, task["content"]["url"])[1][4:8] == b"ftyp"
    assert ask(emulator, query)[1]["task"]["content"]["url"] != task["content"]["url"], "a fresh address"


def test_hailuo_gives_a_file_and_the_file_an_address(emulator: MiniMax) -> None:
    status, made = ask(emulator, "/v1/video_generation", OLDER)
    assert status == 200 and made["base_resp"] == {"status_code": 0, "status_msg": "success"}
    query = f"/v1/query/video_generation?task_id={made['task_id']}"
    assert ask(emulator, query)[1]["status"] == "Queueing"
    emulator.advance(7)
    done = ask(emulator, query)[1]
    assert done["status"] == "Success" and done["file_id"]
    found = ask(emulator, f"/v1/files/retrieve?file_id={done['file_id']}")[1]
    assert ask(emulator, found["file"]["download_url"])[1][4:8] == b"ftyp"
    assert ask(emulator, "/v1/files/retrieve?file_id=77")[1]["base_resp"]["status_code"] == 2013


def test_only_a_task_that_waits_is_taken_back(emulator: MiniMax) -> None:
    first, second = (ask(emulator, "/v2/video_generation", EXAMPLE)[1]["task_id"] for _ in range(2))
    assert ask(emulator, f"/v2/video_generation/{first}", method="DELETE")[1]["action"] == "cancelled"
    assert ask(emulator, f"/v2/query/video_generation/{first}")[1]["task"]["status"] == "cancelled"
    emulator.advance(3)
    assert ask(emulator, f"/v2/video_generation/{second}", method="DELETE")[0] == 400
    emulator.advance(4)
    assert ask(emulator, f"/v2/video_generation/{second}", method="DELETE")[1]["action"] == "deleted"
    assert ask(emulator, f"/v2/query/video_generation/{second}")[1]["error"]["message"] == "invalid task_id (2013)"
    assert emulator.paid == 1


@pytest.mark.parametrize("body", [
    {**EXAMPLE, "seed": 1}, {**EXAMPLE, "duration": "5"}, {**EXAMPLE, "duration": 3}, {**EXAMPLE, "resolution": "2k"},
    {**EXAMPLE, "resolution": "480P"}, {**EXAMPLE, "ratio": "adaptive"}, {**EXAMPLE, "ratio": "2:1"},
    {**EXAMPLE, "model": "MiniMax-H3-Max"}, {**EXAMPLE, "content": []},
    {**EXAMPLE, "content": [{"type": "text", "text": " "}]},
    with_items(item("image", "first_frame", "data:image/png;base64,UE5H")),
    with_items(item("image", "first_frame", PICTURE), item("image", "reference_image", PICTURE)),
    with_items(*[item("image", "reference_image", PICTURE)] * 10),
    with_items(item("audio", "reference_audio", "https://example.com/a.mp3")),
    with_items(item("video", "reference_image", FILM)),
    with_items(item("video", "reference_video", PICTURE)),
])
def test_what_h3_does_not_take_is_refused(emulator: MiniMax, body: Any) -> None:
    status, answer = ask(emulator, "/v2/video_generation", body)
    assert status == 400 and answer["type"] == "error"
    assert answer["error"]["type"] == "bad_request_error" and answer["error"]["message"].endswith("(2013)")
    assert emulator.paid == 0


@pytest.mark.parametrize("body", [
    {**OLDER, "duration": 10}, {**OLDER, "duration": 5}, {**OLDER, "prompt": "x" * 2001}, {**OLDER, "seed": 1},
    {**OLDER, "model": "MiniMax-Hailuo-2.3-Fast"}, {**OLDER, "last_frame_image": PICTURE},
])
def test_what_hailuo_does_not_take_is_refused_with_status_200(emulator: MiniMax, body: Any) -> None:
    status, answer = ask(emulator, "/v1/video_generation", body)
    assert status == 200 and answer["base_resp"]["status_code"] == 2013
    assert emulator.paid == 0


def test_everything_that_h3_takes(emulator: MiniMax) -> None:
    for body in (with_items(item("image", "first_frame", PICTURE), item("image", "last_frame", PICTURE)),
                 with_items(item("image", "reference_image", PICTURE), item("video", "reference_video", FILM),
                            item("audio", "reference_audio", "https://example.com/a.mp3"), ratio="adaptive")):
        assert ask(emulator, "/v2/video_generation", body)[0] == 200
    assert ask(emulator, "/v2/query/video_generation?page_num=1&page_size=4")[1]["total"] == 2


def test_how_it_goes_wrong(emulator: MiniMax) -> None:
    status, answer = ask(emulator, "/v2/video_generation", EXAMPLE, key="other")
    assert status == 401 and answer["error"]["message"].endswith("(1004)")
    emulator.fail("no_credit", "blocked", Fault("busy", seconds=2))
    answers = [ask(emulator, "/v2/video_generation", EXAMPLE) for _ in range(3)]
    assert [(status, answer["error"]["type"]) for status, answer in answers] == [
        (402, "insufficient_balance_error"), (422, "unprocessable_entity_error"), (429, "rate_limit_error")]
    emulator.fail("key", "no_credit", "blocked", "busy", "error_before")
    answers = [ask(emulator, "/v1/video_generation", OLDER) for _ in range(5)]
    assert [(status, answer["base_resp"]["status_code"]) for status, answer in answers] == [
        (200, 1004), (200, 1008), (200, 1026), (200, 1002), (200, 1000)]
    assert emulator.paid == 0
