"""``ajar check``: what is wrong with a workflow."""

import argparse
from pathlib import Path

from ajar.errors import AjarError
from workflows.commands.said import plain_problem, print_json, problem_lines, summary_line
from workflows.commands.source import changed, read_source, refuse_lost
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    from workflows import project
    from workflows.studio import Studio

    source = read_source(request.file)
    with Studio.open(Home.find(), [Path(file) for file in request.pack], writable=False) as studio:
        refuse_lost(studio.packs, request.pack)
        graph = changed(source, request, studio.packs)
        found = studio.check(graph, project.find(source.file), only=tuple(request.only))
        problems = [*studio.packs.problems, *found]
    errors = [problem for problem in found if problem.severity == "error"]
    code = 2 if errors else 0
    if request.json:
        for problem in problems:
            print_json({"event": "problem", **plain_problem(problem)})
        first = AjarError(errors[0].message, errors[0].hint, node=errors[0].node) if errors else None
        print(summary_line(first, code))
        return code
    for problem in problems:
        print("\n".join(problem_lines(problem)))
    count = len(graph.nodes)
    if not errors:
        print(f"{request.file}: {count} node{'s' * (count != 1)}, no errors")
    return code
