"""What is known of a file, in a file of its own beside it: ``harbour.mp4.ajar.json``. Written whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import WorkflowError
from workflows.disk import replace_file, trouble

ENDING = ".ajar.json"
MOST = 64 << 20


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A sidecar that was read."""

    path: Path
    file: Path
    """The file that it is about, as it was called; it need not be there any more."""
    bytes: int
    digest: str
    """``blake3:...`` of the whole file."""
    about: Mapping[str, Any]


def beside(file: Path) -> Path:
    """Where the sidecar of a file lies or would lie."""
    return file.parent / f"{file.name}{ENDING}"  # a folder may have no name: "."


def digest_of(file: Path) -> str:
    """``blake3:...`` of a whole file. OSError as it comes."""
    from blake3 import blake3

    if not file.stat().st_size:
        return f"blake3:{blake3(b'').hexdigest()}"
    return f"blake3:{blake3(max_threads=1).update_mmap(file).hexdigest()}"


def write(file: Path, about: str) -> Path:
    """Write the sidecar of a file as it lies there now. AjarError where that can't be done."""
    target = beside(file)
    try:
        plain = {"ajar-sidecar": 1, "file": file.name, "bytes": file.stat().st_size, "digest": digest_of(file),
                 "about": json.loads(about)}
        text = json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
        data = text.encode("utf-8", "replace")
        if not (target.is_file() and target.read_bytes() == data):
            replace_file(target, data)
    except OSError as error:
        raise trouble(error, f"write {target.name}") from error
    return target


def find(file: Path) -> Sidecar | None:
    """The sidecar of a file, where there is one. WorkflowError where it is damaged."""
    path = beside(file)
    return read(path) if path.is_file() else None


def read(path: Path) -> Sidecar:
    """A sidecar. WorkflowError where it is none."""
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST + 1)
        plain = json.loads(data) if len(data) <= MOST else None
    except OSError as error:
        reason = error.strerror or error
        raise WorkflowError(f"{path.name} can't be read: {reason}.", "Check its permissions.") from None
    except (ValueError, RecursionError):
        plain = None
    if plain is None or not is_one(plain):
        raise WorkflowError(f"{path.name} is damaged: it is no sidecar of Ajar's.", "Take it away, or get it again.")
    name = Path(str(plain.get("file") or "")).name or path.name.removesuffix(ENDING)
    size = plain.get("bytes")
    return Sidecar(path, path.with_name(name), size if isinstance(size, int) else 0, str(plain.get("digest") or ""),
                   plain["about"])


def is_one(plain: Any) -> bool:
    """Whether JSON is a sidecar."""
    return isinstance(plain, dict) and "ajar-sidecar" in plain and isinstance(plain.get("about"), dict)
