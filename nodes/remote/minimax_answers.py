"""What MiniMax's answers mean: accepted, refused, and how far a task is, in both versions of its interface."""

import re
from collections.abc import Mapping
from typing import Any

from ajar.remote import Answer, Cost, Job, Made, Order, Refusal, State, Unreadable, choose, need, say

BUSY, KEY, CREDIT, INVALID = (1002, 1039, 2056), (1004, 2049), (1008,), (2013, 1042)
BLOCKED = (1026, 1027)
"""MiniMax's numbers. 1002, 1004, 1008, 1026 and 2013 are in the vendor's pages; the others are general knowledge.
Any other number (1000, 1001, 1013, 1024, 1033: something inside MiniMax) leaves open whether a task was made."""


def accepted(answer: Answer, order: Order) -> Job | Refusal:
    """The task. A no with status 200 is a Refusal; Unreadable if the answer says neither."""
    plain = answer.object()
    number = number_of(answer)
    if number:
        refusal = refused(answer)
        if refusal.kind == "server":
            raise Unreadable(f"the answer is an error: {refusal.message}")
        return refusal
    task = choose(plain, "task_id")
    if not isinstance(task, str | int) or isinstance(task, bool) or not str(task):
        raise Unreadable("the answer has no task_id")
    return Job(str(task), data={"path": order.settings["path"]})


def number_of(answer: Answer) -> int:
    """MiniMax's number of what is wrong; 0 where it says that nothing is, or says none."""
    try:
        plain = answer.object()
    except Unreadable:
        return 0
    number = choose(plain, "base_resp", "status_code")
    if number is None:
        # The second version writes it behind its words: "insufficient balance (1008)".
        match = re.search(r"\((\d{4})\)\s*\Z", str(choose(plain, "error", "message", default="")))
        number = int(match[1]) if match else 0
    return number if isinstance(number, int) else 0


def refused(answer: Answer) -> Refusal:
    """What an error means, by MiniMax's number and then by the HTTP status."""
    try:
        plain = answer.object()
    except Unreadable:
        plain = {}
    message = say(choose(plain, "base_resp", "status_msg") or choose(plain, "error", "message")
                  or f"HTTP {answer.status}")
    number = number_of(answer)
    if number in BLOCKED or answer.status == 422:
        return Refusal("blocked", message, "MiniMax's rules forbid it: change the words or the media.", charged=None)
    if number in CREDIT or answer.status == 402:
        return Refusal("credit", message, "Look at your balance in MiniMax's console.")
    if number in KEY or answer.status in (401, 403):
        return Refusal("key", message, "Check the key. A key of a Chinese account works only at api.minimaxi.com: give "
                       "that address in the settings.")
    if number in BUSY or answer.status == 429:
        return Refusal("busy", message)
    if number in INVALID:
        return Refusal("invalid", message)
    if answer.ok or answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    return Refusal("gone" if answer.status == 404 else "invalid", message)


def h3_state(plain: Mapping[str, Any]) -> State:
    """How far a task of the second version is."""
    task = need(plain, "task")
    status = need(task, "status")
    if status == "succeeded":
        url = need(task, "content", "url")
        if not isinstance(url, str):
            raise Unreadable("the address of the film is none")
        known = {name: task[name] for name in ("resolution", "ratio", "duration") if choose(task, name) is not None}
        return State("done", files=(Made("video/mp4", url=url, role="video"),), data=known, cost=_used(task))
    if status == "failed":
        return _failed(choose(task, "error", "code"), choose(task, "error", "message"), _used(task))
    if status == "cancelled":
        return State("cancelled", "It was taken back before it began.", charged=False)
    if status == "expired":
        return State("failed", "It waited longer than MiniMax keeps tasks waiting.")
    if status in ("queued", "running"):
        return State("queued" if status == "queued" else "running")
    return State("running", say(f"MiniMax says: {status}"), unheard=True)


def hailuo_state(plain: Mapping[str, Any]) -> State | None:
    """How far a task of the first version is; None where the question itself went wrong. ``url``: once it is known."""
    status, number = choose(plain, "status"), choose(plain, "base_resp", "status_code", default=0)
    if status == "Success":
        url = choose(plain, "url", default="")
        files = (Made("video/mp4", url=str(url), role="video"),) if url else ()
        return State("done", files=files, data={"file_id": str(need(plain, "file_id"))})
    if status == "Fail":
        return _failed(number, choose(plain, "base_resp", "status_msg"))
    if number:
        return None
    if status in ("Preparing", "Queueing", "Processing"):
        return State("running" if status == "Processing" else "queued")
    return State("running", say(f"MiniMax says: {need(plain, 'status')}"), unheard=True)


def _failed(number: Any, message: Any, cost: Cost | None = None) -> State:
    """A task that came to nothing. Whether it costs is not documented, unless seconds are counted."""
    blocked = str(number) in map(str, BLOCKED)
    return State("blocked" if blocked else "failed", say(message or f"error {number}"), cost=cost,
                 charged=True if cost else None)


def _used(task: Mapping[str, Any]) -> Cost | None:
    """The seconds and pictures that are billed, to be priced by the rows; None where none are counted."""
    used = choose(task, "usage", default={})
    made, seen = _count(used, "output_seconds"), _count(used, "input_seconds")
    seconds = _count(used, "total_seconds") or made + seen
    if not seconds:
        return None
    pictures = max(0.0, _count(used, "input_image_count") - FREE)
    return Cost(None, "computed", f"{seconds:g} s", {"second": seconds, "image": pictures})


FREE = 5
"""So many pictures of an order cost nothing (third-party note of 2026-10-24)."""


def _count(used: Any, name: str) -> float:
    number = choose(used, name)
    return float(number) if isinstance(number, int | float) and not isinstance(number, bool) and number > 0 else 0.0
