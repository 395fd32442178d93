"""``ajar models get``: shows what would come and under which terms, asks, and fetches."""

import argparse
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ajar.errors import Waiting
from workflows import project
from workflows.arriving import Done, Ended, Event, Progress, Trouble
from workflows.commands.said import print_json, shown, table
from workflows.downloads import Offered
from workflows.figures import seconds_text, size_text
from workflows.licences import ADVICE, Used, judge
from workflows.studio import Studio
from workflows.terms import Basis

SLOW = 1000.0
"""Bytes a second below which it can't be said how long it will take, nor during the first hundredth."""
EVERY = 5.0
"""Seconds between two lines about progress, where nobody watches a terminal."""


def get(studio: Studio, request: argparse.Namespace) -> int:
    """Fetch one model. Waiting where its terms are not accepted and nobody can be asked."""
    offered = studio.downloads.offer(request.which, request.revision, full=request.full)
    _present(offered, request.json)
    if offered.done:
        return 0
    accept = request.accept or (not offered.accepted and not request.json and _asked(offered))
    fetch = studio.downloads.prepare(offered, _Teller(request.json), accept=accept)
    try:
        fetch.run()
    finally:
        if fetch.contacted and not request.json:
            print("Spoken with: " + ", ".join(f"{host} ({count})" for host, count in fetch.contacted.items()) + ".")
    return 0


def _present(offered: Offered, as_json: bool) -> None:
    record = offered.record
    if as_json:
        print_json({
            "model": offered.title, "repo": record.repo, "revision": record.revision, "files": len(record.files),
            "bytes": record.bytes, "have": offered.have, "licence": record.licence, "gated": record.gated,
            "accepted": record.accepted, "folder": str(offered.folder), "hosts": list(offered.hosts),
            "installed": offered.done,
        })
        return
    if offered.done:
        print(f"{offered.title} is here already: {record.repo} at {record.revision[:12]}, in {offered.folder}.")
        return
    have = f"; {size_text(offered.have)} of it are here already" if offered.have else ""
    print("\n".join(table([
        ("model", offered.title),
        ("from", f"{record.repo} at {record.revision[:12]} ({record.asked}), {offered.page}"),
        ("size", f"{len(record.files)} file{'s' * (len(record.files) > 1)}, {size_text(record.bytes)}{have}"),
        ("to", f"{offered.folder} ({size_text(offered.free)} free)"),
        ("hosts", f"{offered.hosts[0]}, and hosts below {', '.join(offered.hosts[1:])}"),
        ("terms", terms(offered)),
    ])), flush=True)
    print(f"{_meant(offered)}{ADVICE}", flush=True)


def _meant(offered: Offered) -> str:
    """What the terms mean for the work of the project one stands in, where it says what it is for."""
    intent = project.find(Path.cwd() / project.FILE).policy.intent
    if intent == "any":
        return ""
    basis = Basis((offered.licence,)) if offered.licence is not None else Basis(unknown="its page has to be read")
    verdict = judge(Used("", "", offered.title, offered.title, basis), intent)
    word = {"pass": "", "warn": "Warning: ", "block": "Not for this project: "}[verdict.word]
    return f"{word}{verdict.sentence} "


def terms(offered: Offered) -> str:
    """The terms of a model in one line: as Ajar knows them, else as the hub's card says."""
    record, licence = offered.record, offered.licence
    if licence is not None:
        return f"{licence.name}; commercial use: {licence.commercial}. {licence.conditions} {licence.text}"
    said = record.licence_name or (record.licence if record.licence not in ("", "other") else "")
    link = record.licence_link if "://" in record.licence_link else offered.page
    return f"{shown(said) if said else 'not named; read them'}: {shown(link)}"


def _asked(offered: Offered) -> bool:
    """Whether a person at the terminal says yes. Waiting where there is none."""
    if not sys.stdin.isatty():
        return False
    if input("Fetch it and accept these terms? [y/N] ").strip().lower() in ("y", "yes"):
        return True
    raise Waiting("Nothing was fetched: the terms were not accepted.", f"They can be read at {offered.page}.")


class _Teller:
    """Prints what happens: JSON, a line that moves on a terminal, or a line now and then."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._moving = not as_json and sys.stdout.isatty()
        self._told = time.monotonic()
        self._open = False

    def __call__(self, event: Event) -> None:
        if self._json:
            if not isinstance(event, Ended):  # said as every error is
                print_json({"event": type(event).__name__.lower(), **_plain(event)})
        elif isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, Trouble):
            self._line(f"{event.why} Again in {seconds_text(event.seconds)}." if event.seconds else event.why)
        elif isinstance(event, Done):
            self._line(f"It is here, whole and verified: {event.folder} ({size_text(event.bytes)}).")
        elif isinstance(event, Ended) and self._open:
            print()

    def _progress(self, event: Progress) -> None:
        now = time.monotonic()
        if not self._moving and now - self._told < EVERY:
            return
        self._told = now
        known = event.rate > SLOW and event.done * 100 > event.bytes
        left = f", {seconds_text((event.bytes - event.done) / event.rate)} left" if known else ""
        text = (f"{size_text(event.done)} of {size_text(event.bytes)}, {size_text(int(event.rate))}/s{left}: "
                f"{shown(event.file)}")
        if self._moving:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]:<{width}}", end="", flush=True)
            self._open = True
        else:
            print(text, flush=True)

    def _line(self, text: str) -> None:
        print(("\n" if self._open else "") + text, flush=True)
        self._open = False


def _plain(event: Event) -> dict[str, Any]:
    plain = asdict(event)
    return {name: str(value) if name == "folder" else value for name, value in plain.items()}
