"""The models of this machine: rows of models.toml, what lies in the model folders, and paths of a project."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, UserError
from ajar.families import Generic, Rows
from ajar.fits import Fit
from ajar.models import UNKNOWN, Licence, ModelEntry, files_of, read_licences
from nodes.local import devices
from nodes.local.fitting import judge
from nodes.local.folders import RESOURCES, check_folder, config_of, index_of, known_rows, pipeline_class
from nodes.local.headers import PICKLES, read_header

NOTHING = Generic("", {}, (), UNKNOWN, "", "", {})
LORA_MARKS = (".lora_A.", ".lora_B.", ".lora_down.", ".lora_up.", ".lora.down.", ".lora.up.")
__all__ = ["RESOURCES", "Shelf"]


class Shelf:
    """The Catalogue of these folders; it looks again each time, so a model that was just added is found."""

    def __init__(self, folders: Sequence[Path], resources: Path = RESOURCES) -> None:
        """``folders`` are searched in order; the first is where a missing model should be put."""
        self.folders = tuple(folders)
        self.resources = resources
        self.rows: Rows = known_rows(resources)

    def licences(self) -> dict[str, Licence]:
        """The terms of all licences that rows speak of, by id."""
        return read_licences(self.resources / "licences.toml")

    def entries(self) -> list[ModelEntry]:
        """What has a row, installed or not, then what was only found; each name once."""
        found = {entry.id.lower(): entry for entry in reversed(list(self._found()))}
        rows = [found.get(row.id.lower()) or self._missing(row) for row in self.rows.models]
        others = [entry for name, entry in found.items() if name not in {row.id.lower() for row in rows}]
        return rows + sorted(others, key=lambda entry: (entry.kind, entry.id.lower()))

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        """An installed model by name, or by its path: below ``base`` where that is given, else absolute.

        UserError says what is missing, or why what lies there is refused.
        """
        entry = self._named(name) or self._at_path(name, base)
        word = self.rows.word(kind)
        if entry is None:
            raise UserError(f'There is no {word} called "{name}".', self._advice(kind, name))
        if kind not in (entry.kind, *entry.also):
            raise UserError(f'"{name}" is not a {word}, but a {self.rows.word(entry.kind)}.', self._advice(kind, name))
        if entry.path is None:
            raise UserError(f'The model "{entry.title}" is not on this machine.', entry.where)
        return entry

    def fit(self, entry: ModelEntry, arguments: Mapping[str, Any]) -> Fit | None:
        """Whether this installed model fits here for a node's arguments; None where there is nothing to reckon."""
        try:
            room = devices.room(devices.find_device())
            return judge(entry, arguments, room, _lazily(self.entries))
        except AjarError:  # of a damaged file; said when it is loaded
            return None

    def _named(self, name: str) -> ModelEntry | None:
        if name.lower() in (row.id.lower() for row in self._own()):
            return next(entry for entry in self._found() if entry.id.lower() == name.lower())
        refused = None
        for path in self._places():
            if name.lower() in (path.name.lower(), path.stem.lower()):
                entry = self._entry(path)
                if entry is not None:
                    return entry
                refused = refused or path
        if refused is not None:
            _say_why(refused)
        row = next((row for row in self.rows.models if row.id.lower() == name.lower()), None)
        return self._missing(row) if row else None

    def _at_path(self, name: str, base: Path | None) -> ModelEntry | None:
        path = Path(name)
        if base is not None:
            root = base.resolve()
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                return None
        elif not path.is_absolute():
            return None
        entry = self._entry(path)
        if entry is None:
            _say_why(path)
        return replace(entry, id=str(path)) if entry else None

    def _own(self) -> list[ModelEntry]:
        """Ajar's own models, which lie in resources/."""
        own = (row for row in self.rows.models if "folder" in row.settings)
        return [row for row in own if (self.resources / row.settings["folder"] / "model_index.json").is_file()]

    def _places(self) -> Iterator[Path]:
        """Where models may lie: in a model folder, or one folder further down."""
        for folder in self.folders:
            for path in _children(folder):
                yield path
                if path.is_dir() and not (path / "model_index.json").is_file():
                    yield from _children(path)

    def _found(self) -> Iterator[ModelEntry]:
        for row in self._own():
            path = self.resources / row.settings["folder"]
            yield replace(row, path=path, bytes=_bytes(path))
        yield from filter(None, map(self._entry, self._places()))

    def _entry(self, path: Path) -> ModelEntry | None:
        """What lies here; None where it is no model."""
        if path.is_dir():
            pipeline = self.rows.pipelines.get(pipeline_class(path) or "")
            kind = pipeline.kind if pipeline else None
            name = path.name
        else:
            kind = _file_kind(path)
            name = path.stem
        if kind is None:
            return None
        row = next((row for row in self.rows.models if row.id.lower() == name.lower() and row.kind == kind), None)
        if row is not None:
            return replace(row, path=path, bytes=_bytes(path))
        generic = self._generic(kind, path)
        return ModelEntry(
            id=name, title=name, kind=kind, family=generic.family, open=True, licence=UNKNOWN, path=path,
            source="Found on this machine", checked="", bytes=_bytes(path), settings=generic.settings,
            form="folder" if path.is_dir() else "file", also=generic.also,
        )

    def _generic(self, kind: str, path: Path) -> Generic:
        """The settings that fit what the folder says of itself."""
        fit = [row for row in self.rows.generic.values() if row.kind == kind]
        return next((row for row in fit if all(_says(path, *item) for item in row.when.items())), NOTHING)

    def _missing(self, row: ModelEntry) -> ModelEntry:
        if "folder" in row.settings:
            return replace(row, where=f"It belongs into {self.resources / row.settings['folder']}; reinstall Ajar.")
        place = self.folders[0] / row.id if self.folders else Path(row.id)
        return replace(row, where=f"Put the folder of {row.source} at {place}.")

    def _advice(self, kind: str, name: str) -> str:
        names = [entry.id for entry in self.entries() if entry.kind == kind and entry.path is not None]
        near = difflib.get_close_matches(name, names, 1)
        if near:
            return f'Did you mean "{near[0]}"?'
        if names:
            return f"There are: {', '.join(names)}."
        return f"Put one into {self.folders[0]}." if self.folders else "Give the path of one in your project."


def _lazily(entries: Callable[[], list[ModelEntry]]) -> Iterator[ModelEntry]:
    """All entries, looked for when the first is asked for: mostly none is."""
    yield from entries()


def _says(folder: Path, key: str, value: Any) -> bool:
    """Whether a folder's index (``key``) or the configuration of a part (``part.key``) says so."""
    part, _, name = key.rpartition(".")
    try:
        return bool((config_of(folder, part) if part else index_of(folder)).get(name) == value)
    except UserError:  # said when the model is loaded
        return False


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def _file_kind(path: Path) -> str | None:
    """A LoRA or an upscaler, told by the names of its tensors; None for anything else, also damaged files."""
    if path.suffix.lower() != ".safetensors":
        return None
    try:
        names = read_header(path).tensors
    except UserError:
        return None
    return "lora" if any(mark in name for name in names for mark in LORA_MARKS) else "upscale"


def _say_why(path: Path) -> None:
    """UserError with the reason, where a file or folder looks like a model but is refused."""
    if path.is_file() and path.suffix.lower() in {*PICKLES, ".safetensors"}:
        read_header(path)
    elif (path / "model_index.json").is_file():
        check_folder(path)


def _bytes(path: Path) -> int:
    return sum(file.stat().st_size for file in files_of(path))
