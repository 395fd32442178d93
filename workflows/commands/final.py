"""``ajar final``: a closed twin beside a generator, and a stage after both; without a model, which there are."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows.allowance import money
from workflows.commands.request import refuse_lost, written_to
from workflows.commands.said import print_json, summary_line, table
from workflows.finals import Rival, own_settings, rival_of, rivals
from workflows.reading import Source, read_source
from workflows.settings import Home
from workflows.stages import add_final

if TYPE_CHECKING:
    from workflows.graph import Graph
    from workflows.studio import Studio


def run(request: argparse.Namespace) -> int:
    with opened(request) as studio:
        source = read_source(request.file)
        graph = studio.modern(source.graph)
        about = (studio.catalogue, studio.packs.providers, studio.packs.types, graph, request.node)
        if request.model is None:
            return listed(rivals(*about, hosted=True), request, "--model")
        rival = rival_of(*about, request.model, hosted=True)
        own = own_settings(studio.catalogue, studio.packs.types, graph, request.node)
        made = add_final(graph, studio.packs.types, request.node, rival.target, own)
        return written(source, made.graph, request, rival, made.losses, node=made.final, stage=made.stage)


def opened(request: argparse.Namespace) -> "Studio":
    """The packs and models, with nothing written."""
    from workflows.studio import Studio

    studio = Studio.open(Home.find(), [Path(file) for file in request.pack], writable=False)
    refuse_lost(studio.packs, request.pack)
    return studio


def listed(found: Sequence[Rival], request: argparse.Namespace, option: str) -> int:
    """Which models there are, what each costs, and what is lost with it."""
    if request.json:
        for one in found:
            print_json(_plain(one))
        print(summary_line(None, 0, count=len(found)))
        return 0
    if not found:
        print(f'No other model makes what "{request.node}" makes.')
        return 0
    rows = [("model", "title", "by", "price", "what differs"), *map(_row, found)]
    print("\n".join(table(rows)))
    print(f"\nChoose one with {option}; nothing was changed.", file=sys.stderr)
    return 0


def written(source: Source, graph: "Graph", request: argparse.Namespace, rival: Rival, losses: Iterable[str],
            **more: Any) -> int:
    """Save the workflow, and say what came of it."""
    target = written_to(source, graph, request)
    if request.json:
        print(summary_line(None, 0, file=str(target), model=rival.target.model, type=rival.target.type.id,
                           losses=list(losses), price=_price(rival), **more))
        return 0
    for loss in losses:
        print(loss, file=sys.stderr)
    if rival.refused:
        print(f"It can't be ordered as it is: {rival.refused}", file=sys.stderr)
    price = f", {money(_price(rival))} a call" if rival.provider else ""
    print(f"{target}: {more['node']} is {rival.target.title}{price}")
    return 0


def _price(rival: Rival) -> float | None:
    high = rival.quote.high if rival.quote is not None else None
    return None if high is None else round(high, 6)


def _row(rival: Rival) -> tuple[str, ...]:
    price = money(_price(rival)) if rival.provider else "" if rival.installed else "not installed"
    if rival.quote is not None and rival.quote.checked and rival.provider and rival.quote.high is not None:
        price += f" (of {rival.quote.checked})"
    needs = f"Needs: {', '.join(rival.twin.missing).lower()}." if rival.twin.missing else rival.refused
    said = " ".join(filter(None, (needs, *rival.twin.losses)))
    return f"{rival.target.type.id}:{rival.target.model}", rival.target.title, rival.provider or "here", price, said


def _plain(rival: Rival) -> dict[str, Any]:
    return {"event": "model", "type": rival.target.type.id, "model": rival.target.model, "title": rival.target.title,
            "provider": rival.provider or None, "price": _price(rival),
            "checked": rival.quote.checked if rival.quote is not None else rival.checked,
            "losses": list(rival.twin.losses), "missing": list(rival.twin.missing), "refused": rival.refused or None,
            "installed": rival.installed}
