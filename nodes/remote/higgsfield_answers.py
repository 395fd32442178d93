"""What Higgsfield's answers mean: accepted, refused, and how far a request is."""

from collections.abc import Mapping
from typing import Any

from ajar.remote import Answer, Job, Made, Order, Refusal, State, Unreadable, choose, need, say


def accepted(answer: Answer, order: Order) -> Job:
    """The request, with the addresses to ask it at. Unreadable if there is none."""
    plain = answer.object()
    urls = {name: str(url) for name, key in (("poll", "status_url"), ("cancel", "cancel_url"))
            if (url := choose(plain, key))}
    return Job(str(need(plain, "request_id")), urls=urls)


def state(plain: Mapping[str, Any]) -> State:
    """How far a request is. Only what is completed is charged."""
    status = need(plain, "status")
    if status == "completed":
        return State("done", files=_files(plain))
    if status in ("failed", "nsfw"):
        error = choose(plain, "error", default="")
        words = say(choose(error, "message", default=error) if isinstance(error, Mapping) else error)
        if status == "nsfw":
            return State("blocked", words or "Higgsfield's moderation stopped it.", charged=False)
        return State("failed", words or "It failed.", charged=False)
    if status == "canceled":
        return State("cancelled", "It was canceled before it began.", charged=False)
    if status in ("queued", "in_progress"):
        return State("queued" if status == "queued" else "running")
    return State("running", say(f"Higgsfield says: {status}"), unheard=True)


def _files(plain: Mapping[str, Any]) -> tuple[Made, ...]:
    images = choose(plain, "images")
    if images:
        return tuple(Made("image/*", url=str(need(one, "url")), role="image") for one in images)
    return (Made("video/mp4", url=str(need(plain, "video", "url")), role="video"),)


def refused(answer: Answer) -> Refusal:
    """What an error means. That too many requests run at once is a 400 whose wording is not documented (UNVERIFIED)."""
    try:
        message = say(choose(answer.object(), "detail", default=f"HTTP {answer.status}"))
    except Unreadable:
        message = f"HTTP {answer.status}"
    words = message.lower()
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    if answer.status == 401:
        return Refusal("key", message, "Check the key: the key's id and its secret with a colon between them, as "
                       "Higgsfield's console shows them.")
    if answer.status in (402, 403):
        return Refusal("credit", message, "Buy credits for the API in Higgsfield's console; those of the web app are "
                       "others.")
    if answer.status == 429 or (answer.status == 400 and "concurren" in words):
        return Refusal("busy", message)
    if any(word in words for word in ("nsfw", "moderation", "content policy")):
        return Refusal("blocked", message, "Higgsfield's rules forbid it: change the words or the pictures.")
    if answer.status == 423:
        return Refusal("invalid", message, "Higgsfield has closed this model for now: try later, or choose another.")
    return Refusal("gone" if answer.status == 404 else "invalid", message)
