"""``ajar confidential``: which files may not reach another machine; marking one, and clearing one with a reason."""

import argparse
import time
from dataclasses import asdict
from pathlib import Path

from ajar.errors import UserError, WorkflowError
from workflows.commands.said import print_json, table
from workflows.copies import secret_of
from workflows.marks import Deed, Marks, digest_of
from workflows.settings import Home

MOST = 1000
"""Files of a folder that are marked at once; of more, a pattern in ajar.toml is better."""


def run(request: argparse.Namespace) -> int:
    home = Home.find() if request.deed == "list" else Home.open()
    marks = Marks(home)
    try:
        {"list": _list, "mark": _mark, "clear": _clear}[request.deed](marks, request)
    finally:
        marks.close()
    return 0


def _list(marks: Marks, request: argparse.Namespace) -> None:
    if request.file:
        _tell(marks, [path for name in request.file for path in _files(Path(name))], request.json)
        return
    deeds = marks.deeds()
    if request.json:
        for mark in marks.all():
            print_json({"confidential": True, **asdict(mark)})
        return
    rows = [(mark.name, mark.digest[:12], f"marked {mark.why}", _day(mark.at)) for mark in marks.all()]
    cleared = [_cleared(deed) for deed in deeds if deed.deed == "cleared"]
    if not rows and not cleared:
        print("No file is marked. Mark one: ajar confidential mark FILE. "
              'A project marks its own in ajar.toml: confidential = ["client", "*.psd"].')
        return
    print("\n".join(table([*rows, *cleared])))


def _cleared(deed: Deed) -> tuple[str, str, str, str]:
    return deed.name, deed.digest[:12], f"cleared: {deed.words}", _day(deed.at)


def _tell(marks: Marks, paths: list[Path], as_json: bool) -> None:
    for path in paths:
        secret = secret_of(marks, path)
        if as_json:
            print_json({"file": str(path), "confidential": secret is not None, "why": secret.why if secret else ""})
        else:
            print(f"{path}: " + (f"confidential, {secret.why}" if secret else "not confidential"))


def _mark(marks: Marks, request: argparse.Namespace) -> None:
    for path in _named(request):
        marks.mark(digest_of(path), path.name, "by hand")
        print(f"{path} is confidential: neither it nor what is made from it reaches another machine.")


def _clear(marks: Marks, request: argparse.Namespace) -> None:
    for path in _named(request):
        digest = digest_of(path)
        if marks.find((digest,)) is None:
            raise UserError(f"{path} is not marked by its content.",
                            "If ajar.toml names it, take it out of the list there.")
        marks.clear(digest, path.name, request.reason)
        print(f"{path} is not confidential any more. What was made from it keeps its own mark. "
              f"Kept: {request.reason.strip()}")


def _named(request: argparse.Namespace) -> list[Path]:
    if not request.file:
        raise WorkflowError(f"Which file shall be the one to {request.deed}?", f"ajar confidential {request.deed} FILE")
    return [path for name in request.file for path in _files(Path(name))]


def _files(path: Path) -> list[Path]:
    """A file, or the files in a folder."""
    if not path.exists():
        raise WorkflowError(f"There is no file {path}.", "Check the name; paths are relative to this folder.")
    found = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    if len(found) > MOST:
        raise WorkflowError(f"{path} holds {len(found)} files.",
                            f'Name the folder in ajar.toml instead: confidential = ["{path.name}"].')
    return found


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
