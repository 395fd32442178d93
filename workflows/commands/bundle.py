"""``ajar bundle``: a workflow with its files, chosen takes and the list of its models in one zip."""

import argparse
from pathlib import Path

from workflows import project
from workflows.bundling import Wish, bundle
from workflows.commands.request import open_packs
from workflows.commands.said import print_json
from workflows.figures import size_text
from workflows.reading import read_source
from workflows.settings import Home
from workflows.studio import Studio


def run(request: argparse.Namespace) -> int:
    source = read_source(request.file)
    open_packs(request.pack)
    target = Path(request.target)
    target = target if target.suffix.lower() == ".zip" else target.with_name(f"{target.name}.zip")
    with Studio.open(Home.open(), [Path(file) for file in request.pack]) as studio:
        wish = Wish(studio.modern(source.graph), source.file.parent, source.name, str(source.file), request.takes,
                    request.confidential)
        made = bundle(studio, project.find(source.file), wish, target)
    if request.json:
        print_json({"written": str(made.path), "files": made.files, "takes": made.takes, "bytes": made.bytes,
                    "confidential": made.confidential, "left_out": list(made.left_out)})
        return 0
    print(made.path)
    print(f"{made.files} file{'s' * (made.files != 1)} from outside, {made.takes} take{'s' * (made.takes != 1)}, "
          f"{size_text(made.bytes)}. Models are named by the digests of their files; they do not go along.")
    if made.confidential:
        many = "1 of the files is" if made.confidential == 1 else f"{made.confidential} of the files are"
        print(f"{many} confidential, also for whoever unpacks it with Ajar.")
    for sentence in made.left_out:
        print(f"left out: {sentence}")
    return 0
