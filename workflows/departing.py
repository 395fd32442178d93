"""What goes along with every file that leaves a run: its licences beside it, and the mark where it is confidential."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows.cells import Cells
from workflows.disk import replace_file, trouble
from workflows.events import Event, RunDone, RunWarning
from workflows.licences import Gate, Used, Verdict
from workflows.notices import NAME, Notice, is_ours, merged, notice
from workflows.plan import Plan
from workflows.run import Exits
from workflows.secrecy import Secrecy

_folders = threading.Lock()
"""Two runs may write into one folder."""


class Departing:
    """The exits of a run, with what has to go along. Used from several threads."""

    def __init__(self, exits: Exits, gate: Gate, secrecy: Secrecy | None, version: Callable[[Used], str]) -> None:
        """``version`` gives the revision of a model."""
        self._exits = exits
        self._gate = gate
        self._secrecy = secrecy
        self._version = version
        self._lock = threading.Lock()
        self._files: dict[Path, str] = {}
        """The files that have left, and the node each comes from."""

    def save(self, node: str, path: tuple[int, ...], data: bytes | Path, suffix: str, about: str) -> Path:
        file = self._exits.save(node, path, data, suffix, about)
        self._left(node, file)
        return file

    def export(self, node: str, output: str, path: tuple[int, ...], value: Any, about: str) -> Path | None:
        file = self._exits.export(node, output, path, value, about)
        if file is not None:
            self._left(node, file)
        return file

    def about(self, plan: Plan, cells: Cells, node: str, path: tuple[int, ...]) -> str:
        """What the exits say, with what came in from files, why somebody went on, and the mark."""
        text = self._exits.about(plan, cells, node, path)
        verdicts = self._gate.along(node)
        secret = self._secrecy.of(node) if self._secrecy is not None else None
        if not text or not (verdicts or secret):
            return text
        plain = json.loads(text)
        plain["models"] = list(_models(plain.get("models", []), verdicts))
        if self._gate.intent != "any":
            plain["intent"] = self._gate.intent
        if secret is not None:
            plain["confidential"] = True
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    def finish(self) -> None:
        """The run is over: write the licences beside what it made. AjarError where that can't be done."""
        with self._lock:
            files = dict(self._files)
        folders: dict[Path, list[Notice]] = {}
        for file, node in files.items():
            verdicts = [self._whole(verdict) for verdict in self._gate.along(node)]
            if verdicts:
                folders.setdefault(file.parent, []).append(notice(file.name, verdicts, self._gate.intent))
        for folder, notices in folders.items():
            write_notices(folder, notices)

    def _left(self, node: str, file: Path) -> None:
        with self._lock:
            self._files[file] = node
        if self._secrecy is not None:
            self._secrecy.keep_file(node, file)

    def _whole(self, verdict: Verdict) -> Verdict:
        used = verdict.used
        return verdict if used.version else replace(verdict, used=replace(used, version=self._version(used)))


def finishing(departing: Departing, listen: Callable[[Event], None]) -> Callable[[Event], None]:
    """Writes the licences beside what a run made before it is told that it is over."""

    def hear(event: Event) -> None:
        if isinstance(event, RunDone):
            try:
                departing.finish()
            except AjarError as error:
                listen(RunWarning(event.run, error.message, error.hint))
        listen(event)

    return hear


def _models(named: Iterable[Mapping[str, Any]], verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
    """The models of a file with their terms, also those that made what came into it from elsewhere."""
    found = {(one.used.kind, one.used.id): one for one in verdicts}
    for model in named:
        verdict = found.pop((str(model.get("kind")), str(model.get("id"))), None)
        yield {**model, **(_said(verdict) if verdict is not None else {})}
    for (kind, id_), verdict in found.items():
        yield {"kind": kind, "id": id_, "revision": verdict.used.version, **_said(verdict)}


def _said(verdict: Verdict) -> dict[str, str]:
    return {"licence": verdict.used.basis.id, **({"override": verdict.reason} if verdict.reason else {})}


def write_notices(folder: Path, notices: list[Notice]) -> Path:
    """Say in the LICENSES.txt of a folder what made these files. AjarError where it can't be written.

    A file of that name which Ajar did not write is left alone; ours is then called ``AJAR-LICENSES.txt``.
    """
    with _folders:
        target = folder / NAME
        try:
            old = target.read_text("utf-8") if target.is_file() else ""
            if old and not is_ours(old):
                target = folder / f"AJAR-{NAME}"
                old = target.read_text("utf-8") if target.is_file() else ""
            new = merged(old, notices)
            if new != old:
                replace_file(target, new.encode())
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError):
                raise trouble(error, f"write the licences into {folder}") from error
            raise AjarError(f"{target} is no text.", "Move it away.") from error
    return target


def versions(revisions: Callable[[str, str], Mapping[str, Any]]) -> Callable[[Used], str]:
    """The revisions of models, for ``Departing``; empty where there is none."""

    def find(used: Used) -> str:
        try:
            return str(revisions(used.kind, used.id).get("revision", ""))
        except (AjarError, KeyError):
            return ""

    return find
