"""``ajar strip``: a copy of a file without anything about its making, for a client or for the web."""

import argparse
from pathlib import Path

from workflows.commands.said import print_json
from workflows.copies import carry, told
from workflows.marks import Marks
from workflows.settings import Home
from workflows.stripping import strip_file


def run(request: argparse.Namespace) -> int:
    source = Path(request.file)
    target = Path(request.target) if request.target else source.with_name(f"{source.stem}-bare{source.suffix}")
    stripped = strip_file(source, target)
    marks = Marks(Home.find())
    secret = carry(marks, source, target)
    marks.close()
    if request.json:
        print_json({"file": str(source), "written": str(target), "bytes": stripped.bytes, "removed": stripped.removed,
                    "same": stripped.same, "confidential": secret is not None})
        return 0
    print(target)
    what = "every pixel and sample" if stripped.decoded else "what is shown and heard, byte for byte,"
    print(f"{stripped.removed:,} bytes about its making are gone; {what} is as it was.")
    if secret is not None:
        print(f"{told(secret)} Nothing in it says so: another computer can't know.")
    return 0
