"""The keys of a viewer, as rows: what is pressed, what it does, how it is told."""

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

BUFFER, AGAINST, RATE = "buffer", "against", "rate"


class Key(NamedTuple):
    """One key. ``does`` names a method of the viewer's deeds."""

    keys: str
    does: str
    title: str


KEYS = (
    *(Key(str(number), f"{BUFFER} {number}", f"Show buffer {number}") for number in range(1, 10)),
    *(Key(f"Ctrl+{number}", f"{AGAINST} {number}", f"Put buffer {number} on side B") for number in range(1, 10)),
    *(Key(f"Alt+{number}", f"{RATE} {number}", f"Rate {number} of 5") for number in range(6)),
    Key("0", f"{BUFFER} 0", "Show what was looked at last"),
    Key("W", "wipe", "Wipe on and off"), Key("Shift+W", "turn", "Turn the wipe line"),
    Key("X", "swap", "Swap A and B"),
    Key("F", "fit", "Fit the picture in"), Key("Z", "actual", "One to one"),
    Key("+", "nearer", "Zoom in"), Key("=", "nearer", "Zoom in"), Key("-", "farther", "Zoom out"),
    Key("R", "channel R", "Red channel"), Key("G", "channel G", "Green channel"), Key("B", "channel B", "Blue channel"),
    Key("A", "channel A", "Alpha channel"), Key("C", "channel RGB", "All channels"),
    Key("N", "names", "Show or hide names"), Key("T", "table", "Show or hide the comparison"),
    Key("[", "less", "Less: gain, opacity, wipe line"), Key("]", "more", "More: gain, opacity, wipe line"),
    Key("Shift+Left", "pan 1 0", "Pan left"), Key("Shift+Right", "pan -1 0", "Pan right"),
    Key("Shift+Up", "pan 0 1", "Pan up"), Key("Shift+Down", "pan 0 -1", "Pan down"),
    Key("Space", "play", "Play or pause"), Key("J", "shuttle -1", "Play backwards, faster each time"),
    Key("K", "shuttle 0", "Stop"), Key("L", "shuttle 1", "Play, faster each time"),
    Key("Left", "step -1", "One frame back"), Key("Right", "step 1", "One frame on"),
    Key("Home", "start", "To the start"), Key("End", "end", "To the end"),
    Key("I", "in", "Set the in point"), Key("O", "out", "Set the out point"),
    Key("Shift+I", "unmark", "Clear in and out"), Key("Shift+L", "loop", "Loop on and off"),
    Key("M", "mute", "Sound on and off"), Key("F11", "full", "Whole screen"),
    Key("Ctrl+C", "copy", "Copy what is seen"), Key("Ctrl+E", "export", "Export side by side"),
)


class Keymap:
    """Which key does what: the keys above, or the person's own for some of them."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        """``own``: what a key does, and the key for it; "" for none."""
        own = own or {}
        rows = [row for row in KEYS if row.does not in own]
        self._keys = {row.does: row.keys for row in reversed(rows)} | dict(own)
        self._by_key = {QKeySequence(row.keys).toString(): row.does for row in rows}
        self._by_key |= {QKeySequence(keys).toString(): does for does, keys in own.items() if keys}

    def key_of(self, does: str) -> str:
        """The key for something; "" for none."""
        return self._keys.get(does, "")

    def deed(self, event: QKeyEvent) -> str:
        """What a key press asks for; "" where it is no key of the viewer."""
        mods = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.text() in ("+", "=", "-", "[", "]") and not mods & Qt.KeyboardModifier.ControlModifier:
            # Where a layout needs Shift or AltGr for them, they still count as themselves.
            return self._by_key.get(event.text(), "")
        return self._by_key.get(QKeySequence(QKeyCombination(mods, Qt.Key(event.key()))).toString(), "")
