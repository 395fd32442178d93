"""Pictures out of words by Chroma on this machine."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Seed
from ajar.painting import Painter, Painting
from ajar.values import Image, Lora, Mask, Size, Tuning
from nodes.generate import Around, Guidance, Schedule, Steps, Strength, given, own


@node(title="Chroma", group="Pictures")
def chroma(
    gpu: Gpu,
    prompt: Prompt,
    loras: Lora | None = None,
    model: Annotated[str, Model("chroma")] = "Chroma1-HD",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.7,
    mask: Mask | None = None,
    around: Around = 0,
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Chroma model on this machine.

    Without a size, and with 0 for steps or guidance, the model's own are taken. Guidance above 1 follows the prompt
    more strictly and avoids what negative says. The same seed gives the same picture.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; with around,
    only the masked part and so many pixels around it are painted, at the full size.
    """
    painter: Painter = gpu.load(model, kind="chroma", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, schedule=own(schedule), extra=given(around=around),
    )
    return painter.paint(wanted, gpu.progress)
