"""A model that was opened to learn: from a lesson to a LoRA's file and a sheet that shows what was learned."""

import json
import os
import re
import shutil
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import diffusers
import peft
import torch
from blake3 import blake3

from ajar.errors import UserError
from ajar.lessons import Learned, Lesson
from ajar.models import ModelEntry, Report
from ajar.readings import MOST_NAMED
from ajar.values import Size
from nodes.local.learning.buckets import buckets, fitted, fitting
from nodes.local.learning.course import Course, Pixels
from nodes.local.learning.files import about
from nodes.local.learning.loop import Material, Training
from nodes.local.learning.shelving import file_name, write
from nodes.local.learning.view import View
from nodes.local.memory import out_of_memory
from nodes.local.pipes import processors
from nodes.local.wording import hear, words_of

METHOD = 1
"""Counted up when the same lesson would give another LoRA: what was begun before is then begun anew."""
RATE = 1e-4
"""The learning rate of models that have none of their own in their settings."""
OLD = 30 * 86_400
"""Seconds after which a training that nobody went on with is removed."""
NOT_LEARNED = {"name", "examples", "samples", "save_every", "notes"}
"""Fields of a lesson that are not in the key as they are."""


class Trainer:
    """One model and where its trainings are kept. It is used for one lesson."""

    def __init__(self, entry: ModelEntry, course: Course, folder: Path) -> None:
        """``folder`` outlives the process."""
        self._entry, self._course, self._folder = entry, course, folder
        self._front = words_of(entry)

    def learn(self, lesson: Lesson, report: Report) -> Learned:
        try:
            return self._learned(lesson, report)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            raise UserError(
                f'The memory of {self._course.device} is not enough to train "{self._entry.title}".',
                "Lower the batch or the resolution, or choose a smaller model.",
            ) from error
        finally:
            self._course.end()

    def _learned(self, lesson: Lesson, report: Report) -> Learned:
        if not lesson.examples:
            raise UserError("There is no picture to learn from.", "Give a folder of pictures, or wire some in.")
        torch.set_num_threads(self._entry.settings.get("threads") or processors())
        course, own = self._course, Size.parse(self._entry.settings["size"])
        shapes, pixels, notes = self._fitted(lesson, own, report)
        rate = lesson.rate or float(self._entry.settings.get("learning_rate", RATE))
        folder = self._folder / self._key(lesson, pixels, rate)
        _tidy(self._folder, folder)
        material = self._material(lesson, shapes, pixels, report)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # peft's advice is for those who write programs
            course.begin()
            training = Training(course, lesson, rate, folder, lambda step: about(lesson, self._entry, own, rate, step))
            if training.step:
                notes += (f"Went on after step {training.step}.",)
            view = View(lesson, report, course, own, material)
            view.look(training.losses)
            training.run(material, view.told, view.look)
        final = folder / f"{file_name(lesson.name)}.safetensors"
        write(final, training.save().read_bytes())
        return Learned(final, view.sheet(training.losses, notes), notes)

    def _fitted(
        self, lesson: Lesson, own: Size, report: Report
    ) -> tuple[list[Size], list[Pixels], tuple[str, ...]]:
        """The shape that each picture is learned in, the pictures in it, and what there is to say about that."""
        facts = self._entry.settings
        side = lesson.resolution or round((own.width * own.height) ** 0.5)
        largest = int(facts.get("largest", 2 * side))
        if side > largest:
            raise UserError(
                f'"{self._entry.title}" learns pictures of at most {largest} pixels a side, and {side} is larger.',
                "Set the resolution to 0 for its own.",
            )
        offered = buckets(side, int(facts["multiple"]), largest)
        shapes, pixels, small = [], [], 0
        for number, example in enumerate(lesson.examples, 1):
            report(0.0, f"Looking at picture {number} of {len(lesson.examples)}", None)
            image = example.open()
            shape = fitting(image.size, offered)
            shapes.append(shape)
            pixels.append(fitted(image, shape))
            small += image.width < shape.width or image.height < shape.height
        kinds = {shape: shapes.count(shape) for shape in sorted(set(shapes))}
        notes = (*lesson.notes, "Learned as " + ", ".join(f"{many} of {shape}" for shape, many in kinds.items()) + ".")
        notes += self._unread(lesson)
        if small:
            notes += (f"{small} of them had to be enlarged, which makes them soft.",)
        return shapes, pixels, notes

    def _material(self, lesson: Lesson, shapes: Sequence[Size], pixels: Sequence[Pixels], report: Report) -> Material:
        course, latents, words = self._course, [], {}
        captions = [self._read(worded(lesson.trigger, example.caption)) for example in lesson.examples]
        samples = [self._read(prompt) for prompt in lesson.samples]
        prompts = list(dict.fromkeys([*captions, *samples]))
        with course.seeing():
            for number, picture in enumerate(pixels, 1):
                report(0.0, f"Encoding picture {number} of {len(pixels)}", None)
                latents.append(course.latent(picture))
        with course.reading():
            for number, prompt in enumerate(prompts, 1):
                report(0.0, f"Reading caption {number} of {len(prompts)}", None)
                words[prompt] = course.words([prompt])[0]
            nothing = course.nothing()
        return Material(
            tuple(latents), tuple(shapes), tuple(words[caption] for caption in captions), nothing,
            tuple(words[prompt] for prompt in samples),
        )

    def _read(self, text: str) -> str:
        """A caption or prompt in the words that the model knows; empty where it knows none of them."""
        if self._front is None:
            return text
        found = hear(text, self._front)
        return found.caption if found.known else ""

    def _unread(self, lesson: Lesson) -> tuple[str, ...]:
        """A note about words of the captions that the model does not know."""
        if self._front is None:
            return ()
        texts = [worded(lesson.trigger, example.caption) for example in lesson.examples]
        lost = list(dict.fromkeys(word for text in texts for word in hear(text, self._front).unknown))
        named = ", ".join(f'"{word}"' for word in lost[:MOST_NAMED]) + (" and more" if len(lost) > MOST_NAMED else "")
        return (f"{self._front.name} does not know {named}; it learned without.",) if lost else ()

    def _key(self, lesson: Lesson, pixels: Sequence[Pixels], rate: float) -> str:
        """The name of the training's folder: another one where anything differs that the weights depend on."""
        plain = {field.name: getattr(lesson, field.name) for field in fields(lesson) if field.name not in NOT_LEARNED}
        files = [(file.name, (found := file.stat()).st_size, found.st_mtime_ns) for file in self._entry.files]
        machine = (self._course.device, str(self._course.dtype), torch.get_num_threads(), sys.version_info[:2])
        versions = (torch.__version__, diffusers.__version__, peft.__version__)
        hasher = blake3(json.dumps([METHOD, plain, rate, files, machine, versions], sort_keys=True).encode())
        for example, picture in zip(lesson.examples, pixels, strict=True):
            words = self._read(worded(lesson.trigger, example.caption))
            hasher.update(f"\0{words}\0{picture.shape}\0".encode())
            hasher.update(picture.tobytes())
        return str(hasher.hexdigest()[:24])


def worded(trigger: str, caption: str) -> str:
    """A caption with the trigger word in front, unless it is in it already."""
    trigger, caption = " ".join(trigger.split()), " ".join(caption.split())
    there = re.search(rf"(?<!\w){re.escape(trigger)}(?!\w)", caption, re.IGNORECASE)
    return caption if not trigger or there else ", ".join(filter(None, (trigger, caption)))


def _tidy(folder: Path, mine: Path) -> None:
    """Note that this training is in use, and remove those that nobody went on with for long."""
    mine.mkdir(parents=True, exist_ok=True)
    os.utime(mine)
    for other in folder.iterdir():
        with suppress(OSError):
            if other.is_dir() and time.time() - other.stat().st_mtime > OLD:
                shutil.rmtree(other)
