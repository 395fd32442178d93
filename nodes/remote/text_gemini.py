"""Gemini's generateContent for words: requests and the reading of answers. From google-genai 3.4.0 and its wire."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from ajar.remote import Answer, Asking, Call, Order, Part, Refusal, State, Unreadable, choose, say
from nodes.remote.text_reading import (
    WAIT,
    blocked,
    broken,
    by_status,
    counted,
    ended,
    error_of,
    listed,
    message_of,
    used,
)

BLOCKED = ("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII")


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    settings = order.settings
    pictures = [{"inlineData": {"mimeType": part.type, "data": part.base64()}} for part in parts]
    config: dict[str, Any] = {"maxOutputTokens": settings["most"]}
    config |= {name: settings[name] for name in ("temperature", "seed") if name in settings}
    body: dict[str, Any] = {"contents": [{"role": "user", "parts": [*pictures, {"text": settings["prompt"]}]}],
                            "generationConfig": config}
    if settings["system"]:
        body["systemInstruction"] = {"parts": [{"text": settings["system"]}]}
    model = quote(order.model.removeprefix("models/"), safe="")
    return Call("POST", f"/v1/models/{model}:streamGenerateContent", json=body, query={"alt": "sse"}, seconds=WAIT,
                stream=True)


def accepted(answer: Answer, order: Order) -> State:
    text, reason, block, cost = "", "", "", None
    for event in answer.events():
        if choose(event, "error") is not None:
            return broken(event["error"])
        text += _words(event)
        reason = choose(event, "candidates", 0, "finishReason", default=reason)
        block = choose(event, "promptFeedback", "blockReason", default=block)
        cost = used(choose(event, "usageMetadata", "promptTokenCount"), _tokens_out(event)) or cost
    if block:
        return blocked(f"the words or the picture were refused ({block})", cost)
    if not reason:
        raise Unreadable("the words broke off before their end")
    if reason in BLOCKED:
        return blocked(f"the answer was held back ({reason})", cost)
    return ended(text, reason, cut=reason == "MAX_TOKENS", cost=cost)


def refused(answer: Answer) -> Refusal:
    error = error_of(answer)
    words, status = message_of(error), error.get("status")
    if answer.status == 400 and ("API_KEY_INVALID" in str(error.get("details")) or "API key not valid" in words):
        return Refusal("key", say(words))
    if status == "FAILED_PRECONDITION" and "billing" in words.lower():
        return Refusal("credit", say(words))
    # A 429 may also be a whole day's quota, which waiting does not mend (the name of the quota: general knowledge).
    if answer.status == 429 and "PerDay" in str(error.get("details")):
        return Refusal("credit", say(words), "The day's quota is used up. Wait until tomorrow, or raise it.")
    return by_status(answer, error)


def piece(line: str) -> str:
    return _words(json.loads(line.removeprefix("data:")))


def models() -> Asking[list[str]]:
    """Those that write; the list also holds models that make only vectors."""
    found: list[str] = []
    query = {"pageSize": "1000"}
    while True:
        page = listed((yield Call("GET", "/v1/models", query=query)), "Google")
        found += [str(row["name"]).removeprefix("models/") for row in page.get("models") or ()
                  if "generateContent" in (row.get("supportedGenerationMethods") or ())]
        after = page.get("nextPageToken")
        if not after or query.get("pageToken") == after:
            return found
        query = {"pageSize": "1000", "pageToken": str(after)}


def greet() -> Asking[str]:
    return counted((yield from models()))


def _words(event: Any) -> str:
    parts = choose(event, "candidates", 0, "content", "parts", default=[])
    return "".join(choose(part, "text", default="") for part in parts if not choose(part, "thought", default=False))


def _tokens_out(event: Any) -> int | None:
    said = choose(event, "usageMetadata", "candidatesTokenCount")
    # Thoughts are counted apart, and are tokens all the same.
    return said + choose(event, "usageMetadata", "thoughtsTokenCount", default=0) if isinstance(said, int) else None
