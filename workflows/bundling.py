"""A workflow with all it needs in one zip: graph, files from outside, chosen takes, and the list of its models.

    bundle.json      what is in it, with sizes and digests
    workflow.json    the workflow; its paths lead into files/
    models.lock.json the models and packs, by the digests of their files; the files themselves stay where they are
    files/ blobs/ takes/

The same content gives the same bytes: no time, no machine, no compression that another version does otherwise.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ajar.contract import NodeType
from ajar.errors import AjarError, Refused, WorkflowError
from ajar.hints import File
from workflows import format, sidecars
from workflows.ancestry import promotion
from workflows.bound import let_through
from workflows.disk import part_beside, sync_folder, trouble
from workflows.flatten import unfold
from workflows.graph import CONFIDENTIAL, Graph, Node
from workflows.guard import Guard, Secret
from workflows.lineages import MadeWith
from workflows.lockfile import lock_of
from workflows.outputs import plain_name
from workflows.plan import Origin
from workflows.project import Project
from workflows.redact import without_secrets
from workflows.results import blobs_of
from workflows.sides import SIDES
from workflows.sound import plan_sound
from workflows.studio import Options, Studio
from workflows.take import FACTS, Take
from workflows.takes import Takes

Which = Literal["chosen", "all", "none"]
MARK = "ajar-bundle"
STILL = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold: what was packed today is the same as what was packed yesterday."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """What was packed."""

    path: Path
    files: int
    takes: int
    bytes: int
    left_out: tuple[str, ...]
    """Sentences about what could not go along."""
    confidential: int = 0
    """How many of the files are confidential; they are so as well where the bundle is unpacked."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants packed."""

    graph: Graph
    base: Path
    """The folder that paths in the workflow are relative to."""
    name: str
    document: str
    """The key of the document, for its takes."""
    which: Which = "chosen"
    confidential: bool = False
    """Whether confidential files may go along."""


def bundle(studio: Studio, project: Project, wish: Wish, target: Path) -> Bundled:
    """Write the zip, whole or not at all. AjarError where something that it needs can't be read."""
    if target.exists():
        raise AjarError(f"{target} is there already.", "Give another name for the bundle.")
    graph, files = _with_files(studio, project, wish)
    left_out: list[str] = []
    takes = list(_takes(studio, project, wish))
    contents: dict[str, bytes | Path] = {
        "workflow.json": format.dump(graph).encode(),
        "models.lock.json": _json(lock_of(studio, wish.graph, project.root)),
        **{f"files/{name}": path for name, path in files.items()},
        **_blobs(studio, graph, left_out),
        **{_take_name(take): take.path for take in takes},
    }
    for take in takes:
        if (beside := sidecars.find(take.path)) is not None:
            contents[f"{_take_name(take)}{sidecars.ENDING}"] = beside.path
    secret = _secrets(studio, project, wish, contents)
    about = {"name": wish.name, "takes": [_told(take) for take in takes]}
    about |= {"confidential": secret} if secret else {}
    try:
        total = _write(target, contents, about)
    except OSError as error:
        raise trouble(error, f"write {target.name}") from error
    return Bundled(target, len(files), len(takes), total, tuple(left_out), len(secret))


def _secrets(studio: Studio, project: Project, wish: Wish, contents: Mapping[str, bytes | Path]) -> list[str]:
    """What of it is confidential by its content or its own words. Refused where that was not agreed to."""
    nodes = [*wish.graph.nodes.items(), *(item for group in wish.graph.groups.values() for item in group.nodes.items())]
    marked = next((name for name, node in nodes if node.extra.get(CONFIDENTIAL)), None)
    if marked is not None:
        _agreed(wish, Secret(marked, "", ""))
    guard = Guard(studio.marks, studio.digests, project, wish.base, remember=False, says=MadeWith().confidential)
    found = []
    for name, path in contents.items():
        if isinstance(path, Path) and not name.endswith(sidecars.ENDING):
            origin = Origin(name, "file", path, str(path), (studio.digests.of_file(path),))
            if (secret := guard.of(origin)) is not None:
                _agreed(wish, secret)
                found.append(name)
    return sorted(found)


def _agreed(wish: Wish, secret: Secret) -> None:
    if not wish.confidential:
        raise Refused(f"Nothing was packed: {secret.said}.", "If it may go along all the same: --confidential.")


def _with_files(studio: Studio, project: Project, wish: Wish) -> tuple[Graph, dict[str, Path]]:
    """The workflow without secrets and with paths into ``files/``, and the files by these names."""
    guard = Guard(studio.marks, studio.digests, project, wish.base, remember=False)
    files: dict[str, Path] = {}
    known: dict[Path, str] = {}

    def packed(name: str, value: str) -> str:
        path = (wish.base / Path(value).expanduser()).resolve()
        if not path.exists():
            raise WorkflowError(f'There is no file "{value}", which "{name}" opens.',
                                "Put it there, or correct the path.", node=name)
        secret = guard.of_path(name, path, value)
        if secret is not None:
            _agreed(wish, secret)
        if path not in known:
            known[path] = short = _free(files, path.name)
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and not file.is_symlink():
                    files[f"{short}/{file.relative_to(path).as_posix()}" if path.is_dir() else short] = file
        return f"files/{known[path]}"

    graph = without_secrets(wish.graph)
    nodes = _rewritten(graph.nodes, studio.packs.types, packed)
    groups = {name: replace(group, nodes=_rewritten(group.nodes, studio.packs.types, packed))
              for name, group in graph.groups.items()}
    return replace(graph, nodes=nodes, groups=groups), files


def _rewritten(nodes: Mapping[str, Node], types: Mapping[str, NodeType], packed: Any) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, node in nodes.items():
        type_ = types.get(node.type)
        paths = [socket.name for socket in type_.inputs if socket.hint(File) is not None] if type_ is not None else []
        changed = {key: packed(name, value) for key in paths
                   if isinstance(value := node.inputs.get(key), str) and value}
        found[name] = replace(node, inputs={**node.inputs, **changed}) if changed else node
    return found


def _free(files: Mapping[str, Path], wanted: str) -> str:
    """A name that is not taken yet, plain enough for every system."""
    stem, dot, ending = (plain_name(wanted) or "file").rpartition(".")
    stem, ending = (stem, f"{dot}{ending}") if stem else (ending, "")
    number, name = 1, f"{stem}{ending}"
    while any(taken == name or taken.startswith(f"{name}/") for taken in files):
        number += 1
        name = f"{stem}-{number}{ending}"
    return name


def _blobs(studio: Studio, graph: Graph, left_out: list[str]) -> dict[str, Path]:
    """The stored results of frozen nodes: without them they can't be shown elsewhere."""
    found: dict[str, Path] = {}
    for name, node in graph.nodes.items():
        for kept in (node.result or {}).values() if node.state == "frozen" else ():
            for digest in [kept] if isinstance(kept, str) else blobs_of(kept):
                try:
                    assert studio.results is not None
                    path = studio.results.store.path(digest)
                except (AjarError, AssertionError):
                    left_out.append(f'The frozen result of "{name}" is not in the store of this machine.')
                    continue
                found[f"blobs/{path.name}"] = path
    return found


def _takes(studio: Studio, project: Project, wish: Wish) -> Iterator[Take]:
    """The takes that go along: those that flow on, that nodes hold, that were promoted or are locked; or all."""
    if wish.which == "none" or not (studio.home.path / "takes.db").is_file():
        return
    nodes = sorted(unfold(wish.graph).graph.nodes.items())
    with Takes(studio.home) as takes:
        chosen = {take.id for take in takes.by_key(_flowing(studio, project, wish))}
        for _, node in nodes:
            record = promotion(node)
            draft = takes.find(str(record.get("digest", ""))) if record is not None else None
            if draft is not None:
                chosen.add(draft.id)
                if not draft.lost and draft.document != wish.document:
                    yield draft
        for name, node in nodes:
            for take in takes.of(wish.document, name):
                held = take.id == (node.result or {}).get("_take") or take.number == node.take or take.locked
                if not take.lost and (wish.which == "all" or held or take.id in chosen):
                    yield take


def _flowing(studio: Studio, project: Project, wish: Wish) -> set[str]:
    """The keys of the results that flow on, in both stages: of many of one node only the one that was picked."""
    found: set[str] = set()
    for stage in SIDES:
        options = Options(stage=stage, workflow=wish.name, base=wish.base)
        prepared = plan_sound(studio, wish.graph, project, options).prepared
        for made in prepared.cells.made.values() if prepared is not None else ():
            for cell in made.values():
                one = let_through(cell) or (cell if len(made) == 1 else None)
                found |= {one.key} if one is not None and one.key is not None else set()
    return found


def _take_name(take: Take) -> str:
    return f"takes/{plain_name(take.node.replace('/', '-'))}-{take.number}{take.path.suffix}"


def _told(take: Take) -> dict[str, Any]:
    plain = asdict(take)
    return {"file": _take_name(take), "number": take.number, "made": take.made, "rating": take.rating,
            "note": take.note, "tags": list(take.tags), "digest": take.digest,
            "facts": {name: plain[name] for name in FACTS if name not in ("document", "parents")}}


def _write(target: Path, contents: Mapping[str, bytes | Path], more: Mapping[str, Any]) -> int:
    part = part_beside(target)
    try:
        rows, total = [], 0
        with zipfile.ZipFile(part, "x", zipfile.ZIP_STORED, strict_timestamps=True) as packed:
            for name in sorted(contents):
                content = contents[name]
                digest, size = _copied(packed, name, content)
                rows.append({"name": name, "bytes": size, "digest": digest})
                total += size
            _put(packed, "bundle.json", _json({MARK: 1, **more, "contents": rows}))
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return total


def _copied(packed: zipfile.ZipFile, name: str, content: bytes | Path) -> tuple[str, int]:
    from blake3 import blake3

    digest, size = blake3(max_threads=1), 0
    info = _info(name)
    with packed.open(info, "w", force_zip64=True) as out:
        if isinstance(content, bytes):
            out.write(content)
            digest.update(content)
            size = len(content)
        else:
            with content.open("rb") as file:
                while data := file.read(1 << 20):
                    out.write(data)
                    digest.update(data)
                    size += len(data)
    return f"blake3:{digest.hexdigest()}", size


def _put(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    packed.writestr(_info(name), data)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, STILL)
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


def _json(plain: Any) -> bytes:
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    return f"{text}\n".encode("utf-8", "replace")
