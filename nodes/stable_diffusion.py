"""Pictures out of words by Stable Diffusion models on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Control, Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.generate import Around, FlowSampler, Guidance, NoiseSampler, Schedule, Strength, given, own

Steps = Annotated[int, Range(0, 150)]
"""These models are old enough to be run with more steps than others."""
ClipSkip = Annotated[int, Range(0, 8)]


@node(title="SDXL", group="Pictures")
def sdxl(
    gpu: Gpu,
    prompt: Prompt,
    *controls: Control,
    loras: Lora | None = None,
    model: Annotated[str, Model("sdxl")] = "stable-diffusion-xl-base-1.0",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Around = 0,
    refiner: Annotated[str, Model("sdxl-refiner")] = "",
    handover: Annotated[float, Slider(0.05, 1, 0.05)] = 0.8,
    vae: Annotated[str, Model("vae")] = "",
    clip_skip: ClipSkip = 0,
    sampler: NoiseSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Stable Diffusion XL model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. Prompts may be long: what is more
    than the 75 tokens that the model reads at once is read in pieces. The same seed gives the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; what the mask
    leaves out stays as it is. With around, only the masked part and so many pixels around it are painted, at the
    full size. A refiner takes over after so much of the steps as handover says.

    Controls steer it by other pictures: by edges, depth or poses (control), or by what they show (reference).

    Another VAE may decode the picture. Clip skip leaves out the last layers of the text encoders; what is 0 here,
    other programs call 1.
    """
    painter: Painter = gpu.load(model, kind="sdxl", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler=own(sampler), schedule=own(schedule), controls=controls,
        extra=given(
            around=around, vae=vae, clip_skip=clip_skip, refiner=refiner, handover=handover if refiner else None
        ),
    )
    return painter.paint(wanted, gpu.progress)


@node(title="Stable Diffusion 1.5", group="Pictures")
def sd15(
    gpu: Gpu,
    prompt: Prompt,
    *controls: Control,
    loras: Lora | None = None,
    model: Annotated[str, Model("sd15")] = "stable-diffusion-v1-5",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Around = 0,
    vae: Annotated[str, Model("vae")] = "",
    clip_skip: ClipSkip = 0,
    sampler: NoiseSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Stable Diffusion 1.5 model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. Prompts may be long: what is more
    than the 75 tokens that the model reads at once is read in pieces. The same seed gives the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; what the mask
    leaves out stays as it is. With around, only the masked part and so many pixels around it are painted, at the
    full size. Models that were made for masks need an image and a mask.

    Controls steer it by other pictures: by edges, depth or poses (control), or by what they show (reference).

    Another VAE may decode the picture. Clip skip leaves out the last layers of the text encoder; what is 0 here,
    other programs call 1.
    """
    painter: Painter = gpu.load(model, kind="sd15", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler=own(sampler), schedule=own(schedule), controls=controls,
        extra=given(around=around, vae=vae, clip_skip=clip_skip),
    )
    return painter.paint(wanted, gpu.progress)


@node(title="Stable Diffusion 3.5", group="Pictures")
def sd3(
    gpu: Gpu,
    prompt: Prompt,
    *controls: Control,
    loras: Lora | None = None,
    model: Annotated[str, Model("sd3")] = "stable-diffusion-3.5-large",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Around = 0,
    clip_skip: ClipSkip = 0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Stable Diffusion 3 or 3.5 model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. Its T5 text encoder reads up to 512
    tokens of a prompt, the two others the first 75. The same seed gives the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; what the mask
    leaves out stays as it is. With around, only the masked part and so many pixels around it are painted, at the
    full size. Control pictures steer it only when it starts from words.
    """
    painter: Painter = gpu.load(model, kind="sd3", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler=own(sampler), schedule=own(schedule), controls=controls,
        extra=given(around=around, clip_skip=clip_skip),
    )
    return painter.paint(wanted, gpu.progress)


@node(group="Lora")
def learned_word(model: Annotated[str, Model("embedding")], onto: Lora | None = None) -> Lora:
    """Take a word that was learned later (a textual inversion), alone or beside LoRAs and other words.

    The prompt, or the negative prompt, has to use it: write it as its file is called.
    """
    return Lora((LoraPart(model, 1.0),)).onto(onto)
