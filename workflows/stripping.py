"""Media files without what is written in them about their making: for a client, or for the web."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ajar import labels
from ajar.errors import AjarError, UserError
from ajar.pictures import SUFFIXES
from workflows.disk import trouble, write_new

FILMS = (".m4v", ".avi", ".ogg", ".aac", ".mkv", ".webm", ".mov", ".mp4")
"""Endings of what is copied packet by packet where its container is not known to the byte."""
WORDS = (".txt", ".csv", ".md", ".srt", ".vtt")
"""What holds nothing besides itself."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file that was written without its metadata."""

    bytes: int
    removed: int
    """Bytes that are gone."""
    same: bool
    decoded: bool
    """Whether pixels and samples were compared one by one, and not only the bytes that hold them."""


def strip_file(source: Path, target: Path) -> Stripped:
    """Write a bare copy, proven to show the same. AjarError where it can't be made, or the target is there already."""
    if target.exists():
        raise AjarError(f"{target} is there already.", "Give another name for the copy.")
    data = bare(source)
    with tempfile.TemporaryDirectory(prefix="ajar-bare-") as folder:
        copy = Path(folder) / f"copy{source.suffix}"
        copy.write_bytes(data)
        decoded = _compared(source, copy)
    try:
        if not write_new(target, data):
            raise AjarError(f"{target} is there already.", "Give another name for the copy.")
    except OSError as error:
        raise trouble(error, f"write {target.name}") from error
    return Stripped(len(data), source.stat().st_size - len(data), True, decoded)


def _compared(source: Path, copy: Path) -> bool:
    """Whether both could be decoded. AjarError where they show different things."""
    suffix = source.suffix.lower()
    try:
        if suffix in SUFFIXES:
            pairs = zip_longest(_shots(source), _shots(copy))
        elif suffix in (*FILMS, ".flac", ".mp3", ".m4a", ".wav"):
            pairs = zip_longest(_packets(source), _packets(copy))
        else:
            return False
        same = all(one == other for one, other in pairs)
    except UserError:
        return False  # without PyAV the film can't be looked at; its bytes were copied as they are
    if not same:
        raise AjarError(f"Without its metadata {source.name} would look or sound different.", "Export it as it is.")
    return True


def _shots(path: Path) -> Iterator[Any]:
    from PIL import Image

    with Image.open(path) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            yield picture.size, picture.mode, picture.tobytes(), picture.info.get("icc_profile")


def _packets(path: Path) -> Iterator[Any]:
    """The coded samples of every track: what decodes to the same."""
    from ajar import film

    with film.opened(path) as container:
        for packet in container.demux():
            if packet.dts is not None and packet.stream.type in ("video", "audio"):
                yield packet.stream.type, packet.pts, packet.duration, bytes(packet)


def bare(path: Path) -> bytes:
    """The bytes of a file without its metadata. Pixels and sound are untouched. AjarError where that can't be done."""
    try:
        with labels.opened(path) as data:
            pieces = labels.bare(data)
            if pieces is not None:
                return labels.joined(data, pieces)
        if path.suffix.lower() in FILMS:
            return _film(path)
        if path.suffix.lower() in WORDS:
            return path.read_bytes()
    except labels.Unfit:
        return _film(path)
    except OSError as error:
        raise trouble(error, f"read {path.name}") from error
    except labels.DAMAGED as error:
        raise AjarError(f"{path.name} is damaged: its metadata can't be removed.", "Make it again.") from error
    raise AjarError(f"Ajar can't remove the metadata of {path.name}.", "Export it with its metadata.")


def _film(path: Path) -> bytes:
    """The same packets in a new file."""
    import av

    with tempfile.TemporaryDirectory(prefix="ajar-bare-") as folder:
        target = Path(folder) / path.name
        try:
            with av.open(f"file:{path}") as source, av.open(str(target), "w") as copy:
                streams = {
                    stream.index: copy.add_stream_from_template(stream)
                    for stream in source.streams if stream.type in ("video", "audio")
                }
                for packet in source.demux(*(source.streams[index] for index in streams)):
                    if packet.dts is not None:
                        packet.stream = streams[packet.stream.index]
                        copy.mux(packet)
        except av.FFmpegError as error:
            message = f"The metadata of {path.name} can't be removed: {error.strerror}."
            raise AjarError(message, "Export it with its metadata.") from error
        return target.read_bytes()
