"""Is a file what was promised? It is told by its first bytes and by opening it, not by what its sender says."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

from ajar.errors import UserError
from ajar.wire import Spoilt

LATER = "It is fetched again; nothing is paid twice."
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"), (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"), (0, b"II*\0", "image/tiff"), (0, b"MM\0*", "image/tiff"),
    (0, b"\x1aE\xdf\xa3", "video/webm"), (0, b"ID3", "audio/mpeg"), (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"), (0, b"glTF", "model/gltf-binary"), (0, b"%PDF", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
)
BRANDS = {b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"mif1": "image/heic",
          b"M4A ": "audio/mp4", b"qt  ": "video/quicktime"}
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
BARE = ("audio/pcm", "audio/l16", "audio/basic", "audio/x-mulaw")
"""Sounds that have no head: nothing tells them from noise."""
MEDIA = ("image", "video", "audio")


def check(path: Path, promised: str, said: str = "", title: str = "the provider") -> str:
    """The type of a file. Spoilt where it is empty, of another kind than promised, or can't be opened.

    ``promised`` is what the provider file expects (``image/*``), ``said`` what the server wrote beside it.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise Spoilt(f"A result of {title} is empty.", LATER)
    promised = promised.partition(";")[0].strip().lower()
    said = said.partition(";")[0].strip().lower()
    wanted = (promised or said).partition("/")[0]
    found = sniff(head)
    if wanted in MEDIA:
        return _medium(path, promised, wanted, found, title)
    if found == "text/html" and promised != "text/html":
        raise Spoilt(f"Instead of a result {title} sent a web page.", LATER)
    if found.partition("/")[0] in MEDIA and found != "image/svg+xml":
        _open(path, found, title)
    return found or (promised if "*" not in promised else "") or said or "application/octet-stream"


def sniff(head: bytes) -> str:
    """The type that the first bytes of a file show; empty where they show none."""
    if head[:4] == b"RIFF":
        return RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "video/mp4")
    for at, magic, kind in MAGIC:
        if head[at:].startswith(magic):
            return kind
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "audio/aac" if head[1] & 0xF6 == 0xF0 else "audio/mpeg"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "text/html"
    if text.startswith((b"<?xml", b"<error", b"<svg", b"<!doctype svg")):
        return "image/svg+xml" if b"<svg" in text else "text/xml"
    return "application/json" if text.startswith((b"{", b"[")) else ""


def _medium(path: Path, promised: str, wanted: str, found: str, title: str) -> str:
    if promised in BARE and found.partition("/")[0] != "text":
        return promised
    # A sound may come in the vessel of a film (MP4, WebM, Ogg).
    fits = found.partition("/")[0] in ((wanted, "video") if wanted == "audio" else (wanted,))
    if not fits and (found != "audio/ogg" or wanted != "video"):
        words = {"text/html": "a web page", "text/xml": "an error message", "application/json": "an error message"}
        got = words.get(found, found or "something unknown")
        raise Spoilt(f"Instead of {_word(wanted)} {title} sent {got}.", LATER)
    if found != "image/svg+xml":  # a drawing in words; nothing here draws it
        _open(path, f"{wanted}/", title)
    return found.replace("video/", "audio/") if wanted == "audio" else found


def _open(path: Path, found: str, title: str) -> None:
    """Decode all of a picture, the beginning of a film, all of a sound. Spoilt where that fails."""
    kind = found.partition("/")[0]
    try:
        _opener(kind)(path)
    except UserError as problem:
        said = problem.message.replace(path.name, "it")
        raise Spoilt(f"{_word(kind).capitalize()} of {title} can't be opened ({said.rstrip('.')}).", LATER) from None


def _opener(kind: str) -> Callable[[Path], object]:
    if kind == "image":
        from ajar import pictures

        # Its head alone would let a picture pass that breaks off in the middle.
        return pictures.decode
    if importlib.util.find_spec("av") is None:  # an installation without films
        return _boxes
    return _film if kind == "video" else _sound


def _film(path: Path) -> None:
    from ajar import film

    _boxes(path)
    film.probe(path)


def _sound(path: Path) -> None:
    from ajar import film

    _boxes(path)
    if film.read_sound(path) is None:
        raise UserError("it holds no sound")


def _boxes(path: Path) -> None:
    """An MP4 says how long each of its parts is, so one that breaks off is known without decoding it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        if file.read(8)[4:8] != b"ftyp":
            return
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            length = int.from_bytes(head[8:16], "big") if length == 1 else length or size - at
            if length < 8 or at + length > size:
                raise UserError("it breaks off in the middle")
            at += length


def _word(kind: str) -> str:
    return {"image": "a picture", "video": "a film", "audio": "a sound"}.get(kind, "a file")
