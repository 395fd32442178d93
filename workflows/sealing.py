"""Files on their way out: what made them goes inside where it can, else beside them; signed files stay as they are."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ajar import labels
from ajar.labels import xmp
from workflows.disk import trouble

WORDS = (".txt", ".md", ".json", ".csv", ".srt", ".vtt")
"""Texts can't carry anything inside; one beside each of them would be more than the text."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file ready to be written."""

    data: bytes | Path
    inside: bool
    """Whether it says itself what made it."""


@contextmanager
def sealed(data: bytes | Path, about: str) -> Iterator[Sealed]:
    """The file with its label, or the folder with each of its files so, for as long as the block lasts.

    A file with a C2PA manifest is given as it is, byte by byte: any change would break its signature. AjarError where
    there is no room for it.
    """
    if not about:
        yield Sealed(data, False)
    elif isinstance(data, bytes):
        pieces = _pieces(data, about)
        yield Sealed(labels.joined(data, pieces), True) if pieces is not None else Sealed(data, False)
    else:
        with tempfile.TemporaryDirectory(prefix="ajar-sealed-") as folder:
            try:
                seal = _folder(data, about, Path(folder)) if data.is_dir() else _film(
                    data, about, Path(folder) / data.name)
            except OSError as error:
                raise trouble(error, f"write into {tempfile.gettempdir()}") from error
            yield seal


def needs_sidecar(seal: Sealed, suffix: str) -> bool:
    """Whether a file has to be told about beside it: media that can't say it themselves."""
    return not seal.inside and suffix.lower() not in WORDS


def is_signed(path: Path) -> bool:
    """Whether a file carries a C2PA manifest."""
    try:
        with labels.opened(path) as data:
            return labels.signed(data)
    except OSError:
        return False


def _folder(source: Path, about: str, target: Path) -> Sealed:
    """A folder of single pictures; it says nothing beside itself, as each of them does."""
    for file in sorted(source.iterdir()):
        seal = _film(file, about, target / file.name) if file.is_file() else Sealed(file, False)
        if not seal.inside and file.is_file():
            shutil.copyfile(file, target / file.name)
    return Sealed(target, True)


def _film(source: Path, about: str, target: Path) -> Sealed:
    with labels.opened(source) as data:
        pieces = _pieces(data, about)
        if pieces is None:
            return Sealed(source, False)
        with target.open("wb") as file:
            for part in labels.bytes_of(data, pieces):
                file.write(part)
    return Sealed(target, True)


def _pieces(data: labels.Data, about: str) -> list[labels.Piece] | None:
    """The labelled file in pieces; None where it has to stay as it is."""
    try:
        if labels.signed(data):
            return None
        source = str(json.loads(about).get("digital_source") or "")
        return labels.written(data, labels.Label(about, xmp.packet(source, labels.content_of(data))))
    except labels.DAMAGED:  # a file that we don't understand to its end is better left alone
        return None
