"""Films by Google: Gemini Omni, and Veo for accounts that still have it."""

from typing import Annotated

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Video
from nodes.remote.google import PROVIDER


@node(group="Hosted video", provider="google", title="Gemini Omni video")
def gemini_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("google-video")] = "gemini-omni-1.2-flash",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
) -> Video:
    """Make a film with sound with Google's Gemini Omni.

    It takes a first frame, a first and a last frame, or references, which the prompt may call <IMAGE_REF_0>,
    <IMAGE_REF_1> and so on (as resellers document it; not confirmed by Google's pages). There is no seed and no
    negative prompt, and sound can't be left out: what is spoken stands in the prompt in quotation marks.
    """
    offer = PROVIDER.offer(model)
    media = _media(offer, first_frame, last_frame, references)
    if not prompt.strip():
        raise UserError("The prompt is empty.", "Gemini Omni needs words, also where there are pictures.")
    require(offer, prompt=prompt, seconds=seconds, shape=shape, resolution=resolution)
    settings = {"route": "omni", "prompt": prompt, "seconds": seconds, "shape": shape, "resolution": resolution}
    order = Order(model, "video", settings, media, {"resolution": resolution}, {"second": seconds})
    return remote.run(PROVIDER, order).video()


@node(group="Hosted video", provider="google", title="Gemini Omni edit")
def gemini_video_edit(
    remote: Remote,
    prompt: Prompt,
    video: Video,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("google-video")] = "gemini-omni-1.2-flash",
) -> Video:
    """Change a film as the prompt says with Google's Gemini Omni; its length and shape stay.

    The film is sent whole, so it should be short: resellers take up to ten seconds. Google's list does not say how an
    edit is paid for, so its price is not known beforehand. That a film may be sent like this is read from Google's
    client and was not tried.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("The prompt is empty.", "Say what should change.")
    require_roles(offer, {"reference": len(references)})
    require(offer, prompt=prompt)
    media = (Media("video", video), *(Media("reference", one) for one in references))
    return remote.run(PROVIDER, Order(model, "video", {"route": "omni", "prompt": prompt}, media)).video()


@node(group="Hosted video", provider="google", title="Veo video (legacy)")
def veo_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("google-veo")] = "veo-3.1-fast-generate-preview",
    seconds: Annotated[int, Offered("seconds")] = 8,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    negative: Prompt = "",
) -> Video:
    """Make a film with sound with Google's Veo, if the account still has it.

    Google may have ended Veo for keys of the Gemini API since 2026-10-22; whether it still answers is not confirmed.
    Gemini Omni is its successor. 1080p and 4k need 8 seconds. There is no seed, sound can't be left out, and a job
    can't be stopped.
    """
    offer = PROVIDER.offer(model)
    media = _media(offer, first_frame, last_frame, references)
    if not prompt.strip() and first_frame is None:
        raise UserError("There is neither a prompt nor a first frame.", "Give Veo one of them.")
    require(offer, prompt=prompt, seconds=seconds, shape=shape, resolution=resolution)
    if resolution != "720p" and seconds != 8:
        raise UserError(f"Veo makes {resolution} only with 8 seconds, not {seconds}.",
                        "Set seconds to 8, or the resolution to 720p.")
    settings = {"route": "veo", "prompt": prompt, "seconds": seconds, "shape": shape, "resolution": resolution,
                "negative": negative.strip()}
    order = Order(model, "video", settings, media, {"resolution": resolution}, {"second": seconds})
    return remote.run(PROVIDER, order).video()


def _media(
    offer: Offer, first: Image | None, last: Image | None, references: tuple[Image, ...]
) -> tuple[Media, ...]:
    """Frames or references. UserError for what does not go together."""
    require_roles(offer, {"first_frame": int(first is not None), "last_frame": int(last is not None),
                          "reference": len(references)})
    if last is not None and first is None:
        raise UserError("There is a last frame without a first one.", "Wire a first frame too.")
    if references and first is not None:
        raise UserError(f"{offer.title} takes frames or references, not both.", "Take one of them away.")
    frames = (("first_frame", first), ("last_frame", last))
    return (*(Media(role, picture) for role, picture in frames if picture is not None),
            *(Media("reference", one) for one in references))
