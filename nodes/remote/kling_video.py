"""Films by Kling: out of words, out of pictures, after other films."""

from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Video
from nodes.remote.kling import PROVIDER
from nodes.remote.kling_inputs import named, picture, together, web_address

MEGABYTES = 50
"""The largest picture that the newer standard takes."""
MOTION = {"image": (3.0, 10.0), "video": (3.0, 30.0)}
"""How long a film of movements may be, by whom the figure faces as."""


@node(group="Hosted video", provider="kling", title="Kling video")
def kling_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    model: Annotated[str, Model("kling-video")] = "kling-3.0",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    audio: bool = False,
    shots: bool = True,
    elements: str = "",
    voices: str = "",
) -> Video:
    """Make a film with Kling out of words, or out of a first and a last picture.

    With a first picture the film has that picture's shape, and Shape is not used. Kling has no seed and no field for
    what should not be seen: write that into the prompt; the same order can come out differently. Shots lets models
    3.0 cut: write "shot 1, 2, words; shot 2, 3, words;" with the seconds of each, or leave the cuts to Kling.
    Kling 3.0 Turbo always makes sound. Elements (3.0, with a first picture) and voices (2.6, likewise) are things
    kept in your Kling account: write "anna=8123" and call it @anna in the prompt. A job can't be stopped.
    """
    offer = PROVIDER.offer(model)
    more = [*named(elements, "element", "element_id"), *named(voices, "voice", "voice_id")]
    _check_words(offer, prompt, seconds, resolution)
    _check_frames(offer, prompt, first_frame, last_frame, more)
    require(offer, audio=audio, shape=None if first_frame else shape)
    together(offer, "resolution_with_audio", resolution, audio)
    together(offer, "resolution_with_last_frame", resolution, last_frame is not None)
    together(offer, "audio_with_last_frame", audio, last_frame is not None)
    if voices.strip() and not audio:
        raise UserError("A voice can be heard only in a film with audio.", "Switch audio on, or leave voices out.")
    settings: dict[str, Any] = {"resolution": resolution, "duration": seconds}
    if offer.can.get("audio") or (audio and "sounds_always" not in offer.can):
        settings["audio"] = "native" if audio else "off"
    if "shots" in offer.can:
        settings["multi_shot"] = shots
    media = _frames(first_frame, last_frame)
    body: dict[str, Any]
    if media:
        path, body = f"/image-to-video/{model}", {"contents": [{"type": "prompt", "text": prompt}, *more]}
    else:
        path, body = f"/text-to-video/{model}", {"prompt": prompt}
        settings["aspect_ratio"] = shape
    terms = {"resolution": resolution, "audio": audio, "voice": bool(voices.strip())}
    order = Order(model, "video", {"path": path, "body": {**body, "settings": settings}}, media, terms,
                  {"second": seconds})
    return remote.run(PROVIDER, order).video()


@node(group="Hosted video", provider="kling", title="Kling omni video")
def kling_omni(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("kling-omni")] = "kling-3.0-omni",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    audio: bool = False,
    shots: bool = True,
    film: str = "",
    use: Literal["follow", "edit"] = "follow",
    keep_sound: bool = False,
    elements: str = "",
) -> Video:
    """Make a film with Kling's omni models out of words, pictures, elements and a film on the web.

    The prompt calls references @image_1, @image_2 and so on, and the film @video_1. Film is a public https address:
    Kling fetches films from the web only and takes no file from this machine. Follow makes a new film in its manner,
    without sound of its own; Edit changes that film itself: its length is kept, so what it costs is known only from
    its shortest to its longest. Keep sound takes its sound over. Elements are things kept in your Kling account: write
    "anna=8123" and call it @anna. No seed; what should not be seen goes into the prompt. A job can't be stopped.
    """
    offer = PROVIDER.offer(model)
    editing = bool(film.strip()) and use == "edit"
    more = named(elements, "element", "element_id")
    if film.strip():
        kind = "base_video" if editing else "feature_video"
        more.append({"type": kind, "url": web_address(film), "id": "video_1"})
    elif keep_sound:
        raise UserError("There is no film whose sound could be kept.", "Write the film's address, or switch it off.")
    _check_words(offer, prompt, None if editing else seconds, resolution)
    needs_shape = first_frame is None and not film.strip()
    require(offer, shape=shape if needs_shape else None, audio=audio)
    _check_counts(offer, first_frame, last_frame, len(references), more)
    if film.strip():
        _check_film(offer, editing, first_frame, last_frame, audio, keep_sound)
    elif not references:
        together(offer, "seconds_with_first_frame", seconds, first_frame is not None)
    settings: dict[str, Any] = {"resolution": resolution}
    settings["audio"] = "native" if audio else "original" if keep_sound else "off"
    if "shots" in offer.can:
        settings["multi_shot"] = not editing and (shots or bool(film.strip()))
    if not editing:
        settings["duration"] = seconds
    if needs_shape:
        settings["aspect_ratio"] = shape
    body = {"contents": [{"type": "prompt", "text": prompt}, *more], "settings": settings}
    media = (*_frames(first_frame, last_frame), *(picture("reference", one, MEGABYTES) for one in references))
    terms = {"resolution": resolution, "audio": audio, "video": bool(film.strip())}
    length = offer.can.get("video_seconds", {"low": 3, "high": 15.5})
    order = Order(model, "video", {"path": f"/omni-video/{model}", "body": body}, media, terms,
                  {"second": (length["low"], length["high"]) if editing else seconds})
    return remote.run(PROVIDER, order).video()


@node(group="Hosted video", provider="kling", title="Kling motion control")
def kling_motion(
    remote: Remote,
    image: Image,
    film: str,
    prompt: Prompt = "",
    model: Annotated[str, Model("kling-motion")] = "motion-control/kling-3.0",
    facing: Literal["video", "image"] = "video",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    keep_sound: bool = True,
    elements: str = "",
) -> Video:
    """Let the figure of a picture move as someone in a film does, with Kling.

    Film is a public https address: Kling fetches films from the web only and takes no file from this machine. It is
    3 to 30 s long, in one take, with one person; 3 to 10 s where the figure faces as in the image. The result is as
    long as the film, so what it costs is known only from its shortest to its longest. One element of your Kling
    account may be named (model 3.0): "anna=8123" is @anna in the prompt. No seed. A job can't be stopped.
    """
    offer = PROVIDER.offer(model)
    more = named(elements, "element", "element_id")
    require(offer, prompt=prompt, resolution=resolution)
    require_roles(offer, {"element": len(more)})
    media = (picture("image", image, MEGABYTES),)
    words = [{"type": "prompt", "text": prompt}] if prompt.strip() else []
    settings = {"character_orientation": facing, "audio": "original" if keep_sound else "off",
                "resolution": resolution}
    body = {"contents": [*words, {"type": "video", "url": web_address(film)}, *more], "settings": settings}
    path = f"/{model}" if model.startswith("motion-control/") else f"/motion-control/{model}"
    order = Order(model, "video", {"path": path, "body": body}, media, {"resolution": resolution},
                  {"second": MOTION[facing]})
    return remote.run(PROVIDER, order).video()


def _frames(first: Image | None, last: Image | None) -> tuple[Media, ...]:
    given = (("first_frame", first), ("last_frame", last))
    return tuple(picture(role, image, MEGABYTES) for role, image in given if image is not None)


def _check_words(offer: Offer, prompt: str, seconds: int | None, resolution: str) -> None:
    if not prompt.strip():
        raise UserError("There is no prompt: Kling needs to be told what to make.", "Write what should be seen.")
    require(offer, prompt=prompt, seconds=seconds, resolution=resolution)


def _check_frames(
    offer: Offer, prompt: str, first: Image | None, last: Image | None, more: list[dict[str, str]]
) -> None:
    _check_last(first, last)
    if more and first is None:
        raise UserError("Kling takes elements and voices only together with a first picture.",
                        "Give it a first picture, or use Kling omni video for elements.")
    kinds = [one["type"] for one in more]
    require_roles(offer, {"first_frame": int(first is not None), "last_frame": int(last is not None),
                          "element": kinds.count("element"), "voice": kinds.count("voice")})
    if first is not None:
        require(offer, prompt_with_a_picture=prompt)


def _check_last(first: Image | None, last: Image | None) -> None:
    if last is not None and first is None:
        raise UserError("Kling makes no film from a last picture only.", "Give it a first picture too.")


def _check_counts(
    offer: Offer, first: Image | None, last: Image | None, references: int, more: list[dict[str, str]]
) -> None:
    """How many references and elements an omni model takes together. What kind an element is can't be known here."""
    _check_last(first, last)
    elements = sum(one["type"] == "element" for one in more)
    filmed = len(more) > elements
    most = offer.can.get("references_with_video" if filmed else "references")
    if most is not None and references + elements > most:
        raise UserError(
            f"{offer.title} takes at most {most} references and elements together{' beside a film' if filmed else ''}, "
            f"not {references + elements}.", "Take some away.")
    if first is not None:
        require(offer, elements_with_a_frame=elements)
    together(offer, "references_with_last_frame", references + elements, last is not None)


def _check_film(
    offer: Offer, editing: bool, first: Image | None, last: Image | None, audio: bool, keep_sound: bool
) -> None:
    """What goes with a film that is followed or edited."""
    if audio:
        raise UserError("Kling makes no new sound for a film that is followed or edited.",
                        "Switch audio off; Keep sound takes the film's own.")
    if editing and first is not None:
        raise UserError("Kling edits a film without a first or last picture.", "Take them away, or set use to follow.")
    if not editing:
        together(offer, "last_frame_with_film", last is not None, True)
        together(offer, "keep_sound_with_follow", keep_sound, True)
