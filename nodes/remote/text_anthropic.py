"""Anthropic's Messages: requests and the reading of answers. From the official client anthropic 2.12.0 and its wire."""

import json
from collections.abc import Sequence
from typing import Any

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


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    settings = order.settings
    pictures = [{"type": "image", "source": {"type": "base64", "media_type": part.type, "data": part.base64()}}
                for part in parts]
    content = [*pictures, {"type": "text", "text": settings["prompt"]}]
    body: dict[str, Any] = {"model": order.model, "max_tokens": settings["most"], "stream": True,
                            "messages": [{"role": "user", "content": content}]}
    if settings["system"]:
        body["system"] = settings["system"]
    return Call("POST", "/v1/messages", json=body, seconds=WAIT, stream=True)


def accepted(answer: Answer, order: Order) -> State:
    text, reason, why = "", "", ""
    tokens_in = tokens_out = None
    for event in answer.events():
        kind = choose(event, "type")
        if kind == "error":
            return broken(choose(event, "error"))
        if kind == "message_start":
            tokens_in = choose(event, "message", "usage", "input_tokens")
        elif kind == "content_block_delta" and choose(event, "delta", "type") == "text_delta":
            text += choose(event, "delta", "text", default="")
        elif kind == "message_delta":
            reason = choose(event, "delta", "stop_reason", default=reason)
            why = choose(event, "delta", "stop_details", "explanation", default=why)
            tokens_in = choose(event, "usage", "input_tokens", default=tokens_in)
            tokens_out = choose(event, "usage", "output_tokens", default=tokens_out)
    if not reason:
        raise Unreadable("the words broke off before their end")
    cost = used(tokens_in, tokens_out)
    if reason == "refusal":
        return blocked(why or "the model refused to answer", cost)
    return ended(text, reason, cut=reason in ("max_tokens", "model_context_window_exceeded"), cost=cost)


def refused(answer: Answer) -> Refusal:
    error = error_of(answer)
    words = message_of(error)
    # Both come as invalid_request_error; nothing but their words tells them apart (general knowledge).
    if error.get("type") == "billing_error" or "credit balance is too low" in words:
        return Refusal("credit", say(words))
    if "content filtering policy" in words:
        return Refusal("blocked", say(words))
    return by_status(answer, error)


def piece(line: str) -> str:
    event = json.loads(line.removeprefix("data:"))
    return str(choose(event, "delta", "text", default="")) if choose(event, "delta", "type") == "text_delta" else ""


def models() -> Asking[list[str]]:
    found: list[str] = []
    query = {"limit": "1000"}
    while True:
        page = listed((yield Call("GET", "/v1/models", query=query)), "Anthropic")
        rows = [row for row in page.get("data") or () if isinstance(row, dict) and row.get("lifecycle") != "retired"]
        found += [str(row["id"]) for row in rows if row.get("id")]
        if not page.get("has_more") or not page.get("last_id") or query.get("after_id") == page["last_id"]:
            return found
        query = {"limit": "1000", "after_id": str(page["last_id"])}


def greet() -> Asking[str]:
    return counted((yield from models()))
