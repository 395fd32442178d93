"""LTX-2: films with their sound, from words and from pictures at any part of them."""

from typing import Any, ClassVar

import numpy as np
from diffusers.pipelines.ltx2.pipeline_ltx2 import LTX2Pipeline
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2ConditionPipeline, LTX2VideoCondition

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.values import Audio, Size
from nodes.local import films
from nodes.local.assembly import assemble
from nodes.local.families.ltx import placed
from nodes.local.filmers import Shot, WholeFilmer
from nodes.local.pictures import picture_of
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "Ltx2Filmer":
    """Load an LTX-2 model. UserError if it is not one, or is damaged."""
    return Ltx2Filmer(entry, assemble(entry, LTX2Pipeline, entry.settings["precision"]), site)


class Ltx2Filmer(WholeFilmer):
    """A loaded LTX-2 model; it makes one film with its sound at a time."""

    most_words: ClassVar[int] = 4
    """All layers of the text encoder are read: a prompt takes hundreds of megabytes."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler

    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """From words, or from pictures too."""
        if wanted.video is not None:
            raise UserError(f'"{self.entry.title}" starts from words and pictures, not from films.', "Leave it out.")
        frames = films.checked_frames(self.entry, wanted.frames)
        pipe, count, edge = self.pipe, (frames - 1) // 8 + 1, self.pipe.vae_spatial_compression_ratio
        arguments = {"num_frames": frames, "frame_rate": fps, **self._paced(wanted), **self._said(wanted, report)}
        shown = placed(wanted, frames)
        if shown:
            pipe = self.task(LTX2ConditionPipeline)
            held = float(wanted.extra.get("held", 1.0))
            arguments["conditions"] = [
                LTX2VideoCondition(frames=picture_of(image, size), index=min(at // 8 + (at % 8 > 0), count - 1),
                                   strength=held)
                for at, image in shown
            ]
        pipe.scheduler = self._fresh(wanted)
        high, wide = size.height // edge, size.width // edge

        def unpack(latents: Any) -> Any:
            return pipe._unpack_latents(latents[:, : count * high * wide], count, high, wide)[0]

        return Shot(pipe, arguments, arguments["num_inference_steps"], unpack)

    def sound(self, found: Any) -> Audio:
        """The sound that belongs to the film."""
        heard = np.ascontiguousarray(found.audio[0].float().cpu().numpy())
        if not np.isfinite(heard).all():
            raise UserError(f'"{self.entry.title}" gave no sound: its numbers overflowed.', "Try other settings.")
        return Audio(heard, int(self.pipe.vocoder.config.output_sampling_rate))

    def _own_steps(self, wanted: Filming) -> list[float] | None:
        """The steps of a distilled model, where no other number is asked for."""
        own: list[float] | None = self.settings.get("sigmas")
        return own if own and wanted.steps in (0, len(own)) else None

    def _paced(self, wanted: Filming) -> dict[str, Any]:
        own = self._own_steps(wanted)
        if own:
            return {"num_inference_steps": len(own), "sigmas": own}
        return {"num_inference_steps": wanted.steps or self.settings["steps"]}

    def _fresh(self, wanted: Filming) -> Any:
        """A scheduler; a distilled model's steps are taken as they are."""
        more = {"use_dynamic_shifting": False, "shift_terminal": None} if self._own_steps(wanted) else {}
        return scheduler_for(self._scheduler, "", "", flow=True, **more)

    def _said(self, wanted: Filming, report: Report) -> dict[str, Any]:
        """The words, and how strictly picture and sound follow them."""
        facts, guidance, length = self.settings, self.guidance(wanted), self.settings["sequence"]

        def read(text: str) -> Any:
            def encode() -> Any:
                return self.pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=length)[:2]

            return self.words((text, length), encode, report)

        words, mask = read(wanted.prompt)
        apart, skipping = float(facts.get("apart", 1.0)), float(facts.get("skipping", 0.0))
        sound = float(wanted.extra.get("guidance_sound") or facts.get("guidance_sound") or guidance)
        found = {
            "prompt_embeds": words, "prompt_attention_mask": mask, "guidance_scale": guidance,
            "audio_guidance_scale": sound if guidance > 1 else 1.0, "modality_scale": apart,
            "audio_modality_scale": apart, "stg_scale": skipping, "audio_stg_scale": skipping,
            "spatio_temporal_guidance_blocks": facts.get("skipped"), "guidance_rescale": facts.get("rescale", 0.0),
            "audio_guidance_rescale": facts.get("rescale", 0.0), "use_cross_timestep": facts.get("crossed", False),
        }
        if guidance > 1:
            words, mask = read(films.negative_of(self.settings, wanted))
            found |= {"negative_prompt_embeds": words, "negative_prompt_attention_mask": mask}
        return found
