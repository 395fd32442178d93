"""Kling on loopback, after the vendor's pages of 2026-09: the newer standard for films, ``/v1`` for the rest."""

import time
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.kling_account import check_token, price, price_older
from nodes.remote.emulators.kling_media import wrong
from nodes.remote.emulators.kling_rules import OLDER, VIDEO, check_older, check_video
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

FAILURES = {"failed": "Generation failed", "blocked_result": "Failure to pass the risk control system"}
SHORT = 304
"""Pixels of a picture's short side: enough that Kling takes it as a first frame."""
SHAPES = {"16:9": (128, 72), "9:16": (72, 128), "1:1": (96, 96)}


class KlingEmulator(Emulator):
    """Kling. A key ``access:secret`` is taken as its signed token, on ``/v1`` only."""

    name = "kling"

    def routes(self) -> list[tuple[str, str, Handler]]:
        jobs = "|".join(route for route in OLDER if route not in ("videos/identify-face", "audio/tts"))
        return [
            ("POST", "/(?P<route>(?:text-to-video|image-to-video|omni-video|motion-control)/[^/]+)", self.create),
            ("GET", "/tasks", self.tasks),
            ("POST", "/v1/videos/identify-face", self.faces),
            ("POST", "/v1/audio/tts", self.speech),
            ("POST", f"/v1/(?P<route>{jobs})", self.create_older),
            ("GET", f"/v1/(?P<route>{jobs})", self.list_older),
            ("GET", f"/v1/(?P<route>{jobs})/(?P<id>[^/]+)", self.task_older),
            ("GET", r"/files/(?P<id>[^/]+)/(?P<name>\w+)\.(?P<type>\w+)", self.result),
        ]

    # --- accounts and errors ----------------------------------------------------------------------------------------

    def authorise(self, seen: Seen) -> None:
        given = seen.headers.get("authorization", "")
        if not given:
            raise Problem(401, "Authorization is empty", "1001")
        access, pair, secret = self.key.partition(":")
        if not pair:
            if given != f"Bearer {self.key}":
                raise Problem(401, "Authorization is invalid", "1002")
            return
        if not seen.path.startswith("/v1/"):
            raise Problem(401, "Authorization is invalid: this API takes API keys only", "1002")
        check_token(given.removeprefix("Bearer "), access, secret)

    def refuse(self, problem: Problem) -> Reply:
        usual = {404: 1203, 405: 1202, 503: 5001}.get(problem.status, 1200)
        code = int(problem.code) if problem.code.isdigit() else usual
        return Reply(problem.status, {"code": code, "message": problem.message, "request_id": "req-refused"})

    def fault_reply(self, fault: Fault) -> Reply:
        status, code, text = {
            "busy": (429, 1303, "parallel task over resource pack limit"),
            "key": (401, 1002, "Authorization is invalid"),
            "no_credit": (429, 1102, "Account balance not enough"),
            "blocked": (400, 1301, "Trigger the platform's content security policy"),
        }.get(fault.kind, (500, 5000, "Server internal error"))
        return self.refuse(Problem(status, text, str(code)))

    # --- the newer standard -----------------------------------------------------------------------------------------

    def create(self, seen: Seen, groups: dict[str, str]) -> Reply:
        route, body = groups["route"], seen.json()
        if route not in VIDEO:
            raise Problem(404, f"model {route} does not exist", "1203")
        check_video(route, body)
        nonce = body.get("options", {}).get("external_task_id", "")
        self._once(nonce)

        def make(job: Job) -> Reply:
            job.data.update(route=route, usd=price(route, body), size=_size(route, body),
                            sound=body.get("settings", {}).get("audio") == "native")
            return _good({"id": job.id, "status": "submitted", "create_time": _ms(), "update_time": _ms(),
                          "external_id": nonce})

        return self.pay(seen, make, request=body, nonce=nonce)

    def tasks(self, seen: Seen, groups: dict[str, str]) -> Reply:
        """Jobs by their numbers or names. That unknown ones are left out is not documented."""
        if len(seen.query) != 1 or not set(seen.query) <= {"task_ids", "external_task_ids"}:
            raise wrong("either task_ids or external_task_ids")
        [(by, text)] = seen.query.items()
        wanted = text.split(",")
        ids = wanted if by == "task_ids" else [job.id for job in self.jobs.values() if job.nonce in wanted]
        found = []
        for one in ids:
            try:
                job = self.job(one)
            except Problem as problem:
                if problem.status != 404:
                    raise
                continue
            if "/" in job.data["route"] and job.data["route"] in VIDEO:
                found.append(self._task(job))
        return _good(found)

    def _task(self, job: Job) -> dict[str, Any]:
        plain: dict[str, Any] = {"id": job.id, "create_time": _ms(), "update_time": _ms(), "external_id": job.nonce}
        status, message = self._status(job)
        plain |= {"status": status, "message": message, "outputs": [], "billing": []}
        if status == "succeeded":
            plain["outputs"] = [{"type": "video", "id": f"8{job.id[-6:]}", "url": self._address(job, "mp4"),
                                 "watermark_url": "", "duration": "5"}]
            plain["billing"] = [{"charge_type": "cash", "cash_type": "balance", "amount": f"{job.data['usd']:.4f}",
                                 "currency": "USD", "list_price": f"{job.data['usd']:.4f}"}]
        return plain

    def _status(self, job: Job) -> tuple[str, str]:
        if not self.done(job):
            return ("submitted" if job.seen < 2 else "processing"), ""
        if job.struck("odd_status"):
            return "reviewing", ""
        if job.has("failed"):
            return "failed", FAILURES["failed"]
        if job.has("blocked_result"):
            return "failed", FAILURES["blocked_result"]
        return "succeeded", ""

    # --- the older standard -----------------------------------------------------------------------------------------

    def create_older(self, seen: Seen, groups: dict[str, str]) -> Reply:
        route, body = groups["route"], seen.json()
        check_older(route, body)
        nonce = body.get("external_task_id", "")
        self._once(nonce)
        if route == "videos/advanced-lip-sync" and body["session_id"] not in self._sessions():
            raise wrong("session_id does not exist")

        def make(job: Job) -> Reply:
            job.data.update(route=route, usd=price_older(route, body), size=_size_older(route, body), sound=True)
            return _good(self._short(job))

        return self.pay(seen, make, request=body, nonce=nonce)

    def task_older(self, seen: Seen, groups: dict[str, str]) -> Reply:
        named = [job.id for job in self.jobs.values() if job.nonce == groups["id"]]
        job = self.job(named[0] if named else groups["id"])
        if job.data["route"] != groups["route"]:
            raise Problem(404, "task not found", "1203")
        return _good(self._older(job))

    def list_older(self, seen: Seen, groups: dict[str, str]) -> Reply:
        number, size = int(seen.query.get("pageNum", "1")), int(seen.query.get("pageSize", "30"))
        if not (1 <= number <= 1000 and 1 <= size <= 500):
            raise wrong("pageNum or pageSize is out of range")
        jobs = [job for job in self.jobs.values() if job.data["route"] == groups["route"]]
        return _good([self._older(job) for job in jobs[(number - 1) * size: number * size]])

    def _short(self, job: Job) -> dict[str, Any]:
        return {"task_id": job.id, "task_status": "submitted", "task_info": {"external_task_id": job.nonce},
                "created_at": _ms(), "updated_at": _ms()}

    def _older(self, job: Job) -> dict[str, Any]:
        status, message = self._status(job)
        plain = self._short(job) | {"task_status": {"succeeded": "succeed"}.get(status, status),
                                    "task_status_msg": message, "watermark_info": {"enabled": False}}
        if status == "succeeded":
            plain |= _deduction(job.data["usd"])
            if job.data["route"].startswith("images/"):
                plain["task_result"] = {"images": [
                    {"index": 0, "url": self._address(job, "png"), "watermark_url": ""}]}
            else:
                plain["task_result"] = {"videos": [{"id": f"8{job.id[-6:]}", "url": self._address(job, "mp4"),
                                                    "watermark_url": "", "duration": "5"}]}
        return plain

    def faces(self, seen: Seen, groups: dict[str, str]) -> Reply:
        body = seen.json()
        check_older("videos/identify-face", body)

        def make(job: Job) -> Reply:
            job.data.update(route="videos/identify-face", session=f"s-{job.id}")
            return _good({"session_id": f"s-{job.id}", **_deduction(0.007), "face_data": [
                {"face_id": "0", "face_image": f"{self.url}/files/{job.id}/face.png", "start_time": 0,
                 "end_time": 5200}]})

        return self.pay(seen, make, request=body)

    def speech(self, seen: Seen, groups: dict[str, str]) -> Reply:
        body = seen.json()
        check_older("audio/tts", body)

        def make(job: Job) -> Reply:
            job.data.update(route="audio/tts")
            message = FAILURES["failed"] if job.has("failed") else ""
            message = FAILURES["blocked_result"] if job.has("blocked_result") else message
            audio = {"id": f"7{job.id[-6:]}", "url": self._address(job, "mp3"), "duration": "2.5"}
            return _good({"task_id": job.id, "task_status": "failed" if message else "succeed",
                          "task_status_msg": message, "created_at": _ms(), "updated_at": _ms(),
                          **_deduction(0.0 if message else 0.007),
                          "task_result": {"audios": [] if message else [audio]}})

        return self.pay(seen, make, request=body)

    # --- results ----------------------------------------------------------------------------------------------------

    def result(self, seen: Seen, groups: dict[str, str]) -> Reply:
        job = self.jobs.get(groups["id"])
        if job is None:
            return Reply(404, body=b"no such file", type="text/plain")
        if groups["type"] == "mp3":
            return self.file(job, samples.mp3(job.id, 2.5), "audio/mpeg")
        if groups["type"] == "png":
            return self.file(job, samples.picture(job.id, *job.data["size"]), "image/png")
        width, height = job.data["size"]
        return self.file(job, samples.film(job.id, 1.0, width, height, 8, job.data["sound"]), "video/mp4")

    def _address(self, job: Job, type: str) -> str:
        """A fresh address at each question."""
        return f"{self.url}/files/{job.id}/r{job.seen}.{type}"

    def _once(self, nonce: str) -> None:
        """Names must be unique in an account; that a second one is refused is this emulator's reading."""
        if nonce and any(job.nonce == nonce for job in self.jobs.values()):
            raise wrong("external_task_id is not unique")

    def _sessions(self) -> set[str]:
        return {job.data["session"] for job in self.jobs.values() if "session" in job.data}


def _good(data: Any) -> Reply:
    return Reply(200, {"code": 0, "message": "SUCCEED", "request_id": "req-good", "data": data})


def _deduction(usd: float) -> dict[str, Any]:
    return {"final_unit_deduction": "", "final_balance_deduction": {"quota": f"{usd:.4f}", "list_price": f"{usd:.4f}"}}


def _ms() -> int:
    return int(time.time() * 1000)


def _size(route: str, body: dict[str, Any]) -> tuple[int, int]:
    return SHAPES[body.get("settings", {}).get("aspect_ratio", "16:9")]


def _size_older(route: str, body: dict[str, Any]) -> tuple[int, int]:
    shape = body.get("aspect_ratio", "4:3") if route.startswith("images/") else "1:1"
    wide, high = (int(part) for part in ("4:3" if shape == "auto" else shape).split(":"))
    return (SHORT * wide // min(wide, high) // 2 * 2, SHORT * high // min(wide, high) // 2 * 2)
