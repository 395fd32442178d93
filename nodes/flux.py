"""Pictures by FLUX.1 on this machine: out of words, edited, painted into and beyond, led by lines or by depth."""

from typing import Annotated

import numpy as np

from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Control, Image, Lora, Mask, Size, Tuning
from nodes.generate import Around, FlowSampler, Guidance, Schedule, Steps, Strength, given, own

Beyond = Annotated[int, Range(0, 2048, 8)]


@node(group="Pictures")
def flux(
    gpu: Gpu,
    prompt: Prompt,
    *controls: Control,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux")] = "builtin",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    cfg: Annotated[float, Slider(0, 10, 0.5)] = 0.0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Around = 0,
    likeness: list[Image] | None = None,
    redux: Annotated[str, Model("flux-redux")] = "",
    alike: Annotated[float, Slider(0, 1, 0.05)] = 1.0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a FLUX.1 model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. More guidance follows the prompt
    more strictly; models that were made without it paint the same with any. Negative says what should not be
    seen; most FLUX models need a second pass at every step for it, which cfg above 1 turns on. The same seed gives
    the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; with around,
    only the masked part and so many pixels around it are painted, at the full size. Pictures of likeness are read by
    a Redux model, and what it sees is put beside the prompt.
    """
    painter: Painter = gpu.load(model, kind="flux", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler=own(sampler), schedule=own(schedule), controls=controls,
        references=tuple(likeness or ()),
        extra={**given(cfg=cfg, around=around, redux=redux), **({"likeness": alike} if likeness else {})},
    )
    return painter.paint(wanted, gpu.progress)


@node(title="Flux Kontext", group="Pictures")
def flux_kontext(
    gpu: Gpu,
    prompt: Prompt,
    *pictures: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux-kontext")] = "FLUX.1-Kontext-dev",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    cfg: Annotated[float, Slider(0, 10, 0.5)] = 0.0,
    seed: Seed = 0,
    image: Image | None = None,
    mask: Mask | None = None,
    strength: Strength = 1.0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Change pictures as the prompt says, with FLUX.1 Kontext: "make it night", "put the cat on the sofa".

    Several pictures are shown to the model side by side, in the order they are wired. Without a size the result has
    the proportions of the first. A mask changes only a part of image; the pictures are then what the model looks at.
    """
    painter: Painter = gpu.load(model, kind="flux-kontext", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image, mask=mask,
        strength=strength, references=pictures, sampler=own(sampler), schedule=own(schedule), extra=given(cfg=cfg),
    )
    return painter.paint(wanted, gpu.progress)


@node(title="Flux Fill", group="Pictures")
def flux_fill(
    gpu: Gpu,
    prompt: Prompt,
    image: Image,
    mask: Mask | None = None,
    left: Beyond = 0,
    top: Beyond = 0,
    right: Beyond = 0,
    bottom: Beyond = 0,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux-fill")] = "FLUX.1-Fill-dev",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Annotated[float, Slider(0, 60, 0.5)] = 0.0,
    seed: Seed = 0,
    strength: Strength = 1.0,
    around: Annotated[int, Range(0, 1024, 8)] = 0,
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint into the masked part of a picture with FLUX.1 Fill, or on beyond its edges.

    Left, top, right and bottom are how many pixels are added there. What is not painted stays as it is; where the
    mask is soft, old and new are mixed.
    """
    if mask is None and not (left or top or right or bottom):
        raise UserError(
            "There is nothing to paint: no mask, and nothing beyond the edges.",
            "Wire a mask, or say how many pixels to add on one side.",
        )
    painter: Painter = gpu.load(model, kind="flux-fill", loras=loras, tuning=tuning)
    wider, open_part = extended(image, mask, (left, top, right, bottom))
    wanted = Painting(
        prompt=prompt, size=size, steps=steps, guidance=guidance, seed=seed, image=wider, mask=open_part,
        strength=strength, schedule=own(schedule), extra=given(around=around),
    )
    return painter.paint(wanted, gpu.progress)


@node(title="Flux Control", group="Pictures")
def flux_control(
    gpu: Gpu,
    prompt: Prompt,
    guide: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux-control")] = "FLUX.1-Canny-dev",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Annotated[float, Slider(0, 60, 0.5)] = 0.0,
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Annotated[int, Range(0, 1024, 8)] = 0,
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint after the lines or the depth of a guide, with FLUX.1 Canny or Depth.

    The guide is already a picture of lines or of depth. Without a size the result has about the proportions of the
    guide. With an image it starts from there, and a mask says where it is painted anew.
    """
    painter: Painter = gpu.load(model, kind="flux-control", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, size=size, steps=steps, guidance=guidance, seed=seed, image=image, strength=strength, mask=mask,
        references=(guide,), schedule=own(schedule), extra=given(around=around),
    )
    return painter.paint(wanted, gpu.progress)


def extended(image: Image, mask: Mask | None, sides: tuple[int, int, int, int]) -> tuple[Image, Mask]:
    """The picture with more room at its left, top, right and bottom, and a mask that is open there."""
    left, top, right, bottom = sides
    picture = image.rgb()
    beside = ((top, bottom), (left, right))
    array = np.pad(picture.array, (*beside, (0, 0)), mode="edge")
    inner = mask.array if mask is not None else np.zeros((image.height, image.width), np.float32)
    if inner.shape != (image.height, image.width):
        raise UserError(
            f"The mask has {inner.shape[1]}x{inner.shape[0]} pixels and the picture {image.size}.",
            "Make them the same size.",
        )
    return picture.like(array), Mask.of(np.pad(inner, beside, constant_values=np.float32(1)))
