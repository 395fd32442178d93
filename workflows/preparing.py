"""From a graph to a run that may begin: checked, planned, priced, and held against what is allowed."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ajar.context import Stage
from ajar.contract import NodeType
from ajar.errors import AjarError, WorkflowError
from ajar.models import ModelEntry
from ajar.remote import Provider
from ajar.wire import Transport
from workflows import check as checking
from workflows import hearing
from workflows.cells import Cells
from workflows.compare_cap import within_caps
from workflows.demand import to_call
from workflows.digests import Digests
from workflows.entries import Entry
from workflows.facts import WorkflowFacts
from workflows.flatten import Unfolded, inner, unfold
from workflows.graph import Graph
from workflows.hosted import Choice
from workflows.journal import paid_cells
from workflows.licences import Gate, gate_of, problems_of
from workflows.lineages import MadeWith
from workflows.marks import Marks
from workflows.obedience import host_of, obey, policy_of_settings, refuse_forbidden, refuse_leaks
from workflows.packs import Packs
from workflows.plan import Plan, leaves_of
from workflows.planner import make_plan
from workflows.prepared import Options, Prepared
from workflows.problems import Problem
from workflows.project import Policy, Project, policy_of, strictest
from workflows.quotes import bids_of, providers_of
from workflows.report import rows_of, warnings_of, with_terms
from workflows.results import Results
from workflows.secrecy import Guard, Secrecy, secrets_of
from workflows.settings import Home, Settings
from workflows.using import Asked


@dataclass(frozen=True, slots=True)
class Preparing:
    """Checks and plans work with what the studio has built; starts nothing."""

    home: Home
    packs: Packs
    catalogue: Choice
    settings: Settings
    results: Results | None
    """None where nothing may be written."""
    digests: Digests
    marks: Marks
    made_with: MadeWith
    transport: Callable[[], Transport]
    """For questions that need no connection; asked only where it matters, as it loads the network's libraries."""
    orders: Callable[[str], Sequence[Entry]]
    """What was ordered for a result, by its key."""

    def check(self, graph: Graph, project: Project, only: Sequence[str] = (),
              stage: Stage | None = None) -> tuple[Problem, ...]:
        """Everything that is wrong with a graph; needs no data folder and runs nothing.

        With a stage, what is wrong in branches that it does not take are warnings.
        """
        missing = functools.cache(functools.partial(self._missing_model, project.root))
        misfit = functools.cache(functools.partial(self._misfit, project.root))
        return checking.check(graph, self.packs.types, only=tuple(only), find_model=missing, find_misfit=misfit,
                              stage=stage)

    def plan(self, graph: Graph, project: Project, options: Options,
             problems: tuple[Problem, ...] | None = None) -> Prepared:
        """What a run would do. WorkflowError or Refused where it can't be done.

        ``problems`` is what ``check`` found, where the graph has been checked already.
        """
        if problems is None:
            problems = self.check(graph, project, options.only, options.stage)
        _raise_first(problem for problem in problems if problem.severity == "error")
        facts = WorkflowFacts(options.base or project.root, project, self.catalogue, self.digests, self.packs,
                              self.results, options.trusted, self._realm)
        plan = self._steps(graph, facts, options)
        policy = strictest(policy_of_settings(self.settings), Policy(options.residency, intent=options.intent),
                           project.policy, policy_of(graph.settings, "the workflow"))
        cells = Cells(plan, None if options.no_cache or self.results is None else self.results.get_many)
        cells.look()
        called = to_call(plan, lambda name: sum(cell.hit is not None for cell in cells.made[name].values()))
        bids = within_caps(plan, cells, bids_of(plan, cells, called, functools.partial(paid_cells, self.home)),
                           self.orders)
        obey(plan, policy, bids, self.packs.providers, self._loopback, called)
        guard = Guard(self.marks, self.digests, project, facts.base, remember=self.results is not None,
                      says=self.made_with.confidential)
        secret = secrets_of(plan, self.packs.types, guard)
        refuse_leaks(plan, secret, bids, self.packs.providers, self._loopback, called)
        gate = self._gate(plan, facts, policy, options)
        refuse_forbidden(gate)
        _raise_first(bids.problems)
        warnings = tuple(problem for problem in problems if problem.severity == "warning")
        missing = {name: sentence for name, provider in providers_of(bids).items()
                   if (sentence := self.transport().keyless(provider))}
        rows = with_terms(rows_of(plan, cells, facts, bids, self._host), gate)
        warnings = (*warnings, *warnings_of(rows), *problems_of(gate), *hearing.problems_of(plan, cells, facts))
        return Prepared(plan, rows, warnings, graph, facts, options, cells, bids, missing, policy, gate,
                        Secrecy(plan, secret, guard), self.orders)

    def _steps(self, graph: Graph, facts: WorkflowFacts, options: Options) -> Plan:
        """The plan for the nodes whose results are asked for."""
        unfolded = unfold(graph)
        return make_plan(unfolded.graph, self.packs.types, _leaves(unfolded, options.only, self.packs.types), facts,
                         options.stage)

    def _gate(self, plan: Plan, facts: WorkflowFacts, policy: Policy, options: Options) -> Gate:
        """What the terms of all models, and of what files and kept results were made with, mean for this work."""
        def find(kind: str, name: str) -> ModelEntry | None:
            return facts.used.get((kind, name)) or self.catalogue.known(kind, name)

        asked = Asked(find, self.catalogue.basis, self.made_with, self.catalogue.terms)
        return gate_of(plan, asked.of(plan, self.packs.types), policy.intent, options.licence_reason)

    def _missing_model(self, base: Path, kind: str, name: str) -> str | Problem | None:
        """A sentence if there is no such model, a warning if there may be none any more."""
        try:
            self.catalogue.find(kind, name, base)
        except AjarError as error:
            return f"{error.message} {error.hint}"
        return self.catalogue.doubt(kind, name)

    def _misfit(self, base: Path, kind: str, model: str, lora: str) -> str | None:
        """A sentence if a LoRA can't be put on a model; of those that are not there the other check speaks."""
        try:
            return self.catalogue.misfit(kind, model, lora, base)
        except AjarError:
            return None

    def _loopback(self, provider: Provider) -> bool:
        return self.transport().loopback(provider)

    def _host(self, provider: Provider) -> str:
        return host_of(self.transport(), provider)

    def _realm(self, provider: str) -> str:
        """A mark where stand-ins play providers: their results are never taken for real ones."""
        known = self.packs.providers
        asked = [known[provider]] if provider in known else list(known.values())
        played = [one for one in asked if not one.facts.local and self._loopback(one)]
        return "".join(f":{one.name}={self.transport().base(one)}" for one in played)


def _raise_first(problems: Iterable[Problem | AjarError]) -> None:
    """WorkflowError, where there is a problem."""
    for problem in problems:
        raise WorkflowError(problem.message, problem.hint, node=problem.node)


def _leaves(unfolded: Unfolded, only: tuple[str, ...], types: Mapping[str, NodeType]) -> tuple[str, ...]:
    """The nodes whose results are asked for: all leaves, or the named ones (of a group: its outputs' nodes)."""
    if not only:
        return leaves_of(unfolded.graph, types)
    return tuple(dict.fromkeys(flat for name in only for flat in inner(unfolded, name)))
