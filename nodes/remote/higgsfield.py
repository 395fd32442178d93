"""Higgsfield: how its orders are phrased and its answers read. The model is the path.

An order's settings are ``body``; the media go into it as addresses, so they are uploaded before. Source: the wire of
the official client 0.2.0, Higgsfield's page on Soul 2, and what several projects quote of its other pages (2026-10).
Nothing here was tried on the live service.
"""

import json
from collections.abc import Sequence
from typing import Any

from ajar.remote import Asking, Call, Job, Order, Part, Provider, State, Unreadable, choose, known, need, singly
from nodes.remote import FACTS
from nodes.remote.higgsfield_answers import accepted, refused, state

NOBODY = "00000000-0000-0000-0000-000000000000"
"""A request that does not exist: asking about it is free and proves the key."""


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call. The same key again gives the same request: what Higgsfield calls an idempotent request."""
    body: dict[str, Any] = json.loads(json.dumps(order.settings["body"]))
    for part in parts:
        if part.role == "image_urls":
            body.setdefault("image_urls", []).append(part.ref)
        else:
            body[part.role] = part.ref
    path = order.model.strip("/")
    return Call("POST", f"/{path}", json=body, headers={"Idempotency-Key": nonce}, seconds=120.0)


def upload(part: Part) -> Asking[str]:
    """Put a file where Higgsfield finds it; its public address. The signed address gets no key."""
    answer = yield Call("POST", "/files/generate-upload-url", json={"content_type": part.type})
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    plain = answer.object()
    given = choose(plain, "upload_headers", default={"Content-Type": part.type})
    headers = {str(name): str(value) for name, value in given.items()}
    answer = yield Call("PUT", str(need(plain, "upload_url")), data=part.read(), headers=headers, auth=False,
                        seconds=600.0)
    if not answer.ok:
        raise Unreadable(f"Higgsfield did not take the file (HTTP {answer.status})")
    return str(need(plain, "public_url"))


@singly
def poll(job: Job) -> Asking[State | None]:
    answer = yield Call("GET", job.urls.get("poll", f"/requests/{job.id}/status"))
    return known(answer, "Higgsfield", lambda: state(answer.object()))


def cancel(job: Job) -> Asking[bool]:
    """Take back a request that still waits; one that runs can't be."""
    answer = yield Call("POST", job.urls.get("cancel", f"/requests/{job.id}/cancel"))
    return answer.ok


def greet() -> Asking[str]:
    """Ask about a request that nobody made: free. It is not known, unless the key is refused first."""
    answer = yield Call("GET", f"/requests/{NOBODY}/status")
    if not answer.ok and answer.status != 404:
        raise Unreadable(refused(answer).message)
    return "Higgsfield took the key. Its credit is shown only in Higgsfield's console."


PROVIDER = Provider(
    name="higgsfield", file=FACTS / "higgsfield.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    cancel=cancel, upload=upload, greet=greet,
)
