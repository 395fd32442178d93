"""Files that are there whole or not at all, and what to say when a disk is full or can't be written."""

import errno
import itertools
import os
import shutil
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from ajar.errors import AjarError

PART = ".part"
_numbers = itertools.count(1)


def trouble(error: OSError, doing: str) -> AjarError:
    """A failed write as a sentence: ``doing`` completes "Could not ..."."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AjarError(f"Could not {doing}: the disk is full.", "Free some space, then run again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return AjarError(f"Could not {doing}: writing is not allowed there.", "Choose a folder you may write to.")
    reason = (error.strerror or str(error)).lower()
    return AjarError(f"Could not {doing}: {reason}.", "Check the disk and the path, then run again.")


def part_beside(target: Path) -> Path:
    """A name for the unfinished file that no other thread or process uses."""
    return target.with_name(f"{target.name}.{os.getpid()}-{next(_numbers)}{PART}")


def digest(data: bytes) -> bytes:
    """What tells contents apart."""
    return blake2b(data, digest_size=16).digest()


def digest_of(path: Path, most: int = 64 * 2**20) -> bytes | None:
    """The digest of a file's first ``most`` bytes; None where no ordinary file lies there or it can't be read."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return digest(file.read(most))
    except OSError:
        return None


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write and force to the disk."""
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Force a rename in this folder to the disk; systems that can't open folders do that by themselves."""
    if os.name == "nt":
        return
    with suppress(OSError):  # some network drives refuse it, and so do folders one may not list; the rename is done
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def write_new(target: Path, data: bytes) -> bool:
    """Write a file that must not be there yet, whole or not at all. False where it is; OSError as it comes."""
    part = part_beside(target)
    try:
        with part.open("xb") as file:
            write_all(file, data)
        return _claim(part, target)
    finally:
        part.unlink(missing_ok=True)


def copy_new(target: Path, source: Path) -> bool:
    """Copy a file to a name that must not be taken yet, whole or not at all. False where it is; OSError as it comes."""
    part = part_beside(target)
    try:
        with source.open("rb") as reading, part.open("xb") as file:
            shutil.copyfileobj(reading, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        return _claim(part, target)
    finally:
        part.unlink(missing_ok=True)


def copy_folder(target: Path, source: Path) -> bool:
    """Copy a folder of files to a name that must not be taken yet, whole or not at all. False where it is."""
    part = part_beside(target)
    try:
        shutil.copytree(source, part)
        if target.exists():
            return False
        part.rename(target)
        return True
    finally:
        shutil.rmtree(part, ignore_errors=True)


def replace_file(target: Path, data: bytes) -> None:
    """Write a file whole or not at all; at no time is there less than the old or the new one. OSError as it comes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_beside(target)
    try:
        with part.open("xb") as file:
            write_all(file, data)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _claim(part: Path, target: Path) -> bool:
    """Give the part its name unless that is taken. A rename would replace, so it is a link where links exist."""
    try:
        os.link(part, target)
    except FileExistsError:
        return False
    except OSError:
        if target.exists():
            return False
        part.replace(target)
    sync_folder(target.parent)
    return True


def remove_old_parts(folder: Path, now: float, age: float = 3600) -> None:
    """Remove what killed processes left unfinished, once it is older than ``age`` seconds."""
    for part in folder.glob(f"*{PART}"):
        with suppress(OSError):
            if now - part.stat().st_mtime > age:
                part.unlink()
