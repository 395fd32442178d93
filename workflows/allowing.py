"""Which packs of the data folder may be loaded: those that a person allowed, as they were then."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from ajar.errors import AjarError, WorkflowError
from workflows.disk import replace_file
from workflows.environments import Pack, packs_in, read_pack
from workflows.packs import Packs, load_packs
from workflows.problems import Problem

FILE = "allowed.json"


def allowed(home: Path) -> Mapping[str, str]:
    """Name of a pack -> the digest of its files when a person allowed it."""
    try:
        found = json.loads((home / "packs" / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def allow(pack: Pack, home: Path) -> None:
    """Let a pack be loaded from now on, until one of its files changes."""
    _write(home, {**allowed(home), pack.name: pack.digest})


def forbid(name: str, home: Path) -> None:
    """Let a pack not be loaded any more."""
    _write(home, {one: digest for one, digest in allowed(home).items() if one != name})


def installed(home: Path) -> tuple[tuple[Pack, ...], tuple[Problem, ...]]:
    """The packs of the data folder that may be loaded, and why the others may not."""
    known, packs, problems = allowed(home), [], []
    for found in packs_in(home):
        if isinstance(found, AjarError):
            problems.append(Problem("warning", found.message, found.hint))
        elif found.name not in known:
            problems.append(Problem("warning", f'The pack "{found.name}" is not loaded: nobody has allowed it.',
                                    f"Read what it does in {found.folder}, then: ajar packs allow {found.name}"))
        elif known[found.name] != found.digest:
            problems.append(Problem("warning", f'The pack "{found.name}" is not loaded: its files have changed since '
                                    "they were allowed.", f"Look at them, then: ajar packs allow {found.name}"))
        else:
            packs.append(found)
    return tuple(packs), tuple(problems)


def load_all(home: Path, files: Sequence[Path] = ()) -> Packs:
    """All packs of a session: the built-in ones, installed ones, those of the data folder, and these files."""
    folders, problems = installed(home)
    return load_packs(files, folders=folders, problems=problems)


def interpreter(pack: Pack, home: Path) -> Path:
    """The Python that a pack's nodes run in. WorkflowError until it is made."""
    found = pack.interpreter(home)
    if found is None:
        raise WorkflowError(f'The pack "{pack.name}" has no environment yet to run in.',
                            f"Make it: ajar packs make {pack.name}")
    return found


def add(source: Path, home: Path) -> Pack:
    """Copy a pack into the data folder; it is not allowed by that. WorkflowError where it is none or there is one."""
    pack = read_pack(source)
    goal = home / "packs" / pack.name
    if goal.exists():
        raise WorkflowError(f'There is a pack "{pack.name}" already.',
                            f"Take it away first: ajar packs remove {pack.name}")
    part = goal.with_name(f".{pack.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        shutil.copytree(source, part, ignore=shutil.ignore_patterns("__pycache__", ".git"))
        part.rename(goal)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise WorkflowError(f"The pack can't be copied into {goal.parent}: {error}.", "Make room there.") from None
    return read_pack(goal)


def named(name: str, home: Path) -> Pack:
    """A pack of the data folder, allowed or not. WorkflowError if there is none of that name."""
    packs = [pack for pack in packs_in(home) if isinstance(pack, Pack)]
    for pack in packs:
        if pack.name == name:
            return pack
    there = ", ".join(pack.name for pack in packs)
    raise WorkflowError(f'There is no pack called "{name}".', f"There are: {there}." if there else
                        "Add one: ajar packs add FOLDER")


def _write(home: Path, known: Mapping[str, str]) -> None:
    text = json.dumps(dict(sorted(known.items())), indent=1) + "\n"
    replace_file(home / "packs" / FILE, text.encode())
