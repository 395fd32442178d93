"""Runway: tasks of many makers' models under one key, and ephemeral uploads, as of 2026-11."""

import base64
import re
from typing import Any

from nodes.remote.emulators.runway_models import MODELS
from nodes.remote.emulators.samples import film, picture
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

VERSION = "2024-11-06"
INLINE = 5 * 2**20
DURATIONS = {"veo3.1": (4, 6, 8), "veo3.1_fast": (4, 6, 8), "kling2.5_turbo_pro": (5, 10), "gen4.5": range(2, 11),
             "gen4_turbo": range(2, 11), "gemini_omni_flash": range(3, 11), "gemini_omni_flash_1.1": range(3, 11)}
AUTO = ("seedance2", "seedance2_fast", "seedance2_mini", "seedance2_5", "gemini_omni_flash_1.1")
"""The models that take the duration ``auto``."""
CREDITS = {"gen4_turbo": 5, "gen4.5": 12, "aleph2": 15, "act_two": 5, "veo3.1": 20, "veo3.1_fast": 10, "seedance2": 36}
LOUD = {"veo3.1": 40, "veo3.1_fast": 15}
"""For a second of film, and for one with sound; 10 for the others. A picture costs 8."""
PROMPTS = {"gen4_turbo": 1000, "gen4.5": 1000, "veo3.1": 1000, "veo3.1_fast": 1000, "gen4_image": 1000,
           "gen4_image_turbo": 1000, "seedance2": 3500, "seedance2_fast": 3500, "seedance2_mini": 3500,
           "seedance2_5": 15000, "happyhorse_1_0": 2500, "gpt_image_2": 32000}
"""In UTF-16 code units."""
REFERENCES = {"gen4_image": 3, "gen4_image_turbo": 3, "gpt_image_2": 16, "gpt_image_2_5_flare": 16,
              "gpt_image_2_5_sunburst": 16, "gemini_image3_pro": 14, "gemini_image3.1_flash": 14, "nano_banana_2.1": 14,
              "gemini_image3.1_flash_lite": 14, "gemini_2.5_flash": 3, "muse_image": 10, "grok_imagine_image_2": 3,
              "bria_fibo_1_5": 1, "bria_fibo_edit_1_5": 4, "ideogram_4_0": 1, "ideogram_4_5": 5, "hailuo3": 9,
              "seedance2": 9, "seedance2_fast": 9, "seedance2_mini": 9, "seedance2_5": 30, "wan3": 10,
              "wan3_prime": 10, "kling_4": 10, "klingO3_4k": 7, "klingO3_pro": 7, "klingO3_standard": 7}
"""The most references, where the types say so."""
ENUMS = {"resolution": ("480p", "720p", "1080p", "768p", "2k"), "outputFormat": ("mp4", "mov", "png", "jpeg", "webp"),
         "quality": ("very_low", "low", "medium", "high", "xhigh", "max", "auto"), "outputCount": (1, 2, 3, 4),
         "background": ("transparent", "opaque", "auto"), "mode": ("reference", "extend", "edit"),
         "targetAspectRatio": ("16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "21:9"),
         "thinkingLevel": ("minimal", "medium", "high"), "promptExpansionMode": ("disabled", "balanced", "quality")}
TYPES = {"promptText": str, "negativePrompt": str, "seed": int, "audio": bool, "draft": bool, "edit": bool,
         "grounding": bool, "preciseEdit": bool, "bodyControl": bool, "expressionIntensity": int, "outputCount": int}
ROUTES = "image_to_video|text_to_video|video_to_video|text_to_image|character_performance"


class Runway(Emulator):
    """``/v1/<route>``, ``/v1/tasks``, ``/v1/uploads`` and ``/v1/organization``."""

    name = "runway"

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        super().__init__(key, job_seconds=job_seconds)
        self.uploads: dict[str, bytes] = {}
        """What was uploaded, by its ``runway://`` address; empty until the file has come."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        one = "/v1/tasks/(?P<id>[^/]+)"
        return [("POST", f"/v1/(?P<route>{ROUTES})", self._create), ("GET", one, self._ask),
                ("DELETE", one, self._delete), ("POST", "/v1/uploads", self._upload),
                ("POST", r"/files/upload/(?P<id>[\w-]+)", self._receive),
                ("GET", "/v1/organization", self._organization),
                ("GET", r"/files/(?P<id>[\w-]+)\.(?:mp4|png)", self._file)]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(401, "Your API key is invalid.")
        if seen.headers.get("x-runway-version") != VERSION:
            raise Problem(400, "The X-Runway-Version header is missing or names an unknown version.")

    def refuse(self, problem: Problem) -> Reply:
        return Reply(problem.status, {"error": problem.message})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text = {
            "busy": (429, "Too many requests. Please try again later."), "key": (401, "Your API key is invalid."),
            "no_credit": (400, "You do not have enough credits to run this task."),
            "blocked": (400, "Your prompt was rejected by our moderation."),
        }.get(fault.kind, (502, "Bad gateway"))
        return self.refuse(Problem(status, text))

    # --- tasks ------------------------------------------------------------------------------------------------------

    def _create(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = seen.json()
        self.check(names["route"], body)
        number = self._count + 1
        return self.pay(seen, lambda job: self._made(job, names["route"]), request=body,
                        id=f"17f20503-6c24-4c16-946b-{number:012d}")

    def _made(self, job: Job, route: str) -> Reply:
        job.data["route"] = route
        job.data["credits"] = _credits(route, job.request)
        return Reply(json={"id": job.id, "estimatedCost": {"credits": job.data["credits"]}})

    def _ask(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        status, credits_ = self._status(job), job.data["credits"]
        task: dict[str, Any] = {"id": job.id, "status": status, "createdAt": "2026-11-21T12:00:00.000Z"}
        if status == "SUCCEEDED":
            ending = "png" if job.data["route"] == "text_to_image" else "mp4"
            task |= {"output": [f"{self.url}/files/{job.id}.{ending}?_jwt=n{job.seen}"], "cost": {"credits": credits_}}
        elif status == "FAILED":
            hidden = job.has("blocked_result")
            task |= {"failure": "The output was flagged." if hidden else "An unexpected error occurred.",
                     "failureCode": "SAFETY.OUTPUT.VIDEO" if hidden else "INTERNAL.BAD_OUTPUT.CODE01",
                     "cost": {"credits": 0}}
        elif status == "CANCELLED":
            task["cost"] = {"credits": credits_ if job.charged else 0}
        else:
            task["estimatedCost"] = {"credits": credits_}
            if status == "RUNNING":
                task["progress"] = min(0.99, (self.now() - job.made) / max(self.job_seconds, 1e-9))
        return Reply(json=task)

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "CANCELLED"
        if job.struck("odd_status"):
            return "DREAMING"
        if self.done(job):
            return "FAILED" if job.has("failed") or job.has("blocked_result") else "SUCCEEDED"
        part = (self.now() - job.made) / self.job_seconds
        return "PENDING" if part < 0.15 else "THROTTLED" if part < 0.3 else "RUNNING"

    def _delete(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        status = self._status(job)
        if status in ("PENDING", "THROTTLED", "RUNNING"):
            job.stopped, job.charged = True, status == "RUNNING"
        else:
            job.faults.append(Fault("forgotten"))
        return Reply(204)

    def _file(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.jobs[names["id"]]
        width, height = _sides(str(job.request.get("ratio", "1280:720")))
        words = f"{job.request['model']} {job.request.get('promptText', '')}"
        if job.data["route"] == "text_to_image":
            return self.file(job, picture(words, width, height), "image/png")
        content = film(words, 1.0, width, height, sound=job.request.get("audio", False))
        return self.file(job, content, "video/mp4")

    # --- uploads, the account ---------------------------------------------------------------------------------------

    def _upload(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = seen.json()
        if set(body) != {"filename", "type"} or body["type"] != "ephemeral" or "." not in str(body["filename"]):
            raise Problem(400, "Validation of body failed")
        number = f"{len(self.uploads) + 1:04d}"
        self.uploads[f"runway://upload-{number}"] = b""
        return Reply(json={"uploadUrl": f"{self.url}/files/upload/{number}", "runwayUri": f"runway://upload-{number}",
                           "fields": {"key": f"ephemeral/{number}", "policy": "c2lnbmVk"}})

    def _receive(self, seen: Seen, names: dict[str, str]) -> Reply:
        if "authorization" in seen.headers:
            raise Problem(400, "Only one auth mechanism allowed")
        form = seen.form()
        given = {field.name: field.text for field in form if not field.filename}
        files = [field for field in form if field.filename]
        signed = {"key": f"ephemeral/{names['id']}", "policy": "c2lnbmVk"}
        if given != signed or [one.name for one in files] != ["file"]:
            raise Problem(403, "The form is not as it was signed")
        self.uploads[f"runway://upload-{names['id']}"] = files[0].content
        return Reply(204)

    def _organization(self, seen: Seen, names: dict[str, str]) -> Reply:
        limits = {"maxConcurrentGenerations": 2, "maxDailyGenerations": 50}
        return Reply(json={"creditBalance": 1234, "tier": {"maxMonthlyCreditSpend": 10000, "models": {
            "gen4_turbo": limits}}, "usage": {"models": {"gen4_turbo": {"dailyGenerations": 1}}}})

    # --- what is taken ----------------------------------------------------------------------------------------------

    def check(self, route: str, body: Any) -> None:
        """A Problem where a body is not as the official client's types say."""
        row = MODELS.get((route, str(body.get("model")))) if isinstance(body, dict) else None
        if row is None:
            raise Problem(400, "Validation of body failed: model")
        needed, more, ratios, places = row
        for name in needed.split():
            if name not in body:
                raise Problem(400, f"Validation of body failed: {name} is required")
        for name, value in body.items():
            if name not in ("model", *needed.split(), *more.split()) or not _fits(body["model"], name, value):
                raise Problem(400, f"Validation of body failed: {name}")
        allowed = ratios.split()
        if "ratio" in body and body["ratio"] not in allowed and not ("*" in allowed or not allowed):
            raise Problem(400, "Validation of body failed: ratio")
        text = body.get("promptText", " ")
        if not text or len(text.encode("utf-16-le")) // 2 > PROMPTS.get(body["model"], 10**9):
            raise Problem(400, "Validation of body failed: promptText")
        self._check_media(body, places)

    def _check_media(self, body: dict[str, Any], places: str) -> None:
        images = body.get("promptImage", [])
        images = [{"uri": images, "position": "first"}] if isinstance(images, str) else images
        given = [one.get("position", "plain") for one in images]
        if "promptImage" in body and (not given or given.count("first") > 1 or not set(given) <= set(places.split())
                                      or given == ["last"] or ("plain" in given and len(set(given)) > 1)):
            raise Problem(400, "Validation of body failed: promptImage")
        listed = [*body.get("references", []), *body.get("referenceImages", [])]
        if len(listed) > REFERENCES.get(body["model"], 99):
            raise Problem(400, "Validation of body failed: too many references")
        tags = [one["tag"] for one in listed if "tag" in one]
        if len(set(tags)) < len(tags) or not all(re.fullmatch(r"[A-Za-z]\w{2,15}", tag) for tag in tags):
            raise Problem(400, "Validation of body failed: tag")
        known = (("promptImage", images, {"uri", "position", "range"}), ("references", listed, {"uri", "tag", "type"}),
                 ("referenceVideos", body.get("referenceVideos", []), {"uri", "type", "tag"}),
                 ("referenceAudio", body.get("referenceAudio", []), {"uri", "type", "tag"}),
                 *((name, [body[name]], {"uri", "type"}) for name in ("character", "reference") if name in body))
        for name, ones, names in known:
            if any(not isinstance(one, dict) or set(one) - names for one in ones):
                raise Problem(400, f"Validation of body failed: {name}")
        for one in (*images, *listed, *body.get("referenceVideos", []), *body.get("referenceAudio", [])):
            self._check_uri(one.get("uri"))
        for name in ("videoUri", "promptVideo", "maskUri"):
            if name in body:
                self._check_uri(body[name])
        for name, kinds in (("character", ("image", "video")), ("reference", ("video",))):
            if name in body and body[name].get("type") not in kinds:
                raise Problem(400, f"Validation of body failed: {name}")
            if name in body:
                self._check_uri(body[name].get("uri"))

    def _check_uri(self, uri: Any) -> None:
        if isinstance(uri, str) and uri.startswith("runway://"):
            if not self.uploads.get(uri):
                raise Problem(400, "The upload does not exist or has expired.")
            return
        match = re.fullmatch(r"data:(?:image|video|audio)/[\w.+-]+;base64,([A-Za-z0-9+/]+=*)", str(uri))
        if match is not None and len(match[0]) <= INLINE and base64.b64decode(match[1]):
            return
        if not re.match(r"https://", str(uri)):
            raise Problem(400, "Validation of body failed: uri")


def _fits(model: str, name: str, value: Any) -> bool:
    if name == "duration":
        if value == "auto":
            return model in AUTO
        return isinstance(value, int) and value in DURATIONS.get(model, range(1, 61))
    if name in ENUMS:
        return value in ENUMS[name]
    if name == "seed":
        return isinstance(value, int) and 0 <= value < 2**32
    kind = TYPES.get(name, object)
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _credits(route: str, body: dict[str, Any]) -> int:
    if route == "text_to_image":
        return 8
    seconds = body.get("duration", 5)
    rates = {**CREDITS, **LOUD} if body.get("audio") else CREDITS
    return rates.get(body["model"], 10) * (seconds if isinstance(seconds, int) else 5)


def _sides(ratio: str) -> tuple[int, int]:
    """Even sides of at most 128 in a ratio; 16:9 for ``auto``."""
    match = re.fullmatch(r"(\d+):(\d+)", ratio)
    width, height = (int(match[1]), int(match[2])) if match else (16, 9)
    scale = 128 / max(width, height)
    return max(16, round(width * scale / 2) * 2), max(16, round(height * scale / 2) * 2)
