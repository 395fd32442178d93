"""Grok Imagine by xAI: pictures, films, and films that are changed or gone on with."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Range, ShowIf
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Video
from nodes.remote.inputs import suffix_of
from nodes.remote.xai import EDITS, PROVIDER

BYTES = 4096
"""The longest prompt of a film, in UTF-8."""
EDITED = 8.7
"""Seconds of the longest film that is changed."""


@node(group="Hosted image", provider="xai", title="Grok image by xAI")
def grok_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("xai-image")] = "grok-imagine-image-2.0",
    shape: Annotated[str, Offered("shapes")] = "auto",
    resolution: Annotated[str, Offered("resolutions")] = "1k",
    quality: Annotated[str, Offered("quality")] = "medium",
) -> Image:
    """Make a picture with Grok Imagine, or change up to three pictures as the prompt says.

    Shape "auto" leaves it to Grok; with references it is that of the first. Quality counts for Image 2.0 only. How
    xAI wants several references of one order is not confirmed; one is. There is no seed, no mask and no field for what
    should not be seen. A picture that xAI makes and then holds back is charged. An order can't be stopped.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("There is no prompt: Grok needs to be told what to make.", "Write what should be seen.")
    require(offer, prompt=prompt, shape=shape, resolution=resolution)
    require_roles(offer, {"reference": len(references)})
    body = {"model": model, "prompt": prompt, "n": 1, "resolution": resolution, "response_format": "b64_json"}
    if shape != "auto":
        body["aspect_ratio"] = shape
    if "quality" in offer.can:
        require(offer, quality=quality)
        body["quality"] = quality
    media = tuple(Media("reference", one, suffix_of(one)) for one in references)
    path = EDITS if references else "/images/generations"
    order = Order(model, "image", {"path": path, "body": body}, media, {"resolution": resolution, "quality": quality},
                  {"image": 1, "image_in": len(references)})
    return remote.run(PROVIDER, order).image()


@node(group="Hosted video", provider="xai", title="Grok video by xAI")
def grok_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("xai-video")] = "grok-imagine-video-1.5",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "480p",
    audio: bool = True,
    voices: str = "",
) -> Video:
    """Make a film with sound with Grok Imagine, out of words, a first and a last picture, or references.

    A film with a first picture has that picture's shape, and Shape is not used. Only 1.5 takes a last picture, up to
    three of xAI's voices by name ("eve, rex", called <AUDIO_0> in the prompt), and a first picture beside references;
    Lite takes no references. With references there is no 1080p. There is no seed and no field for what should not be
    seen. A film that xAI makes and then holds back is charged. A request can't be stopped.
    """
    offer = PROVIDER.offer(model)
    named = [one.strip() for one in voices.split(",") if one.strip()]
    require_roles(offer, {"first_frame": int(first_frame is not None), "last_frame": int(last_frame is not None),
                          "reference": len(references), "voice": len(named)})
    guided = bool(references) or bool(named)
    if not prompt.strip() and first_frame is None and last_frame is None and not references:
        raise UserError("There is nothing to make a film of.", "Write a prompt, or give it a picture.")
    _check_words(prompt)
    require(offer, seconds=seconds, shape=shape if first_frame is None else None, resolution=resolution)
    _check_guided(offer, guided, first_frame is not None, seconds, resolution)
    if not audio and offer.can.get("silent") is False:
        raise UserError(f"{offer.title} always makes sound.", "Switch audio on, or choose another model.")
    body: dict[str, Any] = {"model": model, "duration": seconds, "resolution": resolution}
    if prompt.strip():
        body["prompt"] = prompt
    if first_frame is None:
        body["aspect_ratio"] = shape
    if not audio:
        body["generate_audio"] = False
    if named:
        body["reference_audios"] = [{"voice_id": one} for one in named]
    ends = (("first_frame", first_frame), ("last_frame", last_frame))
    media = [Media(role, one, suffix_of(one)) for role, one in ends if one is not None]
    media += [Media("reference", one, suffix_of(one)) for one in references]
    order = Order(model, "video", {"path": "/videos/generations", "body": body}, tuple(media),
                  {"resolution": resolution, "film": False}, {"second": seconds, "image_in": len(media)})
    return remote.run(PROVIDER, order).video()


@node(group="Hosted video", provider="xai", title="Grok video edit by xAI")
def grok_video_edit(
    remote: Remote,
    prompt: Prompt,
    film: str,
    use: Literal["edit", "extend"] = "edit",
    seconds: Annotated[int, Range(2, 10), ShowIf("use", "extend")] = 6,
) -> Video:
    """Change a film as the prompt says, or go on with it, with Grok Imagine Video.

    Film is the public https address of an MP4: that xAI takes films from this machine is not confirmed. A film that is
    changed is at most 8.7 s long and keeps its length and shape, at most 720p; one that is gone on with is 2 to 15 s
    long, and seconds are added. What it costs follows the film's length, so only a span is known before.
    """
    model = "grok-imagine-video"
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("There is no prompt: Grok needs to be told what to do.", "Write what should change or come.")
    _check_words(prompt)
    address = film.strip()
    if not re.fullmatch(r"https://[^\s/]+\.[^\s/]+/\S*\.mp4", address):
        raise UserError(f'xAI takes a film as the public https:// address of an .mp4, not "{address[:60]}".',
                        "Put the film where anyone can fetch it, as your own web space, and write its address.")
    body: dict[str, Any] = {"model": model, "prompt": prompt, "video": {"url": address}}
    units: Mapping[str, Any] = {"second": (0, EDITED), "second_in": (0, EDITED)}
    if use == "extend":
        require(offer, extension=seconds)
        body["duration"] = seconds
        units = {"second": seconds, "second_in": (2, 15)}
    path = "/videos/edits" if use == "edit" else "/videos/extensions"
    return remote.run(PROVIDER, Order(model, "video", {"path": path, "body": body}, (), {"film": True}, units)).video()


def _check_words(prompt: str) -> None:
    size = len(prompt.encode())
    if size > BYTES:
        raise UserError(f"xAI takes a prompt of at most {BYTES:,} bytes, not {size:,}.", "Shorten the prompt.")


def _check_guided(offer: Offer, guided: bool, framed: bool, seconds: int, resolution: str) -> None:
    """What holds only together with references. UserError."""
    if not guided:
        return
    if framed and offer.can.get("references_with_first_frame") is False:
        raise UserError(f"{offer.title} takes a first picture or references, not both.",
                        "Take one of the two away, or choose Grok Imagine Video 1.5.")
    limit: Mapping[str, int] | None = offer.can.get("seconds_with_references")
    if limit is not None and not limit["low"] <= seconds <= limit["high"]:
        raise UserError(f"{offer.title} makes films of at most {limit['high']} s out of references.",
                        "Make it shorter.")
    choices: Sequence[str] | None = offer.can.get("resolutions_with_references")
    if choices is not None and resolution not in choices:
        raise UserError(f"{offer.title} can't do {resolution} together with references or voices.",
                        f"With these it offers: {', '.join(choices)}.")
