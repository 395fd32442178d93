"""``ajar promote``: make the final of a take; ask before it costs, pay once, and say what came from what."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.errors import WorkflowError
from workflows import format
from workflows.allowance import money
from workflows.commands.final import listed
from workflows.commands.request import refuse_lost
from workflows.commands.said import print_json, summary_line
from workflows.commands.takes import workflow_of
from workflows.finals import Rival, rival_of, rivals
from workflows.promoting import Promotion, made_already, planned, promote
from workflows.settings import Home

if TYPE_CHECKING:
    from workflows.graph import Graph
    from workflows.studio import Options, Studio
    from workflows.take import Take
    from workflows.takes import Takes


def run(request: argparse.Namespace) -> int:
    from workflows.studio import Studio
    from workflows.takes import Takes

    home = Home.open()
    with Takes(home) as takes:
        take = takes.get(request.take)
        file = workflow_of(take)
        with Studio.open(home, [Path(name) for name in request.pack]) as studio:
            refuse_lost(studio.packs, request.pack)
            made = _made(studio, takes, take, file, request)
        if isinstance(made, int):
            return made
        from workflows.commands import run as running

        code = running.run(_order(request, file, made.final))
        made_of = takes.children(take.id)
    return _told(take, made_of[-1] if made_of and code == 0 else None, request, code)


def _made(studio: "Studio", takes: "Takes", take: "Take", file: Path, request: argparse.Namespace) -> "Promotion | int":
    """The promotion, written into the workflow; or the exit code where that is all there is to do."""
    graph = studio.modern(format.load(file))
    rival = _chosen(studio, graph, take, request)
    if isinstance(rival, int):
        return rival
    options = _options(file)
    found = promote(studio, graph, file, options, take, rival.target, request.roles or None)
    _say(take, rival, found, request)
    if found.refused:
        raise WorkflowError(f"{rival.target.title} would refuse it: {found.refused}", "Choose another model.")
    if found.graph != graph:
        format.save(found.graph, file)
    prepared = planned(studio, found.graph, file, options, found.final)
    there = made_already(prepared, takes, found.final)
    if there is None:
        return found
    return _already(take, there, request)


def _chosen(studio: "Studio", graph: "Graph", take: "Take", request: argparse.Namespace) -> "Rival | int":
    from workflows import inside

    *room, name = take.node.split("/")
    shown = inside.room(graph, tuple(room))
    about = (studio.catalogue, studio.packs.providers, studio.packs.types, shown, name)
    if name not in shown.nodes:
        raise WorkflowError(f'The node "{take.node}" of this take is not in the workflow any more.',
                            "Bring it back (a backup, or undo), or choose another take.")
    if request.model is None:
        return listed(rivals(*about, hosted=True), argparse.Namespace(json=request.json, node=take.node), "--model")
    return rival_of(*about, request.model, hosted=True)


def _say(take: "Take", rival: Rival, found: Promotion, request: argparse.Namespace) -> None:
    if request.json:
        return
    price = found.quote.high if found.quote is not None else None
    roles = ", ".join(role.replace("_", " ") for role in found.roles)
    lends = f"its words{f' and its {roles}' if roles else ''}"
    print(f"Take {take.number} of {take.node} lends {rival.target.title} {lends}; {money(price)}.", file=sys.stderr)
    for loss in found.losses:
        print(f"  {loss}", file=sys.stderr)


def _already(take: "Take", there: "Take", request: argparse.Namespace) -> int:
    text = f"It is made already: take {there.number} of {there.node}, {money(there.cost)}; nothing was ordered."
    if request.json:
        print(summary_line(None, 0, already=True, take=there.id, parents=list(there.parents), file=str(there.path),
                           draft={"take": take.id, "file": str(take.path)}, spent=0.0))
        return 0
    print(text, file=sys.stderr)
    return _told(take, there, request, 0)


def _told(take: "Take", final: "Take | None", request: argparse.Namespace, code: int) -> int:
    if final is None:
        return code
    if request.json:
        print_json({"event": "promoted", "draft": {"take": take.id, "file": str(take.path)},
                    "final": {"take": final.id, "file": str(final.path), "cost": final.cost,
                              "parents": list(final.parents)}})
        return code
    print(f"draft: {take.path}")
    print(f"final: {final.path}")
    return code


def _options(file: Path) -> "Options":
    from workflows.studio import Options

    return Options("final", workflow=file.stem, base=file.parent)


def _order(request: argparse.Namespace, file: Path, final: str) -> argparse.Namespace:
    """The same command line as one had written ``ajar run FILE --stage final --only NODE``."""
    from workflows.commands.grammar import build_parser

    plain: dict[str, Any] = vars(build_parser().parse_args(["run", str(file), "--stage", "final", "--only", final]))
    given = {name: value for name, value in vars(request).items() if name in plain and name not in
             ("command", "file", "stage", "only")}
    return argparse.Namespace(**{**plain, **given})
