"""What made a sheet, inside the picture or film it was exported to: workflow, models, prices, licences, lineage."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ajar.sheets import Mode, Page
from workflows import plain
from workflows.compare_export import export
from workflows.departing import Departing, versions
from workflows.disk import part_beside, replace_file, trouble
from workflows.exits import Exit, way_back
from workflows.outputs import Outputs
from workflows.prepared import Prepared
from workflows.sealing import sealed


def export_sealed(prepared: Prepared, node: str, kind: str, path: Path, page: Page, values: Sequence[Any], mode: Mode,
                  order: Sequence[int] | None = None, cell: int = 480) -> Path:
    """Write a sheet as `export` does, with what made it inside, and marked where that was confidential.

    In a blind sheet, whose cells stand in another order, the names stay hidden inside the file too.
    """
    if order is not None:
        page = replace(page, places=tuple(page.places[index] for index in order))
        values = [values[index] for index in order]
    written = export(kind, path, page, values, mode, cell)
    if order is None and written.suffix != ".html":  # a page says all that it tells in words
        seal(prepared, node, written)
    elif prepared.secrecy is not None:
        prepared.secrecy.keep_file(node, written)
    return written


def seal(prepared: Prepared, node: str, path: Path) -> None:
    """Write into a file what made it, where it can carry that, and mark it where that was confidential. AjarError."""
    options, facts = prepared.options, prepared.facts
    exits = Exit(Outputs(path.parent, options.workflow), options.workflow, plain.plain(prepared.document),
                 way_back(path.parent.absolute(), facts.base), facts.revision, orders=prepared.orders)
    departing = Departing(exits, prepared.gate, prepared.secrecy, versions(facts.revision))
    about = departing.about(prepared.plan, prepared.cells, node, ())
    whole: bytes | Path = path.read_bytes() if path.suffix == ".png" else path
    part = part_beside(path)
    try:
        with sealed(whole, about) as made:
            if isinstance(made.data, bytes):
                replace_file(path, made.data)
            elif made.inside:
                shutil.copyfile(made.data, part)
                part.replace(path)
    except OSError as error:
        raise trouble(error, f"write {path.name}") from error
    finally:
        part.unlink(missing_ok=True)
    if prepared.secrecy is not None:
        prepared.secrecy.keep_file(node, path)
