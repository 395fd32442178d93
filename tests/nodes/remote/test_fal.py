"""Any model on fal: what is ordered, what is sent, and what its answers mean."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import AjarError, UserError
from ajar.published import keep, read
from ajar.remote import Answer, Asking, Call, Done, Job, Order, Part, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image
from nodes.remote.emulators.fal_models import document
from nodes.remote.fal import PROVIDER, accepted, cancel, fal, greet, poll, refused, schema, submit, upload

WAN = "fal-ai/wan/v2.2-a14b/image-to-video"
QUEUE = "https://queue.fal.run/fal-ai/wan/requests/764c"
JOB = Job("764c", {"poll": f"{QUEUE}/status", "result": QUEUE, "cancel": f"{QUEUE}/cancel"}, {"modality": "video"})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))


def picture() -> Image:
    return Image.of(np.zeros((8, 8, 3), np.uint8))


def ordered(**inputs: Any) -> Order:
    with pytest.raises(Ordered) as caught:
        fal(FakeRemote(), **inputs)
    return caught.value.order


def answer(plain: Any, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, named, plain if isinstance(plain, bytes) else json.dumps(plain).encode())


def talk(asking: "Asking[Any]", *answers: Answer) -> tuple[Any, list[Call]]:
    """What a conversation comes to when it is answered so, and what it asked."""
    calls = [next(asking)]
    left = list(answers)
    while True:
        try:
            calls.append(asking.send(left.pop(0)))
        except StopIteration as ended:
            assert not left
            return ended.value, calls


def state(*answers: Answer) -> Any:
    found, _ = talk(poll([JOB]), *answers)
    return found["764c"]


# --- ordering --------------------------------------------------------------------------------------------------------


def test_ordered_and_sent(tmp_path: Path) -> None:
    order = ordered(prompt="it waves", image=picture(), images=(picture(),), model=f" {WAN}/ ", seed=7,
                    settings='{"resolution": "720p", "end_image_url": "@images.1"}')
    assert (order.model, order.modality) == (WAN, "video")
    assert [(one.role, one.via) for one in order.media] == [("image", "upload"), ("images", "upload")]
    parts = [Part(role, "image/png", role, tmp_path, f"https://v3.fal.media/{role}.png")
             for role in ("image", "images")]
    assert submit(order, parts, "nonce") == Call("POST", f"/{WAN}", json={
        "prompt": "it waves", "seed": 7, "resolution": "720p", "image_url": "https://v3.fal.media/image.png",
        "end_image_url": "https://v3.fal.media/images.png",
    })


@pytest.mark.parametrize("model", ["", "flux", "fal-ai/", "https://fal.ai/models/fal-ai/flux/dev", "../x", "a/b?c=d"])
def test_what_is_no_id(model: str) -> None:
    with pytest.raises(UserError, match="not an id of a model"):
        fal(FakeRemote(), model=model)


def test_a_film_for_a_model_that_paints() -> None:
    with pytest.raises(UserError, match="FLUX.1 dev \\(fal\\) takes no picture"):
        fal(FakeRemote(), prompt="a toy", image=picture())


def test_a_price_where_the_page_of_a_model_says_one() -> None:
    wan = "alibaba/wan-3.0/text-to-video"
    known = ordered(prompt="a toy", model=wan, settings='{"duration": 5, "resolution": "720p"}')
    assert PROVIDER.facts.quote(known).high == pytest.approx(0.5)
    assert not PROVIDER.facts.quote(ordered(prompt="a toy")).known
    assert not PROVIDER.facts.quote(ordered(prompt="a toy", model=wan)).known
    published, _ = talk(schema(wan), answer(document(wan)))
    keep("fal", wan, published)
    assert PROVIDER.facts.quote(ordered(prompt="a toy", model=wan)).basis == "5 second x $0.2"


def test_text_comes_back() -> None:
    found = fal(FakeRemote(Done(text="a tin toy")), image=picture(), model="fal-ai/florence-2-large/caption")
    assert found == (None, None, None, "a tin toy", [])


def test_a_loaded_form_is_checked() -> None:
    published, _ = talk(schema("fal-ai/flux/dev"), answer(document("fal-ai/flux/dev")))
    keep("fal", "fal-ai/flux/dev", published)
    with pytest.raises(UserError, match='takes "num_inference_steps" from 1 to 50'):
        fal(FakeRemote(), prompt="a toy", settings='{"num_inference_steps": 51}')
    with pytest.raises(UserError, match="needs prompt"):
        fal(FakeRemote())


# --- reading ---------------------------------------------------------------------------------------------------------


def test_accepted() -> None:
    plain = {"request_id": "764c", "response_url": QUEUE, "status_url": f"{QUEUE}/status",
             "cancel_url": f"{QUEUE}/cancel", "queue_position": 0, "status": "IN_QUEUE"}
    assert accepted(answer(plain), Order(WAN, "video", {})) == JOB
    with pytest.raises(Unreadable):
        accepted(answer({"request_id": "764c"}), Order(WAN, "video", {}))
    with pytest.raises(Unreadable):
        accepted(answer(b'{"request_id": "76'), Order(WAN, "video", {}))


@pytest.mark.parametrize(("plain", "phase", "note", "unheard"), [
    ({"status": "IN_QUEUE", "queue_position": 2}, "queued", "Place 3 in fal's queue", False),
    ({"status": "IN_PROGRESS", "logs": None}, "running", "", False),
    ({"status": "WARMING_UP"}, "running", 'fal says "WARMING_UP"', True),
    ({"status": "COMPLETED", "error": "Runner disconnected", "error_type": "runner_disconnected"}, "failed",
     "Runner disconnected", False),
    ({"status": "COMPLETED", "error": "gone", "error_type": "client_cancelled"}, "cancelled", "gone", False),
])
def test_statuses(plain: Mapping[str, Any], phase: str, note: str, unheard: bool) -> None:
    found = state(answer(plain, 202))
    assert (found.phase, found.note, found.unheard) == (phase, note, unheard)


def test_done() -> None:
    output = {"video": {"url": "https://v3.fal.media/x.mp4", "content_type": "video/mp4"}, "seed": 7, "prompt": "waves"}
    found, calls = talk(poll([JOB]), answer({"status": "COMPLETED", "metrics": {}}), answer(output))
    assert [call.path for call in calls] == [f"{QUEUE}/status", QUEUE]
    done = found["764c"]
    assert done.phase == "done" and done.files[0].url == "https://v3.fal.media/x.mp4"
    assert done.data == {"seed": 7, "prompt": "waves"} and done.cost is None


def test_the_models_own_errors_are_its_result() -> None:
    detail = [{"loc": ["body", "prompt"], "msg": "It was flagged.", "type": "content_policy_violation"}]
    found = state(answer({"status": "COMPLETED"}), answer({"detail": detail}, 422))
    assert (found.phase, found.note, found.charged) == ("blocked", "prompt: It was flagged.", None)
    detail = [{"loc": ["body", "image_url"], "msg": "Too small", "type": "image_too_small"}]
    found = state(answer({"status": "COMPLETED", "error": "Unprocessable"}), answer({"detail": detail}, 422))
    assert (found.phase, found.note, found.charged) == ("failed", "image_url: Too small", None)


def test_a_model_that_fails_and_fal_that_is_unwell() -> None:
    detail = [{"loc": ["body"], "msg": "Internal server error", "type": "internal_server_error"}]
    found = state(answer({"status": "COMPLETED"}), answer({"detail": detail}, 500))
    assert (found.phase, found.note, found.charged) == ("failed", "Internal server error", False)
    later, calls = talk(poll([JOB]), answer({"status": "COMPLETED"}), answer({"detail": "Service unavailable"}, 503))
    assert later == {} and calls[1].sees_errors


def test_a_result_that_is_gone_or_empty() -> None:
    assert state(answer({"detail": "Request 764c not found"}, 404)).phase == "gone"
    assert state(answer({"status": "COMPLETED"}), answer({"detail": "Request not found"}, 404)).phase == "gone"
    assert state(answer({"status": "COMPLETED"}), answer({})).phase == "failed"


@pytest.mark.parametrize(("status", "plain", "kind"), [
    (401, {"detail": "Authentication is required"}, "key"),
    (403, {"detail": "User is locked. Reason: Exhausted balance."}, "credit"),
    (403, {"detail": "Access denied"}, "key"),
    (404, {"detail": "Application 'x' not found"}, "invalid"),
    (404, {"detail": "Request not found"}, "gone"),
    (422, {"detail": [{"loc": ["body"], "msg": "no", "type": "content_policy_violation"}]}, "blocked"),
    (422, {"detail": [{"loc": ["body", "x"], "msg": "no", "type": "missing"}]}, "invalid"),
    (429, {"detail": "Too many requests"}, "busy"), (503, {"detail": "x"}, "server"), (502, b"<html>", "server"),
    (408, {"detail": "x"}, "server"), (400, ["?"], "invalid"), (422, {"detail": {"a": 1}}, "invalid"),
])
def test_refusals(status: int, plain: Any, kind: str) -> None:
    found = refused(answer(plain, status))
    assert found.kind == kind and found.message


def test_upload(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(b"picture")
    part = Part("image", "image/png", "d", tmp_path / "p.png")
    token = {"token": "T", "token_type": "Bearer", "base_url": "https://v3.fal.media", "expires_at": "2099"}
    found, calls = talk(upload(part), answer(token), answer({"access_url": "https://v3.fal.media/files/p.png"}))
    assert found == "https://v3.fal.media/files/p.png"
    assert (calls[0].base, calls[0].path, calls[0].query) == (
        "rest", "/storage/auth/token", {"storage_type": "fal-cdn-v3"})
    assert (calls[1].path, calls[1].data, calls[1].auth) == ("https://v3.fal.media/files/upload", b"picture", False)
    assert calls[1].headers == {
        "Authorization": "Bearer T", "Content-Type": "image/png", "X-Fal-File-Name": "image.png",
    }
    with pytest.raises(AjarError, match="fal did not take the image: too large"):
        talk(upload(part), answer(token), answer({"detail": "too large"}, 413))


def test_stopping() -> None:
    assert talk(cancel(JOB), answer({"status": "CANCELLATION_REQUESTED"}, 202))[0] is True
    found, calls = talk(cancel(JOB), answer({"status": "ALREADY_COMPLETED"}, 400))
    assert found is False and (calls[0].method, calls[0].path) == ("PUT", f"{QUEUE}/cancel")


def test_greeting() -> None:
    assert "knows the key" in talk(greet(), answer({"token": "T"}))[0]
    with pytest.raises(AjarError, match="refused the key"):
        talk(greet(), answer({"detail": "Invalid Key"}, 401))


def test_published_form() -> None:
    found, calls = talk(schema("fal-ai/flux-lora"), answer(document("fal-ai/flux-lora")))
    assert (calls[0].base, calls[0].auth, calls[0].query) == ("site", False, {"endpoint_id": "fal-ai/flux-lora"})
    fields = {one.name: one for one in read(found)}
    assert list(fields) == ["prompt", "image_size", "num_inference_steps", "seed", "num_images", "loras"]
    assert fields["image_size"].default == "landscape_4_3" and "square_hd" in fields["image_size"].choices
    assert fields["loras"].many and fields["prompt"].required
    with pytest.raises(AjarError, match="publishes no form"):
        talk(schema("a/b"), answer({"detail": "not found"}, 404))
    with pytest.raises(Unreadable):
        talk(schema("a/b"), answer({"paths": {"/x": {"get": {}}}}))


def test_rows_are_whole() -> None:
    facts = PROVIDER.facts
    assert {one.kind for one in facts.offers} == {"fal"} and len({one.id for one in facts.offers}) == len(facts.offers)
    assert {one.model for one in facts.prices} <= {one.id for one in facts.offers}
