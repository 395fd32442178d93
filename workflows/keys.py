"""The key of a result: the same node, version, values and inputs give the same key, on any day and in any process."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ajar.contract import NodeType

SEPARATOR = "\x00"
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def key_of(parts: Sequence[str]) -> str:
    """A 160-bit hexadecimal key from texts that hold no NUL (tokens escape it)."""
    return blake2b(SEPARATOR.join(parts).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def prefix_of(type_: NodeType, take: int, salt: str = "") -> str:
    """What a node's key starts with: its type, version, take number, and the digest of a file pack's source."""
    return SEPARATOR.join((type_.id, str(type_.version), str(take), salt))


def token_of(value: Any) -> str | None:
    """A canonical text for a value that is cheap to name: plain values, and media that know their digest."""
    kind = type(value)
    if kind is int:
        return str(value)
    try:
        return json.dumps(value) if kind is str else _canonical(value)
    except (TypeError, ValueError):
        pass
    if isinstance(value, Path):
        return None  # a bare path says nothing about what lies there
    if isinstance(value, (list, tuple)):
        parts = [token_of(part) for part in value]
        return None if None in parts else "[" + ",".join(part for part in parts if part is not None) + "]"
    from ajar.parcel import digest_of

    digest = digest_of(value)
    return None if digest is None else f"{type(value).__name__}:{digest}"
