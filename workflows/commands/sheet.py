"""``ajar sheet``: what every cell of a compare sheet costs before anything runs; makes it, and writes it as a page."""

import argparse
import functools
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from ajar.errors import EditError, WorkflowError
from ajar.sheets import value_in
from workflows.commands.request import changed, planned, written_to
from workflows.commands.said import print_json, summary_line, table
from workflows.compare import Maker, Sheet, sheet_of
from workflows.compare_page import cost_words, duration, licence_words, page_of, price, shuffled
from workflows.compare_results import NOTHING, Heard, Outcomes, outcomes, wanted_of
from workflows.graph import Graph
from workflows.reading import Source, read_source
from workflows.settings import Home
from workflows.timings import Timings
from workflows.variants import with_value

if TYPE_CHECKING:
    from ajar.models import Licence
    from workflows.studio import Prepared, Studio

Stars = Mapping[tuple[int, int], int]
"""By (row, column)."""
NOT_RATED: Stars = MappingProxyType({})


def run(request: argparse.Namespace) -> int:
    from workflows.commands.run import carry_out, code_of, say, tell_money
    from workflows.studio import Studio

    source = read_source(request.file)
    home = Home.open()
    with Studio.open(home, [Path(file) for file in request.pack]) as studio:
        graph, flat = _asked(studio, source, request)
        source = replace(source, graph=graph)
        if request.into:
            _write(source, request)
        tell = functools.partial(say, sys.stdout if request.json else None)
        request = _as_run(request, flat)
        timings = Timings(home)
        prepared = planned(studio, source, request, tell, Path(request.out).absolute() if _exports(request) else None)
        sheet = sheet_of(prepared, flat, timings)
        if sheet is None:
            raise WorkflowError("How many cells this sheet has shows only while it runs.",
                                "Give its prompts and values as they are, not computed while running.")
        if not _exports(request):
            _present(studio, sheet, request.json,
                     _stars(home, prepared, sheet, outcomes(prepared, sheet, Heard(), studio.results)))
            return 0
        heard = Heard(wanted=wanted_of(sheet))
        _present(studio, sheet, request.json)
        summary, number = carry_out(studio, home, source, prepared, request, tell, heard)
        _note_times(timings, prepared, heard)
        made = outcomes(prepared, sheet, heard, studio.results)
        written = _export(studio, home, prepared, sheet, made, request)
        code = code_of(summary)
        if request.json:
            print(summary_line(summary.error, code, outputs=[{"path": str(file)} for file in written]))
        else:
            print("\n".join(map(str, written)))
            tell_money(studio, prepared, number, request)
    return code


def _exports(request: argparse.Namespace) -> list[tuple[str, Path]]:
    return [(kind, Path(file)) for kind in ("png", "html", "mp4") if (file := getattr(request, kind))]


def _as_run(request: argparse.Namespace, flat: str) -> argparse.Namespace:
    """The request as a run of this one sheet: what changes the graph was done already."""
    return argparse.Namespace(**{**vars(request), "set": [], "seed": None, "only": [flat], "no_cache": False})


def _asked(studio: "Studio", source: Source, request: argparse.Namespace) -> tuple[Graph, str]:
    """The graph with the sheet that is asked for, and where that is."""
    from workflows.compare_finish import place_of, with_finish
    graph = changed(source, request, studio.packs)
    node = request.node or ""
    try:
        if request.models or request.x or request.y:
            graph, node = _made(studio, graph, node, request)
        path, name = place_of(graph, node)
        if request.chain:
            graph = with_finish(graph, studio.packs.types, path, name, on=request.chain == "finished")
        if request.cap is not None:
            graph = with_value(graph, "/".join((*path, name)), "cap", request.cap)
    except EditError as error:
        raise WorkflowError(error.message, error.hint, node=node or None) from None
    return graph, "/".join((*path, name))


def _made(studio: "Studio", graph: Graph, node: str, request: argparse.Namespace) -> tuple[Graph, str]:
    """A sheet of a generator: with other models, or over its parameters."""
    from workflows.compare_make import Axis, can_compare, compare_models, grid_over

    types = studio.packs.types
    if not node:
        found = [name for name in graph.nodes if can_compare(graph, types, name)]
        found = [name for name in found if types[graph.nodes[name].type].lane != "cpu"] or found
        if len(found) != 1:
            raise WorkflowError("Which node is to be compared?", f"Name one: {', '.join(found) or 'none fits'}.")
        [node] = found
    if request.x or request.y:
        if request.models:
            raise WorkflowError("A sheet is either of models or of values.", "Take --models, or --x and --y.")
        first, second = (_axis(text, Axis) for text in (request.x, request.y))
        if first is None:
            first, second = second, None
        return grid_over(graph, types, node, first, second, cap=request.cap or 0.0)
    from workflows.finals import rival_of

    providers = studio.packs.providers
    rivals = [rival_of(studio.catalogue, providers, types, graph, node, wanted.strip())
              for wanted in request.models.split(",") if wanted.strip()]
    titles = {entry.id: entry.title for entry in studio.catalogue.entries()}
    graph, use = compare_models(graph, types, node, [(one.target, one.twin) for one in rivals],
                                prompts=request.prompts, seeds=request.seeds, cap=request.cap or 0.0, titles=titles)
    for rival in rivals:
        for loss in rival.twin.losses:
            print(f"{rival.target.title}: {loss}", file=sys.stderr)
    return graph, use


def _axis(text: str, kind: Any) -> Any:
    """``steps=1,2,4`` or ``prompt=["a, b", "c"]``."""
    if not text:
        return None
    key, equals, values = text.partition("=")
    if not equals:
        raise WorkflowError(f'"{text}" can\'t be understood.', "Write --x steps=1,2,4")
    try:
        listed = json.loads(values)
        if isinstance(listed, list):
            return kind(key.strip(), tuple(listed))
    except ValueError:
        pass
    return kind(key.strip(), tuple(value_in(one.strip()) for one in values.split(",") if one.strip()))


def _write(source: Source, request: argparse.Namespace) -> None:
    path = written_to(source, source.graph, request)
    if not request.json:
        print(f"The workflow with the sheet is in {path}.", file=sys.stderr)


def _present(studio: "Studio", sheet: Sheet, as_json: bool, stars: Stars = NOT_RATED) -> None:
    """Every cell with its price, time, licence and where it goes, and the sums."""
    licences = studio.catalogue.licences()
    if as_json:
        for cell, row in zip(sheet.cells, _rows(sheet, licences), strict=True):
            print_json({"event": "cell", "sheet": sheet.node, **row, "stars": stars.get((cell.row, cell.column), 0)})
        return
    print("\n".join(sheet_lines(sheet, licences, stars)))


def _rows(sheet: Sheet, licences: "Mapping[str, Licence]") -> list[dict[str, Any]]:
    found = []
    for cell in sheet.cells:
        maker = sheet.makers.get(cell.maker or "")
        found.append({
            "row": sheet.rows[cell.row], "column": sheet.columns[cell.column], "node": cell.maker or cell.spot[0],
            "path": list(cell.spot[1]), "state": "held" if cell.held else "cached" if cell.cached else "to make",
            "low": cell.low, "high": cell.high, "spent": round(cell.spent, 6), "seconds": cell.seconds,
            "model": maker.model if maker else "", "licence": maker.licence if maker else "",
            "open": maker.open if maker else None, "host": maker.host if maker else "", "why": cell.held,
            "terms": licence_words(maker, licences) if maker else "",
        })
    return found


def sheet_lines(sheet: Sheet, licences: "Mapping[str, Licence]", stars: Stars = NOT_RATED) -> list[str]:
    """A sheet as lines for people: what is known of each cell before it runs, and the totals."""
    head = ("row", "column", "price", "time", "licence", "goes to", "state")
    rows = [head]
    for cell in sheet.cells:
        maker = sheet.makers.get(cell.maker or "")
        cost, _ = cost_words(cell, NOTHING)
        time = f"about {duration(cell.seconds)}" if cell.seconds else "" if cell.seconds == 0 or cell.cached else "?"
        state = "left out" if cell.held else "made" if cell.cached else "paid for" if cell.spent else "to make"
        state = f"{state} {'*' * stars.get((cell.row, cell.column), 0)}".rstrip()
        rows.append((sheet.rows[cell.row] or f"row {cell.row + 1}", sheet.columns[cell.column] or str(cell.column + 1),
                     cost, "" if cell.cached else time, licence_words(maker, licences) if maker else "",
                     "" if cell.cached else _goes(maker), state))
    return [f"{sheet.title}: {len(sheet.rows)} x {len(sheet.columns)}", *table(rows), *totals(sheet)]


def _goes(maker: Maker | None) -> str:
    if maker is not None and maker.played:
        return "a stand-in here"
    return maker.host if maker is not None and maker.host else "stays here"


def totals(sheet: Sheet) -> list[str]:
    """The sums of a sheet, in sentences."""
    todo = [cell for cell in sheet.cells if not cell.cached and not cell.held]
    held = [cell for cell in sheet.cells if cell.held]
    highs = [cell.high for cell in todo]
    cost = price(sum(cell.low or 0.0 for cell in todo), None if None in highs else sum(high or 0.0 for high in highs))
    times = [cell.seconds for cell in todo]
    lasting = f", about {duration(sum(one or 0.0 for one in times))} one after another" if todo and None not in times \
        else ""
    many = len(sheet.cells)
    made = not todo and not held
    lines = [f"All {many} cells are made." if made else f"{len(todo)} of {many} cells to make: {cost}{lasting}."]
    if sheet.spent:
        lines.append(f"{price(sheet.spent, sheet.spent)} spent on it so far.")
    if held:
        lines.append(f"{len(held)} left out: {held[0].held[9:].rstrip('.')}.")
    makers = {cell.maker for cell in todo}
    hosts = sorted({maker.host for name, maker in sheet.makers.items() if maker.host and name in makers})
    lines.append(f"Leaves this machine for {', '.join(hosts)}." if hosts else "Nothing leaves this machine.")
    return lines


def _note_times(timings: Timings, prepared: "Prepared", heard: Heard) -> None:
    fetched = {(bid.node, bid.path) for bid in prepared.bids.orders if bid.paid}  # its time was an earlier run's
    for (node, path), seconds in heard.seconds.items():
        step = prepared.plan.steps.get(node)
        if step is not None and (node, path) not in fetched:
            timings.note(step, seconds)
    timings.save()


def _export(studio: "Studio", home: Home, prepared: "Prepared", sheet: Sheet, made: Outcomes,
            request: argparse.Namespace) -> list[Path]:
    """Write the sheet in every form that was asked for."""
    from workflows.compare_seal import export_sealed
    from workflows.ratings import Ratings, project_key

    stars = _stars(home, prepared, sheet, made)
    project = project_key(prepared.facts.project.root)
    with Ratings(home) as ratings:
        seed = ratings.hide(project, f"{Path(request.file).absolute()}#{sheet.node}") if request.blind else None
    page = page_of(sheet, made, studio.catalogue.licences(), stars=stars, names=not request.blind)
    values = [made[cell.row, cell.column].value for cell in sheet.cells]
    order = shuffled(sheet, seed) if seed is not None else None
    mode: Literal["dark", "light"] = "light" if request.theme == "light" else "dark"
    return [export_sealed(prepared, sheet.node, kind, path, page, values, mode, order, request.cell)
            for kind, path in _exports(request)]


def _stars(home: Home, prepared: "Prepared", sheet: Sheet, made: Outcomes) -> Stars:
    """The stars of its cells; those of takes count in the table of the project from now on."""
    from workflows.compare_finish import is_finished, place_of
    from workflows.compare_stars import agreed
    from workflows.ratings import Ratings, project_key
    from workflows.takes import Takes

    finished = is_finished(prepared.document, *place_of(prepared.document, sheet.node))
    with Ratings(home) as ratings, Takes(home) as takes:
        return agreed(sheet, made, takes, ratings, project_key(prepared.facts.project.root), finished=finished)


def tell_sheets(prepared: "Prepared", home: Home, licences: "Mapping[str, Licence]") -> list[str]:
    """The sheets of any plan as lines, for ``ajar plan``."""
    from workflows.compare import sheets_in

    timings, lines = Timings(home), []
    for node in sheets_in(prepared.plan):
        sheet = sheet_of(prepared, node, timings)
        if sheet is not None:
            lines += ["", *sheet_lines(sheet, licences)]
    return lines
