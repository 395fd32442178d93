"""Searching by a few words, as people type them: what could be added to the board, and what is on it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ajar.contract import NodeType
from ajar.hints import Model
from ajar.models import ModelEntry
from workflows.graph import GROUP, Expr, Graph, Node, entries
from workflows.problems import Problem
from workflows.sockets import Types, known

MAX_ROOMS = 500
"""How many uses of groups are looked into."""
WORD = re.compile(r"[^\W_]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: by its title, by more words for it, by its category."""

    id: str
    title: str
    words: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A node on the board, or in a group on it, and what in it was found."""

    room: tuple[str, ...]
    """The uses of groups it lies in, outermost first."""
    node: str
    """Its id there, or ``frame:ID``, ``note:ID``."""
    title: str
    what: str = ""
    """The value or the problem that was found: ``Prompt: an open door``."""


def rank(query: str, entries: Sequence[Entry], recent: Sequence[str] = ()) -> list[Entry]:
    """The entries in which each word of the query is found somewhere, best first.

    What is called exactly that comes first, then what was used last, then by how well it fits. Only where nothing
    is found otherwise are typing errors forgiven.
    """
    age = {name: number for number, name in reversed(list(enumerate(recent)))}
    wanted = _words(query)
    if not wanted:
        return sorted(entries, key=lambda entry: age.get(entry.id, len(age)))
    for forgiving in (False, True):
        costs = [_costs(word, entries, forgiving) for word in wanted]
        found = [(score, entry) for entry in entries if (score := _score(entry, wanted, costs)) is not None]
        if found:
            break
    never = len(age)
    found.sort(key=lambda one: (one[0][0], age.get(one[1].id, never), one[0][1], len(one[1].title), one[1].title))
    return [entry for _, entry in found]


def entries_of(types: Types, models: Iterable[ModelEntry] = ()) -> list[Entry]:
    """What could be added to the board: every type that is not hidden, found by the models it can use as well."""
    by_kind: dict[str, list[str]] = {}
    for model in models:
        by_kind.setdefault(model.kind, []).extend((model.id, model.title, model.family))
    made = [_entry(type_, by_kind) for type_ in types.values() if not type_.hidden]
    return sorted(made, key=lambda entry: (entry.category, entry.title))


def group_entries(graph: Graph) -> list[Entry]:
    """The groups of a workflow, each of which can be used once more."""
    return [
        Entry(GROUP + name, group.title or name.replace("-", " ").capitalize(), (name, "group"), "Groups")
        for name, group in graph.groups.items()
    ]


def find_nodes(graph: Graph, types: Types, query: str, problems: Iterable[Problem] = ()) -> list[Found]:
    """The nodes that have every word of the query in their name, type, values or problems; frames and notes too."""
    wanted = _fold(query).split()
    if not wanted:
        return []
    said: dict[str, list[str]] = {}
    for problem in problems:
        if problem.node is not None:
            said.setdefault(problem.node, []).append(problem.message)
    all_types = known(graph, types)
    found: list[tuple[int, int, Found]] = []
    for room, name, node in _everywhere(graph):
        texts = [*_texts(name, node, all_types), *((3, "", one) for one in said.get("/".join((*room, name)), ()))]
        type_ = all_types.get(node.type)
        title = node.title or (type_.title if type_ is not None else node.type)
        found += _hits(wanted, texts, Found(room, name, title))
    for kind, section, key in (("frame", graph.frames, "title"), ("note", graph.notes, "text")):
        for name, about in section.items():
            text = about.get(key) if isinstance(about, Mapping) and not name.startswith(GROUP) else None
            if isinstance(text, str):
                found += _hits(wanted, [(0, "", text)], Found((), f"{kind}:{name}", _short(text)))
    return [one for _, _, one in sorted(found, key=lambda hit: hit[:2])]


def _entry(type_: NodeType, by_kind: Mapping[str, list[str]]) -> Entry:
    models = [name for socket in type_.inputs if (hint := socket.hint(Model)) for name in by_kind.get(hint.kind, ())]
    kinds = [hint.kind for socket in type_.inputs if (hint := socket.hint(Model))]
    words = (type_.id, *type_.was, *kinds, *models, type_.tooltip)
    return Entry(type_.id, type_.title, tuple(dict.fromkeys(words)), type_.group)


def _score(entry: Entry, wanted: Sequence[str], costs: Sequence[Mapping[str, int]]) -> tuple[int, int] | None:
    """(how far from its name, how far in all) or None; 0 is a thing that is called just that."""
    title, other = _fields(entry)
    total = tier = 0
    for found in costs:
        here = min((found[word] for word in title if word in found), default=None)
        there = min((found[word] for word in other if word in found), default=None)
        if here is None and there is None:
            return None
        named = here is not None and here <= 1
        total += min(here if here is not None else 99, (there if there is not None else 99) + 3)
        tier = max(tier, 1 if named else 2)
    return (0 if tuple(wanted) == title else tier), total


def _costs(wanted: str, entries: Sequence[Entry], forgiving: bool) -> dict[str, int]:
    """How far each word of the entries is from a word of the query; those too far are left out."""
    costs: dict[str, int] = {}
    letters = _letters(wanted)
    errors = 0 if not forgiving or len(wanted) < 3 else 1 if len(wanted) < 7 else 2
    for word in {word for entry in entries for part in _fields(entry) for word in part}:
        if word.startswith(wanted):
            costs[word] = int(word != wanted)
        elif wanted in word and len(wanted) > 1:
            costs[word] = 2
        elif errors and len(word) >= len(wanted) - errors and (letters & ~_letters(word)).bit_count() <= errors:
            away = _errors(wanted, word, errors)
            if away <= errors:
                costs[word] = 2 + 2 * away
    return costs


def _errors(typed: str, word: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped, if ``typed`` is to be a beginning of ``word``."""
    word = word[: len(typed) + most]
    before: list[int] = []
    last = list(range(len(word) + 1))
    for i, one in enumerate(typed, 1):
        now = [i]
        for j, other in enumerate(word, 1):
            cost = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (one != other))
            if i > 1 and j > 1 and one == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last)


@lru_cache(maxsize=20_000)
def _letters(word: str) -> int:
    """The letters of a word as bits, to pass over most words quickly."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 61)
    return bits


@lru_cache(maxsize=5000)
def _fields(entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of the title, and all others."""
    other = [word for text in (*entry.words, entry.category) for word in _words(text)]
    return tuple(_words(entry.title)), tuple(dict.fromkeys(other))


def _words(text: str) -> list[str]:
    return WORD.findall(_fold(CAMEL.sub(" ", text)))


def _fold(text: str) -> str:
    """Without capitals and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _everywhere(graph: Graph) -> Iterator[tuple[tuple[str, ...], str, Node]]:
    """Every node with the room that it lies in: those on the board first, then those in groups."""
    rooms: list[tuple[tuple[str, ...], Mapping[str, Node]]] = [((), graph.nodes)]
    for room, nodes in rooms:  # grows while it is walked over
        for name, node in nodes.items():
            yield room, name, node
            group = graph.groups.get(node.group or "")
            if group is not None and len(rooms) < MAX_ROOMS:
                rooms.append(((*room, name), group.nodes))


def _texts(name: str, node: Node, types: Types) -> Iterator[tuple[int, str, str]]:
    """What a node can be found by: how far down the list, what it is, and the text."""
    type_ = types.get(node.type)
    yield 0, "", node.title or (type_.title if type_ is not None else "")
    yield 0, "", name
    yield 1, "", f"{node.type} {type_.title if type_ is not None else ''}"
    for key, value in node.inputs.items():
        socket = type_.input(key) if type_ is not None else None
        label = socket.label if socket is not None else key
        for item in entries(value):
            text = item.text if isinstance(item, Expr) else item
            if isinstance(text, (str, int, float)):
                yield 2, label, str(text).lower() if isinstance(text, bool) else str(text)


def _hits(
    wanted: Sequence[str], texts: Sequence[tuple[int, str, str]], found: Found,
) -> Iterator[tuple[int, int, Found]]:
    folded = [(tier, label, text, _fold(f"{label} {text}")) for tier, label, text in texts]
    worst, what = 0, ""
    for word in wanted:
        hit: Any = min((one for one in folded if word in one[3]), key=lambda one: one[0], default=None)
        if hit is None:
            return
        if hit[0] > worst:
            worst = hit[0]
            what = f"{hit[1]}: {_short(hit[2])}" if hit[1] else _short(hit[2]) if worst == 3 else ""
    yield worst, len(found.room), Found(found.room, found.node, found.title, what)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
