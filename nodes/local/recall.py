"""What files were told to be, kept over restarts: reading a thousand headers takes seconds, their dates do not."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from nodes.local.recognise import Told

LARGEST = 64_000_000
Stamp = tuple[int, int]


class Recall:
    """Remembers each file by its size and date of change, and reads it again only when one of them is another."""

    def __init__(self, file: Path | None, sources: Iterable[Path]) -> None:
        """``file`` is where it is kept, if at all; ``sources`` decide what files are told to be: where one of them
        has changed, all is told anew."""
        self._file = file
        self._mark = [f"{path.name} {stamp[0]} {stamp[1]}" for path in sources if (stamp := _stamp(path))]
        self._known: dict[str, tuple[Stamp, Told | None, str]] | None = None
        self._changed = False

    def tell(self, path: Path, look: Callable[[Path], Told]) -> Told | None:
        """What a file is; None where it is no model, or is gone."""
        if self._known is None:
            self._known = _read(self._file, self._mark)
        stamp = _stamp(path)
        if stamp is None:
            return None
        known = self._known.get(str(path))
        if known is None or known[0] != stamp:
            try:
                known = (stamp, look(path), "")
            except UserError as error:  # said when it is asked for
                known = (stamp, None, error.message)
            except OSError:
                return None
            self._known[str(path)] = known
            self._changed = True
        return known[1]

    def refusal(self, path: Path) -> str:
        """Why a file that was told to be no model is none."""
        known = (self._known or {}).get(str(path))
        return known[2] if known is not None else ""

    def keep(self) -> None:
        """Write it down, if there is anything new and a place for it. What can't be written is told anew next time."""
        if not self._changed or self._file is None or self._known is None:
            return
        # Of a copy: a page of models may still be looking while the app ends.
        there = {path: known for path, known in [*self._known.items()] if os.path.exists(path)}  # noqa: PTH110
        plain = {"mark": self._mark, "files": {path: [*stamp, _plain(told), why]
                                               for path, (stamp, told, why) in there.items()}}
        part = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
        with suppress(OSError):
            part.write_text(json.dumps(plain), "utf-8")
            part.replace(self._file)
            self._changed = False


def _read(file: Path | None, mark: list[str]) -> dict[str, tuple[Stamp, Told | None, str]]:
    """What was kept; nothing where that can't be read, or was told by another Ajar."""
    if file is None:
        return {}
    try:
        with file.open("rb") as opened:
            plain = json.loads(opened.read(LARGEST))
        if plain["mark"] != mark:
            return {}
        return {path: ((int(size), int(when)), _told(told), str(why))
                for path, (size, when, told, why) in plain["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _plain(told: Told | None) -> dict[str, Any] | None:
    return {**asdict(told), "brings": sorted(told.brings), "also": list(told.also)} if told is not None else None


def _told(plain: dict[str, Any] | None) -> Told | None:
    if plain is None:
        return None
    return Told(**{**plain, "brings": frozenset(plain["brings"]), "also": tuple(plain["also"])})


def _stamp(path: Path) -> Stamp | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns
