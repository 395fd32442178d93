"""Films by MiniMax: H3, and Hailuo before it."""

import math
from collections.abc import Sequence
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Audio, Image, Video
from nodes.remote.minimax import H3, HAILUO, PROVIDER
from nodes.remote.minimax_answers import FREE

SIDE, RATIO = 256, 2.5
"""The fewest pixels of a picture's side, and the most that one side may be longer than the other."""


@node(group="Hosted video", provider="minimax", title="MiniMax H3 video")
def minimax_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    video: Video | None = None,
    voice: Audio | None = None,
    model: Annotated[str, Model("minimax-video")] = "MiniMax-H3",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "768P",
) -> Video:
    """Make a film with sound with MiniMax H3, out of words, a first and a last picture, or references.

    A film begins or ends with pictures, or refers to pictures, a film (MP4, 2 to 15 s) and a voice (2 to 15 s); not
    both. A voice alone is not enough. With a first or last picture the film has that picture's shape, and Shape is not
    used; "auto" needs a picture or film to follow. There is no seed and no field for what should not be seen. Only a
    task that still waits can be stopped. What a film referred to adds to the price is counted by its length.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("There is no prompt: MiniMax needs to be told what to make.", "Write what should be seen.")
    framed = first_frame is not None or last_frame is not None
    refers = bool(references) or video is not None
    _check_together(offer, first_frame, last_frame, references, video, voice)
    require(offer, prompt=prompt, seconds=seconds, resolution=resolution, shape=None if framed else shape)
    if shape == "auto" and not framed and not refers:
        raise UserError("MiniMax needs a shape for a film out of words only.", "Choose one, as 16:9.")
    body: dict[str, Any] = {"model": model, "content": [{"type": "text", "text": prompt}], "resolution": resolution,
                            "duration": seconds}
    if not framed:
        body["ratio"] = "adaptive" if shape == "auto" else shape
    media = [_picture(role, one) for role, one in (("first_frame", first_frame), ("last_frame", last_frame))
             if one is not None]
    media += [_picture("reference_image", one) for one in references]
    media += [Media("reference_video", _film(offer, video))] if video is not None else []
    media += [Media("reference_audio", voice, "wav")] if voice is not None else []
    pictures = len(references) + (first_frame is not None) + (last_frame is not None)
    units = {"second": seconds + (math.ceil(video.seconds) if video is not None else 0),
             "image": max(0, pictures - FREE)}
    order = Order(model, "video", {"path": H3, "body": body}, tuple(media), {"resolution": resolution}, units)
    return remote.run(PROVIDER, order).video()


@node(group="Hosted video", provider="minimax", title="Hailuo video by MiniMax")
def hailuo_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    model: Annotated[str, Model("minimax-hailuo")] = "MiniMax-Hailuo-2.3",
    seconds: Annotated[int, Offered("seconds")] = 6,
    resolution: Annotated[str, Offered("resolutions")] = "768P",
    rewrite: bool = True,
) -> Video:
    """Make a film without sound with Hailuo, MiniMax's generation before H3.

    A film has the shape of its first picture; out of words it is wide. 1080P is 6 s long only. Hailuo 2.3 Fast needs a
    first picture; only Hailuo 02 takes a last one. Rewrite lets MiniMax make the prompt richer; moves of the camera are
    written [Push in], [Pan left]. There is no seed and no field for what should not be seen. A job can't be stopped.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip() and first_frame is None:
        raise UserError("There is nothing to make a film of.", "Write a prompt, or give it a first picture.")
    if last_frame is not None and first_frame is None:
        raise UserError("Hailuo makes no film from a last picture only.", "Give it a first picture too.")
    if offer.can.get("needs_first_frame") and first_frame is None:
        raise UserError(f"{offer.title} makes films out of a first picture only.", "Give it one, or choose Hailuo 2.3.")
    require_roles(offer, {"first_frame": int(first_frame is not None), "last_frame": int(last_frame is not None)})
    require(offer, prompt=prompt, seconds=seconds, resolution=resolution)
    rule: Sequence[int] | None = offer.can.get(f"seconds_at_{resolution}")
    if rule is not None and seconds not in rule:
        raise UserError(f"{offer.title} can't do {seconds} s at {resolution}.",
                        f"It offers: {', '.join(map(str, rule))}.")
    body: dict[str, Any] = {"model": model, "duration": seconds, "resolution": resolution, "prompt_optimizer": rewrite}
    if prompt.strip():
        body["prompt"] = prompt
    media = [_picture(role, one) for role, one in (("first_frame", first_frame), ("last_frame", last_frame))
             if one is not None]
    order = Order(model, "video", {"path": HAILUO, "body": body}, tuple(media),
                  {"resolution": resolution, "seconds": seconds}, {"call": 1})
    return remote.run(PROVIDER, order).video()


def _check_together(
    offer: Offer, first: Image | None, last: Image | None, references: tuple[Image, ...], video: Video | None,
    voice: Audio | None,
) -> None:
    """What goes with what, and how many of it. UserError."""
    counts = {"first_frame": int(first is not None), "last_frame": int(last is not None),
              "reference": len(references), "video": int(video is not None), "voice": int(voice is not None)}
    require_roles(offer, counts)
    if counts["first_frame"] + counts["last_frame"] and counts["reference"] + counts["video"] + counts["voice"]:
        raise UserError("MiniMax takes first and last pictures or references, not both.", "Take one of the two away.")
    if voice is not None and not references and video is None:
        raise UserError("MiniMax takes a voice only together with a reference picture or film.",
                        "Give it a reference too.")
    most = offer.can.get("files")
    if most is not None and sum(counts.values()) > most:
        raise UserError(f"{offer.title} takes at most {most} files together.", "Take some away.")
    if voice is not None:
        require(offer, voice_seconds=round(voice.seconds, 2))


def _picture(role: str, image: Image) -> Media:
    """A picture to send. UserError if it is smaller or longer than MiniMax takes."""
    short, long = sorted((image.width, image.height))
    if short < SIDE or long > RATIO * short:
        raise UserError(
            f"MiniMax takes pictures of at least {SIDE} x {SIDE} pixels whose sides are at most 1 : {RATIO}; this one "
            f"has {image.width} x {image.height}.", "Scale it up or crop it first.")
    return Media(role, image, "png" if image.width * image.height * image.channels <= 20_000_000 else "jpg")


def _film(offer: Offer, video: Video) -> Video:
    """A film to send along. UserError if it is of a kind or length that MiniMax does not take."""
    if video.path.suffix.lower() != ".mp4":
        raise UserError(f"MiniMax takes a film as MP4, not as {video.path.suffix or 'that'}.", "Save it as MP4 first.")
    require(offer, video_seconds=round(video.seconds, 2))
    return video
