"""Chat completions as OpenAI, xAI and the servers that speak like them answer: whole, or as a stream of pieces."""

import json
from typing import Any

from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

FIELDS = {"model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "seed",
          "store"}
ROLES = ("system", "developer", "user", "assistant")


class Chat(Emulator):
    """``/v1/chat/completions`` and ``/v1/models`` with a bearer key."""

    name = "chat"
    plays = ("openai_text", "xai_text", "compatible")
    prefix = "/v1"
    known: tuple[str, ...] = ("words-large", "words-small")
    """The models there are."""
    breaks_off = False
    """Whether streams end in the midst of the answer, without an error."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("POST", "/v1/chat/completions", self._complete), ("GET", "/v1/models", self._models)]

    def refuse(self, problem: Problem) -> Reply:
        kind = {401: "authentication_error", 429: "requests", 503: "server_error"}
        return Reply(problem.status, {"error": {
            "message": problem.message, "type": kind.get(problem.status, "invalid_request_error"), "param": None,
            "code": problem.code or None,
        }})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text, code = {
            "busy": (429, "Rate limit reached for requests. Please try again later.", "rate_limit_exceeded"),
            "key": (401, "Incorrect API key provided.", "invalid_api_key"),
            "no_credit": (429, "You exceeded your current quota, please check your plan and billing details.",
                          "insufficient_quota"),
            "blocked": (400, "Your request was rejected by the safety system.", "moderation_blocked"),
        }.get(fault.kind, (503, "The server is overloaded.", ""))
        return self.refuse(Problem(status, text, code))

    def _models(self, seen: Seen, names: dict[str, str]) -> Reply:
        return Reply(json={"object": "list", "data": [
            {"id": one, "object": "model", "created": 1760000000, "owned_by": "emulator"} for one in self.known
        ]})

    def _complete(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = seen.json()
        check(body, self.known)
        return self.pay(seen, lambda job: self._answer(body, job), request=body)

    def _answer(self, body: dict[str, Any], job: Job) -> Reply:
        words = answer_to(body)
        most = body.get("max_completion_tokens", body.get("max_tokens"))
        tokens = words.split(" ")
        cut = most is not None and len(tokens) > most
        text = " ".join(tokens[:most] if cut else tokens)
        end = "content_filter" if job.has("blocked_result") else "length" if cut else "stop"
        count = len(text.split(" "))
        usage = {"prompt_tokens": 7, "completion_tokens": count, "total_tokens": 7 + count}
        if not body.get("stream"):
            if job.has("failed"):
                return self.refuse(Problem(500, "The model crashed."))
            return Reply(json=self._whole(body, job, text, end, usage))
        return self._streamed(body, job, text, end, usage)

    def _whole(self, body: dict[str, Any], job: Job, text: str, end: str, usage: dict[str, int]) -> dict[str, Any]:
        message = {"role": "assistant", "content": text, "refusal": None}
        return {"id": job.id, "object": "chat.completion", "created": 1760000000, "model": body["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": end, "logprobs": None}], "usage": usage}

    def _streamed(self, body: dict[str, Any], job: Job, text: str, end: str, usage: dict[str, int]) -> Reply:
        frame = {"id": job.id, "object": "chat.completion.chunk", "created": 1760000000, "model": body["model"]}

        def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
            return {**frame, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

        chunks = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": piece}) for piece in pieces(text))]
        if self.breaks_off:
            return Reply(lines=events(chunks))
        if job.has("failed"):
            error = {"message": "The model crashed.", "type": "server_error", "param": None, "code": None}
            return Reply(lines=events([*chunks, {"error": error}]))
        chunks.append(chunk({}, end))
        if (body.get("stream_options") or {}).get("include_usage"):
            chunks.append({**frame, "choices": [], "usage": usage})
        return Reply(lines=(*events(chunks), "data: [DONE]", ""))


class LocalChat(Chat):
    """A server on one's own machine: it looks at no key."""

    name = "local-chat"
    plays = ("ollama", "lmstudio", "vllm")

    def authorise(self, seen: Seen) -> None:
        """No key is needed; a dummy may come."""


def check(body: Any, known: tuple[str, ...]) -> None:
    """A Problem where a request is not one that the interface takes."""
    if not isinstance(body, dict):
        raise Problem(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in FIELDS:
            raise Problem(400, f"Unrecognized request argument supplied: {name}", "unknown_parameter")
    if body.get("model") not in known:
        raise Problem(404, f"The model `{body.get('model')}` does not exist or you do not have access to it.",
                      "model_not_found")
    _check_number(body, "temperature", 0, 2, whole=False)
    _check_number(body, "max_tokens", 1, 200_000)
    _check_number(body, "max_completion_tokens", 1, 200_000)
    _check_number(body, "seed", -(2**63), 2**63 - 1)
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise Problem(400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    if not isinstance(body.get("stream", False), bool):
        raise Problem(400, "Invalid type for 'stream'.", "invalid_type")
    _only(body.get("stream_options") or {}, "stream_options", include_usage=bool, include_obfuscation=bool)
    if "stream_options" in body and not body.get("stream"):
        raise Problem(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Problem(400, "Missing required parameter: 'messages'.", "missing_required_parameter")
    for number, message in enumerate(messages):
        _check_message(message, f"messages[{number}]")


def _check_number(body: dict[str, Any], name: str, low: float, high: float, *, whole: bool = True) -> None:
    value = body.get(name)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or (whole and isinstance(value, float)):
        raise Problem(400, f"Invalid type for '{name}'.", "invalid_type")
    if not low <= value <= high:
        raise Problem(400, f"Invalid '{name}': expected a value from {low} to {high}.", "invalid_value")


def _only(found: Any, where: str, **kinds: type) -> None:
    """A Problem where it has other fields, or of other kinds."""
    if not isinstance(found, dict):
        raise Problem(400, f"Invalid type for '{where}'.", "invalid_type")
    for name, value in found.items():
        if name not in kinds:
            raise Problem(400, f"Unknown parameter: '{where}.{name}'.", "unknown_parameter")
        if not isinstance(value, kinds[name]):
            raise Problem(400, f"Invalid type for '{where}.{name}'.", "invalid_type")


def _check_message(message: Any, where: str) -> None:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise Problem(400, f"Invalid value: '{where}.role'.", "invalid_value")
    _only(message, where, role=str, content=object, name=str)
    content = message.get("content")
    if isinstance(content, str):
        return
    if not isinstance(content, list) or not content:
        raise Problem(400, f"Invalid type for '{where}.content'.", "invalid_type")
    for part in content:
        _only(part, f"{where}.content", type=str, text=str, image_url=dict)
        _only(part.get("image_url", {}), f"{where}.content.image_url", url=str, detail=str)
        kind = part.get("type")
        if kind == "text" and isinstance(part.get("text"), str):
            continue
        url = part.get("image_url", {}).get("url") if kind == "image_url" else None
        if not isinstance(url, str) or not url.startswith("data:image/") or ";base64," not in url:
            raise Problem(400, f"Invalid value: '{where}.content'.", "invalid_value")


def answer_to(body: dict[str, Any]) -> str:
    """The same words for the same request."""
    said, pictures = "", 0
    for message in body["messages"]:
        content = message["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if message["role"] == "user":
            said = " ".join(part["text"] for part in parts if part["type"] == "text")
        pictures += sum(part["type"] == "image_url" for part in parts)
    return reply_words(said, pictures)


def reply_words(said: str, pictures: int) -> str:
    """What every language model in these plays says."""
    seen = f" I saw {pictures} picture{'s' if pictures > 1 else ''}." if pictures else ""
    return f"You said: {said}.{seen} A lighthouse stands in the evening light."


def pieces(text: str) -> list[str]:
    """A text in the pieces in which it is streamed."""
    words = text.split(" ")
    return [word if number == 0 else f" {word}" for number, word in enumerate(words)]


def events(chunks: list[dict[str, Any]]) -> tuple[str, ...]:
    """Server-sent events without names."""
    return tuple(line for one in chunks for line in (f"data: {json.dumps(one)}", ""))
