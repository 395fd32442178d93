"""Pictures out of words and pictures by FLUX.2 on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Seed
from ajar.painting import Painter, Painting
from ajar.values import Image, Lora, Mask, Size, Tuning
from nodes.generate import Around, FlowSampler, Guidance, Schedule, Steps, Strength, given, own


@node(title="FLUX.2", group="Pictures")
def flux2(
    gpu: Gpu,
    prompt: Prompt,
    *pictures: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("flux2")] = "FLUX.2-klein-4B",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.8,
    mask: Mask | None = None,
    around: Around = 0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a FLUX.2 model on this machine, or change pictures as the prompt says.

    The prompt may speak about the pictures by their order: "put the hat of image 2 on the man of image 1". Without a
    size the result is as large as the first one. With 0 for steps or guidance the model's own are taken; guidance and
    a negative prompt work in models that are not distilled. With an image and a mask only the masked part is painted.
    """
    painter: Painter = gpu.load(model, kind="flux2", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, references=pictures, sampler=own(sampler), schedule=own(schedule),
        extra=given(around=around),
    )
    return painter.paint(wanted, gpu.progress)
