"""Opens a model to be trained: which pipeline each kind is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.assembly import assemble
from nodes.local.learning.course import Course
from nodes.local.learning.denoising import DenoisingCourse
from nodes.local.learning.flow import FlowCourse
from nodes.local.learning.learner import Trainer

COURSES: Mapping[str, tuple[str, type[Course]]] = {
    "flux": ("FluxPipeline", FlowCourse),
    "sdxl": ("StableDiffusionXLPipeline", DenoisingCourse),
    "sd15": ("StableDiffusionPipeline", DenoisingCourse),
}
"""Kind -> its pipeline in diffusers and how it learns."""


def open_learner(entry: ModelEntry, kind: str, device: str, folder: Path) -> Trainer:
    """A trainer for one lesson; ``folder`` keeps its checkpoints. UserError where the model can't be loaded."""
    if kind not in COURSES:
        raise UserError(f'"{entry.title}" can\'t be trained here.', f"Kinds that can: {', '.join(COURSES)}.")
    if entry.form == "gguf":
        raise UserError(
            f'"{entry.title}" can\'t be trained: its weights are too coarse for that.',
            "Choose the same model in half precision; the LoRA fits this one too.",
        )
    pipeline, course = COURSES[kind]
    precision = entry.settings["precision"]
    if device == "cpu" and precision == "float16":
        precision = "float32"  # few processors can calculate with less
    pipe: Any = assemble(entry, getattr(diffusers, pipeline), precision)
    return Trainer(entry, course(pipe, entry.settings, device), folder)
