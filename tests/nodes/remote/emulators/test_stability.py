"""The stand-in for Stability AI, held against the examples of its OpenAPI document; there is no SDK of REST."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from nodes.remote.emulators.samples import picture, sound
from nodes.remote.emulators.server import Fault
from nodes.remote.emulators.stability import Stability

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
IMAGE = picture("given", 128, 96)
V = "/v2beta/stable-image/"


@pytest.fixture
def emulator() -> Iterator[Stability]:
    with Stability(job_seconds=5) as found:
        yield found


def ask(emulator: Stability, path: str, fields: Mapping[str, str | bytes] | None = None,
        key: str = "test-key", accept: str = "image/*") -> tuple[int, Mapping[str, str], Any]:
    headers, body = {"Authorization": f"Bearer {key}", "Accept": accept}, None
    if fields is not None:
        body = b""
        for name, value in fields.items():
            kind = "audio/wav" if name == "audio" else "image/png"
            more = "" if isinstance(value, str) else f'; filename="{name}.bin"\r\nContent-Type: {kind}'
            body += f'--xx\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
            body += (value.encode() if isinstance(value, str) else value) + b"\r\n"
        body += b"--xx--\r\n"
        headers["Content-Type"] = "multipart/form-data; boundary=xx"
    try:
        with OPENER.open(urllib.request.Request(emulator.base + path, body, headers)) as answer:
            return answer.status, dict(answer.headers.items()), _read(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers.items()), _read(error)


def _read(answer: Any) -> Any:
    content = answer.read()
    return json.loads(content) if answer.headers["Content-Type"] == "application/json" else content


def test_the_example_of_the_vendor_answers_with_bytes(emulator: Stability) -> None:
    status, headers, body = ask(emulator, V + "generate/ultra", {
        "prompt": "Lighthouse on a cliff overlooking the ocean", "output_format": "webp"})
    assert (status, headers["Content-Type"], headers["finish-reason"]) == (200, "image/webp", "SUCCESS")
    assert body[:4] == b"RIFF" and headers["seed"] == "343940597", "a seed of 0 is drawn"
    _, headers, body = ask(emulator, V + "generate/core", {"prompt": "x", "seed": "42"})
    assert headers["seed"] == "42" and body.startswith(b"\x89PNG")


def test_a_creative_upscale_is_asked_for_by_its_number(emulator: Stability) -> None:
    status, _, body = ask(emulator, V + "upscale/creative", {"image": IMAGE, "prompt": "a fox", "creativity": "0.3"})
    assert status == 200 and len(body["id"]) == 64
    path = f"/v2beta/results/{body['id']}"
    assert ask(emulator, path, accept="*/*")[::2] == (202, {"id": body["id"], "status": "in-progress"})
    emulator.advance(6)
    status, headers, content = ask(emulator, path, accept="*/*")
    assert (status, headers["Content-Type"]) == (200, "image/png") and content.startswith(b"\x89PNG")
    assert ask(emulator, f"/v2beta/results/{'0' * 64}")[0] == 404


def test_sound_has_results_of_its_own(emulator: Stability) -> None:
    fields = {"prompt": "strings", "duration": "30", "output_format": "wav"}
    status, _, body = ask(emulator, "/v2beta/audio/stable-audio/text-to-audio", fields, accept="audio/*")
    assert status == 202
    emulator.advance(6)
    assert ask(emulator, f"/v2beta/results/{body['id']}")[0] == 404
    assert ask(emulator, f"/v2beta/audio/results/{body['id']}")[2][:4] == b"RIFF"
    change: dict[str, str | bytes] = {"prompt": "bells", "strength": "0.5", "audio": sound("a", 6.0)}
    assert ask(emulator, "/v2beta/audio/stable-audio/audio-to-audio", change)[0] == 202


@pytest.mark.parametrize(("route", "fields", "words"), [
    ("generate/core", {"negative_prompt": "y"}, "prompt: is required"),
    ("generate/core", {"prompt": "x", "image": IMAGE}, "image: is not a known field"),
    ("generate/core", {"prompt": "x", "aspect_ratio": "2:1"}, "aspect_ratio: is not valid"),
    ("generate/core", {"prompt": "x", "seed": "4294967295"}, "seed: is not valid"),
    ("generate/core", {"prompt": "x", "style_preset": "baroque"}, "style_preset: is not valid"),
    ("generate/core", {"prompt": "x" * 10001}, "prompt: is not valid"),
    ("generate/ultra", {"prompt": "x", "image": IMAGE}, "strength: is required when image is provided, and only then"),
    ("generate/sd3", {"prompt": "x", "model": "sd3-large"}, "model: is not valid"),
    ("generate/sd3", {"prompt": "x", "image": IMAGE, "strength": "1", "mode": "image-to-image", "aspect_ratio": "1:1"},
     "mode: image-to-image takes image and strength and no aspect_ratio"),
    ("upscale/conservative", {"image": IMAGE}, "prompt: is required"),
    ("upscale/conservative", {"image": IMAGE, "prompt": "x", "creativity": "0.1"}, "creativity: is not valid"),
    ("upscale/creative", {"image": picture("big", 1400, 800), "prompt": "x"}, "image: is not valid"),
    ("edit/outpaint", {"image": IMAGE}, "left, right, up, down: at least one must be greater than 0"),
    ("edit/outpaint", {"image": picture("long", 400, 100), "left": "10"}, "image: is not valid"),
    ("edit/remove-background", {"image": IMAGE, "output_format": "jpeg"}, "output_format: is not valid"),
    ("edit/replace-background-and-relight", {"subject_image": IMAGE},
     "background_prompt: background_prompt or background_reference is required"),
])
def test_what_the_document_forbids_is_refused(emulator: Stability, route: str, fields: Any, words: str) -> None:
    status, _, body = ask(emulator, V + route, fields)
    assert (status, body["name"], body["errors"]) == (400, "bad_request", [words])
    assert emulator.paid == 0


def test_how_it_goes_wrong(emulator: Stability) -> None:
    assert ask(emulator, V + "generate/core", {"prompt": "x"}, key="other")[0] == 401
    emulator.fail("no_credit", "blocked", Fault("busy", seconds=2))
    for status, name in ((402, "payment_required"), (403, "content_moderation"), (429, "rate_limit_exceeded")):
        answer = ask(emulator, V + "generate/core", {"prompt": "x"})
        assert (answer[0], answer[2]["name"]) == (status, name)
    assert emulator.paid == 0
    emulator.fail("blocked_result")
    assert ask(emulator, V + "generate/core", {"prompt": "x"})[1]["finish-reason"] == "CONTENT_FILTERED"
    assert ask(emulator, V + "generate/core", {"prompt": "x"}, accept="text/html")[0] == 400
    assert ask(emulator, "/v1/user/balance")[2] == {"credits": 866.5}
