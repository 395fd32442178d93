"""What the planner asks of the outside world: files, models and stored results, each with what enters the key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ajar.contract import NodeType, Socket
from ajar.errors import AjarError, Refused, WorkflowError
from ajar.hints import File, Model
from ajar.models import Catalogue, ModelEntry
from workflows.digests import Digests
from workflows.keys import token_of
from workflows.packs import Packs
from workflows.plan import Const, Origin
from workflows.project import Project, inside
from workflows.results import Results, blobs_of


@dataclass(slots=True)
class WorkflowFacts:
    """The facts of one workflow: its folder, its project, and what a person allowed besides."""

    base: Path
    """Paths in the workflow are relative to this folder."""
    project: Project
    catalogue: Catalogue
    digests: Digests
    packs: Packs
    results: Results | None
    trusted: frozenset[tuple[str, str]] = frozenset()
    """(node, input) whose path a person gave for this run: it may lead outside the project."""
    realm: Callable[[str], str] = lambda provider: ""
    """A mark where a stand-in plays this provider, so that its results are never taken for real ones."""
    used: dict[tuple[str, str], ModelEntry] = field(default_factory=dict)
    """The models that were asked for, by (kind, name in the graph)."""
    _revisions: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict, init=False)

    def file(self, node: str, socket: Socket, value: Any) -> Const:
        """A path from a graph, absolute, and the digest of what lies there."""
        hint = socket.hint(File)
        assert hint is not None
        path = self._place(node, socket.name, str(value))
        folder = hint.kind == "folder"
        if not path.exists():
            what = "folder" if folder else "file"
            raise WorkflowError(f'There is no {what} "{value}" for "{socket.name}" of "{node}".',
                                f"Put it there, or correct the path (it starts at {self.base}).", node=node)
        if folder != path.is_dir():
            raise WorkflowError(f'"{value}", set at "{socket.name}" of "{node}", is not a {hint.kind}.',
                                "Choose a folder." if folder else "Choose a file.", node=node)
        try:
            digest = self.digests.of_folder(path) if folder else self.digests.of_file(path)
        except AjarError as error:
            raise WorkflowError(error.message, error.hint, node=node) from None
        origin = Origin(node, socket.name, path, str(value), () if folder else (digest,))
        return Const(path, f"file:{digest}", (origin,))

    def _place(self, node: str, input_: str, value: str) -> Path:
        if (node, input_) in self.trusted:
            return Path(value).expanduser().absolute()
        try:
            return inside(self.project, value, self.base)
        except AjarError as error:
            raise Refused(f'"{input_}" of "{node}": {error.message}',
                          f"{error.hint} From the command line, for one run: --set {node}.{input_}=PATH.",
                          node=node) from None

    def model(self, node: str, socket: Socket, name: str) -> Const:
        """A model's name as its lane knows it, and the digest of its files."""
        hint = socket.hint(Model)
        assert hint is not None
        if not name:
            return Const(name, token_of(name))
        try:
            entry = self.catalogue.find(hint.kind, name, self.project.root)
            files = [f"{file.name}={self.digests.of_file(file)}" for file in entry.files]
        except AjarError as error:
            raise WorkflowError(error.message, error.hint, node=node) from None
        self.used[hint.kind, entry.id] = entry
        # A hosted model has no files that could tell it from the others of its provider: its name does.
        hosted = token_of(entry.id) if entry.provider else ""
        # What a row says (steps, guidance) makes the picture as much as the weights do.
        return Const(entry.id, f"model:{hint.kind}:{hosted}{token_of(dict(entry.settings))}:{':'.join(files)}")

    def frozen(self, node: str, type_: NodeType, result: Mapping[str, Any]) -> tuple[Const, ...]:
        """The stored results of a frozen node: plain values as they are, pictures by the digest of their blob."""
        return tuple(
            replace(self._frozen(node, output, kept), origins=(Origin(node, digests=_blobs(kept)),))
            for output in type_.outputs for kept in (result.get(output.name),)
        )

    def _frozen(self, node: str, output: Socket, kept: Any) -> Const:
        from ajar.parcel import recall

        missing = WorkflowError(f'The frozen result of "{node}" is not in the store of this machine.',
                                "Thaw the node to make it again, or bring the store it was frozen in.", node=node)
        if self.results is None or kept is None:
            raise missing
        store = self.results.store
        if isinstance(kept, str) and output.type is not str:
            if not store.has(kept):
                raise missing
            from ajar.values import Image

            return Const(Image.open(store.path(kept)), f"Image:{kept}")
        try:
            value = recall(kept, store.path)
        except (AjarError, KeyError, ValueError, OSError):
            raise missing from None
        return Const(value, token_of(value) or f"frozen:{kept!r}")

    def revision(self, kind: str, name: str) -> Mapping[str, Any]:
        """What the metadata of a file says about a model that made it: its id, revision and licence."""
        entry = self.used[kind, name]
        if (kind, name) not in self._revisions:
            shown = entry.id if entry.path is None or entry.id != str(entry.path) else entry.path.name
            self._revisions[kind, name] = {"kind": kind, "id": shown, "revision": revision(entry, self.digests),
                                           "licence": entry.licence}
        return self._revisions[kind, name]

    def salt(self, type_id: str) -> str:
        type_ = self.packs.types[type_id]
        realm = self.realm(type_.provider) if type_.lane == "remote" else ""
        return self.packs.salt(type_id) + realm


def _blobs(kept: Any) -> tuple[str, ...]:
    """The digests of the blobs in which a frozen result lies."""
    return (kept,) if isinstance(kept, str) else tuple(blobs_of(kept))


def revision(entry: ModelEntry, digests: Digests) -> str:
    """One digest for all files of a model, for the metadata of what it made; empty where a provider has them."""
    from hashlib import blake2b

    if not entry.files:
        return ""
    parts = [f"{file.name}={digests.of_file(file)}" for file in entry.files]
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
