"""Films as they are read and written: their time, their colours, their sound, and what is wrong with them."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ajar import film, lab, reel, retouch, tracks
from ajar.errors import UserError
from ajar.testing import FakeContext
from ajar.values import Image, Size
from ajar.voices import Form
from nodes import look
from nodes.cutting import trim
from nodes.edit import scaled
from tests.nodes.films_for_tests import by_hand, clicks, heard, number_of, numbers, picture, repacked, turned
from tests.nodes.films_for_tests import film as make

pytest.importorskip("av")
COLOURS = [(220, 60, 60), (60, 220, 60), (60, 60, 220), (250, 250, 250), (8, 8, 8)]


def stripes(width: int = 160, height: int = 64) -> Image:
    array = np.zeros((height, width, 3), np.uint8)
    for at, colour in enumerate(COLOURS):
        array[:, at * width // 5 : (at + 1) * width // 5] = colour
    return Image.of(array)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_pictures_that_come_at_times_of_their_own_are_shown_as_long_as_they_last(tmp_path: Path, name: str) -> None:
    video = film.probe(by_hand(tmp_path / name, [0, 33, 67, 200, 233, 400]))
    assert (video.fps, numbers(video)) == (30, [0, 1, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 5])
    assert video.seconds == pytest.approx(13 / 30, abs=0.01)


def test_a_film_is_read_at_any_speed_and_from_any_second(tmp_path: Path) -> None:
    video = make(tmp_path / "a.mp4")

    def seen(*about: float) -> list[int]:
        return [number_of(image) for image in film.frames(video.path, *about)]

    assert seen() == [*range(12)] and seen(0, float("inf"), 6) == [0, 2, 4, 6, 8, 10]
    assert seen(0.5, 0.75) == [6, 7, 8] and seen(0.5, 0.75, 24) == [6, 6, 7, 7, 8, 8]
    assert seen(0.9) == [11] and seen(2.0) == []


def test_a_film_that_begins_late_or_has_one_picture(tmp_path: Path) -> None:
    late = film.probe(by_hand(tmp_path / "late.mkv", [0, 33, 67, 100], start=500))
    assert numbers(late) == [0, 1, 2, 3] and late.seconds == pytest.approx(4 / 30, abs=0.01)
    one = film.probe(make(tmp_path / "one.mp4", 1, 24).path)
    assert numbers(one) == [0] and film.frame_count(one) == 1


def test_a_film_with_a_flag_that_turns_it_is_upright(tmp_path: Path) -> None:
    lying = reel.write([stripes()] * 2, 12, path=tmp_path / "lying.mp4")
    video = film.probe(turned(lying.path, tmp_path / "a.mp4"))
    assert video.size == Size(64, 160)
    shown = next(video.frames())
    assert shown.size == video.size
    # What was on the left is at the top now.
    assert np.abs(shown.array[8, 32].astype(int) - COLOURS[0]).max() < 6


@pytest.mark.parametrize("height", [64, 720])
@pytest.mark.parametrize("form", [reel.H264, reel.H265, reel.PRORES], ids=lambda form: form.name)
def test_colours_stay_and_are_marked_as_those_of_hdtv(tmp_path: Path, form: Form, height: int) -> None:
    import av

    try:
        reel.check(form)
    except UserError as error:
        pytest.skip(error.message)
    video = reel.write([stripes(height=height)] * 2, 24, path=tmp_path / f"a{form.suffix}", form=form)
    seen = next(video.frames()).array[height // 2, 16::32].astype(int)
    assert np.abs(seen - COLOURS).max() <= 4
    with av.open(str(video.path)) as container:
        context = container.streams.video[0].codec_context
        assert (int(context.colorspace), int(context.color_range)) == (film.BT709, film.NARROW)


def test_a_chain_of_films_leaves_hardly_a_mark(tmp_path: Path) -> None:
    spots = np.random.default_rng(3).random((12, 16, 3), np.float32)
    image = Image.of(look.softened(scaled(spots, Size(128, 96), "nearest"), 2.0)).to("uint8")
    video = reel.write([image] * 3, 24, path=tmp_path / "a.mp4", form=reel.WORKING)
    first = next(video.frames()).array.astype(int)
    for _ in range(4):
        video = retouch.each(FakeContext(), video, "Copying", lambda one: one)
    assert np.abs(next(video.frames()).array.astype(int) - first).mean() < 2.5


@pytest.mark.parametrize("form", [reel.H264, reel.WORKING], ids=["export", "working"])
def test_the_same_pictures_give_the_same_file_however_slowly_they_come(tmp_path: Path, form: Form) -> None:
    grains = np.random.default_rng(1)
    ground = np.kron(grains.integers(0, 255, (12, 12, 3)), np.ones((8, 8, 1)))
    shots = [Image.of(np.clip(np.roll(ground, shift, 1) + grains.normal(0, 4, ground.shape), 0, 255).astype(np.uint8))
             for shift in range(17)]

    def coming(pause: float) -> Iterator[Image]:
        for number, shot in enumerate(shots):
            time.sleep(pause if number % 4 == 1 else 0)
            yield shot

    files = [reel.write(coming(pause), 8, path=tmp_path / f"{pause}.mp4", form=form).path.read_bytes()
             for pause in (0, 0.02, 0.06, 0.1, 0.15)]
    assert len(set(files)) == 1


def test_the_sound_of_a_film_is_taken_over_as_it_is_stored_and_keeps_its_time(tmp_path: Path) -> None:
    import av

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(container.streams.audio[0]) if packet.size]

    video = make(tmp_path / "a.mp4", sound=clicks((0.25, 0.7), 1))
    again = retouch.each(FakeContext(), video, "Copying", lambda one: one)
    assert heard(again) == heard(video) == [0.25, 0.7]
    assert packets(again.path) == packets(video.path)
    assert retouch.silent(make(tmp_path / "b.mp4").path) and not retouch.silent(video.path)


def test_pictures_are_not_encoded_anew_where_only_the_sound_changes(tmp_path: Path) -> None:
    video = make(tmp_path / "a.mp4", sound=clicks((0.25,), 1))
    made = retouch.dubbed(FakeContext(), video, clicks((0.5,), 1), "Dubbing")
    assert heard(made) == [0.5] and heard(retouch.dubbed(FakeContext(), video, None, "Dubbing")) == []
    before, after = list(video.frames()), list(made.frames())
    assert all(np.array_equal(one.array, other.array) for one, other in zip(before, after, strict=True))
    lying = turned(video.path, tmp_path / "turned.mp4")
    assert film.probe(retouch.dubbed(FakeContext(), film.probe(lying), None, "Dubbing").path).size == Size(48, 64)


@pytest.mark.parametrize("suffix", [".ts", ".mkv", ".mov"])
def test_films_in_other_files_are_cut_and_kept_as_well(tmp_path: Path, suffix: str) -> None:
    """Transport streams can't be entered exactly, and Matroska does not tell in which order it decodes."""
    source = make(tmp_path / "a.mp4", 24, 12, sound=clicks((0.5, 1.25), 2))
    video, ctx = film.probe(repacked(source.path, tmp_path / f"b{suffix}")), FakeContext()
    assert (video.fps, numbers(video)) == (12, [*range(24)])
    for made in (retouch.each(ctx, video, "Copying", lambda one: one), retouch.dubbed(ctx, video, video.path, "Dub")):
        assert numbers(made) == [*range(24)] and heard(made) == pytest.approx([0.5, 1.25], abs=0.03)
    part = trim(ctx, video, 0.5, 1.5)
    assert numbers(part) == [*range(6, 18)] and heard(part) == pytest.approx([0.0, 0.75], abs=0.03)


def test_sound_of_odd_rates_and_many_channels_is_written(tmp_path: Path) -> None:
    from ajar.values import Audio

    for rate, channels in ((1000, 1), (44_100, 2), (48_000, 6), (96_000, 1)):
        sound = Audio((0.3 * np.sin(np.arange(rate) / rate * 600))[None].repeat(channels, 0).astype(np.float32), rate)
        found = make(tmp_path / "a.mp4", sound=sound).audio()
        assert found is not None and found.seconds == pytest.approx(1, abs=0.06)


def test_tracks_are_cut_filled_and_turned_round(tmp_path: Path) -> None:
    video = make(tmp_path / "a.mp4", sound=clicks((0.25,), 1))
    part = tracks.track(video.path, 0.2, 0.5)
    assert part is not None and (sound := part.lasting(2).whole()) is not None
    assert sound.seconds == 2 and np.flatnonzero(np.abs(sound.array[0]) > 0.2)[0] == pytest.approx(2400, abs=60)
    back = tracks.backwards(video.path, 1.0)
    assert back is not None and (turned_ := back.track.whole()) is not None
    back.close()
    straight = tracks.track(video.path)
    assert straight is not None and (whole := straight.lasting(1.0).whole()) is not None
    assert np.array_equal(turned_.array[:, ::-1], whole.array)


def test_a_gif_has_the_colours_and_the_speed_of_the_film(tmp_path: Path) -> None:
    shots = [stripes()] * 10
    made = reel.write(shots, 10, path=tmp_path / "a.gif", form=reel.GIF, colours=lab.palette(shots))
    video = film.probe(made.path)
    assert (video.size, round(video.seconds, 1), len(list(video.frames()))) == (Size(160, 64), 1.0, 10)
    assert np.abs(next(video.frames()).array[32, 16::32].astype(int) - COLOURS).max() <= 3


def test_an_animated_webp_has_the_colours_of_the_film(tmp_path: Path) -> None:
    from PIL import Image as Pillow

    made = reel.write([stripes(161, 63)] * 3, 10, path=tmp_path / "a.webp", form=reel.WEBP)
    with Pillow.open(made.path) as shown:
        seen = np.asarray(shown.convert("RGB")).astype(int)
    assert seen.shape == (63, 161, 3) and np.abs(seen[32, 16::32][:5] - COLOURS).max() <= 6


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_film_that_was_cut_off_is_read_or_a_sentence(tmp_path: Path, share: float) -> None:
    data = make(tmp_path / "a.mp4", 30, sound=clicks((0.25,), 2)).path.read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: int(len(data) * share)])
    try:
        assert 0 < len(list(film.probe(path).frames())) <= 30
    except UserError as error:
        assert "cut.mp4" in error.message and error.hint


def test_a_film_that_can_not_be_written_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    def broken() -> list[Image]:
        raise UserError("The pictures stopped.")

    with pytest.raises(UserError, match="stopped"):
        reel.write((image for _ in range(1) for image in broken()), 12, path=tmp_path / "a.mp4")
    with pytest.raises(UserError, match="can't be written"):
        reel.write([picture(0)], 12, path=tmp_path / "missing" / "a.mp4")
    with pytest.raises(UserError, match="no encoder"):
        reel.check(Form("Cinepak", ".mov", "mov", "no-such-codec", "yuv420p"))
    assert not list(tmp_path.iterdir())


def test_old_temporary_films_are_swept_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new = reel.scratch(".mp4"), reel.scratch(".mp4")
    os.utime(old, (0, 0))
    assert reel.scratch(".mp4").exists() and new.exists() and not old.exists()
