"""OpenAI's images on loopback: generations (JSON) and edits (a form), answered at once with base64.

Written from the types of openai 3.54.0; errors are ``{error: {message, type, param, code}}``.
"""

import base64
import io
import re
from collections.abc import Mapping
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Emulator, Fault, Field, Handler, Job, Problem, Reply, Seen

OLD = ("gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest")
FREE_SIZES = ("gpt-image-2", "gpt-image-2.5-sunburst", "gpt-image-2.5-flare", "gpt-image-2.6-sunburst",
              "gpt-image-2.6-flare")
SIZES = ("auto", "1024x1024", "1536x1024", "1024x1536")
QUALITIES = ("low", "medium", "high", "auto")
MORE_QUALITIES = ("xhigh", "max")
FORMATS = ("png", "webp", "jpeg")
SHARED = ("model", "prompt", "n", "size", "quality", "background", "output_format", "output_compression",
          "partial_images", "stream", "complexity", "safety_identifier", "user")
GENERATE = (*SHARED, "moderation")
EDIT = (*SHARED, "input_fidelity", "image", "image[]", "mask", "markup")


class OpenAI(Emulator):
    """Whatever size was asked for, the picture has its shape and 256 pixels at its longer side."""

    name = "openai"
    prefix = "/v1"

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("GET", "/v1/models", self._models), ("POST", "/v1/images/generations", self._generate),
                ("POST", "/v1/images/edits", self._edit)]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(401, "Incorrect API key provided: te*****ey.", "invalid_api_key")

    def refuse(self, problem: Problem) -> Reply:
        kind = {429: "insufficient_quota" if problem.code == "insufficient_quota" else "requests",
                500: "server_error", 503: "server_error"}.get(problem.status, "invalid_request_error")
        if problem.code == "moderation_blocked":
            kind = "image_generation_user_error"
        param = re.search(r"'([\w\[\]]+)'", problem.message)
        return Reply(problem.status, {"error": {
            "message": problem.message, "type": kind, "param": param[1] if param and problem.status == 400 else None,
            "code": problem.code or None}})

    def fault_reply(self, fault: Fault) -> Reply:
        words = {
            "busy": (429, "Rate limit reached for images per minute. Please try again later.", "rate_limit_exceeded"),
            "key": (401, "Incorrect API key provided: te*****ey.", "invalid_api_key"),
            "no_credit": (429, "You exceeded your current quota, please check your plan and billing details.",
                          "insufficient_quota"),
            "blocked": (400, "Your request was rejected by the safety system.", "moderation_blocked"),
        }
        status, text, code = words.get(fault.kind, (500, "The server had an error while processing your request.", ""))
        return self.refuse(Problem(status, text, code))

    def _models(self, seen: Seen, _: dict[str, str]) -> Reply:
        return Reply(json={"object": "list", "data": [
            {"id": one, "object": "model", "created": 1, "owned_by": "openai"} for one in (*OLD, *FREE_SIZES)]})

    def _generate(self, seen: Seen, _: dict[str, str]) -> Reply:
        body = seen.json()
        if not isinstance(body, dict):
            raise Problem(400, "We could not parse the JSON body of your request.")
        _check(body, GENERATE)
        _choice(body, "moderation", ("low", "auto"))
        return self.pay(seen, lambda job: self._painted(job, body, 0), request=body)

    def _edit(self, seen: Seen, _: dict[str, str]) -> Reply:
        fields = seen.form()
        body = _plain(fields)
        _check(body, EDIT)
        fidelity = {"gpt-image-1.5": ("high", "low"), "gpt-image-1-mini": ("low",)}.get(str(body["model"]), ())
        _choice(body, "input_fidelity", fidelity)
        pictures = [one for one in fields if one.name in ("image", "image[]")]
        if not 1 <= len(pictures) <= 16:
            raise Problem(400, f"Invalid value: 'image' must hold 1 to 16 images, not {len(pictures)}.")
        sizes = [_size_of(one) for one in pictures]
        for mask in (one for one in fields if one.name == "mask"):
            if _size_of(mask, alpha=True) != sizes[0]:
                raise Problem(400, "Invalid mask image format - mask size does not match image size.", "invalid_image")
        return self.pay(seen, lambda job: self._painted(job, body, len(pictures)), request=body)

    def _painted(self, job: Job, body: Mapping[str, Any], pictures: int) -> Reply:
        if job.has("blocked_result"):
            return self.fault_reply(Fault("blocked"))
        size = "1024x1024" if body.get("size", "auto") == "auto" else str(body["size"])
        width, height = map(int, size.split("x"))
        scale = 256 / max(width, height)
        form = str(body.get("output_format", "png"))
        quality = "high" if body.get("quality", "auto") == "auto" else str(body["quality"])
        data = []
        for number in range(int(body.get("n", 1))):
            text, goal = f"{sorted(body.items())} {number}", (round(width * scale), round(height * scale))
            content = samples.picture(text, *goal) if form == "png" else samples.picture_as(text, form, *goal)
            content = b"<!doctype html><p>Sign in" if job.struck("html") else content
            coded = base64.b64encode(content).decode()
            data.append({"b64_json": coded[: len(coded) // 8 * 4 + 1] if job.struck("truncated") else coded})
        made = {"low": 200, "medium": 1767}.get(quality, 7033) * len(data)
        words, seen = 9, 1000 * pictures
        usage = {"input_tokens": words + seen, "input_tokens_details": {"text_tokens": words, "image_tokens": seen},
                 "output_tokens": made, "total_tokens": words + seen + made}
        background = "transparent" if body.get("background") == "transparent" else "opaque"
        return Reply(json={"created": 1763700000, "data": data, "output_format": form, "quality": quality,
                           "size": size, "background": background, "usage": usage})


def _plain(fields: list[Field]) -> dict[str, Any]:
    """The form's texts by name; numbers as numbers, files as a mark of their length."""
    found: dict[str, Any] = {}
    for one in fields:
        if one.name in found and one.name != "image[]":
            raise Problem(400, f"Duplicate parameter: '{one.name}'.")
        number = one.name in ("n", "output_compression", "partial_images") and one.text.isdigit()
        found[one.name] = f"<{len(one.content)} bytes>" if one.filename else int(one.text) if number else one.text
    return found


def _check(body: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in body:
        if name not in known:
            raise Problem(400, f"Unknown parameter: '{name}'.", "unknown_parameter")
    model, prompt = body.get("model"), body.get("prompt")
    if model not in OLD + FREE_SIZES:
        raise Problem(404, f"The model '{model}' does not exist or you do not have access to it.", "model_not_found")
    if not isinstance(prompt, str) or not prompt:
        raise Problem(400, "Missing required parameter: 'prompt'.", "missing_required_parameter")
    if len(prompt) > 32000:
        raise Problem(400, "Invalid 'prompt': string too long. Expected at most 32000.", "string_above_max_length")
    newest = str(model).startswith("gpt-image-2.")
    _choice(body, "quality", QUALITIES + (MORE_QUALITIES if newest else ()))
    _choice(body, "output_format", FORMATS)
    _choice(body, "background", ("transparent", "opaque", "auto"))
    if body.get("background") == "transparent" and body.get("output_format", "png") == "jpeg":
        raise Problem(400, "Transparent 'background' needs png or webp.", "invalid_value")
    for name, low, high in (("n", 1, 10), ("output_compression", 0, 100), ("partial_images", 0, 3)):
        value = body.get(name, low)
        if not isinstance(value, int) or not low <= value <= high:
            raise Problem(400, f"Invalid '{name}': expected an integer from {low} to {high}.", "invalid_type")
    _check_size(str(model), body.get("size", "auto"))


def _check_size(model: str, size: Any) -> None:
    if size in SIZES:
        return
    found = re.fullmatch(r"(\d+)x(\d+)", str(size))
    if model in OLD or not found:
        raise Problem(400, f"Invalid value: '{size}'. Supported values are: {', '.join(SIZES)}.", "invalid_value")
    wide, high = int(found[1]), int(found[2])
    if wide % 16 or high % 16 or not 1 / 3 <= wide / high <= 3 or max(wide, high) > 3840 or min(wide, high) > 2160:
        raise Problem(400, f"Invalid size '{size}'.", "invalid_value")


def _choice(body: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> None:
    if name in body and body[name] not in choices:
        raise Problem(400, f"Invalid value: '{name}' must be one of {', '.join(choices) or 'none'}.", "invalid_value")


def _size_of(field: Field, alpha: bool = False) -> tuple[int, int]:
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(field.content)) as picture:
            picture.load()
    except Exception:
        raise Problem(400, f"Invalid image file for '{field.name}'.", "invalid_image_file") from None
    if picture.format not in (["PNG"] if alpha else ["PNG", "WEBP", "JPEG"]):
        raise Problem(400, f"Unsupported mimetype for '{field.name}': {field.type}.", "unsupported_file_mimetype")
    if alpha and (picture.mode != "RGBA" or 0 not in picture.getchannel("A").tobytes()):
        raise Problem(400, "Invalid mask image format - it has no transparent areas.", "invalid_image")
    return picture.size
