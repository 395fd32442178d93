"""OpenAI's pictures: ``images/generations`` and ``images/edits``, which answer with the picture itself.

Source: openai 3.54.0, its types and its requests as they went over the wire. Nothing was tried on the live service.
"""

import base64
import binascii
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from ajar.remote import (
    Answer,
    Asking,
    Call,
    Cost,
    Made,
    Order,
    Part,
    Provider,
    Refusal,
    State,
    Unreadable,
    Upload,
    choose,
    need,
    rows,
    say,
)
from nodes.remote import FACTS

WAIT = 420.0
"""Seconds: a picture takes one or two minutes, a large one more."""
TYPES = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """Words alone go as JSON; with pictures, everything goes as a form. OpenAI takes no name of ours for a job."""
    fields = {"model": order.model, **order.settings}
    if not parts:
        return Call("POST", "/images/generations", json=fields, seconds=WAIT)
    said = [(name, str(value)) for name, value in fields.items()]
    shown = [("mask" if part.role == "mask" else "image[]", Upload(part.name, part.type, part.read()))
             for part in parts]
    return Call("POST", "/images/edits", form=(*said, *shown), seconds=WAIT)


def accepted(answer: Answer, order: Order) -> State:
    """The picture. Unreadable where there is none: then it is not known what was paid for."""
    found = answer.object()
    form = TYPES.get(str(choose(found, "output_format", default=order.settings.get("output_format", "png"))), "image/*")
    made = rows(found, "data")
    if not made:
        raise Unreadable("the answer has no picture")
    files = tuple(Made(form, data=_decoded(need(row, "b64_json"))) for row in made)
    data = {name: found[name] for name in ("size", "quality", "background") if choose(found, name)}
    prompt = choose(found, "data", 0, "revised_prompt")
    if prompt:
        data["prompt"] = str(prompt)
    return State("done", files=files, data=data, cost=_cost(found))


def refused(answer: Answer) -> Refusal:
    """``{error: {message, type, param, code}}``. A quota that is used up is a 429 too, and waiting does not help."""
    try:
        found = answer.json()
    except Unreadable:
        found = None
    error = choose(found, "error", default={})
    message = say(choose(error, "message") or f"status {answer.status}")
    code = str(choose(error, "code", default=choose(error, "type", default="")))
    kind = str(choose(error, "type", default=""))
    if "moderation_blocked" in (code, kind) or code == "content_policy_violation":
        return Refusal("blocked", message, "Change the prompt or the pictures.", charged=None)
    if "insufficient_quota" in (code, kind) or code == "billing_hard_limit_reached":
        return Refusal("credit", message, "Add credit at platform.openai.com, or raise the limit there.")
    if answer.status == 401:
        return Refusal("key", message, "Look at the key at platform.openai.com.")
    if answer.status == 403:
        return Refusal("key", message, "OpenAI may want the organisation verified before it makes pictures.")
    if answer.status == 429:
        return Refusal("busy", message, "Wait a moment.")
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, "Look at platform.openai.com/usage before ordering again.", charged=None)
    return Refusal("invalid", message, "Change what OpenAI complains about.")


def models() -> Generator[Call, Answer, list[str]]:
    """The models this key may use, of every kind."""
    answer = yield Call("GET", "/models")
    return [str(row.get("id", "")) for row in rows(answer.object(), "data")]


def greet() -> Asking[str]:
    """Prove the key with the list of models, and say whether it may make pictures."""
    names = yield from models()
    able = sum("image" in name for name in names)
    return f"The key is taken. Models for pictures that it may use: {able}." if able else \
        "The key is taken, but it may use no model for pictures."


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Unreadable("the picture of the answer is not Base64") from None


def _cost(found: Mapping[str, Any]) -> Cost | None:
    """The tokens that were used; words and pictures that were sent along have prices of their own."""
    used = choose(found, "usage")
    if not isinstance(used, dict):
        return None
    total, out = choose(used, "input_tokens", default=0), choose(used, "output_tokens", default=0)
    pictures = choose(used, "input_tokens_details", "image_tokens", default=0)
    if not all(isinstance(one, int) for one in (total, out, pictures)):
        return None
    units = {"token_in": float(total - pictures), "token_image_in": float(pictures), "token_out": float(out)}
    return Cost(None, "computed", f"{total + out:,} tokens", units)


PROVIDER = Provider(
    name="openai", file=FACTS / "openai.toml", submit=submit, accepted=accepted, refused=refused, models=models,
    greet=greet,
)
