"""The rows of the library: node types by category, with the models that some of them can use below them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ajar.contract import NodeType
from ajar.hints import Model
from ajar.models import Licence, ModelEntry
from canvas.kit import words
from canvas.marks import CATEGORIES, Category, mark_of
from workflows import finding
from workflows.finding import Entry
from workflows.graph import Graph

Door = Literal["", "open", "closed"]
Filter = Literal["all", "open", "closed", "fits"]
SECTIONS: Mapping[str, str] = {
    "favourite": "Favourites", "recent": "Last used", "found": "Found", "input": "Input", "generate": "Generate",
    "control": "Control", "edit": "Edit", "finish": "Finish", "flow": "Flow", "look": "Look", "output": "Output",
    "group": "Groups of this workflow",
}
LATELY = 5
"""So many of the last used nodes stand at the top."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One thing that can be put on the board."""

    id: str
    """A node type, or ``group:name``."""
    title: str
    category: Category
    icon: str
    help: str = ""
    door: Door = ""
    price: str = ""
    note: str = ""
    """In thin ink at the right: ``group``, ``5.9 GB``."""
    there: bool = True
    """False: its model is not on this computer."""
    inputs: tuple[tuple[str, str], ...] = ()
    """What the node is given when it is added: the model that was chosen."""
    models: tuple["Shelved", ...] = ()
    entry: Entry | None = None

    @property
    def key(self) -> str:
        """Tells it from all others, models of the same node too."""
        return self.id + "".join(f" {name}={value}" for name, value in self.inputs)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    key: str
    title: str
    rows: tuple[Shelved, ...]
    count: int = 0
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """All that the library can show, before any search."""

    rows: tuple[Shelved, ...] = ()
    groups: tuple[Shelved, ...] = ()
    by_key: Mapping[str, Shelved] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


def stock_of(types: Mapping[str, NodeType], models: Sequence[ModelEntry], licences: Mapping[str, Licence],
             graph: Graph | None) -> Stock:
    """Everything there is, in the order of categories and names; what runs here stands before what runs elsewhere."""
    entries = {entry.id: entry for entry in finding.entries_of(types, models)}
    rows = [_row(types[id_], entry, models, licences) for id_, entry in entries.items()]
    rows.sort(key=lambda row: (CATEGORIES.index(row.category), row.door == "closed", row.title.lower()))
    found = finding.group_entries(graph) if graph is not None else []
    groups = [Shelved(entry.id, entry.title, "flow", "group", "A group of this workflow, used once more.",
                      note="group", entry=entry) for entry in found]
    everything = [*rows, *groups]
    by_key = {one.key: one for row in everything for one in (row, *row.models)}
    return Stock(tuple(rows), tuple(groups), by_key, (*entries.values(), *found))


def sections_of(stock: Stock, query: str = "", filter_: Filter = "all", recent: Sequence[str] = (),
                favourites: Sequence[str] = ()) -> tuple[Section, ...]:
    """What is shown: with a search one list, best first; without, the sections from favourites to groups."""
    rows = [kept for row in stock.rows if (kept := _sifted(row, filter_)) is not None]
    groups = stock.groups if filter_ == "all" else ()
    if query.strip():
        return _found(stock, rows, groups, query, recent)
    shown: list[Section] = []
    for key, names in (("favourite", favourites), ("recent", [one for one in recent if one not in favourites])):
        picked = [row for name in names if (row := stock.by_key.get(name)) is not None and _passes(row, filter_)]
        picked = picked[:LATELY] if key == "recent" else picked
        if picked:
            shown.append(Section(key, SECTIONS[key], tuple(_alone(row) for row in picked), len(picked)))
    for category in CATEGORIES:
        inside = tuple(row for row in rows if row.category == category)
        if inside:
            count = sum(max(1, len(row.models)) for row in inside)
            shown.append(Section(category, SECTIONS[category], inside, count, category))
    if groups:
        shown.append(Section("group", SECTIONS["group"], groups, len(groups), "flow"))
    return tuple(shown)


def _found(stock: Stock, rows: Sequence[Shelved], groups: Sequence[Shelved], query: str,
           recent: Sequence[str]) -> tuple[Section, ...]:
    kept = {row.id: row for row in (*rows, *groups)}
    entries = [entry for entry in stock.entries if entry.id in kept]
    found: list[Shelved] = []
    for entry in finding.rank(query, entries, recent):
        row = kept[entry.id]
        wanted = query.lower().split()
        named = [model for model in row.models if any(word in _spoken(model) for word in wanted)]
        plain = all(word in f"{row.title} {row.category} {row.id}".lower() for word in wanted)
        found.append(replace(row, models=() if not named or plain else tuple(named)))
    return (Section("found", SECTIONS["found"], tuple(found), len(found)),) if found else ()


def _alone(row: Shelved) -> Shelved:
    return replace(row, models=())


def _spoken(model: Shelved) -> str:
    return f"{model.title} {dict(model.inputs)}".lower()


def _sifted(row: Shelved, filter_: Filter) -> Shelved | None:
    if filter_ == "all":
        return row
    models = tuple(model for model in row.models if _passes(model, filter_))
    if models or _passes(row, filter_):
        return replace(row, models=models)
    return None


def _passes(row: Shelved, filter_: Filter) -> bool:
    """Whether a row stays. What fits is what runs here as it is; nodes without a model always do."""
    if filter_ in ("open", "closed"):
        return row.door == filter_
    return filter_ == "all" or row.there


def _row(type_: NodeType, entry: Entry, models: Sequence[ModelEntry], licences: Mapping[str, Licence]) -> Shelved:
    category, icon = mark_of(type_)
    found: list[Shelved] = []
    for socket in type_.inputs:
        hint = socket.hint(Model)
        if hint is not None:
            fitting = sorted((one for one in models if one.kind == hint.kind), key=lambda one: one.path is None)
            found += [_model(type_, socket.name, one, category, icon, licences) for one in fitting]
    asks = any(socket.hint(Model) is not None for socket in type_.inputs)
    door: Door = "closed" if type_.lane == "remote" else "open" if asks else ""
    there = not asks or type_.lane == "remote" or any(model.there for model in found)
    about = type_.tooltip if there else f"{type_.tooltip}\nNo model for it is on this computer yet."
    return Shelved(type_.id, type_.title, category, icon, about, door, there=there, models=tuple(found), entry=entry)


def _model(type_: NodeType, key: str, entry: ModelEntry, category: Category, icon: str,
           licences: Mapping[str, Licence]) -> Shelved:
    licence = licences.get(entry.licence)
    away = bool(entry.provider)
    lines = [type_.title, licence.name if licence is not None else "Licence not known"]
    if licence is not None:
        lines.append(words.sold(licence.commercial, "").partition(", ")[0])
    if entry.path is None and not away:
        lines.append(entry.where or "Not on this computer")
    size = words.size(entry.bytes) if entry.bytes else ""
    return Shelved(type_.id, entry.title, category, icon, "\n".join(lines), "open" if entry.open else "closed",
                   note=size, there=away or entry.path is not None, inputs=((key, entry.id),))

