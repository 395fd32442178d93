"""The captions of a folder of pictures: ``name.txt`` beside ``name.png``, or one table for all."""

import csv
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from ajar.pictures import SUFFIXES

TABLES = ("captions.csv", "captions.jsonl", "metadata.csv", "metadata.jsonl")
"""Tables of captions, the first that is there counts; ``metadata`` is what Hugging Face calls it."""
FILE_COLUMNS = ("file", "file_name", "filename", "image", "picture", "name")
TEXT_COLUMNS = ("caption", "text", "prompt")
MAX_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Captioned:
    """A picture's file and what is said about it; "" where nothing is."""

    path: Path
    caption: str

    @property
    def beside(self) -> Path:
        """The text file that a caption of this picture is written to."""
        return self.path.with_suffix(".txt")


def read_captions(folder: Path) -> list[Captioned]:
    """The pictures of a folder in the order people count in, each with its caption.

    A text file beside a picture wins over the table. Hidden files, subfolders and links that lead out are passed
    over. UserError where the folder or a caption can't be read.
    """
    try:
        home = folder.resolve(strict=True)
        paths = [path for path in home.iterdir() if not path.name.startswith(".") and is_picture(path, home)]
    except OSError as error:
        raise UserError(
            f"The folder {folder.name} can't be read.", "Check the path and that you may read it."
        ) from error
    table = _table(home)
    return [
        Captioned(path, _beside(path) or table.get(path.name) or table.get(path.stem, ""))
        for path in sorted(paths, key=lambda path: natural(path.name))
    ]


def write_caption(picture: Path, caption: str) -> None:
    """Put a caption beside its picture, whole or not at all; an empty one takes the file away.

    UserError where it can't be written.
    """
    goal, text = picture.with_suffix(".txt"), " ".join(caption.split())
    try:
        if not text:
            goal.unlink(missing_ok=True)
            return
        handle, name = tempfile.mkstemp(prefix=".caption-", dir=goal.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(goal)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(
            f"The caption {goal.name} can't be written: {reason}.", "Check that you may write there."
        ) from None


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key that counts: 2 before 10, upper and lower case alike."""
    parts = re.findall(r"\d{1,18}|\D+|\d+", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts] + [(0, 0, name)]


def is_picture(path: Path, home: Path) -> bool:
    """Whether this is a picture's file that does not lead out of ``home``."""
    return path.suffix.lower() in SUFFIXES and path.is_file() and path.resolve().is_relative_to(home)


def _beside(picture: Path) -> str:
    path = picture.with_suffix(".txt")
    return " ".join(_text(path).split()) if path.is_file() else ""


def _table(home: Path) -> dict[str, str]:
    """Captions by the name of the file, from the first table there is."""
    path = next((home / name for name in TABLES if (home / name).is_file()), None)
    if path is None:
        return {}
    text = _text(path)
    rows = _json_rows(path, text) if path.suffix == ".jsonl" else csv.DictReader(text.splitlines())
    found = {}
    try:
        for row in rows:
            file, caption = _column(row, FILE_COLUMNS), _column(row, TEXT_COLUMNS)
            if file is None or caption is None:
                raise UserError(
                    f"{path.name} has no columns for the file and the caption.", 'Call them "file" and "caption".'
                )
            found[Path(file).name] = " ".join(caption.split())
    except csv.Error as error:
        raise UserError(f"{path.name} is not a table ({error}).", "Save it as CSV with commas.") from None
    return found


def _json_rows(path: Path, text: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise UserError(f"Line {number} of {path.name} is not a JSON object.", "Write one object a line.")
        yield row


def _column(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """What a row has under the first of these names, in any case; "" for an empty cell."""
    for key, value in row.items():
        if isinstance(key, str) and key.strip().casefold() in names and (value is None or isinstance(value, str)):
            return value or ""
    return None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path.name} is too long to be a list of captions.", "Take it out of the folder.")
        return path.read_text("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"{path.name} can't be read: {reason}.", "Check that you may read it.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from None
