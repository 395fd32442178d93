"""Copies of files with other bytes (stripped, signed, handed out): what was confidential stays confidential."""

from pathlib import Path

from workflows.digests import Digests
from workflows.guard import Guard, Secret
from workflows.lineages import MadeWith
from workflows.marks import Marks, digest_of
from workflows.plan import Origin
from workflows.project import find


def secret_of(marks: Marks, path: Path) -> Secret | None:
    """Why a file is confidential: by its mark, by its project's list, or because it says so; None where it is not.

    AjarError where it can't be read, or the marks can't.
    """
    project, digests = find(path.absolute()), Digests(None)
    guard = Guard(marks, digests, project, project.root, remember=False)
    secret = guard.of_path("", path.resolve(), str(path.absolute()))
    if secret is None and MadeWith().confidential(Origin("", "file", path, path.name, (digests.of_file(path),))):
        return Secret("", path.name, "it says so itself")
    return secret


def carry(marks: Marks, source: Path, target: Path) -> Secret | None:
    """Mark a copy of what is confidential as well. Why that is so; None where the source is free."""
    secret = secret_of(marks, source)
    if secret is not None:
        marks.mark(digest_of(target), target.name, f"as a copy of {secret.name}")
    return secret


def told(secret: Secret) -> str:
    """What a person should know of such a copy."""
    return f"It is confidential, as {secret.name} is ({secret.why})."
