"""Puts a trained LoRA where every workflow finds it. Light: no torch."""

import os
import re
from itertools import count
from pathlib import Path

from ajar.errors import UserError

ENDING = ".safetensors"


def shelve(file: Path, folder: Path, name: str) -> Path:
    """Copy a file into a folder as ``name.safetensors``, whole or not at all; gives its path.

    A file with this content stays as it is; one with another content is never overwritten: then the name gets a
    number. UserError where the folder can't be written.
    """
    stem = file_name(name)
    try:
        content = file.read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / f"{stem}{'' if number == 1 else f'-{number}'}{ENDING}"
            if not path.exists():
                write(path, content)
                return path
            if path.read_bytes() == content:
                return path
        raise AssertionError
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f'The LoRA "{name}" can\'t be saved: {reason}.', f"Check the folder {folder}.") from None


def file_name(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "-", name.strip()).strip("-._")[:80] or "lora"


def write(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, also after a power cut."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
