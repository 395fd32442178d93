"""Plain tones: a melody in tune and in time, and a stand-in for a voice."""

import numpy as np
import pytest

from ajar.errors import UserError
from nodes.tones import guide_voice, melody


def pitch_of(sound: np.ndarray, rate: int) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * rate / len(sound))


def test_notes_are_in_tune_and_as_long_as_their_beats() -> None:
    made = melody("A4:2 - C5", tempo=120, sound="organ")
    assert made.rate == 48_000 and made.seconds == pytest.approx(2.0, abs=0.01)
    rate, track = made.rate, made.array[0]
    assert pitch_of(track[: rate], rate) == pytest.approx(440, abs=2)
    assert not track[rate + 100 : round(1.5 * rate) - 100].any()
    assert pitch_of(track[round(1.5 * rate) :], rate) == pytest.approx(523.25, abs=3)


@pytest.mark.parametrize("notes", ["X4", "C4:", "", "C4 4C", "C4:0", "C4:99999"])
def test_what_is_no_note_is_said(notes: str) -> None:
    with pytest.raises(UserError) as caught:
        melody(notes)
    assert caught.value.hint


def test_nothing_is_too_loud_or_clicks() -> None:
    made = melody("C1 C8 C4", tempo=60, volume=1.0).array[0]
    assert np.abs(made).max() <= 1
    for edge in (0, 48_000, 96_000, len(made) - 1):
        assert np.abs(made[max(edge - 4, 0) : edge + 4]).max() < 0.02


def test_a_stand_in_takes_as_long_as_speaking() -> None:
    words = " ".join(["word"] * 50)
    assert guide_voice(words, pace=150).seconds == pytest.approx(20, rel=0.02)
    assert guide_voice(words, pace=300).seconds == pytest.approx(10, rel=0.02)
    assert guide_voice("One. Two. Three.").seconds > guide_voice("One Two Three").seconds + 0.8


def test_nothing_to_read_is_said() -> None:
    with pytest.raises(UserError, match="nothing to read"):
        guide_voice(" \n ")
