"""Chroma: pictures from words, from pictures, and into masked parts of pictures."""

from typing import Any

import diffusers

from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from nodes.local.assembly import assemble
from nodes.local.painters import Classes, PackedPainter
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "ChromaPainter":
    """Load a Chroma model. UserError if it is not one, or is damaged."""
    pipe = assemble(entry, diffusers.ChromaPipeline, entry.settings["precision"])
    # The pipeline for masks asks for it; Chroma has none.
    pipe.transformer.register_to_config(guidance_embeds=False)
    return ChromaPainter(entry, pipe, site)


class ChromaPainter(PackedPainter):
    """A loaded Chroma model."""

    plain = Classes("ChromaPipeline", "ChromaImg2ImgPipeline", "ChromaInpaintPipeline")

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        self.refuse_unread(wanted)

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guidance = self.guidance(wanted)
        words, mask = self._read(wanted.prompt, report)
        found = {"prompt_embeds": words, "prompt_attention_mask": mask, "guidance_scale": guidance}
        if guidance > 1:
            words, mask = self._read(wanted.negative, report)
            found |= {"negative_prompt_embeds": words, "negative_prompt_attention_mask": mask}
        return found

    def _read(self, text: str, report: Report) -> tuple[Any, Any]:
        length = self.settings["sequence"]

        def encode() -> tuple[Any, Any]:
            found = self.pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=length)
            return found[0], found[2]

        return self.words((text, length), encode, report)
