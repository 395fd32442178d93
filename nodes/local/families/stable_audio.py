"""Stable Audio: sounds and music without voices, out of words, or after another sound."""

import warnings
from typing import Any

import diffusers

from ajar.clips import Audio
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.wishes import Composing
from nodes.local.assembly import assemble
from nodes.local.compact import Compact
from nodes.local.folders import pipeline_class
from nodes.local.site import Site
from nodes.local.sounding import fitted, heard, lasting


def load(entry: ModelEntry, site: Site) -> "StableAudio | StableAudio3":
    """Load a Stable Audio model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    if pipeline_class(entry.path) == "StableAudio3Pipeline":
        return StableAudio3(entry, assemble(entry, diffusers.StableAudio3Pipeline, entry.settings["precision"]), site)
    return StableAudio(entry, assemble(entry, diffusers.StableAudioPipeline, entry.settings["precision"]), site)


class StableAudio(Compact):
    """A loaded Stable Audio Open model."""

    def compose(self, wanted: Composing, report: Report) -> Audio:
        """One sound. UserError where it would be too long."""
        vae = self.pipe.vae
        rate = int(vae.config.sampling_rate)
        seconds = lasting(self.entry, wanted.seconds, self.pipe.transformer.config.sample_size * vae.hop_length / rate)
        steps = wanted.steps or self.settings["steps"]
        arguments: dict[str, Any] = {
            "prompt": wanted.prompt, "negative_prompt": wanted.negative or None, "audio_end_in_s": seconds,
            "num_inference_steps": steps, "guidance_scale": wanted.guidance or self.settings["guidance"],
        }
        if wanted.audio is not None:
            first = fitted(wanted.audio, rate, vae.config.audio_channels, seconds)
            arguments["initial_audio_waveforms"] = first[None].to(self.device, vae.dtype)
            arguments["initial_audio_sampling_rate"] = rate
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its source of noise warns of rounding in its own times
            found = self.run(self.pipe, arguments, steps=steps, report=report, seed=wanted.seed, callback=False)
        return heard(found.audios[0], rate)


class StableAudio3(Compact):
    """A loaded Stable Audio 3 model."""

    def compose(self, wanted: Composing, report: Report) -> Audio:
        """One sound. UserError where it would be too long, or is to begin with another one."""
        guidance = wanted.guidance or self.settings["guidance"]
        if wanted.audio is not None:
            raise UserError(f'"{self.entry.title}" starts from words only here.', "Take the sound away from it.")
        if wanted.negative and guidance <= 1:
            raise UserError(
                f'Without guidance "{self.entry.title}" takes no negative prompt.',
                "Set guidance above 1 for a second pass at every step, or leave it empty.",
            )
        steps = wanted.steps or self.settings["steps"]
        arguments = {
            "prompt": wanted.prompt, "negative_prompt": wanted.negative or None, "num_inference_steps": steps,
            "duration": lasting(self.entry, wanted.seconds), "guidance_scale": guidance,
        }
        found = self.run(self.pipe, arguments, steps=steps, report=report, seed=wanted.seed)
        return heard(found.audios[0], int(self.pipe.vae.config.sampling_rate))
