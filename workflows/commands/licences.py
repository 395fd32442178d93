"""``ajar licences``: the terms of a file that Ajar made, of a take, of a model, or all that Ajar knows."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ajar.errors import AjarError, WorkflowError
from workflows import project
from workflows.commands.said import print_json, table
from workflows.departing import write_notices
from workflows.licences import ADVICE, MADE_FOR, Verdict, judge, worst_first
from workflows.lineages import of_file
from workflows.notices import notice, plain
from workflows.obedience import policy_of_settings
from workflows.project import Intent, Policy, strictest
from workflows.settings import Home, read_settings
from workflows.studio import Studio
from workflows.takes import Takes


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    with Studio.open(home, writable=False) as studio:
        if request.what is None:
            return _all(studio, request.json)
        path = _file(home, request.what)
        if path is None:
            return _model(studio, request)
        intent = _intent(home, path, request.intent)
        verdicts = worst_first(judge(used, intent) for used in of_file(path, studio.catalogue))
    return _told(path, verdicts, intent, request)


def _told(path: Path, verdicts: Sequence[Verdict], intent: Intent, request: argparse.Namespace) -> int:
    if request.json:
        for verdict in verdicts:
            said = {"word": verdict.word, "sentence": verdict.sentence, "hint": verdict.hint}
            print_json({**said, **plain(verdict.used)})
    else:
        print(notice(path.name, verdicts, intent).body)
        for verdict in verdicts:
            if verdict.word != "pass":
                print(f"{'warning' if verdict.word == 'warn' else 'forbidden'}: {verdict.sentence}")
        print(ADVICE)
    if request.save:
        print(write_notices(path.absolute().parent, [notice(path.name, verdicts, intent)]))
    return 3 if any(verdict.blocks for verdict in verdicts) else 0


def _file(home: Home, text: str) -> Path | None:
    """A file that is there, or that of a take; None where a model may be meant."""
    path = Path(text)
    if path.is_file():
        return path
    if text.isdigit():
        with Takes(home) as takes:
            return takes.get(int(text)).path
    if path.suffix and ("/" in text or "\\" in text):
        raise WorkflowError(f"There is no file {path}.", "Check the name; paths are relative to this folder.")
    return None


def _intent(home: Home, path: Path, asked: Intent) -> Intent:
    """What the work is for: the strictest of the request, the settings and the project that the file lies in."""
    return strictest(Policy(intent=asked), policy_of_settings(read_settings(home)), project.find(path).policy).intent


def _model(studio: Studio, request: argparse.Namespace) -> int:
    name = request.what.lower()
    entry = next((one for one in studio.catalogue.entries() if name in (one.id.lower(), one.title.lower())), None)
    if entry is None:
        raise AjarError(f'There is no file, take or model "{request.what}".', "See: ajar models list, ajar takes.")
    from workflows.licences import Used

    used = Used("", entry.kind, entry.id, entry.title, studio.catalogue.basis(entry), entry.source)
    if request.json:
        print_json(plain(used))
        return 0
    print(notice("", [judge(used, "any")], "any").body.partition("\n")[2])
    for intent in ("personal", "commercial", "client"):
        verdict = judge(used, intent)
        print(f"{MADE_FOR[intent]}: {verdict.word}. {verdict.sentence}")
    print(ADVICE)
    return 0


def _all(studio: Studio, as_json: bool) -> int:
    rows = studio.catalogue.licences().values()
    if as_json:
        for row in rows:
            print_json({"id": row.id, "name": row.name, "commercial": row.commercial, "conditions": row.conditions,
                        "attribution": row.attribution, "restrictions": row.restrictions, "text": row.text,
                        "source": row.source, "checked": row.checked})
        return 0
    print("\n".join(table([("licence", "may be sold", "looked up", "name"),
                           *((row.id, row.commercial, row.checked, row.name) for row in rows)])))
    print(f"\n{ADVICE}")
    return 0
