"""``ajar doctor``: what this machine can do and what is missing. Exit code 1 if Ajar can't work."""

import argparse
from dataclasses import asdict

from ajar.errors import AjarError
from workflows.commands.said import print_json, table
from workflows.doctor import Finding, examine, models_found
from workflows.settings import Home

SIGNS = {"ok": "ok", "missing": "--", "problem": "!!"}


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    findings = [*examine(home), _models(home)]
    code = 1 if any(finding.state == "problem" for finding in findings) else 0
    if request.json:
        for finding in findings:
            print_json(asdict(finding))
        return code
    lines = table([(SIGNS[finding.state], finding.name, finding.text) for finding in findings])
    for line, finding in zip(lines, findings, strict=True):
        print(line)
        if finding.hint:
            print(f"    {finding.hint}")
    return code


def _models(home: Home) -> Finding:
    try:
        from workflows.studio import Studio

        with Studio.open(home, writable=False) as studio:
            return models_found([entry.id for entry in studio.catalogue.entries() if entry.path], home.models)
    except (AjarError, ImportError) as error:  # the one thing that must always work is the doctor
        return Finding("problem", "Models", str(error))
