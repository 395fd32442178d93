"""Wan Animate: a character of a picture moves as poses and a face do, alone or in the place of somebody in a film.

Poses and face are films that were prepared for it: a skeleton on black, and the face alone. They can't be made here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from diffusers.pipelines.wan.pipeline_wan_animate import WanAnimatePipeline

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.values import Image, Size, Video
from nodes.local import films, placing
from nodes.local.assembly import assemble
from nodes.local.families.wan import DECODING, EXACT, WanFilmer
from nodes.local.pictures import picture_of
from nodes.local.pipes import checked_size
from nodes.local.site import Site

LONGEST = 10_000
"""Frames that are read of a film at most."""


def load(entry: ModelEntry, site: Site) -> "WanAnimator":
    """Load a Wan Animate model. UserError if it is not one, or is damaged."""
    pipe = assemble(entry, WanAnimatePipeline, entry.settings["precision"], exact=EXACT)
    return WanAnimator(entry, pipe, site)


class WanAnimator(WanFilmer):
    """A loaded Wan Animate model; it makes one film at a time, in segments that follow each other."""

    def film(self, wanted: Filming, report: Report) -> Video:
        """One film, as long as the poses or as wanted."""
        size = checked_size(self.entry, wanted.size or films.near_given(self.entry, wanted))
        fps = films.checked_fps(self.entry, wanted.fps)
        placing.tile(self.pipe, size.width, size.height, self.settings["frames"], self.settings.get("tiled_above"))
        self.pipe.scheduler = self._sampler(wanted, size)
        steps = wanted.steps or self.settings["steps"]
        led = self._led(wanted, size, fps)
        count = len(led["pose_video"])
        taken = steps * self._segments(count)
        arguments = {
            **self._embedded(wanted, report), "guidance_scale": self.guidance(wanted), **led, "height": size.height,
            "width": size.width, "num_inference_steps": steps, "output_type": "latent",
            "segment_frame_length": self._segment(count),
            "prev_segment_conditioning_frames": self.settings["overlap"],
        }
        with self._kept() as kept:
            self.run(self.pipe, arguments, steps=taken, seed=wanted.seed, report=report, after=taken * DECODING,
                     unpack=lambda latents: latents[0, :, 1:])
        done = kept[-self._segments(count) :]  # what came before is of a try for which the memory was not enough
        return films.filed(self._joined(done, count), fps)

    def _led(self, wanted: Filming, size: Size, fps: float) -> dict[str, Any]:
        """Character, poses, face, and what stays around the character."""
        extra = wanted.extra
        if wanted.first is None or wanted.video is None:
            raise UserError("There is no character or no film of poses.", 'Wire in "image" and "pose".')
        edge = self.pipe.transformer.config.motion_encoder_size
        poses = films.frames_of(wanted.video, size, fps, wanted.frames or LONGEST)
        face = films.frames_of(extra["face"], Size(edge, edge), fps, len(poses))
        if len(poses) < 2 or len(face) < 2:
            raise UserError("Poses and face need at least two frames.", "Take longer films of them.")
        led: dict[str, Any] = {"image": picture_of(wanted.first, size), "pose_video": poses, "face_video": face}
        behind, mask = extra.get("background"), extra.get("mask_video") or wanted.mask
        if behind is None and mask is None:
            return {**led, "mode": "animate"}
        if behind is None or mask is None:
            raise UserError(
                "To put the character into a film it needs the film and a mask.", 'Wire both "background" and "mask".'
            )
        around = films.frames_of(behind, size, fps, len(poses))
        if len(around) < 2:
            raise UserError("The film around the character needs at least two frames.", "Take a longer one.")
        masks = films.masks_of(mask, size, fps, len(around))
        return {**led, "mode": "replace", "background_video": around, "mask_video": masks}

    def _segment(self, count: int) -> int:
        """Frames of a segment: a short film is one that is no longer than it has to be."""
        step = self.settings["frame_step"]
        return int(min(self.settings["frames"], -(-(count - 1) // step) * step + 1))

    def _segments(self, count: int) -> int:
        overlap = self.settings["overlap"]
        return -(-(count - overlap) // (self._segment(count) - overlap))

    @contextmanager
    def _kept(self) -> Iterator[list[Any]]:
        """Keeps the pictures of every segment as bytes while a call lasts; the pipeline would join them as numbers."""
        decode, kept = self.pipe.vae.decode, []

        def kept_too(*arguments: Any, **named: Any) -> Any:
            found = decode(*arguments, **named)
            kept.append(films.pictures_in(self.entry, found[0][0]))
            return found

        self.pipe.vae.decode = kept_too
        try:
            yield kept
        finally:
            del self.pipe.vae.decode

    def _joined(self, kept: list[Any], count: int) -> Iterator[Image]:
        """The frames of all segments, each without what it took over from the one before."""
        shown = 0
        for number, segment in enumerate(kept):
            for array in segment[self.settings["overlap"] if number else 0 :][: count - shown]:
                shown += 1
                yield Image.of(array)
