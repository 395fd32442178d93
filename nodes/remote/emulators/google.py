"""The Gemini API on loopback: pictures by generateContent, Omni films by Interactions, Veo films by operations.

Written from the wire of google-genai 3.4.0 (2.34.0 for Veo); error shapes: ``{error: {code, message, status}}``.
"""

import base64
import threading
from typing import Any

from nodes.remote.emulators import google_checks as checks
from nodes.remote.emulators import samples
from nodes.remote.emulators.google_checks import among, only
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

IMAGES = {
    "gemini-nano-banana-2.1": ("1K", "2K", "4K"), "gemini-3.1-flash-image": ("512", "1K", "2K", "4K"),
    "gemini-3.1-flash-lite-image": ("1K",), "gemini-3-pro-image": ("1K", "2K", "4K"), "gemini-2.5-flash-image": ("1K",),
}
OMNI = ("gemini-omni-1.1-flash", "gemini-omni-1.2-flash")
VEO = ("veo-3.1-generate-preview", "veo-3.1-fast-generate-preview", "veo-3.1-lite-generate-preview")
CODES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
         429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
VERSION = r"/(?P<version>v1|v1beta)"


class Google(Emulator):
    """Interactions stay in progress for ``job_seconds``; files need the key, as the real ones do."""

    name = "google"

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        super().__init__(key, job_seconds=job_seconds)
        self.files_at = ""
        """Where answers say that files lie; the SDK understands only the real host."""
        self._here = threading.local()

    def routes(self) -> list[tuple[str, str, Handler]]:
        model, interaction = r"/models/(?P<model>[\w.-]+)", r"/interactions/(?P<id>[\w.-]+)"
        return [
            ("GET", VERSION + "/models", self._models),
            ("POST", VERSION + model + ":generateContent", self._picture),
            ("POST", VERSION + "/interactions", self._interact),
            ("GET", VERSION + interaction, self._interaction),
            ("POST", VERSION + interaction + "/cancel", self._cancel),
            ("POST", VERSION + model + ":predictLongRunning", self._predict),
            ("GET", VERSION + model + r"/operations/(?P<id>[\w.-]+)", self._operation),
            ("GET", VERSION + r"/files/(?P<file>[\w.-]+):download", self._file),
        ]

    def authorise(self, seen: Seen) -> None:
        key = seen.headers.get("x-goog-api-key")
        if key is None:
            raise Problem(403, "Method doesn't allow unregistered callers (callers without established identity).")
        if key != self.key:
            raise Problem(400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")

    def refuse(self, problem: Problem) -> Reply:
        status = CODES.get(problem.status, "UNKNOWN")
        error: dict[str, Any] = {"code": problem.status, "message": problem.message, "status": status}
        if problem.code == "API_KEY_INVALID":
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": problem.code,
                                 "domain": "googleapis.com"}]
        if problem.code == "no_credit":
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [
                {"quotaId": "GenerateRequestsPerDayPerProjectPerModel", "quotaValue": "0"}]}]
        return Reply(problem.status, {"error": error})

    def fault_reply(self, fault: Fault) -> Reply:
        if fault.kind == "blocked":
            return self._blocked()
        words = {"busy": (429, "Resource has been exhausted (e.g. check quota)."),
                 "key": (403, "Your API key was reported as leaked. Please use another API key."),
                 "no_credit": (429, "You exceeded your current quota, please check your plan and billing details.")}
        status, text = words.get(fault.kind, (503, "The model is overloaded. Please try again later."))
        return self.refuse(Problem(status, text, fault.kind))

    def answer(self, seen: Seen) -> Reply:
        self._here.path = seen.path
        return super().answer(seen)

    def _blocked(self) -> Reply:
        """Moderation at submit has another form on each of the routes."""
        if self._here.path.endswith(":generateContent"):
            return Reply(json={"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata":
                               {"promptTokenCount": 8, "totalTokenCount": 8}, "modelVersion": "x", "responseId": "r"})
        return self.refuse(Problem(400, "The prompt could not be submitted. It may violate the usage guidelines."))

    def _models(self, seen: Seen, _: dict[str, str]) -> Reply:
        how = {**dict.fromkeys(IMAGES, "generateContent"), **dict.fromkeys(VEO, "predictLongRunning"),
               **dict.fromkeys(OMNI, "createInteraction")}
        return Reply(json={"models": [{"name": f"models/{one}", "supportedGenerationMethods": [way]}
                                      for one, way in how.items()]})

    # --- pictures ---------------------------------------------------------------------------------------------------

    def _picture(self, seen: Seen, found: dict[str, str]) -> Reply:
        model, body = found["model"], seen.json()
        if model not in IMAGES:
            raise Problem(404, f"models/{model} is not found for API version {found['version']}.")
        only(body, "contents", "generationConfig", "safetySettings", "systemInstruction", "tools", "toolConfig")
        prompt = " ".join(checks.part_of(part) for part in checks.content_of(body))
        config = body.get("generationConfig", {})
        only(config, "responseModalities", "imageConfig", "temperature", "topP", "topK", "candidateCount",
             "maxOutputTokens", "seed", "thinkingConfig", at="generation_config")
        for word in config.get("responseModalities", ()):
            among(word, ("TEXT", "IMAGE"), "response_modalities")
        image = config.get("imageConfig", {})
        only(image, "aspectRatio", "imageSize", "personGeneration", at="generation_config.image_config")
        newer = model in ("gemini-nano-banana-2.1", "gemini-3.1-flash-image")
        ratios = checks.RATIOS + (checks.LONG_RATIOS if newer else ())
        ratio = among(image.get("aspectRatio", "1:1"), ratios, "aspect_ratio")
        size = among(image.get("imageSize", "1K"), IMAGES[model], "image_size")
        return self.pay(seen, lambda job: self._painted(job, model, prompt, ratio, size), request=body)

    def _painted(self, job: Job, model: str, prompt: str, ratio: str, size: str) -> Reply:
        tokens = {"512": 747, "1K": 1120, "2K": 1680, "4K": 2520}[size]
        usage = {"promptTokenCount": 12, "candidatesTokenCount": tokens, "totalTokenCount": 12 + tokens,
                 "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": tokens}]}
        reason = "IMAGE_SAFETY" if job.has("blocked_result") else "NO_IMAGE" if job.has("failed") else "STOP"
        candidate: dict[str, Any] = {"finishReason": reason, "index": 0}
        if reason == "STOP":
            data = samples.picture(f"{model} {prompt} {size}", *checks.dimensions(ratio, 128 if size == "512" else 256))
            text = base64.b64encode(b"<!doctype html><p>Sign in" if job.struck("html") else data).decode()
            text = text[: len(text) // 8 * 4 + 1] if job.struck("truncated") else text
            candidate["content"] = {"role": "model", "parts": [
                {"text": "Here it is."}, {"inlineData": {"mimeType": "image/png", "data": text}}]}
        return Reply(json={"candidates": [candidate], "usageMetadata": usage, "modelVersion": model,
                           "responseId": job.id})

    # --- Omni films -------------------------------------------------------------------------------------------------

    def _interact(self, seen: Seen, found: dict[str, str]) -> Reply:
        body = seen.json()
        only(body, "model", "input", "background", "store", "response_format", "generation_config", "labels",
             "system_instruction", "previous_interaction_id", "service_tier", "safety_settings")
        if body.get("model") not in OMNI:
            raise Problem(404, f"Model {body.get('model')!r} was not found.")
        for name in ("background", "store"):
            if not isinstance(body.get(name, True), bool):
                raise Problem(400, f"Invalid value at '{name}' (TYPE_BOOL).")
        if body.get("background") and body.get("store") is False:
            raise Problem(400, "background requires store to be true.")
        form = body.get("response_format", {})
        only(form, "type", "aspect_ratio", "resolution", "duration", "delivery", at="response_format")
        among(form.get("type"), ("video",), "response_format.type")
        among(form.get("aspect_ratio", "16:9"), ("16:9", "9:16"), "aspect_ratio")
        among(form.get("resolution", "720p"), ("360p", "720p", "1080p", "4k"), "resolution")
        among(form.get("delivery", "uri"), ("inline", "uri"), "delivery")
        if not 3 <= checks.seconds_of(form.get("duration", "5s")) <= 10:
            raise Problem(400, "duration must be between 3s and 10s.")
        config = body.get("generation_config", {})
        only(config, "video_config", "seed", "temperature", "thinking_level", at="generation_config")
        only(config.get("video_config", {}), "task", at="generation_config.video_config")
        checks.check_task(config.get("video_config", {}).get("task"), checks.blocks_of(body.get("input")))
        return self.pay(seen, lambda job: Reply(json=self._state(job)), request=body)

    def _interaction(self, seen: Seen, found: dict[str, str]) -> Reply:
        if found["id"] not in self.jobs or self.jobs[found["id"]].has("forgotten"):
            raise Problem(400, "Invalid interaction name.")
        return Reply(json=self._state(self.job(found["id"]), asked=True))

    def _cancel(self, seen: Seen, found: dict[str, str]) -> Reply:
        job = self.jobs.get(found["id"])
        if job is None:
            raise Problem(400, "Invalid interaction name.")
        if self.done(job):
            raise Problem(400, "Only background interactions that are still running can be cancelled.")
        job.stopped = True
        return Reply(json=self._state(job))

    def _state(self, job: Job, asked: bool = False) -> dict[str, Any]:
        plain: dict[str, Any] = {"id": job.id, "model": job.request["model"], "status": "in_progress",
                                 "created": "2026-11-20T12:00:00Z", "updated": "2026-11-20T12:00:05Z", "steps": []}
        if job.stopped:
            return {**plain, "status": "cancelled"}
        if asked and job.struck("odd_status"):
            return {**plain, "status": "rehearsing"}
        if not self.done(job):
            return {**plain, "status": "in_progress" if job.seen else "queued"}
        if job.has("failed"):
            return {**plain, "status": "failed", "errors": [{"code": "internal", "message": "Generation failed."}]}
        if job.has("blocked_result"):
            words = {"type": "text", "text": "I can't make this video, as it may violate the policies."}
            return {**plain, "status": "completed", "steps": [{"type": "model_output", "content": [words]}],
                    "usage": {"total_tokens": 60, "output_tokens_by_modality": [{"modality": "text", "tokens": 20}]}}
        return {**plain, "status": "completed", **self._film_block(job)}

    def _film_block(self, job: Job) -> dict[str, Any]:
        form = job.request["response_format"]
        video: dict[str, Any] = {"type": "video", "mime_type": "video/mp4"}
        if form.get("delivery", "uri") == "inline":
            video["data"] = base64.b64encode(self._film(job)).decode()
        else:
            video["uri"] = self._address(job, found="v1beta")
        tokens = round(5792 * checks.seconds_of(form.get("duration", "5s")))
        thought = {"type": "thought", "signature": "c2ln"}
        return {"steps": [thought, {"type": "model_output", "content": [video]}],
                "usage": {"total_input_tokens": 30, "total_output_tokens": tokens, "total_tokens": tokens + 30,
                          "output_tokens_by_modality": [{"modality": "video", "tokens": tokens}]}}

    # --- Veo films --------------------------------------------------------------------------------------------------

    def _predict(self, seen: Seen, found: dict[str, str]) -> Reply:
        model, body = found["model"], seen.json()
        if model not in VEO:
            raise Problem(404, f"models/{model} is not found for API version {found['version']}.")
        only(body, "instances", "parameters")
        if not isinstance(body.get("instances"), list) or len(body["instances"]) != 1:
            raise Problem(400, "instances must hold exactly one instance.")
        checks.check_instance(body["instances"][0])
        checks.check_veo(model, body.get("parameters", {}))
        name = f"models/{model}/operations/"
        return self.pay(seen, lambda job: Reply(json={"name": name + job.id}), request=body)

    def _operation(self, seen: Seen, found: dict[str, str]) -> Reply:
        job, name = self.job(found["id"]), f"models/{found['model']}/operations/{found['id']}"
        if job.struck("odd_status") or not self.done(job):
            return Reply(json={"name": name})
        if job.has("failed"):
            return Reply(json={"name": name, "done": True, "error": {"code": 13, "message": "Internal error."}})
        result: dict[str, Any] = {"generatedSamples": [{"video": {"uri": self._address(job, found=found["version"])}}]}
        if job.has("blocked_result"):
            result = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["The video was filtered for safety."]}
        kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
        return Reply(json={"name": name, "done": True,
                           "response": {"@type": kind, "generateVideoResponse": result}})

    # --- files ------------------------------------------------------------------------------------------------------

    def _address(self, job: Job, found: str) -> str:
        # Real ones are small letters and digits; the SDK reads no others.
        name = f"{job.id.replace('-', '')}x{job.downloads}"
        return f"{self.files_at or self.url}/{found}/files/{name}:download?alt=media"

    def _file(self, seen: Seen, found: dict[str, str]) -> Reply:
        name, _, number = found["file"].partition("x")
        job = self.jobs.get(name.replace(self.name, self.name + "-"))
        if job is None or not number.isdigit() or seen.query.get("alt") != "media":
            raise Problem(404, f"File {found['file']} was not found.")
        return self.file(job, self._film(job), "video/mp4")

    def _film(self, job: Job) -> bytes:
        form = job.request.get("response_format") or job.request["parameters"]
        wide = (form.get("aspect_ratio") or form.get("aspectRatio", "16:9")) == "16:9"
        return samples.film(f"{job.id} {job.request}", 1.0, *((128, 72) if wide else (72, 128)), sound=True)

