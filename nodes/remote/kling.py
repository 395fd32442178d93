"""Kling AI (Kuaishou): how its orders are phrased and its answers read. Films go the standard of 2026-07, where the
model is in the path and jobs are asked about together; pictures, lips, avatars and speech go the older ``/v1``.

An order's settings are ``path`` and ``body``; the media are put into the body by ``submit``. Source: the vendor's
pages as of 2026-09 (kling.ai/document-api). Nothing here was tried on the live service.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ajar.remote import Answer, Asking, Call, Job, Order, Part, Provider, State, Unreadable, choose, need, say
from nodes.remote import FACTS
from nodes.remote.kling_answers import accepted, newer_state, older_state, refused

NAMELESS = ("/v1/videos/identify-face", "/v1/audio/tts")
"""What answers at once and takes no ``external_task_id``: a lost answer can't be found again."""


# --- asking for something -------------------------------------------------------------------------------------------


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call: the order's body with the media and the client's own name for the job in it."""
    path = str(order.settings["path"])
    body: dict[str, Any] = json.loads(json.dumps(order.settings["body"]))
    if path.startswith("/v1/"):
        _place(body, parts)
        if path not in NAMELESS:
            body["external_task_id"] = nonce
    else:
        if parts:
            # The prompt comes first, then pictures, then what is named by an address or a number.
            place = sum(one["type"] == "prompt" for one in body["contents"])
            body["contents"][place:place] = _contents(parts)
        body["options"] = {"external_task_id": nonce}
    # Faces and speech are made before Kling answers.
    return Call("POST", path, json=body, seconds=180.0 if path in NAMELESS else 60.0)


def _contents(parts: Sequence[Part]) -> list[dict[str, str]]:
    """Pictures as the newer standard lists them. References are ``@image_1``, ``@image_2`` in the prompt."""
    found: list[dict[str, str]] = []
    for part in parts:
        one = {"type": "refer_image" if part.role == "reference" else part.role, "url": part.base64()}
        if part.role == "reference":
            one["id"] = f"image_{sum('id' in other for other in found) + 1}"
        found.append(one)
    return found


def _place(body: dict[str, Any], parts: Sequence[Part]) -> None:
    """Put media where the older standard wants them, as bare Base64."""
    for part in parts:
        if part.role == "sound" and "face_choose" in body:
            body["face_choose"][0]["sound_file"] = part.base64()
        elif part.role == "sound":
            body["sound_file"] = part.base64()
        elif part.role == "listed":
            body.setdefault("image_list", []).append({"image": part.base64()})
        else:
            body["image"] = part.base64()


# --- free questions -------------------------------------------------------------------------------------------------


def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    """The states of jobs: those of the newer standard with one question, the others one by one."""
    newer = [job for job in jobs if not _path(job).startswith("/v1/")]
    found = dict((yield from _together(newer))) if newer else {}
    for job in jobs:
        if _path(job).startswith("/v1/"):
            answer = yield Call("GET", f"{_path(job)}/{job.id}")
            if answer.ok:
                found[job.id] = _read(older_state, _data(answer, dict), _path(job))
            elif answer.status == 404:
                found[job.id] = GONE
    return found


def _together(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    """Jobs of the newer standard. What an answer about several leaves out is gone; what it does for an unknown
    number among them is not documented, so after a 404 each is asked about by itself."""
    answer = yield Call("GET", "/tasks", query={"task_ids": ",".join(job.id for job in jobs)})
    if answer.status == 404 and len(jobs) > 1:
        alone: dict[str, State] = {}
        for job in jobs:
            alone.update((yield from _together([job])))
        return alone
    if not answer.ok:
        return {job.id: GONE for job in jobs} if answer.status == 404 else {}
    tasks = {str(need(task, "id")): task for task in _data(answer, list)}
    return {job.id: _read(newer_state, tasks[job.id]) if job.id in tasks else GONE for job in jobs}


def _read(state: Callable[..., State], *about: Any) -> State:
    """One job's state; an answer about it that can't be read must not hide the others."""
    try:
        return state(*about)
    except Unreadable as error:
        return State("running", f"Kling's answer about this job can't be read: {error}", unheard=True)


GONE = State("gone", "Kling does not know this job any more.")


def lookup(nonce: str, order: Order) -> Asking[Job | None]:
    """The job of this name. Unreadable for what can't have a name: then nothing is known."""
    path = str(order.settings["path"])
    if path in NAMELESS:
        raise Unreadable("Kling gives no name to such an order, so it can't be asked for again")
    if path.startswith("/v1/"):
        answer = yield Call("GET", f"{path}/{nonce}")
        if _missing(answer):
            return None
        return Job(str(need(_data(answer, dict), "task_id")), data={"path": path})
    answer = yield Call("GET", "/tasks", query={"external_task_ids": nonce})
    if _missing(answer):
        return None
    ids = [str(need(task, "id")) for task in _data(answer, list) if choose(task, "external_id") == nonce]
    return Job(ids[0], data={"path": path}) if ids else None


def _missing(answer: Answer) -> bool:
    """Whether the answer is that there is no such job. Unreadable for any other error."""
    if not answer.ok and answer.status != 404:
        raise Unreadable(refused(answer).message)
    return answer.status == 404


def greet() -> Asking[str]:
    """A list of one picture job: free, and open to both kinds of keys."""
    answer = yield Call("GET", "/v1/images/generations", query={"pageNum": "1", "pageSize": "1"})
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    _data(answer, list)
    return "Kling took the key. Its credit is shown only in Kling's console."


def _path(job: Job) -> str:
    return str(job.data.get("path", ""))


def _data(answer: Answer, kind: type) -> Any:
    """``data`` of a good answer. Unreadable if it is an error in disguise, or not of this kind."""
    plain = answer.object()
    if choose(plain, "code", default=0) != 0:
        raise Unreadable(say(choose(plain, "message", default="Kling answered with an error.")))
    data = need(plain, "data")
    if not isinstance(data, kind):
        raise Unreadable("the data of the answer are not of the documented kind")
    return data


PROVIDER = Provider(
    name="kling", file=FACTS / "kling.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    lookup=lookup, greet=greet,
)
