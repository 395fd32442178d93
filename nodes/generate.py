"""What nodes that paint and film have in common: their parameters, and how these become a request."""

from typing import Annotated, Any, Literal

from ajar.hints import Range, Slider

Steps = Annotated[int, Range(0, 100)]
Guidance = Annotated[float, Slider(0, 20, 0.5)]
Strength = Annotated[float, Slider(0, 1, 0.05)]
Around = Annotated[int, Range(0, 1024, 8)]
"""Pixels around the masked part that are painted with it; 0: the whole picture is."""
Frames = Annotated[int, Range(0, 1000)]
Fps = Annotated[float, Range(0, 120)]
Shift = Annotated[float, Slider(0, 20, 0.5)]
FlowSampler = Literal["own", "euler", "euler a", "dpm++ 2m", "unipc", "lcm"]
"""Samplers of models that follow a flow; "own" is the one the model was published with."""
NoiseSampler = Literal[
    "own", "euler", "euler a", "heun", "dpm2", "dpm2 a", "lms", "dpm++ 2m", "dpm++ 2m sde", "dpm++ 3m", "dpm++ sde",
    "dpm++ 2s", "ddim", "ddpm", "pndm", "unipc", "deis", "lcm", "tcd",
]
"""Samplers of Stable Diffusion 1.5 and XL."""
Schedule = Literal["own", "normal", "karras", "exponential", "beta"]
"""How the noise levels are spread over the steps."""


def own(name: str) -> str:
    """The name of a sampler or schedule as a request has it; empty for the model's own."""
    return "" if name == "own" else name


def given(**extra: Any) -> dict[str, Any]:
    """What only one family knows, without what was left at nothing."""
    return {name: value for name, value in extra.items() if value not in (0, "", None)}
