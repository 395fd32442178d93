"""The state of a card as glyph, word and line, so that nothing is told by colour alone."""

from dataclasses import dataclass
from typing import Literal

from canvas.looks import Look
from workflows.graph import State

Edge = Literal["plain", "dashed", "error", "warn", "double"]


@dataclass(frozen=True, slots=True)
class Sign:
    """What the right end of a header shows, and how the edge of the card is drawn."""

    glyph: str = ""
    """An icon, or ``ring`` for the arc of what is running."""
    word: str = ""
    colour: str = "text.secondary"
    edge: Edge = "plain"
    name: str = ""
    """The state in words, for those who hear it."""


FROST = "category.generate.ink"
BY_STATE = {
    "muted": Sign("mute", "Muted", name="muted"),
    "bypassed": Sign("bypass", "Bypassed", name="bypassed"),
    "frozen": Sign("freeze", "Frozen", FROST, "double", "frozen"),
}
BY_PHASE = {
    "queued": Sign("clock", "Queued", name="queued"),
    "running": Sign("ring", "", "accent.base", name="running"),
    "done": Sign("cached", "", name="done"),
    "cached": Sign("cached", "Cached", name="cached"),
    "stale": Sign("stale", "Changed", "semantic.warn", "dashed", "changed since it ran"),
    "failed": Sign("error", "Failed", "semantic.error", "error", "failed"),
    "waiting": Sign("warn", "Ask provider", "semantic.warn", "warn", "waiting for you"),
    "other_stage": Sign("clock", "Waits for Final", name="waits for the other stage"),
    "missing": Sign("save", "Missing", "semantic.warn", "dashed", "cannot run yet"),
}


def sign_of(state: State | None, look: Look, kind: str = "", pin: str = "no") -> Sign:
    """The sign of a node in this state; a state that a person set goes before how the run goes."""
    if state is not None and not (state == "frozen" and look.phase in ("running", "failed")):
        return BY_STATE[state]
    sign = BY_PHASE.get(look.phase)
    if sign is None:
        if kind == "stage" and pin != "no":
            return Sign("lock", f"stays at {pin.capitalize()}", "text.secondary", name=f"pinned to {pin.capitalize()}")
        return Sign("", "follows bar", "text.tertiary") if kind == "stage" else Sign()
    glyph = "key" if look.phase == "missing" and "key" in look.needs.lower() else sign.glyph
    word = look.word
    if not word and look.phase == "running" and look.done is not None:
        word = f"{round(look.done * 100)} %"
    return Sign(glyph, word or sign.word, sign.colour, sign.edge, sign.name)


def spoken(title: str, state: State | None, look: Look) -> str:
    """A card for those who hear it: "Wan 2.2, open, running 62 percent, take 7 of 10 picked"."""
    words = [title]
    if look.open is not None:
        words.append("open" if look.open else "closed")
    sign = sign_of(state, look)
    if look.phase == "running" and look.done is not None:
        words.append(f"running {round(look.done * 100)} percent")
    elif sign.name:
        words.append(f"{sign.name}, {look.word}" if look.phase == "queued" and look.word else sign.name)
    if look.message:
        words.append(look.message.rstrip("."))
    if look.needs:
        words.append(look.needs)
    if look.price:
        words.append(look.price)
    takes = [thumb.take for thumb in look.thumbs]
    if look.picked in takes:
        words.append(f"take {takes.index(look.picked) + 1} of {len(takes)} picked")
    elif len(takes) > 1:
        words.append(f"{len(takes)} takes")
    return ", ".join(words)
