"""The frame of a GLB file: its JSON part is read and rewritten, its geometry left as it is."""

import json
import struct
from pathlib import Path
from typing import Any

from ajar.errors import UserError

JSON_CHUNK = 0x4E4F534A
MAX_JSON = 64 << 20


def read_json(path: Path) -> dict[str, Any]:
    """The scene description of a GLB file. UserError if it is none."""
    try:
        with path.open("rb") as file:
            magic, version, _, length, kind = struct.unpack("<4sIIII", file.read(20))
            if magic != b"glTF" or version != 2 or kind != JSON_CHUNK or length > MAX_JSON:
                raise ValueError("not a GLB file of version 2")
            found = json.loads(file.read(length))
            if not isinstance(found, dict):
                raise ValueError("no scene in it")
            return found
    except OSError as error:
        raise UserError(f"{path.name} can't be read.", "Check the path and that you may read the file.") from error
    except (struct.error, ValueError, RecursionError) as error:
        raise UserError(f"{path.name} is not a GLB file that Ajar can read.", "Export it as GLB (glTF 2.0).") from error


def with_about(path: Path, about: str) -> bytes:
    """The file with this JSON under ``asset.extras.ajar``."""
    scene = read_json(path)
    data = path.read_bytes()
    if not about:
        return data
    asset = scene.setdefault("asset", {"version": "2.0"})
    asset["extras"] = {**(asset.get("extras") or {}), "ajar": json.loads(about)}
    text = json.dumps(scene, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + struct.unpack_from("<I", data, 12)[0] :]
    head = struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(rest), len(text), JSON_CHUNK)
    return head + text + rest


def read_about(path: Path) -> str | None:
    """The JSON that Ajar wrote into a GLB file."""
    asset = read_json(path).get("asset")
    extras = asset.get("extras") if isinstance(asset, dict) else None
    found = extras.get("ajar") if isinstance(extras, dict) else None
    return None if found is None else json.dumps(found, ensure_ascii=False)
