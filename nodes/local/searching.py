"""Where in the folders models may lie, and what each is called."""

from collections.abc import Iterator
from pathlib import Path

from nodes.local.headers import PICKLES

FILES = {".safetensors", ".gguf"}
DEEP = 3
"""Folders within folders in which models are looked for."""
INSTALLED = ("model_index.json", "config.json")
"""A folder with one of these is a model, and what lies in it are its parts."""


def below(folder: Path, deep: int = DEEP) -> Iterator[Path]:
    """What lies here and, after all of it, in the folders that are no models themselves."""
    try:
        here = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return
    yield from here
    for path in here:
        if deep > 1 and path.is_dir() and not any((path / name).is_file() for name in INSTALLED):
            yield from below(path, deep - 1)


def name_of(path: Path) -> str:
    """The name of a model: of a folder its own, but in the hub's cache that of the model the snapshot is of."""
    if path.parent.name == "snapshots" and path.parents[1].name.startswith("models--"):
        return path.parents[1].name.rpartition("--")[2]
    return path.stem if path.suffix.lower() in (*FILES, *PICKLES) else path.name
