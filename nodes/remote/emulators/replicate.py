"""Replicate's HTTP API on loopback: predictions of official models and of versions, files, and models' schemas."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar

from nodes.remote.emulators import samples
from nodes.remote.emulators.replicate_models import HOSTED, RATIOS, document, faults
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

MADE = "2026-11-20T12:00:00.000Z"
TITLES = {401: "Unauthenticated", 402: "Insufficient credit", 404: "Not Found", 422: "Input validation failed",
          429: "Too many requests", 503: "Service unavailable"}
TAKES = {"input", "version", "webhook", "webhook_events_filter", "stream"}
NAME = r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)"


class Replicate(Emulator):
    """Replicate; its results lie on the same address."""

    name: ClassVar[str] = "replicate"
    prefix: ClassVar[str] = "/v1"

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        super().__init__(key, job_seconds=job_seconds)
        self.uploads: dict[str, tuple[str, bytes, str]] = {}

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/v1/account", self.account),
            ("GET", f"/v1/models/{NAME}", self.model),
            ("GET", rf"/v1/models/{NAME}/versions/(?P<id>\w+)", self.version),
            ("POST", f"/v1/models/{NAME}/predictions", self.by_name),
            ("POST", "/v1/predictions", self.by_version),
            ("GET", r"/v1/predictions/(?P<id>[\w-]+)", self.prediction),
            ("POST", r"/v1/predictions/(?P<id>[\w-]+)/cancel", self.stop),
            ("POST", "/v1/files", self.upload),
            ("GET", r"/v1/files/(?P<id>[\w-]+)", self.uploaded),
            ("GET", r"/files/(?P<id>[\w-]+)/out-(?P<number>\d+)\.\w+", self.download),
        ]

    def refuse(self, problem: Problem) -> Reply:
        plain = {"detail": problem.message}
        if problem.status == 429:
            return Reply(429, plain)
        return Reply(problem.status, {"title": TITLES.get(problem.status, "Error"), **plain, "status": problem.status},
                     type="application/problem+json")

    def fault_reply(self, fault: Fault) -> Reply:
        words = {
            "busy": (429, "Request was throttled. Your rate limit resets in ~30s."),
            "key": (401, "You did not pass a valid authentication token"),
            "no_credit": (402, "You have insufficient credit to run this model."),
            "blocked": (422, "The input was flagged as sensitive."),
        }
        return self.refuse(Problem(*words.get(fault.kind, (503, "Service unavailable"))))

    # --- predictions ------------------------------------------------------------------------------------------------

    def by_name(self, seen: Seen, named: dict[str, str]) -> Reply:
        model = f"{named['owner']}/{named['name']}"
        if model not in HOSTED or not HOSTED[model].official:
            raise Problem(404, "The requested resource could not be found.")
        return self._create(seen, model)

    def by_version(self, seen: Seen, named: dict[str, str]) -> Reply:
        version = _object(seen).get("version")
        model = next((name for name, one in HOSTED.items() if one.version == version), "")
        if not model:
            raise Problem(422, "The specified version does not exist (or perhaps you don't have permission to use it?)")
        return self._create(seen, model)

    def _create(self, seen: Seen, model: str) -> Reply:
        body = _object(seen)
        given = body.get("input")
        if not isinstance(given, dict) or set(body) - TAKES:
            raise Problem(422, f"- (root): input is required, and nothing besides {', '.join(sorted(TAKES))}")
        wrong = faults(model, given) or [(name, "could not be fetched") for name, value in given.items()
                                         if not self._reachable(HOSTED[model].inputs[name], value)]
        if wrong:
            lines = "\n".join(f"- input.{name}: {said}" for name, said in wrong)
            fields = [{"type": "invalid", "field": f"input.{name}", "description": said} for name, said in wrong]
            return Reply(422, {"title": TITLES[422], "detail": lines, "status": 422, "invalid_fields": fields},
                         type="application/problem+json")

        def make(job: Job) -> Reply:
            job.data["model"] = model
            return Reply(201, self.shown(job, "starting"))

        return self.pay(seen, make, request=given)

    def prediction(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self.job(named["id"])
        if job.struck("odd_status"):
            return Reply(200, self.shown(job, "preparing"))
        return Reply(200, self.shown(job, self._status(job)))

    def stop(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self.job(named["id"])
        if not self.done(job) and not job.stopped:
            job.data["started"] = self._status(job) == "processing"
            job.charged = job.data["started"]
            job.stopped = True
        return Reply(200, self.shown(job, self._status(job)))

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "canceled" if job.data["started"] else "aborted"
        if not self.done(job):
            return "starting" if self.now() - job.made < self.job_seconds / 3 else "processing"
        return "failed" if job.has("failed") or job.has("blocked_result") else "succeeded"

    def shown(self, job: Job, status: str) -> dict[str, Any]:
        """A prediction as it is answered."""
        error = None
        if status == "failed":
            error = ("NSFW content detected. Try running it again, or try a different prompt."
                     if job.has("blocked_result") else "CUDA out of memory.")
        address = f"{self.base}/predictions/{job.id}"
        ended = status in ("succeeded", "failed", "canceled")
        return {
            "id": job.id, "model": job.data["model"], "version": HOSTED[job.data["model"]].version, "status": status,
            "input": job.request, "output": self.output(job) if status == "succeeded" else None, "error": error,
            "logs": "Using seed: 42\n 50%|#####     | 5/10\n" if status != "starting" else "",
            "metrics": {"predict_time": 4.25, "total_time": 5.5} if ended else {}, "created_at": MADE,
            "started_at": None if status == "starting" else MADE, "completed_at": MADE if ended else None,
            "urls": {"get": address, "cancel": f"{address}/cancel"}, "data_removed": False,
        }

    def output(self, job: Job) -> Any:
        gives = HOSTED[job.data["model"]].gives
        if gives == "text":
            return ["A", " tin", " toy."]
        ending = {"video": "mp4", "audio": "wav"}.get(gives, "png")
        count = job.request.get("num_outputs", 1)
        found = [f"{self.url}/files/{job.id}/out-{number}.{ending}" for number in range(count)]
        return found if gives == "images" else found[0]

    def download(self, seen: Seen, named: dict[str, str]) -> Reply:
        job = self.jobs.get(named["id"])
        if job is None:
            raise Problem(404, "Not found")
        text = f"{job.request} {named['number']}"
        gives = HOSTED[job.data["model"]].gives
        if gives == "video":
            return self.file(job, samples.film(text, 0.5), "video/mp4")
        if gives == "audio":
            return self.file(job, samples.sound(text), "audio/wav")
        width, height = RATIOS[job.request.get("aspect_ratio", "1:1")]
        return self.file(job, samples.picture(text, width, height), "image/png")

    # --- the account, models and files ------------------------------------------------------------------------------

    def account(self, seen: Seen, named: dict[str, str]) -> Reply:
        return Reply(200, {"type": "organization", "username": "acme", "name": "Acme Films",
                           "github_url": "https://github.com/acme"})

    def model(self, seen: Seen, named: dict[str, str]) -> Reply:
        model = f"{named['owner']}/{named['name']}"
        if model not in HOSTED:
            raise Problem(404, "The requested resource could not be found.")
        return Reply(200, {
            "url": f"https://replicate.com/{model}", **named, "description": "A model of the stand-in.",
            "visibility": "public", "github_url": None, "paper_url": None, "license_url": None, "run_count": 1,
            "cover_image_url": None, "default_example": None, "latest_version": _version(model),
            "is_official": HOSTED[model].official,
        })

    def version(self, seen: Seen, named: dict[str, str]) -> Reply:
        model = f"{named['owner']}/{named['name']}"
        if model not in HOSTED or HOSTED[model].version != named["id"]:
            raise Problem(404, "The requested resource could not be found.")
        return Reply(200, _version(model))

    def upload(self, seen: Seen, named: dict[str, str]) -> Reply:
        fields = {field.name: field for field in seen.form()}
        content = fields.get("content")
        if content is None or not content.filename:
            raise Problem(422, "content: a file is required")
        id_ = f"file-{len(self.uploads)}"
        self.uploads[id_] = (content.filename, content.content, content.type)
        return Reply(201, self._file(id_))

    def uploaded(self, seen: Seen, named: dict[str, str]) -> Reply:
        if named["id"] not in self.uploads:
            raise Problem(404, "The requested resource could not be found.")
        return Reply(200, self._file(named["id"]))

    def _file(self, id_: str) -> dict[str, Any]:
        filename, content, kind = self.uploads[id_]
        return {"id": id_, "name": filename, "content_type": kind, "size": len(content), "etag": id_, "checksums": {},
                "metadata": {}, "created_at": MADE, "expires_at": "2026-11-21T12:00:00.000Z",
                "urls": {"get": f"{self.base}/files/{id_}"}}

    def _reachable(self, rule: Mapping[str, Any], value: Any) -> bool:
        """Whether an input that is the address of a file leads to one: to an upload, or to data in itself."""
        if rule.get("type") == "array":
            return all(self._reachable(rule["items"], one) for one in value)
        if rule.get("format") != "uri":
            return True
        if value.startswith(f"{self.base}/files/"):
            return value.rpartition("/")[2] in self.uploads
        head, _, body = value.partition(";base64,")
        try:
            return head.startswith("data:") and bool(base64.b64decode(body, validate=True))
        except (binascii.Error, ValueError):
            return False


def _object(seen: Seen) -> dict[str, Any]:
    plain = seen.json()
    if not isinstance(plain, dict):
        raise Problem(422, "- (root): Invalid type. Expected: object")
    return plain


def _version(model: str) -> dict[str, Any]:
    return {"id": HOSTED[model].version, "created_at": MADE, "cog_version": "0.16.9", "openapi_schema": document(model)}
