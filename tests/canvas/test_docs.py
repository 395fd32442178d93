"""The page about keys says what the keys are."""

from pathlib import Path

from canvas.actions import PRESETS
from canvas.hands.verbs import VERBS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "window.md"


def test_the_page_lists_the_keys_of_every_preset() -> None:
    text = PAGE.read_text("utf-8").partition("## On the board")[2].partition("## Running")[0]
    lines = [line.strip("|") for line in text.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    told = {row[0]: row[1:] for row in rows[1:]}
    for verb in VERBS:
        if verb.keys and not verb.id.startswith(("bookmark.", "viewer.", "move.", "walk.")):
            keys = [" or ".join(verb.keys.get(preset, verb.keys.get("Default", ()))) for preset in PRESETS]
            assert told.pop(verb.title) == keys
    assert not told
