"""Which combinations the clips of the training never show; every run and every machine keeps back the same ones."""

from __future__ import annotations

from hashlib import sha256

ONE_IN = 10


def held_out(name: str, colour: str, motion: str) -> bool:
    """Whether training never shows this thing in this colour, or never with this motion."""
    return _kept_back(f"clip colour|{name}|{colour}") or _kept_back(f"clip motion|{name}|{motion}")


def _kept_back(key: str) -> bool:
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") % ONE_IN == 0
