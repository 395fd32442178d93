"""BytePlus ModelArk: Seedance films as tasks, Seedream pictures at once, as of 2026-08."""

import base64
import re
from typing import Any

from nodes.remote.emulators.samples import film, picture
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

WIDE = ("480p", "720p", "1080p")
VIDEO: dict[str, tuple[tuple[str, ...], int, int, tuple[int, int, int]]] = {
    "dreamina-seedance-2-5-260628": (WIDE, 4, 30, (30, 10, 10)),
    "dreamina-seedance-2-0-260128": ((*WIDE, "4k"), 4, 15, (9, 3, 3)),
    "dreamina-seedance-2-0-fast-260128": (("480p", "720p"), 4, 15, (9, 3, 3)),
    "dreamina-seedance-2-0-mini-260615": (("480p", "720p"), 4, 15, (9, 3, 3)),
    "seedance-1-5-pro-251215": (WIDE, 4, 12, (0, 0, 0)),
    "seedance-1-0-pro-250528": (WIDE, 2, 12, (0, 0, 0)),
    "seedance-1-0-pro-fast-251015": (WIDE, 2, 12, (0, 0, 0)),
}
"""Resolutions, seconds from and to, and how many pictures, films and sounds a model refers to."""
NO_LAST = ("seedance-1-0-pro-fast-251015",)
IMAGES = ("dola-seedream-5-0-pro-260628", "seedream-5-0-lite-260128", "seedream-4-5-251128", "seedream-4-0-250828")
RATIOS = {"16:9": (128, 72), "4:3": (96, 72), "1:1": (96, 96), "3:4": (72, 96), "9:16": (72, 128), "21:9": (168, 72)}
PIXELS = {"480p": 864 * 496, "720p": 1280 * 720, "1080p": 1920 * 1080, "4k": 3840 * 2160}
TASK: dict[str, type] = {
    "model": str, "content": list, "resolution": str, "ratio": str, "duration": int, "generate_audio": bool,
    "seed": int, "watermark": bool, "return_last_frame": bool, "callback_url": str, "service_tier": str,
    "execution_expires_after": int, "priority": int, "draft": bool, "camera_fixed": bool, "frames": int,
    "output_format": str, "omni_reference_task_type": str, "safety_identifier": str,
}
PICTURE: dict[str, type] = {
    "model": str, "prompt": str, "image": object, "size": str, "seed": int, "guidance_scale": float,
    "response_format": str, "watermark": bool, "sequential_image_generation": str,
    "sequential_image_generation_options": dict, "output_format": str, "optimize_prompt_options": dict,
    "tools": list, "layer_decomposition": bool, "stream": bool,
}
ROLES = {"image_url": ("first_frame", "last_frame", "reference_image"), "video_url": ("reference_video",),
         "audio_url": ("reference_audio",)}


class BytePlus(Emulator):
    """``/contents/generations/tasks`` and ``/images/generations`` below ``/api/v3``."""

    name = "byteplus"
    prefix = "/api/v3"

    def routes(self) -> list[tuple[str, str, Handler]]:
        tasks = "/api/v3/contents/generations/tasks"
        one = tasks + "/(?P<id>[^/]+)"
        return [("POST", tasks, self._create), ("GET", tasks, self._list), ("GET", one, self._ask),
                ("DELETE", one, self._delete), ("POST", "/api/v3/images/generations", self._paint),
                ("GET", r"/files/(?P<id>[\w-]+)\.mp4", self._film),
                ("GET", r"/files/(?P<id>[\w-]+)\.jpeg", self._still)]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(401, "The API key in the request is missing or invalid.", "AuthenticationError")

    def refuse(self, problem: Problem) -> Reply:
        kind = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 429: "TooManyRequests"}
        return Reply(problem.status, {"error": {
            "code": problem.code or "InvalidParameter", "message": problem.message, "param": "",
            "type": kind.get(problem.status, "BadRequest" if problem.status < 500 else "InternalServerError")}})

    def fault_reply(self, fault: Fault) -> Reply:
        status, code, text = {
            "busy": (429, "AccountRateLimitExceeded", "Requests have exceeded the RPM limit of your account."),
            "key": (401, "AuthenticationError", "The API key in the request is missing or invalid."),
            "no_credit": (403, "AccountOverdueError", "The request failed as your account is overdue."),
            "blocked": (400, "InputTextSensitiveContentDetected",
                        "The request failed because the input text may contain sensitive information."),
        }.get(fault.kind, (500, "InternalServiceError", "The service encountered an unexpected internal error."))
        return self.refuse(Problem(status, text, code))

    # --- films ------------------------------------------------------------------------------------------------------

    def _create(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = check_task(seen.json())
        number = self._count + 1
        return self.pay(seen, lambda job: Reply(json={"id": job.id}), request=body, id=f"cgt-20261121-{number:05d}")

    def _list(self, seen: Seen, names: dict[str, str]) -> Reply:
        for name in seen.query:
            if name not in ("page_num", "page_size", "filter.status", "filter.model", "filter.task_ids"):
                raise Problem(400, f"The parameter `{name}` is not valid.")
        size = int(seen.query.get("page_size", "10"))
        found = [self._task(job) for job in self.jobs.values() if job.id.startswith("cgt-")]
        return Reply(json={"total": len(found), "items": found[:size]})

    def _ask(self, seen: Seen, names: dict[str, str]) -> Reply:
        return Reply(json=self._task(self.job(names["id"])))

    def job(self, id: str) -> Job:
        try:
            return super().job(id)
        except Problem as problem:
            problem.code = "ResourceNotFound" if problem.status == 404 else "InternalServiceError"
            raise

    def _task(self, job: Job) -> dict[str, Any]:
        asked = job.request
        seconds, resolution = asked.get("duration", 5), asked.get("resolution", "720p")
        task = {"id": job.id, "model": asked["model"], "status": self._status(job), "error": None,
                "created_at": 1795000000, "updated_at": 1795000060, "service_tier": "default",
                "execution_expires_after": 172800}
        if task["status"] == "failed":
            hidden = job.has("blocked_result")
            code = "OutputVideoSensitiveContentDetected" if hidden else "InternalServiceError"
            task["error"] = {"code": code, "message": "The request failed because the output video may contain "
                             "sensitive information." if hidden else "The model crashed."}
        elif task["status"] == "succeeded":
            tokens = (seconds * 24 + 1) * PIXELS[resolution] // 1024
            task |= {"content": {"video_url": f"{self.url}/files/{job.id}.mp4?X-Tos-Expires=86400&n={job.seen}"},
                     "usage": {"completion_tokens": tokens, "total_tokens": tokens}, "resolution": resolution,
                     "seed": asked["seed"] if asked.get("seed", -1) >= 0 else 77, "duration": seconds,
                     "ratio": _ratio(asked), "framespersecond": 24,
                     "generate_audio": asked.get("generate_audio", True), "draft": False}
        return task

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "cancelled"
        if job.struck("odd_status"):
            return "archiving"
        if not self.done(job):
            return "queued" if self.now() - job.made < self.job_seconds / 3 else "running"
        return "failed" if job.has("failed") or job.has("blocked_result") else "succeeded"

    def _delete(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        status = self._status(job)
        if status == "running":
            raise Problem(409, "A running task can't be deleted.", "OperationDenied")
        if status == "queued":
            job.stopped, job.charged = True, False
        else:
            job.faults.append(Fault("forgotten"))  # its record is gone; it was paid for all the same
        return Reply(json={})

    def _film(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.jobs[names["id"]]
        width, height = RATIOS[_ratio(job.request)]
        content = film(job.request["model"] + text_of(job.request), 1.0, width, height,
                       sound=job.request.get("generate_audio", True))
        return self.file(job, content, "video/mp4")

    # --- pictures ---------------------------------------------------------------------------------------------------

    def _paint(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = check_picture(seen.json())
        return self.pay(seen, lambda job: self._painted(body, job), request=body)

    def _painted(self, body: dict[str, Any], job: Job) -> Reply:
        frame = {"model": body["model"], "created": 1795000000}
        if job.has("blocked_result"):
            job.charged = False
            error = {"code": "OutputImageSensitiveContentDetected", "message": "The output image may be sensitive."}
            return Reply(json={**frame, "data": [{"error": error}], "usage": {
                "generated_images": 0, "output_tokens": 0, "total_tokens": 0}})
        if job.has("failed"):
            job.charged = False
            return self.refuse(Problem(500, "The service encountered an internal error.", "InternalServiceError"))
        width, height = _sides(body.get("size", "2K"))
        one: dict[str, Any] = {"size": f"{width}x{height}"}
        if body.get("response_format", "url") == "url":
            one["url"] = f"{self.url}/files/{job.id}.jpeg?X-Tos-Expires=86400"
        else:
            content = _still(body)
            if job.struck("truncated"):
                content = content[: len(content) // 2]
            one["b64_json"] = ("<!doctype html><p>Please sign in." if job.struck("html")
                               else base64.b64encode(content).decode())
        tokens = width * height // 256
        return Reply(json={**frame, "data": [one], "usage": {
            "generated_images": 1, "output_tokens": tokens, "total_tokens": tokens}})

    def _still(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.jobs[names["id"]]
        return self.file(job, _still(job.request), "image/jpeg")


def check_task(body: Any) -> dict[str, Any]:
    """The fields of a film's order that are given (null is as none). A Problem where one is not as documented."""
    found = _fields(body, TASK)
    if found.get("model") not in VIDEO:
        raise Problem(404, f"The model `{found.get('model')}` does not exist.", "InvalidEndpointOrModel.NotFound")
    resolutions, low, high, most = VIDEO[found["model"]]
    for name, choices in (("resolution", resolutions), ("ratio", (*RATIOS, "adaptive")),
                          ("output_format", ("mp4", "mov")), ("service_tier", ("default", "flex"))):
        if name in found and found[name] not in choices:
            raise Problem(400, f"The parameter `{name}` specified in the request is not valid.")
    if "duration" in found and not low <= found["duration"] <= high:
        raise Problem(400, "The parameter `duration` specified in the request is not valid.")
    if not -1 <= found.get("seed", -1) < (0 if "seedance-2-" in found["model"] else 2**32):
        raise Problem(400, "The parameter `seed` specified in the request is not valid.")
    _check_content(found["model"], found.get("content"), most)
    return found


def _check_content(model: str, content: Any, most: tuple[int, int, int]) -> None:
    if not content:
        raise Problem(400, "The request is missing `content`.", "MissingParameter")
    roles = []
    for one in content:
        kind = one.get("type") if isinstance(one, dict) else None
        if kind == "text" and isinstance(one.get("text"), str) and set(one) == {"type", "text"}:
            continue
        if kind not in ROLES or set(one) - {"type", kind, "role"} or one.get("role") not in ROLES[kind]:
            raise Problem(400, "The parameter `content` specified in the request is not valid.")
        _check_address(str(one[kind].get("url")), kind.removesuffix("_url"))
        if kind == "image_url":
            _check_sides(str(one[kind]["url"]))
        roles.append(one["role"])
    counts = [roles.count(name) for name in ("reference_image", "reference_video", "reference_audio")]
    frames = "first_frame" in roles, "last_frame" in roles
    if any(count > limit for count, limit in zip(counts, most, strict=True)):
        raise Problem(400, "Too many references in `content`.")
    if (any(frames) and any(counts)) or frames == (False, True) or roles.count("first_frame") > 1:
        raise Problem(400, "first/last frame content cannot be mixed with reference media content.")
    if frames[1] and model in NO_LAST:
        raise Problem(400, "The model does not support the last frame.")
    if counts == [0, 0, counts[2]] and counts[2] and "2-5" not in model:
        raise Problem(400, "Reference audio needs a reference image or video.")


def check_picture(body: Any) -> dict[str, Any]:
    """The fields of a picture's order that are given. A Problem where one is not as documented."""
    found = _fields(body, PICTURE)
    if found.get("model") not in IMAGES:
        raise Problem(404, f"The model `{found.get('model')}` does not exist.", "InvalidEndpointOrModel.NotFound")
    if not found.get("prompt"):
        raise Problem(400, "The request is missing `prompt`.", "MissingParameter")
    if not re.fullmatch(r"([1234]|1\.5)K|\d{3,4}x\d{3,4}", found.get("size", "2K")):
        raise Problem(400, "The parameter `size` specified in the request is not valid.")
    if found.get("response_format", "url") not in ("url", "b64_json"):
        raise Problem(400, "The parameter `response_format` specified in the request is not valid.")
    if found.get("sequential_image_generation", "disabled") not in ("disabled", "auto"):
        raise Problem(400, "The parameter `sequential_image_generation` specified in the request is not valid.")
    images = found.get("image", [])
    for one in [images] if isinstance(images, str) else images:
        _check_address(one, "image")
    return found


def _fields(body: Any, known: dict[str, type]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Problem(400, "The request body is not a JSON object.")
    for name, value in body.items():
        kind = known.get(name)
        if kind is None:
            raise Problem(400, f"json: unknown field `{name}`")
        fits = isinstance(value, kind if kind is not float else (int, float))
        if value is not None and (not fits or (kind is int and isinstance(value, bool))):
            raise Problem(400, f"The parameter `{name}` specified in the request is not valid.")
    return {name: value for name, value in body.items() if value is not None}


def _check_address(url: str, kind: str) -> None:
    if re.match(r"https?://|asset://", url):
        return
    types = {"image": "image/(?:png|jpeg|webp)", "audio": "audio/(?:wav|mp3)", "video": "no such thing"}[kind]
    match = re.fullmatch(rf"data:{types};base64,([A-Za-z0-9+/]+=*)", url)
    if match is None or not base64.b64decode(match[1]):
        raise Problem(400, "The parameter `url` specified in the request is not valid.")


def _check_sides(url: str) -> None:
    import io

    import PIL.Image

    if not url.startswith("data:"):
        return
    with PIL.Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
        width, height = picture.size
    if not 300 <= min(width, height) <= max(width, height) <= 6000 or not 0.4 <= width / height <= 2.5:
        raise Problem(400, "The image's sides must be 300 to 6000 px, its aspect ratio 0.4 to 2.5.")


def _ratio(body: dict[str, Any]) -> str:
    found: str = body.get("ratio", "16:9")
    return "16:9" if found == "adaptive" else found


def text_of(body: dict[str, Any]) -> str:
    """The words of a film's order."""
    return " ".join(one["text"] for one in body["content"] if one["type"] == "text")


def _sides(size: str) -> tuple[int, int]:
    if size.endswith("K"):
        return int(float(size[:-1]) * 1024), int(float(size[:-1]) * 1024)
    width, _, height = size.partition("x")
    return int(width), int(height)


def _still(body: dict[str, Any]) -> bytes:
    import io

    import PIL.Image

    width, height = _sides(body.get("size", "2K"))
    scale = 128 / max(width, height)
    small = picture(body["model"] + body["prompt"], max(8, round(width * scale)), max(8, round(height * scale)))
    found = io.BytesIO()
    PIL.Image.open(io.BytesIO(small)).save(found, "JPEG")
    return found.getvalue()
