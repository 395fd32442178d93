"""``ajar models``: the models that are known and where they lie; fetching, verifying and removing one."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.errors import AjarError, WorkflowError
from workflows.commands import getting
from workflows.commands.said import print_json, table
from workflows.figures import size_text
from workflows.settings import Home
from workflows.shelved import Kept, Record, faults
from workflows.studio import Studio

if TYPE_CHECKING:
    from ajar.models import ModelEntry


def run(request: argparse.Namespace) -> int:
    deeds = {"list": _list, "folders": _folders, "show": _show, "get": getting.get, "verify": _verify,
             "repair": _repair, "remove": _remove}
    if request.which is None and request.deed not in ("list", "folders"):
        raise WorkflowError(f"Which model shall be the one to {request.deed}?", f"ajar models {request.deed} NAME")
    with Studio.open(Home.find(), writable=False) as studio:
        return deeds[request.deed](studio, request)


def _list(studio: Studio, request: argparse.Namespace) -> int:
    wanted = (request.which or "").lower()
    entries = [entry for entry in studio.catalogue.entries() if wanted in f"{entry.id} {entry.kind}".lower()]
    studio.catalogue.remember()
    if request.json:
        for entry in entries:
            print_json({
                "id": entry.id, "title": entry.title, "kind": entry.kind, "family": entry.family, "open": entry.open,
                "licence": entry.licence, "installed": entry.path is not None,
                "path": str(entry.path) if entry.path else None, "source": entry.source, "bytes": entry.bytes,
            })
        return 0
    # Two tables: the names of hosted models may be three times as long as any of those here.
    for part in ([entry for entry in entries if not entry.provider], [entry for entry in entries if entry.provider]):
        if part:
            print("\n".join(table(_row(studio, entry) for entry in part)))
    for folder, record, came in studio.downloads.unfinished():
        print(f"\n{folder.name} is half here: {size_text(came)} of {size_text(record.bytes)}. "
              f"Go on with: ajar models get {record.model or record.repo}")
    others = len(studio.places) - 1
    print(f"\nModels are looked for in {studio.home.models}, beside the workflow"
          + (f", and in {others} other folder{'s' * (others > 1)} (ajar models folders)." if others else "."))
    return 0


def _row(studio: Studio, entry: "ModelEntry") -> tuple[str, ...]:
    return entry.id, entry.kind, entry.licence, size_text(entry.bytes), _where(studio, entry)


def _where(studio: Studio, entry: "ModelEntry") -> str:
    if entry.path is None:
        return (entry.provider and f"at {entry.provider}") or f"not installed: {entry.source}"
    if "folder" in entry.settings:  # it comes with Ajar
        return entry.title
    place = next((place for place in studio.places[1:] if entry.path.is_relative_to(place.path)), None)
    return f"installed, of {place.program}" if place is not None else "installed"


def _folders(studio: Studio, request: argparse.Namespace) -> int:
    if request.json:
        for place in studio.places:
            print_json({"path": str(place.path), "program": place.program, "holds": place.holds})
        return 0
    print("\n".join(table((place.program, place.holds, str(place.path)) for place in studio.places)))
    for link in studio.strays():
        print(f"\n{link} leads to a folder elsewhere, which is not looked into: name {link.resolve()} in the settings.")
    print(f"\nOthers can be named in {studio.home.settings_file}: [models] folders = [...]; "
          "use_found = false leaves out those of other programs.")
    return 0


def _show(studio: Studio, request: argparse.Namespace) -> int:
    name = request.which
    entry = next((one for one in studio.catalogue.entries() if one.id.lower() == name.lower()), None)
    records = [(folder, record) for folder, record in studio.downloads.records()
               if name.lower() in (folder.name.lower(), record.repo.lower(), record.model.lower())]
    if entry is None and not records:
        raise AjarError(f'No model called "{name}" is known.', "See: ajar models list.")
    rows: list[tuple[str, str]] = []
    if entry is not None:
        licence = studio.catalogue.licences().get(entry.licence)
        terms = f"{licence.name}; commercial use: {licence.commercial}. {licence.text}" if licence else entry.licence
        rows += [("name", entry.title), ("kind", entry.kind), ("licence", terms), ("source", entry.source),
                 ("size", size_text(entry.bytes) or "not known"), ("place", str(entry.path or "not on this machine"))]
        said = studio.catalogue.said(entry)
        rows += [(what.lower(), how) for what, how in said.lines]
        rows += [("try", ", ".join(f"“{one}”" for one in said.examples))] if said.examples else []
    for folder, record in records:
        rows += [("fetched", f"{record.repo} at {record.revision}"), ("complete", record.fetched),
                 ("accepted", record.accepted), ("files", f"{len(record.files)}, {size_text(record.bytes)}"),
                 ("folder", str(folder))]
    if request.json:
        print_json(dict(rows))
    else:
        print("\n".join(table(rows)))
    return 0


def _verify(studio: Studio, request: argparse.Namespace) -> int:
    folder, _, damaged = _damaged(studio, request)
    if damaged:
        raise AjarError(f"{folder.name} has {len(damaged)} damaged file{'s' * (len(damaged) > 1)}.",
                        f"Fetch only these again: ajar models repair {request.which}.")
    return 0


def _repair(studio: Studio, request: argparse.Namespace) -> int:
    folder, record, damaged = _damaged(studio, request)
    if not damaged:
        return 0
    studio.downloads.reopen(folder, damaged)
    request.which, request.full = record.model or record.repo, record.full
    return getting.get(studio, request)


def _damaged(studio: Studio, request: argparse.Namespace) -> tuple[Path, Record, list[Kept]]:
    folder, record = studio.downloads.find(request.which)
    damaged = []
    for kept, fault in faults(folder, record):
        if fault:
            damaged.append(kept)
        if request.json:
            print_json({"file": kept.path, "bytes": kept.bytes, "fault": fault})
        elif fault:
            print(f"{kept.path} {fault}")
    if not damaged and not request.json:
        at = f"{record.repo} has them at {record.revision[:12]}"
        print(f"All {len(record.files)} files of {folder.name} are as {at}.")
    return folder, record, damaged


def _remove(studio: Studio, request: argparse.Namespace) -> int:
    freed = studio.downloads.remove(request.which)
    if request.json:
        print_json({"removed": request.which, "bytes": freed})
    else:
        print(f"{request.which} is removed; {size_text(freed)} are free again.")
    return 0
