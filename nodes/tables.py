"""Tables as streams: CSV and JSON files, one item a row."""

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import File, Range

MAX_BYTES = 16_000_000
DELIMITERS = (",", ";", "\t", "|")
COLUMN = re.compile(r"\{([^{}]*)\}")
Encoding = Literal["utf-8", "windows-1252"]


class Row(NamedTuple):
    """One row of a table."""

    text: str
    number: int
    """Counted from 1."""


class Figure(NamedTuple):
    """One cell of a table that holds a number."""

    number: float
    whole: int


@node(quick=True)
def load_rows(
    file: Annotated[Path, File("table")],
    text: str = "{1}",
    limit: Annotated[int, Range(0, 100_000)] = 0,
    header: bool = True,
    encoding: Encoding = "utf-8",
) -> Iterator[Row]:
    """The rows of a CSV or JSON table; what they are wired to runs once for each.

    `text` says what to make of a row: with the columns "animal" and "place", `{animal} in {place}`;
    `{1}` is the first column. `limit` stops after that many rows, 0 takes all.
    A CSV file may use commas, semicolons, tabs or bars; without `header` its first line is a row like the others.
    A JSON file is a list of objects, of lists or of single values.
    For a second text of the same rows, use a second node on the same file: they go together row by row.
    """
    columns, rows = _read(file, header, encoding)
    wanted = {name: _place(name, columns, file) for name in COLUMN.findall(text)}
    for number, row in enumerate(rows[: limit or None], 1):
        yield Row(_filled(text, row, wanted), number)


@node(quick=True)
def load_numbers(
    file: Annotated[Path, File("table")],
    column: str = "1",
    limit: Annotated[int, Range(0, 100_000)] = 0,
    header: bool = True,
    encoding: Encoding = "utf-8",
) -> Iterator[Figure]:
    """The numbers in one column of a CSV or JSON table, row by row.

    `column` is its name or its place, counted from 1. `whole` is the same number, rounded.
    """
    columns, rows = _read(file, header, encoding)
    place = _place(column, columns, file)
    for number, row in enumerate(rows[: limit or None], 1):
        yield _figure(row[place], f"Row {number} of {file.name}")


def _filled(text: str, row: list[str], places: dict[str, int]) -> str:
    return COLUMN.sub(lambda found: row[places[found[1]]], text)


def _figure(cell: str, where: str) -> Figure:
    try:
        whole = int(cell)
        return Figure(float(whole), whole)
    except (ValueError, OverflowError):
        pass
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UserError(f"{where} has {cell[:40]!r} where a number is wanted.", "Write numbers like 0.5 or 12.")
    return Figure(value, round(value))


def _place(name: str, columns: list[str], file: Path) -> int:
    """Where the column is, counted from 0; its name goes before its place."""
    if name.strip() in columns:
        return columns.index(name.strip())
    if name.strip().isdecimal() and 1 <= int(name) <= len(columns):
        return int(name) - 1
    have = ", ".join(columns[:20])
    raise UserError(f"{file.name} has no column {name!r}.", f"It has {have}." if columns else "The table is empty.")


def _read(file: Path, header: bool, encoding: Encoding) -> tuple[list[str], list[list[str]]]:
    """Column names and rows; every row has as many cells as there are columns."""
    text = _text(file, encoding)
    if file.suffix.lower() == ".json":
        return _read_json(text, file)
    return _read_csv(text, file, header)


def _text(file: Path, encoding: Encoding) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UserError(f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB.", "Split the table.")
        data = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}.", "Check the path.") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding_found = "utf-16"
    else:
        encoding_found = "utf-8-sig" if encoding == "utf-8" or data.startswith(b"\xef\xbb\xbf") else "cp1252"
    try:
        return data.decode(encoding_found)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{file.name} is not {'UTF-16' if encoding_found == 'utf-16' else encoding.upper()} text (line {line}).",
            "Save it as UTF-8, or set `encoding` to windows-1252 if it comes from an older spreadsheet.",
        ) from error


def _read_csv(text: str, file: Path, header: bool) -> tuple[list[str], list[list[str]]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UserError(f"{file.name} is not a table that can be read: {error}.", "Save it as CSV again.") from error
    if not lines:
        return [], []
    columns = [cell.strip() for cell in lines[0][1]] if header else [str(n + 1) for n in range(len(lines[0][1]))]
    while header and columns and not columns[-1]:
        columns.pop()
    return columns, [_even(row, columns, file, line) for line, row in lines[1 if header else 0 :]]


def _even(row: list[str], columns: list[str], file: Path, line: int) -> list[str]:
    """The row with exactly one cell a column: short rows are filled up, empty cells too many are dropped."""
    if any(cell.strip() for cell in row[len(columns) :]):
        raise UserError(
            f"Line {line} of {file.name} has {len(row)} cells, and there are {len(columns)} columns.",
            "Put quotation marks around cells that contain the separator.",
        )
    return [*row[: len(columns)], *[""] * (len(columns) - len(row))]


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines into the most columns, all lines alike if possible."""
    start = text[:20_000].splitlines()[:20]

    def score(delimiter: str) -> tuple[bool, int]:
        widths = {len(row) for row in csv.reader(start, delimiter=delimiter) if row}
        return len(widths) == 1 and widths != {1}, max(widths, default=1)

    return max(DELIMITERS, key=score)


def _read_json(text: str, file: Path) -> tuple[list[str], list[list[str]]]:
    try:
        # Numbers stay as they are written.
        rows = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deep"
        if isinstance(error, json.JSONDecodeError):
            why = f"line {error.lineno}: {error.msg}"
        raise UserError(f"{file.name} is not JSON that can be read ({why}).", "Correct the file.") from error
    if not isinstance(rows, list):
        raise UserError(f"{file.name} is not a list of rows.", "Write [{...}, {...}], one object a row.")
    named: dict[str, None] = {}
    for row in rows:
        keys = list(row) if isinstance(row, dict) else map(str, range(1, len(row) + 1 if isinstance(row, list) else 2))
        named.update(dict.fromkeys(keys))
    columns = list(named)
    return columns, [_cells(row, columns) for row in rows]


def _cells(row: object, columns: list[str]) -> list[str]:
    if isinstance(row, dict):
        return [_word(row.get(column, "")) for column in columns]
    cells = row if isinstance(row, list) else [row]
    return [*map(_word, cells), *[""] * (len(columns) - len(cells))]


def _word(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
