"""Luma's Dream Machine API on loopback, written from the wire of lumaai 1.21.0, which drives it in the tests.

The errors are FastAPI's ``{"detail": ...}``, as general knowledge has it; the SDK only looks at the status. Addresses
are not fetched.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

Check = Callable[[Any], bool]
SHAPES = ("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")
MODES = tuple(f"{word}_{level}" for word in ("adhere", "flex", "reimagine") for level in (1, 2, 3))
CONCEPTS = ["orbit_left", "dolly_zoom", "handheld"]


def _of(*choices: str) -> Check:
    return lambda value: isinstance(value, str) and value in choices


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _url(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://\S+", value) is not None


def _medium(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"url"} and _url(value["url"])


def _weighed(value: Any) -> bool:
    return (isinstance(value, Mapping) and set(value) <= {"url", "weight"} and _url(value.get("url"))
            and isinstance(value.get("weight", 1), int | float) and 0 <= value.get("weight", 1) <= 1)


def _many(check: Check) -> Check:
    return lambda value: isinstance(value, list) and bool(value) and all(map(check, value))


def _keyframe(value: Any) -> bool:
    if not isinstance(value, Mapping) or value.get("type") not in ("image", "generation"):
        return False
    name = "url" if value["type"] == "image" else "id"
    return set(value) == {"type", name} and (_url if name == "url" else _text)(value[name])


def _keyframes(value: Any) -> bool:
    return (isinstance(value, Mapping) and bool(value) and set(value) <= {"frame0", "frame1"}
            and all(map(_keyframe, value.values())))


def _concept(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"key"} and value["key"] in CONCEPTS


def _character(value: Any) -> bool:
    inner = value.get("identity0") if isinstance(value, Mapping) else None
    return set(value) == {"identity0"} and isinstance(inner, Mapping) and _many(_url)(inner.get("images"))


RAY, PHOTON = _of("ray-2", "ray-flash-2"), _of("photon-1", "photon-flash-1")
COMMON: dict[str, Check] = {"prompt": _text, "callback_url": _url, "generation_type": _text}
ROUTES: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "video": ({**COMMON, "model": RAY, "aspect_ratio": _of(*SHAPES), "duration": _of("5s", "9s"), "loop": _flag,
               "resolution": _of("540p", "720p", "1080p", "4k"), "keyframes": _keyframes,
               "concepts": _many(_concept)}, ("model",)),
    "image": ({**COMMON, "model": PHOTON, "aspect_ratio": _of(*SHAPES), "format": _of("jpg", "png"),
               "image_ref": _many(_weighed), "style_ref": _many(_weighed), "character_ref": _character,
               "modify_image_ref": _weighed, "sync": _flag, "sync_timeout": lambda value: value > 0}, ("model",)),
    "video/modify": ({**COMMON, "generation_type": _of("modify_video"), "model": RAY, "media": _medium,
                      "mode": _of(*MODES), "first_frame": _medium}, ("generation_type", "model", "media", "mode")),
    "video/reframe": ({**COMMON, "generation_type": _of("reframe_video"), "model": RAY, "media": _medium,
                       "aspect_ratio": _of(*SHAPES), "first_frame": _medium},
                      ("generation_type", "model", "media", "aspect_ratio")),
}


class Luma(Emulator):
    """Generations are queued, dream, and are completed."""

    name = "luma"
    prefix = "/dream-machine/v1"

    def routes(self) -> list[tuple[str, str, Handler]]:
        start = self.prefix
        return [
            ("POST", start + r"/generations/(?P<route>video|image|video/modify|video/reframe)", self._create),
            ("GET", start + r"/generations/concepts/list", lambda seen, _: Reply(json=CONCEPTS)),
            ("GET", start + r"/generations/(?P<id>[\w-]+)", self._get),
            ("DELETE", start + r"/generations/(?P<id>[\w-]+)", self._delete),
            ("GET", start + r"/generations", self._list),
            ("GET", start + r"/credits", lambda seen, _: Reply(json={"credit_balance": 12345.0})),
            ("GET", r"/files/(?P<id>[\w-]+)/(?P<number>\d+)\.(mp4|png|jpg)", self._file),
        ]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(403, "Not authenticated")

    def refuse(self, problem: Problem) -> Reply:
        return Reply(problem.status, {"detail": problem.message})

    def fault_reply(self, fault: Fault) -> Reply:
        words = {"busy": (429, "Too many concurrent generations"), "key": (403, "Not authenticated"),
                 "no_credit": (400, "Insufficient credits"), "blocked": (400, "Prompt did not pass content moderation")}
        status, text = words.get(fault.kind, (503, "Service unavailable"))
        return self.refuse(Problem(status, text))

    def _create(self, seen: Seen, found: dict[str, str]) -> Reply:
        body, (known, needed) = seen.json(), ROUTES[found["route"]]
        if not isinstance(body, Mapping):
            raise Problem(422, "Input should be a valid dictionary")
        for name in needed:
            if name not in body:
                raise Problem(422, f"{name}: Field required")
        for name, value in body.items():
            if name not in known or not known[name](value):
                raise Problem(422, f"{name}: Input is not valid")
        if not body.get("prompt") and found["route"] in ("video", "image") and "keyframes" not in body:
            raise Problem(400, "Prompt is required")
        kind = "image" if found["route"] == "image" else "video"
        number = f"0f3ea4aa-10e7-4dae-af0b-{len(self.jobs) + 1:012x}"
        return self.pay(seen, lambda job: Reply(201, self._state(job)), request={"kind": kind, **body}, id=number)

    def _get(self, seen: Seen, found: dict[str, str]) -> Reply:
        job = self.job(found["id"])
        if job.stopped:
            raise Problem(404, "Generation not found")
        if job.struck("odd_status"):
            return Reply(json={**self._state(job), "state": "rehearsing"})
        return Reply(json=self._state(job))

    def _delete(self, seen: Seen, found: dict[str, str]) -> Reply:
        self.job(found["id"]).stopped = True
        return Reply(204)

    def _list(self, seen: Seen, _: dict[str, str]) -> Reply:
        limit, offset = int(seen.query.get("limit", 100)), int(seen.query.get("offset", 0))
        made = [self._state(job) for job in self.jobs.values() if not job.stopped]
        return Reply(json={"generations": made[offset : offset + limit], "count": len(made), "limit": limit,
                           "offset": offset, "has_more": offset + limit < len(made)})

    def _state(self, job: Job) -> dict[str, Any]:
        kind = job.request["kind"]
        request = {name: value for name, value in job.request.items() if name != "kind"}
        plain: dict[str, Any] = {
            "id": job.id, "generation_type": kind, "state": "queued", "failure_reason": None, "assets": None,
            "created_at": "2026-11-20T12:00:00Z", "model": job.request["model"],
            "request": {"generation_type": kind, **request}}
        if not self.done(job):
            return {**plain, "state": "dreaming" if job.seen else "queued"}
        if job.has("failed"):
            return {**plain, "state": "failed", "failure_reason": "An internal error occurred"}
        if job.has("blocked_result"):
            return {**plain, "state": "failed", "failure_reason": "The result did not pass content moderation"}
        ending = job.request.get("format", "jpg") if kind == "image" else "mp4"
        return {**plain, "state": "completed", "assets": {kind: f"{self.url}/files/{job.id}/{job.downloads}.{ending}"}}

    def _file(self, seen: Seen, found: dict[str, str]) -> Reply:
        job = self.jobs.get(found["id"])
        if job is None or int(found["number"]) > job.downloads:
            raise Problem(404, "Not found")
        width, height = map(int, job.request.get("aspect_ratio", "16:9").split(":"))
        scale = max(width, height) / 128
        shown = max(8, round(width / scale / 2) * 2), max(8, round(height / scale / 2) * 2)
        about = f"{job.id} {job.request.get('prompt')}"
        if job.request["kind"] == "video":
            return self.file(job, samples.film(about, 1.0, *shown), "video/mp4")
        if job.request.get("format", "jpg") == "png":
            return self.file(job, samples.picture(about, *shown), "image/png")
        return self.file(job, samples.picture_as(about, "jpeg", *shown), "image/jpeg")
