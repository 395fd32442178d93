"""Pictures by Black Forest Labs: out of words, after other pictures, filled in, made larger."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Range, Seed, Slider
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Mask, Size
from nodes.remote.bfl import PROVIDER

MEGAPIXEL = 1024 * 1024
"""As the vendor counts: 1024 x 768 is 0.75 of it in its answers."""
SEEDS = 2**32
"""The vendor names no largest seed."""
LARGEST = 20 * 10**6
"""Bytes of a picture that is sent."""


@node(group="Hosted image", provider="bfl", title="Flux by Black Forest Labs")
def bfl_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("bfl-image")] = "flux-2-pro",
    size: Size | None = None,
    verbatim: bool = False,
    steps: Annotated[int, Range(0, 50)] = 0,
    guidance: Annotated[float, Slider(0, 10, 0.5)] = 0.0,
    seed: Seed = 0,
) -> Image:
    """Paint or change a picture with FLUX.2 or FLUX 1.1 [pro].

    The prompt calls references image 1, image 2 and so on; klein takes four, the others eight, FLUX 1.1 one, as a
    hint only. Without a size it is 1024 x 1024, or that of the first reference; both sides are made multiples of 32.
    Verbatim keeps the prompt from being rewritten, where the model would. Steps and guidance are for [flex]; 0 takes
    its own. There is no field for what should not be seen. The seed counts modulo 2**32. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    require_roles(offer, {"reference": len(references)})
    require(offer, verbatim=verbatim, steps=steps or None, guidance=guidance or None)
    older = model.startswith("flux-pro-1")
    wide, high = _sides(offer, size or (references[0].size if references else Size(1024, 1024)), size is not None)
    body: dict[str, Any] = {"prompt": prompt, "width": wide, "height": high, "seed": seed % SEEDS,
                            "output_format": "png"}
    if older:
        body["prompt_upsampling"] = not verbatim
    elif verbatim:
        body["disable_pup"] = True
    body |= {name: value for name, value in (("steps", steps), ("guidance", guidance)) if value}
    fields = ["image_prompt"] if older else ["input_image", *(f"input_image_{n}" for n in range(2, 9))]
    units = {"image": 1} if older else _megapixels(wide * high, references)
    return made(remote, model, body, [("reference", one) for one in references], fields[: len(references)], units)


@node(group="Hosted image", provider="bfl", title="Flux 1.1 ultra by Black Forest Labs")
def bfl_ultra(
    remote: Remote,
    prompt: Prompt,
    reference: Image | None = None,
    model: Annotated[str, Model("bfl-ultra")] = "flux-pro-1.1-ultra",
    shape: Annotated[str, Offered("shapes")] = "16:9",
    raw: bool = False,
    rewrite: bool = False,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.1,
    seed: Seed = 0,
) -> Image:
    """Paint a picture of about four megapixels with FLUX 1.1 [pro] ultra.

    Raw looks less processed, more like a snapshot. Rewrite lets it write a longer prompt of yours. Strength says how
    much the reference counts. There is no field for what should not be seen. The seed counts modulo 2**32. It can't
    be stopped.
    """
    offer = PROVIDER.offer(model)
    require(offer, shape=shape, strength=strength)
    body: dict[str, Any] = {"prompt": prompt, "aspect_ratio": shape, "raw": raw, "prompt_upsampling": rewrite,
                            "seed": seed % SEEDS, "output_format": "png"}
    given = [("reference", reference)] if reference is not None else []
    if given:
        body["image_prompt_strength"] = strength
    return made(remote, model, body, given, ["image_prompt"] if given else [], {"image": 1})


@node(group="Hosted image", provider="bfl", title="Flux Kontext by Black Forest Labs")
def bfl_kontext(
    remote: Remote,
    prompt: Prompt,
    image: Image | None = None,
    model: Annotated[str, Model("bfl-kontext")] = "flux-kontext-pro",
    shape: Annotated[str, Offered("shapes")] = "1:1",
    keep_shape: bool = True,
    rewrite: bool = False,
    seed: Seed = 0,
) -> Image:
    """Change a picture by words with FLUX.1 Kontext, or paint one of about one megapixel.

    Say what should become different. With keep shape a picture's own shape is kept, and Shape is not used. The vendor
    itself recommends FLUX.2 for new work. The seed counts modulo 2**32. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    body: dict[str, Any] = {"prompt": prompt, "prompt_upsampling": rewrite, "seed": seed % SEEDS,
                            "output_format": "png"}
    if image is None or not keep_shape:
        require(offer, shape=shape)
        body["aspect_ratio"] = shape
    given = [("image", image)] if image is not None else []
    return made(remote, model, body, given, ["input_image"] if given else [], {"image": 1})


@node(group="Hosted image", provider="bfl", title="Flux fill by Black Forest Labs")
def bfl_fill(
    remote: Remote,
    prompt: Prompt,
    image: Image,
    mask: Mask,
    model: Annotated[str, Model("bfl-fill")] = "flux-pro-1.0-fill",
    steps: Annotated[int, Range(15, 50)] = 50,
    guidance: Annotated[float, Slider(1.5, 100, 0.5)] = 60.0,
    rewrite: bool = False,
    seed: Seed = 0,
) -> Image:
    """Paint anew what a mask shows of a picture, with FLUX.1 Fill.

    White in the mask is painted, black is kept; a mask of another size is fitted to the picture. The seed counts
    modulo 2**32. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    require(offer, steps=steps, guidance=guidance)
    body = {"prompt": prompt, "steps": steps, "guidance": guidance, "prompt_upsampling": rewrite,
            "seed": seed % SEEDS, "output_format": "png"}
    given: list[tuple[str, Image | Mask]] = [("image", image), ("mask", fitted(mask, image.size))]
    return made(remote, model, body, given, ["image", "mask"], {"image": 1})


@node(group="Hosted image", provider="bfl", title="Flux expand by Black Forest Labs")
def bfl_expand(
    remote: Remote,
    image: Image,
    prompt: Prompt = "",
    model: Annotated[str, Model("bfl-expand")] = "flux-pro-1.0-expand",
    left: Annotated[int, Range(0, 2048)] = 0,
    right: Annotated[int, Range(0, 2048)] = 0,
    top: Annotated[int, Range(0, 2048)] = 0,
    bottom: Annotated[int, Range(0, 2048)] = 0,
    steps: Annotated[int, Range(15, 50)] = 50,
    guidance: Annotated[float, Slider(1.5, 100, 0.5)] = 60.0,
    rewrite: bool = False,
    seed: Seed = 0,
) -> Image:
    """Go on with a picture beyond its borders with FLUX.1 Expand, by so many pixels on each side.

    The prompt may say what is there. The seed counts modulo 2**32. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    borders = {"left": left, "right": right, "top": top, "bottom": bottom}
    if not any(borders.values()):
        raise UserError("The picture would not become larger.", "Say by how many pixels, on at least one side.")
    for pixels in borders.values():
        require(offer, border=pixels)
    require(offer, steps=steps, guidance=guidance)
    body = {"prompt": prompt, **borders, "steps": steps, "guidance": guidance, "prompt_upsampling": rewrite,
            "seed": seed % SEEDS, "output_format": "png"}
    return made(remote, model, body, [("image", image)], ["image"], {"image": 1})


def fitted(mask: Mask, size: Size) -> Mask:
    """The mask in this size. Nothing is reckoned before it is sent: while planning there may be no mask yet."""
    def load() -> Any:
        import numpy as np
        import PIL.Image

        whole = PIL.Image.fromarray(mask.array).resize((size.width, size.height), PIL.Image.Resampling.BILINEAR)
        return np.array(whole, np.float32)

    return mask if mask.size == size else Mask.lazy(load, size.height, size.width)


def picture(role: str, value: Image | Mask) -> Media:
    """A picture to send: as PNG where that surely fits, else as JPEG."""
    fits = value.width * value.height * 4 < LARGEST or isinstance(value, Mask)
    return Media(role, value, "png" if fits else "jpg")


def made(remote: Remote, model: str, body: Mapping[str, Any], given: Sequence[tuple[str, Image | Mask]],
         fields: Sequence[str], units: Mapping[str, "float | tuple[float, float]"]) -> Image:
    """The picture that an order of this body gives, with media (role, value) put under these fields."""
    media = tuple(picture(role, value) for role, value in given)
    order = Order(model, "image", {"body": dict(body), "fields": list(fields)}, media, units=units)
    return remote.run(PROVIDER, order).image()


def _sides(offer: Offer, size: Size, wished: bool) -> tuple[int, int]:
    """Width and height in the model's steps; what was not wished for is made to fit. UserError else."""
    step, most = int(offer.can.get("step", 32)), float(offer.can.get("megapixels", math.inf)) * MEGAPIXEL
    scale = 1.0 if wished else min(1.0, math.sqrt(most / (size.width * size.height)))
    sides = [max(step, int(side * scale) // step * step) for side in (size.width, size.height)]
    if not wished:
        rule = offer.can.get("side", {})
        sides = [min(max(side, -(-rule.get("low", step) // step) * step), rule.get("high", side)) for side in sides]
    for side in sides:
        require(offer, side=side)
    if sides[0] * sides[1] > most:
        raise UserError(f"{offer.title} makes at most {most / MEGAPIXEL:g} megapixels, not {size}.",
                        "Make it smaller, and scale the result up.")
    return sides[0], sides[1]


def _megapixels(pixels: int, inputs: Sequence[Image]) -> dict[str, "float | tuple[float, float]"]:
    """What is counted: the first megapixel, those beyond, those sent. Whether parts are rounded up is not documented,
    so both are reckoned."""
    beyond = max(0.0, pixels / MEGAPIXEL - 1)
    sent = sum(one.width * one.height for one in inputs) / MEGAPIXEL
    return {"first_megapixel": 1, "extra_megapixel": (beyond, math.ceil(beyond)),
            "input_megapixel": (sent, sum(math.ceil(one.width * one.height / MEGAPIXEL) for one in inputs))}
