"""xAI's Grok Imagine on loopback: pictures answered at once with base64, films as deferred requests.

After docs.x.ai (model-capabilities/video, /images) as stored in 2026-11 and recorded answers of third parties. Errors
are ``{code, error}``; a blocked picture is a 400 that says what it cost all the same.
"""

import base64
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen
from nodes.remote.emulators.xai_fields import IMAGES, SIDES, VIDEOS, check_image, check_video

TICKS = 10**10
"""In a dollar."""
SECOND = {"grok-imagine-video": {"480p": 0.05, "720p": 0.07},
          "grok-imagine-video-1.5": {"480p": 0.08, "720p": 0.14, "1080p": 0.25},
          "grok-imagine-video-1.5-lite": {"480p": 0.02, "720p": 0.03, "1080p": 0.14}}
PICTURE = {"grok-imagine-image": 0.02, "grok-imagine-image-quality": 0.05}
BETTER = {("1k", "low"): 0.04, ("2k", "low"): 0.06, ("1k", "medium"): 0.06, ("2k", "medium"): 0.08}
INVALID, DENIED = "Client specified an invalid argument", "The caller does not have permission"
CODES = {401: "Unauthenticated", 403: DENIED, 404: "Some requested entity was not found",
         429: "Some resource has been exhausted", 500: "Internal error", 503: "The service is currently unavailable"}


class XAI(Emulator):
    """``/v1/images`` and ``/v1/videos`` with a bearer key."""

    name = "xai"
    prefix = "/v1"

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("GET", "/v1/models", self._models),
                ("POST", "/v1/images/(?P<route>generations|edits)", self._paint),
                ("POST", "/v1/videos/(?P<route>generations|edits|extensions)", self._create),
                ("GET", "/v1/videos/(?P<id>[^/]+)", self._ask),
                ("GET", r"/files/(?P<id>[\w-]+)/video\.mp4", self._film)]

    def authorise(self, seen: Seen) -> None:
        given = seen.headers.get("authorization")
        if given is None:
            raise Problem(401, "No credentials were given.")
        if given != f"Bearer {self.key}":
            raise Problem(400, "Incorrect API key provided: te***ey. You can obtain an API key from "
                               "https://console.x.ai.")

    def refuse(self, problem: Problem) -> Reply:
        return Reply(problem.status, {"code": problem.code or CODES.get(problem.status, INVALID),
                                      "error": problem.message})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text = {
            "busy": (429, "Too many requests for team: please slow down."),
            "key": (400, "Incorrect API key provided: te***ey."),
            "no_credit": (403, "Your team has either used all available credits or reached its spending limit."),
            "blocked": (400, "Prompt rejected by content moderation."),
        }.get(fault.kind, (500, "Internal error"))
        return self.refuse(Problem(status, text))

    def _models(self, seen: Seen, names: dict[str, str]) -> Reply:
        return Reply(json={"object": "list", "data": [
            {"id": one, "object": "model", "created": 1780000000, "owned_by": "xai"} for one in (*IMAGES, *VIDEOS)]})

    # --- pictures ---------------------------------------------------------------------------------------------------

    def _paint(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = check_image(names["route"], seen.json())
        return self.pay(seen, lambda job: self._painted(job, body), request=body)

    def _painted(self, job: Job, body: dict[str, Any]) -> Reply:
        given = len(body.get("images", ())) + ("image" in body)
        usage = {"cost_in_usd_ticks": round((_price(body) * body.get("n", 1) + _input(body["model"]) * given) * TICKS)}
        if job.has("blocked_result"):
            return Reply(400, {"code": INVALID, "error": "Generated image rejected by content moderation.",
                               "usage": usage})
        shape = body.get("aspect_ratio", "auto")
        data = []
        for number in range(body.get("n", 1)):
            content = samples.picture_as(f"{body['prompt']} {number}", "jpeg", *SIDES[shape])
            content = b"<!doctype html><p>Sign in" if job.struck("html") else content
            coded = base64.b64encode(content).decode()
            data.append({"b64_json": coded[: len(coded) // 8 * 4 + 1] if job.struck("truncated") else coded,
                         "mime_type": "image/jpeg", "revised_prompt": ""})
        return Reply(json={"data": data, "usage": usage})

    # --- films ------------------------------------------------------------------------------------------------------

    def _create(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = check_video(names["route"], seen.json())
        number = f"d97415a1-5796-b7ec-379f-{self._count:012d}"

        def make(job: Job) -> Reply:
            job.data["route"] = names["route"]
            return Reply(json={"request_id": job.id})

        return self.pay(seen, make, request=body, id=number)

    def _ask(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        if not self.done(job):
            # At first it may say no more than the number.
            early = self.now() - job.made < self.job_seconds / 3
            return Reply(json={"request_id": job.id} if early else {"status": "pending", "progress": 40})
        if job.struck("odd_status"):
            return Reply(json={"status": "reviewing", "progress": 90})
        body = job.request
        seconds = body.get("duration", 6 if job.data["route"] == "extensions" else 8)
        given = len(body.get("reference_images", ())) + sum(name in body for name in ("image", "last_frame"))
        price = SECOND[body["model"]][body.get("resolution", "480p")] * seconds + _input(body["model"]) * given
        usage = {"cost_in_usd_ticks": round(price * TICKS)}
        if job.has("failed"):
            return Reply(json={"status": "failed", "error": {
                "code": "internal_error", "message": "The video could not be generated."}})
        if job.has("blocked_result"):
            return Reply(json={"status": "done", "model": body["model"], "usage": usage,
                               "video": {"url": "", "duration": seconds, "respect_moderation": False}})
        return Reply(json={
            "status": "done", "model": body["model"], "usage": usage, "progress": 100,
            "video": {"url": f"{self.url}/files/{job.id}/video.mp4", "duration": seconds, "respect_moderation": True}})

    def _film(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.jobs[names["id"]]
        body = job.request
        width, height = SIDES[body.get("aspect_ratio", "16:9")]
        content = samples.film(body.get("prompt", "") + job.id, 1.0, width // 2 * 2, height // 2 * 2,
                               sound=body.get("generate_audio", True))
        return self.file(job, content, "video/mp4")


def _price(body: dict[str, Any]) -> float:
    better = BETTER[body.get("resolution", "1k"), body.get("quality", "medium")]
    return PICTURE.get(body["model"], better)


def _input(model: str) -> float:
    return 0.002 if model in ("grok-imagine-image", "grok-imagine-video") else 0.01
