"""``ajar show``: the workflow and settings inside a file that Ajar made."""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workflows import format
from workflows.commands.said import print_json
from workflows.reading import read_output


def run(request: argparse.Namespace) -> int:
    source = read_output(Path(request.file))
    graph, about = source.graph, source.about or {}
    if request.pack:
        from workflows.commands.request import open_packs
        from workflows.migrate import rename

        graph = rename(graph, open_packs(request.pack).types)
    if request.json:
        print_json(about)
        return 0
    if not request.graph:
        for line in settings_lines(about):
            print(line)
        print()
    print(format.dump(graph), end="")
    return 0


def settings_lines(about: Mapping[str, Any]) -> Iterator[str]:
    """What a file says about its making, as lines for people."""
    item = ".".join(str(index) for index in about.get("item") or ())
    yield f"workflow: {about.get('workflow', '')}"
    yield f"made by: {about.get('node', '')}" + (f", item {item}" if item else "")
    yield f"stage: {about.get('stage', '')}"
    for name, seed in _pairs(about.get("seeds")):
        yield f"seed of {name}: {seed}"
    for model in about.get("models") or ():
        if isinstance(model, dict):
            rest = [f"{name} {value}" for name, value in model.items() if name != "id" and value not in (None, "")]
            yield f"model: {', '.join([str(model.get('id', '')), *rest])}"
    for line in about.get("lineage") or ():
        if not isinstance(line, dict):
            continue
        for name, words in _pairs(line.get("read")):
            yield f"{name} of {line.get('node', '')} was read as: {words or '(nothing)'}"
        if isinstance(draft := line.get("draft"), dict):
            yield f"promoted from: {_draft(draft)}"
    for order in about.get("orders") or ():
        if isinstance(order, dict):
            played = ", played by an emulator" if order.get("emulated") else ""
            job = order.get("job") or "unknown"
            yield f"ordered: {order.get('model')} at {order.get('provider')}, job {job}{played}"
    for file in about.get("files") or ():
        if isinstance(file, dict) and file.get("name"):
            yield f"made of: {file['name']}, {str(file.get('digest') or '')[:16]}"
    if about.get("confidential") is True:
        yield "confidential: yes, it was made from something that is"
    if about.get("cost") is not None:
        yield f"cost: {json.dumps(about['cost'])}"


def _draft(plain: Mapping[str, Any]) -> str:
    """The take whose words and frames a final was filled with."""
    facts = [f"take {plain.get('number', '?')} of {plain.get('node', '?')}", str(plain.get("model") or "")]
    return ", ".join([*filter(None, facts), *([f"seed {plain['seed']}"] if "seed" in plain else [])])


def _pairs(plain: Any) -> list[tuple[str, Any]]:
    return list(plain.items()) if isinstance(plain, dict) else []
