"""Any model on Replicate: what is ordered, what is sent, and what its answers mean."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import AjarError, UserError
from ajar.published import keep, read
from ajar.remote import Answer, Asking, Call, Job, Order, Part, State, Unreadable, Upload
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image
from nodes.remote.emulators.replicate_models import document
from nodes.remote.replicate import PROVIDER, accepted, cancel, greet, poll, refused, replicate, schema, submit, upload

FLUX = "black-forest-labs/flux-dev"
CLARITY = "philz1337x/clarity-upscaler"
VERSION = "dfad41707589d68ecdccd1dfa600d55a208f9310748e44bfe35b4a6291453d5e"
JOB = Job("rrr4z55", data={"modality": "image"})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))


def picture() -> Image:
    return Image.of(np.zeros((8, 8, 3), np.uint8))


def ordered(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        replicate(FakeRemote(), **inputs)
    return caught.value.order


def answer(plain: Any, status: int = 200) -> Answer:
    return Answer(status, {}, plain if isinstance(plain, bytes) else json.dumps(plain).encode())


def talk(asking: "Asking[Any]", reply: Answer) -> tuple[Any, Call]:
    """What a conversation of one call comes to, and the call."""
    call = next(asking)
    with pytest.raises(StopIteration) as ended:
        asking.send(reply)
    return ended.value.value, call


def state(plain: Any, status: int = 200) -> State:
    found, call = talk(poll([JOB]), answer(plain, status))
    assert (call.method, call.path) == ("GET", "/predictions/rrr4z55")
    one: State = found["rrr4z55"]
    return one


def test_an_official_model() -> None:
    order = ordered(prompt="a toy", model=f" {FLUX} ", seed=7, settings='{"aspect_ratio": "16:9"}')
    assert submit(order, (), "") == Call("POST", f"/models/{FLUX}/predictions", json={
        "input": {"aspect_ratio": "16:9", "prompt": "a toy", "seed": 7},
    })


def test_a_version(tmp_path: Path) -> None:
    order = ordered(image=picture(), model=f"{CLARITY}:{VERSION}", seed=7)
    part = Part("image", "image/png", "d", tmp_path, "https://api.replicate.com/v1/files/abc")
    assert submit(order, (part,), "") == Call("POST", "/predictions", json={
        "version": VERSION, "input": {"seed": 7, "image": "https://api.replicate.com/v1/files/abc"},
    })


@pytest.mark.parametrize("model", ["", "flux-dev", "a/b/c", "a/b:latest", "https://replicate.com/a/b", "../b", "a/b?c"])
def test_what_is_no_model(model: str) -> None:
    with pytest.raises(UserError, match="not a model on Replicate"):
        replicate(FakeRemote(), model=model)


def test_no_price_is_claimed() -> None:
    assert not PROVIDER.facts.quote(ordered(prompt="a toy")).known


def test_accepted() -> None:
    plain = {"id": "rrr4z55", "status": "starting", "urls": {"get": "https://api.replicate.com/v1/predictions/rrr4z55"}}
    assert accepted(answer(plain, 201), Order(FLUX, "image", {})) == JOB
    with pytest.raises(Unreadable):
        accepted(answer({"status": "starting"}, 201), Order(FLUX, "image", {}))


def test_statuses() -> None:
    assert state({"status": "starting"}) == State("queued", "The model is being started")
    log = "Using seed\n 10%|#   | 1/10\n 40%|##  | 4/10\n"
    assert state({"status": "processing", "logs": log}) == State("running", "", 0.4)
    assert state({"status": "processing", "logs": None}) == State("running")
    assert state({"status": "preparing"}) == State("running", 'Replicate says "preparing"', unheard=True)
    assert state({"status": "aborted"}) == State("cancelled", charged=False)
    assert state({"status": "canceled"}) == State("cancelled", charged=None)
    assert state({"detail": "Not found"}, 404).phase == "gone"
    assert state({"detail": "no"}, 400).phase == "running"


def test_done() -> None:
    output = ["https://replicate.delivery/x/out-0.webp", "https://replicate.delivery/x/out-1.webp"]
    found = state({"status": "succeeded", "output": output, "metrics": {"predict_time": 4.25}, "version": "v"})
    assert found.phase == "done" and [one.url for one in found.files] == output
    assert {one.type for one in found.files} == {"image/webp"} and found.data == {"seconds": 4.25, "version": "v"}
    assert state({"status": "succeeded", "output": ["A", " toy"]}).text == "A toy"
    assert state({"status": "succeeded", "output": None}).phase == "failed"


@pytest.mark.parametrize(("error", "phase"), [
    ("NSFW content detected. Try running it again, or try a different prompt.", "blocked"),
    ("The input or output was flagged as sensitive. Please try again with different inputs. (E005)", "blocked"),
    ("CUDA out of memory.", "failed"), ("The name is case-sensitive.", "failed"), (None, "failed"),
])
def test_why_it_failed(error: str | None, phase: str) -> None:
    found = state({"status": "failed", "error": error})
    assert found.phase == phase and found.charged is None and found.note


@pytest.mark.parametrize(("status", "plain", "kind"), [
    (401, {"title": "Unauthenticated", "detail": "no token", "status": 401}, "key"),
    (402, {"title": "Insufficient credit", "detail": "Buy some", "status": 402}, "credit"),
    (404, {"detail": "The requested resource could not be found."}, "invalid"),
    (422, {"title": "Input validation failed", "detail": "- input: prompt is required", "status": 422}, "invalid"),
    (422, {"detail": "The input was flagged as sensitive."}, "blocked"),
    (429, {"detail": "Request was throttled. Your rate limit resets in ~30s."}, "busy"),
    (500, b"<html>oops", "server"), (503, {}, "server"), (400, ["?"], "invalid"),
])
def test_refusals(status: int, plain: Any, kind: str) -> None:
    found = refused(answer(plain, status))
    assert found.kind == kind and found.message


def test_upload(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(b"picture")
    part = Part("image", "image/png", "d", tmp_path / "p.png")
    address = "https://api.replicate.com/v1/files/abc"
    found, call = talk(upload(part), answer({"id": "abc", "urls": {"get": address}}, 201))
    assert found == address and call.path == "/files"
    assert call.form == (("content", Upload("image.png", "image/png", b"picture")),)


def test_an_upload_that_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(b"picture")
    asking = upload(Part("image", "image/png", "d", tmp_path / "p.png"))
    next(asking)
    with pytest.raises(AjarError, match="Replicate did not take the image: too large"):
        asking.send(answer({"detail": "too large"}, 413))


def test_stopping() -> None:
    found, call = talk(cancel(JOB), answer({"status": "canceled"}))
    assert found is True and (call.method, call.path) == ("POST", "/predictions/rrr4z55/cancel")
    assert talk(cancel(JOB), answer({"status": "succeeded"}))[0] is False
    assert talk(cancel(JOB), answer({"detail": "no"}, 404))[0] is False


def test_greeting() -> None:
    assert talk(greet(), answer({"type": "user", "username": "acme"}))[0] == "Replicate knows the key: acme."


def test_published_form() -> None:
    found, call = talk(schema(FLUX), answer({"latest_version": {"openapi_schema": document(FLUX)}}))
    assert call.path == f"/models/{FLUX}"
    fields = {one.name: one for one in read(found)}
    assert list(fields) == ["prompt", "aspect_ratio", "image", "seed", "num_outputs", "guidance"]
    assert fields["aspect_ratio"].choices == ("1:1", "16:9", "9:16", "4:3") and fields["image"].kind == "image"
    keep("replicate", FLUX, found)
    with pytest.raises(UserError, match='takes "guidance" from 0 to 10'):
        replicate(FakeRemote(), prompt="a toy", settings='{"guidance": 11}')


def test_published_form_of_a_version() -> None:
    found, call = talk(schema(f"{CLARITY}:{VERSION}"), answer({"id": VERSION, "openapi_schema": document(CLARITY)}))
    assert call.path == f"/models/{CLARITY}/versions/{VERSION}" and "scale_factor" in found["properties"]


def test_rows_are_whole() -> None:
    facts = PROVIDER.facts
    assert {one.kind for one in facts.offers} == {"replicate"}
    assert len({one.id for one in facts.offers}) == len(facts.offers)
