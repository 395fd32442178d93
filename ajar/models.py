"""What is known about models and licences: rows of data, each with its source and the day it was checked."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from ajar.errors import AjarError
from ajar.values import Image, Size

UNKNOWN = "unknown"
Report = Callable[[float, str, "Image | None"], None]
"""Called between steps with (done 0..1, note, preview); raises Cancelled to stop."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model: what it is, whose terms it is under, and where it lies if it is installed."""

    id: str
    """What a workflow writes as the model's name; for a model inside a project its absolute path."""
    title: str
    kind: str
    """``flux``, ``upscale`` or ``lora``: what a parameter with ``Model(kind)`` takes."""
    family: str
    """The group of models that share one way of loading, such as ``flux.1``."""
    open: bool
    licence: str
    """The id of a row of licences.toml, or ``unknown``."""
    path: Path | None
    """A folder or a file; None where the model is not on this machine."""
    source: str
    checked: str
    """The day the row was checked, ``2026-11-20``; empty for what was only found in a folder."""
    bytes: int | None
    """Size on disk; None where it is not known."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    provider: str = ""
    """Of a model that runs elsewhere: whose it is. It has no path, and needs none."""
    where: str = ""
    """Where to put the files so that the model is found; empty where it is installed."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that an installed model is loaded from, in a stable order; their content is its revision."""
        return files_of(self.path) if self.path is not None else ()


def files_of(path: Path) -> tuple[Path, ...]:
    """A model that is one file, or model_index.json and the parts beside it; cards and samples are not the model."""
    if path.is_file():
        return (path,)
    parts = (part for part in path.iterdir() if part.is_dir() and not part.name.startswith("."))
    found = (file for part in parts for file in part.rglob("*") if file.is_file())
    return (path / "model_index.json", *sorted(found))


class Catalogue(Protocol):
    """The models that this machine has or could have."""

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        """The installed model of this name, or at this path below ``base``. UserError says what is missing."""

    def entries(self) -> list[ModelEntry]:
        """All models, installed or not, in the order they are best shown in."""


class Painter(Protocol):
    """What ``Gpu.load(..., kind="flux")`` gives."""

    def paint(
        self, prompt: str, *, negative: str, size: Size | None, steps: int, guidance: float, seed: int, report: Report
    ) -> Image:
        """One picture. None and 0 stand for the model's own size, steps and guidance."""


class Enlarger(Protocol):
    """What ``Gpu.load(..., kind="upscale")`` gives."""

    scale: int
    """How many times larger its pictures are."""

    def enlarge(self, image: Image, report: Report) -> Image:
        """The picture, ``scale`` times larger, in its own depth and with its alpha."""


@dataclass(frozen=True, slots=True)
class Licence:
    """The terms of a model's weights."""

    id: str
    name: str
    commercial: Literal["yes", "no", "conditional"]
    conditions: str
    """What the answer "conditional" depends on, or what is always asked."""
    text: str
    """Where the full text is."""
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The content of models.toml."""

    models: tuple[ModelEntry, ...]
    generic: Mapping[str, Mapping[str, Any]]
    """Settings for models of a known kind that have no row of their own."""


def read_rows(path: Path) -> Rows:
    """The rows of a models.toml; a row's ``path`` is left out, as only a catalogue knows what is installed."""
    plain = _toml(path)
    return Rows(tuple(_row(path, record) for record in plain.get("model", [])), plain.get("generic", {}))


def read_licences(path: Path) -> dict[str, Licence]:
    """The rows of a licences.toml by id."""
    try:
        rows = [Licence(**record) for record in _toml(path).get("licence", [])]
    except TypeError as error:
        raise AjarError(f"{path.name} has an incomplete row ({error}).", "Reinstall Ajar.") from None
    return {row.id: row for row in rows}


def _row(path: Path, record: Mapping[str, Any]) -> ModelEntry:
    try:
        size = record["bytes"]
        return ModelEntry(
            id=record["id"], title=record["title"], kind=record["kind"], family=record["family"],
            open=record["open"], licence=record["licence"], path=None, source=record["source"],
            checked=str(record["checked"]), bytes=None if size == UNKNOWN else size, settings=record["settings"],
        )
    except KeyError as error:
        raise AjarError(f"{path.name} has a row without {error}.", "Reinstall Ajar.") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AjarError(f"{path.name} can't be read ({error}).", "Reinstall Ajar.") from None
