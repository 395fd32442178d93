"""What all Stable Diffusion models share: pictures from words, from pictures, into masked parts, under control."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.values import Image, Size
from nodes.local import placing
from nodes.local.assembly import assemble
from nodes.local.families.control import steering
from nodes.local.patches import Patch, size_for
from nodes.local.pictures import finished_picture
from nodes.local.pipes import Pipe
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site
from nodes.local.vaes import read_vae


@dataclass(frozen=True, slots=True)
class Classes:
    """The names of the pipelines of diffusers for what can be wanted."""

    words: str
    picture: str
    mask: str

    def named(self, wanted: Painting) -> type[Any]:
        """The pipeline for a request."""
        name = self.words if wanted.image is None else self.picture if wanted.mask is None else self.mask
        if not name:
            raise UserError("This model can't do that together with control pictures.", "Leave them out here.")
        found: type[Any] = getattr(diffusers, name)
        return found


def open_pipe(entry: ModelEntry, pipeline: str, site: Site) -> Any:
    """The pipeline of an entry, in a precision that the device computes in."""
    usual = entry.settings["precision"]
    if site.device == "cpu" and usual == "float16":
        usual = "float32"  # processors have no arithmetic for it
    return assemble(entry, getattr(diffusers, pipeline), usual)


class Diffusion(Pipe):
    """A loaded Stable Diffusion model; it paints one picture at a time."""

    plain: ClassVar[Classes]
    controlled: ClassVar[Classes]
    nets: ClassVar[str] = "ControlNetModel"
    """The class of the control models that fit."""
    flow: ClassVar[bool] = False
    """Whether it follows a flow from noise to picture, instead of taking noise away."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._own = pipe.scheduler, pipe.vae
        self._vae = ""

    def paint(self, wanted: Painting, report: Report) -> Image:
        """One picture; the same words, numbers and LoRAs give the same pixels on the same machine."""
        self._check(wanted)
        size = size_for(self.entry, wanted)
        steps = wanted.steps or self.settings["steps"]
        patch = Patch.of(wanted, size) if wanted.image is not None else None
        done = steps if patch is None else min(int(steps * wanted.strength), steps)
        if patch is not None and done < 1:
            return patch.untouched
        self._use_vae(str(wanted.extra.get("vae", "")), report)
        arguments = {
            **self._embedded(wanted, report), "guidance_scale": self._guidance(wanted), "height": size.height,
            "width": size.width, "num_inference_steps": steps, "output_type": "np",
        }
        if patch is not None:
            arguments |= {"image": patch.picture, "strength": wanted.strength}
            arguments |= {} if patch.mask is None else {"mask_image": patch.mask}
        pipe = self._task(wanted, size, patch, arguments)
        found = self._called(pipe, arguments, wanted, done, report)
        painted = finished_picture(self.entry, found)
        return painted if patch is None else patch.laid_back(painted)

    def fit(self, **parts: Any) -> None:
        """Put other parts into the pipeline, such as another VAE; they lie where the old ones lay."""
        with placing.lifted(self.pipe):
            self.pipe.register_modules(**parts)
            if self.strategy == "resident":
                self.pipe.to(self.site.device)
        self._tasks = {type(self.pipe): self.pipe}

    def _check(self, wanted: Painting) -> None:
        """UserError for what can't be, before anything is computed."""
        if wanted.mask is not None and wanted.image is None:
            raise UserError("A mask needs a picture to paint into.", 'Wire a picture into "image".')
        if wanted.references:
            raise UserError(
                f'"{self.entry.title}" takes no pictures that the prompt speaks about.',
                'Wire a picture to start from into "image".',
            )
        if wanted.negative and self._guidance(wanted) <= 1:
            raise UserError(
                "With a guidance of 1 or less a negative prompt changes nothing.",
                "Raise the guidance, or leave it empty.",
            )

    def _guidance(self, wanted: Painting) -> float:
        return float(wanted.guidance or self.settings["guidance"])

    def _called(self, pipe: Any, arguments: Mapping[str, Any], wanted: Painting, done: int, report: Report) -> Any:
        """The pixels: height x width x 3 of numbers 0..1."""
        return self._run(pipe, arguments, wanted, done, report).images[0]

    def _run(self, pipe: Any, arguments: Mapping[str, Any], wanted: Painting, done: int, report: Report) -> Any:
        pipe.scheduler = scheduler_for(self._own[0], wanted.sampler, wanted.schedule, flow=self.flow)
        return self.run(pipe, arguments, steps=done, seed=wanted.seed, report=report, unpack=lambda latents: latents[0])

    def _task(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        """The pipeline for what is wanted; control pictures are added to the arguments."""
        if not wanted.controls:
            return self.task(self.plain.named(wanted))
        found = steering(self.site, wanted.controls, size, patch, self.nets, self._width)
        kind = self.controlled.named(wanted)
        arguments |= found.arguments("image" if wanted.image is None and not self.flow else "control_image")
        return self.task(kind, controlnet=found.nets)

    @property
    def _width(self) -> int:
        """The length of the words that the model and its control models read."""
        return int(self.pipe.unet.config.cross_attention_dim)

    def _use_vae(self, name: str, report: Report) -> None:
        """Decode with another VAE from now on, or with the model's own again."""
        if name == self._vae:
            return
        vae = self._own[1]
        if name:
            assert self.site.find is not None
            report(0.0, f"Loading {name}", None)
            vae = read_vae(self.site.find("vae", name), vae)
        self.fit(vae=vae)
        self._vae = name

    def _embedded(self, wanted: Painting, report: Report) -> dict[str, Any]:
        """The words of the prompts as the pipeline takes them."""
        raise NotImplementedError
