"""``ajar inputs``: what a hosted model takes, as its provider publishes it; kept for forms and for checks offline."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.errors import WorkflowError
from workflows.commands.said import print_json, table
from workflows.publishing import load_inputs
from workflows.settings import Home
from workflows.studio import Studio

if TYPE_CHECKING:
    from ajar.published import Field


def run(request: argparse.Namespace) -> int:
    with Studio.open(Home.find(), list(map(Path, request.pack)), writable=False) as studio:
        able = {name: one for name, one in sorted(studio.packs.providers.items()) if one.schema is not None}
        if request.publisher not in able:
            raise WorkflowError(f'No provider called "{request.publisher}" publishes the inputs of its models.',
                                f"There are: {', '.join(able)}.")
        fields = load_inputs(able[request.publisher], request.model, studio.new_transport)
    if request.json:
        for field in fields:
            print_json({**asdict(field), "choices": list(field.choices)})
        return 0
    print("\n".join(table(map(_row, fields))))
    return 0


def _row(field: "Field") -> tuple[str, ...]:
    what = f"list of {field.kind}" if field.many else field.kind
    if field.choices:
        limits = ", ".join(map(str, field.choices))
    elif field.low is not None or field.high is not None:
        limits = " to ".join("..." if one is None else f"{one:g}" for one in (field.low, field.high))
    else:
        limits = ""
    default = "" if field.default is None else json.dumps(field.default, ensure_ascii=False)
    return field.name, what, "needed" if field.required else default, limits, field.description[:80]
