"""Files that a person hands out: what the terms of what made them mean, LICENSES.txt beside them, and the mark."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ajar.errors import AjarError
from workflows import format
from workflows.copies import carry
from workflows.departing import write_notices
from workflows.licences import Verdict, judge, worst_first
from workflows.lineages import of_file
from workflows.notices import Notice, notice
from workflows.obedience import policy_of_settings
from workflows.project import Intent, Policy, find, policy_of, strictest
from workflows.studio import Studio
from workflows.take import Take


def intent_of(studio: Studio, document: str) -> Intent:
    """What the work of a document is for: the strictest of the person, its project and the workflow itself."""
    policies = [policy_of_settings(studio.settings)]
    path = Path(document)
    if not document.startswith("draft:") and path.is_file():
        try:
            policies += [find(path).policy, policy_of(format.load(path).settings, path.name)]
        except AjarError:  # a workflow that can't be read says nothing; the person's own rule stands
            policies.append(Policy())
    return strictest(*policies).intent


def verdicts_of(studio: Studio, path: Path, intent: Intent, reason: str = "") -> tuple[Verdict, ...]:
    """What the terms of all that made a file mean; none where it does not say what made it."""
    try:
        used = of_file(path, studio.catalogue)
    except AjarError:
        return ()
    return worst_first(judge(one, intent, reason) for one in used)


def blocked(studio: Studio, takes: Iterable[Take]) -> str:
    """Why takes may not be handed out for what the work is for, in a sentence; empty where they may."""
    for take in takes:
        for verdict in verdicts_of(studio, take.path, intent_of(studio, take.document)):
            if verdict.blocks:
                return verdict.sentence
    return ""


def accompany(studio: Studio, given: Sequence[tuple[Take, Path]], reason: str = "") -> None:
    """Write the licences beside copies of takes, and carry the mark of what is confidential over to them."""
    folders: dict[Path, list[Notice]] = {}
    for take, path in given:
        intent = intent_of(studio, take.document)
        verdicts = verdicts_of(studio, take.path, intent, reason)
        verdicts = tuple(verdict if verdict.word == "block" else replace(verdict, reason="") for verdict in verdicts)
        if verdicts:
            folders.setdefault(path.parent, []).append(notice(path.name, verdicts, intent))
        carry(studio.marks, take.path, path)
    for folder, notices in folders.items():
        write_notices(folder, notices)
