"""What models share that make films whose frames are decoded together."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch

from ajar.errors import UserError
from ajar.painting import Filming, Report
from ajar.values import Audio, Size, Video
from nodes.local import films
from nodes.local.pipes import Pipe, checked_size, moved
from nodes.local.previews import Unpack

DECODING = 0.15
"""The part of a film's time that its decoding takes, about."""
AT_ONCE = 8
"""Frames that are turned into pictures at once."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One call of a pipeline."""

    pipe: Any
    arguments: dict[str, Any]
    steps: int
    """How many steps it really takes."""
    unpack: Unpack | None = None
    """For the previews: latents as the scheduler holds them, to channels x frames x height x width."""
    told: bool = True
    """Whether the pipeline tells of its steps itself."""
    before: int = 0
    """Frames that are decoded before the film and are no part of it."""


@dataclass(slots=True)
class Undecoded:
    """What a pipeline would have decoded: the arguments of its last call of the decoder."""

    given: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)


class WholeFilmer(Pipe, ABC):
    """A loaded model; it makes one film at a time.

    The decoder is held back while the pipeline runs and called afterwards with the same numbers: where the memory is
    not enough for it, only the decoding is tried again, and the steps are not lost.
    """

    def film(self, wanted: Filming, report: Report) -> Video:
        """One film; the same words, numbers, pictures and LoRAs give the same pixels on the same machine."""
        wanted = self.understood(wanted)
        size = checked_size(self.entry, wanted.size or self.near(wanted))
        fps = films.checked_fps(self.entry, wanted.fps)
        shot = self.shot(wanted, size, fps, report)
        after = shot.steps * DECODING
        arguments = {**shot.arguments, "height": size.height, "width": size.width, "output_type": "pt"}
        with undecoded(shot.pipe.vae) as kept:
            found = self.run(shot.pipe, arguments, steps=shot.steps, seed=wanted.seed, report=report, after=after,
                             unpack=shot.unpack, callback=shot.told)
        return self._written(kept, shot, wanted.seed, fps, report, self.sound(found))

    @abstractmethod
    def shot(self, wanted: Filming, size: Size, fps: float, report: Report) -> Shot:
        """Which pipeline makes what is wanted, and its arguments besides size and seed. UserError if none can."""

    def sound(self, found: Any) -> Audio | None:
        """The sound in what a pipeline gave."""
        return None

    def near(self, wanted: Filming) -> Size | None:
        """The size where none is given."""
        return films.near_given(self.entry, wanted)

    def frames_only(self, wanted: Filming, what: str = "") -> None:
        """UserError where pictures or films are given to a model that makes films from words only."""
        if wanted.first is not None or wanted.last is not None or wanted.video is not None or wanted.references:
            raise UserError(f'"{self.entry.title}" makes films from words only.', what or "Choose another model.")

    def encoded(self, pipe: Any, frames: Any, size: Size, report: Report) -> Any:
        """A film as its VAE encodes it: the likeliest latents, 1 x channels x frames x height x width."""
        def reading() -> None:
            report(0.0, "reading the film", None)

        def encode() -> Any:
            film = pipe.video_processor.preprocess_video(frames, height=size.height, width=size.width)
            with torch.no_grad():
                found = pipe.vae.encode(film.to(self.device, pipe.vae.dtype)).latent_dist.mode()
            pipe.maybe_free_model_hooks()
            return found

        with self.beating(reading):
            reading()
            return self.trying(encode, report)

    def _written(
        self, kept: Undecoded, shot: Shot, seed: int, fps: float, report: Report, audio: Audio | None
    ) -> Video:
        begun = 1 / (1 + DECODING)
        done = [begun]

        def told(part: float) -> None:
            done[0] = begun + (1 - begun) * part
            beat()

        def beat() -> None:
            report(done[0], "decoding the film", None)

        def work() -> Video:
            beat()
            film = self._decoded(kept, seed)[:, shot.before :]
            pieces = (film[:, at : at + AT_ONCE] for at in range(0, film.shape[1], AT_ONCE))
            return films.written(self.entry, lambda: pieces, film.shape[1], fps, told, audio)

        with self.beating(beat):
            return self.trying(work, report)

    def _decoded(self, kept: Undecoded, seed: int) -> Any:
        """The whole film: 3 x frames x height x width of numbers -1..1."""
        given, named = moved(kept.given, self.device), moved(kept.named, self.device)
        cards = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(cards), torch.no_grad():
            torch.manual_seed(seed)  # some decoders add noise of their own
            found = self.pipe.vae.decode(*given, **{**named, "return_dict": False})[0][0]
        self.pipe.maybe_free_model_hooks()
        return found


@contextmanager
def undecoded(vae: Any) -> Iterator[Undecoded]:
    """While it lasts, a decoder only remembers what it was called with."""
    kept = Undecoded()

    def remember(*given: Any, **named: Any) -> Any:
        from diffusers.models.autoencoders.vae import DecoderOutput

        kept.given, kept.named = given, named
        nothing = torch.zeros(1, 3, 1, 8, 8)
        return DecoderOutput(sample=nothing) if named.get("return_dict", True) else (nothing,)

    vae.decode = remember
    try:
        yield kept
    finally:
        del vae.decode
