"""The media of an order made ready to be sent: encoded without anything they carry besides their pixels, and stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ajar.remote import Media, Part

if TYPE_CHECKING:
    from workflows.store import Store

TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska", "wav": "audio/wav",
    "mp3": "audio/mpeg", "flac": "audio/flac", "m4a": "audio/mp4", "ogg": "audio/ogg", "svg": "image/svg+xml",
}
ENDINGS = {kind: f".{suffix}" for suffix, kind in reversed(TYPES.items())}


def make_parts(media: Sequence[Media], store: "Store") -> list[Part]:
    """Encode and store each medium; the same medium gives the same digest on any day."""
    return [_part(one, store) for one in media]


def _part(media: Media, store: "Store") -> Part:
    content, suffix = _encoded(media)
    digest = store.put(content, f".{suffix}")
    return Part(media.role, TYPES.get(suffix, "application/octet-stream"), digest, store.path(digest))


def _encoded(media: Media) -> tuple[bytes | Path, str]:
    from ajar.values import Audio, Image, Mask, Video

    value = media.value
    if isinstance(value, Image):
        # Encoded anew even if it is a file already: a file may carry the graph that made it.
        picture = value.srgb().to("uint8")
        if media.suffix in ("jpg", "jpeg"):
            return picture.rgb().encode("jpeg"), "jpg"
        return picture.encode("webp" if media.suffix == "webp" else "png"), media.suffix
    if isinstance(value, Mask):
        return Image.of(value.array).to("uint8").encode("png"), "png"
    if isinstance(value, Audio):
        return value.encode(), "wav"
    path = value.path if isinstance(value, Video) else value
    return path, path.suffix.lower().lstrip(".") or "bin"
