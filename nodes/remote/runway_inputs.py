"""What Runway asks of words, shapes and pictures, checked and phrased before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from ajar.errors import UserError
from ajar.offers import Offer
from ajar.remote import Media
from ajar.values import Image

SEEDS = 2**32
INLINE = 5 * 2**20
"""The longest data URI that Runway takes; what may get longer is uploaded."""


def picture(role: str, image: Image) -> Media:
    """A picture to send as PNG: in the order itself where that surely fits, else uploaded before."""
    deep = 1 if image.dtype == "uint8" else 2
    fits = image.width * image.height * image.channels * deep * 1.37 + 10_000 < INLINE
    return Media(role, image, "png", via="inline" if fits else "upload")


def check_prompt(offer: Offer, prompt: str, *, needed: bool) -> None:
    """UserError where the words are missing or too long; Runway counts UTF-16 units, two for an emoji."""
    if needed and not prompt.strip():
        raise UserError("There is no prompt: Runway needs to be told what to make.", "Write what should be seen.")
    most = offer.can.get("prompt")
    count = len(prompt.encode("utf-16-le")) // 2
    if most is not None and count > most:
        raise UserError(f"{offer.title} takes a prompt of at most {most:,} characters, not {count:,}.",
                        "Shorten the prompt.")


def check_shape(offer: Offer, shape: str, given: str) -> None:
    """UserError where a model has no such shape out of ``words`` or ``pictures``."""
    shapes = offer.can.get(f"shapes_of_{given}", offer.can.get("shapes"))
    if shapes is not None and shape not in shapes:
        raise UserError(f"{offer.title} can't do shape {shape} out of {given}.", f"It offers: {', '.join(shapes)}.")


def filled(prompt: str) -> dict[str, str]:
    """The prompt as a field; none where there are no words, as an empty one is refused."""
    return {"promptText": prompt} if prompt.strip() else {}


def chosen(values: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The values that a model has fields for, without what is left to it."""
    found = {name: value for name, value in values.items() if name in fields and value not in ("", "default")}
    if "seed" in found:
        found["seed"] %= SEEDS
    return found
