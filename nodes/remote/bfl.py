"""Black Forest Labs (FLUX): how its orders are phrased and its answers read.

The model is the route: ``POST /v1/<model>``. Its answer names the address to ask at, on the host of the region that
does the work; the global host knows nothing of the job. An order's settings are ``body`` and ``fields``, the names
under which its media go in, in their order. Source: docs.bfl.ai as of 2026-09. Nothing was tried on the live service.
"""

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
    detail,
    need,
    number,
    say,
    singly,
)
from nodes.remote import FACTS

CREDIT = 0.01
"""Dollars."""
AT_WORK = ("Pending", "Reasoning", "Generating")
BLOCKED = ("Request Moderated", "Content Moderated")
KEPT = ("seed", "prompt", "draft_cache")


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call. There is no place for a name of one's own, so the nonce is not sent."""
    body: dict[str, Any] = dict(order.settings["body"])
    frames = []
    for field, part in zip(order.settings["fields"], parts, strict=True):
        if field == "keyframes":
            frames.append(part.base64())
        else:
            body[field] = part.base64()
    if frames:
        body["keyframes"] = frames[0] if len(frames) == 1 else frames
        if order.settings.get("at") is not None:
            body["keyframes"] = [[order.settings["at"], frames[0]]]
    return Call("POST", f"/v1/{order.model}", json=body, seconds=180.0)


def accepted(answer: Answer, order: Order) -> Job:
    """The job and where to ask about it. Unreadable if the answer does not say both."""
    plain = answer.object()
    kind = "video/mp4" if order.modality == "video" else "image/*"
    return Job(str(need(plain, "id")), {"poll": str(need(plain, "polling_url"))}, {"type": kind}, _cost(plain))


@singly
def poll(job: Job) -> Asking[State | None]:
    """Asked at the job's own address: other hosts know nothing of it."""
    answer = yield Call("GET", job.urls["poll"])
    return _state(answer, job)


def _state(answer: Answer, job: Job) -> State | None:
    """How far a job is; None where the answer says nothing about it. A task may come with status 422 or 404, too."""
    try:
        plain = answer.object()
    except Unreadable:
        plain = {}
    status = choose(plain, "status")
    if not isinstance(status, str):
        if answer.ok:
            return State("running", "The answer of Black Forest Labs has no status.", unheard=True)
        return GONE if answer.status == 404 else None
    if status in AT_WORK:
        progress = choose(plain, "progress")
        return State("running", "" if status == "Pending" else status,
                     float(progress) if isinstance(progress, int | float) else None)
    if status == "Ready":
        return _ready(plain, job)
    if status in BLOCKED:
        return State("blocked", _why(plain) or status, cost=_cost(plain))
    if status == "Error":
        return State("failed", _why(plain) or "Black Forest Labs could not make it.", cost=_cost(plain))
    if status == "Task not found":
        return GONE
    return State("running", say(f"Black Forest Labs says: {status}"), unheard=True)


GONE = State("gone", "Black Forest Labs does not know this job any more.")


def _ready(plain: Mapping[str, Any], job: Job) -> State:
    result = choose(plain, "result", default={})
    address = choose(result, "sample")
    if not isinstance(address, str):
        return State("running", "The result has no address yet.", unheard=True)
    kept = {name: choose(result, name) for name in KEPT if choose(result, name) is not None}
    return State("done", files=(Made(str(job.data.get("type", "image/*")), url=address),), data=kept,
                 cost=_cost(plain) or _cost(result))


def _cost(plain: Any) -> Cost | None:
    """What an answer says it costs. FLUX.2 says so when it accepts, the others when they are ready."""
    spent = choose(plain, "cost")
    if not isinstance(spent, int | float) or isinstance(spent, bool):
        return None
    return Cost(round(spent * CREDIT, 6), note=f"{spent:g} credits")


def _why(plain: Mapping[str, Any]) -> str:
    """The reason that is given, wherever it stands."""
    reasons = choose(plain, "details", "Moderation Reasons")
    if isinstance(reasons, list):
        return say(", ".join(map(str, reasons)))
    words = [choose(plain, "details", "error"), choose(plain, "error"), choose(plain, "result", "error")]
    return next((say(one) for one in words if one), "")


def refused(answer: Answer) -> Refusal:
    """What an error means."""
    message, status = detail(answer), answer.status
    if status in (401, 403):
        return Refusal("key", message, "Check the key: it is made at dashboard.bfl.ai.")
    if status == 402:
        return Refusal("credit", message, "Add credits at dashboard.bfl.ai.")
    if status == 429:
        return Refusal("busy", message)
    if status >= 500 or status in (408, 409):
        return Refusal("server", message, charged=None)
    if "moderat" in message.lower():
        return Refusal("blocked", message, "Its rules forbid it: change the words or the pictures.")
    return Refusal("gone" if status == 404 else "invalid", message)


def greet() -> Asking[str]:
    """The credit that is left: proves the key. The route is known from third parties."""
    answer = yield Call("GET", "/v1/credits")
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    left = number(answer.object(), "credits")
    return f"Black Forest Labs took the key; {left:,.6g} credits (${left * CREDIT:,.2f}) are left."


PROVIDER = Provider(
    name="bfl", file=FACTS / "bfl.toml", submit=submit, accepted=accepted, refused=refused, poll=poll, greet=greet,
)
