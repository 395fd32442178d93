"""Kling's stand-in against requests and answers as the vendor's pages show them (kling.ai/document-api, 2026-09)."""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.emulators.samples import picture, sound

PARROT = "https://p2-kling.klingai.com/kcdn/cdn-kcdn112452/kling-tob-release_note/video_7.1.mp4"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def kling() -> Iterator[KlingEmulator]:
    with KlingEmulator(job_seconds=0) as emulator:
        yield emulator


def ask(kling: KlingEmulator, method: str, path: str, body: Any = None, token: str = "test-key") -> tuple[int, Any]:
    request = urllib.request.Request(
        kling.url + path, json.dumps(body).encode() if body is not None else None,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, method=method)
    try:
        with OPENER.open(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def load(url: str) -> bytes:
    with OPENER.open(url) as answer:
        content: bytes = answer.read()
        return content


def text_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_omni_example(kling: KlingEmulator) -> None:
    body = {
        "contents": [
            {"type": "prompt", "text": "Change the color of the parrot's feathers to match the reference image."},
            {"type": "base_video", "url": PARROT, "id": "video_1"},
        ],
        "settings": {"resolution": "1080p", "audio": "original", "multi_shot": False},
        "options": {"callback_url": "https://xxx/callback", "external_task_id": "mine"},
    }
    status, made = ask(kling, "POST", "/omni-video/kling-3.0-omni", body)
    assert status == 200 and made["code"] == 0
    assert set(made["data"]) == {"id", "status", "create_time", "update_time", "external_id"}
    assert made["data"]["external_id"] == "mine"
    [task] = ask(kling, "GET", "/tasks?external_task_ids=mine")[1]["data"]
    assert (task["id"], task["status"]) == (made["data"]["id"], "succeeded")
    assert task["outputs"][0]["type"] == "video" and load(task["outputs"][0]["url"])[4:8] == b"ftyp"
    assert task["billing"][0]["charge_type"] == "cash" and task["billing"][0]["currency"] == "USD"


def test_several_jobs_at_once(kling: KlingEmulator) -> None:
    ids = [ask(kling, "POST", "/text-to-video/kling-2.6", {"prompt": str(number)})[1]["data"]["id"]
           for number in range(2)]
    found = ask(kling, "GET", f"/tasks?task_ids={ids[1]},{ids[0]},nobody")[1]["data"]
    assert [task["id"] for task in found] == [ids[1], ids[0]]
    assert ask(kling, "GET", f"/tasks?task_ids={ids[0]}&external_task_ids=x")[0] == 400


def test_picture_example(kling: KlingEmulator) -> None:
    body = {"model_name": "kling-v2-1", "prompt": "Generate a Pixar-style puppy", "negative_prompt": "",
            "image": "https://p1-kling.klingai.com/kcdn/cdn-kcdn112452/kling-qa-test/dog.png", "n": 2,
            "external_task_id": "", "callback_url": ""}
    made = ask(kling, "POST", "/v1/images/generations", body)[1]["data"]
    assert made["task_status"] == "submitted"
    task = ask(kling, "GET", f"/v1/images/generations/{made['task_id']}")[1]["data"]
    assert task["task_status"] == "succeed" and load(task["task_result"]["images"][0]["url"])[1:4] == b"PNG"
    assert task["final_balance_deduction"]["quota"] == "0.0280"
    assert [one["task_id"] for one in ask(kling, "GET", "/v1/images/generations?pageNum=1&pageSize=30")[1]["data"]] == [
        made["task_id"]]


def test_lip_sync_example(kling: KlingEmulator) -> None:
    found = ask(kling, "POST", "/v1/videos/identify-face", {"video_url": PARROT, "video_id": ""})[1]["data"]
    face = {"face_id": found["face_data"][0]["face_id"], "sound_file": "https://p1-kling.klingai.com/go-to-world.mp3",
            "sound_insert_time": 1000, "sound_start_time": 0, "sound_end_time": 3000, "sound_volume": 2,
            "original_audio_volume": 2}
    body = {"session_id": found["session_id"], "face_choose": [face], "external_task_id": "", "callback_url": ""}
    made = ask(kling, "POST", "/v1/videos/advanced-lip-sync", body)[1]["data"]
    task = ask(kling, "GET", f"/v1/videos/advanced-lip-sync/{made['task_id']}")[1]["data"]
    assert task["task_status"] == "succeed" and task["task_result"]["videos"][0]["url"].endswith(".mp4")
    assert ask(kling, "POST", "/v1/videos/advanced-lip-sync", {**body, "session_id": "another"})[0] == 400
    assert kling.paid == 2


def test_speech_example(kling: KlingEmulator) -> None:
    body = {"text": "Throughout my time in college", "voice_id": "oversea_male1", "voice_language": "en",
            "voice_speed": 1}
    said = ask(kling, "POST", "/v1/audio/tts", body)[1]["data"]
    assert said["task_status"] == "succeed" and load(said["task_result"]["audios"][0]["url"])


@pytest.mark.parametrize(("path", "body"), [
    ("/text-to-video/kling-3.0", {"prompt": "x", "negative_prompt": "y"}),
    ("/text-to-video/kling-3.0", {"prompt": "x", "settings": {"duration": "5"}}),
    ("/text-to-video/kling-3.0", {"prompt": "x", "settings": {"duration": 16}}),
    ("/text-to-video/kling-3.0-turbo", {"prompt": "x", "settings": {"audio": "native"}}),
    ("/text-to-video/kling-2.6", {"prompt": "x", "settings": {"audio": "native", "resolution": "720p"}}),
    ("/text-to-video/kling-2.6", {"prompt": "x" * 2501}),
    ("/image-to-video/kling-3.0", {"contents": [{"type": "prompt", "text": "x"}]}),
    ("/image-to-video/kling-3.0", {"contents": [{"type": "prompt", "text": "x"},
                                                {"type": "first_frame", "url": "data:image/png;base64,AAAA"}]}),
    ("/image-to-video/kling-3.0", {"contents": [{"type": "prompt", "text": "x"},
                                                {"type": "first_frame", "url": text_of(picture("s", 299, 300))}]}),
    ("/omni-video/kling-o1", {"contents": [{"type": "prompt", "text": "x"}]}),
    ("/omni-video/kling-3.0-omni", {"contents": [{"type": "prompt", "text": "x"},
                                                 {"type": "feature_video", "url": text_of(b"film")}]}),
    ("/motion-control/kling-3.0", {"contents": [{"type": "image", "url": "https://a.b/c.png"},
                                                {"type": "video", "url": PARROT}]}),
    ("/v1/images/omni-image", {"prompt": "x", "image_list": [{"image": "https://a.b/c.png"}] * 11}),
    ("/v1/images/generations", {"prompt": "x", "model_name": "kling-v3", "image_fidelity": 0.4}),
    ("/v1/videos/avatar/image2video", {"image": "https://a.b/c.png", "sound_file": text_of(sound("short", 1.0))}),
    ("/v1/audio/tts", {"text": "x" * 1001, "voice_id": "v", "voice_language": "en"}),
    ("/v1/audio/tts", {"text": "x", "voice_id": "v", "voice_language": "en", "external_task_id": "mine"}),
])
def test_wrong_requests(kling: KlingEmulator, path: str, body: Any) -> None:
    status, refused = ask(kling, "POST", path, body)
    assert status == 400 and refused["code"] == 1201 and refused["message"] and "data" not in refused
    assert kling.paid == 0


def test_other_refusals(kling: KlingEmulator) -> None:
    assert ask(kling, "POST", "/text-to-video/kling-9", {"prompt": "x"})[1]["code"] == 1203
    assert ask(kling, "GET", "/tasks?task_ids=1", token="another")[0] == 401
    ask(kling, "POST", "/text-to-video/kling-2.6", {"prompt": "x", "options": {"external_task_id": "mine"}})
    assert ask(kling, "POST", "/text-to-video/kling-2.6",
               {"prompt": "x", "options": {"external_task_id": "mine"}})[0] == 400
    for fault, status, code in (("busy", 429, 1303), ("no_credit", 429, 1102), ("blocked", 400, 1301),
                                ("key", 401, 1002), ("error_after", 500, 5000)):
        kling.fail(fault)  # type: ignore[arg-type]  # one of them each
        found = ask(kling, "POST", "/text-to-video/kling-2.6", {"prompt": "x"})
        assert (found[0], found[1]["code"]) == (status, code)
    assert kling.paid == 2


def test_signed_tokens() -> None:
    def token(secret: str, start: int) -> str:
        claims = {"iss": "ak", "exp": start + 1800, "nbf": start - 5}
        head, middle = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
                        for one in ({"alg": "HS256", "typ": "JWT"}, claims))
        mark = hmac.new(secret.encode(), f"{head}.{middle}".encode(), hashlib.sha256).digest()
        return f"{head}.{middle}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"

    with KlingEmulator("ak:sk", job_seconds=0) as kling:
        now, older = int(time.time()), "/v1/images/generations?pageNum=1&pageSize=1"
        assert ask(kling, "GET", older, token=token("sk", now))[0] == 200
        assert ask(kling, "GET", "/tasks?task_ids=1", token=token("sk", now))[0] == 401
        assert ask(kling, "GET", older, token=token("other", now))[1]["code"] == 1002
        assert ask(kling, "GET", older, token=token("sk", now - 3600))[1]["code"] == 1004
        assert ask(kling, "GET", older, token=token("sk", now + 60))[1]["code"] == 1003
