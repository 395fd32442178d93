"""Films as pictures and back, their frame, their movement and their words."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.testing import FakeContext
from ajar.values import Color, Image, Size, Video
from nodes.frames import first_frame, frame_at, last_frame, video_frames, video_from_frames
from nodes.framing import picture_in_picture, resize_video
from nodes.motion import deflicker, interpolate
from nodes.subtitles import Caption, burn_captions, read_captions
from tests.nodes.films_for_tests import clicks, film, heard, number_of, numbers, picture

pytest.importorskip("av")


@pytest.fixture
def ctx() -> FakeContext:
    return FakeContext()


@pytest.fixture
def video(tmp_path: Path) -> Video:
    return film(tmp_path / "a.mp4", sound=clicks((0.25, 0.75), 1))


def test_pictures_of_a_film_one_by_one(ctx: FakeContext, video: Video) -> None:
    assert [number_of(one) for one in video_frames(ctx, video, 0.5, every=2)] == [6, 8, 10]
    assert [number_of(one) for one in video_frames(ctx, video, end=0.25)] == [0, 1, 2]
    assert (number_of(first_frame(video)), number_of(last_frame(video))) == (0, 11)
    assert [number_of(frame_at(video, at)) for at in (0.0, 0.5, 0.55, 1.0)] == [0, 6, 6, 11]
    with pytest.raises(UserError, match="lasts 1.00 seconds"):
        frame_at(video, 3)
    with pytest.raises(UserError, match="no picture between"):
        list(video_frames(ctx, video, 5))


def test_a_film_of_pictures_of_different_sizes_and_kinds(ctx: FakeContext, tmp_path: Path) -> None:
    clear = np.zeros((48, 64, 4), np.uint8)
    clear[:, 32:] = 200, 200, 200, 255
    (tmp_path / "a.png").write_bytes(picture(9).encode())
    shots = [picture(3, Size(65, 47)), Image.of(clear), Image.open(tmp_path / "a.png"), picture(5).gray(),
             picture(6).to("uint16")]
    made = video_from_frames(ctx, shots, 10, clicks((0.25,), 3))
    frames = list(made.frames())
    assert (made.size, made.fps, len(frames)) == (Size(66, 48), 10, 5)
    assert frames[1].array[24, 10].max() < 8 and frames[1].array[24, 50].min() > 190
    assert number_of(Image.of(frames[2].array[4:40, 4:60].copy())) == 9
    assert heard(made) == [0.25] and (sound := made.audio()) is not None and sound.seconds < 0.6
    assert shots[2]._array is None  # what was read from a file is not kept
    with pytest.raises(UserError, match="differ in size"):
        video_from_frames(ctx, shots, fit="exact")


def test_resizing_keeps_the_sound_and_adds_bars_of_a_colour(ctx: FakeContext, video: Video) -> None:
    assert resize_video(ctx, video, factor=0.5).size == Size(32, 24)
    assert resize_video(ctx, video, Size(31, 31)).size == Size(32, 24)  # 31 x 23 in even sides
    barred = resize_video(ctx, video, Size(48, 80), fit="bars", bars=Color(200, 0, 0))
    shown = next(barred.frames())
    assert shown.size == Size(48, 80) and shown.array[4, 24, 0] > 180 and shown.array[40, 24, 0] < 60
    assert heard(barred) == [0.25, 0.75] and numbers(resize_video(ctx, video, Size(64, 48))) == [*range(12)]


def test_a_film_or_a_picture_in_a_corner_of_a_film(ctx: FakeContext, video: Video, tmp_path: Path) -> None:
    small = film(tmp_path / "b.mp4", 3, 12, first=40, sound=clicks((0.1,), 0.25))
    made = picture_in_picture(ctx, video, small, 0.5, "top left", 0.0, start=0.25, sound="both")
    corner = [number_of(Image.of(image.array[4:20, 4:28].copy())) for image in made.frames()]
    assert corner == [0, 1, 2, 40, 41, 42, 6, 7, 8, 9, 10, 11]
    assert heard(made) == [0.25, 0.35, 0.75]
    logo = picture_in_picture(ctx, video, picture(50), 0.25, "bottom right", 0.0, sound="none")
    frames = list(logo.frames())
    assert all(number_of(Image.of(one.array[38:46, 50:62].copy())) == 50 for one in frames)
    assert heard(logo) == [] and heard(picture_in_picture(ctx, video, small, sound="inset")) == [0.1]


def test_other_speeds_keep_length_and_sound(ctx: FakeContext, video: Video, tmp_path: Path) -> None:
    fewer = interpolate(ctx, video, 6)
    assert numbers(fewer) == [0, 2, 4, 6, 8, 10] and heard(fewer) == [0.25, 0.75]
    twice = interpolate(ctx, video, 24, "repeat")
    assert numbers(twice) == [n // 2 for n in range(24)]
    mixed = [float(image.array.mean()) for image in interpolate(ctx, video, 24, "blend").frames()]
    assert len(mixed) == 24 and all(later - sooner < 3.5 for sooner, later in itertools.pairwise(mixed))
    assert numbers(interpolate(ctx, film(tmp_path / "one.mp4", 1, 12), 24)) == [0, 0]


def test_motion_is_followed_between_two_pictures(ctx: FakeContext) -> None:
    def moved(at: int) -> Image:
        texture = np.random.default_rng(5).integers(0, 255, (16, 16), np.uint8)
        array = np.full((64, 128, 3), 90, np.uint8)
        array[24:56, 8 + at * 8 : 40 + at * 8] = np.kron(texture, np.ones((2, 2), np.uint8))[:, :, None]
        return Image.of(array)

    made = interpolate(ctx, video_from_frames(ctx, [moved(at) for at in range(8)], 8), 16)
    between = list(made.frames())[7].array.astype(int)  # half way from picture 3 to 4
    half = np.roll(moved(3).array, 4, axis=1).astype(int)
    blend = (moved(3).array.astype(int) + moved(4).array) // 2
    assert np.abs(between - half).mean() < np.abs(between - blend).mean() / 2


def test_flicker_is_evened_out(ctx: FakeContext) -> None:
    shots = [Image.of(np.full((32, 32, 3), 120 + 30 * (at % 2), np.uint8)) for at in range(16)]
    light = [float(one.array.mean()) for one in deflicker(ctx, video_from_frames(ctx, shots, 12), 6).frames()]
    assert len(light) == 16 and np.std(light[4:-4]) < 6  # it was 15


@pytest.mark.parametrize("text", [
    "1\n00:00:00,250 --> 00:00:00,500\n<i>One</i> &amp; two\n\n2\n00:00:00,500 --> 00:00:01,000\nThree\nFour\n",
    ("WEBVTT - some title\n\nNOTE nothing\nof this\n\nintro\n00:00.250 --> 00:00.500 align:start\nOne &amp; two\n\n"
    "00:00:00.500 --> 00:00:01.000\nThree\nFour\n"),
    "0.25 - 0.5 One & two\n0:00.5–0:01 Three\nFour",
    ("\ufeff1\r\n00:00:00,250 --> 00:00:00,500\r\n{\\an8}One & two\r\n\r\n2\r\n00:00:00,500 --> 00:00:01,000\r\nThree"
    "\r\nFour\r\n"),
])
def test_subtitles_of_every_kind_are_read_alike(text: str) -> None:
    assert read_captions(text, 9) == [Caption(0.25, 0.5, "One & two"), Caption(0.5, 1.0, "Three\nFour")]


def test_captions_are_seen_while_their_time_lasts(ctx: FakeContext, video: Video, tmp_path: Path) -> None:
    def written(made: Video) -> list[bool]:
        return [int(image.array.max()) - int(image.array.min()) > 100 for image in made.frames()]

    made = burn_captions(ctx, video, "0.25 - 0.5 Hello", height=14)
    assert written(made) == [3 <= number < 6 for number in range(12)] and heard(made) == [0.25, 0.75]
    file = tmp_path / "a.srt"
    file.write_bytes("1\n00:00:00,000 --> 00:00:00,250\nGrüße\n".encode("cp1252"))
    assert written(burn_captions(ctx, video, file=file, height=14)) == [number < 3 for number in range(12)]
    assert all(written(burn_captions(ctx, video, "All along", height=14)))
    with pytest.raises(UserError, match="no captions"):
        burn_captions(ctx, video, "  ")
    with pytest.raises(UserError, match="ends before it starts"):
        burn_captions(ctx, video, "2 - 1 No")
