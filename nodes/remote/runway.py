"""Runway: how its orders are phrased and its answers read. One route for each kind of work, one task for each order.

An order's settings are ``route`` and ``body``; the media are put into the body by ``submit``, under the wire's own
names, which are the roles of the parts. Source: the types of the official client 5.24.0 and its recorded wire.
Nothing here was tried on the live service.
"""

import json
from collections.abc import Sequence
from typing import Any

from ajar.remote import Asking, Call, Job, Order, Part, Provider, State, Unreadable, Upload, choose, known, need, singly
from nodes.remote import FACTS
from nodes.remote.runway_answers import accepted, refused, state

LISTED = ("references", "referenceImages")
STOPPABLE = ("PENDING", "THROTTLED", "RUNNING")


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call: the order's body with its media. Runway takes no name for the task."""
    body: dict[str, Any] = json.loads(json.dumps(order.settings["body"]))
    for part in parts:
        _place(body, part, tags=bool(order.settings.get("tags")))
    return Call("POST", f"/v1/{order.settings['route']}", json=body, seconds=180.0)


def _place(body: dict[str, Any], part: Part, *, tags: bool) -> None:
    uri = part.ref or part.data_uri()
    if part.role in ("first", "last"):
        body.setdefault("promptImage", []).append({"uri": uri, "position": part.role})
    elif part.role in LISTED:
        found = body.setdefault(part.role, [])
        found.append({"uri": uri, "tag": f"image{len(found) + 1}"} if tags else {"uri": uri})
    elif part.role in ("character", "reference"):
        body[part.role] = {"type": part.type.partition("/")[0], "uri": uri}
    else:
        body[part.role] = uri


def upload(part: Part) -> Asking[str]:
    """Put a file where Runway finds it for a while; ``runway://...``. The second address is signed and gets no key."""
    answer = yield Call("POST", "/v1/uploads", json={"filename": part.name, "type": "ephemeral"})
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    plain = answer.object()
    fields = need(plain, "fields")
    form: list[tuple[str, str | Upload]] = [(name, str(fields[name])) for name in fields]
    form.append(("file", Upload(part.name, part.type, part.read())))
    answer = yield Call("POST", str(need(plain, "uploadUrl")), form=tuple(form), auth=False, seconds=600.0)
    if not answer.ok:
        raise Unreadable(f"Runway did not take the file (HTTP {answer.status})")
    return str(need(plain, "runwayUri"))


@singly
def poll(job: Job) -> Asking[State | None]:
    answer = yield Call("GET", f"/v1/tasks/{job.id}")
    return known(answer, "Runway", lambda: state(answer.object(), str(job.data.get("kind", "video"))))


def cancel(job: Job) -> Asking[bool]:
    """Stop a task. The same call on a finished one deletes its result, so its status is asked first."""
    answer = yield Call("GET", f"/v1/tasks/{job.id}")
    if not answer.ok or choose(answer.object(), "status") not in STOPPABLE:
        return False
    answer = yield Call("DELETE", f"/v1/tasks/{job.id}")
    return answer.ok


def greet() -> Asking[str]:
    """The account's credit: free."""
    answer = yield Call("GET", "/v1/organization")
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    return f"Runway took the key. The account has {need(answer.object(), 'creditBalance'):,} credits."


PROVIDER = Provider(
    name="runway", file=FACTS / "runway.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    cancel=cancel, upload=upload, greet=greet,
)
