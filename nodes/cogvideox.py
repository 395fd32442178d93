"""Films by CogVideoX on this machine."""

from typing import Annotated, Literal

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Seed, Slider
from ajar.painting import Filmer, Filming
from ajar.values import Image, Lora, Size, Tuning, Video
from nodes.generate import Fps, Frames, Guidance, Steps, given, own

CogSampler = Literal["own", "ddim", "dpm"]
"""How a step is taken; "own" is the way the model was published with."""


@node(title="CogVideoX", group="Films")
def cogvideox(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("cogvideox")] = "CogVideoX-5b",
    first: Image | None = None,
    video: Video | None = None,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.8,
    negative: Prompt = "",
    size: Size | None = None,
    frames: Frames = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    rising: bool = False,
    sampler: CogSampler = "own",
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Make a film with a CogVideoX model on this machine; it likes long prompts that describe what is seen.

    With a first picture the film begins there, for image-to-video models; with a video it starts from that film, for
    the others, and strength says how much is made anew. Without a size, and with 0 for frames, steps and guidance, the
    model's own are taken; frames are a multiple of 4 and one more. Rising lets guidance begin weak and grow, as its
    makers advise with the sampler dpm. The same seed gives the same film.
    """
    filmer: Filmer = gpu.load(model, kind="cogvideox", loras=loras, tuning=tuning)
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        sampler=own(sampler), first=first, video=video, strength=strength, extra=given(rising=rising),
    )
    return filmer.film(wanted, gpu.progress)
