"""The models of this machine: rows of resources/families, what lies in the model folders, and paths of a project."""

import difflib
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from ajar.families import Generic, Rows
from ajar.fits import Fit
from ajar.models import UNKNOWN, Licence, ModelEntry, Said, Terms, files_of, read_terms
from ajar.readings import Reading
from nodes.local.companions import completed
from nodes.local.experts import OTHER, other_expert
from nodes.local.fitting import fit_here
from nodes.local.folders import (
    RESOURCES,
    check_folder,
    check_single,
    config_of,
    index_of,
    known_rows,
    pipeline_class,
    single_class,
)
from nodes.local.headers import PICKLES, refuse_pickle
from nodes.local.looking import Looking
from nodes.local.lora_facts import fits, lora_facts, thumbnail
from nodes.local.places import tokenizer_places
from nodes.local.recall import Recall
from nodes.local.recognise import Told, recognise
from nodes.local.searching import FILES, bytes_of, name_of
from nodes.local.wording import Words, avoid, hear, words_of

__all__ = ["RESOURCES", "Shelf"]

NOTHING = Generic("", {}, False, (), UNKNOWN, "", "", {})
WRITTEN = re.compile(r"[-_.]?(fp16|fp32|bf16|f16|f32|fp8(_e\dm\d\w*)?|i?q\d\w*|emaonly|pruned)+$", re.IGNORECASE)
"""How a file says in its name in which way it is written."""

PART, WHOLE = "vision-encoder", "model.safetensors"
"""The kind of a folder that lends the one file in it, and what that file is called."""

TELLERS = ("recognise.py", "lora_facts.py", "headers.py", "ggufs.py")
"""The code that tells what a file is."""


class Shelf:
    """The Catalogue of these folders; it looks again each time, so a model that was just added is found."""

    def __init__(
        self, folders: Sequence[Path], resources: Path = RESOURCES,
        tokenizers: Callable[[], Sequence[Path]] = tokenizer_places, memory: Path | None = None,
    ) -> None:
        """``folders`` are searched in order; the first is where a missing model should be put.

        ``memory`` is a file in which ``remember`` keeps what files were told to be, so that they are not read again.
        """
        self.folders = tuple(folders)
        self.resources = resources
        self.rows: Rows = known_rows(resources)
        self._tokenizers = tokenizers
        self._whole: dict[Path, tuple[tuple[Path, int, int], ...]] = {}
        """The folders that were found sound, and what their files were like then."""
        self._looking = Looking(self.folders)
        self._recall = Recall(memory, [*sorted((resources / "families").glob("*.toml")),
                                       *(Path(__file__).with_name(name) for name in TELLERS)])

    def remember(self) -> None:
        """Keep what files were told to be for the next start."""
        self._recall.keep()

    def licences(self) -> dict[str, Licence]:
        """The terms of all licences that rows speak of, by id."""
        return dict(self.terms.licences)

    @functools.cached_property
    def terms(self) -> Terms:
        """All that is known of terms. They come with Ajar, so they are read once."""
        return read_terms(self.resources / "licences.toml")

    def entries(self) -> list[ModelEntry]:
        """What has a row, installed or not, then what was only found; each name once."""
        found: dict[str, ModelEntry] = {}
        for entry in self._found():
            key = entry.id.lower()
            if key in found and entry.path is not None and found[key].path != entry.path:
                entry = replace(entry, id=entry.path.name)  # another form of the same model, or another kind
            found.setdefault(entry.id.lower(), entry)
        had = {entry.source for entry in found.values()}
        rows = [found.get(row.id.lower()) or self._missing(row) for row in self.rows.models
                if row.id.lower() in found or row.source not in had]
        listed = {row.id.lower() for row in rows}
        others = [entry for name, entry in found.items() if name not in listed]
        return rows + sorted(others, key=lambda entry: (entry.kind, entry.id.lower()))

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        """An installed model by name, or by its path: below ``base`` where that is given, else absolute.

        A file that does not bring all comes with what it borrows. UserError says what is missing, or why what lies
        there is refused.
        """
        entry = self._named(kind, name) or self._at_path(name, base)
        word = self.rows.word(kind)
        if entry is None:
            raise UserError(f'There is no {word} called "{name}".', self._advice(kind, name))
        if kind not in (entry.kind, *entry.also):
            raise UserError(f'"{name}" is not a {word}, but a {self.rows.word(entry.kind)}.', self._advice(kind, name))
        if entry.path is None:
            raise UserError(f'The model "{entry.title}" is not on this machine.', entry.where)
        if entry.path.is_dir():
            self._check_whole(entry.path)
        told = self._tell(entry.path) if entry.path.is_file() else None
        return completed(entry, told, self, self._tokenizers) if told is not None else entry

    def installed(self) -> Iterator[ModelEntry]:
        """The diffusers folders, in the order they are searched."""
        for path in self._places():
            if path.is_dir() and (path / "model_index.json").is_file():
                entry = self._entry(path)
                if entry is not None:
                    yield entry

    def files(self) -> Iterator[tuple[Path, Told]]:
        """The single files that were recognised, in the order they are searched; also in folders that are one part."""
        for path in self._places():
            lone = self.rows.folders.get(single_class(path) or "") == PART if path.is_dir() else False
            file = path / WHOLE if lone else path
            told = self._tell(file) if file.suffix.lower() in FILES and file.is_file() else None
            if told is not None:
                yield file, told

    def refused(self) -> Iterator[tuple[Path, str]]:
        """The files that look like models and are refused, each with the sentence that says why."""
        for path in self._places():
            if path.suffix.lower() in PICKLES and path.is_file():
                try:
                    refuse_pickle(path)
                except UserError as error:
                    yield path, f"{error.message} {error.hint}"
            if path.suffix.lower() in FILES and path.is_file() and self._tell(path) is None \
                    and (why := self._recall.refusal(path)):
                yield path, why

    def misfit(self, kind: str, model: str, lora: str, base: Path | None = None) -> str | None:
        """A sentence where this LoRA can't be put on this model; None where it can, or nobody knows."""
        return fits(self.find("lora", lora, base), self.find(kind, model, base), self.rows)

    def fit(self, entry: ModelEntry, arguments: Mapping[str, Any]) -> Fit | None:
        """How an installed model will lie in memory for a node's arguments; None where there is nothing to reckon."""
        return fit_here(entry, arguments, self)

    def hear(self, entry: ModelEntry, text: str, *, unwanted: bool = False) -> Reading | None:
        """What a model with a list of words reads instead of a prompt; None for all others."""
        words = self._words(entry)
        return None if words is None else avoid(text, words) if unwanted else hear(text, words)

    def said(self, entry: ModelEntry) -> Said:
        """What a LoRA's own file says of it: trigger words, what it was made for, its picture.

        Of a model with a list of words what can be asked of it, and nothing of others.
        """
        if (words := self._words(entry)) is not None:
            return Said(lines=words.lines(), examples=words.examples)
        if entry.kind != "lora" or entry.path is None:
            return Said()
        try:
            found = lora_facts(entry.path, self.rows)
        except UserError:
            return Said()
        made_for = next((mark.title for mark in self.rows.loras if mark.family == found.family), "")
        lines = (("Made for", made_for), ("Expert", {"high": "much noise", "low": "little noise"}.get(found.noise, "")),
                 ("Rank", str(found.rank or "")), ("Its own terms", found.licence))
        return Said(found.words, tuple((what, how) for what, how in lines if how), thumbnail(entry.path),
                    found.licence, found.made_with)

    def _words(self, entry: ModelEntry) -> Words | None:
        """None also where the list is broken, which is said when the model is loaded."""
        try:
            return words_of(entry)
        except UserError:
            return None

    def _named(self, kind: str, name: str) -> ModelEntry | None:
        if name.lower() in (row.id.lower() for row in self._own()):
            return next(entry for entry in self._found() if entry.id.lower() == name.lower())
        other = refused = None
        for path in self._places():
            if name.lower() in (path.name.lower(), name_of(path).lower()):
                entry = self._entry(path)
                if entry is not None and kind in (entry.kind, *entry.also):
                    return replace(entry, id=path.name) if name.lower() == path.name.lower() else entry
                other = other or entry
                refused = refused or path
        if other is None and refused is not None:
            self._say_why(refused)
        row = next((row for row in self.rows.models if row.id.lower() == name.lower()), None)
        return other or (self._missing(row) if row else None)

    def _at_path(self, name: str, base: Path | None) -> ModelEntry | None:
        path = Path(name)
        if name.startswith(("\\\\", "//")):  # a share: only asking for it would tell another machine who asks
            return None
        try:
            if base is not None:
                root = base.resolve()
                path = (root / name).resolve()
                if not path.is_relative_to(root):
                    return None
            elif not path.is_absolute():
                return None
            entry = self._entry(path)
        except (OSError, ValueError):  # a name that no file can have
            return None
        if entry is None:
            self._say_why(path)
        return replace(entry, id=str(path)) if entry else None

    def _own(self) -> list[ModelEntry]:
        """Ajar's own models, which lie in resources/."""
        own = (row for row in self.rows.models if "folder" in row.settings)
        return [row for row in own if (place := self.resources / row.settings["folder"]).is_file()
                or (place / "model_index.json").is_file()]

    def _places(self) -> Iterator[Path]:
        """Where models may lie: in a model folder, or some folders further down."""
        for spot in self._looking.spots():
            yield spot.path

    def _found(self) -> Iterator[ModelEntry]:
        for row in self._own():
            path = self.resources / row.settings["folder"]
            yield replace(row, path=path, bytes=bytes_of(path), form="file" if path.is_file() else "folder")
        yield from filter(None, map(self._entry, self._places()))

    def _tell(self, path: Path) -> Told | None:
        """What a file is; None where it is no model. A file is read again only when it has changed."""
        return self._recall.tell(path, lambda file: recognise(file, self.rows))

    def _entry(self, path: Path) -> ModelEntry | None:
        """What lies here; None where it is no model."""
        if path.is_dir():
            return self._folder(path)
        told = self._tell(path) if path.suffix.lower() in FILES else None
        if told is None:
            return None
        name = path.stem
        entry = self._of(name, told.kind, path, self.rows.generic.get(told.generic) or self._generic(told.kind, None))
        family = told.family if told.family != UNKNOWN else entry.family
        if told.kind == "lora" and (other := other_expert(path)):
            entry = replace(entry, parts={OTHER: other})
        return replace(entry, form=told.form, part=told.part, family=family, also=(*entry.also, *told.also))

    def _folder(self, path: Path) -> ModelEntry | None:
        pipeline = self.rows.pipelines.get(pipeline_class(path) or "")
        kind = pipeline.kind if pipeline else self.rows.folders.get(single_class(path) or "")
        if kind is None:
            return None
        entry = self._of(name_of(path), kind, path, self._generic(kind, path))
        return replace(entry, also=(*entry.also, *pipeline.also)) if pipeline else entry

    def _of(self, name: str, kind: str, path: Path, generic: Generic) -> ModelEntry:
        """With the facts of its row, where its name says which model it is."""
        short = WRITTEN.sub("", name.lower())
        named = {name.lower(), *(self.rows.names.get(one, "").lower() for one in (name.lower(), short))}
        row = next((row for row in self.rows.models if row.id.lower() in named and row.kind == kind), None)
        if row is not None:
            return replace(row, id=row.id if row.id.lower() == name.lower() else name, path=path, bytes=bytes_of(path))
        return ModelEntry(
            id=name, title=name, kind=kind, family=generic.family, open=True, licence=UNKNOWN, path=path,
            source="Found on this machine", checked="", bytes=bytes_of(path), settings=generic.settings,
            also=generic.also,
        )

    def _generic(self, kind: str, folder: Path | None) -> Generic:
        """The settings of a kind, of several those that fit what the folder says of itself."""
        fit = [row for row in self.rows.generic.values() if row.kind == kind and not row.by_file]
        says = (row for row in fit if not row.when or (folder and all(_says(folder, *one) for one in row.when.items())))
        return next(says, NOTHING)

    def _missing(self, row: ModelEntry) -> ModelEntry:
        if "folder" in row.settings:
            return replace(row, where=f"It belongs into {self.resources / row.settings['folder']}; reinstall Ajar.")
        place = self.folders[0] / row.id if self.folders else Path(row.id)
        put = f"Put the folder of {row.source} at {place}"
        fetched = row.source.startswith("https://huggingface.co/") or "repo" in row.settings
        return replace(row, where=f"{put}, or fetch it: ajar models get {row.id}." if fetched else f"{put}.")

    def _advice(self, kind: str, name: str) -> str:
        fit = [entry for entry in self.entries() if kind in (entry.kind, *entry.also) and entry.path is not None]
        names = [entry.id for entry in fit]
        near = difflib.get_close_matches(name, names, 1)
        if near:
            return f'Did you mean "{near[0]}"?'
        put = f"Put one into {self.folders[0]}." if self.folders else "Give the path of one in your project."
        return f"There are: {', '.join(names)}. {put}" if names else put

    def _check_whole(self, folder: Path) -> None:
        """UserError for a folder that is incomplete or hostile, before anything is loaded; once while it stays so."""
        if not (folder / "model_index.json").is_file():
            return  # of one part; what loads it looks closer
        stamp = tuple((file, (about := file.stat()).st_size, about.st_mtime_ns) for file in files_of(folder))
        if self._whole.get(folder) != stamp:
            check_folder(folder)
            self._whole[folder] = stamp

    def _say_why(self, path: Path) -> None:
        """UserError with the reason, where a file or folder looks like a model but is refused."""
        if path.is_file() and path.suffix.lower() in PICKLES:
            refuse_pickle(path)
        elif path.is_file() and path.suffix.lower() in FILES:
            recognise(path, self.rows)
        elif (path / "model_index.json").is_file():
            check_folder(path)
        elif (path / "config.json").is_file():
            check_single(path)
            raise UserError(
                f'The model folder "{path.name}" is of the kind {str(single_class(path))[:60]}, which Ajar can\'t run.',
                "Choose another one.",
            )


def _says(folder: Path, key: str, value: Any) -> bool:
    """Whether a folder's index (``key``) or the configuration of a part (``part.key``) says so."""
    part, _, name = key.rpartition(".")
    try:
        return bool((config_of(folder, part) if part else index_of(folder)).get(name) == value)
    except UserError:  # said when the model is loaded
        return False
