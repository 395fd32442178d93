"""Films by Wan on this machine: from words, from pictures and from other films."""

from typing import Annotated, Literal

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.painting import Filmer, Filming
from ajar.values import Image, Lora, Mask, Size, Tuning, Video
from nodes.generate import Fps, Frames, Guidance, Shift, Steps, given, own

FilmSampler = Literal["own", "unipc", "euler", "euler a", "heun", "dpm++ 2m", "lcm"]
"""How a step is taken; "own" is the way the model was published with."""


@node(group="Films")
def wan(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("wan")] = "builtin-clips",
    size: Size | None = None,
    frames: Frames = 0,
    steps: Steps = 0,
    seed: Seed = 0,
    first: Image | None = None,
    last: Image | None = None,
    video: Video | None = None,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.7,
    negative: Prompt = "own",
    fps: Fps = 0.0,
    guidance: Guidance = 0.0,
    guidance_low: Guidance = 0.0,
    shift: Shift = 0.0,
    sampler: FilmSampler = "own",
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
        sampler=own(sampler), shift=shift, first=first, last=last, video=video,
        strength=strength, extra=given(guidance_low=guidance_low),
    )
    return filmer.film(wanted, gpu.progress)


@node(title="Wan VACE", group="Films")
def wan_vace(
    gpu: Gpu,
    prompt: Prompt,
    *references: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("wan-vace")] = "Wan2.1-VACE-1.3B",
    video: Video | None = None,
    mask: Video | Mask | None = None,
    first: Image | None = None,
    last: Image | None = None,
    follow: Annotated[float, Slider(0, 2, 0.05)] = 1.0,
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
    """Make a film with Wan VACE that follows another one, shows what pictures show, or begins and ends at pictures.

    The video is what leads: lines, depth or poses as they move, or a film of which a mask says what is made anew; the
    mask is one picture for all frames, or moves too. References are pictures of who and what shall be seen. Follow
    says how closely all of these are kept to.
    """
    filmer: Filmer = gpu.load(model, kind="wan-vace", loras=loras, tuning=tuning)
    moving = mask if isinstance(mask, Video) else None
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        sampler=own(sampler), shift=shift, first=first, last=last, video=video, references=references,
        mask=None if isinstance(mask, Video) else mask,
        extra={"follow": follow, **given(mask_video=moving, guidance_low=guidance_low)},
    )
    return filmer.film(wanted, gpu.progress)


@node(group="Films")
def wan_animate(
    gpu: Gpu,
    image: Image,
    pose: Video,
    face: Video,
    prompt: Prompt = "",
    loras: Lora | None = None,
    model: Annotated[str, Model("wan-animate")] = "Wan2.2-Animate-14B",
    background: Video | None = None,
    mask: Video | Mask | None = None,
    negative: Prompt = "own",
    size: Size | None = None,
    frames: Annotated[int, Range(0, 10_000)] = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    shift: Shift = 0.0,
    sampler: FilmSampler = "own",
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Let the character of a picture move as somebody else did, with Wan Animate.

    Pose is a film of the skeleton on black, face a film of the face alone, both as the preparation scripts of the
    model's makers write them; films straight from a camera do not work. With a background and a mask, white where the
    character belongs, it takes somebody's place there. The film is as long as the poses, or has that many frames.
    """
    filmer: Filmer = gpu.load(model, kind="wan-animate", loras=loras, tuning=tuning)
    moving = mask if isinstance(mask, Video) else None
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        sampler=own(sampler), shift=shift, first=image, video=pose, mask=None if isinstance(mask, Video) else mask,
        extra={"face": face, **given(background=background, mask_video=moving)},
    )
    return filmer.film(wanted, gpu.progress)
