"""Luma, Dream Machine API: how its orders are phrased and its answers read.

Media are public addresses that Luma fetches; nothing can be sent along or uploaded. An order's settings are ``path``
and ``body``. Source: the vendor's client lumaai 1.21.0. Nothing here was tried on the live service; the words of
errors and of moderation are UNVERIFIED.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ajar.remote import (
    Answer,
    Asking,
    Call,
    Job,
    Made,
    Order,
    Part,
    Provider,
    Refusal,
    State,
    Unreadable,
    choose,
    detail,
    known,
    need,
    number,
    say,
    singly,
)
from nodes.remote import FACTS

WORDS_OF_MODERATION = ("moderat", "policy", "nsfw", "unsafe")
WORDS_OF_CREDIT = ("credit", "balance", "payment")


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call. There is no place for a name of one's own, so the nonce is not sent."""
    return Call("POST", str(order.settings["path"]), json=dict(order.settings["body"]), seconds=180.0)


def accepted(answer: Answer, order: Order) -> Job:
    """The job. Unreadable if the answer does not say its number."""
    return Job(str(need(answer.object(), "id")), data={"kind": order.modality})


@singly
def poll(job: Job) -> Asking[State | None]:
    answer = yield Call("GET", f"/generations/{job.id}")
    return known(answer, "Luma", lambda: _state(answer, job))


def _state(answer: Answer, job: Job) -> State:
    try:
        plain = answer.object()
    except Unreadable:
        plain = {}
    status, why = choose(plain, "state"), say(choose(plain, "failure_reason", default=""))
    if status in ("queued", "dreaming"):
        return State("queued" if status == "queued" else "running")
    if status == "completed":
        return _completed(plain, str(job.data.get("kind", "video")))
    if status == "failed":
        blocked = any(word in why.lower() for word in WORDS_OF_MODERATION)
        return State("blocked" if blocked else "failed", why or "Luma could not make it.")
    return State("running", say(f"Luma says: {status}"), unheard=True)


def _completed(plain: Mapping[str, Any], kind: str) -> State:
    address = choose(plain, "assets", kind)
    if not isinstance(address, str):
        return State("running", "The result has no address yet.", unheard=True)
    made = Made("image/*" if kind == "image" else "video/mp4", url=address, role=kind)
    return State("done", files=(made,), data={"luma_id": str(choose(plain, "id", default=""))})


def refused(answer: Answer) -> Refusal:
    """What an error means."""
    message, status = detail(answer), answer.status
    words = message.lower()
    if status >= 500 or status in (408, 409):
        return Refusal("server", message, charged=None)
    if status == 402 or (status in (400, 403, 429) and any(word in words for word in WORDS_OF_CREDIT)):
        return Refusal("credit", message, "Add credits at lumalabs.ai/api.")
    if any(word in words for word in WORDS_OF_MODERATION):
        return Refusal("blocked", message, "Luma's rules forbid it: change the words or the pictures.")
    if status in (401, 403):
        return Refusal("key", message, "Check the key: it is made at lumalabs.ai/api/keys.")
    if status == 429:
        return Refusal("busy", message)
    return Refusal("gone" if status == 404 else "invalid", message)


def greet() -> Asking[str]:
    """The balance: proves the key."""
    answer = yield Call("GET", "/credits")
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    cents = number(answer.object(), "credit_balance")
    return f"Luma took the key; ${cents / 100:,.2f} are left."


PROVIDER = Provider(
    name="luma", file=FACTS / "luma.toml", submit=submit, accepted=accepted, refused=refused, poll=poll, greet=greet,
)
