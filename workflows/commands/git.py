"""``ajar git``: teaches a git repository to compare and merge workflows, and does so when git asks."""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, Waiting, WorkflowError
from workflows import format
from workflows.disk import replace_file, trouble
from workflows.graph import Graph, Node
from workflows.lockfile import nodes_of
from workflows.merging import merge
from workflows.plain import plain_value

PATTERN = "*.json"
LINE = f"{PATTERN} diff=ajar merge=ajar"
SETTINGS = ("diff.ajar.textconv", "diff.ajar.cachetextconv", "merge.ajar.name", "merge.ajar.driver")


def run(request: argparse.Namespace) -> int:
    if request.deed == "textconv":
        return _textconv(_paths(request, 1)[0])
    if request.deed == "merge":
        base, ours, theirs, *name = _paths(request, 3)
        return _merge(base, ours, theirs, str(name[0]) if name else ours.name)
    root = _root()
    return _install(root, request) if request.deed == "install" else _remove(root, request)


def textual(graph: Graph) -> Iterator[str]:
    """A workflow as lines that say what it does; where things lie on the board is left out."""
    for name, node in nodes_of(graph):
        yield from _node(name, node)
    for name, group in graph.groups.items():
        yield f"group {name}"
        yield from (f"    output {output} = {wire}" for output, wire in group.outputs.items())
    for name, value in graph.settings.items():
        if name != "bookmarks":
            yield f"setting {name} = {_line(value)}"


def _node(name: str, node: Node) -> Iterator[str]:
    marks = [f'"{node.title}"'] if node.title else []
    marks += [node.state] if node.state else []
    marks += [f"take {node.take}"] if node.take else []
    yield " ".join([f"{name}: {node.type}", *marks])
    for key, value in node.inputs.items():
        told = plain_value(value)
        text = told if isinstance(told, str) and "\n" in told else None
        if text is None:
            yield f"    {key} = {_line(told)}"
        else:  # a long text by its lines, so that a changed word shows a changed line
            yield f"    {key} ="
            yield from (f"        {line}" for line in text.splitlines())


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _textconv(path: Path) -> int:
    try:
        graph = format.load(path)
    except WorkflowError:
        sys.stdout.flush()
        try:  # another kind of JSON: as it is
            sys.stdout.buffer.write(path.read_bytes())
        except OSError as error:
            raise trouble(error, f"read {path.name}") from error
        return 0
    for line in textual(graph):
        print(line)
    return 0


def _merge(base: Path, ours: Path, theirs: Path, name: str) -> int:
    try:
        graphs = [format.load(path) for path in (base, ours, theirs)]
    except WorkflowError:  # no workflows, or one that is damaged: as git itself would
        command = ["git", "merge-file", "-L", "ours", "-L", "base", "-L", "theirs", str(ours), str(base), str(theirs)]
        return min(subprocess.run(command, check=False).returncode, 127)
    merged = merge(*graphs)
    try:
        replace_file(ours, format.dump(merged.graph).encode())
    except OSError as error:
        raise trouble(error, f"write {name}") from error
    if not merged.conflicts:
        return 0
    print(f"{name}: {len(merged.conflicts)} conflict{'s' * (len(merged.conflicts) != 1)}", file=sys.stderr)
    for conflict in merged.conflicts:
        print(f"    {conflict.text}", file=sys.stderr)
    print('    Ours stands in the file; both stand under "conflicts" at its end. Change what should be theirs, remove '
          f"that section, then: git add {shlex.quote(name)}", file=sys.stderr)
    return 1


def _install(root: Path, request: argparse.Namespace) -> int:
    me = "ajar" if shutil.which("ajar") else f"{shlex.quote(sys.executable)} -m ajar"
    values = (f"{me} git textconv", "false", "Ajar workflows", f"{me} git merge %O %A %B %P")
    commands = [["git", "config", name, value] for name, value in zip(SETTINGS, values, strict=True)]
    attributes = root / ".gitattributes"
    there = _lines(attributes)
    print(f"In {root}:")
    if LINE not in there:
        print(f"    {attributes.name}: {LINE}")
    for command in commands:
        print(f"    {shlex.join(command)}")
    _agreed(request, "Do this?")
    if LINE not in there:
        _write(attributes, [*there, LINE])
    for command in commands:
        _git(command[1:], root)
    print("git diff and git merge know workflows now. Other JSON files are compared and merged as before.")
    return 0


def _remove(root: Path, request: argparse.Namespace) -> int:
    attributes = root / ".gitattributes"
    print(f"In {root}: the line for {PATTERN} in {attributes.name} and the settings diff.ajar and merge.ajar go.")
    _agreed(request, "Do this?")
    if LINE in (there := _lines(attributes)):
        _write(attributes, [line for line in there if line != LINE])
    for section in ("diff.ajar", "merge.ajar"):
        subprocess.run(["git", "config", "--remove-section", section], cwd=root, check=False, capture_output=True)
    return 0


def _agreed(request: argparse.Namespace, question: str) -> None:
    if request.yes:
        return
    if not sys.stdin.isatty():
        raise Waiting("Nothing was changed: nobody could be asked.", "Add --yes to do it without being asked.")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise Waiting("Nothing was changed.", "")


def _root() -> Path:
    found = _git(["rev-parse", "--show-toplevel"], Path.cwd())
    return Path(found.strip())


def _git(arguments: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise AjarError("git is not installed.", "Install it, then try again.") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()
        raise AjarError(f"git could not do that: {said[0] if said else error.returncode}.",
                        "Go into a folder of a git repository, then try again.") from None
    return done.stdout


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines() if path.exists() else []
    except OSError as error:
        raise trouble(error, f"read {path.name}") from error


def _write(path: Path, lines: list[str]) -> None:
    try:
        replace_file(path, "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        raise trouble(error, f"write {path.name}") from error


def _paths(request: argparse.Namespace, least: int) -> list[Path]:
    if len(request.paths) < least:
        raise WorkflowError(f"ajar git {request.deed} takes {least} path{'s' * (least != 1)}.",
                            "git itself calls it; see ajar git install.")
    return [Path(path) for path in request.paths]
