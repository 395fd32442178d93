"""FLUX.1's models that work on pictures: Kontext edits them, Fill paints into them, Canny and Depth follow them."""

from dataclasses import replace
from typing import Any

import diffusers
import PIL.Image

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.values import Image, Size
from nodes.local.assembly import assemble
from nodes.local.families.flux import FluxPainter
from nodes.local.painters import Classes
from nodes.local.patches import Patch
from nodes.local.pictures import fitted, picture_of
from nodes.local.pipes import checked_size
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> FluxPainter:
    """Load a Kontext, Fill, Canny or Depth model. UserError if it is none, or is damaged."""
    made, pipeline = {
        "flux-fill": (Fill, diffusers.FluxFillPipeline), "flux-control": (Guided, diffusers.FluxControlPipeline),
    }.get(entry.kind, (Kontext, diffusers.FluxKontextPipeline))
    return made(entry, assemble(entry, pipeline, entry.settings["precision"]), site)


class Editor(FluxPainter):
    """A model that reads a picture besides the words; it knows no control models."""

    def check(self, wanted: Painting) -> None:
        if wanted.controls:
            raise UserError(f'"{self.entry.title}" takes no control pictures.', "Leave them out.")

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        return super().said(replace(wanted, references=()), report)  # these are seen, not put into words


class Kontext(Editor):
    """A loaded Kontext model: it does to pictures what the prompt says."""

    plain = Classes("FluxKontextPipeline", mask="FluxKontextInpaintPipeline")

    def paint(self, wanted: Painting, report: Report) -> Image:
        """The picture as the prompt wants it; with a mask, only there. Several references stand side by side."""
        if wanted.mask is not None or not wanted.references:
            return super().paint(wanted, report)
        self.check(wanted)
        first = wanted.references[0]
        size = checked_size(self.entry, wanted.size) if wanted.size else preferred(self.entry, first.size)
        steps = wanted.steps or self.settings["steps"]
        arguments = {
            **self.said(wanted, report), "image": side_by_side(wanted.references), "height": size.height,
            "width": size.width, "max_area": size.width * size.height, "num_inference_steps": steps,
            "output_type": "np",
        }
        return self.called(self.pipe, arguments, wanted, size, steps, report)

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        if wanted.mask is None and wanted.image is not None:
            raise UserError(
                "Kontext starts from a picture only together with a mask.", "Wire the picture as a reference."
            )
        if wanted.mask is not None and wanted.image is None:
            raise UserError("A mask needs a picture to paint into.", 'Wire a picture into "image".')

    def looked_at(self, wanted: Painting) -> int:
        return 1

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        arguments |= {"max_area": size.width * size.height}
        if patch is not None:
            arguments |= {"_auto_resize": False}  # else it would paint in another size than it is asked to
            if wanted.references:
                shown = side_by_side(wanted.references)
                near = preferred(self.entry, Size(*shown.size))
                arguments |= {"image_reference": fitted(shown, near, PIL.Image.Resampling.LANCZOS)}
        return super().tool(wanted, size, patch, arguments)


class Fill(Editor):
    """A loaded Fill model: it paints into a masked part of a picture, or on beyond its edges."""

    plain = Classes("", mask="FluxFillPipeline")

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        if wanted.image is None or wanted.mask is None:
            raise UserError(f'"{self.entry.title}" paints into a masked part of a picture.', "Wire both.")
        if float(wanted.extra.get("cfg", 0.0)) > 1 or wanted.negative:
            raise UserError(f'"{self.entry.title}" takes no negative prompt.', "Leave it empty.")


class Guided(Editor):
    """A loaded Canny or Depth model: it follows the lines or the depth of a picture."""

    plain = Classes("FluxControlPipeline", "FluxControlImg2ImgPipeline", "FluxControlInpaintPipeline")

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        if len(wanted.references) != 1:
            raise UserError(f'"{self.entry.title}" follows one picture of lines or depth.', 'Wire it into "guide".')
        if float(wanted.extra.get("cfg", 0.0)) > 1 or wanted.negative:
            raise UserError(f'"{self.entry.title}" takes no negative prompt.', "Leave it empty.")

    def paint(self, wanted: Painting, report: Report) -> Image:
        """A picture that follows the guide, and has its proportions unless a size is said."""
        self.check(wanted)
        if wanted.size is None and wanted.image is None:
            wanted = replace(wanted, size=preferred(self.entry, wanted.references[0].size))
        return super().paint(wanted, report)

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        guide = wanted.references[0]
        arguments |= {"control_image": patch.guide(guide, size) if patch else picture_of(guide, size)}
        return super().tool(wanted, size, patch, arguments)


def preferred(entry: ModelEntry, picture: Size) -> Size:
    """The size of the model's own area that has about the proportions of a picture."""
    own, unit = Size.parse(entry.settings["size"]), entry.settings["multiple"]
    scale = (own.width * own.height / (picture.width * picture.height)) ** 0.5
    sides = (max(unit, round(side * scale / unit) * unit) for side in (picture.width, picture.height))
    return checked_size(entry, Size(*(min(side, entry.settings["largest"] // unit * unit) for side in sides)))


def side_by_side(pictures: tuple[Image, ...]) -> PIL.Image.Image:
    """Several pictures as one, in their order from left to right and as high as the first."""
    high = pictures[0].height
    shown = [picture_of(one, Size(max(1, round(one.width * high / one.height)), high)) for one in pictures]
    if len(shown) == 1:
        return shown[0]
    joined = PIL.Image.new("RGB", (sum(one.width for one in shown), high))
    left = 0
    for one in shown:
        joined.paste(one, (left, 0))
        left += one.width
    return joined
