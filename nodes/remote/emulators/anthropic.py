"""Anthropic's Messages: whole, or as named server-sent events."""

import json
from typing import Any

from nodes.remote.emulators.chat import pieces, reply_words
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

FIELDS = {"model", "max_tokens", "messages", "system", "stream", "stop_sequences", "thinking", "metadata",
          "output_config", "service_tier"}
"""Of the official client 2.12.0; there is no temperature, top_p or top_k among them any more."""
VERSIONS = ("2026-10-21", "2023-06-01")
TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
         404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error"}
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")


class Anthropic(Emulator):
    """``/v1/messages`` and ``/v1/models``; the key as bearer, or as ``x-api-key``."""

    name = "anthropic"
    known = ("claude-large", "claude-small")
    breaks_off = False
    """Whether streams end in the midst of the answer, without an error."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("POST", "/v1/messages", self._message), ("GET", "/v1/models", self._models)]

    def authorise(self, seen: Seen) -> None:
        given = seen.headers.get("x-api-key") or seen.headers.get("authorization", "").removeprefix("Bearer ")
        if given != self.key:
            raise Problem(401, "invalid x-api-key")
        if seen.headers.get("anthropic-version") not in VERSIONS:
            raise Problem(400, "anthropic-version: header is required")

    def refuse(self, problem: Problem) -> Reply:
        kind = problem.code or TYPES.get(problem.status, "api_error")
        kind = "not_found_error" if kind == "not_found" else kind
        return Reply(problem.status, {"type": "error", "error": {"type": kind, "message": problem.message},
                                      "request_id": "req_emulated"})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text = {
            "busy": (429, "This request would exceed your organization's rate limit."),
            "key": (401, "invalid x-api-key"),
            "no_credit": (400, "Your credit balance is too low to access the Anthropic API."),
            "blocked": (400, "Output blocked by content filtering policy"),
        }.get(fault.kind, (500, "Internal server error"))
        return self.refuse(Problem(status, text))

    def _models(self, seen: Seen, names: dict[str, str]) -> Reply:
        rows = [{"type": "model", "id": one, "display_name": one, "created_at": "2026-01-01T00:00:00Z",
                 "lifecycle": "active"} for one in self.known]
        after = seen.query.get("after_id")
        rest = rows[[row["id"] for row in rows].index(after) + 1 :] if after else rows
        page = rest[: int(seen.query.get("limit", "20"))]
        return Reply(json={"data": page, "has_more": len(page) < len(rest), "first_id": page[0]["id"] if page else None,
                           "last_id": page[-1]["id"] if page else None})

    def _message(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = seen.json()
        check(body, self.known)
        return self.pay(seen, lambda job: self._answer(body, job), request=body)

    def _answer(self, body: dict[str, Any], job: Job) -> Reply:
        parts = [part for message in body["messages"] for part in _parts(message["content"])]
        said = " ".join(part["text"] for part in parts if part["type"] == "text")
        tokens = reply_words(said, sum(part["type"] == "image" for part in parts)).split(" ")
        most = body["max_tokens"]
        text = " ".join(tokens[:most])
        stop = "refusal" if job.has("blocked_result") else "max_tokens" if len(tokens) > most else "end_turn"
        usage = {"input_tokens": 7, "output_tokens": min(len(tokens), most)}
        message = {"id": job.id, "type": "message", "role": "assistant", "model": body["model"], "content": [],
                   "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 7, "output_tokens": 1}}
        if not body.get("stream"):
            content = [{"type": "text", "text": text}]
            return Reply(json={**message, "content": content, "stop_reason": stop, "usage": usage})
        return Reply(lines=_events(self._stream(message, text, stop, usage, job)))

    def _stream(self, message: dict[str, Any], text: str, stop: str, usage: dict[str, int],
                job: Job) -> list[dict[str, Any]]:
        start: list[dict[str, Any]] = [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "ping"},
        ]
        words = [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
                 for piece in pieces(text)]
        if self.breaks_off:
            return [*start, *words]
        if job.has("failed"):
            error = {"type": "error", "error": {"type": "api_error", "message": "The model crashed."}}
            return [*start, *words[:2], error]
        end: list[dict[str, Any]] = [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage},
            {"type": "message_stop"},
        ]
        return [*start, *words, *end]


def check(body: Any, known: tuple[str, ...]) -> None:
    """A Problem where a request is not one that the interface takes."""
    if not isinstance(body, dict):
        raise Problem(400, "The request body is not valid JSON")
    for name in body:
        if name not in FIELDS:
            raise Problem(400, f"{name}: Extra inputs are not permitted")
    if body.get("model") not in known:
        raise Problem(404, f"model: {body.get('model')}")
    most = body.get("max_tokens")
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise Problem(400, "max_tokens: Input should be greater than or equal to 1")
    if "system" in body and not isinstance(body["system"], str | list):
        raise Problem(400, "system: Input should be a valid string or list")
    if not isinstance(body.get("stream", False), bool):
        raise Problem(400, "stream: Input should be a valid boolean")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Problem(400, "messages: at least one message is required")
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            raise Problem(400, f"messages.{number}.role: Input should be 'user' or 'assistant'")
        _only(message, f"messages.{number}", "role", "content")
        for part in _parts(message.get("content")):
            _check_part(part, f"messages.{number}.content")


def _parts(content: Any) -> list[Any]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return content if isinstance(content, list) else [None]


def _only(found: Any, where: str, *names: str) -> None:
    """A Problem where it has other fields."""
    for name in found if isinstance(found, dict) else ():
        if name not in names:
            raise Problem(400, f"{where}.{name}: Extra inputs are not permitted")


def _check_part(part: Any, where: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    _only(part, where, "type", "cache_control", *(("text", "citations") if kind == "text" else ("source",)))
    if kind == "text":
        if not isinstance(part.get("text"), str) or not part["text"].strip():
            raise Problem(400, f"{where}: text content blocks must be non-empty")
        return
    source = part.get("source", {}) if kind == "image" else {}
    _only(source, f"{where}.source", "type", "media_type", "data")
    if source.get("type") != "base64" or source.get("media_type") not in PICTURES or not source.get("data"):
        raise Problem(400, f"{where}: Input tag not found using 'type'")


def _events(found: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(line for one in found for line in (f"event: {one['type']}", f"data: {json.dumps(one)}", ""))
