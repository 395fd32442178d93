"""Cutting films: which pictures are seen, and when the sound is heard."""

from pathlib import Path

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.testing import FakeContext
from ajar.values import Size, Video
from nodes import cutting
from nodes.cutting import crossfade, join_videos, reverse, speed, trim
from tests.nodes.films_for_tests import clicks, film, heard, number_of, numbers

pytest.importorskip("av")


@pytest.fixture
def ctx() -> FakeContext:
    return FakeContext()


@pytest.fixture
def video(tmp_path: Path) -> Video:
    """Twelve pictures in one second, with tones at 0.25 and 0.75."""
    return film(tmp_path / "a.mp4", sound=clicks((0.25, 0.75), 1))


def test_trim_is_exact_to_the_picture_and_to_the_sound(ctx: FakeContext, video: Video) -> None:
    part = trim(ctx, video, 0.25, 0.75)
    assert (numbers(part), heard(part), part.seconds) == ([3, 4, 5, 6, 7, 8], [0.0], 0.5)
    assert numbers(trim(ctx, video, -0.25)) == [9, 10, 11] and numbers(trim(ctx, video, 0, -0.75)) == [0, 1, 2]
    assert numbers(trim(ctx, video, -9, 99)) == [*range(12)]
    with pytest.raises(UserError, match="Nothing lies between"):
        trim(ctx, video, 0.8, 0.5)


def test_joined_films_take_size_and_speed_of_the_first_and_silence_where_there_is_no_sound(
    ctx: FakeContext, video: Video, tmp_path: Path,
) -> None:
    other = film(tmp_path / "b.mp4", 6, 24, Size(64, 96), first=20)
    joined = join_videos(ctx, [video, other, video], "stretch")
    assert numbers(joined) == [*range(12), 20, 22, 24, *range(12)]
    assert (joined.size, joined.fps, joined.seconds) == (video.size, 12, 2.25)
    assert heard(joined) == [0.25, 0.75, 1.5, 2.0]
    barred = [*join_videos(ctx, [video, other]).frames()][13].array
    assert barred[24, 5].max() < 8 and barred[24, 32].min() > 90
    assert [number_of(one) for one in join_videos(ctx, [video, other], "cover", 24).frames()][24:] == [*range(20, 26)]
    with pytest.raises(UserError, match="differ in size"):
        join_videos(ctx, [video, other], "exact")
    with pytest.raises(UserError, match="no film"):
        join_videos(ctx, [])


def test_a_crossfade_mixes_picture_and_sound_while_both_are_seen(
    ctx: FakeContext, video: Video, tmp_path: Path
) -> None:
    second = film(tmp_path / "b.mp4", first=30, sound=clicks((0.5,), 1))
    faded = crossfade(ctx, video, second, 0.25)
    seen = numbers(faded)
    assert seen[:9] == [*range(9)] and seen[-9:] == [*range(33, 42)] and len(seen) == 21
    assert seen[9:12] == [14, 20, 27]  # a quarter, a half and three quarters of the way from 9, 10, 11 to 30, 31, 32
    assert heard(faded) == [0.25, 0.75, 1.25]
    black = numbers(crossfade(ctx, video, second, 0.25, "dip to black"))
    assert black[10] <= 0 and black[:9] == seen[:9]
    half = [*crossfade(ctx, video, second, 0.25, "wipe right").frames()][10].array
    assert half[24, 10].mean() > 130 and half[24, 50].mean() < 80
    with pytest.raises(UserError, match="longer than one"):
        crossfade(ctx, video, second, 3)


@pytest.mark.parametrize(("factor", "seen", "at"), [
    (2.0, [0, 2, 4, 6, 8, 10], [0.12, 0.37]), (0.5, [n // 2 for n in range(24)], [0.5, 1.5]),
])
def test_a_film_is_faster_or_slower_with_its_sound(
    ctx: FakeContext, video: Video, factor: float, seen: list[int], at: list[float]
) -> None:
    changed = speed(ctx, video, factor)
    assert (numbers(changed), changed.seconds) == (seen, 1 / factor)
    assert heard(changed) == pytest.approx(at, abs=0.06)
    assert heard(speed(ctx, video, factor, "pitch follows")) == pytest.approx(at, abs=0.03)
    assert heard(speed(ctx, video, factor, "none")) == []


def test_a_tone_keeps_its_pitch_or_follows_the_speed(ctx: FakeContext, tmp_path: Path) -> None:
    from ajar.values import Audio

    tone = Audio((0.3 * np.sin(np.arange(48_000) * 2 * np.pi * 600 / 48_000)).astype(np.float32)[None], 48_000)
    video = film(tmp_path / "a.mp4", sound=tone)

    def pitch(made: Video) -> float:
        sound = made.audio()
        assert sound is not None
        middle = sound.array[0][4800:-4800]
        return float(np.abs(np.fft.rfft(middle)).argmax() * sound.rate / len(middle))

    assert pitch(speed(ctx, video, 2)) == pytest.approx(600, abs=15)
    assert pitch(speed(ctx, video, 2, "pitch follows")) == pytest.approx(1200, abs=15)


def test_slowed_smoothly_there_are_pictures_between(ctx: FakeContext, tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", 6, 12, Size(32, 32))
    made = speed(ctx, video, 0.5, smooth=True)
    light = [float(image.array.mean()) for image in made.frames()]
    assert len(light) == 12 and light == sorted(light)
    assert numbers(speed(ctx, film(tmp_path / "b.mp4", 1, 12), 0.5, smooth=True)) == [0, 0]


def test_backwards_a_few_pictures_at_a_time(
    ctx: FakeContext, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "HELD_BYTES", 64 * 48 * 3 * 5)
    back = reverse(ctx, video)
    assert numbers(back) == [*range(11, -1, -1)]
    assert heard(back) == pytest.approx([0.225, 0.725], abs=0.011)
    assert heard(reverse(ctx, video, "none")) == []


def test_stopping_ends_the_work_and_leaves_no_file(
    video: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tempfile

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    with pytest.raises(Cancelled):
        reverse(FakeContext(stop_after=3), video)
    assert not [one for one in (tmp_path / "tmp").rglob("*") if one.is_file()]
