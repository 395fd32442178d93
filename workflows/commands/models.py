"""``ajar models``: the models that are known, and which are on this machine."""

import argparse
from typing import TYPE_CHECKING

from workflows.commands.said import print_json, size_text, table
from workflows.settings import Home

if TYPE_CHECKING:
    from ajar.models import ModelEntry


def run(request: argparse.Namespace) -> int:
    from workflows.studio import Studio

    home = Home.find()
    with Studio.open(home, writable=False) as studio:
        entries = studio.catalogue.entries()
    if request.json:
        for entry in entries:
            print_json({
                "id": entry.id, "title": entry.title, "kind": entry.kind, "family": entry.family, "open": entry.open,
                "licence": entry.licence, "installed": entry.path is not None,
                "path": str(entry.path) if entry.path else None, "source": entry.source, "bytes": entry.bytes,
            })
        return 0
    if entries:
        print("\n".join(table(map(_row, entries))))
    print(f"\nModels are looked for in {home.models} and beside the workflow.")
    return 0


def _row(entry: "ModelEntry") -> tuple[str, ...]:
    where = "installed" if entry.path is not None else f"not installed: {entry.source}"
    return entry.id, entry.kind, entry.licence, size_text(entry.bytes), where
