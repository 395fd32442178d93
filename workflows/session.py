"""What was open when the window was closed, in ``session.json``: tabs, rooms, places on the board, the queue."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows.disk import replace_file, trouble
from workflows.settings import Home

Place = tuple[float, float, float]
"""The middle of what is seen, and the zoom."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One open workflow."""

    path: str | None = None
    """Its file; None where it was never saved."""
    draft: str = ""
    """The name of a workflow without a file, under which its draft and takes are kept."""
    name: str = ""
    origin: str | None = None
    """What paths in a workflow without a file are relative to."""
    chosen: tuple[str, ...] = ()
    """Of a workflow without a file: the files elsewhere that a person chose for it."""
    room: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The window as it was left."""

    tabs: tuple[Tab, ...] = ()
    front: int = 0
    recent: tuple[str, ...] = ()
    """Files that were open lately, the latest first."""
    geometry: bytes = b""
    """Where the window stood, as Qt says it."""
    layout: bytes = b""
    """How its docks lay, as Qt says it."""
    queue: tuple[Mapping[str, Any], ...] = ()
    """What waited to be run. Whoever reads it decides what may go on by itself."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What single panels remember, by their name."""


def write_session(home: Home, session: Session) -> None:
    """Remember this. AjarError where it can't be written or holds what JSON has no word for."""
    plain = asdict(session)
    for name in ("geometry", "layout"):
        plain[name] = base64.b64encode(plain[name]).decode("ascii")
    try:
        replace_file(_file(home), json.dumps({"ajar-session": 1, **plain}, indent=1).encode("ascii"))
    except (TypeError, ValueError, RecursionError) as error:
        raise AjarError(f"Could not remember the session: {error}.", "Nothing else is lost.") from error
    except OSError as error:
        raise trouble(error, "remember the session") from error


def read_session(home: Home) -> tuple[Session, str]:
    """The last session, and a sentence where it can't be read; then it is an empty one."""
    try:
        data = _file(home).read_bytes()
    except FileNotFoundError:
        return Session(), ""
    except OSError as error:
        return Session(), f"The last session can't be read: {(error.strerror or str(error)).lower()}."
    try:
        plain = json.loads(data)
        return _session(plain), ""
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Session(), f"The last session can't be read and is ignored: {_file(home)} is damaged."


def _session(plain: Mapping[str, Any]) -> Session:
    tabs = tuple(_tab(tab) for tab in plain["tabs"])
    return Session(
        tabs, min(max(int(plain["front"]), 0), max(len(tabs) - 1, 0)), tuple(map(str, plain["recent"])),
        base64.b64decode(plain["geometry"], validate=True), base64.b64decode(plain["layout"], validate=True),
        tuple(dict(entry) for entry in plain["queue"]), dict(plain["more"]),
    )


def _tab(plain: Mapping[str, Any]) -> Tab:
    place = plain["place"]
    if place is not None:
        x, y, zoom = map(float, place)
        place = (x, y, zoom)
    path, origin = plain["path"], plain["origin"]
    return Tab(
        None if path is None else str(path), str(plain["draft"]), str(plain["name"]),
        None if origin is None else str(origin), tuple(map(str, plain.get("chosen", ()))),
        tuple(map(str, plain["room"])), place,
    )


def _file(home: Home) -> Path:
    return home.path / "session.json"
