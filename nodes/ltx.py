"""Films by LTX models on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Prompt, Seed, Slider
from ajar.painting import Filmer, Filming
from ajar.values import Image, Lora, Size, Tuning, Video
from nodes.generate import Fps, Frames, Guidance, Steps, given


@node(title="LTX", group="Films")
def ltx(
    gpu: Gpu,
    prompt: Prompt,
    *between: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("ltx")] = "LTX-Video-0.9.8-13B-distilled",
    first: Image | None = None,
    last: Image | None = None,
    at: str = "",
    held: Annotated[float, Slider(0, 1, 0.05)] = 1.0,
    video: Video | None = None,
    strength: Annotated[float, Slider(0, 1, 0.05)] = 0.7,
    negative: Prompt = "own",
    size: Size | None = None,
    frames: Frames = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    decode_timestep: Annotated[float, Slider(0, 1, 0.005)] = 0.0,
    decode_noise: Annotated[float, Slider(0, 1, 0.005)] = 0.0,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Make a film with an LTX-Video model on this machine.

    It can begin at a first picture, end at a last one, and show pictures in between: spread evenly, or at the frames
    that "at" names, such as 24, 48. Held says how closely the pictures are kept to. With a video it starts from that
    film, and strength says how much is made anew. Models older than 0.9.5 take a first picture only.

    Without a size, and with 0 for frames, steps and guidance, the model's own are taken; frames are a multiple of 8
    and one more. A guidance of 1 is none, as distilled models want it. Negative "own" is the text its makers publish.
    Since 0.9.1 the decoder takes the last step itself: decode timestep says how early, decode noise from how much
    noise; 0 is the model's own. The same seed gives the same film.
    """
    filmer: Filmer = gpu.load(model, kind="ltx", loras=loras, tuning=tuning)
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        first=first, last=last, video=video, strength=strength, references=between,
        extra={"held": held, "at": places(at),
               **given(decode_timestep=decode_timestep, decode_noise=decode_noise)},
    )
    return filmer.film(wanted, gpu.progress)


def places(at: str) -> tuple[int, ...]:
    """The numbers of frames in words such as ``24, 48``. UserError where something else is said."""
    try:
        return tuple(int(number) for number in at.replace(",", " ").split())
    except ValueError:
        raise UserError(f'"{at}" does not name frames.', "Write their numbers, such as 24, 48.") from None


@node(title="LTX-2", group="Films")
def ltx2(
    gpu: Gpu,
    prompt: Prompt,
    *between: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("ltx2")] = "LTX-2.3-Distilled-Diffusers",
    first: Image | None = None,
    last: Image | None = None,
    at: str = "",
    held: Annotated[float, Slider(0, 1, 0.05)] = 1.0,
    negative: Prompt = "own",
    size: Size | None = None,
    frames: Frames = 0,
    fps: Fps = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    guidance_sound: Guidance = 0.0,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Video:
    """Make a film with its sound by an LTX-2 model on this machine; the prompt says what is heard too.

    It can begin at a first picture, end at a last one, and show pictures in between: spread evenly, or near the frames
    that "at" names, such as 24, 48. Held says how closely the pictures are kept to. Without a size, and with 0 for
    frames, steps and guidances, the model's own are taken; frames are a multiple of 8 and one more. A guidance of 1 is
    none, as distilled models want it. Negative "own" is the text its makers publish. The same seed gives the same
    film.
    """
    filmer: Filmer = gpu.load(model, kind="ltx2", loras=loras, tuning=tuning)
    wanted = Filming(
        prompt=prompt, negative=negative, size=size, frames=frames, fps=fps, steps=steps, guidance=guidance, seed=seed,
        first=first, last=last, references=between,
        extra={"held": held, "at": places(at), **given(guidance_sound=guidance_sound)},
    )
    return filmer.film(wanted, gpu.progress)
