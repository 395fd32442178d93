"""Pictures out of words, painted on this machine."""

from typing import Annotated, Literal

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Image, Lora, Mask, Size, Tuning

Strength = Annotated[float, Slider(0, 1, 0.05)]
FlowSampler = Literal["own", "euler", "euler a", "heun", "dpm++ 2m", "unipc", "lcm"]
"""Samplers of models that follow a flow; "own" is the one the model was published with."""
NoiseSampler = Literal[
    "own", "euler", "euler a", "heun", "dpm2", "dpm2 a", "lms", "dpm++ 2m", "dpm++ 2m sde", "dpm++ 3m", "dpm++ sde",
    "dpm++ 2s", "ddim", "ddpm", "pndm", "unipc", "deis", "lcm", "tcd",
]
"""Samplers of Stable Diffusion 1.5 and XL."""
Schedule = Literal["own", "normal", "karras", "exponential", "beta"]
"""How the noise levels are spread over the steps."""


@node
def flux(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux")] = "builtin",
    size: Size | None = None,
    steps: Annotated[int, Range(0, 100)] = 0,
    guidance: Annotated[float, Slider(0, 20, 0.5)] = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a FLUX.1 model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. More guidance follows the prompt
    more strictly; models that were made without it paint the same with any. Negative says what should not be
    seen, for models that can use it; the others refuse it. The same seed gives the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where.
    """
    painter: Painter = gpu.load(model, kind="flux", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler="" if sampler == "own" else sampler,
        schedule="" if schedule == "own" else schedule,
    )
    return painter.paint(wanted, gpu.progress)
