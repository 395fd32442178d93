"""What Higgsfield makes: Soul pictures, films out of pictures, and films whose figure or thing is another one."""

import re
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Seed
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Video
from nodes.remote.higgsfield import PROVIDER

SEEDS = 1_000_000
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@node(group="Hosted image", provider="higgsfield", title="Soul image by Higgsfield")
def soul_image(
    remote: Remote,
    prompt: Prompt,
    image: Image | None = None,
    model: Annotated[str, Model("higgsfield-image")] = "higgsfield-ai/soul/v2/standard",
    shape: Annotated[str, Offered("shapes")] = "4:3",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    style: str = "",
    rewrite: bool = False,
    seed: Seed = 0,
) -> Image:
    """Paint a picture with Higgsfield's Soul, or paint one anew.

    The model "Soul 2 from a picture" wants an image and the others take none; it is uploaded to Higgsfield. Style is
    the id of one of Higgsfield's styles (a UUID, from its console). Rewrite lets Higgsfield rewrite the prompt. Seeds
    go from 1 to 1,000,000 there: this one counts modulo that, plus 1, where the model has it. There is no field for
    what should not be seen. It can be stopped only while it waits.
    """
    offer = PROVIDER.offer(model)
    _check_words(offer, prompt)
    require_roles(offer, {"image": int(image is not None)})
    if image is None and offer.can.get("needs_image"):
        raise UserError(f"{offer.title} needs a picture.", "Give it an image, or choose another model.")
    require(offer, shape=shape, resolution=resolution, style=bool(style.strip()))
    if style.strip() and not UUID.fullmatch(style.strip()):
        raise UserError(f'"{style[:40]}" is not the id of a style: those are UUIDs.',
                        "Copy the id from Higgsfield's console, or leave style empty.")
    values = {"prompt": prompt, "aspect_ratio": shape, "resolution": resolution, "style_id": style.strip(),
              "batch_size": 1, "enhance_prompt": rewrite, "seed": seed % SEEDS + 1}
    fields = offer.can.get("fields", ("aspect_ratio", "resolution"))
    body = {name: value for name, value in values.items() if name == "prompt" or (name in fields and value != "")}
    media = (_uploaded("image_url", image),) if image is not None else ()
    order = Order(model, "image", {"body": body}, media, {"resolution": resolution}, {"image": 1})
    return remote.run(PROVIDER, order).image()


@node(group="Hosted video", provider="higgsfield", title="DoP video by Higgsfield")
def dop_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image,
    model: Annotated[str, Model("higgsfield-video")] = "higgsfield-ai/dop/standard",
    seconds: Annotated[int, Offered("seconds")] = 5,
) -> Video:
    """Make a film of 5 seconds that begins with a picture, with Higgsfield's DoP.

    The picture gives the film its shape, and is uploaded to Higgsfield. There is no seed and no field for what should
    not be seen. It can be stopped only while it waits.
    """
    offer = PROVIDER.offer(model)
    _check_words(offer, prompt)
    require(offer, seconds=seconds)
    body = {"prompt": prompt, "duration": seconds}
    order = Order(model, "video", {"body": body}, (_uploaded("image_url", first_frame),), {}, {"second": seconds})
    return remote.run(PROVIDER, order).video()


@node(group="Hosted video", provider="higgsfield", title="Genjutsu video by Higgsfield")
def genjutsu_video(
    remote: Remote,
    video: Video,
    references: tuple[Image, ...],
    prompt: Prompt = "",
    model: Annotated[str, Model("higgsfield-swap")] = "higgsfield/genjutsu/motion-transfer/v1.0",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
) -> Video:
    """Give the movement of a film to the figure of pictures, or swap a thing in it, with Higgsfield's Genjutsu.

    1 to 8 references; the film is at least 4 s long, and only its first 30 s are used. The result has the film's shape
    and length. All are uploaded to Higgsfield. What it costs is not known beforehand. There is no seed. It can be
    stopped only while it waits.
    """
    offer = PROVIDER.offer(model)
    require(offer, prompt=prompt, resolution=resolution)
    require_roles(offer, {"reference": len(references)})
    if not references:
        raise UserError(f"{offer.title} needs a picture of what should be in the film.", "Give it references.")
    if video.seconds < offer.can.get("video_least", 0):
        raise UserError(f"{offer.title} takes films of at least 4 s; this one has {video.seconds:.1f} s.",
                        "Make the film longer first.")
    if video.size.width * video.size.height < offer.can.get("video_pixels", 0):
        raise UserError(f"{offer.title} takes films of at least 409,600 pixels a picture; this one has "
                        f"{video.size.width} x {video.size.height}.", "Scale the film up first.")
    body: dict[str, Any] = {"resolution": resolution, **({"prompt": prompt} if prompt.strip() else {})}
    media = (Media("video_url", video, "mp4", via="upload"), *(_uploaded("image_urls", one) for one in references))
    order = Order(model, "video", {"body": body}, media, {"resolution": resolution},
                  {"second": min(video.seconds, 30.0)})
    return remote.run(PROVIDER, order).video()


def _uploaded(role: str, image: Image) -> Media:
    return Media(role, image, "png", via="upload")


def _check_words(offer: Offer, prompt: str) -> None:
    if not prompt.strip():
        raise UserError("There is no prompt: Higgsfield needs to be told what to make.", "Write what should be seen.")
    require(offer, prompt=prompt)
