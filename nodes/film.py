"""Films out of words, pictures and other films, made on this machine."""

from typing import Annotated, Literal

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Filmer, Filming
from ajar.values import Image, Lora, Size, Tuning, Video

FilmSampler = Literal["own", "unipc", "euler", "euler a", "heun", "dpm++ 2m", "lcm"]
"""How a step is taken; "own" is the way the model was published with."""
Guidance = Annotated[float, Slider(0, 20, 0.5)]
Frames = Annotated[int, Range(0, 1000)]
Fps = Annotated[float, Range(0, 120)]
Steps = Annotated[int, Range(0, 100)]
Shift = Annotated[float, Slider(0, 20, 0.5)]


@node
def wan(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("wan")] = "Wan2.1-T2V-1.3B",
    first: Image | None = None,
    last: Image | None = None,
    video: Video | None = None,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.7,
    negative: Prompt = "own",
    size: Size | None = None,
    frames: Frames = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    guidance_low: Guidance = 0.0,
    shift: Shift = 0.0,
    sampler: FilmSampler = "own",
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Make a film with a Wan 2.1 or 2.2 model on this machine.

    With a first picture the film begins there, with a last one it ends there, for models made for that; with a video
    it starts from that film, and strength says how much is made anew. Without a size, and with 0 for frames, steps,
    guidance and shift, the model's own are taken; a guidance of 1 is none, as models with a Lightning LoRA want it.
    Guidance low is that of the second expert of Wan 2.2. Negative "own" is the text its makers publish with the
    model; empty is none. The same seed gives the same film.
    """
    filmer: Filmer = gpu.load(model, kind="wan", loras=loras, tuning=tuning)
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        sampler="" if sampler == "own" else sampler, shift=shift, first=first, last=last, video=video,
        strength=strength, extra={"guidance_low": guidance_low},
    )
    return filmer.film(wanted, gpu.progress)
