"""What a family of models is told by and loaded with: resources/families, one file a family."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ajar.errors import AjarError
from ajar.models import UNKNOWN, ModelEntry, read_toml

Row = TypeVar("Row")

@dataclass(frozen=True, slots=True)
class Pipeline:
    """A class of diffusers that may be loaded, and what each of its parts may be."""

    name: str
    kind: str
    """The kind of a folder whose model_index.json names this class."""
    also: tuple[str, ...]
    parts: Mapping[str, frozenset[str]]
    """Part -> allowed classes: ``CLIPTextModel``, or ``ltx2.LTX2Vocoder`` where diffusers keeps it in a pipeline."""
    optional: frozenset[str]
    """Parts that may be missing or empty; one that is not in ``parts`` must be."""
    unused: frozenset[str]
    """Parts that are never loaded; they need no weights."""


@dataclass(frozen=True, slots=True)
class FileMark:
    """How a single file of a family is told by the names and shapes of its tensors."""

    kind: str
    part: str
    """Empty for a checkpoint of all or most parts."""
    base: str
    """The name of the folder below resources/bases."""
    has: tuple[str, ...]
    """Names that must all be there, without the prefixes that programs put before them; ``*`` stands for anything."""
    lacks: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    """Name -> shape; -1 stands for any length."""
    named: tuple[str, ...]
    """Words of which one must be in the file's name, for models that differ in nothing else."""
    arch: tuple[str, ...]
    """What a GGUF file of it says its architecture is; empty: not checked."""
    also: tuple[str, ...]
    generic: str
    """The settings of a model without a row; empty: the first that fit the kind."""
    family: str
    why: str
    """What it is, where it is known and can't be run: ``a Lumina 2 model``."""


@dataclass(frozen=True, slots=True)
class Generic:
    """Settings for models of a known kind that have no row of their own."""

    kind: str
    when: Mapping[str, Any]
    """What the configuration must say: ``transformer.guidance_embeds`` of a part, ``expand_timesteps`` of the index."""
    by_file: bool
    """Taken only where a ``FileMark`` names it."""
    also: tuple[str, ...]
    family: str
    source: str
    checked: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Base:
    """What the pipelines of one kind of model are made of, besides the part that paints."""

    families: tuple[str, ...]
    """Folders of these families have the same parts, so they can lend them."""
    parts: Mapping[str, str]
    """Part -> what a file or a part of a folder must be to serve there: ``flux-vae``, ``t5-xxl``."""
    optional: frozenset[str]
    """Parts without which it works too."""


@dataclass(frozen=True, slots=True)
class Supply:
    """A part that several kinds of models borrow."""

    title: str
    usual: str
    """What its file or folder is usually called."""
    source: str
    comfy: tuple[str, ...] = ()
    """What ComfyUI calls a folder of such a tokenizer, in its own program."""
    inside: str = ""
    """The part in whose file it may lie, as a tensor ``spiece_model``."""
    also: tuple[str, ...] = ()
    """What else serves as it: parts that have all of it and more."""


@dataclass(frozen=True, slots=True)
class LoraMark:
    """What tells for which models a LoRA was made."""

    family: str
    title: str
    fits: tuple[str, ...]
    """Families of models that it can be put on."""
    names: tuple[str, ...]
    """Patterns of which one is in a layer's name, with ``_`` instead of dots and without what programs put before."""
    lacks: tuple[str, ...]
    inside: tuple[int, ...]
    """How many numbers such a layer takes, where that tells sizes of a family apart."""
    outside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The content of resources/families."""

    models: tuple[ModelEntry, ...]
    generic: Mapping[str, Generic]
    words: Mapping[str, str]
    """Kind -> what a sentence calls such a model."""
    modules: Mapping[str, str]
    """Kind -> the module with ``load(entry, device)``; kinds that are loaded as part of others have none."""
    pipelines: Mapping[str, Pipeline]
    folders: Mapping[str, str]
    """Class in the config.json of a folder that is one model -> kind."""
    files: tuple[FileMark, ...]
    bases: Mapping[str, "Base"]
    supplies: Mapping[str, "Supply"]
    """What a part can be recognised as -> what it is called, and where it is had."""
    loras: tuple[LoraMark, ...]
    """The first that fits tells what a LoRA was made for."""
    names: Mapping[str, str]
    """What the file of a model is usually called, in small letters and without its ending -> the id of its row."""

    def word(self, kind: str) -> str:
        """What a sentence calls a model of this kind."""
        return self.words.get(kind, f"model of the kind {kind}")

    def module(self, kind: str) -> str:
        """The module that loads this kind. KeyError where it is not loaded by itself."""
        return self.modules[kind]


def read_rows(folder: Path) -> Rows:
    """All families of a folder together. AjarError if a row is incomplete, or two families claim the same kind."""
    plain = {path: read_toml(path) for path in sorted(folder.glob("*.toml"))}
    plain = dict(sorted(plain.items(), key=lambda item: item[1].get("order", 100)))
    if not plain:
        raise AjarError(f"{folder} has no families of models.", "Reinstall Ajar.")
    read: list[Rows] = []
    for path, record in plain.items():
        try:
            read.append(_family(path.stem, record))
        except KeyError as error:
            raise AjarError(f"{path.name} has a row without {error}.", "Reinstall Ajar.") from None
    return Rows(
        models=tuple(row for rows in read for row in rows.models),
        generic=_joined(rows.generic for rows in read), words=_joined(rows.words for rows in read),
        modules=_joined(rows.modules for rows in read), pipelines=_joined(rows.pipelines for rows in read),
        folders=_joined(rows.folders for rows in read), files=tuple(row for rows in read for row in rows.files),
        bases=_joined(rows.bases for rows in read), supplies=_joined(rows.supplies for rows in read),
        loras=tuple(row for rows in read for row in rows.loras), names=_joined(rows.names for rows in read),
    )


def _joined(parts: Iterable[Mapping[str, Row]]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for part in parts:
        twice = found.keys() & part.keys()
        if twice:
            raise AjarError(f"Two families of models claim {min(twice)}.", "Reinstall Ajar.")
        found.update(part)
    return found


def _family(name: str, plain: Mapping[str, Any]) -> Rows:
    """One file. KeyError for what a row lacks."""
    words, own = plain["words"], {"module": f"nodes.local.families.{name}", **plain}
    modules = {kind: own["module"] for kind in words if own["module"]} | plain.get("modules", {})
    pipelines: dict[str, Pipeline] = {}
    for record in plain.get("pipeline", []):
        pipelines[record["class"]] = _pipeline(record, pipelines)
    return Rows(
        models=tuple(map(_model, plain.get("model", []))),
        generic={name: _generic(name, record) for name, record in plain.get("generic", {}).items()},
        words=words, modules=modules, pipelines=pipelines, folders=plain.get("folders", {}),
        files=tuple(map(_mark, plain.get("file", []))),
        bases={name: _base(record) for name, record in plain.get("bases", {}).items()},
        loras=tuple(map(_lora, plain.get("lora", []))),
        supplies={name: _supply(record) for name, record in plain.get("supplies", {}).items()},
        names={name.lower(): row["id"] for row in plain.get("model", []) for name in row.get("names", ())},
    )


def _model(record: Mapping[str, Any]) -> ModelEntry:
    size = record["bytes"]
    return ModelEntry(
        id=record["id"], title=record["title"], kind=record["kind"], family=record["family"], open=record["open"],
        licence=record["licence"], path=None, source=record["source"], checked=str(record["checked"]),
        bytes=None if size == UNKNOWN else size, settings=record["settings"], also=tuple(record.get("also", ())),
    )


def _pipeline(record: Mapping[str, Any], known: Mapping[str, Pipeline]) -> Pipeline:
    """One class; with ``like`` it has the parts of an earlier one, and says what is different."""
    like = known[record["like"]] if "like" in record else Pipeline("", "", (), {}, frozenset(), frozenset())
    own = {part: frozenset(classes) for part, classes in record.get("parts", {}).items()}
    return Pipeline(
        name=record["class"], kind=record["kind"], also=tuple(record.get("also", ())), parts={**like.parts, **own},
        optional=frozenset(record.get("optional", like.optional)), unused=frozenset(record.get("unused", like.unused)),
    )


def _mark(record: Mapping[str, Any]) -> FileMark:
    lists = {name: tuple(record.get(name, ())) for name in ("has", "lacks", "named", "arch", "also")}
    return FileMark(
        kind=record["kind"], part=record["part"], base=record.get("base", ""), family=record.get("family", UNKNOWN),
        shapes={name: tuple(shape) for name, shape in record.get("shapes", {}).items()},
        generic=record.get("generic", ""), why=record.get("why", ""), **lists,
    )


def _lora(record: Mapping[str, Any]) -> LoraMark:
    return LoraMark(
        family=record["family"], title=record["title"], fits=tuple(record["fits"]), names=tuple(record["names"]),
        lacks=tuple(record.get("lacks", ())), inside=tuple(record.get("inside", ())),
        outside=tuple(record.get("outside", ())),
    )


def _base(record: Mapping[str, Any]) -> Base:
    return Base(tuple(record["families"]), record["parts"], frozenset(record.get("optional", ())))


def _supply(record: Mapping[str, Any]) -> Supply:
    comfy, inside = tuple(record.get("comfy", ())), record.get("inside", "")
    return Supply(record["title"], record["usual"], record["source"], comfy, inside, tuple(record.get("also", ())))


def _generic(name: str, record: Mapping[str, Any]) -> Generic:
    about = {"kind", "when", "by_file", "also", "family", "source", "checked"}
    return Generic(
        kind=record.get("kind", name), when=record.get("when", {}), by_file=record.get("by_file", False),
        also=tuple(record.get("also", ())), family=record.get("family", UNKNOWN),
        source=record["source"], checked=str(record["checked"]),
        settings={key: value for key, value in record.items() if key not in about},
    )
