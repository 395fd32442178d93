"""The chips under a card's title: open or closed, where it runs or what it costs, the licence."""

from typing import Literal

from canvas.board.ink import Ink
from canvas.kit import words
from canvas.looks import Look

ICONS = {"pass": "licence", "warn": "warn", "block": "error"}
"""Before a licence, where it is said what the work is for: never by colour alone."""
Tint = Literal["open", "closed", "money", "plain"]


def chips_of(look: Look, room: float, ink: Ink) -> list[tuple[Tint, str, str, float]]:
    """(tint, icon, text, width) of the chips that fit; the licence goes first, then the lane, never the price."""
    wanted: list[tuple[int, Tint, str, str]] = []
    if look.open is not None:
        wanted.append((1, *(("open", "open-weights", "Open") if look.open else ("closed", "closed-weights", "Closed"))))
    if look.price and look.price != "free":
        wanted.append((0, "money", "money", look.price))
    elif look.lane and (look.open is not None or look.lane != "CPU"):
        here = look.lane == "CPU" or look.lane.startswith("GPU")
        wanted.append((2, "plain", "model" if here else "cloud", look.lane))
    if look.open is not None and look.licence:
        wanted.append((3, "plain", ICONS.get(look.terms, ""), words.licence(look.licence)))
    chips = [(rank, tint, icon, text, _width(icon, text, ink)) for rank, tint, icon, text in wanted]
    while chips and sum(chip[4] for chip in chips) + ink.px(4) * (len(chips) - 1) > room:
        least = max(chips)
        if least[0] == 0:
            break
        chips.remove(least)
    return [chip[1:] for chip in chips]


def _width(icon: str, text: str, ink: Ink) -> float:
    return ink.width("chip", text) + ink.px(11 + (17 if icon else 0))
