"""Stable Diffusion 3 and 3.5."""

from typing import Any

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from nodes.local.assembly import assemble
from nodes.local.families.control import SteeredPainter
from nodes.local.painters import Classes
from nodes.local.site import Site

LONGEST = 512
"""Tokens of a prompt that the model reads at most."""


def load(entry: ModelEntry, site: Site) -> "SD3":
    """Load a Stable Diffusion 3 model. UserError if it is not one, or is damaged."""
    return SD3(entry, assemble(entry, diffusers.StableDiffusion3Pipeline, entry.settings["precision"]), site)


class SD3(SteeredPainter):
    """A loaded Stable Diffusion 3 model."""

    plain = Classes("StableDiffusion3Pipeline", "StableDiffusion3Img2ImgPipeline", "StableDiffusion3InpaintPipeline")
    controlled = Classes("StableDiffusion3ControlNetPipeline")

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        self.refuse_unread(wanted)

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guided, skip = self.guidance(wanted) > 1, wanted.extra.get("clip_skip") or None
        length = max(self._length(wanted.prompt), self._length(wanted.negative))

        def encode() -> Any:
            return self.pipe.encode_prompt(
                wanted.prompt, None, None, do_classifier_free_guidance=guided, clip_skip=skip, device=self.device,
                negative_prompt=wanted.negative or None, max_sequence_length=length,
            )

        words, against, pooled, pooled_against = self.words(
            (wanted.prompt, wanted.negative, guided, skip, length), encode, report
        )
        return {
            "prompt_embeds": words, "negative_prompt_embeds": against, "pooled_prompt_embeds": pooled,
            "negative_pooled_prompt_embeds": pooled_against, "guidance_scale": self.guidance(wanted),
        }

    def _length(self, text: str) -> int:
        """How many tokens are read: the model's own number, or more for a longer prompt. UserError for too long ones.

        The two CLIP encoders read the first 75 tokens; T5 reads all of it.
        """
        usual = int(self.settings["sequence"])
        reader = self.pipe.tokenizer_3 if self.pipe.text_encoder_3 is not None else self.pipe.tokenizer
        most = LONGEST if reader is self.pipe.tokenizer_3 else int(reader.model_max_length)
        count = len(reader(text).input_ids)
        if count > most:
            without = "" if reader is self.pipe.tokenizer_3 else " without its T5 text encoder"
            raise UserError(
                f'The prompt has {count} tokens, and "{self.entry.title}" reads at most {most}{without}.',
                "Make it shorter.",
            )
        return usual if count <= usual else LONGEST
