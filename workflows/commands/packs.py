"""``ajar packs``: nodes of others in folders, what they need, and whether they may be loaded."""

import argparse
import shutil
from pathlib import Path

from ajar.errors import AjarError, WorkflowError
from workflows.allowing import add, allow, allowed, forbid, named
from workflows.commands.said import print_json, table
from workflows.environments import Pack, make, packs_in, remove
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    home = Home.open()
    deeds = {"list": _list, "add": _add, "allow": _allow, "make": _make, "forbid": _forbid, "remove": _remove}
    if request.deed != "list" and not request.which:
        raise WorkflowError(f'"ajar packs {request.deed}" needs to know which.', "Name a pack, or a folder to add.")
    deeds[request.deed](home.path, request)
    return 0


def _list(home: Path, request: argparse.Namespace) -> None:
    rows = []
    known = allowed(home)
    for found in packs_in(home):
        if isinstance(found, AjarError):
            print(f"{found.message} {found.hint}")
            continue
        state = "changed" if found.name in known else "not allowed"
        state = "allowed" if known.get(found.name) == found.digest else state
        where = "runs with Ajar"
        if found.isolated:
            where = "own environment" if found.interpreter(home) else "own environment, not made yet"
        if request.json:
            print_json({"name": found.name, "title": found.title, "state": state, "isolated": found.isolated,
                        "made": found.interpreter(home) is not None, "folder": str(found.folder)})
        rows.append((found.name, found.title, state, where))
    if not request.json:
        print("\n".join(table(rows)) if rows else f"There are no packs in {home / 'packs'}.")


def _add(home: Path, request: argparse.Namespace) -> None:
    pack = add(Path(request.which), home)
    _tell(pack)
    print(f"\nIt is here, and not loaded before you allow it: ajar packs allow {pack.name}")


def _allow(home: Path, request: argparse.Namespace) -> None:
    pack = named(request.which, home)
    allow(pack, home)
    _tell(pack)
    print("\nIt is loaded from now on, until one of its files changes.")
    if pack.isolated and pack.interpreter(home) is None:
        print(f"Its environment is still to be made: ajar packs make {pack.name}")


def _make(home: Path, request: argparse.Namespace) -> None:
    pack = named(request.which, home)
    if allowed(home).get(pack.name) != pack.digest:
        raise WorkflowError(f'The pack "{pack.name}" is not allowed, so nothing is installed for it.',
                            f"Look at it, then: ajar packs allow {pack.name}")
    if not pack.isolated:
        raise WorkflowError(f'The pack "{pack.name}" has no environment of its own.', "There is nothing to make.")
    place = make(pack, home, lambda line: print(line, flush=True))
    print(f"It runs in {place}.")


def _forbid(home: Path, request: argparse.Namespace) -> None:
    forbid(named(request.which, home).name, home)
    print("It is not loaded any more.")


def _remove(home: Path, request: argparse.Namespace) -> None:
    pack = named(request.which, home)
    forbid(pack.name, home)
    remove(pack, home)
    shutil.rmtree(pack.folder)
    print(f"{pack.title} and its environment are gone.")


def _tell(pack: Pack) -> None:
    """What a person should know before saying yes."""
    print(f"{pack.title} ({pack.name}), licence {pack.licence}" + (f", from {pack.source}" if pack.source else ""))
    print(f"Nodes in {pack.nodes}. They can do whatever you can do on this machine.")
    if pack.isolated:
        print(f"It wants an environment of its own{f' with Python {pack.python}' if pack.python else ''}, with: "
              f"{', '.join(pack.requirements) or 'nothing more than pictures need'}.")
