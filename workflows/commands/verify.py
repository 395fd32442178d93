"""``ajar verify``: what made a file, whether it has changed since, and whether a manifest in it holds."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from ajar.errors import AjarError
from workflows import signing
from workflows.commands.said import print_json
from workflows.commands.show import settings_lines
from workflows.settings import Home, read_settings
from workflows.takes import Takes
from workflows.verifying import Verdict, verify

SOURCES = {
    "trainedAlgorithmicMedia": "made by a trained model",
    "compositeWithTrainedAlgorithmicMedia": "somebody's own media, worked on by a trained model",
    "algorithmicMedia": "computed, without a trained model", "digitalCapture": "taken with a camera",
}
SIGNATURES = {
    "none": "there is none",
    "valid": "it holds: nothing has changed since it was signed",
    "untrusted": "nothing has changed since it was signed, by somebody who is not on your list of trusted certificates",
    "invalid": "it does NOT hold",
    "unread": "there is one, but it can't be checked here",
}


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    with ExitStack() as stack:
        takes = None
        if (home.path / "takes.db").is_file():
            try:
                takes = stack.enter_context(Takes(home))
            except AjarError:
                takes = None  # what is known here is more than nothing; the file itself can be looked at all the same
        verdict = verify(Path(request.file), takes, signing.trusted(home, read_settings(home).signing))
    if request.json:
        print_json({
            "file": str(verdict.file), "about": dict(verdict.about) if verdict.about is not None else None,
            "inside": verdict.inside, "sidecar": str(verdict.sidecar) if verdict.sidecar else None,
            "same": verdict.same, "whole": verdict.whole, "digital_source": verdict.source,
            "signature": asdict(verdict.signature), "take": verdict.take.id if verdict.take else None,
            "sound": verdict.sound,
        })
        return 0 if verdict.sound else 1
    for line in said(verdict):
        print(line)
    return 0 if verdict.sound else 1


def said(verdict: Verdict) -> Iterator[str]:
    """The verdict as lines for people."""
    places = ["inside"] * verdict.inside + ["beside it"] * (verdict.sidecar is not None)
    if verdict.about is None:
        yield "made by: nothing says so; Ajar did not make it, or another program has rewritten it"
    else:
        yield from settings_lines(verdict.about)
        yield f"said: {' and '.join(places)}"
    if verdict.take is not None:
        yield f"kept here: take {verdict.take.number} of {verdict.take.title or verdict.take.node}, byte for byte"
    yield f"changed since: {_changed(verdict)}"
    if verdict.source:
        yield f"digital source: {SOURCES.get(verdict.source, verdict.source)} ({verdict.source})"
    found = verdict.signature
    yield f"C2PA manifest: {SIGNATURES[found.state]}"
    if found.by:
        yield f"signed by: {found.by}{f', with {found.program}' if found.program else ''}"
    if found.faults and found.state in ("invalid", "unread"):
        yield f"because: {', '.join(found.faults)}"


def _changed(verdict: Verdict) -> str:
    if verdict.same is None:
        return "unknown; no digest was recorded"
    if not verdict.same:
        return "YES: what is seen or heard is not what was recorded"
    if verdict.whole is False:
        return "only what is told about it; what is seen or heard is as it was"
    return "no" + ("" if verdict.whole is None else ", every byte is as it was")
