"""``ajar canary``: keeps a small order for each hosted model, and sends it again when asked, for its price."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, WorkflowError
from workflows import canaries, project
from workflows.allowance import money
from workflows.canaries import Canary, Tried
from workflows.commands.paying import priced
from workflows.commands.run import carry_out, code_of, paid_entries
from workflows.commands.said import print_json, problem_lines, table
from workflows.exits import encoded
from workflows.likeness import look_of
from workflows.lockfile import models_of
from workflows.problems import Problem
from workflows.reading import Source
from workflows.settings import Home
from workflows.studio import Options, Prepared, Studio


def run(request: argparse.Namespace) -> int:
    home = Home.open()
    with Studio.open(home, [Path(file) for file in request.pack]) as studio:
        deeds = {"list": _list, "add": _add, "run": _run, "remove": _remove}
        return deeds[request.deed](studio, home, request)


def _add(studio: Studio, home: Home, request: argparse.Namespace) -> int:
    type_ = studio.packs.types.get(request.node)
    if type_ is None:
        raise WorkflowError(f'There is no node type "{request.node}".', "Name one: --node kling_image. See ajar nodes.")
    name = request.which or request.node.replace("_", "-").replace("/", "-")
    if any(one.name == name for one in canaries.read_all(home)):
        raise AjarError(f'There is a canary "{name}" already.', "Give another name, or remove that one.")
    inputs: dict[str, Any] = {}
    for change in request.set:
        key, equals, text = change.rpartition(".")[2].partition("=")
        if not equals:
            raise WorkflowError(f"--set {change} can't be understood.", "Write --set input=value.")
        inputs[key] = _value(text)
    canary = canaries.new(name, type_, request.prompt, inputs)
    prepared = _planned(studio, home, [canary])  # what can't be ordered is said now, not when it is to be sent
    canaries.write(home, canary)
    if request.json:
        print_json({"name": name, "type": canary.type, "inputs": dict(canary.inputs), **_price(prepared, name)})
        return 0
    print(f'Kept "{name}": {type_.title}, {", ".join(f"{key} = {value}" for key, value in canary.inputs.items())}')
    print(f"Sending it costs {priced(*_price(prepared, name).values())}: ajar canary run {name} --pay USD")
    return 0


def _list(studio: Studio, home: Home, request: argparse.Namespace) -> int:
    rows = []
    for canary in canaries.read_all(home):
        state, price = _state(studio, home, canary)
        last = canary.last
        when = time.strftime("%Y-%m-%d", time.localtime(last.at)) if last else "never sent"
        if request.json:
            print_json({"name": canary.name, "type": canary.type, "sent": canary.orders, "last": last and last.at,
                        "state": state, **price})
        rows.append((canary.name, canary.type, when, priced(price["low"], price["high"]), state))
    if not request.json:
        print("\n".join(table(rows)) if rows else "There are no canaries. Add one: ajar canary add --node kling_image")
    return 0


def _state(studio: Studio, home: Home, canary: Canary) -> tuple[str, dict[str, Any]]:
    """What can be said without sending it: retired, doubtful or at another price; and the price."""
    gone = _retired(studio, canary)
    if gone:
        return gone, {"low": None, "high": None}
    try:
        price = _price(_planned(studio, home, [canary]), canary.name)
    except AjarError as error:
        return f"{error.message} {error.hint}", {"low": None, "high": None}
    doubts = [doubt for kind, name in models_of(canaries.graph_of([canary]), studio.packs.types)
              if (doubt := studio.catalogue.doubt(kind, name)) is not None]
    said = [canaries.price_change(canary.last, price["high"]),
            *(f"{doubt.message} {doubt.hint}" for doubt in doubts)]
    return " ".join(one for one in said if one) or "offered", price


def _run(studio: Studio, home: Home, request: argparse.Namespace) -> int:
    chosen = [canaries.find(home, request.which)] if request.which else canaries.read_all(home)
    if not chosen:
        raise WorkflowError("There are no canaries.", "Add one: ajar canary add --node kling_image")
    gone = {one.name: said for one in chosen if (said := _retired(studio, one))}
    alive = [one for one in chosen if one.name not in gone]
    for name, said in gone.items():
        _say(request, name, f"RETIRED: {said}", {})
    if not alive:
        return 0
    prepared = _planned(studio, home, alive)
    source = Source(prepared.document, "canaries", _file(home))
    request.file = str(source.file)
    summary, number = carry_out(studio, home, source, prepared, request, _tell)
    entries = {entry.node: entry for entry in paid_entries(studio, number)}
    for canary in alive:
        value = next((output.value for output in summary.outputs if output.node == canary.name), None)
        entry = entries.get(canary.name)
        if value is None:
            _say(request, canary.name, "it gave nothing; what went wrong is said above", {})
            if entry is not None:  # it was sent: the next time is another take
                canaries.write(home, replace(canary, orders=canary.orders + 1))
            continue
        price = _price(prepared, canary.name)
        file = _kept(home, canary, value)
        tried = Tried(time.time(), look_of(value), entry.cost if entry else None, price["low"], price["high"],
                      bool(entry and entry.emulated), file)
        type_ = studio.packs.types.get(canary.type)
        said = canaries.verdict(canary, tried, type_)
        dearer = canaries.price_change(canary.last, price["high"])
        canaries.write(home, canaries.with_try(canary, tried))
        _say(request, canary.name, " ".join(one for one in (said, dearer) if one),
             {"cost": tried.cost, "look": asdict(tried.look), "file": file, "emulated": tried.emulated})
    return code_of(summary)


def _remove(studio: Studio, home: Home, request: argparse.Namespace) -> int:
    canary = canaries.find(home, request.which or "")
    canaries.remove(home, canary)
    print_json({"removed": canary.name}) if request.json else print(f'Removed "{canary.name}".')
    return 0


def _planned(studio: Studio, home: Home, chosen: Sequence[Canary]) -> Prepared:
    graph = studio.modern(canaries.graph_of(chosen))
    options = Options(stage="final", workflow="canaries", base=canaries.folder(home))
    return studio.plan(graph, project.find(_file(home)), options)


def _file(home: Home) -> Path:
    """Where the workflow that sends them would lie."""
    return canaries.folder(home) / "canaries.json"


def _retired(studio: Studio, canary: Canary) -> str:
    """Why its model can't be had any more, and what could be taken instead; empty where it can."""
    if canary.type not in studio.packs.types:
        return f'The node type "{canary.type}" is not known any more.'
    for kind, name in models_of(canaries.graph_of([canary]), studio.packs.types):
        try:
            studio.catalogue.find(kind, name)
        except AjarError as error:
            return f"{error.message} {error.hint}"
    return ""


def _price(prepared: Prepared, name: str) -> dict[str, Any]:
    row = next((row for row in prepared.rows if row.id == name), None)
    return {"low": row.low if row else None, "high": row.high if row else None}


def _kept(home: Home, canary: Canary, value: Any) -> str:
    content, suffix = encoded(value, "")
    if isinstance(value, str):
        content, suffix = value.encode(), ".txt"
    with suppress(AjarError):  # to look at; what counts is in the canary's own file
        return canaries.keep_media(home, canary, content, suffix) if suffix else ""
    return ""


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _say(request: argparse.Namespace, name: str, text: str, more: dict[str, Any]) -> None:
    if request.json:
        print_json({"event": "canary", "name": name, "verdict": text, **more})
        return
    cost = f" It cost {money(more['cost'])}." if more.get("cost") is not None else ""
    played = " An emulator played it." if more.get("emulated") else ""
    print(f"{name}: {text}.{cost}{played}".replace("..", "."))


def _tell(problem: Problem) -> None:
    print("\n".join(problem_lines(problem)), file=sys.stderr)
