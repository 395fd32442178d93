"""Stable Diffusion XL, alone or with its refiner taking over at the end."""

from collections.abc import Mapping
from typing import Any

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.values import Image
from nodes.local.families.sd import Classes, Diffusion, open_pipe
from nodes.local.prompts import encoded
from nodes.local.site import Site

REFINER = "sdxl-refiner"


def load(entry: ModelEntry, site: Site) -> "Diffusion":
    """Load SDXL or its refiner. UserError if it is neither, or is damaged."""
    if entry.kind == REFINER:
        return Refiner(entry, open_pipe(entry, "StableDiffusionXLImg2ImgPipeline", site), site)
    return XL(entry, open_pipe(entry, "StableDiffusionXLPipeline", site), site)


class XL(Diffusion):
    """A loaded SDXL model."""

    plain = Classes("StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline")
    controlled = Classes(
        "StableDiffusionXLControlNetPipeline", "StableDiffusionXLControlNetImg2ImgPipeline",
        "StableDiffusionXLControlNetInpaintPipeline",
    )

    def _embedded(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guided = self._guidance(wanted) > 1
        negative, skip = wanted.negative or None, wanted.extra.get("clip_skip") or None

        def encode(prompt: str, negative: str | None) -> Any:
            return self.pipe.encode_prompt(
                prompt, do_classifier_free_guidance=guided, negative_prompt=negative, clip_skip=skip,
                device=self.device,
            )

        key = (wanted.prompt, negative, skip, guided)
        words, against, pooled, pooled_against = self.words(
            key, lambda: encoded(self.pipe, wanted.prompt, negative, encode), report
        )
        return {
            "prompt_embeds": words, "negative_prompt_embeds": against, "pooled_prompt_embeds": pooled,
            "negative_pooled_prompt_embeds": pooled_against,
        }

    def _called(self, pipe: Any, arguments: Mapping[str, Any], wanted: Painting, done: int, report: Report) -> Any:
        name, handover = str(wanted.extra.get("refiner", "")), float(wanted.extra.get("handover", 1.0))
        if not name or handover >= 1:
            return super()._called(pipe, arguments, wanted, done, report)
        if wanted.image is not None or wanted.controls:
            raise UserError(
                "The refiner ends pictures that begin with words alone.", "Leave out the picture, or the refiner."
            )
        assert self.site.borrow is not None
        refiner: Refiner = self.site.borrow(REFINER, name)
        steps = int(arguments["num_inference_steps"])
        first = max(1, round(steps * handover))
        share = first / steps

        def early(at: float, note: str, preview: Image | None) -> None:
            report(at * share, note, preview)

        def late(at: float, note: str, preview: Image | None) -> None:
            report(share + at * (1 - share), f"refining, {note}", preview)

        begun = self._run(
            pipe, {**arguments, "denoising_end": handover, "output_type": "latent"}, wanted, first, early
        )
        return refiner.refined(begun.images, arguments, wanted, handover, late)


class Refiner(XL):
    """The loaded refiner: it paints the last steps of a picture, or a picture anew from another one."""

    def _check(self, wanted: Painting) -> None:
        super()._check(wanted)
        if wanted.image is None:
            raise UserError(
                f'"{self.entry.title}" only goes on with pictures that are there.',
                'Choose it as the refiner of another model, or wire a picture into "image".',
            )

    def refined(
        self, latents: Any, arguments: Mapping[str, Any], wanted: Painting, handover: float, report: Report
    ) -> Any:
        """The pixels of a picture whose first steps another model has done."""
        self.wear([])
        steps = int(arguments["num_inference_steps"])
        more = {
            **{name: arguments[name] for name in ("guidance_scale", "num_inference_steps", "output_type")},
            **self._embedded(wanted, report), "image": latents, "denoising_start": handover, "strength": 1.0,
        }
        pipe = self.task(type(self.pipe))
        return self._run(pipe, more, wanted, max(1, steps - round(steps * handover)), report).images[0]
