"""Stability AI: how its orders are phrased and its answers read.

Every order is a multipart form. Most routes answer at once with the bytes of a picture; two, and those of sound, name
a job whose result is asked for by its number. An order's settings are ``route``, ``fields`` and ``files``, the names
under which its media go in, in their order; ``results`` where the result comes later. Source: the vendor's OpenAPI
document as of 2026-09-22. Nothing here was tried on the live service.
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
    Upload,
    choose,
    need,
    number,
    say,
)
from nodes.remote import FACTS

PATIENCE = 300.0
"""Seconds; a route that answers at once says nothing until the picture is there."""
LISTED = Cost(None, "computed", "by the price list", {"call": 1.0})


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call. There is no place for a name of one's own, so the nonce is not sent."""
    fields: Mapping[str, str] = order.settings["fields"]
    files = [(name, Upload(part.name, part.type, part.read()))
             for name, part in zip(order.settings["files"], parts, strict=True)]
    accept = "audio/*" if order.modality == "audio" else "image/*"
    return Call("POST", f"/v2beta/{order.settings['route']}", form=(*fields.items(), *files),
                headers={"Accept": accept}, seconds=PATIENCE)


def accepted(answer: Answer, order: Order) -> Job | State:
    """The picture, or the job where it comes later. Unreadable if the answer is neither."""
    results = order.settings.get("results")
    if results:
        return Job(str(need(answer.object(), "id")), data={"results": str(results)})
    state = _made(answer)
    if state is None:
        raise Unreadable(f"the answer is no picture but {say(answer.type or 'nothing', 40)}")
    return state


def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    """The state of each job: 202 while it is worked on, then its bytes."""
    found = {}
    for job in jobs:
        answer = yield Call("GET", f"{job.data['results']}/{job.id}", headers={"Accept": "*/*"}, seconds=PATIENCE)
        state = _state(answer)
        if state is not None:
            found[job.id] = state
    return found


def _state(answer: Answer) -> State | None:
    """How far a job is; None where the answer is not about it."""
    if answer.status == 202:
        return State("running")
    if answer.ok:
        return _made(answer) or State("running", say(f"Stability AI answers {answer.type or 'nothing'}"), unheard=True)
    if answer.status == 404:
        return State("gone", "Stability AI does not know this job any more.")
    refusal = refused(answer)
    if refusal.kind == "blocked":
        return State("blocked", refusal.message, charged=False)
    return State("failed", refusal.message, charged=False) if refusal.kind == "invalid" else None


def _made(answer: Answer) -> State | None:
    """The picture or sound that an answer consists of; None where it is none, or a page or a message in disguise."""
    if answer.type.partition("/")[0] not in ("image", "audio") or answer.body.lstrip()[:1] in (b"", b"<", b"{"):
        return None
    if answer.headers.get("finish-reason") == "CONTENT_FILTERED":
        return State("blocked", "The result broke the rules of Stability AI and was blurred.")
    seed = answer.headers.get("seed", "")
    return State("done", files=(Made(answer.type, data=answer.body),), cost=LISTED,
                 data={"seed": int(seed)} if seed.isdecimal() else {})


def refused(answer: Answer) -> Refusal:
    """What an error means. Failures are not charged, it says; what is not said is whether 5xx came before the work."""
    name, message = _error(answer)
    status = answer.status
    if name == "content_moderation" or name in ("public_figure", "copyrighted_content"):
        return Refusal("blocked", message, "Its rules forbid it: change the words or the pictures.")
    if status in (401, 403):
        return Refusal("key", message, "Check the key: it is made at platform.stability.ai/account/keys.")
    if status == 402:
        return Refusal("credit", message, "Add credits at platform.stability.ai/account/credits.")
    if status == 429:
        return Refusal("busy", message)
    if status >= 500 or status in (408, 409):
        return Refusal("server", message, charged=None)
    return Refusal("gone" if status == 404 else "invalid", message)


def _error(answer: Answer) -> tuple[str, str]:
    """The name of an error, and what is wrong."""
    try:
        plain: dict[str, Any] = answer.object()
    except Unreadable:
        plain = {}
    errors = choose(plain, "errors", default=())
    words = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return str(choose(plain, "name", default="")), say(words or choose(plain, "name", default=f"HTTP {answer.status}"))


def greet() -> Asking[str]:
    """The credit that is left: proves the key."""
    answer = yield Call("GET", "/v1/user/balance")
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    left = number(answer.object(), "credits")
    return f"Stability AI took the key; {left:,.6g} credits (${left / 100:,.2f}) are left, as it says."


PROVIDER = Provider(
    name="stability", file=FACTS / "stability.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    greet=greet,
)
