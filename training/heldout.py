"""Which word combinations the training pictures never contain.

The choice is a hash of the words alone, so every machine and every run keeps
back the same combinations and the score can ask for exactly those.
"""

from __future__ import annotations

from hashlib import sha256

_OPPOSITE = {"below": "above", "right of": "left of"}


def _kept_back(key: str, one_in: int) -> bool:
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") % one_in == 0


def colour_held_out(thing: str, colour: str) -> bool:
    """Whether training never draws this thing in this colour."""
    return _kept_back(f"colour 5|{thing}|{colour}", one_in=10)


def relation_held_out(first: str, relation: str, second: str) -> bool:
    """Whether training never places these two things so.

    'a circle below a star' shows what 'a star above a circle' shows, so both
    are kept back together.
    """
    if relation in _OPPOSITE:
        first, relation, second = second, _OPPOSITE[relation], first
    return _kept_back(f"relation|{first}|{relation}|{second}", one_in=10)


def landscape_held_out(land: str, hour: str, weather: str) -> bool:
    """Whether training never shows this land in this weather at this hour."""
    return bool(weather) and _kept_back(f"landscape|{land}|{hour}|{weather}", one_in=10)
