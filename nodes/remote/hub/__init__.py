"""Hugging Face: how its repositories are asked about, and its answers in words. Pure, as a provider is."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from ajar.calls import choose, need, number, rows, say
from ajar.errors import AjarError, Refused, UserError
from ajar.hub import Repo, RepoFile
from ajar.remote import Answer, Asking, Call, Order, Part, Provider, Refusal, Unreadable

FACTS = Path(__file__).parents[3] / "resources" / "hub.toml"
COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MOVED = (301, 302, 303, 307, 308)
HOPS = 3


class HuggingFace:
    """The hub at its facts' address, or a mirror of it."""

    def __init__(self) -> None:
        self.provider = Provider("hub", FACTS, _sells_nothing, _sells_nothing, _refused, greet=_greet)

    def look(self, repo: str, revision: str, *, auth: bool) -> Asking[Repo]:
        path = f"/api/models/{repo}/revision/{quote(revision, safe='')}"
        query: Mapping[str, str] = {"blobs": "true"}
        for _ in range(HOPS):
            answer = yield Call("GET", path, query=query, auth=auth)
            if answer.status not in MOVED or not answer.headers.get("location"):
                break
            path, query = answer.headers["location"], {}
        if not answer.ok:
            raise self.refusal(answer, repo, revision, auth=auth)
        return _repo(answer.object())

    def file(self, repo: str, revision: str, path: str, *, auth: bool) -> Call:
        return Call("GET", f"/{repo}/resolve/{revision}/{quote(path)}", auth=auth)

    def page(self, repo: str) -> str:
        return f"{self.provider.facts.url}/{repo}"

    def refusal(self, answer: Answer, repo: str, revision: str, path: str = "", *, auth: bool) -> AjarError:
        code = answer.headers.get("x-error-code", "")
        page = self.page(repo)
        if code == "GatedRepo" and not auth:
            return UserError(f"{repo} is only for those who accepted its terms.",
                             f"Sign in at {page} and accept them, then give a token of yours: "
                             '"ajar keys set hub", or HF_TOKEN in the environment.')
        if code == "GatedRepo":
            return UserError(f"{repo} is only for those who accepted its terms, and the account of your token has not, "
                             "or was not let in yet.", f"Accept them at {page} with that account.")
        if code == "RevisionNotFound":
            return UserError(f'{repo} has no revision "{revision}".', f"They are listed at {page}/commits/main.")
        if code == "EntryNotFound":
            return UserError(f'{repo} has no file "{path}" at revision {revision[:12]}.',
                             f"Its files are listed at {page}/tree/main.")
        if code == "RepoNotFound" or answer.status == 404:
            private = "or your token may not see it" if auth else "or it is private"
            return UserError(f"Hugging Face has no model repository {repo}, {private}.",
                             f"Look at {page}." + ("" if auth else " For a private one: \"ajar keys set hub\"."))
        said = answer.headers.get("x-error-message") or f"status {answer.status}"
        return AjarError(f"Hugging Face did not give {path or repo}: {say(said).rstrip('.')}.", f"Look at {page}.")


def _repo(plain: Mapping[str, Any]) -> Repo:
    name, revision = need(plain, "id"), need(plain, "sha")
    if not isinstance(name, str) or not isinstance(revision, str) or not COMMIT.fullmatch(revision):
        raise Unreadable("the hub names no commit")
    card = plain.get("cardData")
    said = card if isinstance(card, dict) else {}
    licence = said.get("license")
    tags = [tag[8:] for tag in plain.get("tags") or () if isinstance(tag, str) and tag.startswith("license:")]
    known = licence if isinstance(licence, str) else (tags or [""])[0]
    return Repo(name, revision, tuple(map(_file, rows(plain, "siblings"))), say(known, 60),
                say(said.get("license_name") or "", 100), say(said.get("license_link") or "", 300),
                plain.get("gated") not in (False, None))


def _file(plain: Mapping[str, Any]) -> RepoFile:
    path, size = need(plain, "rfilename"), int(number(plain, "size"))
    sha256, blob = choose(plain, "lfs", "sha256", default=""), choose(plain, "blobId", default="")
    if not isinstance(path, str) or size < 0:
        raise Unreadable("a file has no name or no size")
    if isinstance(sha256, str) and SHA256.fullmatch(sha256):
        return RepoFile(path, size, sha256=sha256)
    if isinstance(blob, str) and COMMIT.fullmatch(blob):
        return RepoFile(path, size, blob=blob)
    raise Unreadable(f"the file {say(path, 80)} has no checksum")


def _refused(answer: Answer) -> Refusal:
    """A wrong token is told from a repository that is closed to it."""
    said = answer.headers.get("x-error-message") or f"status {answer.status}"
    wrong = answer.status == 401 and "x-error-code" not in answer.headers
    if wrong:
        return Refusal("key", say(said))
    return Refusal("busy" if answer.status == 429 else "server" if answer.status >= 500 else "invalid", say(said))


def _greet() -> Asking[str]:
    answer = yield Call("GET", "/api/whoami-v2")
    if not answer.ok:
        raise AjarError(f"Hugging Face did not say whose token it is (status {answer.status}).", "Try again later.")
    return f"it is the token of {say(need(answer.object(), 'name'), 80)}."


def _sells_nothing(*_: Order | Answer | Sequence[Part] | str) -> NoReturn:
    raise Refused("Nothing is ordered from the hub; models are fetched from it.", "Use: ajar models get NAME.")


