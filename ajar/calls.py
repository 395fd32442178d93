"""One request and its answer, as data, and how to read what providers write in them. No connection is opened here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


class Unreadable(ValueError):
    """An answer is not what the provider documents. After a paid call this means: the outcome is not known."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, without the key: the transport adds it, for hosts of the provider only."""

    method: Literal["GET", "POST", "PUT", "DELETE", "PATCH"]
    path: str
    """``/v1/tasks`` below the base address ``base``, or a whole address that an answer gave."""
    json: Any = None
    form: tuple[tuple[str, "str | Upload"], ...] = ()
    """A multipart form, in order; used where it is not empty."""
    data: bytes | None = None
    """A raw body; say its type in ``headers``."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: bool = True
    """False for addresses that must not get the key: signed upload and download addresses."""
    base: str = ""
    """The name of another base address among the facts (``rest`` of fal); empty for the main one."""
    seconds: float = 60.0
    """How long to wait for the answer; 300 or more where a provider answers only when it is done."""
    stream: bool = False
    """The answer comes as server-sent events, each of which ``Provider.piece`` reads as it comes."""
    sees_errors: bool = False
    """In a conversation: it is shown 5xx answers too, as with some of them a provider says how a job ended (fal)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON. Unreadable if it is none."""
        try:
            return json.loads(self.body, parse_int=_whole)
        except (ValueError, RecursionError):
            raise Unreadable("the answer is not JSON") from None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object. Unreadable if it is none."""
        plain = self.json()
        if not isinstance(plain, dict):
            raise Unreadable("the answer is not a JSON object")
        return plain

    def events(self) -> list[Any]:
        """The JSON of each ``data:`` line of server-sent events, without ``[DONE]``."""
        found = []
        # Not splitlines: it also parts lines where a text has U+2028 or U+0085 in it.
        for line in self.body.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            text = line.removeprefix("data:").strip() if line.startswith("data:") else ""
            if text and text != "[DONE]":
                try:
                    found.append(json.loads(text, parse_int=_whole))
                except (ValueError, RecursionError):
                    raise Unreadable("an event of the answer is not JSON") from None
        return found


def _whole(digits: str) -> int | float:
    """A whole number; one that no float can hold is infinite, so that whoever reckons with it need not ask."""
    return int(digits) if len(digits) < 300 else float(digits)


def choose(answer: Mapping[str, Any], *path: "str | int", default: Any = None) -> Any:
    """A value deep in an answer, or the default where the way to it is missing."""
    found: Any = answer
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return default
    return default if found is None else found


def need(answer: Mapping[str, Any], *path: "str | int") -> Any:
    """A value deep in an answer. Unreadable where it is missing."""
    found = choose(answer, *path)
    if found is None:
        raise Unreadable(f"the answer has no {'.'.join(map(str, path))}")
    return found


def rows(answer: Mapping[str, Any], *path: "str | int") -> list[dict[str, Any]]:
    """The objects in a list deep in an answer; nothing where there is no list, and without what is no object."""
    found = choose(answer, *path)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def number(answer: Mapping[str, Any], *path: "str | int") -> float:
    """A number deep in an answer. Unreadable where there is none."""
    found = need(answer, *path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Unreadable(f"{'.'.join(map(str, path))} of the answer is not a number")
    return float(found)


def detail(answer: Answer) -> str:
    """What an error says in its ``detail``, as many servers write it: a text, or what is wrong with each field."""
    try:
        found = choose(answer.object(), "detail")
    except Unreadable:
        found = None
    if isinstance(found, list):
        found = "; ".join(f"{'.'.join(map(str, choose(one, 'loc', default=())))}: {choose(one, 'msg', default='?')}"
                          for one in found)
    return say(found or f"HTTP {answer.status}")


def say(text: Any, limit: int = 300) -> str:
    """A provider's words in one printable line."""
    line = " ".join("".join(one if one.isprintable() else " " for one in str(text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
