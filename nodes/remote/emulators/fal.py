"""fal.ai's queue on loopback: submit, status, result, cancel, uploads, and the schemas that it publishes of models.

As the real one it takes any JSON at submit and finds out in the runner what is wrong with it: then the status is
COMPLETED and the result is the error. Of the endpoints only a few are here, with a part of their inputs.
"""

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from nodes.remote.emulators import samples
from nodes.remote.emulators.fal_models import ENDPOINTS, document, faults, size_of
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen


class Fal(Emulator):
    """All of fal's hosts on one address."""

    name: ClassVar[str] = "fal"

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        super().__init__(key, job_seconds=job_seconds)
        self.tokens: set[str] = set()
        self.uploads: dict[str, tuple[bytes, str]] = {}

    def routes(self) -> list[tuple[str, str, Handler]]:
        request = r"/(?P<app>(?:(?:workflows|comfy)/)?[\w.-]+/[\w.-]+)/requests/(?P<id>[\w-]+)"
        return [
            ("POST", "/storage/auth/token", self.token),
            ("POST", "/files/upload", self.upload),
            ("GET", r"/files/upload/(?P<name>[\w.-]+)", self.uploaded),
            ("GET", r"/files/b/(?P<id>[\w-]+)/(?P<number>\d+)\.\w+", self.download),
            ("GET", "/api/openapi/queue/openapi.json", self.openapi),
            ("GET", request + "/status", self.status),
            ("GET", request, self.result),
            ("PUT", request + "/cancel", self.stop),
            ("POST", r"/(?P<endpoint>[\w.-]+/[\w.-]+(?:/[\w.-]+)*)", self.submit),
        ]

    def authorise(self, seen: Seen) -> None:
        if seen.path.startswith("/api/openapi/"):
            return
        if seen.headers.get("authorization") != f"Key {self.key}":
            raise Problem(401, "Authentication is required to access this application.")

    def refuse(self, problem: Problem) -> Reply:
        plain: dict[str, Any] = {"detail": problem.message}
        if problem.code:
            plain["error_type"] = problem.code
        return Reply(problem.status, plain, headers={"X-Fal-Error-Type": problem.code} if problem.code else {})

    def fault_reply(self, fault: Fault) -> Reply:
        if fault.kind == "blocked":
            return _flagged()
        words = {
            "busy": (429, "Too many requests", ""), "key": (401, "Invalid Key", ""),
            "no_credit": (403, "User is locked. Reason: Exhausted balance. Top up your balance.", ""),
        }
        unwell = (503, "Service unavailable", "runner_scheduling_failure")
        return self.refuse(Problem(*words.get(fault.kind, unwell)))

    # --- the queue --------------------------------------------------------------------------------------------------

    def submit(self, seen: Seen, named: dict[str, str]) -> Reply:
        endpoint = named["endpoint"]
        if endpoint not in ENDPOINTS:
            raise Problem(404, f"Application '{endpoint}' not found")
        request = seen.json()
        if not isinstance(request, dict):
            raise Problem(422, "the body is not an object")

        def make(job: Job) -> Reply:
            app = "/".join(endpoint.split("/")[:2])
            job.data.update(endpoint=endpoint, app=app, wrong=self.wrong(endpoint, request))
            address = f"{self.url}/{app}/requests/{job.id}"
            return Reply(200, {
                "status": "IN_QUEUE", "request_id": job.id, "response_url": address, "status_url": f"{address}/status",
                "cancel_url": f"{address}/cancel", "logs": None, "metrics": {}, "queue_position": 0,
            })

        return self.pay(seen, make, request=request)

    def status(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self._asked(named)
        logs: list[Any] | None = [] if seen.query.get("logs") in ("1", "true") else None
        address = f"{self.url}/{job.data['app']}/requests/{job.id}"
        plain: dict[str, Any] = {"request_id": job.id, "response_url": address, "logs": logs}
        if job.struck("odd_status"):
            return Reply(202, {**plain, "status": "WARMING_UP"})
        if job.stopped:
            return Reply(200, {**plain, "status": "COMPLETED", "metrics": {}, "error": "Request was cancelled",
                               "error_type": "client_cancelled"})
        if not self.done(job):
            waits = self.now() - job.made < self.job_seconds / 3
            return Reply(202, {**plain, "status": "IN_QUEUE", "queue_position": 0} if waits
                         else {**plain, "status": "IN_PROGRESS"})
        plain.update(status="COMPLETED", metrics={"inference_time": 0.5})
        if job.has("failed") and not self._model_fails(job):
            plain.update(error="Runner disconnected", error_type="runner_disconnected")
        return Reply(200, plain)

    def result(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self._asked(named)
        if not self.done(job):
            raise Problem(400, "Request is still in progress")
        if job.has("failed") and self._model_fails(job):
            return Reply(500, {"detail": [_detail("prompt", "Internal server error", "internal_server_error")]})
        if job.has("failed"):
            raise Problem(503, "Runner disconnected", "runner_disconnected")
        if job.has("blocked_result"):
            return _flagged()
        if job.data["wrong"]:
            return Reply(422, {"detail": job.data["wrong"]})
        return Reply(200, self.output(job))

    def stop(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self._asked(named)
        if self.done(job) or job.stopped:
            return Reply(400, {"status": "ALREADY_COMPLETED"})
        job.charged = self.now() - job.made >= self.job_seconds / 3
        job.stopped = True
        return Reply(202, {"status": "CANCELLATION_REQUESTED"})

    def _model_fails(self, job: Job) -> bool:
        """Whether a failure is the model's, which is its result, rather than fal's, which is in the status."""
        return ENDPOINTS[job.data["endpoint"]][0] == "video"

    def _asked(self, named: Mapping[str, str]) -> Job:
        job = self.job(named["id"])
        if job.data["app"] != named["app"]:
            raise Problem(404, f"Request {job.id} not found")
        return job

    # --- what is checked and what is made ---------------------------------------------------------------------------

    def wrong(self, endpoint: str, request: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What a runner says of an input, in the form of pydantic."""
        _, properties, required = ENDPOINTS[endpoint]
        found = [_detail(name, "Field required", "missing") for name in required if name not in request]
        for name, value in request.items():
            if name not in properties:
                found.append(_detail(name, "Extra inputs are not permitted", "extra_forbidden"))
                continue
            found += [_detail(name, said, "value_error") for said in faults(properties[name], value)]
            for one in value if isinstance(value, list) else [value]:
                if name.endswith(("_url", "_urls")) and isinstance(one, str) and not self._reachable(one):
                    found.append(_detail(name, "Failed to download the file", "file_download_error"))
        return found

    def output(self, job: Job) -> dict[str, Any]:
        kind = ENDPOINTS[job.data["endpoint"]][0]
        seed = job.request.get("seed", 42)
        if kind == "text":
            return {"results": "A picture of diagonal bands in two colours."}
        if kind == "image":
            width, height = size_of(job.request)
            count = job.request.get("num_images", 1)
            files = [{**self._named(job, number, "png", "image/png"), "width": width, "height": height}
                     for number in range(count)]
            return {"images": files, "timings": {"inference": 0.5}, "seed": seed, "has_nsfw_concepts": [False] * count,
                    "prompt": job.request.get("prompt", "")}
        if kind == "upscale":
            return {"image": self._named(job, 0, "png", "image/png"), "seed": seed}
        if kind == "audio":
            return {"audio_file": self._named(job, 0, "wav", "application/octet-stream")}
        return {"video": self._named(job, 0, "mp4", "video/mp4"), "seed": seed}

    def download(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self.jobs.get(named["id"])
        if job is None:
            raise Problem(404, "Not Found")
        kind = ENDPOINTS[job.data["endpoint"]][0]
        text = f"{job.request} {named['number']}"
        if kind == "audio":
            return self.file(job, samples.sound(text), "audio/wav")
        if kind == "video":
            return self.file(job, samples.film(text, 0.5), "video/mp4")
        width, height = size_of(job.request) if kind == "image" else (256, 256)
        return self.file(job, samples.picture(text, max(16, width // 8), max(16, height // 8)), "image/png")

    def _named(self, job: Job, number: int, ending: str, type: str) -> dict[str, Any]:
        return {"url": f"{self.url}/files/b/{job.id}/{number}.{ending}", "content_type": type,
                "file_name": f"{number}.{ending}", "file_size": 1234}

    # --- files and schemas ------------------------------------------------------------------------------------------

    def token(self, seen: Seen, named: dict[str, str]) -> Reply:
        if seen.query.get("storage_type") != "fal-cdn-v3":
            raise Problem(422, "storage_type must be fal-cdn-v3")
        token = secrets.token_hex(8)
        self.tokens.add(token)
        return Reply(200, {"token": token, "token_type": "Bearer", "base_url": self.url,
                           "expires_at": "2099-01-01T00:00:00+00:00"})

    def upload(self, seen: Seen, named: dict[str, str]) -> Reply:
        if seen.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Problem(401, "Invalid token")
        if not seen.body:
            raise Problem(400, "the file is empty")
        name = f"{len(self.uploads)}-{seen.headers.get('x-fal-file-name', 'upload.bin')}"
        self.uploads[name] = (seen.body, seen.headers.get("content-type", "application/octet-stream"))
        return Reply(200, {"access_url": f"{self.url}/files/upload/{name}"})

    def uploaded(self, seen: Seen, named: dict[str, str]) -> Reply:
        if named["name"] not in self.uploads:
            raise Problem(404, "Not Found")
        content, kind = self.uploads[named["name"]]
        return Reply(200, body=content, type=kind)

    def _reachable(self, address: str) -> bool:
        if address.startswith(f"{self.url}/files/upload/"):
            return address.rpartition("/")[2] in self.uploads
        head, comma, body = address.partition(",")
        try:
            return head.startswith("data:") and bool(comma) and bool(base64.b64decode(body, validate=True))
        except (binascii.Error, ValueError):
            return False

    def openapi(self, seen: Seen, named: dict[str, str]) -> Reply:
        endpoint = seen.query.get("endpoint_id", "")
        if endpoint not in ENDPOINTS:
            raise Problem(404, f"Endpoint '{endpoint}' not found")
        return Reply(200, document(endpoint))


def _flagged() -> Reply:
    said = "The content could not be processed because it was flagged by a content checker."
    return Reply(422, {"detail": [_detail("prompt", said, "content_policy_violation")]})


def _detail(name: str, message: str, type: str) -> dict[str, Any]:
    return {"loc": ["body", name], "msg": message, "type": type}
