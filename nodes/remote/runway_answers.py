"""What Runway's answers mean: accepted, refused, and how far a task is."""

from collections.abc import Mapping
from typing import Any, Literal

from ajar.remote import Answer, Cost, Job, Made, Order, Refusal, State, Unreadable, choose, need, say

CREDIT = 0.01
"""Dollars for a credit, by Runway's pricing page as others quote it (2026-09); its answers count credits only."""
BLOCKED = ("SAFETY.", "INPUT_PREPROCESSING.SAFETY.")
"""How failure codes begin that mean moderation."""


def accepted(answer: Answer, order: Order) -> Job:
    """The task, with what Runway says beforehand that it costs. Unreadable if there is none."""
    plain = answer.object()
    kind = "image" if order.settings["route"] == "text_to_image" else "video"
    return Job(str(need(plain, "id")), data={"kind": kind}, cost=_cost(plain, "estimatedCost", "estimated"))


def state(task: Mapping[str, Any], kind: str) -> State:
    """How far a task is; ``kind`` is of what its result is."""
    status = need(task, "status")
    cost = _cost(task, "cost", "reported")
    charged = None if cost is None else bool(cost.usd)
    if status == "SUCCEEDED":
        media = "image/*" if kind == "image" else "video/mp4"
        files = tuple(Made(media, url=str(url), role=kind) for url in need(task, "output"))
        return State("done", files=files, cost=cost)
    if status == "FAILED":
        code = str(choose(task, "failureCode", default=""))
        note = say(f"{choose(task, 'failure', default='It failed.')} ({code or 'no code'})")
        return State("blocked" if code.startswith(BLOCKED) else "failed", note, cost=cost, charged=charged)
    if status == "CANCELLED":
        return State("cancelled", "The task was cancelled.", cost=cost, charged=charged)
    if status in ("PENDING", "THROTTLED"):
        return State("queued", "Runway lets it wait until others of yours are done" if status == "THROTTLED" else "")
    if status == "RUNNING":
        progress = choose(task, "progress")
        return State("running", progress=float(progress) if isinstance(progress, int | float) else None)
    return State("running", say(f"Runway says: {status}"), unheard=True)


def _cost(plain: Mapping[str, Any], name: str, source: Literal["reported", "estimated"]) -> Cost | None:
    count = choose(plain, name, "credits")
    if not isinstance(count, int | float):
        return None
    return Cost(round(count * CREDIT, 6), source, f"{count:g} credits, taken as ${CREDIT} each")


def refused(answer: Answer) -> Refusal:
    """What an error means. A lack of credits is a 400 that says "You do not have enough credits to run this task", as
    several projects saw; how Runway words a day's limit is not documented (UNVERIFIED)."""
    try:
        message = say(choose(answer.object(), "error", default=f"HTTP {answer.status}"))
    except Unreadable:
        message = f"HTTP {answer.status}"
    words = message.lower()
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    if answer.status in (401, 403):
        return Refusal("key", message, "Check the key: it is made at dev.runwayml.com, and the web app's account is "
                       "another one.")
    if answer.status == 402 or "credit" in words:
        return Refusal("credit", message, "Buy credits for the API at dev.runwayml.com.")
    if answer.status == 429:
        if "daily" in words or "per day" in words:
            return Refusal("credit", message, "Your tier's limit for a day is reached: try again tomorrow.")
        return Refusal("busy", message)
    if "moderation" in words or "safety" in words:
        return Refusal("blocked", message, "Runway's rules forbid it: change the words or the pictures.")
    return Refusal("gone" if answer.status == 404 else "invalid", message)
