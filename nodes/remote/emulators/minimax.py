"""MiniMax on loopback: H3 by the second version of its interface, Hailuo by the first.

After platform.minimax.io (video-generation-v2-create, -query, -delete; video-generation-i2v) as stored in 2026-11.
The second version says no with HTTP statuses, the first with ``base_resp`` in an answer of status 200.
"""

import threading
from typing import Any

from nodes.remote.emulators.minimax_fields import RATIOS, check_h3, check_hailuo
from nodes.remote.emulators.samples import film
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

REFUSALS = {
    400: ("bad_request_error", 2013), 401: ("authorized_error", 1004), 402: ("insufficient_balance_error", 1008),
    404: ("bad_request_error", 2013), 422: ("unprocessable_entity_error", 1026), 429: ("rate_limit_error", 1002),
    503: ("server_error", 1000), 500: ("server_error", 1000),
}
"""HTTP status: the type and the number that MiniMax gives it."""
FAILURES = {"failed": (1000, "internal error"), "blocked_result": (1027, "video contains sensitive content")}


class MiniMax(Emulator):
    """``/v2`` for H3 and ``/v1`` for Hailuo, with a bearer key."""

    name = "minimax"

    def __init__(self, key: str = "test-key", *, job_seconds: float = 1.0) -> None:
        super().__init__(key, job_seconds=job_seconds)
        self._asked = threading.local()

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [("POST", "/v2/video_generation", self._create),
                ("GET", "/v2/query/video_generation", self._list),
                ("GET", "/v2/query/video_generation/(?P<id>[^/]+)", self._query),
                ("DELETE", "/v2/video_generation/(?P<id>[^/]+)", self._delete),
                ("POST", "/v1/video_generation", self._create_hailuo),
                ("GET", "/v1/query/video_generation", self._query_hailuo),
                ("GET", "/v1/files/retrieve", self._retrieve),
                ("GET", r"/files/(?P<id>[\w-]+)\.mp4", self._film)]

    def answer(self, seen: Seen) -> Reply:
        self._asked.first = seen.path.startswith("/v1/")
        return super().answer(seen)

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != f"Bearer {self.key}":
            raise Problem(401, "login fail: Please carry the API secret key in the 'Authorization' field of the "
                               "request header")

    def refuse(self, problem: Problem) -> Reply:
        kind, number = REFUSALS.get(problem.status, ("bad_request_error", 2013))
        if self._asked.first:
            return Reply(json={"base_resp": {"status_code": number, "status_msg": problem.message}})
        return Reply(problem.status, {"type": "error", "error": {
            "type": kind, "message": f"{problem.message} ({number})", "http_code": str(problem.status)},
            "request_id": "021785229015510a2c883cf675b9804d"})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text = {
            "busy": (429, "rate limit, please retry later"), "key": (401, "login fail: the API secret key is wrong"),
            "no_credit": (402, "insufficient balance"),
            "blocked": (422, "video description contains sensitive content"),
        }.get(fault.kind, (500, "internal error"))
        return self.refuse(Problem(status, text))

    # --- H3 ---------------------------------------------------------------------------------------------------------

    def _create(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = check_h3(seen.json())
        return self.pay(seen, lambda job: Reply(json={"task_id": job.id}), request=body, id=self._number())

    def _number(self) -> str:
        return str(424010985738629 + self._count)

    def _list(self, seen: Seen, names: dict[str, str]) -> Reply:
        if set(seen.query) - {"page_num", "page_size"}:
            raise Problem(400, "invalid params")
        found = [self._task(job) for job in self.jobs.values() if "content" in job.request]
        return Reply(json={"tasks": found[:int(seen.query.get("page_size", "10"))], "total": len(found)})

    def job(self, id: str) -> Job:
        try:
            return super().job(id)
        except Problem as problem:
            if problem.status == 404:
                raise Problem(400, "invalid task_id") from None
            raise

    def _query(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        if "content" not in job.request:
            raise Problem(400, "invalid task_id")
        return Reply(json={"task": self._task(job)})

    def _task(self, job: Job) -> dict[str, Any]:
        body = job.request
        status = self._status(job)
        task = {"id": job.id, "model": body["model"], "status": status, "task_type": "generation", "modality": "video",
                "created_at": 1795000000, "updated_at": 1795000060, "resolution": body["resolution"],
                "duration": body["duration"], "ratio": body.get("ratio", "adaptive")}
        if status == "succeeded":
            inputs = sum(one["type"] == "video_url" for one in body["content"])
            task["content"] = {"url": f"{self.url}/files/{job.id}.mp4?Expires={job.seen}"}
            task["usage"] = {
                "output_seconds": body["duration"], "input_seconds": 2 * inputs,
                "total_seconds": body["duration"] + 2 * inputs,
                "input_image_count": sum(one["type"] == "image_url" for one in body["content"])}
        if status == "failed":
            number, text = FAILURES["blocked_result" if job.has("blocked_result") else "failed"]
            task["error"] = {"code": str(number), "message": text}
        return task

    def _status(self, job: Job) -> str:
        if job.stopped:
            return "cancelled"
        if job.struck("odd_status"):
            return "reviewing"
        if not self.done(job):
            return "queued" if self.now() - job.made < self.job_seconds / 3 else "running"
        return "failed" if job.has("failed") or job.has("blocked_result") else "succeeded"

    def _delete(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(names["id"])
        status = self._status(job)
        if status in ("running", "cancelled"):
            raise Problem(400, f"invalid params, a {status} task can't be cancelled or deleted")
        if status == "queued":
            job.stopped, job.charged = True, False
        else:
            job.faults.append(Fault("forgotten"))
        return Reply(json={"task_id": job.id, "action": "cancelled" if job.stopped else "deleted"})

    # --- Hailuo -----------------------------------------------------------------------------------------------------

    def _create_hailuo(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = check_hailuo(seen.json())
        return self.pay(seen, lambda job: _good({"task_id": job.id}), request=body, id=self._number())

    def _query_hailuo(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.job(seen.query.get("task_id", ""))
        if "content" in job.request:
            raise Problem(400, "invalid task_id")
        status = {"queued": "Queueing", "running": "Processing", "succeeded": "Success", "failed": "Fail",
                  "reviewing": "Reviewing"}[self._status(job)]
        if status == "Fail":
            number, text = FAILURES["blocked_result" if job.has("blocked_result") else "failed"]
            return Reply(json={"task_id": job.id, "status": status, "file_id": "", "video_width": 0, "video_height": 0,
                               "base_resp": {"status_code": number, "status_msg": text}})
        made = status == "Success"
        return _good({"task_id": job.id, "status": status, "file_id": f"9{job.id}" if made else "",
                      "video_width": 1366 if made else 0, "video_height": 768 if made else 0})

    def _retrieve(self, seen: Seen, names: dict[str, str]) -> Reply:
        number = seen.query.get("file_id", "")
        job = self.jobs.get(number[1:])
        if job is None or not number.startswith("9"):
            raise Problem(400, "invalid params, file_id does not exist")
        return _good({"file": {
            "file_id": int(number), "bytes": 0, "created_at": 1795000060, "filename": "output_aigc.mp4",
            "purpose": "video_generation", "download_url": f"{self.url}/files/{job.id}.mp4?Expires={job.seen}"}})

    def _film(self, seen: Seen, names: dict[str, str]) -> Reply:
        job = self.jobs[names["id"]]
        width, height = RATIOS.get(job.request.get("ratio", "16:9"), (128, 72))
        sounds = "content" in job.request
        return self.file(job, film(f"{job.id} {job.request['model']}", 1.0, width, height, sound=sounds), "video/mp4")


def _good(plain: dict[str, Any]) -> Reply:
    return Reply(json={**plain, "base_resp": {"status_code": 0, "status_msg": "success"}})
