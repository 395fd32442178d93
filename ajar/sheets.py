"""A compare sheet as a page: what stands in its rows, columns and cells, and where that lies.

Lengths are those of a page whose cells are ``BASE`` wide; the page grows with its cells.
"""

import json
import statistics
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ajar import film, pictures
from ajar.errors import UserError
from ajar.letters import face_for, shortened, wrapped
from ajar.values import Image, Video

Mode = Literal["dark", "light"]
Door = Literal["open", "closed", ""]
BASE = 240
"""The width of a cell that all other lengths belong to."""
MARGIN, GAP, FOOT, LEFT, BETWEEN = 28, 12, 28, 158, 22
"""Round the page, between cells, below a cell, for the heads of rows, between rows."""
WIDEST, TALLEST = 2.4, 0.5
"""The shapes a cell may have."""
LINE = 1.4


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a row: a model, or one value of a parameter."""

    title: str
    door: Door = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What is in one cell."""

    picture: Image | None = None
    words: str = ""
    """Where there is no picture: why, in a sentence."""
    trouble: bool = False
    """The words tell of an error."""
    price: str = ""
    paid: bool = False
    """The price was or will be charged."""
    time: str = ""
    rating: int = 0
    mark: str = ""
    """Short words over the picture: ``Best for this prompt``."""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole sheet. ``places`` go row by row."""

    rows: tuple[Head, ...]
    columns: tuple[str, ...]
    places: tuple[Place, ...]
    title: str = ""
    under: str = ""
    """A line below the title."""
    feet: tuple[str, ...] = ()
    """Lines at the foot of the page: licence, prices, date."""
    ask: str = "Prompt #"
    """What the columns are, with # for their number; empty: they are only called what they are called."""

    def asked(self, column: int) -> str:
        """What stands above the label of a column."""
        return self.ask.replace("#", str(column + 1))


@dataclass(frozen=True, slots=True)
class Style:
    """Colours by their names, and the fonts."""

    colours: Mapping[str, tuple[int, int, int]]
    regular: Path
    bold: Path
    faces: dict[tuple[bool, int], Any] = field(default_factory=dict, compare=False)

    def __getitem__(self, name: str) -> tuple[int, int, int]:
        return self.colours[name]

    def face(self, height: int, *, bold: bool = False, text: str = "") -> Any:
        """A font; one of the system's where the own one lacks a letter."""
        path = self.bold if bold else self.regular
        if text and not text.isascii():
            return face_for(path, height, text)
        if (bold, height) not in self.faces:
            self.faces[bold, height] = face_for(path, height)
        return self.faces[bold, height]


def style(resources: Path, mode: Mode) -> Style:
    """The look of the window, from its folder of resources."""
    tokens = tomllib.loads((resources / "themes" / "ajar.toml").read_text("utf-8"))[mode]
    colours = {
        f"{part}.{name}": (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))
        for part in ("surface", "text", "border", "semantic", "tint", "board")
        for name, value in tokens[part].items() if isinstance(value, str)
    }
    return Style(colours, resources / "fonts" / "Inter-Regular.ttf", resources / "fonts" / "Inter-SemiBold.ttf")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are on a page, in pixels."""

    scale: float
    cell: tuple[int, int]
    top: int
    """Where the first row begins."""
    left: int
    """Where the first cell begins."""
    rows: tuple[tuple[int, int], ...]
    """(top, height) of each row."""
    size: tuple[int, int]
    columns: int

    def box(self, index: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of a cell."""
        row, column = divmod(index, self.columns)
        return (self.left + column * (self.cell[0] + self.px(GAP)), self.rows[row][0], *self.cell)

    def px(self, length: float) -> int:
        return round(length * self.scale)


def laid_out(page: Page, look: Style, cell: int) -> Layout:
    """The layout of a page whose cells are ``cell`` pixels wide. UserError where it would be too large."""
    scale = cell / BASE
    shapes = [place.picture.width / place.picture.height for place in page.places if place.picture is not None]
    shape = min(WIDEST, max(TALLEST, statistics.median(shapes))) if shapes else 16 / 9
    high = round(cell / shape)

    def px(length: float) -> int:
        return round(length * scale)

    count = max(len(page.columns), 1)
    top = px(MARGIN) + (px(34) if page.title else 0) + (px(20) if page.under else 0)
    top += (px(10) if page.title or page.under else 0) + _heads(page, look, cell, scale)
    rows, y = [], top
    for head in page.rows:
        own = title_height(head, look, scale) + (px(26) if head.door else 0) + sum(
            px(12 * LINE) * len(lines_of(look, line, px(12), px(LEFT - 14))) for line in head.lines)
        tall = max(high + px(FOOT), own)
        rows.append((y, tall))
        y += tall + px(2 * BETWEEN)
    left = px(MARGIN) + (px(LEFT) if any(head.title or head.lines for head in page.rows) else 0)
    wide = left + count * cell + (count - 1) * px(GAP) + px(MARGIN)
    y += px(16) * len(foot_lines(page, look, scale, wide - 2 * px(MARGIN))) + (px(6) if page.feet else 0)
    size = (wide, max(y - px(BETWEEN) + px(MARGIN), 1))
    if size[0] * size[1] > pictures.MAX_PIXELS:
        raise UserError(f"The sheet would have {size[0]} x {size[1]} pixels, which is too many.",
                        "Make the cells smaller.")
    return Layout(scale, (cell, high), top, left, tuple(rows), size, count)


def foot_lines(page: Page, look: Style, scale: float, room: int) -> list[str]:
    """The foot in lines that are not wider than ``room`` pixels: terms are not cut short."""
    return [line for foot in page.feet for line in lines_of(look, foot, round(11 * scale), room, most=6)]


def title_lines(head: Head, look: Style, scale: float) -> tuple[list[str], float]:
    """The title of a row in lines, and the size of its letters: a long one is a prompt, and smaller."""
    size = 15.0 if len(head.title) <= 24 else 13.0
    return lines_of(look, head.title, round(size * scale), round((LEFT - 14) * scale), bold=True, most=5), size


def title_height(head: Head, look: Style, scale: float) -> int:
    lines, size = title_lines(head, look, scale)
    return round(6 * scale) + round(size * LINE * scale) * max(len(lines), 1)


def _heads(page: Page, look: Style, cell: int, scale: float) -> int:
    """The height of the heads of the columns."""
    if not any(page.columns):
        return 0
    small = round(13 * scale)
    most = max(len(lines_of(look, text, small, cell - round(8 * scale), bold=True)) for text in page.columns)
    return round((18 if page.ask else 0) * scale) + round(small * LINE) * most + round(12 * scale)


def lines_of(look: Style, text: str, size: int, room: int, *, bold: bool = False, most: int = 2) -> list[str]:
    """A text in at most so many lines; what is too long ends with an ellipsis."""
    face = look.face(max(6, size), bold=bold, text=text)
    lines = wrapped(text, face, room)
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), face, room)]
    return lines


def texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Labels of rows and columns: numbers as people write them, texts in one line."""
    return tuple(" ".join(f"{value:g}".split()) if isinstance(value, float) else " ".join(str(value).split())
                 for value in values)


def with_seeds(columns: Iterable[Any], seeds: Sequence[Any]) -> tuple[str, ...]:
    """The labels of columns, each with its seed where not all have the same."""
    labels = texts(columns)
    if len(set(seeds)) < 2 or len(seeds) != len(labels):
        return labels
    told = (f"{label} · seed {seed}" if label else f"seed {seed}" for label, seed in zip(labels, seeds, strict=True))
    return tuple(told)


def heads_of(count: int, rows: Sequence[str], columns: Sequence[str], seeds: Sequence[Any] = (),
             ) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels of the rows and of the columns of so many cells. UserError where they do not go up.

    Rows may be told cell by cell, as a grid tells them: a row is as wide as its label goes on.
    """
    if len(rows) == len(columns) == count > 0:
        wide = next((number for number, label in enumerate(rows) if label != rows[0]), count)
        rows, columns, seeds = rows[::wide], columns[:wide], seeds[:wide]
    labels = with_seeds(columns, seeds)
    wide = len(labels) or (max(1, -(-count // len(rows))) if rows else count)
    if wide and count % wide:
        raise UserError(f"There are {count} cells, which do not fill rows of {wide}.",
                        "Wire as many labels of columns as there are cells in a row.")
    tall = count // max(wide, 1)
    return tuple([*rows, *[""] * tall][:tall]), tuple([*labels, *[""] * wide][:wide])


def values_in(text: str) -> list[Any]:
    """The lines of a text as values: numbers and yes or no where all of them are, else texts. None: one empty text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [value_in(line) for line in lines]
    return (found if all(not isinstance(one, str) for one in found) else lines) or [""]


def value_in(text: str) -> Any:
    """A number, or yes or no, where the text is one; else the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (int, float, bool)) else text


def still(video: Video, at: float) -> Image:
    """The picture of a film at a part of its length, 0 to 1."""
    last = max(video.seconds - 1 / video.fps, 0.0)
    moment = min(max(at, 0.0), 1.0) * last
    found = next(film.frames(video.path, moment, fps=video.fps), None)
    if found is None:
        raise UserError(f"{video.path.name} holds no frame.", "Make the film again.")
    return found
