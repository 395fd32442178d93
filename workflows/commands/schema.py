"""``ajar schema``: the JSON Schema of the workflow file."""

import argparse
import json

from workflows.commands.request import open_packs


def run(request: argparse.Namespace) -> int:
    from workflows.schema import schema

    print(json.dumps(schema(open_packs(request.pack).types), indent=2))
    return 0
