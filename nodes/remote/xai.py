"""xAI's Grok Imagine: how its orders are phrased and its answers read. Pictures come with the answer, films as requests
that are asked about.

An order's settings are ``path`` and ``body``; the media are put into the body by ``submit``, as ``{"url": data URI}``.
Source: docs.x.ai as stored in 2026-11 and recorded answers of third parties. How several pictures of one edit are named
(``images``) is UNVERIFIED. Nothing here was tried on the live service.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ajar.remote import (
    Answer,
    Asking,
    Call,
    Cost,
    Job,
    Made,
    Order,
    Part,
    Provider,
    Refusal,
    State,
    Unreadable,
    choose,
    known,
    need,
    say,
    singly,
)
from nodes.remote import FACTS

EDITS = "/images/edits"
TICKS = 10**10
"""``cost_in_usd_ticks`` in a dollar: 500,000,000 were said of a second that costs 0.05."""
MODERATED = ("moderation", "content policy", "safety")
NO_CREDIT = ("used all available credits", "spending limit", "run out of credits")


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call: the order's body with the pictures in it. xAI takes no name of ours for a request."""
    body: dict[str, Any] = json.loads(json.dumps(order.settings["body"]))
    path = str(order.settings["path"])
    if path == EDITS:
        pictures = [{"type": "image_url", "url": part.data_uri()} for part in parts]
        body |= {"image": pictures[0]} if len(pictures) == 1 else {"images": pictures}
    else:
        for part in parts:
            if part.role == "reference":
                body.setdefault("reference_images", []).append({"url": part.data_uri()})
            else:
                body["image" if part.role == "first_frame" else part.role] = {"url": part.data_uri()}
    return Call("POST", path, json=body, seconds=300.0 if path.startswith("/images/") else 120.0)


def accepted(answer: Answer, order: Order) -> Job | State:
    """The request, or the picture. Unreadable if the answer holds neither."""
    plain = answer.object()
    if not str(order.settings["path"]).startswith("/images/"):
        number = need(plain, "request_id")
        if not isinstance(number, str) or not number:
            raise Unreadable("the request_id is none")
        return Job(number)
    rows = need(plain, "data")
    one = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    cost = _cost(plain)
    if choose(one, "respect_moderation") is False:
        return State("blocked", "the picture was held back", cost=cost, charged=True if cost else None)
    try:
        content = base64.b64decode(need(one, "b64_json"), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable("the picture in the answer is no Base64") from None
    prompt = choose(one, "revised_prompt")
    return State("done", files=(Made("image/*", data=content, role="image"),), cost=cost,
                 data={"prompt": str(prompt)} if prompt else {})


def refused(answer: Answer) -> Refusal:
    """What an error means: ``{code, error}``, with the cost of a picture that was made and held back."""
    try:
        plain = answer.object()
    except Unreadable:
        plain = {}
    error = choose(plain, "error", default="")
    message = say((choose(error, "message", default="") if isinstance(error, dict) else error)
                  or choose(plain, "message") or f"HTTP {answer.status}")
    words = message.lower()
    if any(word in words for word in MODERATED):
        return Refusal("blocked", message, "xAI's rules forbid it: change the words or the pictures.",
                       charged=True if _cost(plain) else None)
    if any(word in words for word in NO_CREDIT) or answer.status == 402:
        return Refusal("credit", message, "Buy credits or raise the limit at console.x.ai.")
    if answer.status == 401 or "api key" in words:
        return Refusal("key", message, "Look at the key at console.x.ai.")
    if answer.status == 403:
        return Refusal("key", message, "Give the key the right to this model at console.x.ai.")
    if answer.status == 429:
        return Refusal("busy", message)
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    return Refusal("gone" if answer.status == 404 else "invalid", message)


@singly
def poll(job: Job) -> Asking[State | None]:
    answer = yield Call("GET", f"/videos/{job.id}")
    return known(answer, "xAI", lambda: state(answer.object()))


def state(plain: Mapping[str, Any]) -> State:
    """How far a film is. At first an answer may hold no status at all."""
    status, cost = choose(plain, "status"), _cost(plain)
    url = choose(plain, "video", "url", default="")
    held = choose(plain, "video", "respect_moderation") is False or choose(plain, "respect_moderation") is False
    if status == "done" or (status is None and url):
        if held:
            return State("blocked", "the film was held back", cost=cost, charged=True if cost else None)
        if not isinstance(url, str) or not url:
            raise Unreadable("the answer has no video.url")
        seconds = choose(plain, "video", "duration")
        return State("done", files=(Made("video/mp4", url=url, role="video"),), cost=cost,
                     data={"seconds": seconds} if isinstance(seconds, int | float) else {})
    if status in ("failed", "expired"):
        note = say(choose(plain, "error", "message", default=f"The request {status}."))
        blocked = held or any(word in note.lower() for word in MODERATED)
        return State("blocked" if blocked else "failed", note, cost=cost, charged=True if cost else None)
    progress = choose(plain, "progress")
    share = progress / 100 if isinstance(progress, int | float) and not isinstance(progress, bool) else None
    if status in (None, "pending", "processing", "queued"):
        return State("queued" if status == "queued" else "running", progress=share)
    return State("running", say(f"xAI says: {status}"), share, unheard=True)


def models() -> Asking[list[str]]:
    """The models this key may use, of every kind."""
    answer = yield Call("GET", "/models")
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    rows = choose(answer.object(), "data", default=[])
    return [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]


def greet() -> Asking[str]:
    """Prove the key with the list of models."""
    count = len((yield from models()))
    many = "models" if count != 1 else "model"
    return f"The key is taken; it may use {count} {many}. Its credit is shown only at console.x.ai."


def _cost(plain: Mapping[str, Any]) -> Cost | None:
    ticks = choose(plain, "usage", "cost_in_usd_ticks")
    if not isinstance(ticks, int | float) or isinstance(ticks, bool) or ticks <= 0:
        return None
    return Cost(ticks / TICKS, "reported", f"{ticks:.0f} ticks")


PROVIDER = Provider(
    name="xai", file=FACTS / "xai.toml", submit=submit, accepted=accepted, refused=refused, poll=poll, models=models,
    greet=greet,
)
