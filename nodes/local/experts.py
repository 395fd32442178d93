"""Files in pairs: one for the expert that works on much noise, one for that on little (Wan 2.2). No torch."""

import re
from pathlib import Path
from typing import Literal

OTHER = "other expert"
"""The part under which a LoRA's entry has the file for the other expert."""
MARK = re.compile(r"(?i)(high|low)(?=[ _-]?noise)|(?<![a-z])(high|low)(?![a-z])")
SWAPPED = {"high": "low", "low": "high"}


def expert_of(path: Path) -> Literal["high", "low", ""]:
    """For which expert a file is by its name; empty: its name does not say, so it is for both."""
    found = MARK.search(path.stem)
    if found is None:
        return ""
    return "high" if found[0].lower() == "high" else "low"


def other_expert(path: Path) -> Path | None:
    """The file for the other expert: beside this one, or in the folder beside; None where there is none."""
    if not expert_of(path):
        return None
    name, folder = MARK.sub(_swap, path.name), MARK.sub(_swap, path.parent.name)
    places = (path.with_name(name), path.parent.with_name(folder) / name if path.parent.name else path)
    return next((place for place in places if place != path and place.is_file()), None)


def _swap(found: re.Match[str]) -> str:
    word = found[0]
    swapped = SWAPPED[word.lower()]
    return swapped.upper() if word.isupper() else swapped.title() if word[0].isupper() else swapped
