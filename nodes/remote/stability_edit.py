"""Changes to pictures by Stability AI: what a mask shows, what words name, what lies around, what lies behind."""

from typing import Annotated, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Range, Seed, Slider
from ajar.offers import require
from ajar.values import Image, Mask
from nodes.remote.stability import PROVIDER
from nodes.remote.stability_inputs import form, order, picture, seeded, styled

EDIT = "stable-image/edit"


@node(group="Hosted image", provider="stability", title="Stability inpaint")
def stability_inpaint(
    remote: Remote,
    prompt: Prompt,
    image: Image,
    mask: Mask,
    model: Annotated[str, Model("stability-inpaint")] = "inpaint",
    style: Annotated[str, Offered("styles")] = "none",
    grow: Annotated[int, Range(0, 100)] = 5,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Paint anew what a mask shows of a picture.

    White in the mask is painted, black is kept; grow makes it larger by so many pixels. The seed counts modulo
    4294967294.
    """
    offer = PROVIDER.offer(model)
    require(offer, prompt=prompt, grow=grow)
    fields = form(prompt=prompt, negative_prompt=negative, grow_mask=grow, seed=seeded(seed), output_format="png",
                  style_preset=styled(offer, style))
    media = [picture(offer, "image", image), picture(offer, "mask", mask)]
    return remote.run(PROVIDER, order(offer, f"{EDIT}/inpaint", fields, media)).image()


@node(group="Hosted image", provider="stability", title="Stability erase")
def stability_erase(
    remote: Remote,
    image: Image,
    mask: Mask,
    model: Annotated[str, Model("stability-erase")] = "erase",
    grow: Annotated[int, Range(0, 20)] = 5,
    seed: Seed = 0,
) -> Image:
    """Take away what a mask shows of a picture, as if it had never been there.

    White in the mask is erased, black is kept; grow makes it larger by so many pixels. The seed counts modulo
    4294967294.
    """
    offer = PROVIDER.offer(model)
    require(offer, grow=grow)
    media = [picture(offer, "image", image), picture(offer, "mask", mask)]
    fields = form(grow_mask=grow, seed=seeded(seed), output_format="png")
    return remote.run(PROVIDER, order(offer, f"{EDIT}/erase", fields, media)).image()


@node(group="Hosted image", provider="stability", title="Stability search and change")
def stability_search(
    remote: Remote,
    prompt: Prompt,
    image: Image,
    search: str = "",
    model: Annotated[str, Model("stability-search")] = "search-and-replace",
    style: Annotated[str, Offered("styles")] = "none",
    grow: Annotated[int, Range(0, 20)] = 3,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Put another thing, or another colour, in the place of one that words name; no mask is needed.

    Search names what is in the picture, the prompt what it becomes. The seed counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    if not search.strip():
        raise UserError("It is not said what to look for.", "Name the thing in the picture at Search.")
    require(offer, prompt=prompt, grow=grow)
    fields = form(prompt=prompt, negative_prompt=negative, grow_mask=grow, seed=seeded(seed), output_format="png",
                  style_preset=styled(offer, style))
    fields["select_prompt" if model == "search-and-recolor" else "search_prompt"] = search
    return remote.run(PROVIDER, order(offer, f"{EDIT}/{model}", fields, [picture(offer, "image", image)])).image()


@node(group="Hosted image", provider="stability", title="Stability outpaint")
def stability_outpaint(
    remote: Remote,
    image: Image,
    prompt: Prompt = "",
    model: Annotated[str, Model("stability-outpaint")] = "outpaint",
    left: Annotated[int, Range(0, 2000)] = 0,
    right: Annotated[int, Range(0, 2000)] = 0,
    top: Annotated[int, Range(0, 2000)] = 0,
    bottom: Annotated[int, Range(0, 2000)] = 0,
    style: Annotated[str, Offered("styles")] = "none",
    creativity: Annotated[float, Slider(0, 1, 0.05)] = 0.5,
    seed: Seed = 0,
) -> Image:
    """Go on with a picture beyond its borders, by so many pixels on each side.

    The prompt may say what is there. The seed counts modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    borders = {"left": left, "right": right, "up": top, "down": bottom}
    if not any(borders.values()):
        raise UserError("The picture would not become larger.", "Say by how many pixels, on at least one side.")
    for pixels in borders.values():
        require(offer, border=pixels)
    require(offer, prompt=prompt, creativity=creativity)
    fields = form(**{side: pixels or None for side, pixels in borders.items()}, prompt=prompt, creativity=creativity,
                  seed=seeded(seed), output_format="png", style_preset=styled(offer, style))
    return remote.run(PROVIDER, order(offer, f"{EDIT}/outpaint", fields, [picture(offer, "image", image)])).image()


@node(group="Hosted image", provider="stability", title="Stability remove background")
def stability_cutout(
    remote: Remote,
    image: Image,
    model: Annotated[str, Model("stability-cutout")] = "remove-background",
) -> Image:
    """Cut out what stands in front; the rest becomes see-through."""
    offer = PROVIDER.offer(model)
    fields = form(output_format="png")
    made = order(offer, f"{EDIT}/remove-background", fields, [picture(offer, "image", image)])
    return remote.run(PROVIDER, made).image()


@node(group="Hosted image", provider="stability", title="Stability background and light")
def stability_relight(
    remote: Remote,
    prompt: Prompt,
    image: Image,
    reference: Image | None = None,
    model: Annotated[str, Model("stability-relight")] = "replace-background-and-relight",
    subject: str = "",
    light: Literal["as it is", "left", "right", "above", "below"] = "as it is",
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.3,
    keep_background: bool = False,
    negative: Prompt = "",
    seed: Seed = 0,
) -> Image:
    """Put what stands in front before another background, and light it anew.

    The prompt says what the background shows, a reference how it looks; one of the two is needed. Subject describes
    what stands in front, strength how bright the light is. Keep background changes the light only. The seed counts
    modulo 4294967294.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip() and reference is None:
        raise UserError("The background is neither described nor shown.", "Write a prompt, or wire a reference.")
    require(offer, prompt=prompt, strength=strength)
    shining = light != "as it is"
    fields = form(background_prompt=prompt, foreground_prompt=subject, negative_prompt=negative, seed=seeded(seed),
                  output_format="png", light_source_direction=light if shining else None,
                  light_source_strength=strength if shining else None, keep_original_background=keep_background or None)
    media = [picture(offer, "subject_image", image)]
    if reference is not None:
        media.append(picture(offer, "background_reference", reference))
    made = order(offer, f"{EDIT}/{model}", fields, media, results="/v2beta/results")
    return remote.run(PROVIDER, made).image()
