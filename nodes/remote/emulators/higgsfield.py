"""Higgsfield: every model is a path; requests wait, run and end, as of 2026-10."""

import re
from collections.abc import Callable
from typing import Any

from nodes.remote.emulators.samples import film, picture
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

SHAPES = ("9:16", "16:9", "4:3", "3:4", "1:1", "2:3", "3:2")
UPLOADS = ("image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif", "audio/wav", "audio/x-wav", "video/mp4")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _one_of(*values: Any) -> Callable[[Any], bool]:
    return lambda value: value in values and not isinstance(value, bool)


def _text(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= most


def _switch(value: Any) -> bool:
    return isinstance(value, bool)


PICTURE: dict[str, Callable[[Any], bool]] = {
    "prompt": _text(10_000), "aspect_ratio": _one_of(*SHAPES), "resolution": _one_of("720p", "1080p"),
    "batch_size": _one_of(1, 4), "enhance_prompt": _switch,
    "seed": lambda value: isinstance(value, int) and 1 <= value <= 1_000_000,
}
SWAP: dict[str, Callable[[Any], bool]] = {
    "prompt": _text(10_000), "resolution": _one_of("480p", "720p", "1080p"), "video_url": _text(2083),
    "image_urls": lambda value: isinstance(value, list) and 1 <= len(value) <= 8,
}
MODELS: dict[str, tuple[tuple[str, ...], dict[str, Callable[[Any], bool]]]] = {
    "higgsfield-ai/soul/v2/standard": (("prompt",), {
        **PICTURE, "style_id": lambda value: isinstance(value, str) and UUID.fullmatch(value) is not None}),
    "higgsfield-ai/soul/v2/image-to-image": (("prompt", "image_url"), {**PICTURE, "image_url": _text(2083)}),
    "higgsfield-ai/soul/cinema": (("prompt",), PICTURE),
    "higgsfield-ai/soul/standard": (("prompt",), PICTURE),
    "higgsfield-ai/dop/standard": (("prompt", "image_url"), {
        "prompt": _text(10_000), "image_url": _text(2083), "duration": _one_of(5)}),
    "higgsfield/genjutsu/motion-transfer/v1.0": (("video_url", "image_urls"), SWAP),
    "higgsfield/genjutsu/object-swap/v1.0": (("video_url", "image_urls"), SWAP),
}
"""What a model must have, and all it may have: other fields are refused."""


class Higgsfield(Emulator):
    """``/<model>``, ``/requests/<id>/...`` and ``/files/generate-upload-url``."""

    name = "higgsfield"

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        super().__init__(key, job_seconds=job_seconds)
        self.uploads: dict[str, bytes] = {}
        """What was uploaded, by its public address; empty until the file has come."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        one = r"/requests/(?P<id>[\w-]+)"
        return [("POST", "/files/generate-upload-url", self._address), ("GET", one + "/status", self._ask),
                ("POST", one + "/cancel", self._cancel), ("PUT", r"/files/stored/(?P<name>\w+)", self._store),
                ("GET", r"/files/(?P<id>[\w-]+)\.(?:png|mp4)", self._file),
                ("POST", f"/(?P<model>{'|'.join(map(re.escape, MODELS))})", self._create)]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Key {self.key}":
            raise Problem(401, "Invalid credentials")

    def refuse(self, problem: Problem) -> Reply:
        return Reply(problem.status, {"detail": problem.message}, headers={"X-Correlation-ID": "emulated"})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text = {
            "busy": (400, "Concurrent requests limit reached"), "key": (401, "Invalid credentials"),
            "no_credit": (403, "Not enough credits"), "blocked": (400, "The prompt was flagged by moderation"),
        }.get(fault.kind, (500, "Internal server error"))
        return self.refuse(Problem(status, text))

    def _create(self, seen: Seen, names: dict[str, str]) -> Reply:
        body, key = seen.json(), seen.headers.get("idempotency-key", "")
        if key and not re.fullmatch(r"[!-~]{1,255}", key):
            raise Problem(422, "Idempotency-Key: 1 to 255 visible characters")
        request = {"model": names["model"], "body": body}
        self._check(names["model"], body)
        earlier = next((job for job in self.jobs.values() if key and job.nonce == key), None)
        if earlier is not None:
            if earlier.request != request:
                raise Problem(422, "The Idempotency-Key was used with another request")
            return self._accepted(earlier)
        number = self._count + 1
        return self.pay(seen, self._accepted, request=request, nonce=key,
                        id=f"d7e6c0f3-6699-4f6c-bb45-{number:012d}")

    def _accepted(self, job: Job) -> Reply:
        at = f"{self.url}/requests/{job.id}"
        return Reply(json={"status": "queued", "request_id": job.id, "status_url": f"{at}/status",
                           "cancel_url": f"{at}/cancel"})

    def _ask(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        at = f"{self.url}/requests/{job.id}"
        status = self._status(job)
        found: dict[str, Any] = {"status": status, "request_id": job.id, "status_url": f"{at}/status",
                                 "cancel_url": f"{at}/cancel"}
        if status == "failed":
            found["error"] = "The model crashed."
        if status == "completed":
            kind = "images" if "soul" in job.request["model"] else "video"
            url = f"{self.url}/files/{job.id}.{'png' if kind == 'images' else 'mp4'}?n={job.seen}"
            count = job.request["body"].get("batch_size", 1)
            found[kind] = [{"url": url}] * count if kind == "images" else {"url": url}
        return Reply(json=found)

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "canceled"
        if job.struck("odd_status"):
            return "paused"
        if not self.done(job):
            return "queued" if self.now() - job.made < self.job_seconds / 3 else "in_progress"
        if job.has("failed") or job.has("blocked_result"):
            job.charged = False
            return "failed" if job.has("failed") else "nsfw"
        return "completed"

    def _cancel(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        if self._status(job) != "queued":
            raise Problem(400, "The request can't be canceled any more")
        job.stopped, job.charged = True, False
        return Reply(202)

    def _file(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.jobs[names["id"]]
        body = job.request["body"]
        width, height = (int(side) for side in body.get("aspect_ratio", "4:3").split(":"))
        scale = 96 // max(width, height)
        words = job.request["model"] + body.get("prompt", "")
        if "soul" in job.request["model"]:
            return self.file(job, picture(words, width * scale, height * scale), "image/png")
        return self.file(job, film(words, 1.0, 96, 64), "video/mp4")

    # --- uploads ----------------------------------------------------------------------------------------------------

    def _address(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = seen.json()
        if set(body) != {"content_type"} or body["content_type"] not in UPLOADS:
            raise Problem(422, "content_type is not allowed")
        url = f"{self.url}/files/stored/u{len(self.uploads) + 1}"
        self.uploads[url] = b""
        return Reply(json={"public_url": url, "upload_url": f"{url}?X-Signature=s",
                           "upload_headers": {"Content-Type": body["content_type"], "x-storage-tag": "temporary"}})

    def _store(self, seen: Seen, names: dict[str, str]) -> Reply:
        url = f"{self.url}/files/stored/{names['name']}"
        if "authorization" in seen.headers or seen.headers.get("x-storage-tag") != "temporary":
            raise Problem(403, "The request is not as it was signed")
        if url not in self.uploads or seen.query.get("X-Signature") != "s":
            raise Problem(403, "The signature does not match")
        self.uploads[url] = seen.body
        return Reply(200)

    def _check(self, model: str, body: Any) -> None:
        if not isinstance(body, dict):
            raise Problem(422, "The body is not a JSON object")
        needed, known = MODELS[model]
        for name in needed:
            if not body.get(name):
                raise Problem(422, f"{name}: Field required")
        for name, value in body.items():
            if name not in known or not known[name](value):
                raise Problem(422, f"{name}: Input is not valid")
        for url in (body.get("image_url"), body.get("video_url"), *body.get("image_urls", ())):
            if url is not None and not (url.startswith("https://") or self.uploads.get(url)):
                raise Problem(400, f"{url[:40]} can't be fetched")
