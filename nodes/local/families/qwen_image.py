"""Qwen-Image and its edit models: pictures from words, from pictures, into masked parts, and as the words want them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.plain import LoraPart
from ajar.values import Image, Size
from nodes.local.assembly import assemble
from nodes.local.families.control import steering
from nodes.local.families.qwen_image21 import Newer
from nodes.local.families.qwen_seeing import NOTHING, near, placed, seen_by, several
from nodes.local.folders import index_of
from nodes.local.painters import Classes, PackedPainter
from nodes.local.patches import Patch, size_for
from nodes.local.pictures import picture_of
from nodes.local.readers import PictureReader
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site

EDITORS = ("QwenImageEditPlusPipeline", "QwenImageEditPipeline")
QUICK = ("steps", "guidance")


def load(entry: ModelEntry, site: Site) -> "QwenPainter | Newer":
    """Load a Qwen-Image model. UserError if it is not one, or is damaged."""
    place = entry.path if entry.form == "folder" else entry.base
    name = str(index_of(place).get("_class_name")) if place is not None else ""
    if name == Newer.plain.words:
        return Newer(entry, assemble(entry, diffusers.QwenImage21Pipeline, entry.settings["precision"]), site)
    kind = getattr(diffusers, name if name in EDITORS else "QwenImagePipeline")
    return QwenPainter(entry, assemble(entry, kind, entry.settings["precision"]), site)


class QwenPainter(PackedPainter):
    """A loaded Qwen-Image model. With pictures that the prompt speaks about it edits, else it paints."""

    plain = Classes("QwenImagePipeline", "QwenImageImg2ImgPipeline", "QwenImageInpaintPipeline")
    controlled = Classes("QwenImageControlNetPipeline")

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._own = pipe.scheduler
        self._quick: Mapping[str, Any] = {}
        """What a LoRA that is worn says of steps and guidance, where it was made for few steps."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the model's row says, and what a LoRA for few steps says instead."""
        return {**self.entry.settings, **self._quick}

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Use exactly these LoRAs; one for few steps also brings its own steps, guidance and shift."""
        super().wear(loras)
        said = [entry.settings for entry, part in loras if "steps" in entry.settings and part.weight]
        self._quick = {name: said[-1][name] for name in QUICK if name in said[-1]} if said else {}
        self._scheduler = moved(self._own, said[-1]["shift"]) if said and "shift" in said[-1] else self._own

    def paint(self, wanted: Painting, report: Report) -> Image:
        """The picture; without a size one in the proportions of the first picture that is looked at."""
        shown = next(iter(wanted.references), wanted.image if self._edits else None)
        if shown is not None and wanted.size is None:
            wanted = replace(wanted, size=near(self.entry, shown.size))
        return super().paint(wanted, report)

    def check(self, wanted: Painting) -> None:
        super().check(replace(wanted, references=()))
        title, size = self.entry.title, wanted.size
        if wanted.controls and (self._edits or wanted.references):
            raise UserError(f'"{title}" takes no control pictures here.', "Leave them out.")
        if self._edits and wanted.image is not None and wanted.mask is None:
            raise UserError(
                f'"{title}" starts from a picture only together with a mask.',
                'Wire the picture into "pictures", and say in the prompt what is to change.',
            )
        if self._edits and wanted.mask is not None and size is not None and near(self.entry, size) != size:
            raise UserError(
                f'"{title}" paints into masked parts with about a million pixels, and {size} is another size.',
                f"Leave the size to it, or take {near(self.entry, size)}.",
            )
        if wanted.references and wanted.image is not None:
            raise UserError(
                f'"{title}" either starts from a picture or looks at pictures.', "Leave one of them out."
            )
        if len(wanted.references) > 1 and type(self.pipe).__name__ == "QwenImageEditPipeline":
            raise UserError(
                f'"{title}" looks at one picture only.',
                "Choose an edit model of 2509 or later; of a single file that is told by its name.",
            )
        self.refuse_unread(wanted)

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guidance = self.guidance(wanted)
        words, valid = self._read(wanted.prompt, wanted, report)
        found = {"prompt_embeds": words, "prompt_embeds_mask": valid, "true_cfg_scale": guidance}
        if guidance > 1:
            words, valid = self._read(wanted.negative or NOTHING, wanted, report)
            found |= {"negative_prompt_embeds": words, "negative_prompt_embeds_mask": valid}
        return found

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        if wanted.controls:
            return self._steered(wanted, size, patch, arguments)
        pipe = self._pipe(wanted)
        if wanted.references:
            shown = self._shown(wanted)
            arguments |= {"image": shown if several(pipe) else shown[0]}
        return pipe

    def looked_at(self, wanted: Painting) -> int:
        """How many pictures run through the model beside the one that is painted."""
        return len(wanted.references) or int(self._edits and wanted.mask is not None)

    @property
    def _edits(self) -> bool:
        """Whether it is known to be an edit model; what nothing tells to be one may be one all the same."""
        return type(self.pipe).__name__ in EDITORS

    def _pipe(self, wanted: Painting) -> Any:
        """The pipeline for what is wanted."""
        if self._edits and wanted.mask is not None:
            return self.task(diffusers.QwenImageEditInpaintPipeline)
        if not wanted.references:
            return self.task(self.plain.named(self.entry, wanted))
        if self._edits:
            return self.pipe
        return self.task(diffusers.QwenImageEditPlusPipeline, processor=PictureReader.of(self.pipe.tokenizer))

    def _steered(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        """The pipeline that follows control pictures."""
        kind = self.controlled.named(self.entry, wanted)
        found = steering(self.site, wanted.controls, size, patch, self.pipe.transformer, self.settings["precision"])
        arguments |= found.arguments("control_image")
        net = found.nets
        if isinstance(net, list):
            if any(one is not net[0] for one in net):
                raise UserError(
                    f'"{self.entry.title}" follows several control pictures only by one control model for all.',
                    "Choose the same control model for each.",
                )
            net = diffusers.QwenImageMultiControlNetModel(net[:1])
        return self.task(kind, controlnet=net)

    def _shown(self, wanted: Painting) -> list[Any]:
        """The pictures that the words are read beside."""
        if self._edits and wanted.mask is not None:
            return [Patch.of(wanted, size_for(self.entry, wanted)).picture]
        return [picture_of(one, one.size) for one in wanted.references]

    def _read(self, text: str, wanted: Painting, report: Report) -> tuple[Any, Any]:
        """Words as the model reads them, beside the pictures; and which of them count, None for all."""
        length, shown = self.settings["sequence"], self._shown(wanted)
        pipe = self._pipe(wanted) if shown else self.task(diffusers.QwenImagePipeline)
        seen = [seen_by(pipe, one) for one in shown]
        more = {"image": seen if several(pipe) else seen[0]} if seen else {}

        def encode() -> tuple[Any, Any]:
            with placed(self.pipe.text_encoder):
                found: tuple[Any, Any] = pipe.encode_prompt(text, max_sequence_length=length, **more)
            return found

        marks = (blake2b(one.tobytes(), digest_size=16).digest() + repr(one.size).encode() for one in seen)
        return self.words((text, length, type(pipe).__name__, *marks), encode, report)


def moved(scheduler: Any, shift: float) -> Any:
    """A scheduler that shifts its steps as much in every size, as models for few steps were trained."""
    much = math.log(shift)
    return scheduler_for(scheduler, "", "", flow=True, base_shift=much, max_shift=much, shift_terminal=None)
