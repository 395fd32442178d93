"""Values to bytes and back: for a worker's pipe (raw buffers) and for the store (blobs). Never by pickle."""

import base64
import functools
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ajar.errors import AjarError
from ajar.values import Audio, Color, Control, Image, Lora, LoraPart, Mask, Mesh, Size, Tuning, Video

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Buffer = bytes | bytearray | memoryview
Put = Callable[[bytes | Path, str], str]
PathOf = Callable[[str], Path]
RECORDS: Mapping[str, type[Any]] = {"control": Control, "tuning": Tuning}
"""Small values made of other values, by the mark they are written with."""
MAX_INT = 2**63 - 1
"""Larger whole numbers are written as text, as JSON readers would round them."""


def pack(value: Any) -> tuple[Any, list[memoryview]]:
    """A JSON-able header and raw buffers; pictures go as their pixels, files by their path."""
    buffers: list[memoryview] = []

    def leaf(value: Any) -> Any:
        if isinstance(value, Image):
            return {"$": "image", **_raw(value.array, buffers), "profile": _text(value.profile)}
        if isinstance(value, Mask):
            return {"$": "mask", **_raw(value.array, buffers)}
        if isinstance(value, Audio):
            return {"$": "audio", **_raw(value.array, buffers), "rate": value.rate}
        return _by_path(value)

    return _write(value, leaf), buffers


def unpack(header: Any, buffers: Sequence[Buffer]) -> Any:
    """The value of a header and its buffers, which it goes on using. AjarError if they don't fit."""

    def leaf(kind: str, record: Mapping[str, Any]) -> Any:
        if kind == "image":
            return Image.of(_shaped(record, buffers), _bytes(record["profile"]))
        if kind == "mask":
            return Mask.of(_shaped(record, buffers))
        if kind == "audio":
            return Audio(_shaped(record, buffers), int(record["rate"]))
        return _from_path(kind, record)

    return _checked(header, leaf)


def keep(value: Any, put: Put) -> Any:
    """A JSON record of the value for the store; ``put(content, suffix)`` stores a blob and gives its digest."""

    def leaf(value: Any) -> Any:
        if isinstance(value, Image):
            return _keep_image(value, put)
        if isinstance(value, Mask):
            return {"$": "mask", "blob": put(_npy(value.array), ".npy"), "shape": list(value.array.shape)}
        if isinstance(value, Audio):
            return {"$": "audio", "blob": put(_npy(value.array), ".npy"), "rate": value.rate}
        if isinstance(value, Video):
            return {**_by_path(value), "path": None, "blob": put(value.path, value.path.suffix)}
        if isinstance(value, Mesh):
            return {**_by_path(value), "path": None, "blob": put(value.path, ".glb")}
        if isinstance(value, Lora):
            return _lora(value, lambda path: {"$": "file", "blob": put(path, ".safetensors")})
        return _by_path(value)

    return _write(value, leaf)


def recall(record: Any, path_of: PathOf) -> Any:
    """The value of a record; blobs are read when their content is first asked for. AjarError if it is damaged."""

    def leaf(kind: str, record: Mapping[str, Any]) -> Any:
        if kind == "lora":
            return _lora_of(record, lambda file: path_of(file["blob"]))
        if "blob" not in record:
            return _from_path(kind, record)
        path = path_of(record["blob"])
        if kind == "image":
            return _recall_image(record, path, path_of)
        if kind == "mask":
            return Mask.lazy(functools.partial(_load_npy, path), *record["shape"])
        if kind == "audio":
            return Audio(_load_npy(path), int(record["rate"]))
        return _from_path(kind, {**record, "path": str(path)})

    return _checked(record, leaf)


def digest_of(value: Any) -> str | None:
    """BLAKE3 of the content where that is cheap (plain values, files); None for computed pixels."""
    from blake3 import blake3

    class Dear(Exception):
        pass

    def leaf(value: Any) -> Any:
        # A LoRA only has a name here, and a name says nothing about the content of its file.
        found = value.digest if isinstance(value, Image) else None
        if found is None:
            raise Dear
        return {"$": "image", "digest": found}

    try:
        header = _write(value, leaf)
    except Dear:
        return None
    return blake3(json.dumps(header, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def nbytes(value: Any) -> int:
    """About how much memory the value holds."""
    if isinstance(value, Image | Mask | Audio):
        return value.nbytes
    if isinstance(value, list | tuple):
        return 64 + sum(map(nbytes, value))
    if isinstance(value, Mapping):
        return 64 + sum(nbytes(key) + nbytes(part) for key, part in value.items())
    if isinstance(value, Control):
        return 64 + nbytes(value.image)
    return 64 + (len(value) if isinstance(value, str) else 0)


def _write(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """Plain values and containers as JSON; ``leaf`` writes the media."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value) if abs(value) <= MAX_INT else {"$": "int", "text": str(value)}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$": "float", "text": str(float(value))}
    if isinstance(value, list):
        return [_write(part, leaf) for part in value]
    if isinstance(value, tuple):
        return {"$": "tuple", "items": [_write(part, leaf) for part in value]}
    if isinstance(value, Mapping):
        if "$" not in value and all(isinstance(key, str) for key in value):
            return {key: _write(part, leaf) for key, part in value.items()}
        return {"$": "dict", "items": [[_write(key, leaf), _write(part, leaf)] for key, part in value.items()]}
    if isinstance(value, Size | Color):
        return {"$": type(value).__name__.lower(), "text": str(value)}
    if isinstance(value, Path):
        return {"$": "path", "text": str(value)}
    if isinstance(value, Control | Tuning):
        parts = {one.name: _write(getattr(value, one.name), leaf) for one in fields(value)}
        return {"$": type(value).__name__.lower(), "parts": parts}
    return leaf(value)


def _checked(record: Any, leaf: Callable[[str, Mapping[str, Any]], Any]) -> Any:
    try:
        return _read(record, leaf)
    except (KeyError, TypeError, ValueError, IndexError, RecursionError) as error:
        raise AjarError(f"A stored or sent value is damaged ({type(error).__name__}: {error}).") from error


def _read(record: Any, leaf: Callable[[str, Mapping[str, Any]], Any]) -> Any:
    if isinstance(record, list):
        return [_read(part, leaf) for part in record]
    if not isinstance(record, dict):
        return record
    kind = record.get("$")
    if kind is None:
        return {key: _read(part, leaf) for key, part in record.items()}
    if kind == "tuple":
        return tuple(_read(part, leaf) for part in record["items"])
    if kind == "dict":
        return {_read(key, leaf): _read(part, leaf) for key, part in record["items"]}
    if kind in RECORDS:
        return RECORDS[kind](**{name: _read(part, leaf) for name, part in record["parts"].items()})
    plain: dict[str, Callable[[str], Any]] = {
        "int": int, "float": float, "path": Path, "size": Size.parse, "color": Color.parse
    }
    return plain[kind](record["text"]) if kind in plain else leaf(kind, record)


def _by_path(value: Any) -> dict[str, Any]:
    if isinstance(value, Lora):
        return _lora(value, lambda path: {"$": "file", "path": str(path)})
    if isinstance(value, Video):
        shape = {"size": str(value.size), "fps": value.fps, "seconds": value.seconds}
        return {"$": "video", "path": str(value.path), **shape}
    if isinstance(value, Mesh):
        return {"$": "mesh", "path": str(value.path)}
    raise AjarError(
        f"A value of the type {type(value).__name__} can't travel on a wire.",
        "Return a plain value or one of ajar.values.",
    )


def _lora(value: Lora, file: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """A stack of LoRAs; of one that is a file, ``file`` writes it."""
    parts: list[list[Any]] = []
    for part in value.parts:
        rest = [part.low, file(part.path)] if part.path is not None else [] if part.low is None else [part.low]
        parts.append([part.model, part.weight, *rest])
    return {"$": "lora", "parts": parts}


def _lora_of(record: Mapping[str, Any], path: Callable[[Mapping[str, Any]], Path]) -> Lora:
    parts = []
    for model, weight, *rest in record["parts"]:
        low, file = (*rest, None, None)[:2]
        parts.append(LoraPart(str(model), float(weight), float(low) if low is not None else None,
                              path(file) if file is not None else None))
    return Lora(tuple(parts))


def _from_path(kind: str, record: Mapping[str, Any]) -> Any:
    if kind == "lora":
        return _lora_of(record, lambda file: Path(file["path"]))
    if kind == "video":
        return Video(Path(record["path"]), Size.parse(record["size"]), float(record["fps"]), float(record["seconds"]))
    if kind == "mesh":
        return Mesh(Path(record["path"]))
    raise ValueError(f"unknown kind {kind!r}")


def _raw(array: "Array", buffers: list[memoryview]) -> dict[str, Any]:
    import numpy as np

    buffers.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return {"shape": list(array.shape), "dtype": array.dtype.name, "buffer": len(buffers) - 1}


def _shaped(record: Mapping[str, Any], buffers: Sequence[Buffer]) -> "Array":
    import numpy as np

    if record["dtype"] not in ("uint8", "uint16", "float32"):
        raise ValueError(f"unexpected dtype {record['dtype']!r}")
    return np.frombuffer(buffers[record["buffer"]], record["dtype"]).reshape(record["shape"])


def _keep_image(image: Image, put: Put) -> dict[str, Any]:
    profile: str | None = None
    if image.path is not None and image.path.suffix != ".npy" and image.same_file:
        # The file is the shortest exact form of these pixels, and it costs no encoding.
        blob = put(image.path, image.path.suffix.lower())
    elif image.dtype == "float32":
        blob = put(_npy(image.array), ".npy")
        profile = put(image.profile, ".icc") if image.profile else None
    else:
        blob = put(image.encode("png", level=1), ".png")
    shape = [image.height, image.width, image.channels]
    return {"$": "image", "blob": blob, "shape": shape, "dtype": image.dtype, "profile": profile}


def _recall_image(record: Mapping[str, Any], path: Path, path_of: PathOf) -> Image:
    from ajar import pictures

    height, width, channels = (int(part) for part in record["shape"])
    profile = path_of(record["profile"]) if record["profile"] else None

    def load() -> "tuple[Array, bytes | None]":
        if path.suffix == ".npy" or record["dtype"] == "float32":
            return _load_npy(path), profile.read_bytes() if profile else None
        return pictures.decode(path)

    digest = record["blob"] + (record["profile"] or "")
    return Image.lazy(load, (height, width, channels), record["dtype"], path=path, digest=digest)


def _npy(array: "Array") -> bytes:
    import numpy as np

    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def _load_npy(path: Path) -> "Array":
    import numpy as np

    try:
        array: Array = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise AjarError(f"A stored result can't be read ({error}).", "Run again; it will be computed anew.") from error
    return array


def _text(data: bytes | None) -> str | None:
    return base64.b64encode(data).decode() if data else None


def _bytes(text: str | None) -> bytes | None:
    return base64.b64decode(text) if text else None
