"""What a run would do, said before it is asked for: for each node and in all. Pure; it runs on any thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ajar.context import Stage
from ajar.contract import NodeType
from ajar.errors import AjarError
from ajar.hints import Model
from ajar.models import Licence, ModelEntry
from canvas import prices
from canvas.fact import Fact, Standing
from canvas.hosting import hosted, locked, priced, unlocked
from canvas.kit import words
from canvas.machine import has_card
from canvas.permitting import marked, permitted, summed
from canvas.prices import Part, parts_of
from workflows.flatten import unfold
from workflows.following import to_run
from workflows.graph import Graph, Node
from workflows.guard import Guard
from workflows.problems import Problem
from workflows.project import Project, Residency
from workflows.quotes import Bill
from workflows.sound import Sound, plan_sound
from workflows.studio import Options, Prepared, Studio
from workflows.timings import Timings

NOTHING = Bill()
STRICTNESS = ("yes", "unknown", "conditional", "no")
"""From what may be sold freely to what may not."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run of a whole workflow would do."""

    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    stage: Stage = "draft"
    nodes: int = 0
    """How many nodes would run."""
    calls: int | None = 0
    """How often; None where that shows only while running."""
    bill: Bill = NOTHING
    """What exactly that would cost."""
    parts: tuple[Part, ...] = ()
    """The bill by provider."""
    other: Bill | None = None
    """What the other stage would cost; None where both are the same."""
    seconds: float | None = 0.0
    """How long it takes on this machine; None where that was never measured."""
    memory: int | None = None
    """Bytes of the largest model."""
    residency: Residency = "open"
    """Where its work may go."""
    terms: str = ""
    """What the licences mean for what the work is for, in words; empty where no model is used."""
    hosts: tuple[str, ...] = ()
    """The machines elsewhere that it would speak with."""
    licence: str = ""
    """The strictest licence among the models."""
    commercial: str = ""
    """What that licence says about selling: yes, no, conditional; empty where no model is used."""
    prepared: Prepared | None = None

    @property
    def cost(self) -> str:
        """``free``, ``$0.28 – 0.37``, ``?``."""
        return prices.cost(self.bill)

    @property
    def costs(self) -> bool:
        """Whether money would be charged."""
        return prices.costs(self.bill)

    @property
    def played(self) -> bool:
        """Whether only stand-ins on this machine would be ordered from."""
        return bool(self.parts) and all(part.played for part in self.parts)

    @property
    def time(self) -> str:
        """``about 20 s``; nothing where nothing would run."""
        if self.nodes == 0:
            return ""
        if self.seconds is None:
            return "time not known yet"
        return words.duration(self.seconds, about=True) if self.seconds >= 1 else "about 1 s"

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def foresee(studio: Studio, graph: Graph, project: Project, options: Options, timings: Timings,
            models: Mapping[tuple[str, str], ModelEntry], given_up: Callable[[], bool] = bool) -> Outlook | None:
    """Look ahead. None where nobody wants to know any more."""
    sound = plan_sound(studio, graph, project, options)
    if given_up():
        return None
    nodes = unfold(graph).graph.nodes if not _is_hopeless(sound) else {}
    errors: dict[str, list[Problem]] = {}
    for problem in sound.problems:
        if problem.severity == "error" and problem.node is not None:
            errors.setdefault(problem.node, []).append(problem)
    types = studio.packs.types
    facts = {name: _fact(node, types.get(node.type), errors.get(name, ()), models) for name, node in nodes.items()}
    facts = {name: hosted(fact, types.get(nodes[name].type), studio) for name, fact in facts.items()}
    other: Sound | None = None
    if sound.prepared is not None:
        if _is_staged(sound.prepared) and not given_up():
            away: Stage = "final" if options.stage == "draft" else "draft"
            other = plan_sound(studio, graph, project, replace(options, stage=away))
        facts = _planned(facts, sound.prepared, options.stage, sound.lost)
        facts = priced(facts, sound.prepared, other.prepared if other is not None else None)
        facts = unlocked(facts, sound.prepared)
    try:
        guard = Guard(studio.marks, studio.digests, project, options.base or project.root, remember=False)
        facts = marked(facts, nodes, types, guard)
    except AjarError:  # what can't be read is said when it is run
        pass
    if given_up():
        return None
    found = _totals(sound, facts, options.stage, timings, studio.catalogue.licences())
    if sound.prepared is None:
        return found
    learned = [one for one in sound.prepared.warnings if one not in found.problems]  # what only a plan knows
    return replace(found, parts=parts_of(studio, sound.prepared), facts=_warned(found.facts, sound.prepared.warnings),
                   problems=(*found.problems, *learned, *locked(sound.prepared)),
                   other=other.prepared.bill if other is not None and other.prepared is not None else None)


def _warned(facts: Mapping[str, Fact], warnings: Sequence[Problem]) -> dict[str, Fact]:
    """The same with what should be known of nodes, the first of each."""
    brief = {one.node: one.brief for one in reversed(warnings) if one.node and one.brief}
    return {name: replace(fact, warning=brief.get(name, "")) for name, fact in facts.items()}


def _is_hopeless(sound: Sound) -> bool:
    """Nothing can be told of a graph that can't be unfolded."""
    return sound.prepared is None and any(problem.node is None and problem.severity == "error"
                                          for problem in sound.problems)


def _fact(node: Node, type_: NodeType | None, errors: Sequence[Problem],
          models: Mapping[tuple[str, str], ModelEntry]) -> Fact:
    """What can be said of a node without a plan: its lane, its model, what is wrong with it."""
    lane, entry, wanted = "", None, ""
    for socket in type_.inputs if type_ is not None else ():
        hint = socket.hint(Model)
        value = node.inputs.get(socket.name, socket.default)
        if hint is not None and isinstance(value, str) and value:
            entry, wanted = models.get((hint.kind, value.lower())), value
            break
    if type_ is not None:
        lane = lane_of(type_.lane)
    fact = Fact("idle", lane, None if entry is None else entry.open, "" if entry is None else entry.licence)
    if node.state in ("muted", "bypassed"):
        return fact
    for problem in errors:
        away = type_ is not None and type_.lane == "remote"  # a hosted model can't be fetched: the problem says more
        if wanted and not away and _is_model(type_, problem) and (entry is None or entry.path is None):
            title = wanted if entry is None else entry.title
            size = f", {words.size(entry.bytes)}" if entry is not None and entry.bytes else ""
            return _wrong(fact, "missing", f"Needs {title}{size}", problem)
    # What is only not wired yet is no fault of a node that was just put there; Problems lists it.
    faults = [problem for problem in errors
              if problem.input is None or node.inputs.get(problem.input) is not None]
    return _wrong(fact, "broken", "", faults[0]) if faults else fact


def _is_staged(prepared: Prepared) -> bool:
    """Whether what runs depends on the stage."""
    return any("stage" in type_.deciders for type_ in _types_of(prepared))


def _wrong(fact: Fact, standing: Standing, needs: str, problem: Problem) -> Fact:
    return replace(fact, standing=standing, needs=needs, message=problem.message, hint=problem.hint)


def _is_model(type_: NodeType | None, problem: Problem) -> bool:
    socket = type_.input(problem.input or "") if type_ is not None else None
    return socket is not None and socket.hint(Model) is not None


def _planned(facts: Mapping[str, Fact], prepared: Prepared, stage: Stage, lost: Sequence[str]) -> dict[str, Fact]:
    """The same with what the plan knows: which results are there, and their keys."""
    plan, cells = prepared.plan, prepared.cells
    running = set(to_run(prepared))
    staged = not lost and _is_staged(prepared)
    rows = {row.id: row for row in prepared.rows}
    found: dict[str, Fact] = {}
    for name, fact in facts.items():
        if fact.standing in ("missing", "broken"):
            found[name] = fact
        elif name in plan.steps:
            keys = tuple(cell.key for cell in cells.made[name].values())
            row = rows[name]
            fact = replace(fact, standing="idle" if name in running else "cached", keys=keys, memory=row.fit,
                           fits=row.fits, advice=row.advice)
            found[name] = permitted(fact, prepared, name)
        elif name in plan.known:
            found[name] = replace(fact, standing="cached", keys=("known",))
        elif staged and name not in plan.skipped and not _is_alias(prepared, name):
            # All else is needed by some leaf: it stands behind the way that is not taken.
            found[name] = replace(fact, standing="other_stage", stage="final" if stage == "draft" else "draft")
        else:
            found[name] = fact
    return found


def _types_of(prepared: Prepared) -> list[NodeType]:
    types = prepared.facts.packs.types
    return [types[node.type] for node in prepared.plan.graph.nodes.values() if node.type in types]


def _is_alias(prepared: Prepared, name: str) -> bool:
    node = prepared.plan.graph.nodes[name]
    return node.state is not None or prepared.facts.packs.types[node.type].alias


def _totals(sound: Sound, facts: Mapping[str, Fact], stage: Stage, timings: Timings,
            licences: Mapping[str, Licence]) -> Outlook:
    prepared = sound.prepared
    if prepared is None:
        return Outlook(sound.problems, facts, stage)
    names = to_run(prepared)
    rows = {row.id: row for row in prepared.rows}
    calls: int | None = 0
    seconds: float | None = 0.0
    for name in names:
        row, step = rows[name], prepared.plan.steps[name]
        left = None if row.calls is None else row.calls - row.cached
        calls = None if calls is None or left is None else calls + left
        guess = timings.guess(step)
        if guess is None and step.type.lane == "cpu":
            guess = 0.0  # what was never worth measuring
        seconds = None if seconds is None or guess is None or (left is None and guess) else (
            seconds + guess * (left or 0))
    memory = max((rows[name].memory or 0 for name in names), default=0)
    licence, commercial = _strictest([row.licence for row in prepared.rows if row.licence], licences)
    hosts = tuple(dict.fromkeys(rows[name].host or rows[name].provider for name in names
                                if rows[name].leaves_machine))
    return Outlook(sound.problems, facts, stage, len(names), calls, prepared.bill, seconds=seconds,
                   memory=memory or None, hosts=hosts, licence=licence, commercial=commercial, prepared=prepared,
                   residency=prepared.policy.residency, terms=summed(prepared.gate))


def _strictest(used: Sequence[str], licences: Mapping[str, Licence]) -> tuple[str, str]:
    """The licence that allows least, and what it says about selling."""
    found = ("", "")
    for name in dict.fromkeys(one for text in used for one in text.split(", ")):
        licence = licences.get(name)
        says = licence.commercial if licence is not None else "unknown"
        says = says if says in STRICTNESS else "unknown"
        if not found[1] or STRICTNESS.index(says) > STRICTNESS.index(found[1]):
            found = (name, says)
    return found


def lane_of(lane: str) -> str:
    """A lane as the card names it: without a graphics card its work is done by the processor."""
    if lane == "gpu" and not has_card():
        return "CPU"
    return {"gpu": "GPU 0", "cpu": "CPU"}.get(lane, lane.capitalize())
