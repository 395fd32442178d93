"""The stand-in for the toy providers: it may know nonces, and may list jobs late."""

from typing import Any

from nodes.remote.emulators.samples import picture
from nodes.remote.emulators.server import Emulator, Handler, Problem, Reply, Seen


class Toys(Emulator):
    """Jobs at ``/jobs``. ``lag``: seconds after which a job can be found by its nonce."""

    name = "toy"
    lag = 0.0
    keyed = False
    """Whether the same Idempotency-Key gives the same job."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", "/jobs", self._make), ("GET", "/jobs", self._find), ("GET", "/jobs/(?P<id>[^/]+)", self._ask),
            ("DELETE", "/jobs/(?P<id>[^/]+)", self._stop), ("GET", "/files/(?P<id>[^/]+)", self._file),
        ]

    def _make(self, seen: Seen, groups: dict[str, str]) -> Reply:
        body = seen.json()
        nonce = seen.headers.get("idempotency-key", "")
        known = next((job for job in self.jobs.values() if job.nonce == nonce), None)
        if self.keyed and known is not None:
            return Reply(200, {"id": known.id})
        return self.pay(seen, lambda job: Reply(200, {"id": job.id}), request=body, nonce=nonce)

    def _find(self, seen: Seen, groups: dict[str, str]) -> Reply:
        old = [job for job in self.jobs.values()
               if job.nonce == seen.query.get("nonce") and self.now() - job.made >= self.lag]
        return Reply(200, {"jobs": [{"id": job.id} for job in old]})

    def _ask(self, seen: Seen, groups: dict[str, str]) -> Reply:
        job = self.job(groups["id"])
        plain: dict[str, Any] = {
            "status": "stopped" if job.stopped else "done" if self.done(job) else "running"}
        if self.done(job):
            plain["url"] = f"{self.url}/files/{job.id}"
        return Reply(200, plain)

    def _stop(self, seen: Seen, groups: dict[str, str]) -> Reply:
        self.job(groups["id"]).stopped = True
        return Reply(200, {})

    def _file(self, seen: Seen, groups: dict[str, str]) -> Reply:
        job = self.jobs.get(groups["id"])
        if job is None:
            raise Problem(404, "no such file")
        return self.file(job, picture(str(job.request["text"])), "image/png")
