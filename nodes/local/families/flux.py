"""FLUX.1: pictures from words, from pictures, and into masked parts of pictures."""

from typing import Any

from diffusers.pipelines.flux.pipeline_flux import FluxPipeline

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.values import Image, Size
from nodes.local.assembly import assemble
from nodes.local.pictures import finished_picture, mask_of, picture_of
from nodes.local.pipes import Pipe, checked_size
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site

CHANGED = 1
"""At least so many steps are taken from a picture, however low the strength."""


def load(entry: ModelEntry, site: Site) -> "FluxPainter":
    """Load a FLUX.1 model. UserError if it is not one, or is damaged."""
    pipe = assemble(entry, FluxPipeline, entry.settings["precision"])
    return FluxPainter(entry, pipe, site)


class FluxPainter(Pipe):
    """A loaded FLUX.1 model; it paints one picture at a time."""

    def paint(self, wanted: Painting, report: Report) -> Image:
        """One picture; the same words, numbers and LoRAs give the same pixels on the same machine."""
        facts = self.settings
        size = checked_size(self.entry, wanted.size or (wanted.image.size if wanted.image else None))
        steps = wanted.steps or facts["steps"]
        pipe, more = self._task(wanted, size)
        pipe.scheduler = scheduler_for(self.pipe.scheduler, wanted.sampler, wanted.schedule, flow=True)
        arguments = {
            **self._embedded(wanted, report), **self._guided(wanted), **more, "height": size.height, "width": size.width,
            "num_inference_steps": steps, "output_type": "np",
        }
        found = self.run(pipe, arguments, steps=more.pop("steps", steps), seed=wanted.seed, report=report,
                         unpack=lambda latents: self._unpacked(latents, size))
        return finished_picture(self.entry, found.images[0])

    def _task(self, wanted: Painting, size: Size) -> tuple[Any, dict[str, Any]]:
        """The pipeline for what is wanted, and what it needs besides words and numbers."""
        if wanted.image is None:
            if wanted.mask is not None:
                raise UserError("A mask needs a picture to paint into.", 'Wire a picture into "image".')
            return self.pipe, {}
        more: dict[str, Any] = {"image": picture_of(wanted.image, size), "strength": wanted.strength}
        if wanted.mask is None:
            from diffusers.pipelines.flux.pipeline_flux_img2img import FluxImg2ImgPipeline

            return self.task(FluxImg2ImgPipeline), more
        from diffusers.pipelines.flux.pipeline_flux_inpaint import FluxInpaintPipeline

        return self.task(FluxInpaintPipeline), {**more, "mask_image": mask_of(wanted.mask, size)}

    def _embedded(self, wanted: Painting, report: Report) -> dict[str, Any]:
        length = self.settings["sequence"]

        def encode(text: str) -> tuple[Any, Any]:
            found = self.pipe.encode_prompt(prompt=text, prompt_2=None, max_sequence_length=length)
            return found[0], found[1]

        words, pooled = self.words((wanted.prompt, length), lambda: encode(wanted.prompt), report)
        found = {"prompt_embeds": words, "pooled_prompt_embeds": pooled}
        if self.settings["guidance_by"] == "true_cfg":
            words, pooled = self.words((wanted.negative, length), lambda: encode(wanted.negative), report)
            found |= {"negative_prompt_embeds": words, "negative_pooled_prompt_embeds": pooled}
        return found

    def _guided(self, wanted: Painting) -> dict[str, Any]:
        way = self.settings["guidance_by"]
        guidance = wanted.guidance or self.settings["guidance"]
        if way == "true_cfg":
            return {"true_cfg_scale": guidance, "guidance_scale": 1.0}
        if wanted.negative:
            raise UserError(
                f'"{self.entry.title}" takes no negative prompt.',
                "Leave it empty, and say in the prompt what you want to see.",
            )
        return {"guidance_scale": guidance} if way == "embedded" else {"guidance_scale": 0.0}

    def _unpacked(self, latents: Any, size: Size) -> Any:
        return self.pipe._unpack_latents(latents, size.height, size.width, self.pipe.vae_scale_factor)[0]
