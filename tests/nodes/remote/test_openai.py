"""OpenAI's pictures: orders as the node phrases them, requests as the official client sends them, every answer."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.remote import Answer, Order, Part, State, Unreadable, Upload
from ajar.testing import FakeRemote, Ordered
from ajar.values import Image, Mask
from nodes.remote.openai import PROVIDER
from nodes.remote.openai_image import openai_image

SMALL = Image.of(np.zeros((32, 64, 3), np.uint8))


def ordered(prompt: str = "a fox", **named: Any) -> Order:
    """The order that the node comes up with."""
    with pytest.raises(Ordered) as found:
        openai_image(FakeRemote(), prompt, **named)
    return found.value.order


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())


def part(tmp_path: Path, role: str) -> Part:
    path = tmp_path / f"{role}.png"
    path.write_bytes(b"PNG of " + role.encode())
    return Part(role, "image/png", "d", path)


# --- asking ---------------------------------------------------------------------------------------------------------


def test_words_alone_are_sent_as_json() -> None:
    call = PROVIDER.submit(ordered(size="1536x1024", quality="low", background="transparent"), [], "nonce")
    assert (call.method, call.path, call.form) == ("POST", "/images/generations", ())
    assert call.seconds >= 300
    assert call.json == {"model": "gpt-image-2", "prompt": "a fox", "size": "1536x1024", "quality": "low",
                         "background": "transparent", "output_format": "png", "moderation": "auto"}


def test_pictures_make_a_form_of_it(tmp_path: Path) -> None:
    mask = Mask.of(np.ones((8, 8), np.float32))
    order = ordered(references=(SMALL, SMALL), mask=mask, model="gpt-image-1.5", fidelity="high")
    assert [one.role for one in order.media] == ["reference", "reference", "mask"]
    call = PROVIDER.submit(order, [part(tmp_path, one.role) for one in order.media], "nonce")
    assert (call.path, call.json) == ("/images/edits", None)
    assert call.form == (
        ("model", "gpt-image-1.5"), ("prompt", "a fox"), ("size", "1024x1024"), ("quality", "medium"),
        ("background", "auto"), ("output_format", "png"), ("input_fidelity", "high"),
        ("image[]", Upload("reference.png", "image/png", b"PNG of reference")),
        ("image[]", Upload("reference.png", "image/png", b"PNG of reference")),
        ("mask", Upload("mask.png", "image/png", b"PNG of mask")))


def test_white_of_a_mask_is_transparent_for_openai() -> None:
    half = np.zeros((16, 16), np.float32)
    half[:, 8:] = 1
    sent = ordered(references=(SMALL,), mask=Mask.of(half)).media[1].value
    assert isinstance(sent, Image)
    assert sent.size == SMALL.size
    assert sent.array[:, :28, 3].min() == 255
    assert sent.array[:, 36:, 3].max() == 0


@pytest.mark.parametrize(("named", "words"), [
    ({"prompt": ""}, "prompt is empty"), ({"prompt": "x" * 32001}, "at most 32,000"),
    ({"mask": Mask.of(np.ones((8, 8), np.float32))}, "mask without a picture"),
    ({"references": (SMALL,) * 17}, "at most 16 as reference"), ({"quality": "max"}, "can't do quality max"),
    ({"size": "1000x1000"}, "by 16 only"), ({"size": "3840x1024"}, "can't do size"),
    ({"size": "3840x3840"}, "can't do size"), ({"size": "large"}, "can't do size large"),
    ({"size": "0x0"}, "by 16 only"), ({"model": "gpt-image-1.5", "size": "2048x2048"}, "can't do size 2048x2048"),
    ({"fidelity": "high"}, "can't do fidelity high")])
def test_what_a_picture_can_not_be(named: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        openai_image(FakeRemote(), **{"prompt": "a fox", **named})


def test_the_newest_do_more() -> None:
    assert ordered(model="gpt-image-2.5-sunburst", quality="max", size="1536x864").settings["quality"] == "max"
    assert ordered(model="one-that-was-typed", size="9x9", quality="odd").settings["size"] == "9x9"


# --- what it costs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("quality", "usd"), [("low", 0.006), ("medium", 0.053), ("high", 0.211)])
def test_the_price_beforehand_is_the_published_one(quality: str, usd: float) -> None:
    quote = PROVIDER.facts.quote(ordered(quality=quality))
    assert quote.high == pytest.approx(usd, abs=0.0005)


def test_the_price_of_what_openai_chooses_is_a_span() -> None:
    quote = PROVIDER.facts.quote(ordered(quality="auto", size="auto"))
    assert quote.low == pytest.approx(0.006, abs=0.0005)
    assert quote.high == pytest.approx(0.317, abs=0.001)
    with_pictures = PROVIDER.facts.quote(ordered(references=(SMALL, SMALL)))
    assert with_pictures.high == pytest.approx(0.053 + 2 * 0.0499, abs=0.001)


def test_a_price_that_is_not_known_is_not_guessed() -> None:
    for model in ("gpt-image-2.6-sunburst", "gpt-image-1.5", "chatgpt-image-latest", "one-that-was-typed"):
        assert not PROVIDER.facts.quote(ordered(model=model)).known


def test_what_was_used_is_priced() -> None:
    usage = {"input_tokens": 1010, "input_tokens_details": {"text_tokens": 10, "image_tokens": 1000},
             "output_tokens": 1767, "total_tokens": 2777}
    for model, usd in (("gpt-image-2", 0.06106), ("gpt-image-2.6-sunburst", 0.06106), ("gpt-image-1-mini", 0.016656)):
        order = ordered(model=model)
        state = PROVIDER.accepted(made(usage=usage), order)
        assert isinstance(state, State)
        assert state.cost is not None
        paid = PROVIDER.facts.priced(order.model, order.terms, state.cost)
        assert paid.usd == pytest.approx(usd)
        assert (paid.source, paid.note) == ("computed", "2,777 tokens")
    state = PROVIDER.accepted(made(), ordered())
    assert isinstance(state, State)
    assert state.cost is None


# --- answers --------------------------------------------------------------------------------------------------------


def made(**more: Any) -> Answer:
    picture = {"b64_json": base64.b64encode(b"PNG").decode(), "revised_prompt": "a red fox"}
    return answer({"created": 1, "data": [picture], "output_format": "png", "quality": "high", "size": "1024x1024",
                   "background": "opaque", **more})


def test_a_picture_is_read() -> None:
    state = PROVIDER.accepted(made(), ordered())
    assert isinstance(state, State)
    assert (state.phase, [(one.type, one.data) for one in state.files]) == ("done", [("image/png", b"PNG")])
    assert state.data == {"size": "1024x1024", "quality": "high", "background": "opaque", "prompt": "a red fox"}


@pytest.mark.parametrize("body", [
    {}, [], {"data": []}, {"data": [{}]}, {"data": [{"b64_json": "a*"}]}, {"data": "x"}, {"data": [{"b64_json": 5}]}])
def test_what_can_not_be_read_is_never_taken_for_a_picture(body: Any) -> None:
    with pytest.raises(Unreadable):
        PROVIDER.accepted(answer(body), ordered())


@pytest.mark.parametrize(("status", "error", "kind", "charged"), [
    (400, {"code": "moderation_blocked", "type": "image_generation_user_error"}, "blocked", None),
    (400, {"code": "unknown_parameter", "type": "invalid_request_error"}, "invalid", False),
    (401, {"code": "invalid_api_key"}, "key", False), (403, {"code": None, "type": "x"}, "key", False),
    (404, {"code": "model_not_found"}, "invalid", False),
    (429, {"code": "insufficient_quota", "type": "insufficient_quota"}, "credit", False),
    (429, {"code": None, "type": "insufficient_quota"}, "credit", False),
    (400, {"code": "billing_hard_limit_reached"}, "credit", False),
    (429, {"code": "rate_limit_exceeded", "type": "requests"}, "busy", False),
    (500, {"code": None, "type": "server_error"}, "server", None)])
def test_errors_are_understood(status: int, error: dict[str, Any], kind: str, charged: bool | None) -> None:
    found = PROVIDER.refused(answer({"error": {"message": "some words", **error}}, status))
    assert (found.kind, found.charged, found.message) == (kind, charged, "some words")


def test_an_error_that_is_no_json() -> None:
    assert PROVIDER.refused(Answer(502, {}, b"<html>Bad gateway")).kind == "server"


def test_the_key_is_proven_by_the_list_of_models() -> None:
    assert PROVIDER.greet is not None
    asking = PROVIDER.greet()
    assert next(asking).path == "/models"
    with pytest.raises(StopIteration) as ended:
        asking.send(answer({"data": [{"id": "gpt-image-2"}, {"id": "gpt-6-sol"}]}))
    assert ended.value.value.endswith("may use: 1.")


def test_every_price_is_of_a_model_that_is_offered() -> None:
    facts = PROVIDER.facts
    assert {price.model for price in facts.prices} <= {offer.id for offer in facts.offers}
    ended = {offer.id: (offer.ended, offer.instead) for offer in facts.offers if offer.status == "retired"}
    assert ended["gpt-image-1"] == ("2026-10-23", "gpt-image-2.5-sunburst")
    assert set(ended) == {"gpt-image-1", "dall-e-2", "dall-e-3", "sora-2", "sora-2-pro"}
