"""What the three doors of the first minute say: only what is true of this version and this computer. Knows no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ajar.models import Licence, ModelEntry
from canvas.kit import words
from canvas.machine import Machine

STEPS = ("Run the graph", "Ask for 4 more", "Pick the one you like", "Look at two side by side")


@dataclass(frozen=True, slots=True)
class Door:
    """One of the doors: what is behind it, in facts, and what its button does."""

    key: str
    title: str
    under: str
    facts: tuple[tuple[str, str], ...]
    """(icon, sentence)"""
    button: str
    icon: str
    ready: bool = True
    """Whether the button does something."""
    light: float = 0.9
    """How bright it is behind the door, and how far it is open."""


def local_door(machine: Machine | None, entries: Sequence[ModelEntry], licences: Mapping[str, Licence]) -> Door:
    """Real models on this computer."""
    rows = [row for row in entries if row.kind == "flux" and "folder" not in row.settings]
    here = [row for row in rows if row.path is not None]
    under = machine.text if machine is not None else "Looking at this computer"
    facts: list[tuple[str, str]] = []
    if here:
        names = ", ".join(row.title for row in here[:2])
        facts.append(("cached", f"{names} {'is' if len(here) == 1 else 'are'} here: choose the model in Picture"))
        facts.append(("licence", _terms(here[0], licences)))
    elif rows:
        best = _best(rows, licences)
        facts.append(("image", words.facts(best.title, words.size(best.bytes))))
        facts.append(("licence", _terms(best, licences)))
        if machine is not None:
            facts.append(("model", _fit(best, machine)))
        facts.append(("save", "Download it yourself into the models folder"))
    else:
        facts.append(("save", "Put the folder of a Flux model into the models folder"))
    facts.append(("shield", "Nothing leaves this computer"))
    return Door("local", "Real models on this computer", under, tuple(facts), "Open models folder", "folder")


def key_door(titles: Sequence[str]) -> Door:
    """An API key of one's own, for the providers with these titles."""
    facts = (
        ("cloud", f"{', '.join(titles[:3])} and {len(titles) - 3} more" if len(titles) > 3 else ", ".join(titles)),
        ("lock", "Kept by this computer's keyring, shown to nobody"),
        ("money", "Each price stands on the button before it is paid"),
        ("shield", "Only what a node orders is sent, to its provider"),
    )
    under = f"Closed models of {words.count(len(titles), 'provider')}, paid to them"
    return Door("key", "Use my own API key", under, facts, "Add a key", "key", light=0.57)


def look_door(count: int, runnable: int) -> Door:
    """The templates."""
    under = f"{words.count(count, 'finished graph')} with pictures of what they make"
    ready = "All run" if runnable == count else f"{runnable} of them run"
    facts = (
        ("template", "Variations, catalogue, comparing, finishing"),
        ("run", f"{ready} as they are, with the built-in model"),
        ("clock", "Opens at once"),
        ("licence", "Sample pictures may be reused, CC0 1.0"),
    )
    return Door("look", "Look around first", under, facts, "Open templates", "template", light=0.33)


def _best(rows: Sequence[ModelEntry], licences: Mapping[str, Licence]) -> ModelEntry:
    """The first whose pictures may be sold, else the first."""
    free = (row for row in rows if row.licence in licences and licences[row.licence].commercial == "yes")
    return next(free, rows[0])


def _terms(row: ModelEntry, licences: Mapping[str, Licence]) -> str:
    licence = licences.get(row.licence)
    return words.sold(licence.commercial, licence.name) if licence is not None else words.sold("", "")


def _fit(row: ModelEntry, machine: Machine) -> str:
    """Whether it fits, in numbers."""
    need = row.settings.get("memory")
    if not isinstance(need, int):
        return "How much memory it needs is not known"
    if not machine.card:
        return f"Made for a card with {words.size(need)}, none found here"
    if machine.card_memory is None:
        return f"Needs {words.size(need)} of memory on the card"
    fits = "fits" if machine.card_memory >= need else "may not fit"
    return f"Needs {words.size(need)}, the card has {machine.room}: {fits}"
