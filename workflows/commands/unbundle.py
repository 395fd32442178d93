"""``ajar unbundle``: unpack a bundle into a new folder, and say what it needs that is not here."""

import argparse
from dataclasses import asdict
from pathlib import Path

from workflows.commands.said import print_json
from workflows.figures import size_text
from workflows.settings import Home
from workflows.studio import Studio
from workflows.unbundling import look_into, missing, take_in, unbundle


def run(request: argparse.Namespace) -> int:
    inside = look_into(Path(request.file))
    folder = Path(request.target) if request.target else None
    with Studio.open(Home.open(), [Path(file) for file in request.pack]) as studio:
        file = unbundle(inside, folder) if folder is not None else None
        takes = take_in(studio, inside, folder) if folder is not None else len(inside.takes)
        lacking = missing(studio, inside, folder or Path.cwd())
    if request.json:
        print_json({"name": inside.name, "workflow": str(file) if file else None, "contents": len(inside.contents),
                    "bytes": inside.bytes, "takes": takes, "confidential": list(inside.confidential),
                    "missing": [asdict(one) for one in lacking]})
        return 0
    if file is not None:
        print(file)
    print(f"{inside.name}: {len(inside.graph.nodes)} nodes, {len(inside.contents)} files, {takes} takes, "
          f"{size_text(inside.bytes)}")
    if inside.confidential:
        print(f"confidential, as whoever packed it had marked it: {', '.join(inside.confidential)}")
    for one in lacking:
        print(f"missing: {one.what}")
        if one.hint:
            print(f"hint: {one.hint}")
    if not lacking:
        print("Everything it needs is here.")
    return 0
