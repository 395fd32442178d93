"""What models share that paint pictures: from words, from pictures, into masked parts, with several samplers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import diffusers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.values import Image, Size
from nodes.local.patches import Patch, size_for
from nodes.local.pictures import finished_picture
from nodes.local.pipes import Pipe
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site


@dataclass(frozen=True, slots=True)
class Classes:
    """The names of the pipelines of diffusers for what can be wanted; empty where there is none."""

    words: str
    picture: str = ""
    mask: str = ""

    def named(self, entry: ModelEntry, wanted: Painting) -> type[Any]:
        """The pipeline for a request. UserError where this model has none for it."""
        name = self.words if wanted.image is None else self.picture if wanted.mask is None else self.mask
        if not name:
            what = "start from a picture" if wanted.mask is None else "paint into a masked part of a picture"
            raise UserError(f'"{entry.title}" can\'t {what} here.', "Choose another model, or leave it out.")
        found: type[Any] = getattr(diffusers, name)
        return found


class PicturePainter(Pipe, ABC):
    """A loaded model; it paints one picture at a time."""

    plain: ClassVar[Classes]
    controlled: ClassVar[Classes] = Classes("")
    """The same with control pictures."""
    flow: ClassVar[bool]
    """Whether it follows a flow from noise to picture, instead of taking noise away."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler

    def paint(self, wanted: Painting, report: Report) -> Image:
        """One picture; the same words, numbers and LoRAs give the same pixels on the same machine."""
        wanted = self.understood(wanted)
        self.check(wanted)
        size = size_for(self.entry, wanted)
        steps = wanted.steps or self.settings["steps"]
        patch = Patch.of(wanted, size) if wanted.image is not None else None
        done = steps if patch is None else begun(steps, wanted.strength)
        if patch is not None and done < 1:
            return patch.untouched
        arguments: dict[str, Any] = {
            **self.said(wanted, report), "height": size.height, "width": size.width, "num_inference_steps": steps,
            "output_type": "np",
        }
        if patch is not None:
            arguments |= {"image": patch.picture, "strength": wanted.strength}
            arguments |= {} if patch.mask is None else {"mask_image": patch.mask}
        painted = self.called(self.tool(wanted, size, patch, arguments), arguments, wanted, size, done, report)
        return painted if patch is None else patch.laid_back(painted)

    def called(
        self, pipe: Any, arguments: Mapping[str, Any], wanted: Painting, size: Size, steps: int, report: Report
    ) -> Image:
        """What a pipeline paints with these arguments."""
        return self.picture(self.ran(pipe, arguments, wanted, size, steps, report))

    def ran(
        self, pipe: Any, arguments: Mapping[str, Any], wanted: Painting, size: Size, steps: int, report: Report
    ) -> Any:
        """What a pipeline gives for these arguments. UserError where the sampler does not go with it."""
        pipe.scheduler = scheduler_for(self._scheduler, wanted.sampler, wanted.schedule, flow=self.flow)
        try:
            return self.run(pipe, arguments, steps=steps, seed=wanted.seed, report=report,
                            unpack=lambda latents: self.unpacked(latents, size), pictures=self.looked_at(wanted))
        except (ValueError, TypeError) as error:
            if wanted.sampler and "set_timesteps" in str(error):
                raise UserError(
                    f'"{self.entry.title}" can\'t paint this with the sampler "{wanted.sampler}".',
                    'Choose "own" or "euler".',
                ) from None
            raise

    def picture(self, found: Any) -> Image:
        """The picture in what a pipeline gave. UserError if it is none."""
        return finished_picture(self.entry, found.images[0])

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        """The pipeline for what is wanted; what it needs besides is added to the arguments."""
        return self.task(self.plain.named(self.entry, wanted))

    def check(self, wanted: Painting) -> None:
        """UserError for what this model can't do, before anything is computed."""
        if wanted.mask is not None and wanted.image is None:
            raise UserError("A mask needs a picture to paint into.", 'Wire a picture into "image".')
        if wanted.controls and not self.controlled.words:
            raise UserError(f'"{self.entry.title}" takes no control pictures.', "Leave them out.")
        if wanted.references:
            raise UserError(
                f'"{self.entry.title}" takes no pictures that the prompt speaks about.',
                'Wire a picture to start from into "image".',
            )

    def refuse_unread(self, wanted: Painting) -> None:
        """UserError for a negative prompt that nothing would read."""
        if wanted.negative and self.guidance(wanted) <= 1:
            raise UserError(
                "With a guidance of 1 or less a negative prompt changes nothing.",
                "Raise the guidance, or leave it empty.",
            )

    def looked_at(self, wanted: Painting) -> int:
        """How many pictures run through the model beside the one that is painted."""
        return 0

    @abstractmethod
    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        """The words of the prompts and how strictly they are followed, as the pipeline takes them."""

    def unpacked(self, latents: Any, size: Size) -> Any:
        """Latents as the scheduler holds them, as channels x height x width."""
        return latents[0]


class FlowPainter(PicturePainter):
    """A loaded model that follows a flow from noise to picture."""

    flow = True


def begun(steps: int, strength: float) -> int:
    """How many steps are taken from a picture that is painted anew as much as ``strength`` says."""
    return steps - int(max(steps - min(steps * strength, steps), 0))


class PackedPainter(FlowPainter):
    """One whose latents are packed: squares of two by two, in one row."""

    def unpacked(self, latents: Any, size: Size) -> Any:
        return self.pipe._unpack_latents(latents[:1], size.height, size.width, self.pipe.vae_scale_factor)[0]
