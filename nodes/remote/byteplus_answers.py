"""What BytePlus's answers mean: accepted, refused, and how far a task is."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from ajar.remote import Answer, Cost, Job, Made, Order, Refusal, State, Unreadable, choose, need, say

IMAGES = "/images/generations"
CREDIT = ("AccountOverdueError", "InvalidSubscription", "QuotaExceeded", "SetLimitExceeded")
BUSY = ("RateLimitExceeded", "ServerOverloaded", "RequestBurstTooFast")
"""How codes that mean "later" end or read; the other 429 are about money."""


def accepted(answer: Answer, order: Order) -> Job | State:
    """The task, or the picture. Unreadable if the answer holds neither."""
    plain = answer.object()
    if order.settings["path"] != IMAGES:
        return Job(str(need(plain, "id")))
    one = choose(plain, "data", 0, default={})
    error = choose(one, "error") or choose(plain, "error")
    if error:
        return _failure(error, charged=None)
    count = choose(plain, "usage", "generated_images", default=1)
    return State("done", files=(_picture(one),), cost=Cost(None, "computed", f"{count} picture", {"image": count}))


def _picture(one: Mapping[str, Any]) -> Made:
    if choose(one, "url"):
        return Made("image/*", url=str(one["url"]), role="image")
    try:
        return Made("image/*", data=base64.b64decode(need(one, "b64_json"), validate=True), role="image")
    except (binascii.Error, TypeError, ValueError):
        raise Unreadable("the picture in the answer is no Base64") from None


def state(task: Mapping[str, Any]) -> State:
    """How far a task is."""
    status = need(task, "status")
    cost = _cost(choose(task, "usage", "completion_tokens"))
    if status == "succeeded":
        file = Made("video/mp4", url=str(need(task, "content", "video_url")), role="video")
        known = {name: task[name] for name in ("seed", "resolution", "ratio") if choose(task, name) is not None}
        return State("done", files=(file,), data=known, cost=cost)
    if status == "failed":
        return _failure(choose(task, "error", default={}), charged=True if cost else None, cost=cost)
    if status == "cancelled":
        return State("cancelled", "It was cancelled before it began.", charged=False)
    if status == "expired":
        return State("failed", "It waited longer than BytePlus keeps tasks waiting.")
    if status in ("queued", "running"):
        return State("queued" if status == "queued" else "running")
    return State("running", say(f"BytePlus says: {status}"), unheard=True)


def _failure(error: Mapping[str, Any], charged: bool | None, cost: Cost | None = None) -> State:
    code, message = str(choose(error, "code", default="")), say(choose(error, "message", default="It failed."))
    return State("blocked" if "SensitiveContent" in code else "failed", message, charged=charged, cost=cost)


def _cost(tokens: Any) -> Cost | None:
    """What so many tokens cost by the rows; None where the answer counts none."""
    if not isinstance(tokens, int | float) or tokens <= 0:
        return None
    return Cost(None, "computed", f"{tokens:,.0f} tokens", {"token_out": tokens})


def refused(answer: Answer) -> Refusal:
    """What an error means. Some 429 are "later", some "pay first"."""
    try:
        error = choose(answer.object(), "error", default={})
    except Unreadable:
        error = {}
    code = str(choose(error, "code", default=""))
    message = say(choose(error, "message", default=f"HTTP {answer.status}"))
    if "SensitiveContent" in code:
        return Refusal("blocked", message, "BytePlus's rules forbid it: change the words or the pictures. Seedance 2 "
                       "takes real people's faces only as assets that are registered with BytePlus.")
    if code.startswith(CREDIT):
        return Refusal("credit", message, "Look at your balance and limits in BytePlus's console; Seedance 2 wants a "
                       "balance of more than 30 USD or a resource pack.")
    if answer.status == 401 or code == "AuthenticationError":
        return Refusal("key", message, "Check the key: it is the API key of ModelArk, not an access key of the cloud.")
    if code.startswith(("OperationDenied", "AccessDenied")):
        return Refusal("key", message, "Activate this model for your account in BytePlus's console.")
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    if answer.status == 429 or any(word in code for word in BUSY):
        return Refusal("busy", message)
    if code.startswith("InvalidEndpoint"):
        return Refusal("invalid", message, "Activate this model in BytePlus's console, or check its name.")
    return Refusal("gone" if answer.status == 404 else "invalid", message)
