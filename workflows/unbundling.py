"""Bundles from elsewhere: looked into, checked, and unpacked into a new folder, whole or not at all.

Nothing in a bundle is trusted: no name leads out of the folder, no entry is larger than it says, every digest is held.
"""

import json
import shutil
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

from ajar.errors import AjarError, WorkflowError
from workflows import format
from workflows.bundling import MARK
from workflows.disk import part_beside, sync_folder, trouble
from workflows.graph import Graph
from workflows.lockfile import Missing, missing_of
from workflows.results import blobs_of
from workflows.sidecars import ENDING
from workflows.studio import Studio
from workflows.take import FACTS, Facts
from workflows.takes import Takes

MOST = 256 << 30
"""Bytes that a bundle may unpack to."""
MOST_JSON = 64 << 20
MOST_FILES = 200_000
RATIO = 200
"""An entry that grows by more than this is a bomb. Ajar's own bundles do not grow at all."""
FORBIDDEN = frozenset('<>:"|?*\\')
DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{name}{one}" for name in ("com", "lpt") for one in range(10))))
"""What Windows takes for a device, whatever ending follows."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What lies in a bundle."""

    path: Path
    name: str
    graph: Graph
    lock: Mapping[str, Any]
    takes: tuple[Mapping[str, Any], ...]
    contents: Mapping[str, tuple[int, str]]
    """By name: bytes and digest, as they should be."""
    confidential: tuple[str, ...] = ()
    """The names of what is confidential, as whoever packed it had marked it."""

    @property
    def bytes(self) -> int:
        return sum(size for size, _ in self.contents.values())


def is_bundle(path: Path) -> bool:
    """Whether a file is a bundle, by a quick look."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\3\4":
                return False
        with zipfile.ZipFile(path) as packed:
            return "bundle.json" in packed.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError):
        return False


def look_into(path: Path) -> Inside:
    """What lies in a bundle. WorkflowError where it is none, is damaged or is up to no good."""
    with _Opened(path) as packed:
        about = _object(packed.read("bundle.json"), path)
        if MARK not in about or not isinstance(about.get("contents"), list):
            raise _wrong(path, "it is not a bundle of Ajar's")
        try:
            contents = {str(row["name"]): (int(row["bytes"]), str(row["digest"])) for row in about["contents"]}
        except (TypeError, KeyError, ValueError):
            raise _wrong(path, "a list in it is damaged") from None
        if sum(size for size, _ in contents.values()) > MOST:
            raise _wrong(path, "it would unpack to more than a bundle may")
        for name in contents:
            _check_name(path, name)
            packed.check(name, contents[name][0])
        graph = format.read(packed.read("workflow.json"))
        lock = _object(packed.read("models.lock.json"), path) if "models.lock.json" in contents else {}
        takes = about.get("takes")
        name = str(about.get("name") or path.stem)
        listed = about.get("confidential")
        secret = tuple(one for one in listed if one in contents) if isinstance(listed, list) else ()
        return Inside(path, name, graph, lock, _rows(takes), contents, secret)


def missing(studio: Studio, inside: Inside, root: Path) -> list[Missing]:
    """What the workflow needs and is not here."""
    graph = studio.modern(inside.graph)
    found = missing_of(studio, graph, inside.lock, root)
    blobs = {PurePosixPath(name).stem for name in inside.contents if name.startswith("blobs/")}
    store = studio.results.store if studio.results is not None else None
    for name, node in graph.nodes.items():
        for kept in (node.result or {}).values() if node.state == "frozen" else ():
            for digest in [kept] if isinstance(kept, str) else blobs_of(kept):
                if digest not in blobs and (store is None or not store.has(digest)):
                    what = f'The frozen result of "{name}" did not come along.'
                    found.append(Missing(what, "Thaw the node to make it anew."))
    return found


def unbundle(inside: Inside, target: Path) -> Path:
    """Unpack into a new folder; gives the workflow's file. AjarError where that can't be done; nothing is left then."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AjarError(f"{target} is there already, and is not empty.", "Give a new folder.")
    part = part_beside(target)
    try:
        part.mkdir(parents=True)
        with _Opened(inside.path) as packed:
            for name, (size, digest) in inside.contents.items():
                packed.extract(name, size, digest, part / name)
        if target.exists():
            target.rmdir()
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise trouble(error, f"unpack {inside.path.name}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target / "workflow.json"


def take_in(studio: Studio, inside: Inside, folder: Path) -> int:
    """Put what came along where it belongs: frozen results into the store, takes into the bin. Gives how many takes.

    What was confidential where it was packed is so here, before anything could be done with it.
    """
    for name in inside.confidential:
        digest = inside.contents[name][1].removeprefix("blake3:")
        studio.marks.mark(digest, PurePosixPath(name).name, f"in the bundle {inside.name}")
    store = studio.results.store if studio.results is not None else None
    for name, (_, digest) in inside.contents.items():
        if name.startswith("blobs/") and store is not None:
            kept = store.put(folder / name, PurePosixPath(name).suffix)
            if f"blake3:{kept}" != digest:
                raise _wrong(inside.path, f"{name} is not what it says")
    if not inside.takes:
        return 0
    count = 0
    document = str((folder / "workflow.json").absolute())
    with Takes(studio.home) as takes:
        for row in inside.takes:
            file = str(row.get("file") or "")
            facts = row.get("facts")
            if file not in inside.contents or not isinstance(facts, Mapping):
                continue
            take = takes.add(folder / file, PurePosixPath(file).suffix, _facts(facts, document))
            beside = f"{file}{ENDING}"
            if beside in inside.contents:
                shutil.copyfile(folder / beside, take.path.with_name(take.path.name + ENDING))
            takes.rate(take.id, int(row.get("rating") or 0))
            if note := str(row.get("note") or ""):
                takes.note(take.id, note)
            count += 1
    return count


def _facts(plain: Mapping[str, Any], document: str) -> Facts:
    kinds = {"width": int, "height": int, "title": str, "workflow": str, "model": str, "prompt": str, "stage": str,
             "licence": str, "revision": str, "node": str, "kind": str}
    known = {name: kinds[name](plain[name]) for name in FACTS if name in kinds and plain.get(name) is not None}
    for name in ("seconds", "cost"):
        known[name] = float(plain[name]) if isinstance(plain.get(name), (int, float)) else None
    seed, settings = plain.get("seed"), plain.get("settings")
    return Facts(**{"node": "unknown", "kind": "image", **known, "document": document,
                    "seed": seed if isinstance(seed, int) else None,
                    "settings": settings if isinstance(settings, dict) else {}})


class _Opened:
    """A zip that is read with care."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        try:
            self._zip = zipfile.ZipFile(self._path)
        except FileNotFoundError:
            raise WorkflowError(f"There is no file {self._path}.", "Check the name.") from None
        except (OSError, zipfile.BadZipFile, ValueError, RuntimeError):
            raise _wrong(self._path, "it is not a zip file, or is cut short") from None
        names = self._zip.namelist()
        if len(names) != len(set(names)) or len(names) > MOST_FILES:
            raise _wrong(self._path, "it holds a name twice, or too many files")
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def check(self, name: str, size: int) -> None:
        """WorkflowError for what is no ordinary file of this size."""
        info = self._info(name)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir() or kind not in (0, stat.S_IFREG) or info.flag_bits & 1:
            raise _wrong(self._path, f"{name} is no ordinary file")
        if info.file_size != size or info.file_size > max(info.compress_size, 1) * RATIO:
            raise _wrong(self._path, f"{name} is not as large as it says")

    def read(self, name: str) -> bytes:
        """A small text."""
        info = self._info(name)
        if info.file_size > MOST_JSON or info.file_size > max(info.compress_size, 1) * RATIO:
            raise _wrong(self._path, f"{name} is too large")
        try:
            with self._zip.open(info) as file:
                data: bytes = file.read(MOST_JSON + 1)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError):
            raise _wrong(self._path, f"{name} is damaged") from None
        return data

    def extract(self, name: str, size: int, digest: str, target: Path) -> None:
        """Write one file, and no byte more than it says. WorkflowError where its digest is another."""
        from blake3 import blake3

        found, left = blake3(max_threads=1), size
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._zip.open(self._info(name)) as file, target.open("xb") as out:
                while data := file.read(1 << 20):
                    left -= len(data)
                    if left < 0:
                        raise _wrong(self._path, f"{name} is larger than it says")
                    found.update(data)
                    out.write(data)
        except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError):
            raise _wrong(self._path, f"{name} is damaged") from None
        if left or f"blake3:{found.hexdigest()}" != digest:
            raise _wrong(self._path, f"{name} is not what it says")

    def _info(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._zip.getinfo(name)
        except KeyError:
            raise _wrong(self._path, f"it lacks {name}") from None


def _check_name(path: Path, name: str) -> None:
    """WorkflowError for a name that would lead elsewhere, on any system."""
    parts = name.split("/")
    bad = any(part in ("", ".", "..") or part != part.strip() or part.endswith(".") or FORBIDDEN & set(part)
              or min(part) < " " or part.partition(".")[0].lower() in DEVICES for part in parts)
    if bad or len(name) > 400 or (len(parts) == 1 and name not in ("workflow.json", "models.lock.json")):
        raise _wrong(path, f"the name {name[:60]!r} can't be used")
    if len(parts) > 1 and parts[0] not in ("files", "blobs", "takes"):
        raise _wrong(path, f"{name[:60]!r} lies where nothing of a bundle does")


def _rows(plain: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in plain if isinstance(one, dict)) if isinstance(plain, list) else ()


def _object(data: bytes, path: Path) -> dict[str, Any]:
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        raise _wrong(path, "a list in it is damaged") from None
    if not isinstance(plain, dict):
        raise _wrong(path, "a list in it is damaged")
    return plain


def _wrong(path: Path, why: str) -> WorkflowError:
    return WorkflowError(f"{path.name} can't be opened as a bundle: {why}.", "Get it again from where it came from.")
