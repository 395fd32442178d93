"""``ajar check``: what is wrong with a workflow."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.errors import AjarError, Refused
from workflows import project
from workflows.check import check
from workflows.commands.request import changed, given_paths, open_packs
from workflows.commands.said import plain_problem, print_json, problem_lines, summary_line
from workflows.foresight import STAGES, Foreseen, Place, foreseen
from workflows.graph import Graph
from workflows.obedience import policy_of_settings
from workflows.packs import Packs
from workflows.problems import Problem
from workflows.project import Intent, Policy
from workflows.reading import Source, read_source
from workflows.settings import Home, read_settings
from workflows.using import Asked, written_problems

if TYPE_CHECKING:
    from workflows.hosted import Choice


def run(request: argparse.Namespace) -> int:
    source = read_source(request.file)
    packs = open_packs(request.pack)
    graph = changed(source, request, packs)
    missing = _Missing(project.find(source.file).root)
    found = check(graph, packs.types, only=tuple(request.only), find_model=missing, find_misfit=missing.misfit,
                  stage=request.stage)
    errors = [problem for problem in found if problem.severity == "error"]
    policy, ahead = _policy(source, graph, request), Foreseen()
    if not errors:
        ahead = missing.foreseen(graph, packs, source, request, policy)
        errors = [problem for problem in ahead.problems if problem.severity == "error"]
    licences = [] if errors else missing.licences(graph, packs, policy.intent)
    problems = [*packs.problems, *found, *ahead.problems, *ahead.refused, *licences]
    forbidden = [problem for problem in (*ahead.refused, *licences) if problem.severity == "error"]
    code = 2 if errors else Refused.exit_code if forbidden else 0
    errors = errors or forbidden
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


def _policy(source: Source, graph: Graph, request: argparse.Namespace) -> Policy:
    """What the work is for and where it may go: the strictest of request, settings, project and workflow."""
    place = project.find(source.file)
    try:
        own = policy_of_settings(read_settings(Home.find()))
    except AjarError:  # looking at a workflow needs no data folder
        own = Policy()
    return project.strictest(
        Policy(intent=request.intent), own, place.policy, project.policy_of(graph.settings, "the workflow"))


class _Missing:
    """Says what is wrong with a model's name. The studio is opened only if a workflow names a model at all."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._known: dict[tuple[str, str], str | Problem | None] = {}
        self._catalogue: Choice | None = None

    def __call__(self, kind: str, name: str) -> str | Problem | None:
        if (kind, name) not in self._known:
            self._known[kind, name] = self._look(kind, name)
        return self._known[kind, name]

    def misfit(self, kind: str, model: str, lora: str) -> str | None:
        """A sentence if a LoRA can't be put on a model."""
        try:
            return self.catalogue.misfit(kind, model, lora, self._base)
        except AjarError:  # it is not there, which is said of the name
            return None

    def foreseen(self, graph: Graph, packs: Packs, source: Source, request: argparse.Namespace,
                 policy: Policy) -> Foreseen:
        """What a plan would say besides; nothing where the data folder can't be used: a look needs none."""
        place = Place(source.file.parent, project.find(source.file), Home.find(), given_paths(request), policy)
        stages = (request.stage,) if request.stage else STAGES
        try:
            return foreseen(graph, packs, self.catalogue, place, tuple(request.only), stages)
        except AjarError:
            return Foreseen()

    def licences(self, graph: Graph, packs: Packs, intent: Intent) -> list[Problem]:
        """What terms mean for what the work is for; nothing where nobody said it."""
        if intent == "any":
            return []
        known = self.catalogue
        asked = Asked(known.known, known.basis, lambda origin: (), known.terms)
        return list(dict.fromkeys(written_problems(graph, packs.types, asked, intent)))

    @property
    def catalogue(self) -> "Choice":
        if self._catalogue is None:
            from workflows.studio import Studio

            with Studio.open(Home.find(), writable=False) as studio:
                self._catalogue = studio.catalogue
        return self._catalogue

    def _look(self, kind: str, name: str) -> str | Problem | None:
        try:
            self.catalogue.find(kind, name, self._base)
        except AjarError as error:
            return f"{error.message} {error.hint}"
        return self.catalogue.doubt(kind, name)
