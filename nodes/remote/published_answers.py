"""What a model of any kind answered: the files in it, the text in it, and what a node gives of these."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ajar.remote import Done, Made
from ajar.values import Audio, Image, Video

TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif",
    "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "mkv": "video/x-matroska",
    "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "m4a": "audio/mp4",
    "opus": "audio/ogg", "aac": "audio/aac",
}


class Result(NamedTuple):
    """What a model gave. Most give one of these; the others are empty."""

    image: Image | None
    video: Video | None
    audio: Audio | None
    text: str
    images: list[Image]


def result(done: Done) -> Result:
    """What a job gave, by what came back."""
    images = done.images()
    types = [file.type.partition("/")[0] for file in done.files]
    return Result(
        images[0] if images else None,
        done.video() if "video" in types else None,
        done.audio() if "audio" in types else None,
        done.text, images,
    )


def files_of(output: Any, modality: str) -> tuple[Made, ...]:
    """The pictures, films and sounds that an answer names or holds; each once."""
    found: dict[str, Made] = {}
    for place, url, said in _addresses(output, "", ""):
        kind = _type(place, url, said, modality)
        if not kind or url in found:
            continue
        role = place.partition(".")[0]
        if not url.startswith("data:"):
            found[url] = Made(kind, url, role=role)
        elif content := _decoded(url):
            found[url] = Made(kind, data=content, role=role)
    return tuple(found.values())


def text_of(output: Any, files: Sequence[Made]) -> str:
    """The text that an answer is: in pieces, under a usual name, or as JSON where it is neither text nor file."""
    if isinstance(output, str):
        return "" if _is_address(output) else output
    if isinstance(output, list) and output and all(isinstance(one, str) and not _is_address(one) for one in output):
        return "".join(output)
    if isinstance(output, Mapping):
        for name in ("output", "text", "caption", "transcript", "transcription", "results"):
            if isinstance(output.get(name), str) and not _is_address(output[name]):
                return str(output[name])
    return "" if files or output in (None, {}, []) else json.dumps(output, ensure_ascii=False)


def _addresses(value: Any, place: str, said: str) -> Iterator[tuple[str, str, str]]:
    """(where, address, type as said) of all files in an answer."""
    if isinstance(value, str) and _is_address(value):
        yield place, value, said
    elif isinstance(value, list):
        for one in value:
            yield from _addresses(one, place, said)
    elif isinstance(value, Mapping):
        type_ = value.get("content_type")
        for name, one in value.items():
            if name == "url":
                yield from _addresses(one, place, type_ if isinstance(type_, str) else "")
            elif name != "content_type":
                yield from _addresses(one, f"{place}.{name}" if place else str(name), "")


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) or (text.startswith("data:") and ";base64," in text[:100])


def _type(place: str, url: str, said: str, modality: str) -> str:
    """The type of a file, or nothing where it is neither picture, film nor sound."""
    if url.startswith("data:"):
        said = url[5:].partition(";")[0]
    said = said.partition(";")[0].strip().lower()
    if said.partition("/")[0] in ("image", "video", "audio"):
        return said
    ending = url.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()
    if ending in TYPES:
        return TYPES[ending]
    for kind in ("video", "audio", "image"):
        if kind in place.lower():
            return f"{kind}/*"
    return f"{modality}/*" if modality in ("image", "video", "audio") and not said else ""


def _decoded(uri: str) -> bytes:
    try:
        return base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""
