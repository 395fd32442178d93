"""What is known about models and licences: rows of data, each with its source and the day it was checked."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from ajar.errors import AjarError
from ajar.fits import Fit
from ajar.readings import Reading
from ajar.values import Image

UNKNOWN = "unknown"
Report = Callable[[float, str, "Image | None"], None]
"""Called between steps with (done 0..1, note, preview); raises Cancelled to stop."""
Form = Literal["folder", "checkpoint", "part", "gguf", "file"]
"""How a model lies on disk: a folder of parts, one file with all or most parts, one part alone, one part in GGUF,
or a file that is all there is (a LoRA, an upscaler)."""
ASIDE = ("readme", "license", "licence", "notice")
"""How files begin that lie beside a model and are not part of it."""
WORDS = "words.toml"
"""What a folder's file is called in which free words become what the model knows: it makes the picture as well."""
WEIGHTS = {".safetensors", ".gguf"}
SUFFIXES = {".json", ".txt", ".model", ".jinja", *WEIGHTS}


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
    """Size on disk, with what it borrows from others; None where it is not known."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    provider: str = ""
    """Of a model that runs elsewhere: whose it is. It has no path, and needs none."""
    where: str = ""
    """Where to put the files so that the model is found; empty where it is installed."""
    form: Form = "folder"
    part: str = ""
    """Of a lone part which one it is: ``transformer``, ``unet``, ``flux-vae``, ``clip-l``; of a LoRA that is none,
    which form it has: ``LoHa``."""
    base: Path | None = None
    """A folder with configurations and tokenizers of this kind of model, for forms that do not bring them."""
    parts: Mapping[str, Path] = field(default_factory=dict)
    """What a form that does not bring all borrows: the pipeline's part -> a folder or a file."""
    also: tuple[str, ...] = ()
    """Further kinds that it can serve."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that an installed model is loaded from, in a stable order; their content is its revision."""
        if self.path is None:
            return ()
        own = [*files_of(self.path), *(file for name in sorted(self.parts) for file in files_of(self.parts[name]))]
        settings = files_of(self.base) if self.base is not None and self.base.is_dir() else ()
        return tuple(dict.fromkeys([*own, *(file for file in settings if file.suffix not in WEIGHTS)]))


def files_of(path: Path) -> tuple[Path, ...]:
    """A model that is one file, or the index and all parts of a folder; cards and samples are not the model."""
    if path.is_file():
        return (path,)
    index = path / "model_index.json"
    if not index.is_file():
        return tuple(sorted(file for file in path.rglob("*") if _belongs(file, path)))
    parts = (part for part in path.iterdir() if part.is_dir() and not part.name.startswith("."))
    found = (file for part in parts for file in part.rglob("*") if file.is_file())
    return (index, *(file for file in (path / WORDS,) if file.is_file()), *sorted(found))


def _belongs(file: Path, folder: Path) -> bool:
    if file.suffix.lower() not in SUFFIXES or file.name.lower().startswith(ASIDE) or not file.is_file():
        return False
    return not any(part.startswith(".") for part in file.relative_to(folder).parts)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of itself."""

    words: tuple[str, ...] = ()
    """What wakes a LoRA up in a prompt, or what its pictures were tagged with most."""
    lines: tuple[tuple[str, str], ...] = ()
    """More of it, for people: (what, how it is)."""
    picture: bytes | None = None
    """A small picture of what it does, as a file of its own."""
    licence: str = ""
    """Its terms, as it or a file beside it names them; nobody checked that."""
    made_with: str = ""
    """The model it was made with, in whatever words."""
    examples: tuple[str, ...] = ()
    """Prompts that it understands, where it knows only a few words."""


class Catalogue(Protocol):
    """The models that this machine has or could have."""

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        """The installed model of this name, or at this path below ``base``. UserError says what is missing."""

    def entries(self) -> list[ModelEntry]:
        """All models, installed or not, in the order they are best shown in."""

    def misfit(self, kind: str, model: str, lora: str, base: Path | None = None) -> str | None:
        """A sentence where this LoRA can't be put on this model; None where it can, or nobody knows."""

    def fit(self, entry: ModelEntry, arguments: Mapping[str, Any]) -> Fit | None:
        """How an installed model will lie in memory for a node's arguments; None where there is nothing to reckon."""

    def hear(self, entry: ModelEntry, text: str, *, unwanted: bool = False) -> Reading | None:
        """What an installed model reads instead of a prompt, or of one that is ``unwanted``; None where it reads it."""

    def said(self, entry: ModelEntry) -> Said:
        """What an installed model's own file says of it; nobody checked that."""


@dataclass(frozen=True, slots=True)
class Licence:
    """The terms of a model's weights, or of a contract with a provider."""

    id: str
    name: str
    commercial: Literal["yes", "no", "conditional", "unknown"]
    conditions: str
    """What the answer "conditional" depends on, or what is always asked."""
    text: str
    """Where the full text is."""
    source: str
    checked: str
    attribution: str = ""
    """Words to show with what is published, ``{model}`` stands for its name; empty: none are known to be asked for."""
    restrictions: str = ""
    """What the terms forbid, and whether that passes on with the work; empty: nothing known."""
    names: tuple[str, ...] = ()
    """What files and model cards call it, in small letters."""


@dataclass(frozen=True, slots=True)
class Follows:
    """LoRAs that are under the terms of the model they were made for."""

    family: str
    words: tuple[str, ...]
    """One of them is in what the file says it was made with; an empty one always is."""
    licence: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Version:
    """Models without a row of their own, known by how their name begins."""

    title: str
    names: tuple[str, ...]
    licence: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The content of a licences.toml."""

    licences: Mapping[str, Licence]
    follows: tuple[Follows, ...] = ()
    versions: tuple[Version, ...] = ()


def read_terms(path: Path) -> Terms:
    """A licences.toml. AjarError where a row is incomplete."""
    plain = read_toml(path)

    def rows(name: str, kind: Callable[..., Any]) -> list[Any]:
        lists = (({key: tuple(value) if isinstance(value, list) else value for key, value in record.items()})
                 for record in plain.get(name, []))
        return [kind(**record) for record in lists]

    try:
        licences = rows("licence", Licence)
        return Terms({row.id: row for row in licences}, tuple(rows("follows", Follows)),
                     tuple(rows("version", Version)))
    except TypeError as error:
        raise AjarError(f"{path.name} has an incomplete row ({error}).", "Reinstall Ajar.") from None


def read_toml(path: Path) -> dict[str, Any]:
    """A file of facts. AjarError if it can't be read."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise AjarError(f"{path.name} can't be read ({error}).", "Reinstall Ajar.") from None
