"""Pictures by OpenAI: made out of words, or out of words and other pictures."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Mask
from nodes.remote.openai import PROVIDER

SEEN = 6240
"""The most tokens that one picture sent along is known to have taken (older models, high fidelity; UNVERIFIED)."""


@node(group="Hosted image", provider="openai", title="OpenAI image")
def openai_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    mask: Mask | None = None,
    model: Annotated[str, Model("openai-image")] = "gpt-image-2",
    size: Annotated[str, Offered("sizes")] = "1024x1024",
    quality: Annotated[str, Offered("quality")] = "medium",
    background: Literal["auto", "transparent", "opaque"] = "auto",
    fidelity: Annotated[str, Offered("fidelity")] = "auto",
    moderation: Literal["auto", "low"] = "auto",
) -> Image:
    """Make a picture with OpenAI's GPT Image, or change up to 16 pictures as the prompt says.

    Where the mask is white the first reference is to change; a mask of another size is fitted to it. The size and
    quality "auto" are chosen by OpenAI, so their price is known only roughly. From GPT Image 2 on a size may be any
    WIDTHxHEIGHT by 16, from 1:3 to 3:1, up to 3840x2160. Fidelity is how closely GPT Image 1.5 keeps to faces and
    details of the references. Moderation counts only without references. There is no seed and no negative prompt, and
    an order can't be stopped. OpenAI may want the organisation verified first.
    """
    offer = PROVIDER.offer(model)
    _check(offer, prompt, size, references, mask)
    require(offer, prompt=prompt, quality=quality, fidelity=fidelity)
    settings = {"prompt": prompt, "size": size, "quality": quality, "background": background, "output_format": "png"}
    if not references:
        settings["moderation"] = moderation
    elif fidelity != "auto":
        settings["input_fidelity"] = fidelity
    media = tuple(Media("reference", one) for one in references)
    if mask is not None:
        media += (Media("mask", _with_holes(mask, references[0])),)
    order = Order(model, "image", settings, media, units=_units(offer, prompt, size, quality, len(media)))
    return remote.run(PROVIDER, order).image()


def _check(offer: Offer, prompt: str, size: str, references: tuple[Image, ...], mask: Mask | None) -> None:
    """What goes together, and the size. UserError."""
    if not prompt.strip():
        raise UserError("The prompt is empty.", "Say what should be made, or what should change.")
    require_roles(offer, {"reference": len(references), "mask": int(mask is not None)})
    if mask is not None and not references:
        raise UserError("There is a mask without a picture.", "Wire the picture that it is of to references.")
    sizes = offer.can.get("sizes", ())
    if not sizes or size in sizes:
        return
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    if not found or not offer.can.get("any_size"):
        raise UserError(f"{offer.title} can't do size {size}.", f"It offers: {', '.join(sizes)}.")
    wide, high = int(found[1]), int(found[2])
    if wide % 16 or high % 16 or min(wide, high) == 0:
        raise UserError(f"{offer.title} takes sizes by 16 only, not {size}.",
                        f"The nearest is {max(16, round(wide / 16) * 16)}x{max(16, round(high / 16) * 16)}.")
    if not 1 / 3 <= wide / high <= 3 or max(wide, high) > 3840 or min(wide, high) > 2160:
        raise UserError(f"{offer.title} can't do size {size}.", "It goes from 1:3 to 3:1, up to 3840x2160.")


def _units(offer: Offer, prompt: str, size: str, quality: str, pictures: int) -> Mapping[str, Any]:
    """The tokens it may take, from the least to the most. Without ``token_out`` where that is not known."""
    units: dict[str, Any] = {"token_in": (len(prompt) // 8, len(prompt)), "token_image_in": (0, SEEN * pictures)}
    tokens: Mapping[str, int] = offer.can.get("tokens", {})
    chosen = [tokens[quality]] if quality in tokens else list(tokens.values()) if quality == "auto" else []
    if chosen:
        wide, high = (1536, 1024) if size == "auto" else map(int, size.split("x"))
        least = 1.0 if size == "auto" else wide * high / 1024**2
        units["token_out"] = (round(min(chosen) * least), round(max(chosen) * wide * high / 1024**2))
    return units


def _with_holes(mask: Mask, picture: Image) -> Image:
    """A mask as OpenAI wants it: as large as the picture, and transparent where it is to change.

    Nothing is reckoned before it is sent: while planning there may be no mask yet.
    """
    def load() -> tuple[Any, None]:
        import numpy as np
        import PIL.Image

        white = PIL.Image.fromarray(mask.array).resize((picture.width, picture.height), PIL.Image.Resampling.BILINEAR)
        holes = np.zeros((picture.height, picture.width, 4), np.uint8)
        holes[:, :, 3] = np.where(np.asarray(white) >= 0.5, 0, 255)
        return holes, None

    return Image.lazy(load, (picture.height, picture.width, 4), "uint8")
