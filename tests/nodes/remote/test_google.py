"""Google's pictures: orders as the node phrases them, requests as the official client sends them, every answer."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Order, Part, State, Unreadable
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image
from nodes.remote.google import PROVIDER
from nodes.remote.google_image import gemini_image

SMALL = Image.of(np.zeros((8, 8, 3), np.uint8))


def ordered(make: Any, *inputs: Any, **named: Any) -> Order:
    """The order that a node comes up with."""
    with pytest.raises(Ordered) as found:
        make(FakeRemote(), *inputs, **named)
    order: Order = found.value.order
    return order


def part(tmp_path: Path, role: str = "reference") -> Part:
    path = tmp_path / f"{role}.png"
    path.write_bytes(b"PNG of " + role.encode())
    return Part(role, "image/png", "d", path)


def coded(role: str) -> str:
    return base64.b64encode(b"PNG of " + role.encode()).decode()


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())


# --- pictures -------------------------------------------------------------------------------------------------------


def test_a_picture_is_ordered_as_the_client_of_google_does(tmp_path: Path) -> None:
    order = ordered(gemini_image, "a fox", (SMALL,), "gemini-3.1-flash-image", "16:9", "2K")
    call = PROVIDER.submit(order, [part(tmp_path)], "nonce")
    assert (call.method, call.path) == ("POST", "/v1/models/gemini-3.1-flash-image:generateContent")
    assert call.seconds >= 300
    assert call.json == {
        "contents": [{"role": "user", "parts": [
            {"text": "a fox"}, {"inlineData": {"mimeType": "image/png", "data": coded("reference")}}]}],
        "generationConfig": {"responseModalities": ["IMAGE"],
                             "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"}}}


def test_what_is_the_models_own_is_left_out() -> None:
    call = PROVIDER.submit(ordered(gemini_image, "a fox"), [], "nonce")
    assert call.json["generationConfig"] == {"responseModalities": ["IMAGE"]}


@pytest.mark.parametrize(("model", "resolution", "usd"), [
    ("gemini-3.1-flash-image", "512", 0.045), ("gemini-3.1-flash-image", "4K", 0.151),
    ("gemini-3-pro-image", "4K", 0.24), ("gemini-nano-banana-2.1", "4K", None)])
def test_a_picture_has_its_price(model: str, resolution: str, usd: float | None) -> None:
    order = ordered(gemini_image, "a fox", model=model, resolution=resolution)
    assert PROVIDER.facts.quote(order).high == usd


@pytest.mark.parametrize(("named", "words"), [
    ({"prompt": " "}, "prompt is empty"), ({"resolution": "512"}, "can't do resolution 512"),
    ({"shape": "7:3"}, "can't do shape 7:3"), ({"references": (SMALL,) * 15}, "at most 14 as reference"),
    ({"model": "gemini-3-pro-image", "shape": "8:1"}, "can't do shape 8:1")])
def test_what_a_picture_can_not_be(named: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        gemini_image(FakeRemote(), **{"prompt": "a fox", **named})


def picture(**candidate: Any) -> Answer:
    return answer({"candidates": [candidate], "usageMetadata": {"candidatesTokenCount": 1120}, "modelVersion": "v"})


def test_a_picture_is_read_without_the_thoughts() -> None:
    order = ordered(gemini_image, "a fox")
    inline = {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(b"JPEG").decode()}}
    state = PROVIDER.accepted(picture(finishReason="STOP", content={"parts": [
        {"text": "hm", "thought": True}, {**inline, "thought": True}, {"text": "Here."}, inline]}), order)
    assert isinstance(state, State)
    assert (state.phase, state.text, [(one.type, one.data) for one in state.files]) == (
        "done", "Here.", [("image/jpeg", b"JPEG")])
    assert state.cost is not None
    paid = PROVIDER.facts.priced(order.model, order.terms, state.cost)
    assert (paid.usd, paid.source, paid.note) == (0.0336, "computed", "1,120 tokens")


@pytest.mark.parametrize(("candidate", "phase"), [
    ({"finishReason": "IMAGE_SAFETY"}, "blocked"), ({"finishReason": "PROHIBITED_CONTENT"}, "blocked"),
    ({"finishReason": "NO_IMAGE"}, "failed"), ({"finishReason": "STOP", "content": {"parts": [{"text": "No."}]}},
                                              "failed")])
def test_no_picture_is_blocked_or_failed(candidate: dict[str, Any], phase: str) -> None:
    state = PROVIDER.accepted(picture(**candidate), ordered(gemini_image, "a fox"))
    assert isinstance(state, State)
    assert (state.phase, state.files) == (phase, ())
    assert state.note


def test_a_blocked_prompt_says_why() -> None:
    state = PROVIDER.accepted(answer({"promptFeedback": {"blockReason": "BLOCKLIST"}}), ordered(gemini_image, "a"))
    assert isinstance(state, State)
    assert (state.phase, "BLOCKLIST" in state.note) == ("blocked", True)


@pytest.mark.parametrize("body", [
    {}, {"candidates": []}, [], {"candidates": [{"content": {"parts": [{"inlineData": {"data": "a*"}}]}}]},
    {"candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "image/png"}}]}}]}])
def test_what_can_not_be_read_is_never_taken_for_a_picture(body: Any) -> None:
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer(body), ordered(gemini_image, "a fox"))


# --- errors and facts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "error", "kind"), [
    (400, {"message": "bad", "status": "INVALID_ARGUMENT"}, "invalid"),
    (400, {"message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}, "key"),
    (400, {"message": "Only for billed users.", "status": "FAILED_PRECONDITION"}, "credit"),
    (400, {"message": "It may violate the usage guidelines."}, "blocked"),
    (403, {"message": "leaked", "status": "PERMISSION_DENIED"}, "key"), (404, {"message": "no such model"}, "invalid"),
    (429, {"message": "exhausted", "status": "RESOURCE_EXHAUSTED"}, "busy"),
    (429, {"message": "quota", "details": [{"violations": [{"quotaId": "RequestsPerDayPerModel"}]}]}, "credit"),
    (503, {"message": "overloaded", "status": "UNAVAILABLE"}, "server")])
def test_errors_are_understood(status: int, error: dict[str, Any], kind: str) -> None:
    for body in ({"error": error}, [{"error": error}]):
        found = PROVIDER.refused(answer(body, status))
        assert (found.kind, found.message) == (kind, error["message"])
    assert PROVIDER.refused(answer({}, status)).kind != "blocked"


def test_an_error_that_is_no_json() -> None:
    found = PROVIDER.refused(Answer(502, {}, b"<html>Bad gateway"))
    assert (found.kind, found.charged, found.message) == ("server", None, "status 502")


def test_models_are_asked_live() -> None:
    assert PROVIDER.models is not None
    asking = PROVIDER.models()
    assert next(asking).path == "/v1beta/models"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({"models": [{"name": "models/gemini-3-pro-image"}]}))
    assert ended.value.value == ["gemini-3-pro-image"]


def test_every_price_is_of_a_model_and_a_size_it_has() -> None:
    facts = PROVIDER.facts
    for price in facts.prices:
        assert price.when["resolution"] in facts.offer(price.model).can["resolutions"], price
    for offer in facts.offers:
        if offer.status == "retired":
            assert facts.offer(offer.instead).status == "current"
