"""Media files without what is written in them about their making: for a client, or for the web."""

import tempfile
from pathlib import Path

from ajar import labels
from ajar.errors import AjarError
from workflows.disk import trouble

FILMS = (".m4v", ".avi", ".ogg", ".aac", ".mkv", ".webm", ".mov", ".mp4")
"""Endings of what is copied packet by packet where its container is not known to the byte."""
WORDS = (".txt", ".csv", ".md", ".srt", ".vtt")
"""What holds nothing besides itself."""


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
