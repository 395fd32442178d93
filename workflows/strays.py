"""Media in the folder of takes that no row knows: left by a process that was killed, or by a table that was lost."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows.disk import PART, remove_old_parts
from workflows.takes import Facts, Take, Takes

KINDS = {
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".webp": "image", ".mp4": "video", ".mov": "video",
    ".webm": "video", ".wav": "audio", ".flac": "audio", ".glb": "mesh", ".txt": "text",
}
AGE = 120.0
"""Seconds; what is younger may be waiting for its row in another process."""


def take_in(takes: Takes, age: float = AGE) -> list[Take]:
    """List again what no row knows, with what the files say of themselves."""
    found = []
    for path in _strays(takes, time.time() - age):
        with suppress(AjarError, OSError):
            found.append(takes.note_file(path, path.stat().st_mtime, _facts(path)))
    return found


def _strays(takes: Takes, before: float) -> Iterator[Path]:
    known = takes.files()
    for folder in sorted(takes.folder.glob("[0-9]*-[0-9]*")):
        remove_old_parts(folder, time.time())
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in KINDS and not path.name.endswith(PART) and path.is_file():
                name = path.relative_to(takes.folder).as_posix()
                if name not in known and path.stat().st_mtime < before:
                    yield path


def _facts(path: Path) -> Facts:
    from workflows.reading import read_about

    about: Mapping[str, Any] = {}
    with suppress(AjarError):
        about = read_about(path)
    name, node = str(about.get("workflow") or ""), str(about.get("node") or "")
    models = [str(model.get("id") or "") for model in about.get("models") or () if isinstance(model, Mapping)]
    seeds = about.get("seeds")
    seed = seeds.get(node) if isinstance(seeds, Mapping) else None
    kind = KINDS[path.suffix.lower()]
    width, height = _size(path) if kind == "image" else (0, 0)
    return Facts(
        document=f"found:{name}", node=node or "unknown", kind=kind, workflow=name, width=width, height=height,
        seed=seed if isinstance(seed, int) else None, model=models[-1] if models else "",
        stage=str(about.get("stage") or "draft"), cost=None, prompt=_prompt(about.get("graph")),
    )


def _size(path: Path) -> tuple[int, int]:
    from ajar import pictures

    with suppress(AjarError):
        head = pictures.read_head(path)
        return head.width, head.height
    return 0, 0


def _prompt(graph: Any) -> str:
    """The first prompt that is written out in the workflow."""
    nodes = graph.get("nodes") if isinstance(graph, Mapping) else None
    for node in nodes.values() if isinstance(nodes, Mapping) else ():
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        for key in ("prompt", "text"):
            if isinstance(inputs, Mapping) and isinstance(inputs.get(key), str):
                return str(inputs[key])
    return ""
