"""Pictures by Gemini, known as Nano Banana: made out of words, or out of words and other pictures."""

from typing import Annotated

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt
from ajar.offers import require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image
from nodes.remote.google import PROVIDER


@node(group="Hosted image", provider="google", title="Gemini image")
def gemini_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("google-image")] = "gemini-nano-banana-2.1",
    shape: Annotated[str, Offered("shapes")] = "auto",
    resolution: Annotated[str, Offered("resolutions")] = "1K",
) -> Image:
    """Make a picture with Google's Gemini (Nano Banana), or change pictures as the prompt says.

    The prompt speaks of the references as the first image, the second image and so on. The shape "auto" follows the
    references; without any it is Gemini's choice. There is no seed and no negative prompt: say in the prompt what
    should not be seen. Google marks its pictures invisibly (SynthID). A picture can't be stopped once it is ordered.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("The prompt is empty.", "Say what should be made, or what should change.")
    require(offer, prompt=prompt, shape=shape, resolution=resolution)
    require_roles(offer, {"reference": len(references)})
    media = tuple(Media("reference", one) for one in references)
    settings = {"route": "image", "prompt": prompt, "shape": shape, "resolution": resolution}
    order = Order(model, "image", settings, media, {"resolution": resolution}, {"image": 1})
    return remote.run(PROVIDER, order).image()
