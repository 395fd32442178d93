"""Stable Diffusion 1.5."""

from typing import Any

import diffusers

from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from nodes.local.assembly import assemble
from nodes.local.families.sd import Diffusion
from nodes.local.painters import Classes
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "SD15":
    """Load a Stable Diffusion 1.5 model. UserError if it is not one, or is damaged."""
    return SD15(entry, assemble(entry, diffusers.StableDiffusionPipeline, entry.settings["precision"]), site)


class SD15(Diffusion):
    """A loaded Stable Diffusion 1.5 model."""

    plain = Classes("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline")
    controlled = Classes(
        "StableDiffusionControlNetPipeline", "StableDiffusionControlNetImg2ImgPipeline",
        "StableDiffusionControlNetInpaintPipeline",
    )

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        words, against = self.read(wanted, report, self.pipe.encode_prompt)
        return {"prompt_embeds": words, "negative_prompt_embeds": against, "guidance_scale": self.guidance(wanted)}
