"""What Kling takes for a film, a picture and a sound in a request."""

import base64
import binascii
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from nodes.remote.emulators.server import Problem


def wrong(message: str) -> Problem:
    return Problem(400, message, "1201")


def film(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong("a video must be a URL")


def picture(text: str, megabytes: int) -> None:
    """A picture by address, or bare Base64 of a JPEG or PNG of at least 300 px, at most 1 : 2.5."""
    import PIL.Image

    if text.startswith(("http://", "https://")):
        return
    content = bare(text, megabytes)
    try:
        with PIL.Image.open(io.BytesIO(content)) as opened:
            kind, (width, height) = opened.format, opened.size
    except OSError:
        raise wrong("the image can't be read") from None
    if kind not in ("PNG", "JPEG") or min(width, height) < 300 or max(width, height) > 2.5 * min(width, height):
        raise wrong("the image must be png or jpg, at least 300px, 1:2.5 to 2.5:1")


def sound(body: Mapping[str, Any], longest: int) -> float | None:
    """Seconds of the sound in ``sound_file``; None where it is named otherwise."""
    import wave

    if bool(body.get("audio_id")) == bool(body.get("sound_file")):
        raise wrong("either audio_id or sound_file")
    if not body.get("sound_file") or body["sound_file"].startswith(("http://", "https://")):
        return None
    try:
        with wave.open(io.BytesIO(bare(body["sound_file"], 5))) as opened:
            seconds: float = opened.getnframes() / opened.getframerate()
    except (wave.Error, EOFError):
        raise wrong("sound_file can't be read") from None
    if not 2 <= seconds <= longest:
        raise wrong(f"sound_file: 2 to {longest} seconds")
    return seconds


def bare(text: str, megabytes: int) -> bytes:
    if text.startswith("data:"):
        raise wrong("no prefix before the Base64")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise wrong("invalid Base64") from None
    if len(content) > megabytes * 10**6:
        raise wrong("the file is too large")
    return content
