"""Pictures out of words by Z-Image on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Seed, Slider
from ajar.painting import Painter, Painting
from ajar.values import Image, Lora, Mask, Size, Tuning
from nodes.generate import Around, FlowSampler, Guidance, Schedule, Steps, Strength, given, own


@node(title="Z-Image", group="Pictures")
def z_image(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("z-image")] = "Z-Image-Turbo",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.6,
    mask: Mask | None = None,
    around: Around = 0,
    normalize: bool = False,
    until: Annotated[float, Slider(0, 1, 0.05)] = 1.0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Z-Image model on this machine; it writes English and Chinese well.

    Without a size, and with 0 for steps or guidance, the model's own are taken. Turbo needs no guidance and few
    steps; with guidance a model follows the prompt more strictly and avoids what negative says, at twice the time.
    Normalize keeps strong guidance from burning colours; until is the part of the way on which guidance is used.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; with around,
    only the masked part and so many pixels around it are painted, at the full size.
    """
    painter: Painter = gpu.load(model, kind="z-image", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler=own(sampler), schedule=own(schedule),
        extra={"normalize": normalize, "until": until, **given(around=around)},
    )
    return painter.paint(wanted, gpu.progress)
