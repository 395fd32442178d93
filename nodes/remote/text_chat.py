"""Chat completions, as OpenAI, xAI and most servers on one's own machine speak: requests and the reading of answers.

From the official client openai 3.54.0 and its wire. Of what follows only the client's own part is confirmed: the
servers that call themselves compatible differ in small things, so reading is lenient where it costs nothing.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ajar.remote import Answer, Asking, Call, Cost, Order, Part, Refusal, State, Unreadable, choose, say
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

BLOCKED = ("moderation_blocked", "content_policy_violation", "content_filter")
NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
THOUGHT = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)


@dataclass(frozen=True)
class Chat:
    """One dialect of it."""

    title: str
    most: str = "max_tokens"
    """How the limit is called: OpenAI's own service calls it ``max_completion_tokens`` now."""

    def submit(self, order: Order, parts: Sequence[Part], nonce: str) -> Call:
        settings = order.settings
        messages: list[dict[str, Any]] = []
        if settings["system"]:
            messages.append({"role": "system", "content": settings["system"]})
        content: Any = settings["prompt"]
        if parts:
            pictures = [{"type": "image_url", "image_url": {"url": part.data_uri()}} for part in parts]
            content = [*pictures, {"type": "text", "text": settings["prompt"]}]
        messages.append({"role": "user", "content": content})
        body: dict[str, Any] = {"model": order.model, "messages": messages, "stream": True,
                                "stream_options": {"include_usage": True}, self.most: settings["most"]}
        body |= {name: settings[name] for name in ("temperature", "seed") if name in settings}
        return Call("POST", "/chat/completions", json=body, seconds=WAIT, stream=True)

    def models(self) -> Asking[list[str]]:
        plain = listed((yield Call("GET", "/models")), self.title)
        return sorted(str(row["id"]) for row in plain.get("data") or () if isinstance(row, dict) and row.get("id"))

    def greet(self) -> Asking[str]:
        return counted((yield from self.models()))


def accepted(answer: Answer, order: Order) -> State:
    """The words of a stream, or of a whole answer from a server that does not stream."""
    if answer.type == "application/json":
        return _whole(answer.object())
    text, reason, refusal, cost = "", "", "", None
    for event in answer.events():
        if not isinstance(event, dict):
            raise Unreadable("an event of the answer is not an object")
        if event.get("error"):
            return broken(event["error"])
        text += choose(event, "choices", 0, "delta", "content", default="")
        refusal += choose(event, "choices", 0, "delta", "refusal", default="")
        reason = choose(event, "choices", 0, "finish_reason", default=reason)
        cost = _cost(event) or cost
    if not reason and b"[DONE]" not in answer.body:
        raise Unreadable("the words broke off before their end")
    return _read(text, reason, refusal, cost)


def refused(answer: Answer) -> Refusal:
    error = error_of(answer)
    code = str(error.get("code") or error.get("type") or "")
    words = message_of(error)
    if code in BLOCKED:
        return Refusal("blocked", say(words))
    if code in NO_CREDIT or "exceeded your current quota" in words:
        return Refusal("credit", say(words))
    return by_status(answer, error)


def piece(line: str) -> str:
    line = line.removeprefix("data:").strip()
    if line in ("", "[DONE]"):
        return ""
    return str(choose(json.loads(line), "choices", 0, "delta", "content", default=""))


def _whole(plain: dict[str, Any]) -> State:
    if plain.get("error"):
        return broken(plain["error"])
    if choose(plain, "choices", 0, "message") is None:
        raise Unreadable("the answer has no choices")
    message = plain["choices"][0]["message"]
    reason = choose(plain, "choices", 0, "finish_reason", default="")
    return _read(choose(message, "content", default=""), reason, choose(message, "refusal", default=""), _cost(plain))


def _read(text: str, reason: str, refusal: str, cost: Cost | None) -> State:
    if refusal or reason == "content_filter":
        return blocked(refusal or "its content filter stopped the answer", cost)
    # Servers that do not part a model's thoughts from its answer put them in front of it.
    return ended(THOUGHT.sub("", text), reason, cut=reason == "length", cost=cost)


def _cost(event: dict[str, Any]) -> Cost | None:
    return used(choose(event, "usage", "prompt_tokens"), choose(event, "usage", "completion_tokens"))
