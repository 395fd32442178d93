"""The newer tools of Black Forest Labs: erase what a mask shows, go on beyond the borders."""

from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Prompt, Range, Seed
from ajar.offers import require
from ajar.values import Image, Mask
from nodes.remote.bfl import PROVIDER
from nodes.remote.bfl_image import SEEDS, fitted, made


@node(group="Hosted image", provider="bfl", title="Flux erase by Black Forest Labs")
def bfl_erase(
    remote: Remote,
    image: Image,
    mask: Mask,
    model: Annotated[str, Model("bfl-erase")] = "flux-tools/erase-v1",
    grow: Annotated[int, Range(0, 25)] = 10,
    seed: Seed = 0,
) -> Image:
    """Take away what a mask shows of a picture, as if it had never been there.

    White in the mask is erased, black is kept; a mask of another size is fitted to the picture, and grow makes it
    larger by so many pixels. The price is not known before. The seed counts modulo 2**32. It can't be stopped.
    """
    require(PROVIDER.offer(model), grow=grow)
    body = {"dilate_pixels": grow, "seed": seed % SEEDS, "output_format": "png"}
    given: list[tuple[str, Image | Mask]] = [("image", image), ("mask", fitted(mask, image.size))]
    return made(remote, model, body, given, ["image", "mask"], {"image": 1})


@node(group="Hosted image", provider="bfl", title="Flux outpaint by Black Forest Labs")
def bfl_outpaint(
    remote: Remote,
    image: Image,
    prompt: Prompt = "",
    model: Annotated[str, Model("bfl-outpaint")] = "flux-tools/outpainting-v1",
    left: Annotated[int, Range(0, 4032)] = 0,
    right: Annotated[int, Range(0, 4032)] = 0,
    top: Annotated[int, Range(0, 4032)] = 0,
    bottom: Annotated[int, Range(0, 4032)] = 0,
    fast: bool = False,
) -> Image:
    """Go on with a picture beyond its borders, by so many pixels on each side, with the newer FLUX outpainting.

    The prompt may say what is there, but the picture counts for more. Fast does for landscapes and textures. The
    price is not known before. It has no seed. It can't be stopped.
    """
    if not (left or right or top or bottom):
        raise UserError("The picture would not become larger.", "Say by how many pixels, on at least one side.")
    width, height = image.width + left + right, image.height + top + bottom
    for side in (width, height):
        require(PROVIDER.offer(model), side=side)
    body: dict[str, Any] = {"width": width, "height": height, "reference_offset_x": left, "reference_offset_y": top,
                            "mode": "fast" if fast else "high", "output_format": "png"}
    if prompt.strip():
        body["prompt"] = prompt
    return made(remote, model, body, [("image", image)], ["input_image"], {"image": 1})
