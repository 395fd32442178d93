"""What Stability AI asks of words, numbers and pictures, checked and put into an order."""

from collections.abc import Mapping, Sequence
from typing import Any

from ajar.errors import UserError
from ajar.offers import Offer, require
from ajar.remote import Media, Order
from ajar.values import Audio, Image, Mask

SEEDS = 2**32 - 2
"""Seeds are 1 to 4294967294; 0 would have one drawn, so it is not sent."""
AS_PNG = 8 * 10**6
"""Bytes of bare pixels up to which a picture is sent as PNG; a form may have 10 MiB in all."""
AUDIO_BYTES = 95 * 10**6


def seeded(seed: int) -> int:
    return 1 + seed % SEEDS


def form(**fields: Any) -> dict[str, str]:
    """Fields of a form as text; what is None or empty stays out."""
    return {name: f"{value:.6g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool)
            else str(value) for name, value in fields.items() if value is not None and value != ""}


def styled(offer: Offer, style: str) -> str | None:
    """A style to send, or None. UserError where the model has none, or not this one."""
    if style in ("", "none"):
        return None
    if "styles" not in offer.can:
        raise UserError(f"{offer.title} has no styles.", 'Set style to "none", or choose another model.')
    require(offer, styles=style)
    return style


def picture(offer: Offer, name: str, image: Image | Mask) -> Media:
    """A picture to send. UserError where it is smaller, larger or longer than the model takes."""
    short, long = sorted((image.width, image.height))
    size = f"{image.width} x {image.height}"
    bounds = offer.can.get("pixels", {})
    if short < 64 and bounds.get("low", 4096) >= 4096:
        raise UserError(f"{offer.title} takes pictures of at least 64 pixels each way; this one has {size}.",
                        "Scale it up first.")
    if not bounds.get("low", 0) <= short * long <= bounds.get("high", short * long):
        raise UserError(f"{offer.title} takes pictures of {bounds['low']:,} to {bounds['high']:,} pixels in all; this "
                        f"one has {size}.", "Scale it first.")
    if long > offer.can.get("ratio", long) * short:
        raise UserError(f"{offer.title} takes pictures whose sides are at most 1 : {offer.can['ratio']}; this one has "
                        f"{size}.", "Crop it first.")
    bare = image.width * image.height * (image.channels if isinstance(image, Image) else 1)
    return Media(name, image, "png" if bare < AS_PNG or isinstance(image, Mask) else "jpg")


def sound(offer: Offer, voice: Audio) -> Media:
    """A sound to send as WAV. UserError where it is shorter, longer or larger than the model takes."""
    require(offer, voice_seconds=round(voice.seconds, 3))
    if voice.array.size * 2 > AUDIO_BYTES:
        raise UserError(f"{offer.title} takes sounds of at most 95 MB as WAV.", "Shorten it, or lower its sample rate.")
    return Media("audio", voice, "wav")


def order(offer: Offer, route: str, fields: Mapping[str, str], media: Sequence[Media] = (), *,
          results: str = "", audio: bool = False) -> Order:
    """One result by this route. The media's roles are the names of the form's files."""
    settings: dict[str, Any] = {"route": route, "fields": dict(fields), "files": [one.role for one in media]}
    if results:
        settings["results"] = results
    return Order(offer.id, "audio" if audio else "image", settings, tuple(media), units={"call": 1})
