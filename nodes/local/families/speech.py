"""Models that speak: VITS (which MMS has in a thousand languages), from folders."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
import transformers

from ajar.clips import Audio
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.wishes import Saying
from nodes.local.assembly import BROKEN, first_line
from nodes.local.compact import Compact
from nodes.local.headers import AGAIN
from nodes.local.pipes import processors
from nodes.local.site import Site
from nodes.local.sounding import drawn, heard
from nodes.local.talking import LoneModel, read_single

LONGEST = 300
"""Letters that are spoken in one breath; longer texts are parted where a sentence or a clause ends."""
PAUSE = 0.25
"""Seconds between two sentences."""
NEEDS = {"phonemize": ("phonemizer", "speaks from phonemes"), "is_uroman": ("uroman", "reads Latin letters only")}


def load(entry: ModelEntry, site: Site) -> "Voice":
    """Load a model that speaks. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    model = read_single(entry, ["VitsModel"])
    try:
        tokens = transformers.VitsTokenizer.from_pretrained(entry.path, local_files_only=True)
    except BROKEN as error:
        raise UserError(f'The letters of "{entry.title}" can\'t be read: {first_line(error)}.', AGAIN) from error
    return Voice(entry, model, tokens, site)


class Voice(Compact, LoneModel):
    """A loaded model that speaks."""

    def __init__(self, entry: ModelEntry, model: Any, tokens: Any, site: Site) -> None:
        self.tokens = tokens
        super().__init__(entry, model, site)

    def say(self, wanted: Saying, report: Report) -> Audio:
        """The text, spoken, sentence after sentence. UserError where it has nothing that this model can say."""
        rate = int(self.model.config.sampling_rate)
        speaker = self._speaker(wanted.voice)
        parts = [ids for text in breaths(wanted.text) if (ids := self._read(text)) is not None]
        if not parts:
            raise UserError(
                f'"{self.entry.title}" knows none of the letters of this text.', "Write it in the model's language."
            )
        said = []
        torch.set_num_threads(self.settings.get("threads") or processors())
        for number, ids in enumerate(parts):
            beat = partial(report, number / len(parts), f"sentence {number + 1} of {len(parts)}", None)
            with self.beating(beat):
                said.append(self.trying(partial(self._say, ids, wanted, speaker), report))
            said.append(torch.zeros(1, round(PAUSE * rate)))
        return heard(torch.cat(said[:-1], 1), rate)

    def _say(self, ids: Any, wanted: Saying, speaker: int | None) -> Any:
        self.model.speaking_rate = self.model.config.speaking_rate * wanted.speed
        with drawn(wanted.seed, self.device), torch.no_grad():
            more = {} if speaker is None else {"speaker_id": speaker}
            return self.model(**ids.to(self.device), **more).waveform.float().cpu()

    def _read(self, text: str) -> Any:
        """The letters as this model knows them; None where there are none."""
        try:
            found = self.tokens(text, return_tensors="pt")
        except ImportError:
            package, why = next(about for name, about in NEEDS.items() if getattr(self.tokens, name, False))
            raise UserError(
                f'"{self.entry.title}" {why}, and the package "{package}" that writes them is not installed.',
                f"Install it (pip install {package}), or choose another model.",
            ) from None
        blank = 1 if self.tokens.add_blank else 0
        return found if found["input_ids"].shape[1] > blank else None

    def _speaker(self, voice: str) -> int | None:
        """The number of a voice. UserError where there is none of it."""
        count = self.model.config.num_speakers
        if count < 2 and not voice:
            return None
        if not voice:
            return 0
        if not voice.isdecimal() or int(voice) >= count:
            raise UserError(
                f'"{self.entry.title}" has no voice "{voice}".',
                f"Its voices are 0 to {count - 1}." if count > 1 else "It has one; leave the voice empty.",
            )
        return int(voice)


def breaths(text: str) -> Iterator[str]:
    """A text in parts that can be spoken at once: its sentences, and of long ones their clauses or words."""
    for sentence in re.split(r"(?<=[.!?。！？…])\s*|\n+", text):
        left = " ".join(sentence.split())
        while len(left) > LONGEST:
            cuts = [match.end() for match in re.finditer(r"[,;:，；：]\s*|\s", left[:LONGEST])]
            clauses = [match.end() for match in re.finditer(r"[,;:，；：]\s*", left[:LONGEST])]
            at = (clauses or cuts or [LONGEST])[-1]
            yield left[:at].strip()
            left = left[at:]
        if left:
            yield left
