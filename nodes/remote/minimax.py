"""MiniMax: how its orders are phrased and its answers read. H3 goes the second version of its interface, Hailuo the
first, which says no with status 200 and gives films by a second question.

An order's settings are ``path`` and ``body``; the media are put into the body by ``submit``. Source: the vendor's pages
as stored in 2026-11, and notes of third parties. Nothing here was tried on the live service.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ajar.remote import Answer, Asking, Call, Job, Order, Part, Provider, State, Unreadable, choose, say, singly
from nodes.remote import FACTS
from nodes.remote.minimax_answers import accepted, h3_state, hailuo_state, number_of, refused

H3, HAILUO = "/v2/video_generation", "/v1/video_generation"
KINDS = {"image": "image_url", "video": "video_url", "audio": "audio_url"}
UNKNOWN = 2013
"""What MiniMax says of a task that it does not know: invalid params."""
GONE = State("gone", "MiniMax does not know this task any more.")


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call: the order's body with the media in it, as data URIs. MiniMax takes no name for the task."""
    body: dict[str, Any] = json.loads(json.dumps(order.settings["body"]))
    path = str(order.settings["path"])
    for part in parts:
        if path == HAILUO:
            body[f"{part.role}_image"] = part.data_uri()
        else:
            kind = KINDS[part.type.partition("/")[0]]
            body["content"].append({"type": kind, kind: {"url": part.data_uri()}, "role": part.role})
    # A film that is referred to goes along in the body, and may be long.
    return Call("POST", path, json=body, seconds=300.0 if parts else 60.0)


@singly
def poll(job: Job) -> Asking[State | None]:
    return (yield from (_hailuo(job) if choose(job.data, "path") == HAILUO else _h3(job)))


def _h3(job: Job) -> Asking[State | None]:
    answer = yield Call("GET", f"/v2/query/video_generation/{job.id}")
    if answer.ok:
        return h3_state(answer.object())
    return GONE if answer.status == 404 or number_of(answer) == UNKNOWN else None


def _hailuo(job: Job) -> Asking[State | None]:
    """A task of the first version; a finished one names a file, whose address is asked for."""
    answer = yield Call("GET", "/v1/query/video_generation", query={"task_id": job.id})
    if answer.status == 404 or (number_of(answer) == UNKNOWN and not choose(_plain(answer), "status")):
        return GONE
    state = hailuo_state(answer.object()) if answer.ok else None
    if state is None or state.phase != "done":
        return state
    answer = yield Call("GET", "/v1/files/retrieve", query={"file_id": str(state.data["file_id"])})
    if number_of(answer) == UNKNOWN:
        return State("gone", "MiniMax made the film and does not have it any more.", charged=True)
    address = choose(_plain(answer), "file", "download_url") if answer.ok else None
    return hailuo_state({"status": "Success", "file_id": state.data["file_id"], "url": address}) if address else None


def cancel(job: Job) -> Asking[bool]:
    """Take a task of H3 that still waits out of the queue. The same call on a finished one would delete it, so its
    status is asked first; a running one can't be stopped."""
    if choose(job.data, "path") == HAILUO:
        return False
    answer = yield Call("GET", f"/v2/query/video_generation/{job.id}")
    if not answer.ok or choose(answer.object(), "task", "status") != "queued":
        return False
    answer = yield Call("DELETE", f"{H3}/{job.id}")
    return answer.ok and number_of(answer) == 0


def greet() -> Asking[str]:
    """A list of one task: free."""
    answer = yield Call("GET", "/v2/query/video_generation", query={"page_num": "1", "page_size": "1"})
    if not answer.ok or number_of(answer):
        raise Unreadable(refused(answer).message)
    answer.object()
    return "MiniMax took the key. Its balance is shown only in MiniMax's console."


def _plain(answer: Answer) -> Mapping[str, Any]:
    try:
        return answer.object()
    except Unreadable as error:
        return {"unreadable": say(error)}


PROVIDER = Provider(
    name="minimax", file=FACTS / "minimax.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    cancel=cancel, greet=greet,
)
