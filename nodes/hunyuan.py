"""Films by HunyuanVideo on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Seed
from ajar.painting import Filmer, Filming
from ajar.values import Image, Lora, Size, Tuning, Video
from nodes.generate import Fps, Frames, Guidance, Shift, Steps, given


@node(title="HunyuanVideo", group="Films")
def hunyuan(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("hunyuan-video")] = "HunyuanVideo",
    first: Image | None = None,
    negative: Prompt = "",
    size: Size | None = None,
    frames: Frames = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    true_guidance: Guidance = 0.0,
    shift: Shift = 0.0,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Make a film with HunyuanVideo on this machine: from words, or with an image-to-video model from a picture.

    Without a size, and with 0 for frames, steps, guidance and shift, the model's own are taken; frames are a multiple
    of 4 and one more; a shift of 2 to 5 suits small sizes. What negative says is avoided only with a true guidance
    above 1, at twice the time. The same seed gives the same film.
    """
    filmer: Filmer = gpu.load(model, kind="hunyuan-video", loras=loras, tuning=tuning)
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        shift=shift, first=first, extra=given(true_guidance=true_guidance),
    )
    return filmer.film(wanted, gpu.progress)


@node(title="HunyuanVideo 1.5", group="Films")
def hunyuan15(
    gpu: Gpu,
    prompt: Prompt,
    model: Annotated[str, Model("hunyuan-video-15")] = "HunyuanVideo-1.5-480p_t2v",
    first: Image | None = None,
    negative: Prompt = "",
    size: Size | None = None,
    frames: Frames = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    shift: Shift = 0.0,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Make a film with HunyuanVideo 1.5 on this machine: from words, or with an image-to-video model from a picture.

    Words in quotation marks are written into the film. Without a size, and with 0 for frames, steps, guidance and
    shift, the model's own are taken; frames are a multiple of 4 and one more. With a first picture its proportions
    decide the size. A guidance of 1 is none. The same seed gives the same film.
    """
    filmer: Filmer = gpu.load(model, kind="hunyuan-video-15", loras=None, tuning=tuning)
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        shift=shift, first=first,
    )
    return filmer.film(wanted, gpu.progress)
