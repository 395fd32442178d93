"""Stable Diffusion 1.5."""

from typing import Any

from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from nodes.local.families.sd import Classes, Diffusion, open_pipe
from nodes.local.prompts import encoded
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "SD15":
    """Load a Stable Diffusion 1.5 model. UserError if it is not one, or is damaged."""
    return SD15(entry, open_pipe(entry, "StableDiffusionPipeline", site), site)


class SD15(Diffusion):
    """A loaded Stable Diffusion 1.5 model."""

    plain = Classes("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline")
    controlled = Classes(
        "StableDiffusionControlNetPipeline", "StableDiffusionControlNetImg2ImgPipeline",
        "StableDiffusionControlNetInpaintPipeline",
    )

    def _embedded(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guided = self._guidance(wanted) > 1
        negative, skip = wanted.negative or None, wanted.extra.get("clip_skip") or None

        def encode(prompt: str, negative: str | None) -> Any:
            return self.pipe.encode_prompt(
                prompt, device=self.device, num_images_per_prompt=1, do_classifier_free_guidance=guided,
                negative_prompt=negative, clip_skip=skip,
            )

        # Without a negative prompt the empty one is read: it must be as long as the prompt is.
        found = self.words(
            (wanted.prompt, negative, skip, guided),
            lambda: encoded(self.pipe, wanted.prompt, negative, encode), report,
        )
        return {"prompt_embeds": found[0], "negative_prompt_embeds": found[1]}
