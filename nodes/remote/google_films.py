"""The languages in which Google is asked for films: Interactions for Gemini Omni, and operations as Veo had them.

Source: google-genai 3.4.0 (Omni) and 2.34.0 (Veo), their requests as they went over the wire. Whether Veo still
answers a key is not known: Google's own client has dropped it.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from ajar.remote import Answer, Call, Cost, Job, Made, Order, Part, Phase, State, Unreadable, choose, need, rows, say

PHASES: dict[str, Phase] = {
    "queued": "queued", "in_progress": "running", "completed": "done", "failed": "failed", "incomplete": "failed",
    "budget_exceeded": "failed", "requires_action": "failed", "requires_continuation": "failed",
    "cancelled": "cancelled",
}
"""The states of an interaction; what asks for something more can't end in a film here, and is failed."""

TASKS = {"first_frame": "image_to_video", "reference": "reference_to_video", "video": "edit"}
"""What is to be done, by what comes first."""


# --- Omni -----------------------------------------------------------------------------------------------------------


def interact(order: Order, parts: Sequence[Part]) -> Call:
    """A job in the background: without it the call would answer only when the film is there."""
    settings = order.settings
    content: list[dict[str, str]] = [
        {"type": part.type.partition("/")[0], "data": part.base64(), "mime_type": part.type} for part in parts]
    content.append({"type": "text", "text": settings["prompt"]})
    form = {"type": "video", "delivery": "uri"}
    if "seconds" in settings:  # a film that is changed keeps its own length and shape
        form |= {"aspect_ratio": settings["shape"], "resolution": settings["resolution"],
                 "duration": f"{settings['seconds']}s"}
    return Call("POST", "/v1beta/interactions", seconds=120.0, json={
        "model": order.model, "background": True, "store": True,
        "input": [{"type": "user_input", "content": content}],
        "response_format": form,
        "generation_config": {"video_config": {"task": TASKS[parts[0].role] if parts else "text_to_video"}},
    })


def interaction_of(answer: Answer, order: Order) -> Job:
    return Job(str(need(answer.object(), "id")), data={"route": "omni", "seconds": order.settings.get("seconds")})


def interaction_state(answer: Answer, job: Job) -> State:
    """How far an interaction is. Completed without a film is how Google refuses one."""
    found = answer.object()
    status = str(need(found, "status"))
    phase = PHASES.get(status)
    if phase is None:
        return State("running", f'Google says "{say(status, 40)}", which is not documented.', unheard=True)
    if phase != "done":
        return State(phase, _trouble(found) or status if phase == "failed" else "")
    steps = [step for step in rows(found, "steps") if step.get("type") == "model_output"]
    blocks = [block for step in steps for block in rows(step, "content")]
    files = tuple(_film(block) for block in blocks if block.get("type") == "video")
    text = " ".join(str(block["text"]) for block in blocks if block.get("text"))
    if not files:
        return State("blocked", say(text or _trouble(found) or "Google made no film of it."))
    return State("done", files=files, text=text, cost=_cost(found, job))


def unknown(answer: Answer) -> bool:
    """Whether an answer says that there is no such job (any more): 404, or a 400 of its own for interactions."""
    return answer.status == 404 or (answer.status == 400 and b"Invalid interaction name" in answer.body)


def _film(block: dict[str, Any]) -> Made:
    """A film by its address, which needs the key, or as Base64."""
    kind = str(choose(block, "mime_type", default="video/mp4"))
    uri = choose(block, "uri")
    if uri:
        return Made(kind, url=whole(str(uri)), auth=True)
    try:
        return Made(kind, data=base64.b64decode(need(block, "data"), validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise Unreadable("the film of the answer is not Base64") from None


def whole(uri: str) -> str:
    """The address of the file itself; without ``alt=media`` it gives only what is known of it."""
    return uri if "alt=media" in uri else f"{uri}{'&' if '?' in uri else '?'}alt=media"


def _trouble(found: dict[str, Any]) -> str:
    """Why it failed: among the errors of the interaction, or at one of its steps."""
    words = [one.get("message") for one in rows(found, "errors")]
    words += [choose(step, "error", "message") for step in rows(found, "steps")]
    return say(" ".join(str(word) for word in words if word))


def _cost(found: dict[str, Any], job: Job) -> Cost:
    """Google counts tokens; the price rows are by the second. How a change of a film is paid for is not known."""
    tokens = choose(found, "usage", "total_output_tokens")
    note = f"{tokens:,} tokens" if isinstance(tokens, int) else ""
    seconds = choose(job.data, "seconds")
    return Cost(None, "computed", note, {"second": float(seconds)} if seconds else {})


# --- Veo ------------------------------------------------------------------------------------------------------------


def predict(order: Order, parts: Sequence[Part]) -> Call:
    """A long-running operation."""
    settings = order.settings
    instance: dict[str, Any] = {"prompt": settings["prompt"]}
    for part in parts:
        picture = {"bytesBase64Encoded": part.base64(), "mimeType": part.type}
        if part.role == "reference":
            instance.setdefault("referenceImages", []).append({"image": picture, "referenceType": "ASSET"})
        else:
            instance[{"first_frame": "image", "last_frame": "lastFrame"}[part.role]] = picture
    parameters = {"sampleCount": 1, "durationSeconds": settings["seconds"], "aspectRatio": settings["shape"],
                  "resolution": settings["resolution"]}
    if settings["negative"]:
        parameters["negativePrompt"] = settings["negative"]
    return Call("POST", f"/v1beta/models/{order.model}:predictLongRunning", seconds=120.0,
                json={"instances": [instance], "parameters": parameters})


def operation_of(answer: Answer, order: Order) -> Job:
    return Job(str(need(answer.object(), "name")), data={"route": "veo", "seconds": order.settings["seconds"]})


def operation_state(answer: Answer, job: Job) -> State:
    """How far an operation is: it has no states but done and not done."""
    found = answer.object()
    if not choose(found, "done"):
        return State("running")
    if choose(found, "error"):
        return State("failed", say(choose(found, "error", "message", default="no reason was given")))
    result = need(found, "response", "generateVideoResponse")
    uris = [choose(one, "video", "uri") for one in rows(result, "generatedSamples")]
    files = tuple(Made("video/mp4", url=whole(str(uri)), auth=True) for uri in uris if uri)
    if not files:
        reasons = choose(result, "raiMediaFilteredReasons")
        words = " ".join(map(str, reasons)) if isinstance(reasons, list) else ""
        return State("blocked", say(words or "Google made no film of it."))
    seconds = float(choose(job.data, "seconds", default=0))
    return State("done", files=files, cost=Cost(None, "computed", "", {"second": seconds}))
