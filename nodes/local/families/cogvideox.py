"""CogVideoX: films from words, from a first picture, and from other films."""

from typing import Any

from diffusers.pipelines.cogvideo.pipeline_cogvideox import CogVideoXPipeline
from diffusers.pipelines.cogvideo.pipeline_cogvideox_image2video import CogVideoXImageToVideoPipeline
from diffusers.pipelines.cogvideo.pipeline_cogvideox_video2video import CogVideoXVideoToVideoPipeline
from diffusers.schedulers.scheduling_ddim_cogvideox import CogVideoXDDIMScheduler
from diffusers.schedulers.scheduling_dpm_cogvideox import CogVideoXDPMScheduler

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.values import Size
from nodes.local import films
from nodes.local.assembly import assemble
from nodes.local.filmers import Shot, WholeFilmer
from nodes.local.folders import pipeline_class
from nodes.local.pictures import picture_of
from nodes.local.site import Site

PICTURES = "CogVideoXImageToVideoPipeline"
SAMPLERS: dict[str, type[Any]] = {"ddim": CogVideoXDDIMScheduler, "dpm": CogVideoXDPMScheduler}


def load(entry: ModelEntry, site: Site) -> "CogFilmer":
    """Load a CogVideoX model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    folder = entry.path if entry.form == "folder" or entry.base is None else entry.base
    kind = CogVideoXImageToVideoPipeline if pipeline_class(folder) == PICTURES else CogVideoXPipeline
    return CogFilmer(entry, assemble(entry, kind, entry.settings["precision"]), site)


class CogFilmer(WholeFilmer):
    """A loaded CogVideoX model; it makes one film at a time."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler
        self._begins = isinstance(pipe, CogVideoXImageToVideoPipeline)
        """Whether it takes a first picture, and must have one."""

    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """From words, from a first picture or from a film, whichever the model is for."""
        self._check(wanted, size)
        steps = taken = wanted.steps or self.settings["steps"]
        arguments: dict[str, Any] = {"num_inference_steps": steps, **self._said(wanted, report)}
        if wanted.video is not None:
            pipe = self.task(CogVideoXVideoToVideoPipeline)
            taken = max(1, min(int(steps * wanted.strength), steps))
            # Half a step more, so that no rounding takes one away.
            arguments["strength"] = 1.0 if taken == steps else (taken + 0.5) / steps
            arguments["video"] = self._whole(films.followed(self.entry, wanted.video, size, fps, wanted.frames))
        else:
            pipe = self.pipe
            arguments["num_frames"] = films.checked_frames(self.entry, wanted.frames)
            if wanted.first is not None:
                arguments["image"] = picture_of(wanted.first, size)
        pipe.scheduler = self._sampler(wanted)
        return Shot(pipe, arguments, taken, lambda latents: latents[0].permute(1, 0, 2, 3))

    def near(self, wanted: Filming) -> Size | None:
        """The only size of a model that learned its places, else as any."""
        return self._only or super().near(wanted)

    @property
    def _only(self) -> Size | None:
        """The size of a model that paints in one only."""
        shape = self.pipe.transformer.config
        edge = self.pipe.vae_scale_factor_spatial
        return Size(shape.sample_width * edge, shape.sample_height * edge) if (
            shape.use_learned_positional_embeddings) else None

    def _check(self, wanted: Filming, size: Size) -> None:
        title, only = self.entry.title, self._only
        if only is not None and size != only:
            raise UserError(f'"{title}" films in {only} only, and {size} is another size.', f"Take {only}, or none.")
        if wanted.last is not None:
            raise UserError(f'"{title}" can\'t end at a picture.', "Choose an LTX or a Wan model for that.")
        if wanted.first is not None and wanted.video is not None:
            raise UserError("A film can't start from a film and from a picture.", "Wire in only one of them.")
        if self._begins and wanted.video is not None:
            raise UserError(f'"{title}" begins with a picture, not with a film.', "Choose a text-to-video model.")
        if self._begins and wanted.first is None:
            raise UserError(f'"{title}" needs a picture to begin with.', 'Wire one into "first".')
        if not self._begins and wanted.first is not None:
            raise UserError(
                f'"{title}" begins with no picture.', "Choose an image-to-video model, such as CogVideoX-5b-I2V."
            )

    def _whole(self, frames: list[Any]) -> list[Any]:
        """As many of the frames as the model takes: 1.5 takes its latent frames in twos, each of four whole frames."""
        twos = self.pipe.transformer.config.patch_size_t
        if not twos:
            return frames
        unit = self.settings["frame_step"] * twos
        if len(frames) < unit:
            raise UserError(f'The film is too short for "{self.entry.title}".', f"It needs {unit} frames.")
        return frames[: len(frames) // unit * unit]

    def _sampler(self, wanted: Filming) -> Any:
        config = self._scheduler.config
        if not wanted.sampler:
            return type(self._scheduler).from_config(config)
        kind = SAMPLERS.get(wanted.sampler)
        if kind is None:
            raise UserError(f'This model has no sampler "{wanted.sampler}".', f"It has: {', '.join(SAMPLERS)}.")
        return kind.from_config(config, timestep_spacing="trailing")

    def _said(self, wanted: Filming, report: Report) -> dict[str, Any]:
        """The words, and how strictly they are followed."""
        length, guidance = self.settings["sequence"], self.guidance(wanted)

        def read(text: str) -> Any:
            return self.words((text, length), lambda: self.pipe.encode_prompt(
                text, do_classifier_free_guidance=False, max_sequence_length=length)[0], report)

        found = {"prompt_embeds": read(wanted.prompt), "guidance_scale": guidance,
                 "use_dynamic_cfg": bool(wanted.extra.get("rising"))}
        if guidance > 1:
            found["negative_prompt_embeds"] = read(films.negative_of(self.settings, wanted))
        return found
