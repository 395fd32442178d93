"""BytePlus ModelArk (ByteDance): how its orders are phrased and its answers read. Seedance makes films as tasks,
Seedream answers with the picture at once.

An order's settings are ``path`` and ``body``; the media are put into the body by ``submit``. Source: the fields of the
official client 3.0.63, an audit of the vendor's pages (2026-08) and a public mirror of one. Nothing here was tried on
the live service.
"""

import json
from collections.abc import Sequence
from typing import Any

from ajar.remote import Asking, Call, Job, Order, Part, Provider, State, Unreadable, choose, known, singly
from nodes.remote import FACTS
from nodes.remote.byteplus_answers import IMAGES, accepted, refused, state

TASKS = "/contents/generations/tasks"


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call: the order's body with its media in it, as data URIs. Ark takes no name for the job."""
    body: dict[str, Any] = json.loads(json.dumps(order.settings["body"]))
    path = str(order.settings["path"])
    if path == IMAGES:
        if parts:
            body["image"] = [part.data_uri() for part in parts]
        return Call("POST", path, json=body, seconds=600.0)
    # The words come first, then what is sent itself in its order (Image 1, Image 2), then what an address names.
    at = sum(one["type"] == "text" for one in body["content"])
    kinds = ["audio_url" if part.role == "reference_audio" else "image_url" for part in parts]
    body["content"][at:at] = [{"type": kind, kind: {"url": part.data_uri()}, "role": part.role}
                              for kind, part in zip(kinds, parts, strict=True)]
    return Call("POST", path, json=body, seconds=180.0)


@singly
def poll(job: Job) -> Asking[State | None]:
    answer = yield Call("GET", f"{TASKS}/{job.id}")
    return known(answer, "BytePlus", lambda: state(answer.object()))


def cancel(job: Job) -> Asking[bool]:
    """Take a task that still waits out of the queue. The same call on a finished one deletes it, so its status is
    asked first; a running one can't be stopped."""
    answer = yield Call("GET", f"{TASKS}/{job.id}")
    if not answer.ok or choose(answer.object(), "status") != "queued":
        return False
    answer = yield Call("DELETE", f"{TASKS}/{job.id}")
    return answer.ok


def greet() -> Asking[str]:
    """A list of one task: free."""
    answer = yield Call("GET", TASKS, query={"page_num": "1", "page_size": "1"})
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    answer.object()
    return "BytePlus took the key. Its balance is shown only in BytePlus's console."


PROVIDER = Provider(
    name="byteplus", file=FACTS / "byteplus.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    cancel=cancel, greet=greet,
)
