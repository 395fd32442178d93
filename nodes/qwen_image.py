"""Pictures out of words by Qwen-Image on this machine, and changed as words say by its edit models."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Prompt, Seed
from ajar.painting import Painter, Painting
from ajar.values import Control, Image, Lora, Mask, Size, Tuning
from nodes.generate import Around, FlowSampler, Guidance, Schedule, Steps, Strength, given, own


@node(title="Qwen-Image", group="Pictures")
def qwen_image(
    gpu: Gpu,
    prompt: Prompt,
    *controls: Control,
    loras: Lora | None = None,
    model: Annotated[str, Model("qwen-image")] = "Qwen-Image",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    strength: Strength = 0.6,
    mask: Mask | None = None,
    around: Around = 0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Paint a picture with a Qwen-Image model on this machine; it writes long texts well, also in Chinese.

    Without a size, and with 0 for steps or guidance, the model's own are taken. With guidance above 1 it follows the
    prompt more strictly and avoids what negative says, at twice the time. A Lightning LoRA brings its own 4 or 8 steps
    without guidance. It follows control pictures, of edges or depth for example, by a control model.

    With an image it starts from there: strength says how much is painted anew, and a mask says where; with around,
    only the masked part and so many pixels around it are painted, at the full size.
    """
    painter: Painter = gpu.load(model, kind="qwen-image", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, image=image,
        strength=strength, mask=mask, sampler=own(sampler), schedule=own(schedule), controls=controls,
        extra=given(around=around),
    )
    return painter.paint(wanted, gpu.progress)


@node(title="Qwen-Image Edit", group="Pictures")
def qwen_edit(
    gpu: Gpu,
    prompt: Prompt,
    *pictures: Image,
    loras: Lora | None = None,
    model: Annotated[str, Model("qwen-edit")] = "Qwen-Image-Edit-2509",
    size: Size | None = None,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    seed: Seed = 0,
    image: Image | None = None,
    mask: Mask | None = None,
    strength: Strength = 1.0,
    around: Around = 0,
    sampler: FlowSampler = "own",
    schedule: Schedule = "own",
    tuning: Tuning | None = None,
) -> Image:
    """Change pictures as the prompt says, with a Qwen-Image edit model: "the man of picture 1 wears the hat of 2".

    The prompt may speak about the pictures by their order; the models were made for up to three. Without a size the
    result has the proportions of the first. With 0 for steps or guidance the model's own are taken. In the place of
    pictures, an image and a mask change only the masked part, and the model looks at the image.
    """
    if not pictures and image is None:
        raise UserError("There is no picture to change.", 'Wire one or more into "pictures".')
    painter: Painter = gpu.load(model, kind="qwen-edit", loras=loras, tuning=tuning)
    wanted = Painting(
        prompt=prompt, negative=negative, size=size, steps=steps, guidance=guidance, seed=seed, references=pictures,
        image=image, mask=mask, strength=strength, sampler=own(sampler), schedule=own(schedule),
        extra=given(around=around),
    )
    return painter.paint(wanted, gpu.progress)
