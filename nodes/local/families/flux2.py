"""FLUX.2: pictures from words and from pictures that the words speak about, in their order; and into masked parts."""

from dataclasses import replace
from typing import Any

import diffusers
import torch

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Painting, Report
from ajar.values import Image, Size
from nodes.local.assembly import assemble
from nodes.local.folders import index_of
from nodes.local.painters import Classes, FlowPainter
from nodes.local.patches import Patch
from nodes.local.pictures import picture_of
from nodes.local.pipes import checked_size
from nodes.local.site import Site

LARGEST_AREA = 1024 * 1024
"""Pixels of a picture that is looked at or painted into; diffusers makes larger ones smaller."""


def load(entry: ModelEntry, site: Site) -> "Flux2Painter":
    """Load a FLUX.2 model. UserError if it is not one, or is damaged."""
    place = entry.path if entry.form == "folder" else entry.base
    name = index_of(place).get("_class_name") if place is not None else ""
    made = {"Flux2Pipeline": Dev, "Flux2KleinKVPipeline": Remembering}.get(str(name), Flux2Painter)
    return made(entry, assemble(entry, getattr(diffusers, made.plain.words), entry.settings["precision"]), site)


class Flux2Painter(FlowPainter):
    """A loaded FLUX.2 [klein] model."""

    plain = Classes("Flux2KleinPipeline", mask="Flux2KleinInpaintPipeline")

    def paint(self, wanted: Painting, report: Report) -> Image:
        """The picture; without a size that of the picture to paint into, else of the first that is looked at."""
        shown = wanted.image or next(iter(wanted.references), None)
        if wanted.size is None and shown is not None and not wanted.extra.get("around"):
            wanted = replace(wanted, size=nearest(self.entry, shown.size))
        return super().paint(wanted, report)

    def check(self, wanted: Painting) -> None:
        super().check(replace(wanted, references=()))
        if wanted.image is not None and wanted.mask is None:
            raise UserError(
                f'"{self.entry.title}" starts from a picture only together with a mask.',
                'Wire the picture into "pictures", and say in the prompt what is to change.',
            )
        if wanted.mask is not None and len(wanted.references) > 1:
            raise UserError(f'With a mask "{self.entry.title}" looks at one picture.', "Leave the others out.")
        if wanted.negative and (self.settings["guidance_by"] != "cfg" or self.guidance(wanted) <= 1):
            raise UserError(
                f'"{self.entry.title}" takes no negative prompt here.',
                "Leave it empty; models that are not distilled take one with a guidance above 1.",
            )

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        found = {"prompt_embeds": self._read(wanted.prompt, report), "guidance_scale": self.guidance(wanted)}
        if self.settings["guidance_by"] == "cfg" and found["guidance_scale"] > 1:
            found["negative_prompt_embeds"] = self._read(wanted.negative, report)
        return found

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        shown = [picture_of(one, one.size) for one in wanted.references]
        if shown:
            arguments |= {"image_reference": shown[0]} if patch is not None else {"image": shown}
        return super().tool(wanted, size, patch, arguments)

    def looked_at(self, wanted: Painting) -> int:
        return len(wanted.references) or int(wanted.mask is not None)

    def guidance(self, wanted: Painting | Filming) -> float:
        """As of other models; those that were distilled without it follow the prompt in one way only."""
        return 1.0 if self.settings["guidance_by"] == "none" else super().guidance(wanted)

    def _read(self, text: str, report: Report) -> Any:
        length = self.settings["sequence"]
        return self.words(
            (text, length), lambda: self.pipe.encode_prompt(text, max_sequence_length=length)[0], report
        )

    def unpacked(self, latents: Any, size: Size) -> Any:
        unit = self.pipe.vae_scale_factor * 2
        vae, high, wide = self.pipe.vae, size.height // unit, size.width // unit
        patches = latents[0].float().view(high, wide, -1).permute(2, 0, 1)[None]
        std = torch.sqrt(vae.bn.running_var.view(1, -1, 1, 1) + vae.config.batch_norm_eps)
        mean = vae.bn.running_mean.view(1, -1, 1, 1)
        return self.pipe._unpatchify_latents(patches * std.to(patches) + mean.to(patches))[0]


class Remembering(Flux2Painter):
    """A loaded FLUX.2 [klein] model that looks at its pictures once and remembers them over the steps."""

    plain = Classes("Flux2KleinKVPipeline")

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        return {"prompt_embeds": self._read(wanted.prompt, report)}


class Dev(Flux2Painter):
    """A loaded FLUX.2 [dev] model."""

    plain = Classes("Flux2Pipeline")


def nearest(entry: ModelEntry, picture: Size) -> Size:
    """The size that a picture is painted in: its own, or smaller where it is larger than what models look at."""
    unit = entry.settings["multiple"]
    scale = min(1.0, (LARGEST_AREA / (picture.width * picture.height)) ** 0.5)
    sides = (max(unit, int(side * scale) // unit * unit) for side in (picture.width, picture.height))
    return checked_size(entry, Size(*sides))
