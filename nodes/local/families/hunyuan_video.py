"""HunyuanVideo and HunyuanVideo 1.5: films from words, and from a first picture."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from diffusers.pipelines.hunyuan_video.pipeline_hunyuan_video import DEFAULT_PROMPT_TEMPLATE, HunyuanVideoPipeline
from diffusers.pipelines.hunyuan_video.pipeline_hunyuan_video_image2video import HunyuanVideoImageToVideoPipeline
from diffusers.pipelines.hunyuan_video1_5.pipeline_hunyuan_video1_5 import HunyuanVideo15Pipeline
from diffusers.pipelines.hunyuan_video1_5.pipeline_hunyuan_video1_5_image2video import (
    HunyuanVideo15ImageToVideoPipeline,
)

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.plain import LoraPart
from ajar.values import Size
from nodes.local import films
from nodes.local.assembly import assemble
from nodes.local.filmers import Shot, WholeFilmer
from nodes.local.folders import pipeline_class
from nodes.local.pictures import picture_of
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site

PICTURES = "HunyuanVideoImageToVideoPipeline"
NEWER = ("HunyuanVideo15Pipeline", "HunyuanVideo15ImageToVideoPipeline")


class Sized(HunyuanVideo15ImageToVideoPipeline):
    """Is told its size as every other pipeline is; it takes it from its picture, which has that size already."""

    def __call__(self, *, height: int, width: int, **named: Any) -> Any:
        return super().__call__(**named)


def load(entry: ModelEntry, site: Site) -> "HunyuanFilmer":
    """Load a HunyuanVideo model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    folder = entry.path if entry.form == "folder" or entry.base is None else entry.base
    precision, name = entry.settings["precision"], pipeline_class(folder)
    if name == NEWER[1]:
        return NewerPictureFilmer(entry, assemble(entry, Sized, precision), site)
    if name == NEWER[0]:
        return NewerFilmer(entry, assemble(entry, HunyuanVideo15Pipeline, precision), site)
    if name == PICTURES:
        return HunyuanPictureFilmer(entry, assemble(entry, HunyuanVideoImageToVideoPipeline, precision), site)
    return HunyuanFilmer(entry, assemble(entry, HunyuanVideoPipeline, precision), site)


class HunyuanFilmer(WholeFilmer):
    """A loaded HunyuanVideo model; it makes one film from words at a time."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler

    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """From words."""
        self.frames_only(wanted)
        return self._called(wanted, self._said(wanted, report))

    def _called(self, wanted: Filming, arguments: dict[str, Any]) -> Shot:
        steps = wanted.steps or self.settings["steps"]
        shift = {"shift": wanted.shift} if wanted.shift else {}
        self.pipe.scheduler = scheduler_for(self._scheduler, "", "", flow=True, **shift)
        frames = films.checked_frames(self.entry, wanted.frames)
        arguments |= {"num_frames": frames, "num_inference_steps": steps}
        return Shot(self.pipe, arguments, steps, lambda latents: latents[0])

    def _said(self, wanted: Filming, report: Report) -> dict[str, Any]:
        """The words; how strictly they are followed the model knows itself, and a second way costs twice the time."""
        length, true = self.settings["sequence"], float(wanted.extra.get("true_guidance") or 1.0)

        def read(text: str) -> Any:
            return self.words((text, length), lambda: self.pipe.encode_prompt(
                text, prompt_template=DEFAULT_PROMPT_TEMPLATE, max_sequence_length=length), report)

        names = ("prompt_embeds", "pooled_prompt_embeds", "prompt_attention_mask")
        found = dict(zip(names, read(wanted.prompt), strict=True))
        found |= {"guidance_scale": self.guidance(wanted), "true_cfg_scale": true}
        if true > 1:
            negative = zip(names, read(films.negative_of(self.settings, wanted)), strict=True)
            found |= {f"negative_{name}": value for name, value in negative}
        return found


class HunyuanPictureFilmer(HunyuanFilmer):
    """A loaded HunyuanVideo model that begins at a picture; it reads the words and the picture together."""

    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """From a first picture."""
        if wanted.first is None or wanted.last is not None or wanted.video is not None:
            raise UserError(f'"{self.entry.title}" takes a picture to begin with, and nothing else.',
                            'Wire one into "first".')
        true = float(wanted.extra.get("true_guidance") or 1.0)
        arguments: dict[str, Any] = {
            "prompt": wanted.prompt, "image": picture_of(wanted.first, size), "guidance_scale": self.guidance(wanted),
            "true_cfg_scale": true, "max_sequence_length": self.settings["sequence"],
        }
        if true > 1:
            arguments["negative_prompt"] = films.negative_of(self.settings, wanted)
        joined = self.pipe.transformer.config.image_condition_type == "latent_concat"
        # Such a model shows the picture in a latent frame of its own, which is taken off again.
        return replace(self._called(wanted, arguments), before=4 if joined else 0)


class NewerFilmer(HunyuanFilmer):
    """A loaded HunyuanVideo 1.5 model for words."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._guider = pipe.guider

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """It wears none. UserError where one is wanted."""
        if loras:
            raise UserError(f'"{self.entry.title}" takes no LoRAs here.', "Take the LoRA off.")

    def _called(self, wanted: Filming, arguments: dict[str, Any]) -> Shot:
        return replace(super()._called(wanted, arguments), told=False)

    def _said(self, wanted: Filming, report: Report) -> dict[str, Any]:
        guidance = wanted.guidance or self.settings["guidance"] or self._guider.guidance_scale
        self.pipe.guider = self._guider.new(guidance_scale=float(guidance))

        def read(text: str) -> Any:
            dtype = self.pipe.transformer.dtype
            return self.words((text,), lambda: self.pipe.encode_prompt(text, dtype=dtype), report)

        names = ("prompt_embeds", "prompt_embeds_mask", "prompt_embeds_2", "prompt_embeds_mask_2")
        found = dict(zip(names, read(wanted.prompt), strict=True))
        if guidance != 1:
            negative = zip(names, read(films.negative_of(self.settings, wanted)), strict=True)
            found |= {f"negative_{name}": value for name, value in negative}
        return found


class NewerPictureFilmer(NewerFilmer):
    """A loaded HunyuanVideo 1.5 model that begins at a picture; its proportions decide the size."""

    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """From a first picture."""
        if wanted.first is None or wanted.last is not None or wanted.video is not None:
            raise UserError(f'"{self.entry.title}" takes a picture to begin with, and nothing else.',
                            'Wire one into "first".')
        own = self._own(size)
        if own != size:
            raise UserError(f'"{self.entry.title}" does not film in {size}.', f"The nearest is {own}.")
        return self._called(wanted, self._said(wanted, report) | {"image": picture_of(wanted.first, size)})

    def near(self, wanted: Filming) -> Size | None:
        """The size of the model that is most like the picture."""
        return self._own(wanted.first.size) if wanted.first is not None else None

    def _own(self, size: Size) -> Size:
        high, wide = self.pipe.video_processor.calculate_default_height_width(
            size.height, size.width, self.pipe.target_size
        )
        return Size(int(wide), int(high))
