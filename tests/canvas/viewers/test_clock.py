from dataclasses import replace

import pytest

from canvas.viewers import clock as clocks
from canvas.viewers.clock import Clock

CLIP = Clock(length=5.0)


def test_time_runs_with_its_speed() -> None:
    assert clocks.ticked(replace(CLIP, speed=2.0), 0.5).at == 1.0
    assert clocks.ticked(CLIP, 0.5).at == 0.0


def test_a_loop_begins_anew_between_in_and_out() -> None:
    clock = replace(CLIP, at=3.9, speed=1.0, start=1.0, end=4.0)
    assert clocks.ticked(clock, 0.3).at == pytest.approx(1.2)
    back = replace(clock, at=1.1, speed=-1.0)
    assert clocks.ticked(back, 0.3).at == pytest.approx(3.8)


def test_without_a_loop_it_stands_at_the_end() -> None:
    clock = clocks.ticked(replace(CLIP, at=4.9, speed=1.0, loop=False), 1)
    assert (clock.at, clock.runs) == (5.0, False)
    assert clocks.playing(clock).at == 0.0


def test_l_runs_faster_each_time_and_k_stops() -> None:
    speeds = []
    clock = CLIP
    for way in (1, 1, 1, 1, 1, -1, -1, 0):
        clock = clocks.shuttled(clock, way)
        speeds.append(clock.speed)
    assert speeds == [1, 2, 4, 8, 8, -1, -2, 0]


@pytest.mark.parametrize("fps", [23.976, 24, 25, 29.97, 30, 60])
def test_a_step_is_one_frame_at_every_rate_and_stops(fps: float) -> None:
    clock = replace(CLIP, speed=1.0)
    for number in range(1, 50):
        clock = clocks.stepped(clock, fps, 1)
        assert clocks.frame_at(clock.at, fps) == number
    assert not clock.runs
    assert clocks.stepped(clock, fps, -1000).at == 0
    last = clocks.stepped(clock, fps, 1000)
    assert clocks.frame_at(last.at, fps) == clocks.frame_count(5.0, fps) - 1


def test_in_and_out_never_cross() -> None:
    clock = clocks.marked_out(clocks.sought(CLIP, 2.0), 25)
    assert clock.end == pytest.approx(2.04)
    later = clocks.marked_in(clocks.sought(clock, 3.0))
    assert (later.start, later.end) == (3.0, None)
    assert clocks.unmarked(later).start is None


def test_another_clip_keeps_time_loop_and_the_marks_that_fit() -> None:
    clock = replace(CLIP, at=4.0, start=1.0, end=4.5)
    shorter = clocks.lasting(clock, 3.0)
    assert (shorter.at, shorter.start, shorter.end) == (3.0, 1.0, None)


def test_words() -> None:
    assert clocks.timecode(2.5) == "00:02.50"
    assert clocks.timecode(61.239) == "01:01.23"
    assert clocks.speed_text(-2) == "−2 ×"
    assert clocks.matched(24, 30) == "24 and 30 fps, matched by time"
