"""Under which terms a model is: by its row, what its file says, the model it was made with, or where it was fetched."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ajar.models import UNKNOWN, Licence, ModelEntry, Said, Terms
from workflows.shelved import read_record

STRICTNESS = ("yes", "conditional", "unknown", "no")
"""From what may be sold freely to what may not; what nobody knows is nearer to a no than a condition is."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The terms of one model; all of them hold at once."""

    licences: tuple[Licence, ...] = ()
    unknown: str = ""
    """Why something of its terms is not known, as the end of a sentence; empty where all are."""
    notes: tuple[str, ...] = field(default=())
    """How the terms were found, where that is not a row of the model itself."""

    @property
    def id(self) -> str:
        """The ids of the licences, the strictest first; ``unknown`` where there is none."""
        return ", ".join(row.id for row in strictest_first(self.licences)) or UNKNOWN


def strictest_first(licences: Iterable[Licence]) -> list[Licence]:
    """What allows least stands first."""
    return sorted(dict.fromkeys(licences), key=lambda row: -STRICTNESS.index(row.commercial))


def basis_of(entry: ModelEntry, said: Said, known: Terms) -> Basis:
    """The terms of a model, as far as they can be known. ``said`` is what its own file says."""
    row = known.licences.get(entry.licence)
    if row is not None:
        return Basis((row,))
    if entry.kind == "lora":
        return _of_lora(entry, said, known)
    fetched = _fetched(entry.path, known)
    if fetched is not None:
        return fetched
    name = entry.id.lower()
    for version in known.versions:
        if name.startswith(version.names) and version.licence in known.licences:
            return Basis((known.licences[version.licence],), notes=(f"by its name, {version.title}",))
    return Basis(unknown="nobody wrote down its terms")


def spoken(text: str, known: Terms) -> Licence | None:
    """The licence that a file or a model card calls by this name."""
    name = " ".join(text.lower().split()).rstrip(".")
    return known.licences.get(name) or next((row for row in known.licences.values() if name in row.names), None)


def _of_lora(entry: ModelEntry, said: Said, known: Terms) -> Basis:
    """What the LoRA says of itself, and the terms of the model it was made with; the stricter counts."""
    found: list[Licence] = []
    notes: list[str] = []
    unknown = ""
    for rule in known.follows:
        if rule.family == entry.family and any(word in said.made_with for word in rule.words):
            found.append(known.licences[rule.licence])
            notes.append("a LoRA follows the terms of the model it was made for")
    if said.licence:
        row = spoken(said.licence, known)
        if row is not None:
            found.append(row)
            notes.append("its own file says so, and nobody checked that")
        else:
            unknown = f'its file only says "{said.licence[:80]}"'
    elif (fetched := _fetched(entry.path, known)) is not None:
        found += fetched.licences
        notes += fetched.notes
        unknown = fetched.unknown
    elif not found:
        unknown = "its file says nothing about its terms"
    return Basis(tuple(dict.fromkeys(found)), unknown, tuple(notes))


def _fetched(path: Path | None, known: Terms) -> Basis | None:
    """The terms it was fetched under; None where it was not fetched by Ajar or they were not named."""
    record = read_record(path if path.is_dir() else path.parent) if path is not None else None
    text = record.licence_name or record.licence if record is not None else ""
    if record is None or not text or text == "other":
        return None
    row = spoken(text, known) or spoken(record.licence, known)
    if row is None:
        return Basis(unknown=f'the page it was fetched from calls them "{text[:80]}"')
    return Basis((row,), notes=(f"as the page of {record.repo} said when it was fetched",))
