"""The project a workflow belongs to: the nearest folder upward with ``ajar.toml``, else the workflow's own folder."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ajar.errors import Refused, WorkflowError

FILE = "ajar.toml"
Residency = Literal["open", "listed", "local"]
RESIDENCIES: tuple[Residency, ...] = ("open", "listed", "local")
"""From loose to strict: anywhere, only where the lists of the user or project say, never off this machine."""
Intent = Literal["any", "personal", "commercial", "client"]
INTENTS: tuple[Intent, ...] = ("any", "personal", "commercial", "client")
"""What the work is for, from loose to strict; "any": nobody said it."""
CAPS = ("run", "day", "month", "project")
DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])", re.IGNORECASE)
MAX_PATH = 4096


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done. None and "open" say nothing, so they never loosen what another place says."""

    residency: Residency = "open"
    places: frozenset[str] | None = None
    """With "listed": the providers that may be used."""
    caps: Mapping[str, float] = field(default_factory=dict)
    """The most that may be spent in a run, a day, a month and for the project."""
    over: Literal["", "ask", "refuse"] = ""
    """What happens at a cap: a person is asked, or it is refused; "" says nothing, which means refused."""
    intent: Intent = "any"
    """What the work is for: terms that forbid it are refused."""


@dataclass(frozen=True, slots=True)
class Project:
    """Where a workflow lives, and what its ajar.toml says."""

    root: Path
    name: str
    policy: Policy = Policy()
    settings: Mapping[str, Any] = field(default_factory=dict)
    confidential: tuple[str, ...] = ()
    """Patterns of files, relative to the root, that must not reach another machine, nor anything made from them."""


def find(path: Path) -> Project:
    """The project of a workflow file. WorkflowError if its ajar.toml is wrong."""
    folder = path.resolve().parent
    for root in (folder, *folder.parents):
        if (root / FILE).is_file():
            return _read(root)
    return Project(folder, folder.name)


def of_place(text: str) -> Project:
    """The project that a workflow or a folder belongs to. WorkflowError where there is neither."""
    path = Path(text).expanduser().absolute()
    if not path.exists():
        raise WorkflowError(f"There is no folder or workflow {text}.",
                            "Check the name; paths are relative to this folder.")
    return find(path / "ajar.toml" if path.is_dir() else path)


def policy_of(settings: Mapping[str, Any], where: str) -> Policy:
    """The policy that settings hold: of ajar.toml, a workflow or the user. WorkflowError names what is wrong."""
    residency = settings.get("residency", "open")
    if residency not in RESIDENCIES:
        raise _wrong(where, "residency", residency, ", ".join(RESIDENCIES))
    intent = settings.get("intent", "any")
    if intent not in INTENTS:
        raise _wrong(where, "intent", intent, ", ".join(INTENTS))
    places = settings.get("places")
    if places is not None and not (isinstance(places, list) and all(isinstance(place, str) for place in places)):
        raise _wrong(where, "places", places, "a list of providers")
    caps = settings.get("caps", {})
    if not isinstance(caps, dict) or not all(key in CAPS and _is_amount(cap) for key, cap in caps.items()):
        raise _wrong(where, "caps", caps, "amounts for run, day, month and project")
    over = settings.get("over", "")
    if over not in ("", "ask", "refuse"):
        raise _wrong(where, "over", over, "ask, refuse")
    amounts = {name: float(cap) for name, cap in caps.items()}
    return Policy(residency, None if places is None else frozenset(places), amounts, over, intent)


def strictest(*policies: Policy) -> Policy:
    """All of these policies at once: user, project, file and flag. Adding one can tighten, never loosen."""
    listed = [policy.places for policy in policies if policy.places is not None]
    caps: dict[str, float] = {}
    for policy in policies:
        for name, cap in policy.caps.items():
            caps[name] = min(cap, caps.get(name, cap))
    return Policy(
        residency=max((policy.residency for policy in policies), key=RESIDENCIES.index, default="open"),
        places=frozenset.intersection(*listed) if listed else None,
        caps=caps,
        over="refuse" if any(policy.over == "refuse" for policy in policies) else
        "ask" if any(policy.over == "ask" for policy in policies) else "",
        intent=max((policy.intent for policy in policies), key=INTENTS.index, default="any"),
    )


def inside(project: Project, path: Path | str, base: Path | None = None) -> Path:
    """A path from a workflow as a real one, or Refused where it leads out of the project.

    It is relative to ``base``, the workflow's folder (default: the project's), and may go upward inside the project.
    Links are followed before it is judged.
    """
    text = path.as_posix() if isinstance(path, Path) else path
    reason = _suspicious(text)
    if reason:
        raise Refused(f'The path "{_shown(text)}" {reason}.', "Write a path relative to the workflow, with / between.")
    try:
        found = ((base or project.root) / text).resolve()
    except (OSError, RuntimeError) as error:
        raise Refused(f'The path "{_shown(text)}" can\'t be followed: {error}.', "Check the links in it.") from None
    if not found.is_relative_to(project.root.resolve()):
        raise Refused(
            f'The path "{_shown(text)}" leads out of the project "{project.name}".',
            "Copy the file into the project's folder.",
        )
    return found


def _suspicious(text: str) -> str:
    """Why a path is refused before anything is looked at; the same on every system, so that files travel."""
    if not text.strip() or len(text) > MAX_PATH:
        return "is empty" if not text.strip() else "is too long"
    if any(ord(one) < 32 for one in text):
        return "holds a control character"
    if "\\" in text:
        return "has a backslash in it"
    if text.startswith(("/", "~")):
        return "does not start in the project"
    if ":" in text:
        return "has a colon in it"
    for part in text.split("/"):
        if DEVICES.fullmatch(part.partition(".")[0].rstrip()):
            return f'holds "{part}", which is a device on Windows'
        if part not in (".", "..") and part != part.rstrip(" ."):
            return "has a part that ends in a dot or space"
    return ""


def _read(root: Path) -> Project:
    path = root / FILE
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise WorkflowError(f"{path} can't be read: {error.strerror or error}.", "Check its permissions.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise WorkflowError(f"{path} is not valid TOML: {error}.", "Correct it, or remove it.") from None
    name = settings.get("name", root.name)
    if not isinstance(name, str):
        raise _wrong(str(path), "name", name, "text")
    secret = settings.get("confidential", [])
    if not (isinstance(secret, list) and all(isinstance(pattern, str) and pattern.strip("/") for pattern in secret)):
        raise _wrong(str(path), "confidential", secret, 'a list of files, folders or patterns: ["client", "*.psd"]')
    return Project(root, name, policy_of(settings, str(path)), settings, tuple(secret))


def _is_amount(cap: Any) -> bool:
    return not isinstance(cap, bool) and isinstance(cap, (int, float)) and 0 <= cap < float("inf")


def _wrong(where: str, name: str, value: Any, wanted: str) -> WorkflowError:
    return WorkflowError(f'"{name}" in {where} can\'t be {_shown(str(value))}.', f"It may be: {wanted}.")


def _shown(text: str) -> str:
    clean = "".join(one if one.isprintable() else "?" for one in text)
    return clean if len(clean) <= 80 else clean[:80] + "…"
