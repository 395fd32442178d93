"""Finished files in the output folder: named by workflow, node and item, whole or not at all, never overwritten."""

import filecmp
import json
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows.disk import copy_folder, copy_new, trouble, write_new
from workflows.provenance import Made

MAX_TRIES = 10_000


class Outputs:
    """The output folder of one run. Used from several threads.

    An existing file stays unless its bytes are equal. From the first one that differs, the node's files go on
    after the highest number there is.
    """

    def __init__(self, folder: Path, workflow: str) -> None:
        self.folder = folder
        self._workflow = plain_name(workflow) or "workflow"
        self._lock = threading.Lock()
        self._after: dict[str, int] = {}
        self._given: dict[tuple[str, tuple[int, ...], str], int] = {}

    def save(self, node: str, path: tuple[int, ...], data: bytes | Path, suffix: str) -> Path:
        """Write a file for this item and give its path. AjarError where the folder can't be written."""
        folder = isinstance(data, Path) and data.is_dir()
        if not re.fullmatch(r"\.[A-Za-z0-9]{1,12}", suffix) and not (folder and not suffix):
            raise AjarError(f"{suffix!r} is not a file name ending.", "Use one like .png.")
        stem = f"{self._workflow}-{plain_name(node.replace('/', '-'))}"
        # One after the other: numbering looks at what is there, and the disk is the limit anyway.
        with self._lock:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                return self._save(stem, (node, path, suffix), data)
            except FileExistsError:
                raise AjarError(f"Could not save into {self.folder}: it is a file.", "Choose another folder.") from None
            except OSError as error:
                raise trouble(error, f"save into {self.folder}") from error

    def _save(self, stem: str, item: tuple[str, tuple[int, ...], str], data: bytes | Path) -> Path:
        _, path, suffix = item
        # A node that saves several files for one item: 1, 1b, 1c ...
        turn = self._given[item] = self._given.get(item, -1) + 1
        ending = f"{_letters(turn)}{suffix}"
        for _ in range(MAX_TRIES):
            target = self.folder / f"{stem}-{_number(path, self._after.get(stem, 0))}{ending}"
            if _holds(target, data) or _written(target, data) or _holds(target, data):
                return target
            self._after[stem] = self._highest(stem)
        raise AjarError(f"Could not find a free name for {stem} in {self.folder}.", "Choose another folder.")

    def _highest(self, stem: str) -> int:
        pattern = re.compile(re.escape(stem) + r"-(\d{1,15})(?:-\d+)*[a-z]*(?:\.[A-Za-z0-9]+)?")
        found = [pattern.fullmatch(entry.name) for entry in self.folder.iterdir()]
        return max((int(match[1]) for match in found if match), default=0)


def about(
    graph: Mapping[str, Any], name: str, node: str, path: Sequence[int], made: Made, *, stage: str = "final",
    base: str = "",
) -> str:
    """Where a file comes from, as JSON. The same work gives the same text: no time, no run, no machine in it.

    ``base`` leads from the folder of the file to the folder that paths in the graph are relative to.
    """
    plain: dict[str, Any] = {
        "ajar": 1, "workflow": name, "node": node, "item": list(path), "stage": stage, "seeds": dict(made.seeds),
        "models": [dict(model) for model in made.models], "cost": made.cost, "base": base, "graph": graph,
    }
    for key in ("orders", "lineage", "files"):
        if found := getattr(made, key):
            plain[key] = [dict(one) for one in found]
    if made.digital_source:
        plain["digital_source"] = made.digital_source
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def plain_name(text: str) -> str:
    """What may stand in a file name on every system."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-. ")[:100]


def _number(path: tuple[int, ...], after: int) -> str:
    """The number of an item: 1 for a single value, 3 for the third, 2-1 for the first below the second."""
    first, *rest = path or (0,)
    return "-".join([str(after + first + 1), *(str(index + 1) for index in rest)])


def _letters(turn: int) -> str:
    return "" if turn == 0 else chr(ord("a") + turn) if turn < 26 else f"z{turn}"


def _written(target: Path, data: bytes | Path) -> bool:
    if isinstance(data, bytes):
        return write_new(target, data)
    return copy_folder(target, data) if data.is_dir() else copy_new(target, data)


def _holds(path: Path, data: bytes | Path) -> bool:
    if isinstance(data, Path) and data.is_dir():
        names = sorted(file.name for file in data.iterdir())
        same = path.is_dir() and names == sorted(file.name for file in path.iterdir())
        return same and not any(filecmp.cmpfiles(path, data, names, shallow=False)[1:])
    if isinstance(data, Path):
        return path.is_file() and filecmp.cmp(path, data, shallow=False)
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
