"""Pictures by Kling: made, changed after others, and widened. They go the older standard."""

from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, ShowIf, Slider
from ajar.offers import Offer, require, require_roles
from ajar.remote import Order
from ajar.values import Image
from nodes.remote.kling import PROVIDER
from nodes.remote.kling_inputs import picture

MEGABYTES = 10
"""The largest picture that the older standard takes."""
WIDER = 3.0
"""How many times its area a picture may grow to."""


@node(group="Hosted image", provider="kling", title="Kling image")
def kling_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("kling-image")] = "kling-v3",
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "1k",
    negative: Prompt = "",
    likeness: Literal["whole", "subject", "face"] = "whole",
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.5,
    strength_of_face: Annotated[float, Slider(0, 1, 0.05), ShowIf("likeness", "subject")] = 0.45,
) -> Image:
    """Make a picture with Kling out of words, or after other pictures.

    The 3.0 and 2.1 models take one reference, the omni models up to ten, which the prompt calls <<<image_1>>>,
    <<<image_2>>> and so on. Negative says what should not be seen: for 3.0 and 2.1, and only without a reference.
    Likeness is for 2.1: whether a reference is followed as a whole, for its subject, or for its face, and how
    strongly. The shape "auto" of the omni models is chosen by Kling after the references. Kling has no seed: the same
    order can come out differently. A job can't be stopped.
    """
    offer = PROVIDER.offer(model)
    _check(offer, prompt, len(references), shape, negative, likeness)
    require(offer, prompt=prompt, shape=shape, resolution=resolution)
    omni = offer.can.get("omni", offer.status == "typed" and "omni" in model)
    body: dict[str, Any] = {"model_name": model, "prompt": prompt, "resolution": resolution, "aspect_ratio": shape,
                            "n": 1}
    if negative.strip():
        body["negative_prompt"] = negative
    if references and offer.can.get("likeness"):
        body["image_fidelity"] = strength
        if likeness != "whole":
            body["image_reference"] = likeness
        if likeness == "subject":
            body["human_fidelity"] = strength_of_face
    media = tuple(picture("listed" if omni else "image", one, MEGABYTES) for one in references)
    path = "/v1/images/omni-image" if omni else "/v1/images/generations"
    order = Order(model, "image", {"path": path, "body": body}, media,
                  {"resolution": resolution, "picture": bool(references)}, {"image": 1})
    return remote.run(PROVIDER, order).image()


@node(group="Hosted image", provider="kling", title="Kling expand")
def kling_expand(
    remote: Remote,
    image: Image,
    prompt: Prompt = "",
    up: Annotated[float, Slider(0, 2, 0.05)] = 0.0,
    down: Annotated[float, Slider(0, 2, 0.05)] = 0.0,
    left: Annotated[float, Slider(0, 2, 0.05)] = 0.25,
    right: Annotated[float, Slider(0, 2, 0.05)] = 0.25,
) -> Image:
    """Widen a picture with Kling: paint what lies around it.

    Up and down are parts of its height, left and right of its width: 0.5 adds half of it on that side. The whole may
    grow to three times its area. Kling has no seed here. A job can't be stopped.
    """
    offer = PROVIDER.offer("expand")
    require(offer, prompt=prompt)
    sides = {"up": up, "down": down, "left": left, "right": right}
    for side in sides.values():
        require(offer, side=side)
    area = (1 + up + down) * (1 + left + right)
    if area == 1:
        raise UserError("There is nothing to add on any side.", "Set up, down, left or right.")
    if area > WIDER:
        raise UserError(f"Kling widens a picture to at most three times its area, not {area:.2f} times.",
                        "Add less, or widen it in two steps.")
    body: dict[str, Any] = {**{f"{name}_expansion_ratio": ratio for name, ratio in sides.items()}, "n": 1}
    if prompt.strip():
        body["prompt"] = prompt
    order = Order("expand", "image", {"path": "/v1/images/editing/expand", "body": body},
                  (picture("image", image, MEGABYTES),), {}, {"image": 1})
    return remote.run(PROVIDER, order).image()


def _check(offer: Offer, prompt: str, references: int, shape: str, negative: str, likeness: str) -> None:
    if not prompt.strip():
        raise UserError("There is no prompt: Kling needs to be told what to make.", "Write what should be seen.")
    require_roles(offer, {"reference": references})
    require(offer, negative=bool(negative.strip()), likeness=likeness != "whole")
    if negative.strip() and references:
        raise UserError("Kling takes no negative prompt together with a reference.", "Leave one of the two out.")
    if len(negative) > 2500:
        raise UserError(f"Kling takes a negative prompt of at most 2,500 characters, not {len(negative):,}.",
                        "Shorten it.")
    if likeness != "whole" and not references:
        raise UserError("There is no reference whose likeness could be taken.", "Wire one, or set likeness to whole.")
    if shape == "auto" and not references:
        raise UserError("Kling chooses the shape itself only after references.", "Choose a shape, or wire a reference.")
