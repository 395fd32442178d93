"""All verbs of the board as one list, and which of them a key stands for in a preset."""

from collections.abc import Mapping

from PySide6.QtGui import QKeySequence

from canvas.actions import keys_of
from canvas.hands import (
    verbs_compare,
    verbs_edit,
    verbs_finish,
    verbs_groups,
    verbs_layout,
    verbs_secrecy,
    verbs_stage,
    verbs_state,
    verbs_view,
)
from canvas.hands.context import Verb

VERBS: tuple[Verb, ...] = (
    *verbs_edit.VERBS, *verbs_state.VERBS, *verbs_secrecy.VERBS, *verbs_groups.VERBS, *verbs_finish.VERBS,
    *verbs_stage.VERBS, *verbs_compare.VERBS, *verbs_layout.VERBS, *verbs_view.VERBS,
)
BY_ID: Mapping[str, Verb] = {verb.id: verb for verb in VERBS}
WIRES_AFTER = {"Nuke-like"}
"""The presets in which a new node is wired after the selected one."""
HABITS: Mapping[str, Mapping[str, str]] = {
    "Default": {"cut": "Alt+Shift+Left", "dot": "Shift+Right"},
    "Nuke-like": {"cut": "Alt+Shift+Left", "dot": "Shift+Right"},
    "Blender-like": {"cut": "Ctrl+Right", "dot": "Shift+Right"},
    "Comfy-like": {"cut": "Alt+Shift+Left", "dot": "Shift+Right"},
}
"""Modifiers and mouse button of the drags that differ. In all presets a drag with Y held cuts."""


def keymap(preset: str, own: Mapping[str, tuple[str, ...]]) -> dict[str, Verb]:
    """Verbs by key, as Qt writes it. The first verb that claims a key has it."""
    found: dict[str, Verb] = {}
    for verb in VERBS:
        for key in keys_of(verb, preset, own):
            found.setdefault(QKeySequence(key).toString(), verb)
    return found
