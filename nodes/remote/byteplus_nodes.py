"""Seedance films and Seedream pictures by BytePlus."""

import math
import re
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Seed
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Audio, Image, Video
from nodes.remote.byteplus import PROVIDER, TASKS
from nodes.remote.byteplus_answers import IMAGES
from nodes.remote.inputs import suffix_of

SEEDS = 2**31
PIXELS = {"480p": 864 * 496, "720p": 1280 * 720, "1080p": 1920 * 1080, "4k": 3840 * 2160}
FPS = 24
SIDES, RATIO, SOUND = (300, 6000), 2.5, (2.0, 15.0)
"""Pixels of a picture's side, how much longer one side may be, seconds of a sound (a mirror of the vendor's page)."""
SMALL = 2_360_000
"""Seedream 5 Pro costs less up to so many pixels."""
SHEETS = {"1:1": (2048, 2048), "4:3": (2304, 1728), "3:4": (1728, 2304), "16:9": (2560, 1440), "9:16": (1440, 2560),
          "3:2": (2496, 1664), "2:3": (1664, 2496), "21:9": (3024, 1296)}
"""Pixels of a 2K picture by its shape (general knowledge of the vendor's table); 1K has half as many a side."""


@node(group="Hosted video", provider="byteplus", title="Seedance video by BytePlus")
def seedance_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    voice: Audio | None = None,
    model: Annotated[str, Model("byteplus-video")] = "dreamina-seedance-2-0-260128",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "auto",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    audio: bool = True,
    films: str = "",
    sounds: str = "",
    assets: str = "",
    seed: Seed = 0,
) -> Video:
    """Make a film with Seedance out of words, a first and a last picture, or references.

    The prompt calls references Image 1, Video 1, Audio 1, each kind counted by itself: what is wired comes before what
    is written. A film begins with a picture or refers to things, not both. Shape "auto" leaves it to Seedance. Films to
    refer to are public https addresses, one a line: BytePlus fetches films from the web only and takes no such file
    from this machine. Assets are pictures registered with BytePlus, as asset://..., one a line; real people's faces
    are taken only so. There is no field for what should not be seen. A seed is sent to Seedance 1 only, modulo
    2147483648: the newer ones take none. A task can be stopped only while it waits.
    """
    offer = PROVIDER.offer(model)
    listed = [*_addresses(assets, "reference_image"), *_addresses(films, "reference_video"),
              *_addresses(sounds, "reference_audio")]
    roles = [one["role"] for one in listed]
    counts = {"first_frame": int(first_frame is not None), "last_frame": int(last_frame is not None),
              "reference": len(references) + roles.count("reference_image"),
              "video": roles.count("reference_video"),
              "audio": roles.count("reference_audio") + int(voice is not None)}
    _check_roles(offer, counts)
    require(offer, prompt=prompt, seconds=seconds, shape=shape, resolution=resolution, audio=audio)
    if not prompt.strip() and not any(counts.values()):
        raise UserError("There is nothing to make a film of.", "Write a prompt, or give it a picture.")
    words = [{"type": "text", "text": prompt}] if prompt.strip() else []
    body: dict[str, Any] = {"model": model, "content": [*words, *listed], "resolution": resolution,
                            "duration": seconds, "watermark": False}
    if shape != "auto" or first_frame is not None or offer.can.get("adaptive"):
        body["ratio"] = "adaptive" if shape == "auto" else shape
    if offer.can.get("seed"):
        body["seed"] = seed % SEEDS
    if offer.can.get("audio", True):
        body["generate_audio"] = audio
    media = [_picture(role, one) for role, one in (("first_frame", first_frame), ("last_frame", last_frame))
             if one is not None]
    media += [_picture("reference_image", one) for one in references]
    media += [_sound(voice)] if voice is not None else []
    terms = {"resolution": resolution, "audio": audio, "video": counts["video"] > 0}
    return remote.run(PROVIDER, Order(model, "video", {"path": TASKS, "body": body}, tuple(media), terms,
                                      _tokens(offer, seconds, resolution, counts["video"]))).video()


@node(group="Hosted image", provider="byteplus", title="Seedream image by BytePlus")
def seedream_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("byteplus-image")] = "seedream-5-0-lite-260128",
    shape: Annotated[str, Offered("shapes")] = "1:1",
    resolution: Annotated[str, Offered("resolutions")] = "2K",
    seed: Seed = 0,
) -> Image:
    """Paint or edit a picture with Seedream.

    References are pictures to edit or to combine: the prompt says what to do with them. Shape "auto" leaves it to
    Seedream, which follows the prompt and the references. There is no field for what should not be seen, and whether
    the newer models heed the seed (it counts modulo 2147483648) is not confirmed. It can't be stopped: the picture
    comes with the answer.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("There is no prompt: Seedream needs to be told what to make.", "Write what should be seen.")
    require(offer, prompt=prompt, shape=shape, resolution=resolution)
    require_roles(offer, {"reference": len(references)})
    size = _size(shape, resolution)
    body = {"model": model, "prompt": prompt, "size": size, "response_format": "b64_json", "watermark": False,
            "sequential_image_generation": "disabled", "seed": seed % SEEDS}
    media = tuple(Media("reference", one, suffix_of(one)) for one in references)
    order = Order(model, "image", {"path": IMAGES, "body": body}, media, {"large": _pixels(size) > SMALL}, {"image": 1})
    return remote.run(PROVIDER, order).image()


def _addresses(text: str, role: str) -> list[dict[str, Any]]:
    """What lines of addresses mean in an order. UserError for one that BytePlus could not fetch."""
    kind = {"reference_image": "image_url", "reference_video": "video_url", "reference_audio": "audio_url"}[role]
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if not re.fullmatch(r"https://[^\s/]+\.[^\s/]+/\S*|asset://[\w.-]+", line):
            raise UserError(
                f'BytePlus takes it only from a public https:// address or as asset://..., and "{line[:60]}" is none.',
                "Put the file where anyone can fetch it (your own web space or storage) and write its address here.",
            )
        found.append({"type": kind, kind: {"url": line}, "role": role})
    return found


def _check_roles(offer: Offer, counts: dict[str, int]) -> None:
    require_roles(offer, counts)
    framed, referring = counts["first_frame"] + counts["last_frame"], counts["reference"] + counts["video"]
    if counts["last_frame"] and not counts["first_frame"]:
        raise UserError("Seedance makes no film from a last picture only.", "Give it a first picture too.")
    if framed and referring + counts["audio"]:
        raise UserError("Seedance takes first and last pictures or references, not both.",
                        "Take one of the two away; the prompt can say which reference the film begins with.")
    if counts["audio"] and not referring and not offer.can.get("audio_alone", True):
        raise UserError(f"{offer.title} takes a sound only together with a reference picture or film.",
                        "Give it a reference too, or choose Seedance 2.5.")


def _tokens(offer: Offer, seconds: int, resolution: str, films: int) -> dict[str, float | tuple[float, float]]:
    """(Frames made + frames given) x pixels / 1024; how long films on the web are isn't known. A film has one frame
    more than its seconds say, as two bills show (108,900 for 5 s of 720p)."""
    if resolution not in PIXELS:
        return {}
    each = PIXELS[resolution] / 1024
    more = offer.can.get("video_seconds") if films else 0
    frames = seconds * FPS + 1
    return {} if more is None else {"token_out": (frames * each, (frames + more * FPS) * each)}


def _size(shape: str, resolution: str) -> str:
    """``2K``, or width and height where a shape is wanted."""
    if shape not in SHEETS or not re.fullmatch(r"[\d.]+K", resolution):
        return resolution
    width, height = (int(side * float(resolution[:-1]) / 2) for side in SHEETS[shape])
    return f"{width}x{height}"


def _pixels(size: str) -> int:
    if re.fullmatch(r"[\d.]+K", size):
        return int(float(size[:-1]) * 1024) ** 2
    return math.prod(int(side) for side in re.findall(r"\d+", size))


def _picture(role: str, image: Image) -> Media:
    """A picture for a film. UserError if it is smaller, larger or longer than Seedance takes."""
    short, long = sorted((image.width, image.height))
    if short < SIDES[0] or long > SIDES[1] or long > RATIO * short:
        raise UserError("Seedance takes pictures of 300 to 6000 pixels a side whose sides are at most 1 : 2.5; "
                        f"this one has {image.width} x {image.height}.", "Scale or crop it first.")
    return Media(role, image, suffix_of(image))


def _sound(voice: Audio) -> Media:
    """A sound to refer to, as WAV. UserError if it is shorter or longer than Seedance takes."""
    if not SOUND[0] <= voice.seconds <= SOUND[1]:
        raise UserError(f"Seedance takes sounds of 2 to 15 s; this one has {voice.seconds:.1f} s.", "Cut it first.")
    return Media("reference_audio", voice, "wav")
