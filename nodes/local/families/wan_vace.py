"""Wan VACE: films that follow a film of lines, depth or poses, are made anew where a mask says so, and show what
pictures show."""

from typing import Any

import PIL.Image
from diffusers.pipelines.wan.pipeline_wan_vace import WanVACEPipeline

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.values import Size
from nodes.local import films
from nodes.local.assembly import assemble
from nodes.local.families.wan import EXACT, Shot, WanFilmer
from nodes.local.pictures import picture_of
from nodes.local.site import Site

GREY = (128, 128, 128)
"""What stands for a frame that is not known."""


def load(entry: ModelEntry, site: Site) -> "WanVaceFilmer":
    """Load a Wan VACE model. UserError if it is not one, or is damaged."""
    pipe = assemble(entry, WanVACEPipeline, entry.settings["precision"], exact=EXACT)
    return WanVaceFilmer(entry, pipe, site)


class WanVaceFilmer(WanFilmer):
    """A loaded Wan VACE model; it makes one film at a time."""

    def _shot(
        self, wanted: Filming, size: Size, fps: float, scheduler: Any, steps: int, report: Report
    ) -> Shot:
        if wanted.video is not None and (wanted.first is not None or wanted.last is not None):
            raise UserError(
                "A film to follow already has a first and a last frame.", "Wire in the film or the pictures, not both."
            )
        shown = [image.srgb().rgb().to("uint8").pil() for image in wanted.references]
        more: dict[str, Any] = {"conditioning_scale": float(wanted.extra.get("follow", 1.0))}
        if shown:
            more["reference_images"] = shown
        led, open_part = self._led(wanted, size, fps)
        if led:
            more |= {"video": led, "mask": open_part} if open_part else {"video": led}
        frames = len(led) if led else films.checked_frames(self.entry, wanted.frames)
        return Shot(self.pipe, {**more, "num_frames": frames}, before=len(shown))

    def _led(
        self, wanted: Filming, size: Size, fps: float
    ) -> tuple[list[PIL.Image.Image], list[PIL.Image.Image]]:
        """The frames that lead, and where each is made anew; both empty where nothing leads."""
        mask = wanted.extra.get("mask_video") or wanted.mask
        if wanted.video is not None:
            led = films.followed(self.entry, wanted.video, size, fps, wanted.frames)
            return led, films.masks_of(mask, size, fps, len(led)) if mask is not None else []
        if mask is not None:
            raise UserError("A mask needs a film to work on.", 'Wire a film into "video".')
        if wanted.first is None and wanted.last is None:
            return [], []
        count = films.checked_frames(self.entry, wanted.frames)
        side = (size.width, size.height)
        led = [PIL.Image.new("RGB", side, GREY)] * count
        open_part = [PIL.Image.new("L", side, 255)] * count
        for at, image in ((0, wanted.first), (-1, wanted.last)):
            if image is not None:
                led[at], open_part[at] = picture_of(image, size), PIL.Image.new("L", side, 0)
        return led, open_part
