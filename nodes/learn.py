"""Training LoRAs: what a model on this machine learns from a folder of pictures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from ajar.captions import Captioned, read_captions
from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Area, File, Model, Range, Seed, Slider, Weight
from ajar.lessons import Example, Learned, Learner, Lesson, Parts
from ajar.values import Image, Lora, LoraPart

Folder = Annotated[Path, File("folder")] | None
Rank = Annotated[int, Range(1, 256)]
Steps = Annotated[int, Range(1, 100_000)]
Rate = Annotated[float, Range(0, 0.1, 0.00001)]
Batch = Annotated[int, Range(1, 64)]
Resolution = Annotated[int, Range(0, 4096, 16)]
Dropout = Annotated[float, Slider(0, 0.5, 0.01)]
SaveEvery = Annotated[int, Range(1, 10_000)]
Prompts = Annotated[str, Area(rows=4)]


class Trained(NamedTuple):
    """A LoRA, the sheet that shows what it learned, and what there is to say about it."""

    lora: Lora
    sheet: Image
    notes: str


class CaptionedImage(NamedTuple):
    """A picture of a training folder, its caption and the name of its file without the ending."""

    image: Image
    caption: str
    name: str


@node(title="Train a Flux LoRA")
def train_flux_lora(
    gpu: Gpu,
    folder: Folder = None,
    images: list[Image] | None = None,
    captions: list[str] | None = None,
    model: Annotated[str, Model("flux", learns=True)] = "builtin",
    name: str = "my style",
    trigger: str = "",
    steps: Steps = 1000,
    rank: Rank = 16,
    learning_rate: Rate = 0.0,
    batch: Batch = 1,
    resolution: Resolution = 0,
    parts: Parts = "attention and feed-forward",
    caption_dropout: Dropout = 0.05,
    samples: Prompts = "",
    save_every: SaveEvery = 100,
    seed: Seed = 0,
) -> Trained:
    """Teach a Flux model a style or a subject from pictures; the LoRA can be used at once.

    The pictures are a folder (with name.txt beside name.png, or a captions.csv or .jsonl) or are wired in, with their
    captions. A picture without a caption is described by the trigger word, or by its file's name. Samples are prompts,
    one a line, that are painted now and then to see what was learned. A learning rate or resolution of 0 is the
    model's own. A training that was stopped goes on from its last checkpoint when it is run again, to the same end.
    """
    lesson = Lesson(name, (), trigger, rank, steps, learning_rate, batch, resolution, parts, caption_dropout, seed,
                    lines(samples), save_every)
    return _trained(gpu, "flux", model, lesson, folder, images, captions)


@node(title="Train an SDXL LoRA")
def train_sdxl_lora(
    gpu: Gpu,
    folder: Folder = None,
    images: list[Image] | None = None,
    captions: list[str] | None = None,
    model: Annotated[str, Model("sdxl", learns=True)] = "stable-diffusion-xl-base-1.0",
    name: str = "my style",
    trigger: str = "",
    steps: Steps = 1000,
    rank: Rank = 16,
    learning_rate: Rate = 0.0,
    batch: Batch = 1,
    resolution: Resolution = 0,
    parts: Parts = "attention and feed-forward",
    caption_dropout: Dropout = 0.05,
    samples: Prompts = "",
    save_every: SaveEvery = 100,
    seed: Seed = 0,
) -> Trained:
    """Teach an SDXL model a style or a subject from pictures; the LoRA can be used at once.

    Everything is as for Flux: a folder with captions or pictures that are wired in, samples to see what was learned,
    and a training that was stopped goes on from its last checkpoint.
    """
    lesson = Lesson(name, (), trigger, rank, steps, learning_rate, batch, resolution, parts, caption_dropout, seed,
                    lines(samples), save_every)
    return _trained(gpu, "sdxl", model, lesson, folder, images, captions)


@node(title="Train a Stable Diffusion 1.5 LoRA")
def train_sd15_lora(
    gpu: Gpu,
    folder: Folder = None,
    images: list[Image] | None = None,
    captions: list[str] | None = None,
    model: Annotated[str, Model("sd15", learns=True)] = "stable-diffusion-v1-5",
    name: str = "my style",
    trigger: str = "",
    steps: Steps = 1000,
    rank: Rank = 16,
    learning_rate: Rate = 0.0,
    batch: Batch = 1,
    resolution: Resolution = 0,
    parts: Parts = "attention and feed-forward",
    caption_dropout: Dropout = 0.05,
    samples: Prompts = "",
    save_every: SaveEvery = 100,
    seed: Seed = 0,
) -> Trained:
    """Teach a Stable Diffusion 1.5 model a style or a subject from pictures; the LoRA can be used at once.

    Everything is as for Flux: a folder with captions or pictures that are wired in, samples to see what was learned,
    and a training that was stopped goes on from its last checkpoint.
    """
    lesson = Lesson(name, (), trigger, rank, steps, learning_rate, batch, resolution, parts, caption_dropout, seed,
                    lines(samples), save_every)
    return _trained(gpu, "sd15", model, lesson, folder, images, captions)


@node
def training_pictures(folder: Annotated[Path, File("folder")]) -> Iterator[CaptionedImage]:
    """Give each picture of a training folder with its caption, in the order people count in.

    Wire them into a contact sheet to look at what will be learned, or change the captions on their way to a training.
    """
    for found in _pictures(folder):
        yield CaptionedImage(Image.open(found.path), found.caption, found.path.stem)


@node(group="Lora")
def lora_weight(lora: Lora, weight: Weight = 1.0, onto: Lora | None = None) -> Lora:
    """Make LoRAs on a wire stronger or weaker, such as one that was just trained: 0 is off, 1 is as it was."""
    parts = tuple(
        replace(part, weight=part.weight * weight, low=None if part.low is None else part.low * weight)
        for part in lora.parts
    )
    return Lora(parts).onto(onto)


@node(group="Lora", writes=True)
def save_lora(
    gpu: Gpu, lora: Lora, name: str = "", into: Literal["models folder", "output folder"] = "models folder"
) -> Path:
    """Write a trained LoRA to a file of its own; in the models folder every workflow can choose it by its name."""
    trained = [part for part in lora.parts if part.path is not None]
    if len(trained) != 1:
        raise UserError(
            "There is no trained LoRA to save." if not trained else f"There are {len(trained)} LoRAs on this wire.",
            "Wire in the one that a training gave.",
        )
    [part] = trained
    assert part.path is not None
    if into == "output folder":
        return gpu.save(part.path.read_bytes(), ".safetensors")
    return gpu.shelve(part.path, name.strip() or part.model)


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line for line in map(str.strip, text.splitlines()) if line)


def _trained(
    gpu: Gpu, kind: str, model: str, lesson: Lesson, folder: Path | None, images: Sequence[Image] | None,
    captions: Sequence[str] | None,
) -> Trained:
    if not model:
        raise UserError("No model is chosen.", "Choose the model that is to learn.")
    if (folder is None) == (not images):
        raise UserError(
            "There is no picture to learn from." if folder is None else "There are a folder and pictures on a wire.",
            "Give a folder of pictures, or wire some in.",
        )
    found = _from_folder(folder) if folder is not None else [Example("", image, "") for image in images or ()]
    name, trigger = lesson.name.strip() or "lora", " ".join(lesson.trigger.split())
    examples, notes = captioned(found, captions, trigger)
    lesson = replace(lesson, name=name, trigger=trigger, examples=tuple(examples), notes=notes)
    learner: Learner = gpu.learner(model, kind=kind)
    learned: Learned = learner.learn(lesson, gpu.progress)
    return Trained(Lora((LoraPart(name, 1.0, path=learned.path),)), learned.sheet, "\n".join(learned.notes))


def captioned(
    examples: Sequence[Example], captions: Sequence[str] | None, trigger: str
) -> tuple[list[Example], tuple[str, ...]]:
    """Every example with words, and what is to be said about that. UserError where there are none."""
    if captions:
        if len(captions) != len(examples):
            raise UserError(
                f"There are {len(captions)} captions for {len(examples)} pictures.",
                "Wire in one caption for each picture, in the same order.",
            )
        examples = [
            replace(example, caption=" ".join(words.split()))
            for example, words in zip(examples, captions, strict=True)
        ]
    bare = sum(not example.caption for example in examples)
    if not bare:
        return list(examples), ()
    if not trigger and not all(example.caption or _said(example.name) for example in examples):
        raise UserError(
            f"{bare} of the {len(examples)} pictures have no caption.", "Wire captions in, or set a trigger word."
        )
    instead = "the trigger word" if trigger else "the name of its file"
    said = f"{bare} of {len(examples)} pictures had no caption; {instead} stands for it."
    return [
        example if example.caption else replace(example, caption=trigger or _said(example.name))
        for example in examples
    ], (said,)


def _from_folder(folder: Path) -> list[Example]:
    return [Example(found.path.name, found.path, found.caption) for found in _pictures(folder)]


def _pictures(folder: Path) -> list[Captioned]:
    found = read_captions(folder)
    if not found:
        raise UserError(
            f"The folder {folder.name} holds no pictures.", "Put PNG, JPEG or WebP files there, with their captions."
        )
    return found


def _said(name: str) -> str:
    """The words in a file's name: ``red_star-02.png`` is "red star"."""
    return " ".join(re.findall(r"[^\W\d_]+", Path(name).stem))
