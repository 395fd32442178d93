"""The stand-in for Black Forest Labs, held against the requests and answers in the vendor's pages; there is no SDK."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from nodes.remote.emulators.bfl import Bfl
from nodes.remote.emulators.samples import film, picture
from nodes.remote.emulators.server import Fault

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SAMPLE = base64.b64encode(picture("given", 1024, 1024)).decode()


@pytest.fixture
def emulator() -> Iterator[Bfl]:
    with Bfl(job_seconds=5) as found:
        yield found


def ask(emulator: Bfl, path: str, body: Any = None, key: str = "test-key") -> tuple[int, Any]:
    address = path if path.startswith("http") else emulator.base + path
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode(),
                                     {"x-key": key, "Content-Type": "application/json"})
    try:
        with OPENER.open(request) as answer:
            content = answer.read()
            return answer.status, json.loads(content) if "json" in answer.headers["Content-Type"] else content
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_example_of_the_vendor_goes_from_pending_to_a_picture(emulator: Bfl) -> None:
    status, job = ask(emulator, "/v1/flux-2-pro",
                      {"prompt": "A serene mountain landscape", "width": 1024, "height": 1024})
    assert status == 200 and job["cost"] == 3 and job["output_mp"] == 1.0 and job["input_mp"] == 0
    assert ask(emulator, job["polling_url"])[1]["status"] == "Pending"
    emulator.advance(6)
    ready = ask(emulator, job["polling_url"])[1]
    assert ready["status"] == "Ready" and ready["result"]["seed"] == 1234567890
    content = ask(emulator, ready["result"]["sample"])[1]
    assert content.startswith(b"\xff\xd8\xff"), "jpeg where nothing else is asked for"


def test_an_edit_costs_what_the_published_formula_says(emulator: Bfl) -> None:
    body = {"prompt": "at sunset", "input_image": SAMPLE, "input_image_2": "https://example.com/b.png",
            "width": 2048, "height": 1024}
    # 7 for the first, 3 for the second megapixel, 2 x 3 for those sent.
    assert ask(emulator, "/v1/flux-2-max", body)[1]["cost"] == 16


def test_only_the_address_of_the_region_knows_a_job(emulator: Bfl) -> None:
    job = ask(emulator, "/v1/flux-2-klein-4b", {"prompt": "x", "width": 768, "height": 1024})[1]
    assert job["cost"] == 1.4
    assert ask(emulator, f"/v1/get_result?id={job['id']}") == (
        404, {"id": job["id"], "status": "Task not found", "result": None})
    assert ask(emulator, job["polling_url"])[0] == 200


@pytest.mark.parametrize(("path", "body", "field"), [
    ("/v1/flux-2-pro", {"width": 1024}, "prompt"),
    ("/v1/flux-2-pro", {"prompt": "x", "negative_prompt": "y"}, "negative_prompt"),
    ("/v1/flux-2-pro", {"prompt": "x", "width": 1000, "height": 1024}, "width"),
    ("/v1/flux-2-pro", {"prompt": "x", "width": 4096, "height": 4096}, "width"),
    ("/v1/flux-2-pro", {"prompt": "x", "steps": 20}, "steps"),
    ("/v1/flux-2-klein-9b", {"prompt": "x", "input_image_5": SAMPLE}, "input_image_5"),
    ("/v1/flux-2-klein-9b", {"prompt": "x", "input_image": f"data:image/png;base64,{SAMPLE}"}, "input_image"),
    ("/v1/flux-pro-1.1", {"prompt": "x", "width": 1456, "height": 1024}, "width"),
    ("/v1/flux-pro-1.1-ultra", {"prompt": "x", "aspect_ratio": "3:1"}, "aspect_ratio"),
    ("/v1/flux-pro-1.0-fill", {"image": SAMPLE, "steps": 10}, "steps"),
    ("/v1/flux-3-video", {"mode": "video", "prompt": "x"}, "mode"),
    ("/v1/flux-3-video", {"mode": "t2v", "prompt": "x", "seed": 1}, "seed"),
    ("/v1/flux-3-video", {"mode": "t2v", "prompt": "x", "duration": 4}, "duration"),
    ("/v1/flux-3-video", {"mode": "i2v", "prompt": "x"}, "keyframes"),
    ("/v1/flux-3-video", {"mode": "i2v", "prompt": "x", "keyframes": [SAMPLE] * 3}, "duration"),
    ("/v1/flux-3-video", {"mode": "i2v", "prompt": "x", "keyframes": [[2, SAMPLE], [1, SAMPLE]]}, "keyframes"),
    ("/v1/flux-3-video", {"mode": "t2v", "prompt": "x", "keyframes": SAMPLE}, "keyframes"),
])
def test_what_the_schema_forbids_is_refused_field_by_field(emulator: Bfl, path: str, body: Any, field: str) -> None:
    status, answer = ask(emulator, path, body)
    assert status == 422 and answer["detail"][0]["loc"] == ["body", field]
    assert emulator.paid == 0


def test_the_tools_are_as_strict(emulator: Bfl) -> None:
    status, job = ask(emulator, "/v1/flux-tools/erase-v1", {"image": SAMPLE, "mask": SAMPLE, "dilate_pixels": 0})
    assert (status, job["cost"]) == (200, 3)
    outpaint = {"input_image": SAMPLE, "width": 2048, "height": 1024, "reference_offset_x": -40, "mode": "fast"}
    assert ask(emulator, "/v1/flux-tools/outpainting-v1", outpaint)[0] == 200
    for path, body in (("outpainting", {**outpaint, "seed": 1}), ("erase", {"image": SAMPLE}),
                       ("erase", {"image": SAMPLE, "mask": SAMPLE, "dilate_pixels": 26}),
                       ("erase", {"image": SAMPLE, "mask": base64.b64encode(picture("m", 64, 64)).decode()})):
        assert ask(emulator, f"/v1/flux-tools/{path}-v1", body)[0] == 422


def test_films_in_all_their_modes(emulator: Bfl) -> None:
    start = base64.b64encode(film("start", 0.5)).decode()
    bodies = [{"mode": "t2v", "prompt": "a fox", "duration": 8, "resolution": "fhd", "aspect_ratio": "16:9",
               "generate_audio": False, "safety_tolerance": 1},
              {"mode": "i2v", "prompt": "p", "keyframes": SAMPLE},
              {"mode": "i2v", "prompt": "p", "keyframes": [[0, SAMPLE], [3.5, SAMPLE]]},
              {"mode": "v2v", "prompt": "p", "start_video": start, "duration": 10}]
    costs = []
    for body in bodies:
        status, job = ask(emulator, "/v1/flux-3-video", body)
        assert status == 200 and "cost" not in job, "film says its cost only when it is ready"
        emulator.advance(6)
        ready = ask(emulator, job["polling_url"])[1]
        costs.append(ready["cost"])
        assert ask(emulator, ready["result"]["sample"])[1][4:8] == b"ftyp"
    assert costs == [8 * 29, 5 * 17, 5 * 17, 10 * 43]


def test_how_it_goes_wrong(emulator: Bfl) -> None:
    assert ask(emulator, "/v1/flux-2-pro", {"prompt": "x"}, key="other")[0] == 403
    emulator.fail("no_credit", Fault("busy", seconds=3))
    assert ask(emulator, "/v1/flux-2-pro", {"prompt": "x"})[0] == 402
    assert ask(emulator, "/v1/flux-2-pro", {"prompt": "x"})[0] == 429
    assert emulator.paid == 0
    emulator.fail("blocked_result")
    job = ask(emulator, "/v1/flux-2-pro", {"prompt": "x"})[1]
    emulator.advance(6)
    moderated = ask(emulator, job["polling_url"])[1]
    assert moderated["status"] == "Content Moderated" and moderated["result"] is None
    emulator.fail("failed")
    job = ask(emulator, "/v1/flux-2-pro", {"prompt": "x"})[1]
    emulator.advance(6)
    assert ask(emulator, job["polling_url"])[0] == 422, "a poll may answer 422 with the task in it"
