"""One take: a result that was kept, and what is known of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a take when it is made."""

    document: str
    """The key of the document: its file, or ``draft:...``."""
    node: str
    """The id of the node, ``use/inner`` inside a group."""
    kind: str
    """``image``, ``mask``, ``video``, ``audio``, ``mesh`` or ``text``."""
    workflow: str = ""
    """What the document is called."""
    title: str = ""
    """What the node is called."""
    width: int = 0
    height: int = 0
    seconds: float | None = None
    """How long it took to make."""
    seed: int | None = None
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    prompt: str = ""
    stage: str = "draft"
    cost: float | None = 0.0
    """In dollars; None where it is not known."""
    licence: str = ""
    revision: str = ""
    """Of the model: a digest of its files, or of a hosted one the provider's name of it."""
    parents: tuple[int, ...] = ()
    """The ids of the takes that this one was made from: what flowed into it, or the draft that was promoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Facts):
    """One result that was kept."""

    id: int
    made: float
    """Seconds since 1970."""
    number: int
    """Counted from 1 for each node of a document."""
    path: Path
    rating: int = 0
    note: str = ""
    tags: tuple[str, ...] = ()
    digest: str = ""
    """BLAKE3 of the file as it was kept; empty for takes of earlier versions."""
    locked: bool = False
    """It can't be thrown away, and stays what flows on whatever is made after it."""
    confidential: bool = False
    """It was made from something that is, or was marked: it reaches no other machine."""
    thrown: bool = False
    lost: bool = False
    """Whether somebody had taken the file away when this was read."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose among in a search."""

    models: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


FACTS = tuple(fact.name for fact in fields(Facts))


def words_of(facts: Facts, note: str = "", tags: Collection[str] = ()) -> str:
    """All that a search looks through, in small letters."""
    name = "" if facts.document.startswith("draft:") else Path(facts.document).stem
    seed = "" if facts.seed is None else str(facts.seed)
    parts = (facts.prompt, facts.model, facts.title, facts.node, facts.workflow, name, note, *tags, facts.kind, seed)
    return "\n".join(part for part in parts if part).casefold()


def value_of(take: Take) -> Any:
    """The value that lies in the file of a take, read as far as its head. AjarError where that can't be done."""
    from ajar.errors import AjarError
    from ajar.values import Audio, Image, Mesh, Video

    if not take.path.is_file():
        raise AjarError(f"{take.path.name} is not in the folder of takes any more.", "Make it again from its workflow.")
    if take.kind == "text":
        return take.path.read_text("utf-8", "replace")
    kinds: dict[str, Any] = {"video": Video, "audio": Audio, "mesh": Mesh}
    return kinds.get(take.kind, Image).open(take.path)
