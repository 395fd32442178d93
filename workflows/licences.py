"""What the terms along the way of a result mean for what it is made for. Pure; it informs, it does not advise.

A result is under the terms of every model that it came through: of those, the strictest counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ajar.models import Licence
from workflows.plan import Plan
from workflows.problems import Problem
from workflows.project import Intent
from workflows.terms import STRICTNESS, Basis

Word = Literal["pass", "warn", "block"]
WORDS: tuple[Word, ...] = ("pass", "warn", "block")
"""From good to bad."""
ADVICE = "This informs, it does not advise: read the terms themselves."
MADE_FOR: Mapping[Intent, str] = {
    "any": "personal use", "personal": "personal use", "commercial": "commercial work", "client": "client work",
}
"""What a project is made for, in words. Where nobody said it, personal use is assumed."""
WAY_OUT = ('Choose another model, change "intent" where it was set, or say why you may: --licence-reason "...", '
           "or Give a reason in the window.")


@dataclass(frozen=True, slots=True)
class Used:
    """One model that a result came through, and its terms."""

    node: str
    """The node that uses it: the one to blame."""
    kind: str
    id: str
    title: str
    basis: Basis
    source: str = ""
    """Where it comes from."""
    version: str = ""
    """The revision, where it is known."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the terms of one model mean."""

    word: Word
    used: Used
    sentence: str
    hint: str = ""
    reason: str = ""
    """Why a person went on all the same; only of what would else be blocked."""

    @property
    def node(self) -> str:
        return self.used.node

    @property
    def brief(self) -> str:
        """In a few words, for a card; empty where nothing is wrong."""
        if self.word == "pass":
            return ""
        if self.word == "block":
            return "Terms forbid it: your reason"
        known = _strictest(self.used.basis) if not self.used.basis.unknown else None
        return "Terms not known" if known is None or known.commercial == "unknown" else "Terms have conditions"

    @property
    def blocks(self) -> bool:
        return self.word == "block" and not self.reason


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdicts of a plan, and which of them hold for each node."""

    intent: Intent = "any"
    own: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """By node: of what it uses itself."""
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By node: the nodes that its inputs come from."""
    worst: Mapping[str, Verdict] = field(default_factory=dict)
    """By node: the worst verdict of all that its result came through; without the nodes that no model stands before."""

    def along(self, node: str) -> tuple[Verdict, ...]:
        """The verdicts of all that a node's result came through, the worst first."""
        if node not in self.worst:
            return worst_first(self.own.get(node, ()))
        seen, todo = {node}, [node]
        while todo:
            fresh = [source for source in self.sources.get(todo.pop(), ()) if source in self.worst]
            todo += [source for source in fresh if source not in seen]
            seen.update(fresh)
        return worst_first(verdict for name in sorted(seen) for verdict in self.own.get(name, ()))

    def all(self) -> tuple[Verdict, ...]:
        """Every verdict of the plan, the worst first."""
        return worst_first(verdict for found in self.own.values() for verdict in found)

    def word(self, node: str) -> Word | None:
        """The word for the result of a node; None where no model was used."""
        found = self.worst.get(node)
        return found.word if found is not None else None


def judge(used: Used, intent: Intent, reason: str = "") -> Verdict:
    """What the terms of one model mean for this use. ``reason`` is why a person goes on where they forbid it."""
    basis, work = used.basis, MADE_FOR[intent]
    named = f'"{used.title}"'
    strict = _strictest(basis)
    if intent in ("commercial", "client") and strict is not None and strict.commercial == "no":
        sentence = f"The terms of {named} ({strict.name}) forbid {work}."
        return Verdict("block", used, sentence, f"{strict.conditions} {WAY_OUT}", reason)
    if basis.unknown or strict is None:
        why = basis.unknown or "nobody wrote down its terms"
        return Verdict("warn", used, f"The terms of {named} are not known: {why}.", f"Read them{_at(used)}. {ADVICE}")
    if strict.commercial == "unknown":
        sentence = f"What the terms of {named} ({strict.name}) say of using its results is not known."
        return Verdict("warn", used, sentence, f"{strict.conditions} Read them: {strict.text}. {ADVICE}")
    if intent in ("commercial", "client"):
        if strict.commercial == "conditional":
            return Verdict("warn", used, f"The terms of {named} ({strict.name}) allow {work} on conditions.",
                           f"{strict.conditions} {strict.text}")
        passing = next((row for row in basis.licences if "pass" in row.restrictions), None)
        if intent == "client" and passing is not None:
            return Verdict("warn", used, f"The terms of {named} ({passing.name}) bind your client, too.",
                           f"{passing.restrictions} {passing.text}")
    return Verdict("pass", used, f"The terms of {named} ({strict.name}) allow {work}.", _asked(basis, used.title))


def worst_first(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Blocked first, then warnings, then what passes; of equals the stricter licence first."""
    return tuple(sorted(verdicts, key=lambda one: (-WORDS.index(one.word), -_rank(one.used.basis))))


def gate_of(plan: Plan, used: Mapping[str, Iterable[Used]], intent: Intent, reason: str = "") -> Gate:
    """The verdicts of a plan. ``used``: by node what it uses, and what made the files and results that it takes."""
    own = {node: found for node, things in used.items()
           if (found := tuple(judge(one, intent, reason) for one in things))}
    if not own:
        return Gate(intent)
    worst: dict[str, Verdict] = {}
    for name, step in plan.steps.items():  # in the order of need, so one pass is enough
        met = {id(one): one for one in own.get(name, ())}
        met |= {id(one): one for source in step.sources if (one := worst.get(source)) is not None}
        if met:
            worst[name] = next(iter(met.values())) if len(met) == 1 else worst_first(met.values())[0]
    return Gate(intent, own, {name: step.sources for name, step in plan.steps.items()}, worst)


def problems_of(gate: Gate) -> tuple[Problem, ...]:
    """The warnings of a plan, each once, with the node to blame. Nothing where nobody said what the work is for."""
    if gate.intent == "any":
        return ()
    seen: dict[str, Verdict] = {}
    for verdict in gate.all():
        if verdict.word != "pass":
            seen.setdefault(verdict.sentence, verdict)
    return tuple(Problem("warning", one.sentence if not one.reason else f"{one.sentence} Your reason: {one.reason}",
                         one.hint if not one.reason else ADVICE, one.node, brief=one.brief) for one in seen.values())


def may_give_reason(problem: Problem) -> bool:
    """Whether this is the refusal that a person's reason lifts."""
    return problem.severity == "error" and problem.hint.endswith(WAY_OUT)


def attribution(licence: Licence, title: str) -> str:
    """The words to show; empty where none are known to be asked for."""
    return licence.attribution.replace("{model}", title)


def _strictest(basis: Basis) -> Licence | None:
    return max(basis.licences, key=lambda row: STRICTNESS.index(row.commercial), default=None)


def _rank(basis: Basis) -> int:
    strict = _strictest(basis)
    unknown = STRICTNESS.index("unknown")
    return max(unknown if basis.unknown or strict is None else 0,
               STRICTNESS.index(strict.commercial) if strict is not None else 0)


def _asked(basis: Basis, title: str) -> str:
    return " ".join(f'To be shown: "{words}".' for row in basis.licences if (words := attribution(row, title)))


def _at(used: Used) -> str:
    return f" where it comes from, {used.source}," if "://" in used.source else ""
