"""Films and pictures by Luma: out of words, and after pictures and films that lie on the web."""

import re
from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Area, Model, Offered, Prompt
from ajar.offers import Offer, require
from ajar.remote import Order
from ajar.values import Image, Video
from nodes.remote.luma import PROVIDER

ADDRESS = re.compile(r"https://[^\s/]+\.[^\s/]+/\S*")
MOST = 4
"""Addresses of one kind; general knowledge, UNVERIFIED."""
Addresses = Annotated[str, Area(rows=3)]


@node(group="Hosted video", provider="luma", title="Luma video")
def luma_video(
    remote: Remote,
    prompt: Prompt,
    model: Annotated[str, Model("luma-video")] = "ray-2",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "16:9",
    resolution: Annotated[str, Offered("resolutions")] = "720p",
    first_address: str = "",
    last_address: str = "",
    loop: bool = False,
    concepts: str = "",
) -> Video:
    """Make a film with Luma Ray 2 out of words, from and to pictures that lie on the web.

    First and last address are public https addresses of pictures: Luma fetches them from the web and takes no
    picture from this machine. Concepts are names of camera moves that Luma knows, with commas between. Ray 2 makes no
    sound and has no seed and no field for what should not be seen. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    require(offer, seconds=seconds, shape=shape, resolution=resolution)
    body: dict[str, Any] = {"model": model, "prompt": prompt, "duration": f"{seconds}s", "aspect_ratio": shape,
                            "resolution": resolution, "loop": loop}
    frames = {name: {"type": "image", "url": web_address(text, "pictures")}
              for name, text in (("frame0", first_address), ("frame1", last_address)) if text.strip()}
    if not prompt.strip() and not frames:
        raise UserError(f"{offer.title} needs a prompt or a picture.", "Say what should happen.")
    if frames:
        body["keyframes"] = frames
    keys = [{"key": key} for key in filter(None, (one.strip() for one in concepts.split(",")))]
    if keys:
        body["concepts"] = keys
    return _film(remote, offer, "/generations/video", body, {"resolution": resolution, "task": "video"}, seconds)


@node(group="Hosted video", provider="luma", title="Luma video edit")
def luma_modify(
    remote: Remote,
    prompt: Prompt = "",
    film: str = "",
    model: Annotated[str, Model("luma-video")] = "ray-2",
    manner: Literal["adhere", "flex", "reimagine"] = "flex",
    freedom: Literal["1", "2", "3"] = "1",
    first_address: str = "",
) -> Video:
    """Change a film that lies on the web with Luma Ray 2: keep to it, bend it, or imagine it anew.

    Addresses are public https addresses, of the film and of a picture to begin with: Luma fetches them from the web
    and takes no file from this machine. Freedom is from 1 to 3 within each manner. No seed. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    body: dict[str, Any] = {"generation_type": "modify_video", "model": model, "mode": f"{manner}_{freedom}",
                            "media": {"url": web_address(film, "films")}}
    if prompt.strip():
        body["prompt"] = prompt
    if first_address.strip():
        body["first_frame"] = {"url": web_address(first_address, "pictures")}
    return _film(remote, offer, "/generations/video/modify", body, {"task": "modify"})


@node(group="Hosted video", provider="luma", title="Luma reframe")
def luma_reframe(
    remote: Remote,
    prompt: Prompt = "",
    film: str = "",
    model: Annotated[str, Model("luma-video")] = "ray-2",
    shape: Annotated[str, Offered("shapes")] = "9:16",
) -> Video:
    """Give a film that lies on the web another shape with Luma Ray 2; what is missing is made up.

    The address is a public https address: Luma fetches the film from the web and takes no file from this machine. The
    prompt may say what lies around. No seed. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    require(offer, shape=shape)
    body: dict[str, Any] = {"generation_type": "reframe_video", "model": model, "aspect_ratio": shape,
                            "media": {"url": web_address(film, "films")}}
    if prompt.strip():
        body["prompt"] = prompt
    return _film(remote, offer, "/generations/video/reframe", body, {"task": "reframe"})


@node(group="Hosted image", provider="luma", title="Luma image")
def luma_image(
    remote: Remote,
    prompt: Prompt,
    model: Annotated[str, Model("luma-image")] = "photon-1",
    shape: Annotated[str, Offered("shapes")] = "16:9",
    reference_addresses: Addresses = "",
    style_addresses: Addresses = "",
    character_addresses: Addresses = "",
    changed_address: str = "",
) -> Image:
    """Paint a picture with Luma Photon, after pictures that lie on the web or by changing one.

    Addresses are public https addresses, one a line: Luma fetches them from the web and takes no picture from this
    machine. References say what to show, styles how it looks, characters who is in it. After an address of a
    reference, a style or the picture to change may stand how much it counts, from 0 to 1: "https://... 0.8". No seed,
    and no field for what should not be seen. It can't be stopped.
    """
    offer = PROVIDER.offer(model)
    require(offer, shape=shape)
    if not prompt.strip():
        raise UserError(f"{offer.title} needs a prompt.", "Say what should be seen.")
    body: dict[str, Any] = {"model": model, "prompt": prompt, "aspect_ratio": shape, "format": "png"}
    for name, text in (("image_ref", reference_addresses), ("style_ref", style_addresses)):
        found = _weighed(offer, text)
        if found:
            body[name] = found
    characters = [web_address(line, "pictures") for line in _lines(offer, character_addresses)]
    if characters:
        body["character_ref"] = {"identity0": {"images": characters}}
    changed = _weighed(offer, changed_address)
    if changed:
        body["modify_image_ref"] = changed[0]
    order = Order(model, "image", {"path": "/generations/image", "body": body}, terms={"task": "image"},
                  units={"image": 1})
    return remote.run(PROVIDER, order).image()


def web_address(text: str, what: str) -> str:
    """An address on the web. UserError if it is none that Luma could fetch."""
    address = text.strip()
    if not ADDRESS.fullmatch(address):
        raise UserError(
            f'Luma takes {what} only from a public https:// address, and this is none: "{address[:60]}".'
            if address else f"Luma takes {what} only from a public https:// address; there is none.",
            "Put it where anyone can fetch it (your own web space or storage) and write its address here.",
        )
    return address


def _film(remote: Remote, offer: Offer, path: str, body: dict[str, Any], terms: dict[str, Any],
          seconds: int = 0) -> Video:
    units = {"second": float(seconds)} if seconds else {"call": 1.0}
    order = Order(offer.id, "video", {"path": path, "body": body}, terms=terms, units=units)
    return remote.run(PROVIDER, order).video()


def _lines(offer: Offer, text: str) -> list[str]:
    """The lines that hold something. UserError if they are too many."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise UserError(f"{offer.title} takes at most {MOST} addresses of a kind, not {len(lines)}.", "Take some away.")
    return lines


def _weighed(offer: Offer, text: str) -> list[dict[str, Any]]:
    """Addresses with how much each counts, where that is said."""
    found: list[dict[str, Any]] = []
    for line in _lines(offer, text):
        address, _, weight = line.partition(" ")
        one: dict[str, Any] = {"url": web_address(address, "pictures")}
        if weight.strip():
            try:
                one["weight"] = float(weight)
            except ValueError:
                raise UserError(f'"{weight.strip()[:40]}" does not say how much a picture counts.',
                                "Write a number from 0 to 1 after the address.") from None
            require(offer, weight=one["weight"])
        found.append(one)
    return found
