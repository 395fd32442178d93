"""The words of a model, out of the words.toml in its folder, and what else people say for them."""

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from ajar.models import WORDS, ModelEntry

LARGEST = 256 * 1024
"""Bytes; such a file has a few thousand words."""
KINDS = ("relations", "styles", "textures", "patterns", "ways", "things", "extras", "lands", "hours", "weathers",
         "turns", "sizes", "colours", "places", "motions")
"""The tables with words of the model. A word that stands in two means what the first says."""
HELP = (
    ("Things it knows", (("", "things"),)), ("Colours", (("", "colours"),)),
    ("How things are", (("", "sizes"), ("", "textures"))),
    ("Where they are", (("", "relations"),)), ("How they move", (("", "motions"),)),
    ("Landscapes", (("", "lands"), ("at ", "hours"), ("in ", "weathers"), ("with ", "extras"), ("turning ", "turns"))),
    ("Patterns", (("", "patterns"), ("", "ways"))), ("Styles", (("", "styles"),)),
)
"""What a person is told: a title, and which tables follow each other, each with what stands before it."""
DEFAULTS: Mapping[str, Any] = {
    "nothing": "", "stand_in": "", "land": "", "motion": "", "most": 1, "grounds": (), "inks": (), "examples": (),
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word or phrase stands for."""

    kind: str
    """One of KINDS, or ``instead``, ``filler``, ``shade``, ``number``."""
    word: str
    """The model's own word; of ``instead`` all the words."""
    how: str = "like"
    """``like``, ``near``, ``swapped`` or ``guessed``, as in the file."""


@dataclass(frozen=True, slots=True)
class Words:
    """All that a file says."""

    name: str
    """What a sentence about unknown words begins with."""
    makes: str
    """What a sentence about the caption begins with."""
    lexicon: Mapping[str, Meaning]
    """By words in small letters with one space between them."""
    longest: int
    """Words in the longest phrase."""
    rows: Mapping[str, Mapping[str, Row]]
    """Kind -> word -> its row."""
    plain: Mapping[str, Any]
    """What stands outside the tables: defaults and examples."""

    def said(self, kind: str, word: str) -> str:
        """How a word stands in a caption."""
        return str(self.rows[kind][word].get("say", word))

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What can be asked for, for people: (what, the words)."""
        found = ((title, [before + ", ".join(self.rows[kind]) for before, kind in parts if self.rows[kind]])
                 for title, parts in HELP)
        return tuple((title, "; ".join(words)) for title, words in found if words)

    @property
    def examples(self) -> tuple[str, ...]:
        """Prompts that it understands whole."""
        return tuple(map(str, self.plain["examples"]))


def words_of(entry: ModelEntry) -> Words | None:
    """The words of an installed model; None where its folder brings no such file. UserError if that is broken."""
    file = entry.path / WORDS if entry.path is not None else None
    if file is None or not file.is_file():
        return None  # also where the path is a single file
    about = file.stat()
    return _read(file, about.st_size, about.st_mtime_ns)


@functools.lru_cache(maxsize=8)
def _read(file: Path, size: int, changed: int) -> Words:
    if size > LARGEST:
        raise UserError(f'The file "{file.parent.name}/{WORDS}" is larger than a list of words ever is.',
                        "Download the model again.")
    try:
        return read_words(file.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f'The words of the model "{file.parent.name}" can\'t be read: {error}.',
                        f"Correct {WORDS} in its folder, or download it again.") from None


def read_words(text: str) -> Words:
    """What such a file says. ValueError, KeyError, TypeError or AttributeError where it is none."""
    plain = tomllib.loads(text)
    rows: dict[str, dict[str, Row]] = {kind: dict(plain.get(kind, {})) for kind in KINDS}
    lexicon: dict[str, Meaning] = {}
    for phrase, meaning in _phrases(plain, rows):
        lexicon.setdefault(" ".join(phrase.casefold().replace("-", " ").split()), meaning)
    own = {**DEFAULTS, **{name: value for name, value in plain.items() if name not in KINDS}}
    _check(own, rows)
    longest = max((phrase.count(" ") + 1 for phrase in lexicon), default=1)
    return Words(str(plain["name"]), str(plain.get("makes", "It paints")), lexicon, longest, rows, own)


def _phrases(plain: Mapping[str, Any], rows: Mapping[str, Mapping[str, Row]]) -> Iterator[tuple[str, Meaning]]:
    for how in ("", "like", "swapped", "near", "guessed"):
        for kind in KINDS:
            for word, row in rows[kind].items():
                for phrase in row.get(how, ()) if how else (word, row.get("say", word)):
                    yield phrase, Meaning(kind, word, how or "like")
        if how == "like":
            yield from ((phrase, Meaning("instead", words)) for phrase, words in plain.get("instead", {}).items())
    passed = plain.get("fillers", {})
    for kind, name in (("shade", "shades"), ("number", "numbers"), ("filler", "words")):
        yield from ((phrase, Meaning(kind, phrase)) for phrase in passed.get(name, ()))


def _check(own: Mapping[str, Any], rows: Mapping[str, Mapping[str, Row]]) -> None:
    """ValueError where the file speaks of a word that it does not have."""
    named = [("things", own["stand_in"]), ("lands", own["land"]), ("motions", own["motion"])]
    named += [("colours", one) for one in (*own["grounds"], *own["inks"])]
    for kind in ("things", "lands", "hours", "places", "extras"):
        named += [("colours", row.get("colour", "")) for row in rows[kind].values()]
    named += [("colours", one) for row in rows["things"].values() for one in row.get("colours", ())]
    named += [("lands", row.get("land", "")) for row in rows["hours"].values()]
    named += [("relations", row.get("mirror", "")) for row in rows["relations"].values()]
    named += [("textures", row.get("texture", "")) for row in rows["patterns"].values()]
    named += [("things", row.get("thing", "")) for row in rows["extras"].values()]
    named += [("hours", hour) for row in rows["extras"].values() for hour in row["hours"]]
    missing = next(((kind, word) for kind, word in named if word and word not in rows[kind]), None)
    if missing is not None:
        raise ValueError(f"there is no {missing[1]!r} among the {missing[0]}")
    if not own["grounds"] or not own["inks"]:
        raise ValueError("no grounds and no inks are named")
