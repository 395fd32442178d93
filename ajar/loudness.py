"""How loud a sound is to the ear (EBU R128, ITU-R BS.1770), and making it as loud as is asked for."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ajar import lab
from ajar.errors import UserError
from ajar.tracks import Track

Source = Callable[[], Track]
"""The same sound from its start, each time it is called."""
QUIETEST = -69.0
"""LUFS below which the measure hears nothing: its gate is at -70."""
NEAR = 0.1
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS, and the true peak in dB below full scale (dBTP)."""

    integrated: float
    peak: float


def measure(sound: Track) -> Loudness:
    """The loudness of a whole sound; it is walked over once and not held."""
    found: dict[str, str] = {}
    for metadata in lab.described(sound, ("ebur128", "metadata=1:peak=true")):
        found.update(metadata)  # written ten times a second, not beside every piece
    peak = float(found.get("lavfi.r128.true_peak", 0.0))
    return Loudness(float(found.get("lavfi.r128.I", -70.0)), 20 * math.log10(max(peak, 1e-6)))


def levelled(source: Source, target: float, ceiling: float) -> tuple[Source, Loudness, Loudness]:
    """The sound at ``target`` LUFS with no true peak above ``ceiling`` dBTP, and how loud it was before and is after.

    Where peaks would rise above the ceiling a limiter holds them, and the rest is raised until the whole is as loud
    as asked. UserError for silence.
    """
    before = measure(source())
    if before.integrated < QUIETEST:
        raise UserError("This sound is silent, or too short to be measured.", "Give at least half a second of sound.")
    gain, top = target - before.integrated, ceiling - 0.1
    made, after = source, before
    for _ in range(ROUNDS):
        made = _louder(source, gain, top, limit=before.peak + gain > ceiling)
        after = measure(made())
        over = after.peak - ceiling
        if abs(target - after.integrated) < NEAR and over <= 0:
            break
        # What a limiter takes away is made up for, and what it lets through it is told to hold lower.
        gain += target - after.integrated
        top -= max(over + 0.05, 0) if over > 0 else 0
    return made, before, after


def _louder(source: Source, gain: float, top: float, *, limit: bool) -> Source:
    steps = [("volume", f"{gain:.4f}dB:precision=float")]
    if limit:
        # Four times the rate shows the limiter the peaks between the samples.
        top = 10 ** (top / 20)
        steps += [
            ("aresample", "192000"), ("alimiter", f"limit={top:.6f}:attack=3:release=60:level=0:latency=1"),
        ]
    return lambda: lab.treat(source(), *steps)
