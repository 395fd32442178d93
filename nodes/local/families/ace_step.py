"""ACE-Step: music with words that are sung, in the timbre of another piece, after one, or into a part of one."""

from typing import Any

import diffusers

from ajar.clips import Audio
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.wishes import Composing
from nodes.local.assembly import assemble
from nodes.local.compact import Compact
from nodes.local.site import Site
from nodes.local.sounding import drawn, fitted, heard, lasting

MORE = ("bpm", "keyscale", "timesignature")


def load(entry: ModelEntry, site: Site) -> "AceStep":
    """Load an ACE-Step model. UserError if it is not one, or is damaged."""
    return AceStep(entry, assemble(entry, diffusers.AceStepPipeline, entry.settings["precision"]), site)


class AceStep(Compact):
    """A loaded ACE-Step model."""

    def compose(self, wanted: Composing, report: Report) -> Audio:
        """One piece of music; ``wanted.audio`` is the piece it is made after or into."""
        rate, extra = int(self.pipe.sample_rate), wanted.extra
        steps = wanted.steps or self.settings["steps"]
        arguments: dict[str, Any] = {
            "prompt": wanted.prompt, "lyrics": extra.get("lyrics", ""), "vocal_language": extra.get("language", "en"),
            "num_inference_steps": steps, "guidance_scale": self._guided(wanted), "shift": extra.get("shift", 3.0),
            **{name: extra[name] for name in MORE if name in extra},
        }
        seconds = wanted.seconds
        if wanted.audio is not None:
            whole = wanted.audio.seconds
            seconds = whole
            arguments |= {"src_audio": self._fitted(wanted.audio, rate), **self._task(wanted, whole)}
        if "timbre" in extra:
            arguments["reference_audio"] = self._fitted(extra["timbre"], rate)
        arguments["audio_duration"] = lasting(self.entry, seconds)
        # What it hears in other sounds it draws from torch's own randomness, not from the generator it is given.
        with drawn(wanted.seed, self.device):
            found = self.run(self.pipe, arguments, steps=steps, report=report, seed=wanted.seed)
        return heard(found.audios[0], rate)

    def _guided(self, wanted: Composing) -> float:
        """Turbo models were distilled without guidance, and the library would only warn of it."""
        if self.pipe.is_turbo and wanted.guidance > 1:
            raise UserError(
                f'"{self.entry.title}" is a turbo model, in which guidance would change nothing.',
                "Leave guidance at 0, or take the base model.",
            )
        return 1.0 if self.pipe.is_turbo else float(wanted.guidance or self.settings["guidance"])

    def _fitted(self, audio: Audio, rate: int) -> Any:
        return fitted(audio, rate, self.pipe.vae.config.audio_channels).to(self.device, self.pipe.vae.dtype)

    def _task(self, wanted: Composing, whole: float) -> dict[str, Any]:
        """What is done with a piece that is there: all of it sung and played anew, or a part of it."""
        start, end = wanted.extra.get("start"), wanted.extra.get("end")
        if start is None and end is None:
            if self.pipe.audio_tokenizer is None or self.pipe.audio_token_detokenizer is None:
                raise UserError(
                    f'"{self.entry.title}" came without the parts that listen to another piece.',
                    "Get it with audio_tokenizer and audio_token_detokenizer, or choose a start or an end.",
                )
            return {"task_type": "cover", "audio_cover_strength": wanted.extra.get("likeness", 1.0)}
        begin, stop = start or 0.0, end or whole
        if not 0 <= begin < stop <= whole + 1e-6:
            raise UserError(
                f"The part from {begin:g} to {stop:g} s does not lie in a sound of {whole:.3g} s.",
                "Choose a start before the end, both within the sound.",
            )
        return {"task_type": "repaint", "repainting_start": begin, "repainting_end": stop}
