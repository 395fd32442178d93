"""Graphs as they were when they ran, by the digest of their text: ``graphs/ab/abcd....json`` in the data folder.

A file is whole and safe on the disk before its digest is given, is never changed, and is an ordinary workflow file.
"""

import re
from pathlib import Path

from ajar.errors import WorkflowError
from workflows import format
from workflows.disk import trouble, write_new
from workflows.graph import Graph
from workflows.settings import Home

DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(home: Home, graph: Graph) -> str:
    """Keep a graph; gives its digest. AjarError where it can't be written."""
    data = format.dump(graph).encode()
    digest = digest_of(data)
    path = place(home, digest)
    try:
        if not (path.is_file() and digest_of(path.read_bytes()) == digest):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)  # one that was damaged since
            write_new(path, data)
    except OSError as error:
        raise trouble(error, "keep the workflow of this run") from error
    return digest


def recall(home: Home, digest: str) -> Graph:
    """The graph with this digest. WorkflowError where it is not here, or is not what it was any more."""
    if not DIGEST.fullmatch(digest):
        raise WorkflowError("The workflow of this run was not kept.", "Runs of earlier versions of Ajar kept none.")
    path = place(home, digest)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WorkflowError(f"The workflow as it was can't be read: {reason}.", f"It would be {path}.") from None
    if digest_of(data) != digest:
        raise WorkflowError("The workflow as it was has been changed since, so it can't be trusted.",
                            f"Look at it yourself: {path}.")
    return format.read(data)


def place(home: Home, digest: str) -> Path:
    """Where the graph with this digest lies."""
    return home.path / "graphs" / digest[:2] / f"{digest}.json"


def digest_of(data: bytes) -> str:
    """BLAKE3."""
    from blake3 import blake3

    return str(blake3(data).hexdigest())
