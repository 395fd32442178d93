"""Many pictures on one sheet, to be compared and shown."""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np

from ajar import pictures, sheet_ink, sheets
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Area, Gaps, Range, Slider
from ajar.letters import shortened, wrapped
from ajar.plain import Gap
from ajar.values import Color, Image, Size, Video
from nodes.edit import scaled
from nodes.lettering import typeface

Array = np.ndarray[Any, np.dtype[Any]]
RESOURCES = Path(__file__).resolve().parent.parent / "resources"
LABEL_LINES = 3
LINE = 1.25
"""From one line of a label to the next, in heights of its letters."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things go on a sheet, in pixels."""

    columns: int
    cell: Size
    margin: int
    gap: int
    letters: int
    """Height of the labels' letters."""
    rooms: tuple[int, ...]
    """Height of the room for labels under each row of pictures."""
    head: int
    """Height of the title's room."""
    labels: tuple[tuple[str, ...], ...]
    """The lines of each label."""

    @property
    def size(self) -> Size:
        across = 2 * self.margin + self.columns * self.cell.width + (self.columns - 1) * self.gap
        down = self.margin + self.top(len(self.rooms)) - self.gap
        return Size(across, down)

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top of a picture's cell."""
        row, column = divmod(index, self.columns)
        return self.margin + column * (self.cell.width + self.gap), self.top(row)

    def top(self, row: int) -> int:
        """Where a row begins."""
        return self.margin + self.head + row * (self.cell.height + self.gap) + sum(self.rooms[:row])


@node(partial=True)
def contact_sheet(
    images: list[Image],
    labels: list[str] | None = None,
    title: str = "",
    columns: Annotated[int, Range(0, 100)] = 0,
    cell: Annotated[int, Slider(96, 2048, 16)] = 512,
    background: Color = Color(38, 38, 40),
) -> Image:
    """Put all pictures on one sheet, each with its label underneath.

    Columns 0 chooses a handsome number. Cell is the longer side of the room for a picture, in pixels; pictures keep
    their shape and are not enlarged beyond the largest of them. Labels belong to the pictures in order; if there are
    more of them than pictures, none is shown, as nobody knows whose they are.
    """
    if not images:
        raise UserError("There is no picture to put on the sheet.", "Wire in at least one picture that was made.")
    texts = [" ".join(label.split()) for label in labels or ()]
    if len(texts) > len(images):
        texts = []
    plan = _plan(images, texts, bool(title.strip()), columns, cell)
    if plan.size.width * plan.size.height > pictures.MAX_PIXELS:
        raise UserError(
            f"The sheet would have {plan.size.width} x {plan.size.height} pixels, which is too many.",
            "Make the cells smaller.",
        )
    sheet = np.empty((plan.size.height, plan.size.width, 3), np.uint8)
    sheet[:] = background.red, background.green, background.blue
    for index, image in enumerate(images):
        left, top = plan.corner(index)
        shown = _shown(image, plan.cell)
        # Pictures stand on their label: a low one sits at the bottom of its cell, not adrift in it.
        x, y = left + (plan.cell.width - shown.shape[1]) // 2, top + plan.cell.height - shown.shape[0]
        sheet[y : y + shown.shape[0], x : x + shown.shape[1]] = shown
    return Image.of(_lettered(sheet, plan, title.strip()))


class Axes(NamedTuple):
    """What one cell of a sheet is made with."""

    row: Any
    column: Any


@node(quick=True)
def sheet_axes(
    down: Annotated[str, Area(rows=4)] = "", across: Annotated[str, Area(rows=3)] = "",
) -> Iterator[Axes]:
    """What the cells of a compare sheet are made with: every line of one text with every line of the other.

    A line is a prompt, or a value: where all lines of a text are numbers, or true and false, they are given as such.
    Down are the rows of a grid, or the prompts of a sheet of models; across its columns, or the seeds.
    """
    for row in sheets.values_in(down):
        for column in sheets.values_in(across):
            yield Axes(row, column)


@node(partial=True)
def compare_sheet(
    cells: Annotated[list[Image | Video], Gaps()],
    rows: list[Any] | None = None,
    columns: list[Any] | None = None,
    seeds: list[Any] | None = None,
    title: str = "",
    ask: str = "Prompt #",
    cap: Annotated[float, Range(0, 10_000, 0.01)] = 0.0,
    cell: Annotated[int, Slider(120, 1024, 20)] = 360,
    at: Annotated[float, Slider(0, 1, 0.01)] = 0.5,
    theme: Literal["dark", "light"] = "dark",
) -> Image:
    """Models against prompts: each wire of cells is a row, each item of it a column; all of them on one sheet.

    Row by row also goes a single wire with all cells of a grid, whose row and column are told cell by cell. Cap is
    how many dollars the cells may cost in all, those of earlier runs included: the cheapest are made first, and those
    that would go beyond it are left out; 0 is no cap of its own. A cell that failed tells why in its place. Films are
    shown as they are at one moment of them: 0 is the start, 1 the end. Ask is what a column is called, with # for its
    number. Seeds are those of the columns, and are told where they differ.
    """
    if not cells:
        raise UserError("There is nothing to compare.", "Wire in at least one picture or film.")
    heads, labels = sheets.heads_of(len(cells), sheets.texts(rows or ()), sheets.texts(columns or ()), seeds or ())
    page = sheets.Page(tuple(map(sheets.Head, heads)), labels, tuple(_placed(one, at) for one in cells),
                       title.strip(), ask=ask.strip())
    return sheet_ink.draw(page, sheets.style(RESOURCES, theme), cell)


def _placed(one: Image | Video | Gap, at: float) -> sheets.Place:
    """What is in a cell."""
    if isinstance(one, Gap):
        return sheets.Place(words=one.message)
    if isinstance(one, Video):
        return sheets.Place(sheets.still(one, at))
    return sheets.Place(one)


def _plan(images: list[Image], texts: list[str], titled: bool, columns: int, side: int) -> _Plan:
    count = len(images)
    aspect = min(3.0, max(1 / 3, statistics.median(image.width / image.height for image in images)))
    side = max(96, min(side, max(max(image.width, image.height) for image in images)))
    cell = Size(round(side * min(1, aspect)), round(side * min(1, 1 / aspect)))
    letters = max(15, round(cell.width / 21))
    labels = tuple(_lines(text, typeface(letters, text=text), cell.width) for text in texts)
    heights = [round(letters * (0.6 + LINE * len(lines))) if lines else 0 for lines in labels]
    gap = max(10, round(side / 18))
    if columns == 0:
        columns = min(range(1, count + 1), key=lambda number: _unease(number, count, cell, max(heights, default=0)))
    columns = min(columns, count)
    head = round(letters * 3) if titled else 0
    rooms = tuple(max(heights[at : at + columns], default=0) for at in range(0, count, columns))
    return _Plan(columns, cell, round(gap * 1.5), gap, letters, rooms, head, labels)


def _lines(text: str, face: Any, room: int) -> tuple[str, ...]:
    """A label's lines, the last one shortened where there would be too many."""
    lines = wrapped(text, face, room)
    if len(lines) > LABEL_LINES:
        rest = " ".join(lines[LABEL_LINES - 1 :])
        lines = [*lines[: LABEL_LINES - 1], shortened(rest, face, room)]
    return tuple(lines)


def _unease(columns: int, count: int, cell: Size, label: int) -> float:
    """How far a sheet is from three to two, and how much of its last row stays empty."""
    rows = math.ceil(count / columns)
    shape = columns * cell.width / (rows * (cell.height + label))
    return abs(math.log(shape / 1.5)) + 3 * (rows * columns - count) / (rows * columns)


def _shown(image: Image, cell: Size) -> Array:
    """A picture as sRGB in 8 bits, fitted into its cell; see-through parts over a quiet checkerboard."""
    scale = min(cell.width / image.width, cell.height / image.height)
    goal = Size(max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    picture = image.to("uint8").rgb() if image.channels == 1 else image.to("uint8")
    array = scaled(picture.srgb().array, goal, "area" if scale < 1 else "bicubic")
    if array.shape[2] != 4:
        return array
    size = max(4, min(goal.width, goal.height) // 24)
    rows, columns = np.ogrid[: goal.height, : goal.width]
    squares = np.where((rows // size + columns // size) % 2, 205, 235).astype(np.float32)[:, :, None]
    alpha = array[:, :, 3:] / np.float32(255)
    return np.rint(array[:, :, :3] * alpha + squares * (1 - alpha)).astype(np.uint8)


def _lettered(sheet: Array, plan: _Plan, title: str) -> Array:
    from PIL import Image as Pillow
    from PIL import ImageDraw

    page = Pillow.fromarray(sheet)
    draw = ImageDraw.Draw(page)
    dark = sheet[0, 0] @ np.array([0.2126, 0.7152, 0.0722]) < 128
    strong, soft = ((244, 244, 246), (196, 196, 202)) if dark else ((20, 20, 22), (70, 70, 76))
    if title:
        face = typeface(round(plan.letters * 1.7), text=title)
        line = shortened(title, face, plan.size.width - 2 * plan.margin)
        draw.text((plan.margin, plan.margin + plan.letters * 0.7), line, strong, face, anchor="lm")
    for index, lines in enumerate(plan.labels):
        left, top = plan.corner(index)
        face = typeface(plan.letters, text="".join(lines))
        for at, line in enumerate(lines):
            y = top + plan.cell.height + plan.letters * (0.4 + LINE * at)
            draw.text((left + plan.cell.width / 2, y), line, soft, face, anchor="ma")
    return np.array(page)
