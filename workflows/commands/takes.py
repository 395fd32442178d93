"""``ajar takes``: list what generators made, say where one came from; pick, rate, note, lock or throw away one."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.errors import WorkflowError
from workflows.allowance import money
from workflows.commands.said import print_json, table
from workflows.figures import seconds_text
from workflows.problems import suggest
from workflows.settings import Home

if TYPE_CHECKING:
    from workflows.take import Take
    from workflows.takes import Takes

DEEDS = ("list", "show", "pick", "rate", "note", "lock", "unlock", "throw", "back")


def run(request: argparse.Namespace) -> int:
    from workflows.takes import Takes

    with Takes(Home.open()) as takes:
        if takes.trouble:
            print(f"warning: {takes.trouble}", file=sys.stderr)
        deed, which = request.deed, request.which
        if deed not in DEEDS:
            if which is not None or not (Path(deed).suffix == ".json" or Path(deed).exists()):
                raise WorkflowError(f'"{deed}" can\'t be done with takes.',
                                    suggest(deed, DEEDS, "See ajar takes --help."))
            deed, which = "list", deed
        if deed == "list":
            return _list(takes, which, request)
        if which is None or not which.isdigit():
            raise WorkflowError("Which take is not said.", "Give its id; see: ajar takes.")
        if deed == "show":
            return _show(takes, takes.get(int(which)), request)
        if deed == "pick":
            return _pick(takes.get(int(which)), request)
        take = _done(takes, deed, int(which), request.value)
        if request.json:
            print_json(_plain(take))
        else:
            print(f"Take {take.id}: {_line(take)[-1] or 'no stars, no note'}")
        return 0


def _done(takes: "Takes", deed: str, id_: int, value: str | None) -> "Take":
    if deed in ("lock", "unlock"):
        return takes.lock(id_, deed == "lock")
    if deed in ("throw", "back"):
        return takes.throw_away(id_) if deed == "throw" else takes.bring_back(id_)
    if deed == "note":
        return takes.note(id_, value or "")
    if value is None or not value.isdigit() or int(value) > 5:
        raise WorkflowError("How many stars is not said.", "Give 0 to 5: ajar takes rate 12 4.")
    return takes.rate(id_, int(value))


def _pick(take: "Take", request: argparse.Namespace) -> int:
    """Let a take flow on in its workflow from now on."""
    from workflows import format
    from workflows.picking import pick
    from workflows.studio import Options, Studio

    file = workflow_of(take)
    with Studio.open(Home.open()) as studio:
        graph = studio.modern(format.load(file))
        options = Options("final" if take.stage == "final" else "draft", workflow=file.stem, base=file.parent)
        picked = pick(studio, graph, file, options, take.node, take)
    if picked.graph != graph:
        format.save(picked.graph, file)
    if request.json:
        print_json({**_plain(take), "picked": True, "frozen": picked.frozen})
    else:
        held = ", held: what it was made from has changed since" if picked.frozen else ""
        print(f"{file}: take {take.number} of {take.node} flows on{held}")
    return 0


def workflow_of(take: "Take") -> Path:
    """The file of a take's workflow. WorkflowError where it was never saved, or is gone."""
    file = Path(take.document)
    if take.document.startswith(("draft:", "found:")) or not file.is_file():
        raise WorkflowError("The workflow of this take was never saved, or is not there any more.",
                            "Use the window, or save the workflow first.")
    return file


def _list(takes: "Takes", which: str | None, request: argparse.Namespace) -> int:
    from workflows.strays import take_in
    from workflows.takes import Query

    for take in take_in(takes):
        said = f"{take.path.name} was in no list; it is listed again as take {take.id}, by what it says itself."
        print(f"warning: {said}", file=sys.stderr)
    query = Query(document=str(Path(which).absolute()) if which is not None else "")
    found = takes.search(query, limit=request.n)
    if request.json:
        for take in found:
            print_json(_plain(take))
        return 0
    if not found:
        print("There are no takes yet." if which is None else f"There are no takes of {which}.")
        return 0
    head = ("id", "workflow", "node", "take", "made", "model", "seed", "took", "cost", "from", "")
    print("\n".join(table([head, *map(_line, found)])))
    return 0


def _show(takes: "Takes", take: "Take", request: argparse.Namespace) -> int:
    line, made = takes.lineage(take.id), takes.children(take.id)
    if request.json:
        print_json({**_plain(take), "lineage": [_plain(one) for one in line[1:]],
                    "children": [one.id for one in made]})
        return 0
    print("\n".join(table([_line(one) for one in line])))
    print(f"file: {take.path}{' (not there any more)' if take.lost else ''}")
    print(f"prompt: {take.prompt}")
    if made:
        print(f"made from it: {', '.join(f'take {one.id}' for one in made)}")
    return 0


def _line(take: "Take") -> tuple[str, ...]:
    marks = " ".join(filter(None, ("*" * take.rating, "locked" if take.locked else "", take.note)))
    return (str(take.id), take.workflow, take.node, str(take.number),
            time.strftime("%Y-%m-%d %H:%M", time.localtime(take.made)), take.model,
            "" if take.seed is None else str(take.seed), "" if take.seconds is None else seconds_text(take.seconds),
            money(take.cost) if take.cost else "free" if take.cost == 0 else "?",
            ", ".join(map(str, take.parents)), marks)


def _plain(take: "Take") -> dict[str, Any]:
    return {"event": "take", "id": take.id, "workflow": take.document, "node": take.node, "number": take.number,
            "made": take.made, "kind": take.kind, "model": take.model, "revision": take.revision, "seed": take.seed,
            "prompt": take.prompt, "stage": take.stage, "seconds": take.seconds, "cost": take.cost,
            "licence": take.licence, "rating": take.rating, "note": take.note, "locked": take.locked,
            "parents": list(take.parents), "file": str(take.path), "digest": take.digest, "lost": take.lost}
