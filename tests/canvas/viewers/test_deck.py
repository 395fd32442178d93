"""Films: item 27 of the canvas habits (frame step, J K L, in and out, loop), and the wipe over two films."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.clips import Video
from ajar.plain import Size
from canvas.viewers import clock as clocks
from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import MakeFilm, plain

pytest.importorskip("av")


def number(viewer: Viewer, side: str = "a") -> int:
    """Which frame is seen, by its grey; -1 while there is none."""
    picture = viewer.deck.picture(side)  # type: ignore[arg-type]
    return -1 if picture is None else round((int(picture.pixels[20, 20, 0]) - 8) / 8)


def press(viewer: Viewer, key: Qt.Key, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(viewer.stage, key, mods)


@pytest.fixture
def seen(viewer: Viewer, film: MakeFilm, qtbot: QtBot) -> Viewer:
    """A viewer that shows a film of one second, 25 frames."""
    viewer.load(1, film(), "a")
    viewer.compare(1, 2, "single")
    qtbot.waitUntil(lambda: number(viewer) == 0)
    return viewer


def test_item_27_arrows_step_by_one_frame(seen: Viewer, qtbot: QtBot) -> None:
    for expected in (1, 2, 3):
        press(seen, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda expected=expected: number(seen) == expected)  # type: ignore[misc]
    press(seen, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: number(seen) == 2)
    assert seen.transport.frame.full == "frame 3 of 25"
    assert seen.transport.time.full == "00:00.08"
    assert not seen.deck.clock.runs


def test_item_27_jkl_shuttle_both_ways(seen: Viewer, qtbot: QtBot) -> None:
    press(seen, Qt.Key.Key_L)
    assert seen.deck.clock.speed == 1
    qtbot.waitUntil(lambda: number(seen) > 3)
    press(seen, Qt.Key.Key_K)
    assert not seen.deck.clock.runs
    seen.deck.set(clocks.sought(seen.deck.clock, 0.8))
    press(seen, Qt.Key.Key_J)
    assert seen.deck.clock.speed == -1
    qtbot.waitUntil(lambda: 0 < number(seen) < 15)
    press(seen, Qt.Key.Key_J)
    assert seen.transport.speed.full == "−2 ×"
    press(seen, Qt.Key.Key_K)


def test_item_27_in_out_and_loop(seen: Viewer, qtbot: QtBot) -> None:
    seen.deck.set(clocks.sought(seen.deck.clock, 0.2))
    press(seen, Qt.Key.Key_I)
    seen.deck.set(clocks.sought(seen.deck.clock, 0.48))
    press(seen, Qt.Key.Key_O)
    assert seen.deck.clock.start == pytest.approx(0.2)
    assert seen.deck.clock.end == pytest.approx(0.52)
    press(seen, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert not seen.deck.clock.loop
    press(seen, Qt.Key.Key_Home)
    press(seen, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not seen.deck.clock.runs)
    assert seen.deck.clock.at == pytest.approx(0.52)
    press(seen, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    numbers = set()
    seen.deck.turned.connect(lambda: numbers.add(number(seen)))
    with qtbot.waitSignals([seen.deck.turned] * 20):
        press(seen, Qt.Key.Key_Space)
    press(seen, Qt.Key.Key_Space)
    assert numbers <= set(range(4, 14))


def test_every_frame_is_shown_while_it_plays_or_is_counted_as_dropped(seen: Viewer, qtbot: QtBot) -> None:
    seen.deck.set(replace(seen.deck.clock, loop=False))
    shown: list[int] = []
    seen.deck.turned.connect(lambda: shown.append(number(seen)))
    press(seen, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not seen.deck.clock.runs)
    numbers = sorted(set(shown))
    missing = set(range(25)) - set(numbers)
    assert shown == sorted(shown)
    assert len(missing) <= seen.deck.dropped + 1
    assert seen.transport.dropped.full.endswith("dropped")


def test_the_window_thread_never_decodes(seen: Viewer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from canvas.viewers import reel

    threads = set()
    real = reel.pixels_of

    def noted(frame: object) -> object:
        threads.add(threading.current_thread().name)
        return real(frame)

    monkeypatch.setattr(reel, "pixels_of", noted)
    seen.deck.set(clocks.sought(seen.deck.clock, 0.9))
    qtbot.waitUntil(lambda: number(seen) == 22)
    assert threads and threading.main_thread().name not in threads


def test_a_press_on_the_timeline_scrubs(seen: Viewer, qtbot: QtBot) -> None:
    tracks = seen.transport.tracks
    x = round(tracks.x_of(0.5))
    QTest.mousePress(tracks, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, 40))
    assert seen.deck.clock.at == pytest.approx(0.5, abs=0.01)
    qtbot.waitUntil(lambda: number(seen) == 12)
    QTest.mouseMove(tracks, QPoint(round(tracks.x_of(0.25)), 40))
    QTest.mouseRelease(tracks, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, 40))
    qtbot.waitUntil(lambda: number(seen) == 6)
    assert "0.25 of 1.00 seconds" in tracks.accessibleDescription() or seen.deck.clock.at < 0.3


def test_the_out_line_is_dragged(seen: Viewer, qtbot: QtBot) -> None:
    seen.deck.set(replace(seen.deck.clock, end=0.8))
    tracks = seen.transport.tracks
    start, end = QPoint(round(tracks.x_of(0.8)), 40), QPoint(round(tracks.x_of(0.6)), 40)
    QTest.mousePress(tracks, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(tracks, end)
    QTest.mouseRelease(tracks, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert seen.deck.clock.end == pytest.approx(0.62, abs=0.03)


def test_two_films_of_other_rates_are_matched_by_time_under_one_wipe(
    viewer: Viewer, film: MakeFilm, qtbot: QtBot,
) -> None:
    viewer.load(1, film("a", 24, 24), "a")
    viewer.load(2, film("b", 12, 12), "b")
    viewer.compare(1, 2)
    qtbot.waitUntil(lambda: number(viewer) == 0 and number(viewer, "b") == 0)
    viewer.deck.set(clocks.sought(viewer.deck.clock, 0.51))
    qtbot.waitUntil(lambda: (number(viewer), number(viewer, "b")) == (12, 6))
    image = viewer.stage.snapshot()
    left, right = (QColor(image.pixel(int(x * image.width()), image.height() // 2)).red() for x in (0.3, 0.7))
    assert left == pytest.approx(104, abs=3)
    assert right == pytest.approx(56, abs=3)
    assert viewer.deck.notice() == "24 and 12 fps, matched by time"


def test_both_films_have_a_whole_row_in_the_timeline(viewer: Viewer, film: MakeFilm, qtbot: QtBot) -> None:
    viewer.load(1, film("a", 24, 24), "a")
    qtbot.waitUntil(lambda: viewer.transport.tracks.isVisible())
    viewer.load(2, film("b", 12, 12), "b")
    viewer.compare(1, 2, "side")
    tracks = viewer.transport.tracks
    qtbot.waitUntil(lambda: tracks.height() == tracks.sizeHint().height())
    assert tracks.mapTo(viewer, tracks.rect().bottomLeft()).y() < viewer.height()


def test_a_film_against_a_picture(viewer: Viewer, film: MakeFilm, qtbot: QtBot) -> None:
    viewer.load(1, film(), "film")
    viewer.load(2, plain(200, 0, 0), "still")
    viewer.compare(1, 2)
    qtbot.waitUntil(lambda: number(viewer) == 0 and viewer.deck.picture("b") is not None)
    assert viewer.deck.clock.length == pytest.approx(1)
    assert viewer.transport.isVisible()


def test_the_strip_of_pictures_comes_in_the_background(seen: Viewer, qtbot: QtBot) -> None:
    shown = seen.bench.side("a")
    assert shown is not None
    qtbot.waitUntil(lambda: all(image is not None for image in seen.deck.glances.strips[shown]))
    first, last = seen.deck.glances.strips[shown][0], seen.deck.glances.strips[shown][-1]
    assert first and last
    assert QColor(first.pixel(5, 5)).red() < QColor(last.pixel(5, 5)).red()


def test_memory_for_frames_is_bounded(viewer: Viewer, film: MakeFilm, qtbot: QtBot) -> None:
    viewer.load(1, film("long", 25, 120), "long")
    viewer.compare(1, 2, "single")
    for at in (0.0, 2.0, 4.0, 1.0, 3.0):
        viewer.deck.set(clocks.sought(viewer.deck.clock, at))
        wanted = round(at * 25) % 30
        qtbot.waitUntil(lambda wanted=wanted: number(viewer) == wanted)  # type: ignore[misc]
    assert all(reel.held <= 48 for reel in viewer.deck._reels.values())


def test_channels_of_a_film(seen: Viewer, qtbot: QtBot) -> None:
    press(seen, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: seen.deck.picture("a") is not None and seen.bench.view.channel == "G")
    seen.deck.set(clocks.sought(seen.deck.clock, 0.4))
    qtbot.waitUntil(lambda: number(seen) == 10)


def test_the_clock_and_the_frame_survive_rating(seen: Viewer, qtbot: QtBot) -> None:
    seen.deck.set(clocks.sought(seen.deck.clock, 0.4))
    qtbot.waitUntil(lambda: number(seen) == 10)
    press(seen, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert (number(seen), seen.deck.clock.at) == (10, 0.4)


def test_a_film_that_can_not_be_read_says_so(viewer: Viewer, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing of a film")
    viewer.show_value(Video(broken, Size(64, 48), 25, 1), "broken")
    qtbot.waitUntil(lambda: viewer.deck.trouble("a") != "")
    assert "broken.mp4" in viewer.deck.trouble("a")


def test_without_pyav_one_sentence(
    viewer: Viewer, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "av", None)
    viewer.show_value(Video(tmp_path / "x.mp4", Size(64, 48), 25, 1), "x")
    qtbot.waitUntil(lambda: viewer.deck.trouble("a") != "")
    assert viewer.deck.trouble("a") == "Films need PyAV, which is not installed. Install it: pip install av"


def test_nothing_runs_where_nobody_looks(seen: Viewer, qtbot: QtBot) -> None:
    press(seen, Qt.Key.Key_Space)
    assert seen.deck.clock.runs
    seen.hide()
    assert not seen.deck.clock.runs
