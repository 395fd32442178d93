"""``ajar strip``: a copy of a file without anything about its making, for a client or for the web."""

import argparse
from pathlib import Path

from workflows.commands.said import print_json
from workflows.marks import Marks, carry
from workflows.settings import Home
from workflows.stripping import strip_file


def run(request: argparse.Namespace) -> int:
    source = Path(request.file)
    target = Path(request.target) if request.target else source.with_name(f"{source.stem}-bare{source.suffix}")
    stripped = strip_file(source, target)
    marks = Marks(Home.find())
    carry(marks, source, target)
    marks.close()
    if request.json:
        print_json({"file": str(source), "written": str(target), "bytes": stripped.bytes, "removed": stripped.removed,
                    "same": stripped.same})
        return 0
    print(target)
    what = "every pixel and sample" if stripped.decoded else "what is shown and heard, byte for byte,"
    print(f"{stripped.removed:,} bytes about its making are gone; {what} is as it was.")
    return 0
