"""MusicGen: music without voices, out of words, or going on from another piece."""

from typing import Any

from ajar.clips import Audio
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.wishes import Composing
from nodes.local.compact import Compact
from nodes.local.site import Site
from nodes.local.sounding import fitted, heard, lasting
from nodes.local.talking import LoneModel, believed, read_single, read_tokens

CLASSES = ("MusicgenForConditionalGeneration",)


def load(entry: ModelEntry, site: Site) -> "MusicGen":
    """Load a MusicGen model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    return MusicGen(entry, read_single(entry, CLASSES), read_tokens(entry, entry.path), site)


class MusicGen(Compact, LoneModel):
    """A loaded MusicGen model."""

    def __init__(self, entry: ModelEntry, model: Any, tokens: Any, site: Site) -> None:
        self.tokens = tokens
        model.generation_config = believed(model.generation_config)
        super().__init__(entry, model, site)

    def compose(self, wanted: Composing, report: Report) -> Audio:
        """One piece of music; with ``wanted.audio`` that sound first, and then how it goes on."""
        codec = self.model.config.audio_encoder
        seconds = lasting(self.entry, wanted.seconds)
        later = self.model.config.decoder.num_codebooks - 1  # each book of sounds begins a step after the one before
        steps = max(1, round(seconds * codec.frame_rate)) + later
        arguments: dict[str, Any] = {
            name: value.to(self.device) for name, value in self.tokens(wanted.prompt, return_tensors="pt").items()
            if name != "token_type_ids"
        }
        if wanted.audio is not None:
            channels = self.model.config.decoder.audio_channels
            first = fitted(wanted.audio, codec.sampling_rate, channels)[None].to(self.device, self.model.dtype)
            arguments |= {"input_values": first, "padding_mask": first[:, 0].bool() | True}
        count = _Count(steps, report)
        arguments |= {
            "do_sample": True, "temperature": wanted.extra.get("temperature", 1.0), "max_new_tokens": steps,
            "top_k": wanted.extra.get("top_k", 250), "guidance_scale": wanted.guidance or self.settings["guidance"],
        }
        hook = self.model.register_forward_pre_hook(count.step)
        try:
            found = self.generate(arguments, wanted.seed, count.tell)
        finally:
            hook.remove()
        return heard(found[0], codec.sampling_rate)


class _Count:
    """Counts the steps in which music is written, and tells how far it is."""

    def __init__(self, steps: int, report: Report) -> None:
        self._steps = steps
        self._report = report
        self._done = -1

    def step(self, *_: Any) -> None:
        """One more step begins."""
        self._done += 1

    def tell(self, done: float, note: str, preview: Any) -> None:
        """Between two layers; ``note`` is said where it is not empty."""
        count = min(max(self._done, 0), self._steps)
        self._report(count / (self._steps + 1), note or f"step {count} of {self._steps}", preview)
