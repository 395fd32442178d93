"""What files from outside are good for on the board: the node that opens each, or the workflow that is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ajar import pictures
from ajar.contract import NodeType
from ajar.errors import AjarError, UserError
from ajar.hints import File, Model
from ajar.models import ModelEntry
from workflows.changes import add_node, fresh
from workflows.graph import Graph
from workflows.reading import read_source
from workflows.sidecars import beside
from workflows.unbundling import is_bundle

Kind = Literal["image", "video", "audio", "mesh", "table", "text", "folder", "model", "workflow", "bundle",
               "unknown"]
ENDINGS: Mapping[str, Kind] = {
    **dict.fromkeys(pictures.SUFFIXES, "image"),
    **dict.fromkeys((".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v"), "video"),
    **dict.fromkeys((".wav", ".flac", ".mp3", ".ogg", ".m4a", ".aac"), "audio"),
    **dict.fromkeys((".glb", ".gltf", ".obj", ".ply", ".stl"), "mesh"),
    **dict.fromkeys((".csv", ".tsv"), "table"), ".json": "workflow", ".txt": "text", ".md": "text",
    ".safetensors": "model", ".gguf": "model", ".zip": "bundle",
}
LOADERS: Mapping[Kind, tuple[str, ...]] = {
    "image": ("load_image",), "video": ("load_video",), "audio": ("load_audio",), "mesh": ("load_mesh",),
    "table": ("load_rows",), "folder": ("load_folder",), "text": ("load_text",),
}
GAP = 20.0
"""Between two nodes of a column."""


class Catalogue(Protocol):
    """What knows the models."""

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry: ...


@dataclass(frozen=True, slots=True)
class Loader:
    """A node that opens a file: its type, and the input that names the file."""

    type: str
    input: str
    value: str


def kind_of(path: Path) -> Kind:
    """What a file is, by its ending."""
    return "folder" if path.is_dir() else ENDINGS.get(path.suffix.lower(), "unknown")


def holds_graph(path: Path) -> bool:
    """Whether a workflow lies in a file: its own, or a picture, film or sound that Ajar made."""
    if kind_of(path) not in ("image", "video", "audio", "mesh", "workflow", "bundle") and not beside(path).is_file():
        return False
    if is_bundle(path):
        return True
    try:
        return bool(read_source(str(path)).graph.nodes)
    except (AjarError, OSError):
        return False


def loader_for(
    path: Path, types: Mapping[str, NodeType], catalogue: Catalogue, base: Path | None = None,
) -> Loader | None:
    """The node that opens a file; None where no node does. UserError: a model that is none.

    ``base`` is the folder of the workflow.
    """
    kind = kind_of(path)
    if kind == "model" or (kind == "folder" and (path / "model_index.json").is_file()):
        return _of_model(path, types, catalogue)
    for name in LOADERS.get(kind, ()):
        type_ = types.get(name)
        socket = next((one for one in type_.inputs if one.hint(File) is not None), None) if type_ is not None else None
        if socket is not None:
            return Loader(name, socket.name, spelled(path, base))
    return None


def spelled(path: Path, base: Path | None) -> str:
    """A path as the workflow writes it: relative to its folder where it lies below that."""
    path = path.absolute()
    if base is not None and path.is_relative_to(base.absolute()):
        return path.relative_to(base.absolute()).as_posix()
    return path.as_posix()


def add_loaders(
    graph: Graph, loaders: Sequence[Loader], at: tuple[float, float], height: float = 180.0,
) -> tuple[Graph, list[str]]:
    """Put these nodes into a column. Also gives their ids."""
    made: list[str] = []
    for number, loader in enumerate(loaders):
        name = fresh(graph.nodes, loader.type)
        place = (at[0], at[1] + number * (height + GAP))
        graph = add_node(graph, loader.type, {loader.input: loader.value}, id=name, at=place)
        made.append(name)
    return graph, made


def takers(types: Mapping[str, NodeType]) -> dict[str, tuple[str, str]]:
    """The kinds of models that nodes of this machine take: kind -> (type of the node, input). Steering ones come first.

    A model of a provider may have any name, so those are left out.
    """
    found: dict[str, tuple[str, str]] = {}
    for type_ in types.values():
        if type_.lane == "remote" or type_.hidden:
            continue
        for socket in type_.inputs:
            hint = socket.hint(Model)
            if hint is not None and not hint.learns:  # whoever brings a model wants to use it, not to train it
                found.setdefault(hint.kind, (type_.id, socket.name))
    return dict(sorted(found.items(), key=lambda one: one[0] not in ("lora", "control", "upscale")))


def _of_model(path: Path, types: Mapping[str, NodeType], catalogue: Catalogue) -> Loader:
    """A LoRA or a model, by what the header of the file says. UserError where it is neither."""
    refusal: UserError | None = None
    known = takers(types)
    for kind in known:
        try:
            entry = catalogue.find(kind, str(path.absolute()), None)
        except UserError as error:
            refusal = refusal or error
            continue
        # It may serve several kinds; what it is in the first place goes before what it can also be.
        type_, name = known.get(entry.kind, known[kind])
        return Loader(type_, name, str(path.absolute()))
    raise refusal or UserError(f"No node uses the model {path.name}.", "Install a pack that does.")
