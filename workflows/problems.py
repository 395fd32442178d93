"""What is wrong with a workflow or a pack, as data: one sentence, one hint, and the place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of the list of problems; ``node`` may be an inner id (``use/inner``)."""

    severity: Severity
    message: str
    hint: str = ""
    node: str | None = None
    input: str | None = None
    brief: str = ""
    """The same in a few words, for a card; empty where it does not belong there."""


def mild(problem: Problem) -> Problem:
    """The same as a warning."""
    return replace(problem, severity="warning")


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """Up to three names that look like this one."""
    return get_close_matches(name, list(names), 3, 0.6)


def suggest(name: str, names: Iterable[str], otherwise: str) -> str:
    """A hint that offers the nearest names, or else says something of use."""
    near = nearest(name, names)
    return "Did you mean " + " or ".join(f'"{one}"' for one in near) + "?" if near else otherwise
