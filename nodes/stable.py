"""Pictures out of words by Stable Diffusion models on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.controls import Control
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Image, Lora, Mask, Size, Tuning
from nodes.generate import NoiseSampler, Schedule, Strength

Guidance = Annotated[float, Slider(0, 20, 0.5)]
ClipSkip = Annotated[int, Range(0, 8)]
Around = Annotated[int, Range(0, 1024, 8)]


@node
def sdxl(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    *controls: Control,
    model: Annotated[str, Model("sdxl")] = "stable-diffusion-xl-base-1.0",
    negative: Prompt = "",
    size: Size | None = None,
    steps: Annotated[int, Range(0, 150)] = 0,
    guidance: Guidance = 0.0,
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Around = 0,
    sampler: NoiseSampler = "own",
    schedule: Schedule = "own",
    clip_skip: ClipSkip = 0,
    vae: Annotated[str, Model("vae")] = "",
    refiner: Annotated[str, Model("sdxl-refiner")] = "",
    handover: Annotated[float, Slider(0.05, 1, 0.05)] = 0.8,
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Stable Diffusion XL model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. Prompts may be of any length: what
    is longer than the 75 tokens that the model reads at once is read in pieces. The same seed gives the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; what the mask
    leaves out stays as it is. With around, only the masked part is painted, in the full size, with so many pixels
    around it to go by, and the picture keeps its own size.

    Clip skip leaves out the last layers of the text encoders; other programs call 1 what is 0 here. Another VAE
    may decode the picture. A refiner takes over from the model after so much of the steps as handover says.
    """
    painter: Painter = gpu.load(model, kind="sdxl", loras=loras, tuning=tuning)
    extra = {"clip_skip": clip_skip, "vae": vae, "around": around, "refiner": refiner, "handover": handover}
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler="" if sampler == "own" else sampler, controls=controls,
        schedule="" if schedule == "own" else schedule, extra=extra,
    )
    return painter.paint(wanted, gpu.progress)
