"""Stability AI on loopback: multipart forms, pictures at once as bytes, some later by the number of the job.

Written from the vendor's OpenAPI document as of 2026-09-22. Errors: ``{"id", "name", "errors": [...]}``. The form in
which a late job fails is not documented; here it is a 422.
"""

from collections.abc import Mapping
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen
from nodes.remote.emulators.stability_fields import ROUTES, check, check_together, size

NAMES = {400: "bad_request", 401: "unauthorized", 402: "payment_required", 403: "content_moderation",
         404: "generation_not_found", 413: "payload_too_large", 422: "invalid_language", 429: "rate_limit_exceeded",
         500: "internal_error"}
DENIED = ("Your request was flagged by our content moderation system, as a result your request was denied and you "
          "were not charged.")
OFTEN = ("You have exceeded the rate limit of 150 requests within a 10 second period, and have been timed out for 60 "
         "seconds.")
LATE = ("stable-image/upscale/creative", "stable-image/edit/replace-background-and-relight",
        "audio/stable-audio/text-to-audio", "audio/stable-audio/audio-to-audio")


class Stability(Emulator):
    """The seed 0 stands for one that the service draws; the answer says which."""

    name = "stability"

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", r"/v2beta/(?P<route>(stable-image|audio)/[a-z0-9/-]+)", self._make),
            ("GET", r"/v2beta/(?P<audio>audio/)?results/(?P<id>[0-9a-f]{64})", self._result),
            ("GET", r"/v1/user/balance", lambda seen, _: Reply(json={"credits": 866.5})),
        ]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(401, "authorization: is invalid or missing")

    def refuse(self, problem: Problem) -> Reply:
        name = problem.code or NAMES.get(problem.status, "bad_request")
        return Reply(problem.status, {"id": "4212a4b66fbe1cedca4bf2133d35dca5", "name": name,
                                      "errors": [problem.message]})

    def fault_reply(self, fault: Fault) -> Reply:
        words = {"busy": (429, OFTEN), "key": (401, "authorization: is invalid or missing"),
                 "no_credit": (402, "You lack sufficient credits to make this request."), "blocked": (403, DENIED)}
        status, text = words.get(fault.kind, (500, "An unexpected server error has occurred, please try again later."))
        return self.refuse(Problem(status, text))

    def _make(self, seen: Seen, found: dict[str, str]) -> Reply:
        route = found["route"]
        if route not in ROUTES:
            raise Problem(404, "the requested route does not exist", "not_found")
        if len(seen.body) > (100 if route.startswith("audio") else 10) * 2**20:
            raise Problem(413, "body: payloads cannot be larger than 10MiB in size")
        fields = {field.name: field for field in seen.form()}
        check(fields, *ROUTES[route])
        check_together(route, fields)
        accept = seen.headers.get("accept", "*/*")
        if accept not in ("image/*", "audio/*", "*/*", "application/json"):
            raise Problem(400, f"accept: must be image/* or application/json, not {accept}")
        request = {"route": route, **{field.name: field.content if field.filename else field.text
                                      for field in fields.values()}}
        number = f"{len(self.jobs) + 1:064x}"
        if route in LATE:
            status = 202 if route.startswith("audio") else 200
            return self.pay(seen, lambda job: Reply(status, {"id": job.id}), request=request, id=number)
        return self.pay(seen, self._at_once, request=request, id=number)

    def _at_once(self, job: Job) -> Reply:
        content, kind = self._content(job)
        reason = "CONTENT_FILTERED" if job.has("blocked_result") else "SUCCESS"
        return Reply(body=content, type=kind, headers={"finish-reason": reason, "seed": self._seed(job)})

    def _result(self, seen: Seen, found: dict[str, str]) -> Reply:
        job = self.job(found["id"])
        if job.request["route"].startswith("audio") != bool(found["audio"]):
            raise Problem(404, "id: the generation either does not exist or has expired.")
        if job.struck("odd_status"):
            return Reply(json={"id": job.id, "status": "rehearsing"})
        if not self.done(job):
            return Reply(202, {"id": job.id, "status": "in-progress"})
        if job.has("failed"):
            raise Problem(422, "The image could not be processed.", "unprocessable")
        if job.has("blocked_result"):
            raise Problem(403, DENIED)
        content, kind = self._content(job)
        reply = self.file(job, content, kind)
        return Reply(reply.status, reply.json, reply.body, reply.type,
                     {**reply.headers, "finish-reason": "SUCCESS", "seed": self._seed(job)})

    def _seed(self, job: Job) -> str:
        asked = job.request.get("seed", "0")
        return asked if asked != "0" else "343940597"

    def _content(self, job: Job) -> tuple[bytes, str]:
        request, about = job.request, f"{job.id} {job.request.get('prompt')}"
        if request["route"].startswith("audio"):
            wav = request.get("output_format") == "wav"
            return (samples.sound(about), "audio/wav") if wav else (samples.mp3(about), "audio/mpeg")
        kind = request.get("output_format", "png")
        width, height = _shape(request)
        scale = max(width, height) / 128
        shown = max(8, round(width / scale)), max(8, round(height / scale))
        content = samples.picture(about, *shown) if kind == "png" else samples.picture_as(about, kind, *shown)
        return content, f"image/{kind}"


def _shape(request: Mapping[str, Any]) -> tuple[int, int]:
    given = next((request[name] for name in ("image", "subject_image", "init_image") if name in request), None)
    if "aspect_ratio" in request or given is None:
        width, height = map(int, request.get("aspect_ratio", "1:1").split(":"))
        return 100 * width, 100 * height
    width, height = size(given)
    more = {name: int(request.get(name, 0)) for name in ("left", "right", "up", "down")}
    return width + more["left"] + more["right"], height + more["up"] + more["down"]
