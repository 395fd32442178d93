"""Google's Gemini API: pictures, Omni films, and Veo films as long as they are to be had.

Source: google-genai 3.4.0 and 2.34.0. Nothing here was tried on the live service.
"""

from collections.abc import Generator, Mapping, Sequence

from ajar.remote import Answer, Asking, Call, Job, Order, Part, Provider, Refusal, State, Unreadable, choose, rows, say
from nodes.remote import FACTS, google_films, google_pictures

SPENT = ("PerDay", "depleted", "spending cap", "limit: 0")
"""A 429 that waiting for a moment will not cure speaks of one of these."""


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The paid call of a picture or a film. Google takes no name of ours for a job, so the nonce stays here."""
    if order.settings["route"] == "image":
        return google_pictures.call(order, parts)
    if order.settings["route"] == "veo":
        return google_films.predict(order, parts)
    return google_films.interact(order, parts)


def accepted(answer: Answer, order: Order) -> Job | State:
    """Pictures come at once; films are jobs."""
    if order.settings["route"] == "image":
        return google_pictures.read(answer, order)
    if order.settings["route"] == "veo":
        return google_films.operation_of(answer, order)
    return google_films.interaction_of(answer, order)


def refused(answer: Answer) -> Refusal:
    """``{error: {code, message, status}}``, or a list of one."""
    try:
        found = answer.json()
    except Unreadable:
        found = None
    error = choose(found[0] if isinstance(found, list) and found else found, "error", default={})
    message = say(choose(error, "message") or f"status {answer.status}")
    status, text = str(choose(error, "status", default="")), answer.body.decode("utf-8", "replace")
    if answer.status in (401, 403) or "API_KEY_INVALID" in text:
        return Refusal("key", message, "Look at the key, and at what its project may use, in Google AI Studio.")
    if answer.status == 429:
        if any(word in text for word in SPENT):
            return Refusal("credit", message, "The quota or credit of the project is used up: see Google AI Studio.")
        return Refusal("busy", message, "Wait a moment.")
    if answer.status >= 500 or answer.status == 408:
        return Refusal("server", message, "Look into Google AI Studio before ordering again.", charged=None)
    if answer.status == 404:
        return Refusal("invalid", message, "The model may be shut down: choose another one.")
    if status == "FAILED_PRECONDITION" and "bill" in message:
        return Refusal("credit", message, "Pictures and films need a project with billing.")
    if "usage guidelines" in message or "policies" in message or "violate" in message:
        return Refusal("blocked", message, "Change the prompt or the pictures.")
    return Refusal("invalid", message, "Change what Google complains about.")


def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    """The states of these jobs, one call each: Google has no list of them."""
    states: dict[str, State] = {}
    for job in jobs:
        veo = job.data.get("route") == "veo"
        answer = yield Call("GET", f"/v1beta/{job.id}" if veo else f"/v1beta/interactions/{job.id}")
        if google_films.unknown(answer):
            states[job.id] = State("gone", refused(answer).message)
        elif answer.ok:
            states[job.id] = (google_films.operation_state if veo else google_films.interaction_state)(answer, job)
    return states


def cancel(job: Job) -> Asking[bool]:
    """Stop an Omni film; Veo has no such thing."""
    if job.data.get("route") == "veo":
        return False
    answer = yield Call("POST", f"/v1beta/interactions/{job.id}/cancel", json={})
    return answer.ok


def models() -> Generator[Call, Answer, list[str]]:
    """The models this key may use."""
    answer = yield Call("GET", "/v1beta/models", query={"pageSize": "1000"})
    return [str(row.get("name", "")).removeprefix("models/") for row in rows(answer.object(), "models")]


def greet() -> Asking[str]:
    """Prove the key with the list of models; Google says nothing of the account."""
    answer = yield Call("GET", "/v1beta/models", query={"pageSize": "1"})
    if not answer.ok:
        raise Unreadable(refused(answer).message)
    return "The key is taken. Pictures and films need a project with billing."


PROVIDER = Provider(
    name="google", file=FACTS / "google.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    cancel=cancel, models=models, greet=greet,
)
