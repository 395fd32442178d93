"""What Runway makes: films out of words and pictures, films after films, pictures, acting."""

from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Seed, Slider
from ajar.offers import Offer, require, require_roles
from ajar.remote import Media, Order
from ajar.values import Image, Video
from nodes.remote.runway import PROVIDER
from nodes.remote.runway_inputs import check_prompt, check_shape, chosen, filled, picture

EDIT = "video_to_video/"
"""What stands before the names of models that change films; the wire's name comes after it."""


@node(group="Hosted video", provider="runway", title="Runway video")
def runway_video(
    remote: Remote,
    prompt: Prompt,
    first_frame: Image | None = None,
    last_frame: Image | None = None,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("runway-video")] = "gen4.5",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "1280:720",
    resolution: Annotated[str, Offered("resolutions")] = "default",
    audio: bool = False,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Video:
    """Make a film with Runway, or with one of the many makers' models it resells, out of words or pictures.

    Shape is in pixels, by model; those that take a first picture's own shape leave it out. Resolution is for models
    that have it apart from the shape. Which of audio, negative, seed, last picture and references there are depends on
    the model; a seed that a model lacks is not sent, and where there is one it counts modulo 4294967296. A task can be
    stopped; one that already runs is not refunded.
    """
    offer = PROVIDER.offer(model)
    framed = first_frame is not None
    require_roles(offer, {"first_frame": int(framed), "last_frame": int(last_frame is not None),
                          "reference": len(references)})
    if last_frame is not None and not framed:
        raise UserError("Runway makes no film from a last picture only.", "Give it a first picture too.")
    fields = _fields_of_video(offer, framed, bool(references))
    check_prompt(offer, prompt, needed=not framed)
    require(offer, seconds=seconds, audio=audio, negative=bool(negative.strip()))
    values = {"ratio": shape, "duration": seconds, "resolution": resolution, "audio": audio,
              "negativePrompt": negative.strip(), "seed": seed}
    if "ratio" in fields:
        check_shape(offer, shape, "pictures" if framed else "words")
    if "resolution" in fields:
        require(offer, resolution=resolution)
    media = [picture(role, one) for role, one in (("first", first_frame), ("last", last_frame)) if one is not None]
    media += [picture("references", one) for one in references]
    body = {"model": model, **filled(prompt), **chosen(values, fields)}
    route = "image_to_video" if framed else "text_to_video"
    terms = {"audio": audio, "resolution": resolution if "resolution" in fields else "default",
             "shape": shape if "ratio" in fields else ""}
    return remote.run(PROVIDER, Order(model, "video", {"route": route, "body": body}, tuple(media), terms,
                                      {"second": seconds})).video()


@node(group="Hosted video", provider="runway", title="Runway video edit")
def runway_edit(
    remote: Remote,
    prompt: Prompt,
    video: Video,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("runway-edit")] = "video_to_video/aleph2",
    use: Literal["edit", "reference", "extend"] = "edit",
    seconds: Annotated[int, Offered("seconds")] = 5,
    shape: Annotated[str, Offered("shapes")] = "auto",
    resolution: Annotated[str, Offered("resolutions")] = "default",
    audio: bool = False,
    seed: Seed = 0,
) -> Video:
    """Change a film with Runway, or make a new one after it.

    Use matters to models that have it (Seedance 2.5, Gemini Omni 1.1): edit changes the film itself, reference makes a
    new one after it, extend goes on where it ends; the others do what their maker meant. Seconds and shape are sent
    only where the model takes them then. The film is uploaded to Runway, which deletes it after a while. What it costs
    is known once Runway has accepted it. A task can be stopped; one that already runs is not refunded.
    """
    offer = PROVIDER.offer(model)
    name = model.removeprefix(EDIT)
    require_roles(offer, {"reference": len(references)})
    fields = list(offer.can.get("films", ["videoUri"]))
    free = "mode" not in fields or use == "reference"
    check_prompt(offer, prompt, needed=not (free and offer.can.get("prompt_optional", False)))
    values = {"mode": use, "ratio": shape, "targetAspectRatio": shape, "duration": seconds, "resolution": resolution,
              "audio": audio, "seed": seed}
    if "mode" in fields and use == "edit":
        values["duration"] = "auto"
    if shape == "auto" or ("mode" in fields and use != "reference"):
        fields = [one for one in fields if one not in ("ratio", "targetAspectRatio")]
    timed = "duration" in fields and values["duration"] != "auto"
    require(offer, shape=shape, resolution=resolution, audio=audio, seconds=seconds if timed else None)
    place = "promptVideo" if "promptVideo" in fields else "videoUri"
    media = (Media(place, video, "mp4", via="upload"), *(picture("references", one) for one in references))
    body = {"model": name, **filled(prompt), **chosen(values, fields)}
    return remote.run(PROVIDER, Order(model, "video", {"route": "video_to_video", "body": body}, media,
                                      {"use": use, "shape": shape},
                                      {"second": seconds if timed else video.seconds})).video()


@node(group="Hosted image", provider="runway", title="Runway image")
def runway_image(
    remote: Remote,
    prompt: Prompt,
    references: tuple[Image, ...] = (),
    model: Annotated[str, Model("runway-image")] = "gen4_image",
    shape: Annotated[str, Offered("shapes")] = "1920:1080",
    quality: Annotated[str, Offered("quality")] = "default",
    seed: Seed = 0,
) -> Image:
    """Paint or edit a picture with Runway, or with one of the many makers' models it resells.

    The prompt calls references @image1, @image2 with models that know tags (Gen-4, Gemini, GPT Image), and Figure 1 or
    the like with others. Shape is in pixels, by model. A seed that a model lacks is not sent; where there is one it
    counts modulo 4294967296. There is no field for what should not be seen.
    """
    offer = PROVIDER.offer(model)
    require_roles(offer, {"reference": len(references)})
    if offer.can.get("needs_reference") and not references:
        raise UserError(f"{offer.title} needs a picture to refer to.", "Give it references, or choose another model.")
    check_prompt(offer, prompt, needed=True)
    require(offer, shape=shape, quality=quality)
    fields = offer.can.get("fields", ["ratio"])
    body = {"model": model, **filled(prompt), **chosen({"ratio": shape, "quality": quality, "seed": seed}, fields)}
    terms = {"small": shape in offer.can.get("small", ()), "quality": quality, "references": bool(references)}
    settings = {"route": "text_to_image", "body": body, "tags": bool(offer.can.get("tags"))}
    media = tuple(picture("referenceImages", one) for one in references)
    return remote.run(PROVIDER, Order(model, "image", settings, media, terms, {"image": 1})).image()


@node(group="Hosted video", provider="runway", title="Runway act")
def runway_act(
    remote: Remote,
    image: Image,
    video: Video,
    model: Annotated[str, Model("runway-performance")] = "act_two",
    shape: Annotated[str, Offered("shapes")] = "1280:720",
    expression: Annotated[int, Slider(1, 5)] = 3,
    body: bool = True,
    seed: Seed = 0,
) -> Video:
    """Let the figure of a picture act as the person in a film does, with Runway.

    A face must be seen in both, all the time; the film is 3 to 30 s long and the result as long as it. More expression
    is stronger; body takes over gestures besides the face. The film is uploaded to Runway, which deletes it after a
    while. The seed counts modulo 4294967296. A task can be stopped; one that already runs is not refunded.
    """
    offer = PROVIDER.offer(model)
    require(offer, shape=shape, expression=expression, video_seconds=round(video.seconds, 2))
    order: dict[str, Any] = {"model": model, "ratio": shape, "expressionIntensity": expression, "bodyControl": body,
                             **chosen({"seed": seed}, ["seed"])}
    media = (picture("character", image), Media("reference", video, "mp4", via="upload"))
    settings = {"route": "character_performance", "body": order}
    return remote.run(PROVIDER, Order(model, "video", settings, media, {}, {"second": video.seconds})).video()


def _fields_of_video(offer: Offer, framed: bool, referring: bool) -> list[str]:
    """The fields of the route that is taken. UserError where the model does not go it."""
    if "words" not in offer.can and "pictures" not in offer.can:
        return ["ratio", "duration", *(["references"] if referring else [])]
    fields = offer.can.get("pictures" if framed else "words")
    if fields is None:
        raise UserError(f"{offer.title} begins with a picture, and there is none." if not framed else
                        f"{offer.title} makes films out of words only.",
                        "Give it a first picture, or choose another model." if not framed else
                        "Take the picture away, or choose another model.")
    if referring and "references" not in fields:
        both = framed and "references" in offer.can.get("words", ())
        raise UserError(f"{offer.title} takes a first picture or references, not both." if both else
                        f"{offer.title} takes references only together with a first picture.",
                        "Take one of the two away." if both else "Give it a first picture.")
    return list(fields)
