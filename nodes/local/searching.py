"""What may be a model, and what each is called."""

from pathlib import Path

from ajar.models import files_of
from nodes.local.headers import PICKLES

FILES = {".safetensors", ".gguf"}


def name_of(path: Path) -> str:
    """The name of a model: of a folder its own, but in the hub's cache that of the model the snapshot is of."""
    if path.parent.name == "snapshots" and path.parents[1].name.startswith("models--"):
        return path.parents[1].name.rpartition("--")[2]
    return path.stem if path.suffix.lower() in (*FILES, *PICKLES) else path.name


def bytes_of(path: Path) -> int:
    """What a model takes on the disk, without what it borrows."""
    return sum(file.stat().st_size for file in files_of(path))
