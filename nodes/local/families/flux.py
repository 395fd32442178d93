"""FLUX.1: pictures from words, from pictures, into masked parts of pictures, and after reference pictures."""

from typing import Any

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from nodes.local.assembly import assemble
from nodes.local.families.control import SteeredPainter
from nodes.local.families.flux_redux import Likeness, like
from nodes.local.painters import Classes, PackedPainter
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "FluxPainter":
    """Load a FLUX.1 model. UserError if it is not one, or is damaged."""
    return FluxPainter(entry, assemble(entry, diffusers.FluxPipeline, entry.settings["precision"]), site)


class FluxPainter(SteeredPainter, PackedPainter):
    """A loaded FLUX.1 model."""

    plain = Classes("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline")
    controlled = Classes(
        "FluxControlNetPipeline", "FluxControlNetImg2ImgPipeline", "FluxControlNetInpaintPipeline"
    )

    def check(self, wanted: Painting) -> None:
        if wanted.mask is not None and wanted.image is None:
            raise UserError("A mask needs a picture to paint into.", 'Wire a picture into "image".')
        if wanted.references and not wanted.extra.get("redux"):
            raise UserError(
                f'"{self.entry.title}" reads pictures only through a Redux model.', 'Choose one at "redux".'
            )

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        words, pooled = self._read(wanted.prompt, report)
        if wanted.references:
            words, pooled = self._likened(wanted, words, pooled, report)
        found = {"prompt_embeds": words, "pooled_prompt_embeds": pooled}
        found |= self._guided(wanted)
        if found.get("true_cfg_scale"):
            words, pooled = self._read(wanted.negative, report)
            if wanted.references:
                words = _padded(words, found["prompt_embeds"].shape[1])
            found |= {"negative_prompt_embeds": words, "negative_pooled_prompt_embeds": pooled}
        return found

    def _read(self, text: str, report: Report) -> tuple[Any, Any]:
        length = self.settings["sequence"]

        def encode() -> tuple[Any, Any]:
            found = self.pipe.encode_prompt(prompt=text, prompt_2=None, max_sequence_length=length)
            return found[0], found[1]

        return self.words((text, length), encode, report)

    def _likened(self, wanted: Painting, words: Any, pooled: Any, report: Report) -> tuple[Any, Any]:
        """The words, and behind them what the reference pictures show."""
        assert self.site.borrow is not None
        model: Likeness = self.site.borrow("flux-redux", str(wanted.extra["redux"]))
        seen = [model.read(picture, report) for picture in wanted.references]
        return like(words, pooled, seen, float(wanted.extra.get("likeness", 1.0)))

    def _guided(self, wanted: Painting) -> dict[str, Any]:
        """How strictly the prompt is followed: by a number that the model was trained with, a second pass, or both."""
        way, cfg = self.settings["guidance_by"], float(wanted.extra.get("cfg", 0.0))
        guidance = wanted.guidance or self.settings["guidance"]
        if way == "true_cfg":
            return {"true_cfg_scale": guidance, "guidance_scale": 1.0}
        found = {"guidance_scale": guidance if way == "embedded" else 0.0}
        if cfg > 1:
            return {**found, "true_cfg_scale": cfg}
        if wanted.negative:
            raise UserError(
                f'"{self.entry.title}" takes no negative prompt in one pass.',
                "Set cfg above 1 for a second pass at every step, which takes twice as long; or leave it empty.",
            )
        return found


def _padded(words: Any, length: int) -> Any:
    """Words that are followed by nothing up to this length."""
    import torch

    return torch.nn.functional.pad(words, (0, 0, 0, length - words.shape[1]))
