"""``ajar keys``: for which providers there is a key, and where it was found; keeping, forgetting and trying one."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.errors import WorkflowError
from workflows.commands.said import print_json, table
from workflows.greeting import greet
from workflows.settings import Home
from workflows.studio import Studio, forget_key, keep_key, where_key

if TYPE_CHECKING:
    from ajar.remote import Provider

KEYRING = "the keyring"
LONGEST = 10_000
"""Characters of a key that is read from a file or pipe."""


def run(request: argparse.Namespace) -> int:
    with Studio.open(Home.find(), list(map(Path, request.pack)), writable=False) as studio:
        if request.action == "list":
            return _list(studio, request)
        provider = _provider(studio, request)
        if request.action == "set":
            _set(provider)
        elif request.action == "forget":
            _forget(provider)
        else:
            print(f"{provider.facts.title}: {greet(provider, studio.new_transport)}")
    return 0


def _list(studio: Studio, request: argparse.Namespace) -> int:
    reasons = set()
    rows = []
    for name, provider in sorted(studio.accounts.items()):
        if request.name != name and (request.name or provider.facts.shares in studio.accounts):
            continue  # the key of those that share one is told once
        where, reason = where_key(provider)
        free = provider.facts.auth == "none" or provider.facts.local
        if request.json:
            print_json({"name": name, "title": provider.facts.title, "needed": not free, "found": where or None,
                        "console": provider.facts.console})
        rows.append((name, provider.facts.title, where or ("needs none" if free else "no key")))
        reasons |= {reason} - {""}
    if not rows:
        _provider(studio, request)  # says that there is none of that name
    if not request.json:
        print("\n".join(table(rows)))
        print(*(f"\nThe keyring can't be asked: {reason}." for reason in sorted(reasons)), sep="", end="")
        print('\nGive one with "ajar keys set NAME".' if not reasons else "\nGive one as AJAR_<NAME>_KEY.")
    return 0


def _set(provider: "Provider") -> None:
    """Read a key without showing it, or from a pipe. Never from the command line, which other programs can see."""
    title = provider.facts.title
    if sys.stdin.isatty():
        text = getpass.getpass(f"Key for {title} (it is not shown): ")
    else:
        text = sys.stdin.readline(LONGEST)
    keep_key(provider, text)
    print(f"The key for {title} is in the keyring.")
    where, _ = where_key(provider)
    if where and where != KEYRING:
        print(f"{where} is set too, and goes before it.")


def _forget(provider: "Provider") -> None:
    gone = forget_key(provider)
    title = provider.facts.title
    print(f"The key for {title} is no longer in the keyring." if gone else f"The keyring had no key for {title}.")
    where, _ = where_key(provider)
    if where:
        print(f"There still is one: {where}.")


def _provider(studio: Studio, request: argparse.Namespace) -> "Provider":
    names = ", ".join(sorted(studio.accounts))
    if request.name is None:
        raise WorkflowError(f'"ajar keys {request.action}" needs the name of a provider.', f"There are: {names}.")
    if request.name not in studio.accounts:
        raise WorkflowError(f'There is no provider called "{request.name}".', f"There are: {names}.")
    return studio.accounts[request.name]
