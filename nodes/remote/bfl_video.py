"""Films by Black Forest Labs: out of words, through pictures, on from a film."""

from collections.abc import Sequence
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Video
from nodes.remote.bfl import PROVIDER
from nodes.remote.bfl_image import picture

FILM_BYTES = 50 * 10**6


@node(group="Hosted video", provider="bfl", title="Flux video by Black Forest Labs")
def bfl_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    video: Video | None = None,
    model: Annotated[str, Model("bfl-video")] = "flux-3-video",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "auto",
    resolution: Annotated[str, Offered("resolutions")] = "hd",
    audio: bool = True,
    draft: bool = False,
) -> Video:
    """Make a film with FLUX 3 out of words, through pictures, or on from another film.

    References are passed on the way, evenly between a first and a last picture; both are needed then. A film is
    continued from its last pictures, by up to 15 s; what comes back is the new part. Draft is quick and rough, at hd.
    FLUX 3 has no seed and no field for what should not be seen: the same order comes out differently. It can't be
    stopped.
    """
    offer = PROVIDER.offer(model)
    _check(offer, prompt, first_frame, last_frame, references, video)
    require(offer, seconds=seconds, shape=shape, resolution=resolution, audio=audio)
    if draft and resolution != "hd":
        raise UserError("A draft is made at hd only.", "Set the resolution to hd, or switch draft off.")
    if video is not None:
        require(offer, seconds_after_a_film=seconds)
    media = _media(first_frame, last_frame, references, video)
    mode = "v2v" if video is not None else "i2v" if media else "t2v"
    body: dict[str, Any] = {"mode": mode, "prompt": prompt, "duration": seconds, "aspect_ratio": shape,
                            "resolution": resolution, "generate_audio": audio}
    if draft:
        body["draft"] = True
    fields = ["start_video" if video is not None else "keyframes"] * len(media)
    settings: dict[str, Any] = {"body": body, "fields": fields}
    if last_frame is not None and first_frame is None:
        settings["at"] = seconds
    terms = {"resolution": resolution, "after": "film" if video is not None else "words", "draft": draft}
    order = Order(model, "video", settings, media, terms, {"second": seconds})
    return remote.run(PROVIDER, order).video()


def _check(offer: Offer, prompt: str, first: Image | None, last: Image | None, references: Sequence[Image],
           video: Video | None) -> None:
    if not prompt.strip():
        raise UserError(f"{offer.title} needs a prompt, with pictures and films too.", "Say what should happen.")
    require_roles(offer, {"reference": len(references)})
    if video is not None and (first is not None or last is not None or references):
        raise UserError(f"{offer.title} goes on from a film or through pictures, not both.", "Take one of them away.")
    if references and (first is None or last is None):
        raise UserError("Pictures on the way need a first and a last one around them.",
                        "Wire first frame and last frame, too.")
    if video is not None and video.path.is_file() and video.path.stat().st_size > FILM_BYTES:
        raise UserError(f"{offer.title} takes films of at most 50 MB.", "Cut it, or make it smaller.")
    if video is not None and video.path.suffix.lower() not in (".mp4", ""):
        raise UserError(f"{offer.title} takes films as MP4 only, not {video.path.suffix}.", "Convert the film first.")


def _media(first: Image | None, last: Image | None, references: Sequence[Image],
           video: Video | None) -> tuple[Media, ...]:
    if video is not None:
        return (Media("video", video),)
    given = [("first_frame", first), *(("reference", one) for one in references), ("last_frame", last)]
    return tuple(picture(role, one) for role, one in given if one is not None)
