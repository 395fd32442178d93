"""What made a sheet, inside the picture or film it was exported to: workflow, models, prices, licences, lineage."""

import shutil
from pathlib import Path

from workflows import plain
from workflows.departing import Departing, versions
from workflows.disk import part_beside, replace_file, trouble
from workflows.exits import Exit, way_back
from workflows.outputs import Outputs
from workflows.prepared import Prepared
from workflows.sealing import sealed


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
