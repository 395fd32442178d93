"""Pictures out of words, painted on this machine."""

from typing import Annotated, Any, Literal

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Control, Image, Lora, Mask, Size, Tuning

Strength = Annotated[float, Slider(0, 1, 0.05)]
Around = Annotated[int, Range(0, 1024, 8)]
"""Pixels around the masked part that are painted with it; 0: the whole picture is."""
FlowSampler = Literal["own", "euler", "euler a", "dpm++ 2m", "unipc", "lcm"]
"""Samplers of models that follow a flow; "own" is the one the model was published with."""
NoiseSampler = Literal[
    "own", "euler", "euler a", "heun", "dpm2", "dpm2 a", "lms", "dpm++ 2m", "dpm++ 2m sde", "dpm++ 3m", "dpm++ sde",
    "dpm++ 2s", "ddim", "ddpm", "pndm", "unipc", "deis", "lcm", "tcd",
]
"""Samplers of Stable Diffusion 1.5 and XL."""
Schedule = Literal["own", "normal", "karras", "exponential", "beta"]
"""How the noise levels are spread over the steps."""


@node(group="Pictures")
def flux(
    gpu: Gpu,
    prompt: Prompt,
    *controls: Control,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux")] = "builtin",
    size: Size | None = None,
    steps: Annotated[int, Range(0, 100)] = 0,
    guidance: Annotated[float, Slider(0, 20, 0.5)] = 0.0,
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


def own(name: str) -> str:
    """The name of a sampler or schedule as a request has it; empty for the model's own."""
    return "" if name == "own" else name


def given(**extra: Any) -> dict[str, Any]:
    """What only one family knows, without what was left at nothing."""
    return {name: value for name, value in extra.items() if value not in (0, "", None)}
