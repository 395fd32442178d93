"""LTX-Video: films from words, from pictures at any of their frames, and from other films."""

from dataclasses import replace
from typing import Any

from diffusers.pipelines.ltx.pipeline_ltx import LTXPipeline
from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXConditionPipeline, LTXVideoCondition
from diffusers.pipelines.ltx.pipeline_ltx_image2video import LTXImageToVideoPipeline

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.values import Image, Size, Video
from nodes.local import films
from nodes.local.assembly import assemble
from nodes.local.filmers import Shot, WholeFilmer
from nodes.local.folders import pipeline_class
from nodes.local.pictures import picture_of
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site

CLASSES: dict[str, type[Any]] = {
    "LTXPipeline": LTXPipeline, "LTXImageToVideoPipeline": LTXImageToVideoPipeline,
    "LTXConditionPipeline": LTXConditionPipeline,
}
NEWER = "Choose LTX-Video 0.9.5 or newer."


def load(entry: ModelEntry, site: Site) -> "LtxFilmer":
    """Load an LTX model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    folder = entry.path if entry.form == "folder" or entry.base is None else entry.base
    kind = CLASSES.get(pipeline_class(folder) or "", LTXPipeline)
    return LtxFilmer(entry, assemble(entry, kind, entry.settings["precision"]), site)


class LtxFilmer(WholeFilmer):
    """A loaded LTX model; it makes one film at a time."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler
        self._keyed = "095" in pipe.vae.config.down_block_types[0]
        """Whether it takes pictures at any frame, and films: since 0.9.5."""

    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """From words, or from pictures or a film that the model can take."""
        made = self._keyed_shot(wanted, size, fps, report) if self._keyed else self._plain_shot(wanted, size)
        pipe, arguments = made.pipe, made.arguments
        pipe.scheduler = self._fresh()
        arguments |= self._said(pipe, wanted, report) | {"frame_rate": fps} | self._end(wanted)
        count = (arguments["num_frames"] - 1) // pipe.vae_temporal_compression_ratio + 1
        edge = pipe.vae_spatial_compression_ratio
        high, wide = size.height // edge, size.width // edge

        def unpack(latents: Any) -> Any:
            own = latents[:, -count * high * wide :]  # pictures in between come before the film
            return pipe._unpack_latents(own, count, high, wide)[0]

        return replace(made, unpack=unpack)

    def _plain_shot(self, wanted: Filming, size: Size) -> Shot:
        """The older models: from words, or beginning at a picture."""
        if wanted.last is not None or wanted.references or wanted.video is not None:
            raise UserError(f'"{self.entry.title}" takes only a picture to begin with.', NEWER)
        steps = wanted.steps or self.settings["steps"]
        arguments: dict[str, Any] = {
            "num_frames": films.checked_frames(self.entry, wanted.frames), "num_inference_steps": steps,
        }
        if wanted.first is None:
            return Shot(self.task(LTXPipeline), arguments, steps)
        arguments["image"] = picture_of(wanted.first, size)
        return Shot(self.task(LTXImageToVideoPipeline), arguments, steps)

    def _keyed_shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        pipe = self.task(LTXConditionPipeline)
        arguments: dict[str, Any] = {"image_cond_noise_scale": self.settings.get("picture_noise", 0.0)}
        own = self.settings.get("timesteps")
        if own and wanted.steps in (0, len(own)):
            steps, arguments["timesteps"] = len(own), own
        else:
            steps = arguments["num_inference_steps"] = wanted.steps or self.settings["steps"]
        if wanted.video is not None:
            return self._again(pipe, arguments, wanted, wanted.video, size, fps, steps, report)
        frames = arguments["num_frames"] = films.checked_frames(self.entry, wanted.frames)
        shown = placed(wanted, frames)
        if shown:
            held = float(wanted.extra.get("held", 1.0))
            arguments["conditions"] = [
                LTXVideoCondition(image=picture_of(image, size), frame_index=at, strength=held) for at, image in shown
            ]
        return Shot(pipe, arguments, steps)

    def _again(
        self, pipe: Any, arguments: dict[str, Any], wanted: Filming, video: Video, size: Size, fps: float, steps: int,
        report: Report,
    ) -> Shot:
        """A film to start from."""
        if wanted.first is not None or wanted.last is not None or wanted.references:
            raise UserError("A film can't start from a film and from pictures.", "Wire in only one of them.")
        frames = films.followed(self.entry, video, size, fps, wanted.frames)
        taken = max(1, min(int(steps * wanted.strength), steps))
        vae = pipe.vae
        latents = pipe._normalize_latents(
            self.encoded(pipe, frames, size, report).float(), vae.latents_mean, vae.latents_std
        )
        # Half a step more, so that no rounding takes one away.
        part = 1.0 if taken == steps else (taken + 0.5) / steps
        arguments |= {"num_frames": len(frames), "latents": latents, "denoise_strength": part}
        return Shot(pipe, arguments, taken)

    def _fresh(self) -> Any:
        """A scheduler; the newer models take their steps as the pipeline says, not moved by the size."""
        more = {"use_dynamic_shifting": False, "shift_terminal": None} if self._keyed else {}
        return scheduler_for(self._scheduler, "", "", flow=True, **more)

    def _said(self, pipe: Any, wanted: Filming, report: Report) -> dict[str, Any]:
        """The words, and how strictly they are followed."""
        length, guidance = self.settings["sequence"], self.guidance(wanted)

        def read(text: str) -> tuple[Any, Any]:
            def encode() -> tuple[Any, Any]:
                found: tuple[Any, Any] = pipe.encode_prompt(
                    text, do_classifier_free_guidance=False, max_sequence_length=length
                )[:2]
                return found

            return self.words((text, length), encode, report)

        words, mask = read(wanted.prompt)
        found = {"prompt_embeds": words, "prompt_attention_mask": mask, "guidance_scale": guidance}
        if guidance > 1:
            words, mask = read(films.negative_of(self.settings, wanted))
            found |= {"negative_prompt_embeds": words, "negative_prompt_attention_mask": mask,
                      "guidance_rescale": self.settings.get("rescale", 0.0)}
        return found

    def _end(self, wanted: Filming) -> dict[str, float]:
        """When the decoder takes over, which since 0.9.1 takes the last step, and with how much noise."""
        return {
            "decode_timestep": float(wanted.extra.get("decode_timestep") or self.settings.get("decode_timestep", 0.0)),
            "decode_noise_scale": float(
                wanted.extra.get("decode_noise") or self.settings.get("decode_noise", 0.0)
            ),
        }


def placed(wanted: Filming, frames: int) -> list[tuple[int, Image]]:
    """The pictures that a film shows, each with its frame. UserError where they can't be there."""
    between = wanted.references
    places = [int(at) for at in wanted.extra.get("at", ())]
    if places and len(places) != len(between):
        raise UserError(
            f"There are {len(between)} pictures in between and {len(places)} places for them.",
            'Name a frame for each picture in "at", or none to spread them evenly.',
        )
    if not places:
        places = [round((frames - 1) * (at + 1) / (len(between) + 1)) for at in range(len(between))]
    wrong = [at for at in places if not 0 < at < frames - 1]
    if wrong:
        raise UserError(
            f"A picture can't be in between at frame {wrong[0]} of a film of {frames} frames.",
            f"Choose frames from 1 to {frames - 2}.",
        )
    all_of_them = ((0, wanted.first), *zip(places, between, strict=True), (frames - 1, wanted.last))
    return [(at, image) for at, image in all_of_them if image is not None]
