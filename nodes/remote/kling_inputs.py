"""What Kling asks of pictures, sounds, addresses and named elements, checked before anything is sent."""

import math
import re
from collections.abc import Sequence

from ajar.errors import UserError
from ajar.offers import Offer, require
from ajar.remote import Media
from ajar.values import Audio, Image

SIDE, RATIO = 300, 2.5
"""The fewest pixels of a picture's side, and the most that one side may be longer than the other."""
SOUND_BYTES = 5 * 10**6


def picture(role: str, image: Image, megabytes: int) -> Media:
    """A picture to send, as PNG where that surely fits into so many megabytes, else as JPEG.

    UserError if it is smaller or longer than Kling takes.
    """
    short, long = sorted((image.width, image.height))
    if short < SIDE:
        raise UserError(
            f"Kling takes pictures of at least {SIDE} x {SIDE} pixels; this one has {image.width} x {image.height}.",
            "Scale it up first.",
        )
    if long > RATIO * short:
        raise UserError(
            f"Kling takes pictures whose sides are at most 1 : {RATIO}; this one has {image.width} x {image.height}.",
            "Crop it first.",
        )
    deep = 1 if image.dtype == "uint8" else 2
    fits = image.width * image.height * image.channels * deep < megabytes * 10**6
    return Media(role, image, "png" if fits else "jpg")


def sound(offer: Offer, voice: Audio) -> Media:
    """A voice to send as WAV. UserError if it is shorter, longer or larger than Kling takes."""
    require(offer, voice_seconds=round(voice.seconds, 3))
    size = voice.array.size * 2 + 1000
    if size > SOUND_BYTES:
        raise UserError(
            f"Kling takes sounds of at most 5 MB; this one is {size / 10**6:.1f} MB as WAV.",
            "Shorten it, make it mono, or lower its sample rate.",
        )
    return Media("sound", voice, "wav")


def web_address(text: str) -> str:
    """The address of a film on the web. UserError if it is none that Kling could fetch."""
    address = text.strip()
    if not re.fullmatch(r"https://[^\s/]+\.[^\s/]+/\S*", address):
        raise UserError(
            f'Kling takes a film only from a public https:// address, not from "{address[:60]}".',
            "Put the film where anyone can fetch it (your own web space or storage) and write its address here.",
        )
    return address


def named(text: str, what: str, field: str) -> list[dict[str, str]]:
    """What ``name=number`` pairs say, as Kling lists it. UserError if it can't be read or names overlap.

    ``anna=8123, hat=99`` are two elements that the prompt calls ``@anna`` and ``@hat``.
    """
    found = []
    for pair in filter(None, (one.strip() for one in text.replace("\n", ",").split(","))):
        name, _, number = (one.strip() for one in pair.partition("="))
        if not re.fullmatch(r"\w+", name) or not number:
            raise UserError(f'"{pair}" does not say which {what} is meant.',
                            f"Write {what}s as name=number, name=number.")
        found.append({"type": what, field: number, "id": name})
    names = [one["id"] for one in found]
    for place, name in enumerate(names):
        if any(name in other for other in names[:place] + names[place + 1:]):
            raise UserError(f'The name "{name}" is part of another one, and Kling would mix them up.',
                            "Give names none of which is part of another.")
    return found


def begun(seconds: float, step: int = 1) -> int:
    """Seconds as they are billed: whole steps, the last of which has begun."""
    return math.ceil(round(seconds, 3) / step) * step


def together(offer: Offer, what: str, value: object, given: bool) -> None:
    """Check a rule that holds only together with something: ``resolution_with_audio = ["1080p"]``. UserError."""
    rule = offer.can.get(what)
    if not given or rule is None:
        return
    word, _, other = (part.replace("_", " ") for part in what.partition("_with_"))
    if isinstance(rule, bool) and value and not rule:
        raise UserError(f"{offer.title} can't do {word} together with {other}.", "Leave one of the two out.")
    if isinstance(rule, Sequence) and value not in rule:
        choices = ", ".join(map(str, rule))
        raise UserError(f"{offer.title} can't do {word} {value} together with {other}.",
                        f"With {other} it offers: {choices}.")
