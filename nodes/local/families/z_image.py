"""Z-Image and Z-Image-Turbo: pictures from words, from pictures, and into masked parts of pictures."""

from typing import Any

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from nodes.local.assembly import assemble
from nodes.local.painters import Classes, FlowPainter
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "ZImagePainter":
    """Load a Z-Image model. UserError if it is not one, or is damaged."""
    return ZImagePainter(entry, assemble(entry, diffusers.ZImagePipeline, entry.settings["precision"]), site)


class ZImagePainter(FlowPainter):
    """A loaded Z-Image model."""

    plain = Classes("ZImagePipeline", "ZImageImg2ImgPipeline", "ZImageInpaintPipeline")

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        if wanted.negative and not self.guidance(wanted):
            raise UserError(
                f'Without guidance "{self.entry.title}" takes no negative prompt.',
                "Leave it empty, or set a guidance; each step then takes twice as long.",
            )

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guidance, extra = self.guidance(wanted), wanted.extra
        return {
            "prompt_embeds": self._read(wanted.prompt, report), "guidance_scale": guidance,
            "negative_prompt_embeds": self._read(wanted.negative, report) if guidance > 0 else [],
            "cfg_normalization": bool(extra.get("normalize", False)),
            "cfg_truncation": float(extra.get("until", 1.0)),
        }

    def _read(self, text: str, report: Report) -> list[Any]:
        length = self.settings["sequence"]

        def encode() -> list[Any]:
            found: list[Any] = self.pipe.encode_prompt(
                text, do_classifier_free_guidance=False, max_sequence_length=length
            )[0]
            return found

        return self.words((text, length), encode, report)
