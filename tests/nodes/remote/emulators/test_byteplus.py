"""The stand-in for BytePlus against requests and answers of the fact sheet. Its official client (238 MB) is not
installed; what it sends was recorded: every unset field as null, and a body with DELETE."""

import base64
import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import PIL.Image
import pytest

from nodes.remote.emulators.byteplus import BytePlus
from nodes.remote.emulators.samples import picture

TASKS = "/contents/generations/tasks"
FILM = {
    "model": "dreamina-seedance-2-0-260128",
    "content": [{"type": "text", "text": "a lighthouse"},
                {"type": "image_url", "image_url": {"url": "https://web.example/1.png"}, "role": "first_frame"},
                {"type": "image_url", "image_url": {"url": "https://web.example/2.png"}, "role": "last_frame"}],
    "resolution": "720p", "ratio": "16:9", "duration": 5, "generate_audio": True, "seed": -1, "watermark": False,
    "return_last_frame": False, "callback_url": None, "service_tier": None, "camera_fixed": None, "frames": None,
}


@pytest.fixture
def ark() -> Iterator[BytePlus]:
    with BytePlus(job_seconds=30) as found:
        yield found


def ask(ark: BytePlus, method: str, path: str, body: Any = None, key: str = "test-key") -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ark.base + path, data, method=method, headers={
        "Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, json.loads(problem.read())


def fetch(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.read()


def test_a_film_is_queued_runs_and_is_there(ark: BytePlus) -> None:
    status, found = ask(ark, "POST", TASKS, FILM)
    assert (status, list(found)) == (200, ["id"]) and found["id"].startswith("cgt-")
    assert ask(ark, "GET", f"{TASKS}/{found['id']}")[1]["status"] == "queued"
    ark.advance(15)
    assert ask(ark, "GET", f"{TASKS}/{found['id']}")[1]["status"] == "running"
    ark.advance(16)
    task = ask(ark, "GET", f"{TASKS}/{found['id']}")[1]
    assert (task["status"], task["seed"], task["ratio"], task["framespersecond"]) == ("succeeded", 77, "16:9", 24)
    assert task["usage"] == {"completion_tokens": 108900, "total_tokens": 108900}
    assert fetch(task["content"]["video_url"])[1][4:8] == b"ftyp"
    assert ark.paid == 1


def test_only_a_waiting_task_can_be_taken_back(ark: BytePlus) -> None:
    first = ask(ark, "POST", TASKS, FILM)[1]["id"]
    assert ask(ark, "DELETE", f"{TASKS}/{first}", {})[0] == 200
    assert ask(ark, "GET", f"{TASKS}/{first}")[1]["status"] == "cancelled"
    second = ask(ark, "POST", TASKS, FILM)[1]["id"]
    ark.advance(15)
    assert ask(ark, "DELETE", f"{TASKS}/{second}", {})[0] == 409
    ark.advance(16)
    assert ask(ark, "DELETE", f"{TASKS}/{second}", {})[0] == 200
    assert ask(ark, "GET", f"{TASKS}/{second}")[0] == 404
    assert ark.paid == 1


def test_a_list_of_tasks(ark: BytePlus) -> None:
    ask(ark, "POST", TASKS, FILM)
    status, found = ask(ark, "GET", TASKS + "?page_num=1&page_size=1")
    assert (status, len(found["items"])) == (200, 1)


@pytest.mark.parametrize("change", [
    {"size": "2K"}, {"resolution": "8k"}, {"ratio": "2:1"}, {"duration": 3}, {"duration": "5"}, {"seed": -2},
    {"seed": 7}, {"generate_audio": 1}, {"content": []},
    {"content": [{"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AA=="}, "role": "reference_video"}]},
    {"content": [{"type": "image_url", "image_url": {"url": "AAAA"}, "role": "first_frame"}]},
    {"content": [{"type": "image_url", "role": "first_frame", "image_url": {
        "url": "data:image/png;base64," + base64.b64encode(picture("a", 200, 200)).decode()}}]},
    {"content": [{"type": "image_url", "image_url": {"url": "https://a.example/1.png"}, "role": "last_frame"}]},
    {"content": [{"type": "audio_url", "audio_url": {"url": "https://a.example/1.mp3"}, "role": "reference_audio"}]},
    {"content": [*FILM["content"],  # type: ignore[misc]
                 {"type": "image_url", "image_url": {"url": "https://a.example/1.png"}, "role": "reference_image"}]},
])
def test_what_is_not_documented_is_refused(ark: BytePlus, change: dict[str, Any]) -> None:
    status, found = ask(ark, "POST", TASKS, {**FILM, **change})
    assert status == 400 and set(found["error"]) == {"code", "message", "type", "param"}
    assert ark.jobs == {}


def test_errors_have_the_documented_codes(ark: BytePlus) -> None:
    assert ask(ark, "POST", TASKS, FILM, key="no")[1]["error"]["code"] == "AuthenticationError"
    ark.fail("blocked", "busy", "no_credit")
    assert ask(ark, "POST", TASKS, FILM)[1]["error"]["code"] == "InputTextSensitiveContentDetected"
    assert ask(ark, "POST", TASKS, FILM)[1]["error"]["code"] == "AccountRateLimitExceeded"
    assert ask(ark, "POST", TASKS, FILM)[1]["error"]["code"] == "AccountOverdueError"
    assert ark.paid == 0


def test_moderation_of_the_result_and_addresses_that_expire(ark: BytePlus) -> None:
    ark.fail("blocked_result")
    first = ask(ark, "POST", TASKS, FILM)[1]["id"]
    ark.fail("expired")
    second = ask(ark, "POST", TASKS, FILM)[1]["id"]
    ark.advance(31)
    task = ask(ark, "GET", f"{TASKS}/{first}")[1]
    assert (task["status"], task["error"]["code"]) == ("failed", "OutputVideoSensitiveContentDetected")
    assert fetch(ask(ark, "GET", f"{TASKS}/{second}")[1]["content"]["video_url"])[0] == 403
    assert fetch(ask(ark, "GET", f"{TASKS}/{second}")[1]["content"]["video_url"])[0] == 200


def test_a_picture_comes_at_once_inline_or_by_address(ark: BytePlus) -> None:
    asked = {"model": "seedream-4-0-250828", "prompt": "a lighthouse", "size": "2560x1440", "watermark": False,
             "image": "https://web.example/1.png", "sequential_image_generation": "disabled"}
    status, found = ask(ark, "POST", "/images/generations", {**asked, "response_format": "b64_json"})
    assert status == 200 and set(found) == {"model", "created", "data", "usage"}
    with PIL.Image.open(io.BytesIO(base64.b64decode(found["data"][0]["b64_json"]))) as made:
        assert (made.format, made.size) == ("JPEG", (128, 72))
    assert found["usage"]["generated_images"] == 1
    by_address = ask(ark, "POST", "/images/generations", asked)[1]
    assert fetch(by_address["data"][0]["url"])[1][:3] == b"\xff\xd8\xff"
    for change in ({"size": "8K"}, {"model": "seedream-9"}, {"n": 1}, {"prompt": ""}, {"image": ["nothing"]}):
        assert ask(ark, "POST", "/images/generations", {**asked, **change})[0] in (400, 404)
