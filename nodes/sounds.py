"""The sound of films, and how loud it is."""

from typing import Annotated, Literal, NamedTuple

from ajar import film, lab, loudness, retouch, tracks
from ajar.clips import Audio, Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Range, Slider
from ajar.tracks import Track
from nodes.framing import mixed

Target = Annotated[float, Slider(-40, -5, 0.5)]
Ceiling = Annotated[float, Slider(-9, 0, 0.1)]
Volume = Annotated[float, Slider(0, 4, 0.05)]


class LevelSound(NamedTuple):
    """A sound, and its loudness in LUFS before and after."""

    audio: Audio
    before: float
    after: float


class LevelVideo(NamedTuple):
    """A film, and its loudness in LUFS before and after."""

    video: Video
    before: float
    after: float


@node(group="Video")
def extract_audio(video: Video) -> Audio:
    """Take the sound of a film."""
    found = video.audio()
    if found is None:
        raise UserError(f"The film {video.path.name} has no sound.", "Choose another film.")
    return found


@node(group="Video")
def set_sound(
    ctx: Context,
    video: Video,
    audio: Audio | None = None,
    way: Literal["replace", "mix", "remove"] = "replace",
    offset: Annotated[float, Range(-86400, 86400, 0.04)] = 0.0,
    volume: Volume = 1.0,
    original: Volume = 1.0,
) -> Video:
    """Give a film another sound, mix one into its own, or take its sound away; the pictures stay as they are.

    The sound begins at the offset in seconds; below 0 its start is cut off. It is as long as the film: cut off, or
    followed by silence. Volume is that of the new sound, original that of the film's own one when mixed.
    """
    if way == "remove":
        return retouch.dubbed(ctx, video, None, "Taking the sound away")
    if audio is None:
        raise UserError("There is no sound to give the film.", "Wire one in, or set the way to remove.")
    length = film.frame_count(video) / video.fps
    sound = _placed(audio, offset, volume).lasting(length)
    if way == "mix" and (own := tracks.track(video.path, 0, None, 48_000, 2)) is not None:
        sound = mixed(own.through(lambda part: part * original).lasting(length), sound)
    return retouch.dubbed(ctx, video, sound, "Setting the sound")


@node
def loudness_audio(audio: Audio, target: Target = -14.0, peak: Ceiling = -1.0) -> LevelSound:
    """Make a sound as loud as asked, to the ear: its integrated loudness by EBU R128, in LUFS.

    -14 is usual on the web, -16 for speech, -23 in European television. No true peak rises above the peak (dBTP): where
    one would, a limiter holds it. Before and after are what was measured.
    """
    made, before, after = loudness.levelled(lambda: tracks.of_audio(audio), target, peak)
    found = made().lasting(audio.seconds).whole()
    assert found is not None
    return LevelSound(found, round(before.integrated, 2), round(after.integrated, 2))


@node
def loudness_video(ctx: Context, video: Video, target: Target = -14.0, peak: Ceiling = -1.0) -> LevelVideo:
    """Make the sound of a film as loud as asked, by EBU R128; its pictures stay as they are.

    -14 LUFS is usual on the web, -23 in European television. No true peak rises above the peak (dBTP): where one
    would, a limiter holds it. Before and after are what was measured. A film without sound is handed on unchanged,
    with 0 for both.
    """
    if retouch.silent(video.path):
        return LevelVideo(video, 0.0, 0.0)

    def source() -> Track:
        found = tracks.track(video.path, 0, None, 48_000)
        assert found is not None
        return found.lasting(film.frame_count(video) / video.fps)

    ctx.progress(0.0, "Measuring the loudness")
    made, before, after = loudness.levelled(source, target, peak)
    levelled = retouch.dubbed(ctx, video, made(), "Setting the loudness")
    return LevelVideo(levelled, round(before.integrated, 2), round(after.integrated, 2))


def _placed(audio: Audio, offset: float, volume: float) -> Track:
    """A sound from its offset on, in stereo."""
    sound = tracks.of_audio(audio, 48_000, 2).through(lambda part: part * volume)
    if offset >= 0:
        return tracks.joined((tracks.silence(48_000, 2, offset), sound), 48_000, 2)
    return lab.treat(sound, ("atrim", f"start={-offset:.6f}"), ("asetpts", "PTS-STARTPTS"))
