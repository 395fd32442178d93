"""Gemini's generateContent for words: whole, or as server-sent events."""

import json
from typing import Any

from nodes.remote.emulators.chat import pieces, reply_words
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

FIELDS = {"contents", "systemInstruction", "generationConfig", "safetySettings"}
CONFIG = {"temperature", "maxOutputTokens", "seed", "topP", "topK", "stopSequences", "candidateCount",
          "responseMimeType", "thinkingConfig"}
STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
            429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


class GeminiText(Emulator):
    """``/v1/models`` and what is below it; the key in ``x-goog-api-key``."""

    name = "gemini-text"
    plays = ("google_text",)
    known = ("gemini-large", "gemini-small")
    breaks_off = False
    """Whether streams end in the midst of the answer, without an error."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/v1(?:beta)?/models", self._models),
            ("POST", "/v1(?:beta)?/models/(?P<model>[^/:]+):generateContent", self._whole),
            ("POST", "/v1(?:beta)?/models/(?P<model>[^/:]+):streamGenerateContent", self._streamed),
        ]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("x-goog-api-key") != self.key:
            raise Problem(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT")

    def refuse(self, problem: Problem) -> Reply:
        status = problem.code if problem.code.isupper() else STATUSES.get(problem.status, "UNKNOWN")
        details = []
        if "API key not valid" in problem.message:
            details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID",
                        "domain": "googleapis.com"}]
        error = {"code": problem.status, "message": problem.message, "status": status}
        return Reply(problem.status, {"error": {**error, "details": details} if details else error})

    def fault_reply(self, fault: Fault) -> Reply:
        if fault.kind == "blocked":  # not an error here: an answer without candidates
            return Reply(json={"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": "gemini"})
        status, text = {
            "busy": (429, "Resource has been exhausted (e.g. check quota)."),
            "key": (400, "API key not valid. Please pass a valid API key."),
            "no_credit": (400, "Billing account for project is not active; enable billing."),
        }.get(fault.kind, (503, "The model is overloaded. Please try again later."))
        code = "FAILED_PRECONDITION" if fault.kind == "no_credit" else ""
        return self.refuse(Problem(status, text, code))

    def _models(self, seen: Seen, names: dict[str, str]) -> Reply:
        rows = [{"name": f"models/{one}", "displayName": one, "supportedGenerationMethods": ["generateContent"]}
                for one in self.known]
        rows.append({"name": "models/picture-vectors", "displayName": "vectors",
                     "supportedGenerationMethods": ["embedContent"]})
        start, size = int(seen.query.get("pageToken", "0")), int(seen.query.get("pageSize", "50"))
        page: dict[str, Any] = {"models": rows[start : start + size]}
        if start + size < len(rows):
            page["nextPageToken"] = str(start + size)
        return Reply(json=page)

    def _whole(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = self._checked(seen, names["model"])
        return self.pay(seen, lambda job: Reply(json=self._chunks(body, job, names["model"], whole=True)[0]),
                        request=body)

    def _streamed(self, seen: Seen, names: dict[str, str]) -> Reply:
        if seen.query.get("alt") != "sse":
            raise Problem(400, "this stand-in streams with alt=sse only")
        body = self._checked(seen, names["model"])
        reply = self.pay(seen, lambda job: Reply(lines=_events(self._chunks(body, job, names["model"]))), request=body)
        return Reply(lines=_events([reply.json])) if reply.status == 200 and reply.json is not None else reply

    def _chunks(self, body: dict[str, Any], job: Job, model: str, *, whole: bool = False) -> list[dict[str, Any]]:
        parts = [part for content in body["contents"] for part in content["parts"]]
        said = " ".join(part["text"] for part in parts if "text" in part)
        tokens = reply_words(said, sum("inlineData" in part for part in parts)).split(" ")
        most = body.get("generationConfig", {}).get("maxOutputTokens", 65536)
        text = " ".join(tokens[:most])
        end = "MAX_TOKENS" if len(tokens) > most else "STOP"
        usage = {"promptTokenCount": 7, "candidatesTokenCount": min(len(tokens), most), "thoughtsTokenCount": 3,
                 "totalTokenCount": 10 + min(len(tokens), most)}
        frame = {"modelVersion": model, "responseId": job.id}

        def chunk(text: str, reason: str = "") -> dict[str, Any]:
            candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
            return {**frame, "candidates": [{**candidate, "finishReason": reason} if reason else candidate]}

        if job.has("blocked_result"):
            return [{**frame, "candidates": [{"finishReason": "SAFETY", "index": 0}], "usageMetadata": usage}]
        if job.has("failed"):
            return [chunk("You"), {"error": {"code": 500, "message": "The model crashed.", "status": "INTERNAL"}}]
        split = [text] if whole else pieces(text)
        found = [chunk(piece) for piece in split[:-1]]
        return found if self.breaks_off else [*found, {**chunk(split[-1], end), "usageMetadata": usage}]

    def _checked(self, seen: Seen, model: str) -> dict[str, Any]:
        body = seen.json()
        if model not in self.known:
            raise Problem(404, f"models/{model} is not found for API version v1.")
        if not isinstance(body, dict):
            raise Problem(400, "Invalid JSON payload received.")
        config = body.get("generationConfig", {})
        for name in [*(set(body) - FIELDS), *(set(config) - CONFIG)]:
            raise Problem(400, f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')
        _check_config(config)
        contents = body.get("contents")
        if not isinstance(contents, list) or not contents:
            raise Problem(400, "* GenerateContentRequest.contents: contents is not specified")
        for number, content in enumerate(contents):
            _only(content, f"contents[{number}]", "role", "parts")
            if content.get("role", "user") not in ("user", "model"):
                raise Problem(400, "Please use a valid role: user, model.")
        for content in [*contents, body.get("systemInstruction", {"parts": [{"text": ""}]})]:
            for part in content.get("parts") or [None]:
                _check_part(part)
        return body


def _check_config(config: dict[str, Any]) -> None:
    temperature, most, seed = config.get("temperature", 1), config.get("maxOutputTokens", 1), config.get("seed", 0)
    if not isinstance(temperature, int | float) or not 0 <= temperature <= 2:
        raise Problem(400, "* GenerateContentRequest.generation_config.temperature: must be in the range [0.0, 2.0].")
    if not isinstance(most, int) or most < 1:
        raise Problem(400, "max_output_tokens must be positive.")
    if not isinstance(seed, int) or not -(2**31) <= seed < 2**31:
        raise Problem(400, "Invalid value at 'generation_config.seed' (TYPE_INT32)")


def _only(found: Any, where: str, *names: str) -> None:
    """A Problem where it is no object or has other fields."""
    for name in found if isinstance(found, dict) else ("",):
        if name not in names:
            raise Problem(400, f'Invalid JSON payload received. Unknown name "{name}" at {where}: Cannot find field.')


def _check_part(part: Any) -> None:
    _only(part, "contents[0].parts[0]", "text", "inlineData")
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return
    inline = part.get("inlineData") if isinstance(part, dict) else None
    if isinstance(inline, dict):
        _only(inline, "contents[0].parts[0].inline_data", "mimeType", "mime_type", "data")
    # The official client writes mime_type inside inlineData; both spellings are the same field of the message.
    kind = inline.get("mimeType") or inline.get("mime_type") if isinstance(inline, dict) else None
    if not isinstance(inline, dict) or not inline.get("data") or not kind:
        raise Problem(400, "* GenerateContentRequest.contents.parts: contents.parts must not be empty.")


def _events(found: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(line for one in found for line in (f"data: {json.dumps(one)}", ""))
