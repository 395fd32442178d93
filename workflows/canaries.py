"""Canaries: one small order for each hosted model, placed again when a person wants, to see whether the model changed.

Each is a file below ``canaries`` in the data folder. What came of it the last times stands in it; the media lie beside.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ajar.contract import NodeType
from ajar.errors import AjarError, WorkflowError
from ajar.hints import Area, Model
from workflows.disk import replace_file, trouble
from workflows.graph import ID, Graph, Node
from workflows.likeness import Look, compare
from workflows.settings import Home

PROMPT = "A red kite above green hills, a white house at the left, in flat daylight."
"""Plain things with firm edges: a model that changed draws them otherwise."""
SEED = 7
KEPT = 20
WORDS = {
    "same": "unchanged: byte for byte what it gave before",
    "alike": "unchanged to the eye; its bytes are others",
    "near": "slightly changed",
    "other": "CHANGED: it gives something else than before",
}
CHANCE = " (it takes no seed, so some of that may be chance)"


@dataclass(frozen=True, slots=True)
class Tried:
    """One time that a canary was sent."""

    at: float
    look: Look
    cost: float | None
    low: float | None
    high: float | None
    """The price as it was known before, in dollars."""
    emulated: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class Canary:
    """A small order, and what came of it."""

    name: str
    type: str
    """The hosted node type."""
    inputs: Mapping[str, Any]
    made: float
    tried: tuple[Tried, ...] = ()
    orders: int = 0
    """How often it was sent in all: each time is a take of its own, so that it is really sent."""

    @property
    def last(self) -> Tried | None:
        return self.tried[-1] if self.tried else None


def new(name: str, type_: NodeType, prompt: str, inputs: Mapping[str, Any]) -> Canary:
    """A canary for a hosted node type. WorkflowError where it can be none."""
    if not ID.fullmatch(name):
        raise WorkflowError(f'"{name}" can\'t be the name of a canary.',
                            "Names have small letters, digits and hyphens.")
    if type_.lane != "remote":
        raise WorkflowError(f"{type_.title} works on this machine, where no model changes by itself.",
                            "Choose a node of a provider: ajar nodes.")
    own: dict[str, Any] = {}
    for socket in type_.inputs:
        if socket.is_seed:
            own[socket.name] = SEED
        elif socket.hint(Area) is not None and not any(isinstance(value, str) for value in own.values()):
            own[socket.name] = prompt or PROMPT
    model = next((socket for socket in type_.inputs if socket.hint(Model) is not None), None)
    if model is not None and isinstance(model.default, str):
        own[model.name] = model.default  # pinned: a later default is another model
    return Canary(name, type_.id, {**own, **inputs}, time.time())


def graph_of(canaries: Iterable[Canary]) -> Graph:
    """The workflow that sends these once more, each under its name."""
    return Graph({one.name: Node(one.type, dict(one.inputs), take=one.orders) for one in canaries})


def verdict(canary: Canary, tried: Tried, type_: NodeType | None) -> str:
    """What a try says about the model, in words; of the first try there is nothing to compare with."""
    before = next((one for one in reversed(canary.tried) if one.emulated == tried.emulated), None)
    if before is None:
        return "kept: from now on it can be compared with this"
    word = compare(before.look, tried.look)
    seeded = type_ is not None and any(socket.is_seed for socket in type_.inputs)
    return WORDS[word] + (CHANCE if word in ("near", "other") and not seeded else "")


def price_change(before: Tried | None, high: float | None) -> str:
    """In words, where it costs something else than it did; empty where it does not or nobody knows."""
    if before is None or high is None or before.high is None:
        return ""
    if abs(high - before.high) <= 0.01 * max(high, before.high):
        return ""
    when = time.strftime("%Y-%m-%d", time.localtime(before.at))
    return f"RE-PRICED: ${high:.4g} now, ${before.high:.4g} on {when}"


def with_try(canary: Canary, tried: Tried) -> Canary:
    """The canary with one more try; the very first and the latest are kept."""
    tries = (*canary.tried, tried)
    kept = tries if len(tries) <= KEPT else (tries[0], *tries[-KEPT + 1:])
    return replace(canary, tried=kept, orders=canary.orders + 1)


# Where they are kept


def folder(home: Home) -> Path:
    return home.path / "canaries"


def read_all(home: Home) -> list[Canary]:
    """Every canary by name. AjarError names a damaged one."""
    if not folder(home).is_dir():
        return []
    return [_read(path) for path in sorted(folder(home).glob("*.json"))]


def find(home: Home, name: str) -> Canary:
    """WorkflowError where there is none of this name."""
    path = folder(home) / f"{name}.json"
    if not ID.fullmatch(name) or not path.is_file():
        raise WorkflowError(f'There is no canary "{name}".', "See ajar canary list.")
    return _read(path)


def write(home: Home, canary: Canary) -> None:
    """Keep it, whole or not at all."""
    try:
        data = json.dumps({"ajar-canary": 1, **asdict(canary)}, ensure_ascii=False, indent=1).encode()
        replace_file(folder(home) / f"{canary.name}.json", data)
    except OSError as error:
        raise trouble(error, "keep the canary") from error


def remove(home: Home, canary: Canary) -> None:
    """Forget it, and what it gave."""
    try:
        for tried in canary.tried:
            if tried.file:
                (folder(home) / Path(tried.file).name).unlink(missing_ok=True)
        (folder(home) / f"{canary.name}.json").unlink(missing_ok=True)
    except OSError as error:
        raise trouble(error, "remove the canary") from error


def keep_media(home: Home, canary: Canary, content: bytes | Path, suffix: str) -> str:
    """Keep what a try gave, to look at; gives its name."""
    name = f"{canary.name}-{canary.orders + 1}{suffix}"
    try:
        replace_file(folder(home) / name, content if isinstance(content, bytes) else content.read_bytes())
    except OSError as error:
        raise trouble(error, "keep what the canary gave") from error
    return name


def _read(path: Path) -> Canary:
    try:
        plain = json.loads(path.read_bytes())
        tried = tuple(Tried(**{**one, "look": Look(**one["look"])}) for one in plain["tried"])
        return Canary(str(plain["name"]), str(plain["type"]), dict(plain["inputs"]), float(plain["made"]), tried,
                      int(plain["orders"]))
    except OSError as error:
        raise trouble(error, f"read {path.name}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AjarError(f"The canary {path.stem} is damaged.", f"Remove {path}, and add it anew.") from error
