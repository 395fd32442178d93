"""The finish chain on films and pictures, their loudness, and how they are written."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar import film as films
from ajar import loudness, tracks
from ajar.errors import UserError
from ajar.testing import FakeContext
from ajar.values import Audio, Image, Size, Video
from nodes import look
from nodes.export import export_frames, export_video
from nodes.finishing import color_match_video, denoise, denoise_video, grain_video, sharpen_video
from nodes.sounds import extract_audio, loudness_audio, loudness_video, set_sound
from tests.nodes.films_for_tests import RATE, clicks, film, heard, numbers, picture

pytest.importorskip("av")


@pytest.fixture
def ctx() -> FakeContext:
    return FakeContext()


@pytest.fixture
def video(tmp_path: Path) -> Video:
    return film(tmp_path / "a.mp4", sound=clicks((0.25, 0.75), 1))


def noisy(seed: int, dtype: str = "uint8") -> Image:
    array = np.full((64, 64, 3), 0.5, np.float32)
    array[:, 32:] = 0.3
    array += np.random.default_rng(seed).normal(0, 0.04, array.shape).astype(np.float32)
    return Image.of(np.clip(array, 0, 1)).to(dtype)


def roughness(image: Image) -> float:
    return float(image.to("float32").array[4:-4, 4:24].std())


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_noise_goes_edges_and_depth_stay(dtype: str) -> None:
    made = denoise(noisy(1, dtype), 0.8, 0.0)
    assert made.dtype == dtype and roughness(made) < roughness(noisy(1)) / 2
    light = made.to("float32").array.mean(axis=(0, 2))
    assert light[30] - light[33] > 0.15
    assert denoise(noisy(1), 0.0).array is not None and denoise(noisy(1).gray(), 0.5).channels == 1


@pytest.mark.parametrize("way", ["over time", "in each picture", "both"])
def test_noise_of_films_goes(ctx: FakeContext, way: Any) -> None:
    from nodes.frames import video_from_frames

    raw = video_from_frames(ctx, [noisy(seed) for seed in range(12)], 12, clicks((0.25,), 1))
    made = denoise_video(ctx, raw, 0.8, way)
    before, after = (np.mean([roughness(one) for one in list(each.frames())[4:8]]) for each in (raw, made))
    assert after < before * 0.75 and heard(made) == [0.25] and len(numbers(made)) == 12


def test_films_are_sharpened_as_pictures_are(ctx: FakeContext, video: Video) -> None:
    from nodes.frames import video_from_frames

    edge = look.blur(noisy(1), 3)
    raw = video_from_frames(ctx, [edge] * 2, 12)
    shown = next(sharpen_video(ctx, raw, 2, 3).frames()).array.astype(int)
    goal = look.sharpen(next(raw.frames()), 2, 3).array.astype(int)
    assert np.abs(shown - goal).mean() < 2 and heard(sharpen_video(ctx, video)) == [0.25, 0.75]


def test_grain_lives_and_comes_again_with_its_seed(ctx: FakeContext, video: Video) -> None:
    def shown(seed: int) -> list[Any]:
        return [image.array.astype(int) for image in grain_video(ctx, video, 0.4, 1.0, seed=seed).frames()]

    first, again, other = shown(5), shown(5), shown(6)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    noise = [one - one.mean() for one in (first[3], first[4], other[3])]
    assert all(part.std() > 5 for part in noise)
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.2
    assert abs(np.corrcoef(noise[0].ravel(), noise[2].ravel())[0, 1]) < 0.2


def test_colours_of_a_film_match_and_a_fade_stays_a_fade(ctx: FakeContext, tmp_path: Path) -> None:
    dark, light = film(tmp_path / "a.mp4"), film(tmp_path / "b.mp4", first=30)
    made = color_match_video(ctx, dark, light)
    seen = [float(image.array.mean()) for image in made.frames()]
    goal = [float(image.array.mean()) for image in light.frames()]
    assert np.mean(seen) == pytest.approx(np.mean(goal), abs=4) and seen == sorted(seen) and seen[-1] - seen[0] > 20
    red = Image.of(np.full((8, 8, 3), (200, 40, 40), np.uint8))
    assert (next(color_match_video(ctx, dark, red).frames()).array.mean((0, 1)) @ [1, -0.5, -0.5]) > 80


def tone(level: float, seconds: float = 4.0) -> Audio:
    """A stereo tone of 1 kHz whose peak is at this level in dB."""
    wave = np.sin(np.arange(round(RATE * seconds)) * 2 * np.pi * 997 / RATE) * 10 ** (level / 20)
    return Audio(np.stack([wave, wave]).astype(np.float32), RATE)


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_the_measure_is_that_of_ebu_tech_3341(level: float) -> None:
    """Cases 1 and 2 of the standard: a stereo tone with its peak at -23 dB is -23 LUFS."""
    assert loudness.measure(tracks.of_audio(tone(level, 8))).integrated == pytest.approx(level, abs=0.1)


def test_silence_between_does_not_count() -> None:
    """The gate, as in case 3: the loud part alone is measured."""
    quiet, loud = tone(-36, 3).array, tone(-23, 24).array
    sound = Audio(np.ascontiguousarray(np.concatenate([quiet, loud, quiet], axis=1)), RATE)
    assert loudness.measure(tracks.of_audio(sound)).integrated == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("target", [-23.0, -14.0, -9.0])
def test_sounds_become_as_loud_as_asked_and_no_peak_rises_above_the_ceiling(target: float) -> None:
    array = (np.random.default_rng(1).standard_normal((2, RATE * 3)) * 0.05).astype(np.float32)
    array[:, ::4800] = 0.9
    made = loudness_audio(Audio(array, RATE), target, -1.0)
    found = loudness.measure(tracks.of_audio(made.audio))
    assert found.integrated == pytest.approx(target, abs=0.2) == made.after and made.before != made.after
    assert found.peak <= -0.95 and made.audio.seconds == 3


def test_the_loudness_of_a_film_changes_and_its_pictures_do_not(ctx: FakeContext, tmp_path: Path) -> None:
    loud = film(tmp_path / "a.mp4", 24, 12, sound=tone(-10, 2))
    made = loudness_video(ctx, loud, -20)
    found = tracks.track(made.video.path)
    assert found is not None and loudness.measure(found).integrated == pytest.approx(-20, abs=0.3)
    assert all(np.array_equal(a.array, b.array) for a, b in zip(loud.frames(), made.video.frames(), strict=True))
    silent = film(tmp_path / "b.mp4")
    assert loudness_video(ctx, silent) == (silent, 0.0, 0.0)
    with pytest.raises(UserError, match="silent"):
        loudness_audio(Audio(np.zeros((1, RATE), np.float32), RATE))


def test_a_film_gets_another_sound_mixed_or_none(ctx: FakeContext, video: Video, tmp_path: Path) -> None:
    assert heard(set_sound(ctx, video, clicks((0.1,), 0.4, 1), "mix", 0.35)) == [0.25, 0.45, 0.75]
    assert heard(set_sound(ctx, video, clicks((0.5,), 9, 1), offset=-0.25)) == [0.25]
    assert heard(set_sound(ctx, video, clicks((0.5,), 1), "mix", original=0.0)) == [0.5]
    assert heard(set_sound(ctx, video, way="remove")) == []
    assert heard(set_sound(ctx, film(tmp_path / "b.mp4"), clicks((0.5,), 1), "mix")) == [0.5]
    assert extract_audio(video).rate == RATE
    with pytest.raises(UserError, match="no sound"):
        extract_audio(film(tmp_path / "c.mp4"))
    with pytest.raises(UserError, match="no sound to give"):
        set_sound(ctx, video)


class Folder(FakeContext):
    """Keeps what is saved."""

    def __init__(self, folder: Path) -> None:
        super().__init__(about=json.dumps({"made": "here"}))
        self.folder = folder

    def save(self, data: bytes | Path, suffix: str) -> Path:
        assert isinstance(data, Path)
        target = self.folder / f"out{suffix}"
        if data.is_dir():
            import shutil

            shutil.copytree(data, target)
        else:
            target.write_bytes(data.read_bytes())
        return target


@pytest.mark.parametrize(("format", "suffix", "codec", "about"), [
    ("mp4 H.264", ".mp4", "h264", True), ("mp4 H.265", ".mp4", "hevc", True), ("mov ProRes", ".mov", "prores", True),
    ("gif", ".gif", "gif", False),
])
def test_films_are_written_in_every_form(
    video: Video, tmp_path: Path, format: Any, suffix: str, codec: str, about: bool
) -> None:
    import av

    (tmp_path / "out").mkdir()
    file = export_video(Folder(tmp_path / "out"), video, format)
    with av.open(str(file)) as container:
        assert container.streams.video[0].codec_context.name == codec and file.suffix == suffix
    made = films.probe(file)
    assert numbers(made) == [*range(12)] and made.fps == pytest.approx(12, abs=0.02)
    assert made.seconds == pytest.approx(1, abs=0.05)
    assert films.read_about(file) == ('{"made": "here"}' if about else None)
    assert heard(made) == ([] if format == "gif" else [0.25, 0.75])


def test_an_animated_webp_and_a_folder_of_pictures(video: Video, tmp_path: Path) -> None:
    from PIL import Image as Pillow

    file = export_video(Folder(tmp_path), video, "webp", "best")
    with Pillow.open(file) as animation:
        assert animation.format == "WEBP" and getattr(animation, "n_frames", 1) == 12
    folder = export_frames(Folder(tmp_path), video, first=7)
    files = sorted(folder.iterdir())
    assert [one.name for one in files] == [f"{number:06d}.png" for number in range(7, 19)]
    assert np.abs(Image.open(files[5]).array.astype(int) - picture(5, Size(64, 48)).array).max() <= 2
