"""What Kling's answers mean: accepted, refused, and how far a job is, in its newer and its older standard."""

from collections.abc import Mapping, Sequence
from typing import Any

from ajar.remote import Answer, Job, Made, Order, Refusal, State, Unreadable, choose, need, say
from nodes.remote.kling_costs import billed, deducted

WORDS_OF_MODERATION = ("risk control", "content security", "sensitive", "moderation", "policy")
"""A job that was blocked says ``failed``; only its message tells. The wording is not documented (UNVERIFIED)."""
CREDIT, BUSY, BLOCKED = (1100, 1101, 1102), (1302, 1303), (1300, 1301)
INVALID = (1103, 1200, 1201, 1202, 1203, 1304)


def accepted(answer: Answer, order: Order) -> Job | State:
    """The job, or the result where Kling answers at once. Unreadable if the answer says neither."""
    plain = answer.object()
    path = str(order.settings["path"])
    code = need(plain, "code")
    if code != 0:
        # An error with status 200 is not documented; those that say "not accepted" are believed all the same.
        if code not in (*CREDIT, *BUSY, *BLOCKED, *INVALID):
            raise Unreadable(f"the answer has the code {say(code, 20)}")
        return State("blocked" if code in BLOCKED else "failed", say(choose(plain, "message")), charged=False)
    if path == "/v1/videos/identify-face":
        return _faces(plain)
    if path == "/v1/audio/tts":
        return _spoken(plain)
    return Job(str(need(plain, "data", "task_id" if path.startswith("/v1/") else "id")), data={"path": path})


def _faces(plain: Mapping[str, Any]) -> State:
    data = need(plain, "data")
    faces = [{name: one.get(name) for name in ("face_id", "start_time", "end_time")}
             for one in choose(data, "face_data", default=())]
    return State("done", data={"session_id": str(need(data, "session_id")), "faces": faces},
                 cost=deducted(data, "video"))


def _spoken(plain: Mapping[str, Any]) -> State:
    state = older_state(need(plain, "data"), "/v1/audio/tts")
    if state.phase in ("queued", "running"):
        raise Unreadable("the speech is not there yet, and no way to ask for it is documented")
    return state


def newer_state(task: Mapping[str, Any]) -> State:
    """How far a job of the newer standard is."""
    status, note = need(task, "status"), say(choose(task, "message", default=""))
    cost = billed(choose(task, "billing", default=()))
    if status == "succeeded":
        outputs = [one for one in choose(task, "outputs", default=()) if choose(one, "type") == "video"]
        files = tuple(Made("video/mp4", url=str(need(one, "url")), role="video") for one in outputs)
        return State("done", files=files, data=_known(outputs), cost=cost)
    return _unfinished(status, note, charged=bool(cost and cost.usd) or None)


def older_state(task: Mapping[str, Any], path: str) -> State:
    """How far a job of the older standard is; ``path`` says of what kind its result is."""
    status, note = need(task, "task_status"), say(choose(task, "task_status_msg", default=""))
    kind = "image" if path.startswith("/v1/images/") else "audio" if path.startswith("/v1/audio/") else "video"
    cost = deducted(task, "image" if kind == "image" else "video")
    if status == "succeed":
        made = need(task, "task_result", {"image": "images", "audio": "audios", "video": "videos"}[kind])
        media = {"image": "image/*", "audio": "audio/*", "video": "video/mp4"}[kind]
        files = tuple(Made(media, url=str(need(one, "url")), role=kind) for one in made)
        return State("done", files=files, data=_known(made), cost=cost)
    return _unfinished(status, note, charged=bool(cost and cost.usd) or None)


def _unfinished(status: Any, note: str, charged: bool | None) -> State:
    if status == "failed":
        blocked = any(word in note.lower() for word in WORDS_OF_MODERATION)
        return State("blocked" if blocked else "failed", note, charged=charged)
    if status == "submitted":
        return State("queued", note)
    if status == "processing":
        return State("running", note)
    return State("running", say(f"Kling says: {status}"), unheard=True)


def _known(outputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The number of the first film or sound: lip sync takes it in place of an address, for 30 days."""
    return {"kling_id": str(outputs[0]["id"])} if outputs and choose(outputs[0], "id") else {}


def refused(answer: Answer) -> Refusal:
    """What an error means. Of two kinds of 429 one is "later", the other "pay first"."""
    try:
        plain = answer.object()
    except Unreadable:
        plain = {}
    code, message = choose(plain, "code", default=0), say(choose(plain, "message", default=f"HTTP {answer.status}"))
    if code in CREDIT:
        return Refusal("credit", message, "Look at your resource packages in Kling's console; video and pictures have "
                       "packages of their own.")
    if code in BUSY:
        return Refusal("busy", message)
    if code in BLOCKED:
        return Refusal("blocked", message, "Kling's rules forbid it: change the words or the pictures.")
    if answer.status == 401:
        return Refusal("key", message, "Check the key. A pair of access key and secret key does for pictures, lips, "
                       "avatars and speech only; for video make an API key in Kling's console.")
    if code == 1304:
        return Refusal("key", message, "Only certain addresses may use this account; change that in Kling's console.")
    if code in INVALID:
        hint = "Your account may not use this model; see Kling's console." if code == 1103 else ""
        return Refusal("invalid", message, hint)
    if answer.status == 429:
        return Refusal("busy", message)
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    return Refusal("gone" if answer.status == 404 else "invalid", message)
