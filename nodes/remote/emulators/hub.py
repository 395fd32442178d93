"""The model hub's HTTP API on loopback: repositories with revisions, their files by redirect, gates, and faults."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from typing import Any, ClassVar

from nodes.remote.emulators.hub_samples import samples
from nodes.remote.emulators.server import Emulator, Fault, Handler, Problem, Reply, Seen

REPO = r"(?P<repo>[\w.-]+/[\w.-]+)"
REVISION = r"(?P<revision>[^/]+)"
LFS = 2_000
"""Files of more bytes lie in the large store, behind a redirect; the real hub goes by .gitattributes."""
KINDS = ("busy", "error_before", "html", "truncated", "garbled", "reset_before", "expired")
"""The faults that a file can meet: 429, 503, a web page, cut in the middle, wrong bytes, torn, a dead address."""


@dataclass(slots=True)
class Repo:
    """A repository with one revision, ``main``."""

    files: dict[str, bytes]
    licence: str = "apache-2.0"
    gated: bool | str = False
    """``auto`` or ``manual``: only for those who accepted its terms on the hub's own page."""
    card: dict[str, Any] = field(default_factory=dict)
    """What else its card says: ``license_name``, ``license_link``."""
    private: bool = False

    @property
    def commit(self) -> str:
        """What ``main`` stands for now; another file makes another commit."""
        mark = sha1(usedforsecurity=False)
        for path, content in sorted(self.files.items()):
            mark.update(f"{path}\0{blob(content)}\n".encode())
        return mark.hexdigest()


class Hub(Emulator):
    """The hub. Large files lie on another host than the API, as ``localhost`` is another name than ``127.0.0.1``."""

    name: ClassVar[str] = "hub"

    def __init__(self, key: str = "hf_testtesttest", *, job_seconds: float = 0.0) -> None:
        """There are no jobs: ``job_seconds`` is what every emulator is given."""
        super().__init__(key, job_seconds=job_seconds)
        self.repos: dict[str, Repo] = {name: Repo(**about) for name, about in samples().items()}
        self.past: dict[tuple[str, str], Repo] = {}
        """Earlier revisions, by repository and commit."""
        self.moved: dict[str, str] = {}
        """Old name -> new name."""
        self.accepted: set[str] = set()
        """The gated repositories whose terms the holder of the key accepted."""
        self.served: Counter[str] = Counter()
        """Bytes of files that went out, by path."""
        self.speed = 0
        """Bytes of a file a second; 0: as fast as it goes."""
        self.ranges = True

    def routes(self) -> list[tuple[str, str, Handler]]:
        both = [
            (rf"/{REPO}/resolve/{REVISION}/(?P<path>.+)", self.resolve),
            (rf"/api/resolve-cache/models/{REPO}/{REVISION}/(?P<path>.+)", self.small),
            (r"/files/(?P<commit>\w+)/(?P<repo>[\w.-]+/[\w.-]+)/(?P<path>.+)", self.large),
        ]
        return [
            ("GET", "/api/whoami-v2", self.whoami),
            ("GET", f"/api/models/{REPO}", self.model),
            ("GET", f"/api/models/{REPO}/revision/{REVISION}", self.model),
            ("GET", f"/api/models/{REPO}/tree/{REVISION}", self.tree),
            *((method, path, handler) for path, handler in both for method in ("GET", "HEAD")),
        ]

    def authorise(self, seen: Seen) -> None:
        """Anybody may ask; a wrong key is refused all the same."""
        if seen.headers.get("authorization", f"Bearer {self.key}") != f"Bearer {self.key}":
            raise Problem(401, "Invalid credentials in Authorization header")

    def refuse(self, problem: Problem) -> Reply:
        headers = {"X-Error-Message": problem.message, **({"X-Error-Code": problem.code} if problem.code else {})}
        return Reply(problem.status, {"error": problem.message}, headers=headers)

    # --- the API ----------------------------------------------------------------------------------------------------

    def whoami(self, seen: Seen, named: dict[str, str]) -> Reply:
        if "authorization" not in seen.headers:
            raise Problem(401, "Invalid username or password.")
        return Reply(200, {"type": "user", "id": "1", "name": "ada", "fullname": "Ada", "isPro": False, "orgs": [],
                           "auth": {"type": "access_token", "accessToken": {"displayName": "test", "role": "read"}}})

    def model(self, seen: Seen, named: dict[str, str]) -> Reply:
        if reply := self._moved(seen, named["repo"]):
            return reply
        repo, commit = self._find(seen, named["repo"], named.get("revision") or "main")
        details = seen.query.get("blobs", "").lower() == "true"
        return Reply(200, {
            "_id": "1", "id": named["repo"], "modelId": named["repo"], "author": named["repo"].partition("/")[0],
            "sha": commit, "private": repo.private, "disabled": False, "gated": repo.gated, "downloads": 1, "likes": 0,
            "lastModified": "2026-11-20T12:00:00.000Z", "createdAt": "2026-11-01T12:00:00.000Z",
            "tags": [f"license:{repo.licence}", "region:us"], "cardData": {"license": repo.licence, **repo.card},
            "siblings": [_sibling(path, content, details) for path, content in sorted(repo.files.items())],
        })

    def tree(self, seen: Seen, named: dict[str, str]) -> Reply:
        if reply := self._moved(seen, named["repo"]):
            return reply
        repo, _ = self._find(seen, named["repo"], named["revision"])
        folders = sorted({"/".join(parts[:depth]) for path in repo.files if (parts := path.split("/"))
                          for depth in range(1, len(parts))})
        files = [{"type": "file", "path": path, **_entry(content)} for path, content in sorted(repo.files.items())]
        listed = [{"type": "directory", "oid": blob(name.encode()), "size": 0, "path": name} for name in folders]
        return Reply(200, [*listed, *files])

    # --- files ------------------------------------------------------------------------------------------------------

    def resolve(self, seen: Seen, named: dict[str, str]) -> Reply:
        """Where a file lies: on the API's host if it is small, else signed on the host of the large store."""
        if reply := self._moved(seen, named["repo"]):
            return reply
        repo, commit = self._find(seen, named["repo"], named["revision"])
        self._pass_gate(seen, named["repo"], repo)
        path = named["path"]
        if path not in repo.files:
            raise Problem(404, "Entry not found", "EntryNotFound")
        content = repo.files[path]
        headers = {"X-Repo-Commit": commit, "X-Linked-Size": str(len(content)), "Accept-Ranges": "bytes"}
        if len(content) <= LFS:
            place = f"/api/resolve-cache/models/{named['repo']}/{commit}/{path}"
            return Reply(307, headers={**headers, "Location": place, "ETag": f'"{blob(content)}"'})
        port = self.url.rpartition(":")[2]
        place = f"http://localhost:{port}/files/{commit}/{named['repo']}/{path}?Expires=99&Signature=s3cret"
        linked = f'"{sha256(content).hexdigest()}"'
        return Reply(302, headers={**headers, "Location": place, "X-Linked-ETag": linked})

    def small(self, seen: Seen, named: dict[str, str]) -> Reply:
        repo, commit = self._find(seen, named["repo"], named["revision"])
        self._pass_gate(seen, named["repo"], repo)
        headers = {"X-Repo-Commit": commit, "ETag": f'"{blob(repo.files[named["path"]])}"'}
        return self._file(seen, named["path"], repo.files[named["path"]], headers)

    def large(self, seen: Seen, named: dict[str, str]) -> Reply:
        if "authorization" in seen.headers:
            raise Problem(400, "Only one auth mechanism allowed")  # as the store's signed addresses say
        repo, _ = self._find(seen, named["repo"], named["commit"], signed=True)
        content = repo.files[named["path"]]
        return self._file(seen, named["path"], content, {"ETag": f'"{sha256(content).hexdigest()}"'})

    def _file(self, seen: Seen, path: str, content: bytes, headers: dict[str, str]) -> Reply:
        """A file or the range of it that is asked for, or what goes wrong with it."""
        begin, text = 0, seen.headers.get("range", "")
        if self.ranges and text.startswith("bytes="):
            begin = int(text[6:].partition("-")[0])
            if begin >= len(content):
                return Reply(416, headers={"Content-Range": f"bytes */{len(content)}"})
            headers = {**headers, "Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
        if seen.method == "GET" and (fault := self._struck()) is not None:
            return self._spoilt(fault, path, content[begin:], headers)
        return Reply(206 if begin else 200, body=content[begin:], type="application/octet-stream",
                     headers={**headers, "Accept-Ranges": "bytes"}, speed=self.speed, sent=self._counter(path))

    def _spoilt(self, fault: Fault, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        status = 206 if "Content-Range" in headers else 200
        if fault.kind == "busy":
            return Reply(429, {"error": "Too many requests"}, headers={"Retry-After": f"{fault.seconds:g}"})
        if fault.kind == "expired":
            return Reply(403, body=b"<Error><Code>AccessDenied</Code></Error>", type="application/xml")
        if fault.kind == "html":
            return Reply(200, body=b"<!doctype html><title>Sign in to this network</title>", type="text/html")
        if fault.kind == "truncated":
            whole = {"X-Whole": str(len(body))}
            return Reply(status, body=body[: len(body) // 2], type="application/octet-stream",
                         headers={**headers, **whole}, gently=True, sent=self._counter(path))
        if fault.kind == "garbled":
            return Reply(status, body=bytes(255 - one for one in body), type="application/octet-stream",
                         headers=headers, sent=self._counter(path))
        return Reply(503, body=b"<html>Service Unavailable</html>", type="text/html")

    def _struck(self) -> Fault | None:
        with self._lock:
            for number, fault in enumerate(self.faults):
                if fault.kind in KINDS:
                    rest = Fault(fault.kind, fault.times - 1, fault.seconds)
                    self.faults[number : number + 1] = [rest] if rest.times > 0 else []
                    return fault
        return None

    def _counter(self, path: str) -> Any:
        def count(sent: int) -> None:
            with self._lock:
                self.served[path] += sent

        return count

    # --- who may have what ------------------------------------------------------------------------------------------

    def _moved(self, seen: Seen, name: str) -> Reply | None:
        if name not in self.moved:
            return None
        place = seen.path.replace(name, self.moved[name], 1)
        query = "&".join(f"{key}={value}" for key, value in seen.query.items())
        return Reply(307, body=b"Temporary Redirect", type="text/plain",
                     headers={"Location": place + (f"?{query}" if query else "")})

    def _find(self, seen: Seen, name: str, revision: str, signed: bool = False) -> tuple[Repo, str]:
        repo = self.repos.get(name)
        known = "authorization" in seen.headers or signed
        if repo is None or (repo.private and not known):
            if not known:  # whoever did not sign in is not told which repositories there are
                raise Problem(401, "Invalid username or password.", "RepoNotFound")
            raise Problem(404, "Repository not found", "RepoNotFound")
        if revision in ("main", repo.commit):
            return repo, repo.commit
        if (name, revision) in self.past:
            return self.past[name, revision], revision
        raise Problem(404, f"Invalid rev id: {revision}", "RevisionNotFound")

    def _pass_gate(self, seen: Seen, name: str, repo: Repo) -> None:
        if not repo.gated or (name in self.accepted and "authorization" in seen.headers):
            return
        if "authorization" not in seen.headers:
            raise Problem(401, f"Access to model {name} is restricted. You must have access to it and be authenticated "
                               "to access it. Please log in.", "GatedRepo")
        raise Problem(403, f"Access to model {name} is restricted and you are not in the authorized list. Visit "
                           f"https://huggingface.co/{name} to ask for access.", "GatedRepo")

    def change(self, name: str, files: dict[str, bytes]) -> str:
        """A new commit with these files more or other; its id. The old one can still be asked for."""
        repo = self.repos[name]
        self.past[name, repo.commit] = Repo(dict(repo.files), repo.licence, repo.gated, repo.card, repo.private)
        repo.files.update(files)
        return repo.commit


def blob(content: bytes) -> str:
    """The id that git gives a file."""
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _entry(content: bytes) -> dict[str, Any]:
    """A file as the tree lists it; a large one is a pointer in git."""
    if len(content) <= LFS:
        return {"oid": blob(content), "size": len(content)}
    mark = sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{mark}\nsize {len(content)}\n".encode()
    return {"oid": blob(pointer), "size": len(content),
            "lfs": {"oid": mark, "size": len(content), "pointerSize": len(pointer)}}


def _sibling(path: str, content: bytes, details: bool) -> dict[str, Any]:
    if not details:
        return {"rfilename": path}
    entry = _entry(content)
    plain = {"rfilename": path, "size": entry["size"], "blobId": entry["oid"]}
    if "lfs" in entry:
        lfs = entry["lfs"]
        plain["lfs"] = {"sha256": lfs["oid"], "size": lfs["size"], "pointerSize": lfs["pointerSize"]}
    return plain

