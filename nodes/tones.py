"""Plain tones, without any model: something to cut a film to, and a stand-in for a voice until there is a real one."""

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ajar.clips import Audio
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Prompt, Slider

if TYPE_CHECKING:
    import numpy as np

    Wave = np.ndarray[Any, np.dtype[np.float32]]

RATE = 48_000
LONGEST = 1800.0
"""Seconds that one of these nodes makes at most."""
NOTE = re.compile(r"([A-Ha-h])([#b]?)(\d?)(?::(\d+(?:\.\d+)?))?")
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
PAUSES = {",": 0.25, ";": 0.3, ":": 0.3, ".": 0.45, "!": 0.45, "?": 0.45, "\n": 0.5}
"""Seconds that a speaker rests after a mark, at ordinary speed."""

OVERTONES: dict[str, tuple[tuple[float, float], ...]] = {
    "bell": ((1, 1.0), (2.0, 0.5), (3.01, 0.22), (4.2, 0.1)), "organ": ((1, 1.0), (2, 0.6), (3, 0.3), (4, 0.2)),
    "pluck": ((1, 1.0), (2, 0.4), (3, 0.25)), "voice": ((1, 1.0), (2, 0.35), (3, 0.12)),
}
"""Of each sound: (times the pitch, how strong)."""


@node(group="Sounds")
def melody(
    notes: Prompt = "C4 E4 G4 C5:2 - G4 E4 C4:2",
    tempo: Annotated[float, Slider(30, 300, 1)] = 100.0,
    sound: Literal["bell", "organ", "pluck"] = "bell",
    volume: Annotated[float, Slider(0, 1, 0.01)] = 0.5,
) -> Audio:
    """Play a row of notes with a plain tone, as something to cut a film to until there is music.

    A note is a letter, # or b, and its octave: C4, F#3, Bb4. Behind a colon is how many beats it lasts: C5:2. A dash
    rests for a beat. The tempo is in beats a minute.
    """
    import numpy as np

    beat = 60 / tempo
    parts: list[Wave] = []
    for word in notes.replace("|", " ").split():
        pitch, beats = _note(word)
        if beats <= 0 or sum(map(len, parts)) / RATE + beats * beat > LONGEST:
            raise UserError(f'"{word}" makes the melody longer than {LONGEST / 60:.0f} minutes, or is no time at all.',
                            "Use fewer or shorter notes.")
        parts.append(_tone(pitch, beats * beat, sound) if pitch else np.zeros(round(beats * beat * RATE), np.float32))
    if not parts:
        raise UserError("There are no notes.", "Write some, such as: C4 E4 G4.")
    return _stereo(np.concatenate(parts) * volume)


@node(group="Sounds")
def guide_voice(
    text: Prompt,
    pace: Annotated[float, Slider(60, 300, 5)] = 150.0,
    pitch: Annotated[float, Slider(60, 400, 1)] = 140.0,
    volume: Annotated[float, Slider(0, 1, 0.01)] = 0.35,
) -> Audio:
    """Stand in for a voice: a soft tone for each word, as long as speaking it takes, so that a film can be timed.

    It is no speech. The pace is in words a minute (150 is usual), the pitch in hertz; after commas and full stops it
    rests as a speaker does.
    """
    import numpy as np

    words = re.findall(r"\S+|\n", text)
    if not any(word.strip() for word in words):
        raise UserError("There is nothing to read.", "Write what is to be spoken.")
    per = 60 / pace
    mean = sum(len(word) for word in words) / len(words)
    parts: list[Wave] = []
    for number, word in enumerate(words):
        rest = PAUSES.get(word[-1], 0.0) * 150 / pace
        if word.strip():
            length = per * (0.45 + 0.55 * len(word) / max(mean, 1.0))
            high = pitch * (1 + 0.08 * np.sin(number * 1.7) - 0.12 * (word[-1] in ".!") + 0.15 * (word[-1] == "?"))
            parts.append(_tone(float(high), length * 0.86, "voice"))
            rest += length * 0.14
        parts.append(np.zeros(round(rest * RATE), np.float32))
        if sum(map(len, parts)) / RATE > LONGEST:
            raise UserError(f"The text takes longer than {LONGEST / 60:.0f} minutes to read.", "Read it in parts.")
    return _stereo(np.concatenate(parts) * volume)


def _note(word: str) -> tuple[float, float]:
    """(hertz, beats); 0 hertz for a rest. UserError for what is no note."""
    rest = re.fullmatch(r"[-_](?::(\d+(?:\.\d+)?))?", word)
    if rest is not None:
        return 0.0, float(rest[1] or 1)
    found = NOTE.fullmatch(word)
    if found is None:
        raise UserError(f'"{word}" is no note.', "Write notes as C4, F#3 or Bb4:2, and rests as -.")
    letter, sign, octave, beats = found.groups()
    step = STEPS[letter.upper()] + {"#": 1, "b": -1, "": 0}[sign] + 12 * (int(octave or 4) - 4)
    return 440.0 * 2 ** ((step - 9) / 12), float(beats or 1)


def _tone(pitch: float, seconds: float, sound: str) -> "Wave":
    """One tone with its overtones, faded in and out so that nothing clicks."""
    import numpy as np

    time = np.arange(max(1, round(seconds * RATE)), dtype=np.float64) / RATE
    overtones = [(factor, part) for factor, part in OVERTONES[sound] if pitch * factor < RATE / 2]
    wave = sum(part * np.sin(2 * np.pi * pitch * factor * time) for factor, part in overtones)
    fall = {"bell": 2.2, "pluck": 5.0}.get(sound, 0.0)
    rise, end = min(0.012, seconds / 4), min(0.05, seconds / 3)
    shape = np.minimum(np.clip(time / rise, 0, 1), np.clip((seconds - time) / end, 0, 1)) * np.exp(-fall * time)
    return np.asarray(wave * shape / sum(part for _, part in OVERTONES[sound]), np.float32)


def _stereo(wave: "Wave") -> Audio:
    import numpy as np

    return Audio(np.repeat(np.clip(wave, -1, 1)[None, :].astype(np.float32), 2, axis=0), RATE)
