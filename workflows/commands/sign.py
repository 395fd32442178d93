"""``ajar sign``: a copy of a file with a C2PA manifest, signed with the person's own certificate."""

import argparse
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, WorkflowError
from workflows import signing
from workflows.commands.said import print_json
from workflows.copies import carry, told
from workflows.marks import Marks
from workflows.reading import read_about
from workflows.settings import Home, read_settings


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    source = Path(request.file)
    target = Path(request.target) if request.target else source.with_name(f"{source.stem}-signed{source.suffix}")
    if not source.is_file():
        raise WorkflowError(f"There is no file {source}.", "Check the name; paths are relative to this folder.")
    if target.exists():
        raise AjarError(f"{target} is there already.", "Give another name for the signed copy.")
    settings = read_settings(home).signing
    certificate, key = signing.own_pair(home, settings)
    about: Mapping[str, Any] | None = None
    with suppress(WorkflowError):
        about = read_about(source)
    signing.sign(source, target, about, certificate, key)
    marks = Marks(home)
    secret = carry(marks, source, target)
    marks.close()
    found = signing.look(target, signing.trusted(home, settings))
    if request.json:
        print_json({"file": str(source), "written": str(target), "state": found.state, "by": found.by,
                    "confidential": secret is not None})
    else:
        print(target)
        print(f"Signed by {found.by}.")
        if about is None:
            print("Nothing says what made this file, so the manifest does not either.")
        if secret is not None:
            print(told(secret))
    return 0
