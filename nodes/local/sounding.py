"""What models of sound share: how long, at which rate, and sound as tensors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from ajar import tracks
from ajar.clips import Audio
from ajar.errors import UserError
from ajar.models import ModelEntry


def lasting(entry: ModelEntry, seconds: float, longest: float | None = None) -> float:
    """How long the sound is to be. UserError where the model can't make it as long."""
    most = longest or entry.settings.get("longest")
    wanted = seconds or min(entry.settings["seconds"], most or float("inf"))
    if most is not None and wanted > most + 1e-6:
        raise UserError(
            f'"{entry.title}" makes at most {most:.3g} seconds, and {wanted:g} are more.',
            "Make it shorter, or put several sounds behind one another.",
        )
    return float(wanted)


def heard(found: Any, rate: int) -> Audio:
    """Channels x samples of a model as sound."""
    return Audio(np.ascontiguousarray(found.detach().float().cpu().numpy()), rate)


def fitted(audio: Audio, rate: int, channels: int, seconds: float | None = None) -> Any:
    """A sound at a model's own rate: channels x samples; with ``seconds`` cut off there."""
    track = tracks.of_audio(audio, rate, channels)
    whole = (track.lasting(min(seconds, audio.seconds)) if seconds else track).whole()
    assert whole is not None
    return torch.from_numpy(whole.array.copy())


@contextmanager
def drawn(seed: int, device: Any) -> Iterator[None]:
    """While this lasts, torch's own randomness begins at a seed; afterwards it is where it was."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
