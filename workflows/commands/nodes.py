"""``ajar nodes``: the node types there are, or all about one."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from ajar.contract import REQUIRED, NodeType, Socket
from ajar.errors import WorkflowError
from ajar.hints import Model, Range
from workflows.commands.request import open_packs
from workflows.commands.said import print_json, problem_lines, table
from workflows.kinds import to_json, type_name
from workflows.problems import suggest


def run(request: argparse.Namespace) -> int:
    packs = open_packs(request.pack)
    if request.name is not None:
        type_ = packs.types.get(request.name)
        if type_ is None:
            hint = suggest(request.name, packs.types, "`ajar nodes` lists them all.")
            raise WorkflowError(f'There is no node type "{request.name}".', hint)
        shown = [type_]
    else:
        shown = [type_ for type_ in packs.types.values() if not type_.hidden]
    if request.json:
        for type_ in shown:
            print_json(_plain(type_))
    elif request.name is not None:
        print("\n".join(_page(shown[0])))
    else:
        print("\n".join(_list(shown)))
    for problem in packs.problems:
        for line in problem_lines(problem):
            print(line, file=sys.stderr)
    return 0


def _list(types: list[NodeType]) -> Iterator[str]:
    groups: dict[str, list[NodeType]] = {}
    for type_ in types:
        groups.setdefault(type_.group, []).append(type_)
    width = max((len(type_.id) for type_ in types), default=0)
    for number, (group, members) in enumerate(sorted(groups.items())):
        yield ("\n" if number else "") + group
        for type_ in sorted(members, key=lambda type_: type_.id):
            yield f"  {type_.id.ljust(width)}  {type_.tooltip}"


def _page(type_: NodeType) -> Iterator[str]:
    lane = {"cpu": "this machine", "gpu": "this machine's accelerator", "remote": "a paid service"}[type_.lane]
    yield f"{type_.id} - {type_.title} ({type_.group}, runs on {lane})"
    if type_.help:
        yield from ("", type_.help)
    if type_.inputs:
        yield from ("", "Inputs", *table([_input_row(socket) for socket in type_.inputs], "  "))
    if type_.outputs:
        rows = [(output.name, _output_kind(output, type_.stream)) for output in type_.outputs]
        yield from ("", "Outputs", *table(rows, "  "))
    if type_.writes:
        yield from ("", "It writes files, so it runs every time.")


def _input_row(socket: Socket) -> tuple[str, str, str, str]:
    kind = type_name(socket.type)
    if socket.form == "row":
        kind = f"any number of {kind}"
    elif socket.form == "list":
        kind = f"all items: {kind}"
    default = "required" if socket.required else ""
    if socket.default is not REQUIRED and socket.default is not None:
        default = f"default {_shown(to_json(socket.default))}"
    elif socket.optional:
        default = "optional"
    return socket.name, kind, default, _bounds(socket)


def _bounds(socket: Socket) -> str:
    if (limits := socket.hint(Range)) is not None:
        return f"{limits.low:g} to {limits.high:g}"
    if (model := socket.hint(Model)) is not None:
        return f"a model of the kind {model.kind}"
    return ""


def _output_kind(output: Socket, stream: bool) -> str:
    return f"a stream of {type_name(output.type)}" if stream else type_name(output.type)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if 0 < len(text) <= 40 and "\n" not in text else repr(text[:40])


def _plain(type_: NodeType) -> dict[str, Any]:
    return {
        "id": type_.id, "title": type_.title, "group": type_.group, "help": type_.help, "lane": type_.lane,
        "inputs": [
            {
                "name": socket.name, "type": type_name(socket.type), "form": socket.form, "required": socket.required,
                "default": None if socket.default is REQUIRED else to_json(socket.default), "bounds": _bounds(socket),
            }
            for socket in type_.inputs
        ],
        "outputs": [{"name": output.name, "type": type_name(output.type)} for output in type_.outputs],
        "stream": type_.stream, "writes": type_.writes, "version": type_.version,
    }
