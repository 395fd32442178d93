"""The language in which Gemini is asked for pictures: ``generateContent``, which answers with them at once.

Source: google-genai 3.4.0, its requests as they went over the wire and its lists of reasons.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from ajar.remote import Answer, Call, Cost, Made, Order, Part, State, Unreadable, choose, need, rows, say

BLOCKED = ("SAFETY", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT", "BLOCKLIST", "SPII",
           "RECITATION", "IMAGE_RECITATION", "MODEL_ARMOR", "ESCALATION", "PUP_LIMITED_DISABLED")
"""Why a picture is not given, and never will be. NO_IMAGE, IMAGE_OTHER and the like may be tried again."""
WAIT = 300.0
"""Seconds: a picture of 4K with thinking takes its time."""


def call(order: Order, parts: Sequence[Part]) -> Call:
    """Words and pictures in, one picture out. 1K and a shape after the input are the model's own, and left out."""
    settings = order.settings
    form = {name: value for name, value in (("aspectRatio", settings["shape"]), ("imageSize", settings["resolution"]))
            if value not in ("auto", "1K")}
    config: dict[str, Any] = {"responseModalities": ["IMAGE"]}
    if form:
        config["imageConfig"] = form
    said = [{"text": settings["prompt"]}] if settings["prompt"] else []
    shown = [{"inlineData": {"mimeType": part.type, "data": part.base64()}} for part in parts]
    return Call("POST", f"/v1/models/{order.model}:generateContent", seconds=WAIT, json={
        "contents": [{"role": "user", "parts": [*said, *shown]}], "generationConfig": config})


def read(answer: Answer, order: Order) -> State:
    """Done with the picture, blocked or failed. Unreadable where it is none of these."""
    found = answer.object()
    reason = choose(found, "promptFeedback", "blockReason")
    if reason:
        words = choose(found, "promptFeedback", "blockReasonMessage", default=reason)
        return State("blocked", say(f"The prompt was blocked: {words}"))
    candidate = need(found, "candidates", 0)
    pieces = [piece for piece in rows(candidate, "content", "parts") if not piece.get("thought")]
    files = tuple(_file(piece["inlineData"]) for piece in pieces if "inlineData" in piece)
    text = "".join(str(piece["text"]) for piece in pieces if piece.get("text"))
    finished = str(choose(candidate, "finishReason", default="none was given"))
    if files:
        data = {"model": choose(found, "modelVersion", default=order.model)}
        return State("done", files=files, text=text, data=data, cost=_cost(found, len(files)))
    why = say(choose(candidate, "finishMessage") or text or f"No picture was made (reason: {finished}).")
    return State("blocked" if finished in BLOCKED else "failed", why)


def _file(inline: Mapping[str, Any]) -> Made:
    try:
        data = base64.b64decode(need(inline, "data"), validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Unreadable("a picture of the answer is not Base64") from None
    return Made(str(choose(inline, "mimeType", default="image/*")), data=data)


def _cost(found: Mapping[str, Any], pictures: int) -> Cost:
    """Google counts tokens; the price rows are by the picture and its size."""
    tokens = choose(found, "usageMetadata", "candidatesTokenCount")
    note = f"{tokens:,} tokens" if isinstance(tokens, int) else ""
    return Cost(None, "computed", note, {"image": pictures})
