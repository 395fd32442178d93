"""Pictures out of words, painted on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.models import Painter
from ajar.values import Image, Lora, Size


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
) -> Image:
    """Paint a picture with a Flux model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. More guidance follows the prompt
    more strictly; models that were made without it paint the same with any. Negative says what should not be
    seen, for models that can use it; the others refuse it. The same seed gives the same picture.
    """
    painter: Painter = gpu.load(model, kind="flux", loras=loras)
    return painter.paint(
        prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, report=gpu.progress
    )
