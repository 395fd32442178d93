"""Finds what a lone file does not bring: VAE, text encoders, tokenizers, a second expert. Always in the same order."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from ajar.errors import UserError
from ajar.families import Base, Rows, Supply
from ajar.models import ModelEntry, files_of
from nodes.local.folders import check_folder
from nodes.local.ggufs import read_gguf
from nodes.local.headers import read_header
from nodes.local.recognise import Told

EXPERT = "expert"
VOCABULARY = "spiece_model"
"""The tensor in which ComfyUI's files of some text encoders carry the vocabulary."""
LISTED = "tokenizer.ggml."
"""How the facts about a vocabulary begin in a GGUF file."""
NOISE = ("high", "low")
TELLING = 4
"""Letters at the start of a file's name that say enough of what it might be."""
RANKS = {"F16": 0, "BF16": 0, "F32": 1}
"""What is lent first where several files are the same part: 16 bits, then 32, then 8."""


class Stock(Protocol):
    """What lies in the model folders."""

    @property
    def folders(self) -> Sequence[Path]: ...
    @property
    def resources(self) -> Path: ...
    @property
    def rows(self) -> Rows: ...
    def installed(self) -> Iterator[ModelEntry]:
        """The diffusers folders, in the order they are searched."""
    def files(self) -> Iterator[tuple[Path, Told]]:
        """The single files that were recognised, in the order they are searched."""
    def refused(self) -> Iterator[tuple[Path, str]]:
        """The files that are refused, each with the sentence that says why."""


class _Seen:
    """A stock that is looked through at most once."""

    def __init__(self, stock: Stock) -> None:
        self.folders, self.resources, self.rows = stock.folders, stock.resources, stock.rows
        self._stock = stock

    def installed(self) -> Iterator[ModelEntry]:
        yield from self._installed

    def files(self) -> Iterator[tuple[Path, Told]]:
        yield from self._files

    def refused(self) -> Iterator[tuple[Path, str]]:
        yield from self._stock.refused()

    @functools.cached_property
    def _installed(self) -> list[ModelEntry]:
        return list(self._stock.installed())

    @functools.cached_property
    def _files(self) -> list[tuple[Path, Told]]:
        return list(self._stock.files())


def completed(entry: ModelEntry, told: Told, stock: Stock, tokenizers: Callable[[], Sequence[Path]]) -> ModelEntry:
    """A file's entry with all that it borrows. UserError names what is missing and where to put it.

    For each part: Ajar's own tokenizers, then folders of the same family, then other folders with the same part, then
    single files that are it (the usual name first, then 16 bits before 32 before 8). A tokenizer may also lie in the
    file of its text encoder, or in ComfyUI itself.
    """
    assert entry.path is not None
    rule = stock.rows.bases.get(told.base)
    if rule is None:
        return entry
    stock = _Seen(stock)
    base = _base(told, stock, rule)
    parts: dict[str, Path] = {}
    missing: list[str] = []
    part = told.part
    for name, what in rule.parts.items():
        if what == EXPERT:
            part, other, found = _expert(entry.path, told, stock)
            name = other
        elif _brought(what, told) or (_bare(what) and (base / name).is_dir()):
            continue
        else:
            found = _lent(name, what, rule, stock, tokenizers)
        if found is not None:
            parts[name] = found
        elif name not in rule.optional:
            missing.append(what)
    if missing:
        raise _incomplete(entry, missing, stock)
    size = sum(file.stat().st_size for place in (entry.path, *parts.values()) for file in files_of(place))
    return replace(entry, base=base, part=part, parts=parts, bytes=size)


def _brought(what: str, told: Told) -> bool:
    return what in told.brings or (what.endswith("-vae") and "vae" in told.brings)


def _bare(what: str) -> bool:
    """Parts without weights, which our own folder of a base has."""
    return what.endswith(("-tokenizer", "-processor"))


def _base(told: Told, stock: Stock, rule: Base) -> Path:
    """Our own folder of configurations, else an installed one of the same family."""
    own = stock.resources / "bases" / told.base
    if (own / "model_index.json").is_file():
        return own
    same = (entry.path for entry in stock.installed() if entry.family in rule.families and entry.path is not None)
    return next(same, own)


def _lent(
    name: str, what: str, rule: Base, stock: Stock, tokenizers: Callable[[], Sequence[Path]]
) -> Path | None:
    own = stock.resources / "tokenizers" / what.removesuffix("-tokenizer")
    if what.endswith("-tokenizer") and own.is_dir():
        return own
    supply = stock.rows.supplies[what]
    found = _from_folders(name, what, rule, stock)
    if found is None and not _bare(what):
        found = _from_files(what, supply, stock)
    if found is None and supply.inside:
        found = _inside(supply.inside, stock)
    if found is None and supply.comfy:
        found = next((path for path in tokenizers() if path.name in supply.comfy), None)
    return found


def _from_folders(name: str, what: str, rule: Base, stock: Stock) -> Path | None:
    """The part of an installed folder; of the same family before others, whose part may have another name."""
    lenders: list[tuple[bool, Path]] = []
    for entry in stock.installed():
        assert entry.path is not None
        theirs = next((one.parts for one in stock.rows.bases.values() if entry.family in one.families), {})
        same = entry.family in rule.families
        part = name if same and theirs.get(name) == what else _part_called(theirs, what)
        if part and (entry.path / part).is_dir() and _sound(entry.path):
            lenders.append((not same, entry.path / part))
    return min(lenders, key=lambda lender: lender[0])[1] if lenders else None


def _part_called(parts: Mapping[str, str], what: str) -> str:
    return next((part for part, is_ in parts.items() if is_ == what), "")


def _sound(folder: Path) -> bool:
    try:
        check_folder(folder)
    except UserError:
        return False
    return True


def _from_files(what: str, supply: Supply, stock: Stock) -> Path | None:
    usual = supply.usual.lower()
    serve = (what, *supply.also)
    found = [(path, told) for path, told in stock.files() if told.part in serve and told.form in ("part", "gguf")]
    ranked = sorted(found, key=lambda item: (item[0].name.lower() != usual, RANKS.get(item[1].written, 2)))
    return ranked[0][0] if ranked else None


def _inside(what: str, stock: Stock) -> Path | None:
    """A text encoder's file in which its vocabulary lies too; one of ComfyUI before one of llama.cpp."""
    encoders = [path for path, told in stock.files() if told.part == what]
    encoders.sort(key=lambda path: path.suffix.lower() == ".gguf")
    return next(filter(_has_words, encoders), None)


def _has_words(path: Path) -> bool:
    if path.suffix.lower() != ".gguf":
        return VOCABULARY in read_header(path).tensors
    facts = read_gguf(path).facts
    return facts.get("tokenizer.ggml.model") == "t5" and f"{LISTED}tokens" in facts and f"{LISTED}scores" in facts


def _expert(path: Path, told: Told, stock: Stock) -> tuple[str, str, Path | None]:
    """Which expert this file is, what the other one is called, and where that lies."""
    mine = NOISE[0] if NOISE[0] in path.stem.lower() else NOISE[1]
    theirs = NOISE[1] if mine == NOISE[0] else NOISE[0]
    part, other = ("transformer", "transformer_2") if mine == NOISE[0] else ("transformer_2", "transformer")
    alike = [one for one, about in stock.files() if about.base == told.base and theirs in one.stem.lower()]
    wanted = path.stem.lower().replace(mine, theirs)
    alike.sort(key=lambda one: (one.stem.lower() != wanted, one.suffix != path.suffix, one.parent != path.parent))
    return part, other, alike[0] if alike else None


def _incomplete(entry: ModelEntry, missing: Sequence[str], stock: Stock) -> UserError:
    supplies = [stock.rows.supplies[what] for what in dict.fromkeys(missing)]
    titles = " and its ".join(supply.title for supply in supplies)
    wanted = " and ".join(f"{supply.usual} (from {supply.source})" for supply in supplies)
    place = stock.folders[0] if stock.folders else "your models folder"
    starts = tuple(start for supply in supplies if len(start := re.split(r"[_.-]", supply.usual.lower())[0]) >= TELLING)
    near = [said for path, said in stock.refused() if starts and path.name.lower().startswith(starts)]
    hint = " ".join([f"Put {wanted} into {place}.", *near[:2]])
    return UserError(f'The model "{entry.title}" comes without its {titles}.', hint)
