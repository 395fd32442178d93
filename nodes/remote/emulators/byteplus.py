"""BytePlus ModelArk: Seedance films as tasks, Seedream pictures at once, as of 2026-08."""

import base64
import io
from typing import Any

from nodes.remote.emulators.byteplus_checks import check_picture, check_task
from nodes.remote.emulators.samples import film, picture
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

RATIOS = {"16:9": (128, 72), "4:3": (96, 72), "1:1": (96, 96), "3:4": (72, 96), "9:16": (72, 128), "21:9": (168, 72)}
PIXELS = {"480p": 864 * 496, "720p": 1280 * 720, "1080p": 1920 * 1080, "4k": 3840 * 2160}


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
    import PIL.Image

    width, height = _sides(body.get("size", "2K"))
    scale = 128 / max(width, height)
    small = picture(body["model"] + body["prompt"], max(8, round(width * scale)), max(8, round(height * scale)))
    found = io.BytesIO()
    PIL.Image.open(io.BytesIO(small)).save(found, "JPEG")
    return found.getvalue()
