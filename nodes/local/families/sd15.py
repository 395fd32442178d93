"""Stable Diffusion 1.5."""

from collections.abc import Iterator
from contextlib import contextmanager
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
        with _named_as_before(self.pipe.text_encoder):
            words, against = self.read(wanted, report, self.pipe.encode_prompt)
        return {
            "prompt_embeds": words, "negative_prompt_embeds": against, "guidance_scale": self.guidance(wanted),
            **self.shown(wanted, report),
        }


@contextmanager
def _named_as_before(encoder: Any) -> Iterator[None]:
    """Where a layer is left out, diffusers looks for the last norm where older versions of transformers had it."""
    if hasattr(encoder, "text_model"):
        yield
        return
    vars(encoder)["text_model"] = encoder
    try:
        yield
    finally:
        del vars(encoder)["text_model"]
