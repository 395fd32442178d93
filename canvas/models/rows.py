"""What stands on the page of models: each model once, and how far it is from here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ajar.models import UNKNOWN, Licence, ModelEntry, Said
from canvas.kit import words
from workflows.studio import Studio

State = Literal["here", "coming", "half", "away"]
Shown = Literal["here", "loras", "away", "all"]
NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Row:
    """A model."""

    name: str
    """What a workflow writes."""
    title: str
    kind: str
    """The kind in words: ``LoRA``, ``Flux model``."""
    state: State
    entry: ModelEntry | None = None
    bytes: int | None = None
    came: int = 0
    """Of one that is on its way or half here: the bytes that are here."""
    licence: Licence | None = None
    program: str = ""
    """Whose folder it lies in, where that is not Ajar's own."""
    own: bool = False
    """Whether it was fetched by Ajar, and may be removed."""
    said: Said = NOTHING_SAID

    @property
    def place(self) -> Path | None:
        return self.entry.path if self.entry is not None else None

    def told(self) -> str:
        """How far it is from here, in a word or two."""
        match self.state:
            case "here":
                return f"Here, of {self.program}" if self.program else "Here"
            case "coming" if self.bytes:
                return f"Coming: {words.percent(self.came / self.bytes)}"
            case "half" if self.bytes:
                return f"Half here: {words.percent(self.came / self.bytes)}"
        return "Not here"


def rows_of(studio: Studio, coming: Mapping[str, tuple[int, int]]) -> list[Row]:
    """All models of this machine, then those that could be fetched. Reads folders: not for the window's thread.

    ``coming`` are those on their way by the name of their folder: (bytes here, bytes in all).
    """
    licences = studio.catalogue.licences()
    fetched = {folder for folder, _ in studio.downloads.records()}
    half = {folder.name.lower(): (came, record.bytes) for folder, record, came in studio.downloads.unfinished()}
    rows = []
    for entry in studio.catalogue.entries():
        if entry.provider:
            continue
        key = entry.id.lower()
        came, whole = coming.get(key) or half.pop(key, (0, 0))
        state: State = "here" if entry.path else "coming" if key in coming else "half" if whole else "away"
        program = next((place.program for place in studio.places[1:]
                        if entry.path is not None and entry.path.is_relative_to(place.path)), "")
        rows.append(Row(
            entry.id, entry.title, studio.catalogue.rows.word(entry.kind), state, entry, whole or entry.bytes, came,
            licences.get(entry.licence), program, entry.path in fetched, studio.catalogue.said(entry)))
    for folder, record, came in studio.downloads.unfinished():
        if folder.name.lower() in half:
            name = record.model or record.repo
            state = "coming" if folder.name.lower() in coming else "half"
            rows.append(Row(name, record.repo, "", state, None, record.bytes, came))
    return rows


def chosen(rows: Sequence[Row], shown: Shown, text: str) -> list[Row]:
    """The rows of a group that have all words of a search in their names."""
    sought = text.lower().split()
    groups: dict[Shown, Callable[[Row], bool]] = {
        "here": lambda row: row.state != "away", "all": lambda row: True, "away": lambda row: row.state != "here",
        "loras": lambda row: row.entry is not None and row.entry.kind == "lora",
    }
    return [row for row in rows if groups[shown](row)
            and all(word in f"{row.name} {row.title} {row.kind} {' '.join(row.said.words)}".lower() for word in sought)]


def facts(row: Row) -> list[tuple[str, str]]:
    """What is known of a model, for the panel beside the list: (what, how it is)."""
    entry, found = row.entry, [("Name", row.name), ("Kind", row.kind)]
    found.append(("Size", words.size(row.bytes) if row.bytes else words.UNKNOWN))
    if row.said.words:
        found.append(("Trigger words", ", ".join(row.said.words)))
    found += row.said.lines
    if row.said.examples:
        found.append(("Try", "\n".join(row.said.examples)))
    if row.licence is not None:
        found.append(("Licence", row.licence.name))
        found.append(("May be sold", words.sold(row.licence.commercial, "").partition(": ")[2]))
        found.append(("Terms", row.licence.conditions))
    else:
        found.append(("Licence", words.UNKNOWN))
    if entry is not None:
        form = {"checkpoint": "one file with all parts", "part": "one part in a file", "gguf": "a GGUF file",
                "folder": "a folder", "file": "a file"}[entry.form]
        if entry.path is not None:
            found += [("Lies in", str(entry.path)), ("Form", form)]
        if entry.parts:
            found.append(("Borrows", ", ".join(f"{part} of {path.name}" for part, path in entry.parts.items())))
        source = entry.source + (f", looked up {words.day(entry.checked)}" if entry.checked else "")
        found += [("Source", source)] if entry.source and entry.source != UNKNOWN else []
    return [(what, how) for what, how in found if how]
