import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.clips import Audio
from canvas.viewers import glances, player
from canvas.viewers.peaks import STRETCH, Peaks
from canvas.viewers.viewer import Viewer


def sound(seconds: float = 2.0, rate: int = 8000) -> Audio:
    """Silence, then one click of full height in the middle of the left channel."""
    array = np.zeros((2, int(seconds * rate)), np.float32)
    array[0, array.shape[1] // 2] = 1.0
    array[0, array.shape[1] // 2 + 1] = -0.5
    return Audio(array, rate)


@pytest.mark.parametrize("columns", [10, 100, 1000, 5000])
def test_one_loud_sample_is_seen_at_every_zoom(columns: int) -> None:
    low, high = Peaks(sound()).between(0, 0, 2.0, columns)
    assert (high.max(), low.min()) == (1.0, -0.5)
    assert abs(int(high.argmax()) - columns // 2) <= 1 + columns * STRETCH / 16000


def test_a_sound_shorter_than_a_column_is_no_error() -> None:
    low, high = Peaks(Audio(np.ones((1, 3), np.float32), 8000)).between(0, 0, 3 / 8000, 50)
    assert len(low) == len(high) == 50


def test_a_sound_is_shown_as_a_wave_with_its_facts(viewer: Viewer) -> None:
    viewer.show_value(sound(), "Voice")
    assert viewer.pages.currentWidget() is viewer.wave
    assert viewer.wave.accessibleDescription() == "Voice, 2 s, 8 kHz, stereo"
    assert viewer.transport.isVisible()
    assert not viewer.wave.grab().isNull()


def test_a_long_sound_is_measured_in_the_background(
    viewer: Viewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(glances, "SHORT", 100)
    audio = sound()
    viewer.show_value(audio, "Voice")
    viewer.wave.grab()
    qtbot.waitUntil(lambda: viewer.deck.glances.peaks(audio) is not None)


def test_the_wave_zooms_in_time_and_a_press_moves_the_place_of_now(viewer: Viewer) -> None:
    viewer.show_value(sound(), "Voice")
    for _ in range(4):
        viewer.do("nearer")
    start, end = viewer.wave.part
    assert 0 < start < 1 < end < 2
    wave = viewer.wave
    QTest.mouseClick(wave, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(wave.width() // 2, 50))
    assert viewer.deck.clock.at == pytest.approx(1.0, abs=0.01)


def test_sound_plays_on_the_clock_also_without_a_player(
    viewer: Viewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(player, "program", lambda: None)
    viewer.show_value(sound(), "Voice")
    QTest.keyClick(viewer.wave, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.deck.clock.at > 0.1)
    QTest.keyClick(viewer.wave, Qt.Key.Key_Space)
    assert not viewer.deck.clock.runs
    assert viewer.deck.player.trouble.startswith("No sound:")
    assert not viewer.transport.sound.isEnabled()


def test_a_player_gets_the_rest_of_the_sound_and_is_stopped(
    viewer: Viewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: object,
) -> None:
    import sys

    script = "import sys, time; print(open(sys.argv[1], 'rb').read(4)); time.sleep(60)"
    monkeypatch.setattr(player, "program", lambda: [sys.executable, "-c", script])
    viewer.deck.player._qt = None
    viewer.show_value(sound(), "Voice")
    viewer.do("play")
    qtbot.waitUntil(lambda: viewer.deck.player._process is not None)
    process, files = viewer.deck.player._process, list(viewer.deck.player._files)
    assert process is not None and process.poll() is None and files[0].is_file()
    viewer.do("play")
    assert process.poll() is not None
    assert not files[0].exists()
