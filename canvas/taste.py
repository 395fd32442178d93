"""How a person likes the window: look, text size, keys, and which hints have been sent away. ``window.json``."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self, get_args

ThemeName = Literal["system", "dark", "light"]
Preset = Literal["Default", "Nuke-like", "Blender-like", "Comfy-like"]
FILE = "window.json"
NO_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Taste:
    """What a person has chosen; replaced as a whole by ``with_``."""

    theme: ThemeName = "system"
    contrast: bool = False
    """High contrast, on top of dark or light."""
    text: float = 1.0
    """1 to 2."""
    scale: float = 1.0
    """Everything larger, 0.75 to 2; counts from the next start on."""
    motion: bool = True
    """False: nothing moves that need not."""
    preset: Preset = "Default"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_KEYS)
    """Own keys by action, before those of the preset; an empty tuple takes the keys away."""
    doors: bool = True
    """Whether the three doors are shown under the first graph."""
    hints: bool = True
    """Whether coach marks are shown."""
    steps: int = 0
    """How many of the four first steps have been done."""

    def with_(self, **changes: Any) -> Self:
        """Another taste with these things changed."""
        return replace(self, **changes)

    def bound(self, id_: str, keys: tuple[str, ...] | None) -> Self:
        """With these keys for an action; None gives it back those of the preset."""
        own = {key: value for key, value in self.keys.items() if key != id_}
        return self.with_(keys=own if keys is None else {**own, id_: keys})

    @classmethod
    def read(cls, home: Path) -> Self:
        """What is written in the data folder. What is missing or broken changes nothing."""
        try:
            plain = json.loads((home / FILE).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return cls()
        if not isinstance(plain, dict):
            return cls()
        return cls(**{one.name: value for one in fields(cls) if one.name in plain
                      and (value := _sound(one.name, plain[one.name])) is not None})

    def write(self, home: Path) -> bool:
        """Keep it: the old file stays until the new one is complete. Gives whether it could be written."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        text = json.dumps({**plain, "keys": dict(self.keys)}, indent=1, sort_keys=True)
        try:
            home.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".window-", suffix=".json", dir=home)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(home / FILE)
        except OSError:
            return False
        return True


def _sound(name: str, value: Any) -> Any:
    """The value as the field holds it, or None where it can't be that."""
    if name in ("theme", "preset"):
        return value if value in get_args(ThemeName if name == "theme" else Preset) else None
    if name in ("text", "scale", "steps"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        low, high = {"text": (1.0, 2.0), "scale": (0.75, 2.0), "steps": (0, 4)}[name]
        kept = min(max(value, low), high)
        return int(kept) if name == "steps" else float(kept)
    if name == "keys":
        if not isinstance(value, dict):
            return None
        return {key: tuple(one) for key, one in value.items()
                if isinstance(one, list) and all(isinstance(text, str) for text in one)}
    return value if isinstance(value, bool) else None
