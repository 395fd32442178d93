"""The templates that come with Ajar as data, and which models each of them wants. Knows no Qt."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ajar.contract import NodeType
from ajar.errors import AjarError
from ajar.hints import Model
from ajar.models import Catalogue, Licence
from canvas.kit import words
from workflows.flatten import unfold
from workflows.format import load
from workflows.graph import Graph

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "templates"
KINDS = {"flux": "Flux model", "upscale": "upscaling model", "lora": "LoRA"}


@dataclass(frozen=True, slots=True)
class Template:
    """A row of index.toml."""

    name: str
    title: str
    sentence: str
    shows: str
    needs: str
    file: Path
    picture: Path | None

    def fits(self, text: str) -> bool:
        """Whether all the words occur in it."""
        said = f"{self.title} {self.sentence} {self.shows} {self.needs}".casefold()
        return all(word in said for word in text.casefold().split())


@dataclass(frozen=True, slots=True)
class Want:
    """A model that a template wants and that is not here."""

    kind: str
    name: str
    title: str
    bytes: int | None
    licence: str
    where: str
    """What to do to get it."""

    @property
    def short(self) -> str:
        """``Needs a LoRA``, ``Needs FLUX.1 [schnell], 34 GB``."""
        if self.bytes is None:
            return f"Needs {_article(KINDS.get(self.kind, 'model'))}"
        return f"Needs {self.title}, {words.size(self.bytes)}"

    @property
    def long(self) -> str:
        """All that is known, and how to get it."""
        return " ".join(part for part in (f"{words.facts(self.short, self.licence)}.", self.where) if part)


def templates(folder: Path = FOLDER) -> tuple[Template, ...]:
    """All templates in their order; those whose file is gone are left out."""
    try:
        rows = tomllib.loads((folder / "index.toml").read_text("utf-8"))["template"]
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return ()
    made = []
    for row in rows:
        file, picture = folder / f"{row['name']}.json", folder / f"{row['name']}.jpg"
        if file.is_file():
            made.append(Template(row["name"], row["title"], row["sentence"], row["shows"], row["needs"], file,
                                 picture if picture.is_file() else None))
    return tuple(made)


def models_of(graph: Graph, types: Mapping[str, NodeType]) -> list[tuple[str, str]]:
    """(kind, name) of every model that nodes of the graph use, those inside groups too."""
    found: dict[tuple[str, str], None] = {}
    for node in unfold(graph).graph.nodes.values():
        type_ = types.get(node.type)
        for socket in type_.inputs if type_ is not None else ():
            hint = socket.hint(Model)
            value = node.inputs.get(socket.name, socket.default) if hint is not None else None
            if hint is not None and isinstance(value, str) and value:
                found[hint.kind, value] = None
    return list(found)


def missing(models: Iterable[tuple[str, str]], catalogue: Catalogue, licences: Mapping[str, Licence],
            base: Path | None = None) -> list[Want]:
    """Which of these models are not on this machine, and how to get them."""
    wants = []
    for kind, name in models:
        try:
            catalogue.find(kind, name, base)
        except AjarError as error:
            rows = (row for row in catalogue.entries() if row.kind == kind)
            row = next((row for row in rows if row.id.lower() == name.lower()), None)
            licence = licences.get(row.licence) if row is not None else None
            wants.append(Want(kind, name, row.title if row else name, row.bytes if row else None,
                              licence.name if licence else "", row.where if row and row.where else error.hint))
    return wants


def wants_of(template: Template, types: Mapping[str, NodeType], catalogue: Catalogue,
             licences: Mapping[str, Licence]) -> Sequence[Want]:
    """What a template wants that is not here; nothing where its file can't be read, which is said when it is opened."""
    try:
        return missing(models_of(load(template.file), types), catalogue, licences, template.file.parent)
    except AjarError:
        return ()


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"
