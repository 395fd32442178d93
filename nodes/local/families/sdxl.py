"""Stable Diffusion XL, alone or with its refiner taking over at the end."""

from collections.abc import Mapping
from typing import Any

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.values import Image, Size
from nodes.local.assembly import assemble
from nodes.local.families.ip_adapter import REFERENCE, references_in
from nodes.local.families.sd import Diffusion
from nodes.local.headers import read_header
from nodes.local.painters import Classes
from nodes.local.site import Site
from nodes.local.vaes import widened

REFINER = "sdxl-refiner"


def load(entry: ModelEntry, site: Site) -> "XL":
    """Load SDXL or its refiner. UserError if it is neither, or is damaged."""
    refines, precision = entry.kind == REFINER, entry.settings["precision"]
    kind = diffusers.StableDiffusionXLImg2ImgPipeline if refines else diffusers.StableDiffusionXLPipeline
    pipe = assemble(entry, kind, precision)
    if precision == "float16":
        widened(pipe.vae)
    if entry.form == "checkpoint":
        pipe.scheduler = _as_told(entry, pipe.scheduler)
    return (Refiner if refines else XL)(entry, pipe, site)


def _as_told(entry: ModelEntry, scheduler: Any) -> Any:
    """The scheduler for a checkpoint that was trained in another way, which it says by the name of an empty tensor."""
    assert entry.path is not None
    said = read_header(entry.path).tensors
    if "v_pred" not in said:
        return scheduler
    config = {**scheduler.config, "prediction_type": "v_prediction", "rescale_betas_zero_snr": "ztsnr" in said}
    return type(scheduler).from_config(config)


class XL(Diffusion):
    """A loaded SDXL model."""

    plain = Classes("StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline")
    controlled = Classes(
        "StableDiffusionXLControlNetPipeline", "StableDiffusionXLControlNetImg2ImgPipeline",
        "StableDiffusionXLControlNetInpaintPipeline",
    )

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        words, against, pooled, pooled_against = self.read(wanted, report, self.pipe.encode_prompt)
        return {
            "prompt_embeds": words, "negative_prompt_embeds": against, "pooled_prompt_embeds": pooled,
            "negative_pooled_prompt_embeds": pooled_against, "guidance_scale": self.guidance(wanted),
            **self.shown(wanted, report),
        }

    def called(
        self, pipe: Any, arguments: Mapping[str, Any], wanted: Painting, size: Size, steps: int, report: Report
    ) -> Image:
        name, handover = str(wanted.extra.get("refiner", "")), float(wanted.extra.get("handover", 1.0))
        if not name or handover >= 1:
            return super().called(pipe, arguments, wanted, size, steps, report)
        if wanted.image is not None or any(one.kind != REFERENCE for one in wanted.controls):
            raise UserError(
                "The refiner ends pictures that begin with words alone.", "Leave out the picture, or the refiner."
            )
        assert self.site.borrow is not None
        first = max(1, round(steps * handover))

        def early(done: float, note: str, preview: Image | None) -> None:
            report(done * first / steps, note, preview)

        def late(done: float, note: str, preview: Image | None) -> None:
            report((first + done * (steps - first)) / steps, f"refining, {note}", preview)

        begun = self.ran(
            pipe, {**arguments, "denoising_end": handover, "output_type": "latent"}, wanted, size, first, early
        )
        refiner: Refiner = self.site.borrow(REFINER, name)
        return refiner.refined(begun.images, arguments, wanted, size, handover, late)


class Refiner(XL):
    """The loaded refiner: it paints the last steps of a picture, or a picture anew from another one."""

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        if wanted.image is None:
            raise UserError(
                f'"{self.entry.title}" only goes on with pictures that are there.',
                'Choose it as the refiner of another model, or wire a picture into "image".',
            )
        if references_in(wanted):
            raise UserError(f'"{self.entry.title}" looks at no reference pictures.', "Leave them out.")

    def shown(self, wanted: Painting, report: Report) -> dict[str, Any]:
        """Nothing: what a reference brings is in the picture before its last steps."""
        return {}

    def refined(
        self, latents: Any, arguments: Mapping[str, Any], wanted: Painting, size: Size, handover: float, report: Report
    ) -> Image:
        """A picture whose first steps another model has done."""
        self.wear([])
        steps = int(arguments["num_inference_steps"])
        more = {
            **self.said(wanted, report), "num_inference_steps": steps, "output_type": arguments["output_type"],
            "image": latents, "denoising_start": handover, "strength": 1.0,
        }
        left = max(1, steps - round(steps * handover))
        return self.picture(self.ran(self.task(type(self.pipe)), more, wanted, size, left, report))
