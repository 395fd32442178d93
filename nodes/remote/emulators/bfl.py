"""Black Forest Labs on loopback: one route for each model, results at a polling address that only the answer names.

Written from the vendor's OpenAPI pages and its skills repository, and a third party's live runs (2026-09). Errors are
those of FastAPI: ``{"detail": "..."}``, and for a field ``{"detail": [{loc, msg, type}]}`` with status 422.
"""

import math
from collections.abc import Mapping
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.bfl_fields import MODELS, MODES, check, size
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

FLUX2 = {"flux-2-max": (7, 3), "flux-2-pro": (3, 1.5), "flux-2-pro-preview": (3, 1.5), "flux-2-flex": (5, 5),
         "flux-2-klein-9b": (1.5, 0.2), "flux-2-klein-4b": (1.4, 0.1)}
"""Credits for the first megapixel, and for each further one and each of a picture sent along."""
FLAT = {"flux-pro-1.1": 4, "flux-pro-1.1-ultra": 6, "flux-kontext-pro": 4, "flux-kontext-max": 8,
        "flux-pro-1.0-fill": 5, "flux-pro-1.0-expand": 5}
TOOLS = {"flux-tools/erase-v1": 3, "flux-tools/outpainting-v1": 4.5}
"""As they were billed once, for pictures of a size that is not known."""
MEGAPIXEL = 1024 * 1024


class Bfl(Emulator):
    """Jobs are pending, then ready; an address of a result is signed anew whenever the job is asked about."""

    name = "bfl"

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", r"/v1/flux-3-video", self._video),
            ("POST", r"/v1/(?P<model>flux[a-z0-9./-]+)", self._image),
            ("GET", r"/region-one/v1/get_result", self._result),
            ("GET", r"/v1/get_result", self._elsewhere),
            ("GET", r"/v1/credits", lambda seen, _: Reply(json={"credits": 857.0})),
            ("GET", r"/files/(?P<id>[\w-]+)/(?P<number>\d+)/sample\.\w+", self._file),
        ]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("x-key") != self.key:
            raise Problem(403, "Not authenticated - Invalid Authentication")

    def refuse(self, problem: Problem) -> Reply:
        if problem.code:
            detail: Any = [{"loc": ["body", problem.code], "msg": problem.message, "type": "value_error"}]
            return Reply(problem.status, {"detail": detail})
        return Reply(problem.status, {"detail": problem.message})

    def fault_reply(self, fault: Fault) -> Reply:
        words = {"busy": (429, "Too many active tasks."), "key": (403, "Not authenticated - Invalid Authentication"),
                 "no_credit": (402, "Insufficient credits. Add credits to continue.")}
        status, text = words.get(fault.kind, (503, "Service temporarily unavailable"))
        return Reply(status, {"detail": text})

    def _image(self, seen: Seen, found: dict[str, str]) -> Reply:
        model, body = found["model"], seen.json()
        if model not in MODELS:
            raise Problem(404, "Not Found")
        check(body, *MODELS[model])
        if body.get("width", 0) * body.get("height", 0) > 4 * MEGAPIXEL:
            raise Problem(422, "width x height must be at most 4 megapixels", "width")
        if "mask" in body and size(body["mask"]) != size(body["image"]):
            raise Problem(422, "mask must have the same dimensions as image", "mask")
        return self.pay(seen, lambda job: self._accepted(job, model), request=body)

    def _video(self, seen: Seen, _: dict[str, str]) -> Reply:
        body = seen.json()
        if not isinstance(body, Mapping) or body.get("mode") not in MODES:
            raise Problem(422, "Input tag does not match any of the expected tags", "mode")
        check(body, *MODES[body["mode"]])
        frames = body.get("keyframes")
        loose = isinstance(frames, list) and len(frames) > 2 and isinstance(frames[0], str)
        if loose and not isinstance(body.get("duration"), int):
            raise Problem(422, "3 or more keyframes need a set duration", "duration")
        return self.pay(seen, lambda job: self._accepted(job, "flux-3-video"), request=body)

    def _accepted(self, job: Job, model: str) -> Reply:
        """The address of a region. FLUX.1 and video say their cost only when they are ready."""
        job.data["model"] = model
        reply: dict[str, Any] = {"id": job.id, "polling_url": f"{self.url}/region-one/v1/get_result?id={job.id}"}
        if model in FLUX2:
            inputs = [size(value) for name, value in job.request.items() if name.startswith("input_image")]
            taken = sum(width * height for width, height in inputs) / MEGAPIXEL
            given = math.prod(self._pixels(job)) / MEGAPIXEL
            first, more = FLUX2[model]
            cost = first + max(0, math.ceil(given) - 1) * more + math.ceil(taken) * more
            reply |= {"cost": cost, "input_mp": round(taken, 2), "output_mp": round(given, 2)}
        elif model in TOOLS:
            reply["cost"] = TOOLS[model]
        return Reply(json=reply)

    def _elsewhere(self, seen: Seen, _: dict[str, str]) -> Reply:
        """The global address knows nothing of what a region does; nor does a region of what it never had."""
        return Reply(404, {"id": seen.query.get("id", ""), "status": "Task not found", "result": None})

    def _result(self, seen: Seen, _: dict[str, str]) -> Reply:
        asked = seen.query.get("id", "")
        if asked not in self.jobs or self.jobs[asked].has("forgotten"):
            return self._elsewhere(seen, _)
        job = self.job(asked)
        plain: dict[str, Any] = {"id": asked, "status": "Pending", "result": None, "progress": 0.4, "details": None}
        if job.struck("odd_status"):
            return Reply(json={**plain, "status": "Rehearsing"})
        if not self.done(job):
            return Reply(json=plain)
        if job.has("failed"):
            return Reply(422, {**plain, "status": "Error", "details": {"error": "The task could not be completed."}})
        if job.has("blocked_result"):
            reasons = {"Moderation Reasons": ["Derivative Works Filter"]}
            return Reply(json={**plain, "status": "Content Moderated", "details": reasons})
        return Reply(json={**plain, "status": "Ready", "progress": 1.0, **self._ready(job)})

    def _ready(self, job: Job) -> dict[str, Any]:
        video = job.data["model"] == "flux-3-video"
        ending = "mp4" if video else _format(job)
        result = {"sample": f"{self.url}/files/{job.id}/{job.downloads}/sample.{ending}?sig=abc",
                  "prompt": job.request.get("prompt", ""), "seed": job.request.get("seed", 1234567890)}
        if not video:
            return {"result": result, **({"cost": FLAT[job.data["model"]]} if job.data["model"] in FLAT else {})}
        return {"result": {**result, "duration": _seconds(job)}, "cost": _seconds(job) * self._rate(job)}

    def _rate(self, job: Job) -> int:
        """Credits a second."""
        fine = job.request.get("resolution", "hd") != "hd"
        if job.request.get("draft"):
            return 6
        return (54 if fine else 43) if job.request["mode"] == "v2v" else 29 if fine else 17

    def _file(self, seen: Seen, found: dict[str, str]) -> Reply:
        job = self.jobs.get(found["id"])
        if job is None or int(found["number"]) > job.downloads or seen.query.get("sig") != "abc":
            return Reply(403, body=b"<Error><Code>AuthenticationFailed</Code></Error>", type="application/xml")
        width, height = self._pixels(job)
        scale = max(width, height) / 128
        shown = (max(8, round(width / scale / 2) * 2), max(8, round(height / scale / 2) * 2))
        about = f"{job.id} {job.request.get('prompt')}"
        if job.data["model"] == "flux-3-video":
            return self.file(job, samples.film(about, 1.0, *shown, sound=job.request.get("generate_audio", True)),
                             "video/mp4")
        kind = _format(job)
        content = samples.picture(about, *shown) if kind == "png" else samples.picture_as(about, kind, *shown)
        return self.file(job, content, f"image/{kind}")

    def _pixels(self, job: Job) -> tuple[int, int]:
        """The size that was asked for, or what the model takes by itself."""
        body = job.request
        if "width" in body and "height" in body:
            return body["width"], body["height"]
        if ":" in body.get("aspect_ratio", ""):
            width, height = map(int, body["aspect_ratio"].split(":"))
            return 1024, round(1024 * height / width)
        given = body.get("input_image") or body.get("image") or ""
        wide, high = size(given) if given else (1024, 768)
        return (wide + body.get("left", 0) + body.get("right", 0), high + body.get("top", 0) + body.get("bottom", 0))


def _format(job: Job) -> str:
    """What pictures come as; the tools have a default of their own."""
    return str(job.request.get("output_format", "png" if job.data["model"] in TOOLS else "jpeg"))


def _seconds(job: Job) -> int:
    asked = job.request.get("duration", "auto")
    return asked if isinstance(asked, int) else 5
