"""Cutting films: parts of them, one after the other, faster, slower and backwards."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np

from ajar import film, lab, reel, retouch, tracks
from ajar.clips import Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Range, Slider
from ajar.tracks import Track
from ajar.values import Image
from nodes.framing import Fit, framed
from nodes.motion import between, exactly

Array = np.ndarray[Any, np.dtype[Any]]
RATE, CHANNELS = 48_000, 2
HELD_BYTES = 256 << 20
"""How much memory the pictures may take that are waiting to be shown backwards."""


@node(group="Video")
def trim(
    ctx: Context,
    video: Video,
    start: Annotated[float, Range(-86400, 86400, 0.1)] = 0.0,
    end: Annotated[float, Range(-86400, 86400, 0.1)] = 0.0,
) -> Video:
    """Keep the part of a film from one second to another, to the exact picture, with its sound.

    0 as the end is the end of the film; numbers below 0 count from there: from -2 to 0 are the last two seconds.
    """
    length = video.seconds
    first, last = (length + start if start < 0 else start), (length + end if end <= 0 else end)
    begin, stop = round(max(first, 0) * video.fps), round(min(last, length) * video.fps)
    if stop <= begin:
        raise UserError(
            f"Nothing lies between {first:g} and {last:g} seconds of a film that lasts {length:.2f}.",
            "Choose an end that comes after the start.",
        )
    a, b = begin / video.fps, stop / video.fps
    shots = retouch.watched(ctx, film.frames(video.path, a, b, video.fps), stop - begin, "Cutting")
    sound = tracks.track(video.path, a, b)
    return reel.write(shots, video.fps, sound.lasting(b - a) if sound else None, form=reel.WORKING)


@node(group="Video")
def join_videos(
    ctx: Context, videos: list[Video], fit: Fit = "bars", fps: Annotated[float, Range(0, 240)] = 0.0
) -> Video:
    """Put films one after the other.

    Size and pictures a second are those of the first film; 0 for the latter means so. Films of another size get
    black bars, are cut to cover it, stretched to it, or refused (exact). Films without a sound are silent in between.
    """
    if not videos:
        raise UserError("There is no film to join.", "Wire in at least one.")
    goal, speed = videos[0].size, fps or videos[0].fps
    if fit == "exact" and (other := next((one for one in videos if one.size != goal), None)):
        raise UserError(f"The films differ in size: {goal} and {other.size}.", "Resize one, or choose another fit.")
    counts = [max(1, round(one.seconds * speed)) for one in videos]

    def shots() -> Iterator[Image]:
        for one, count in zip(videos, counts, strict=True):
            yield from exactly(film.frames(one.path, fps=speed), count, lambda image: framed(image, goal, fit))

    heard = (_sound(one, count / speed) for one, count in zip(videos, counts, strict=True))
    sound = None if all(map(_silent, videos)) else tracks.joined(heard, RATE, CHANNELS)
    return reel.write(
        retouch.watched(ctx, shots(), sum(counts), "Joining"), speed, sound, form=reel.WORKING
    )


@node(group="Video")
def crossfade(
    ctx: Context,
    first: Video,
    second: Video,
    seconds: Annotated[float, Slider(0.04, 10, 0.04)] = 1.0,
    way: Literal["dissolve", "dip to black", "wipe right", "wipe left", "slide left"] = "dissolve",
    fit: Fit = "bars",
) -> Video:
    """Let one film turn into another one, picture and sound, within so many seconds.

    The two overlap, so the result is that much shorter than both. Size and speed are those of the first film.
    """
    fps, goal = first.fps, first.size
    count, after = film.frame_count(first), max(1, round(second.seconds * fps))
    over = max(1, round(seconds * fps))
    if over >= min(count, after):
        raise UserError(
            f"A crossfade of {seconds:g} seconds is longer than one of the films.", "Make it shorter than both films."
        )
    if fit == "exact" and second.size != goal:
        raise UserError(f"The films differ in size: {goal} and {second.size}.", "Choose another fit.")

    def shots() -> Iterator[Image]:
        fresh = exactly(film.frames(second.path, fps=fps), after, lambda image: framed(image, goal, fit))
        old = exactly(film.frames(first.path, fps=fps), count, lambda image: image)
        yield from itertools.islice(old, count - over)
        for number, (before, behind) in enumerate(zip(old, itertools.islice(fresh, over), strict=False), 1):
            yield before.like(_mixed(before.array, behind.rgb().array, number / (over + 1), way))
        yield from fresh

    sound = None
    if not (_silent(first) and _silent(second)):
        sound = _faded(_sound(first, count / fps), _sound(second, after / fps), over / fps, (count - over) / fps)
    return reel.write(
        retouch.watched(ctx, shots(), count + after - over, "Crossfading"), fps, sound, form=reel.WORKING
    )


@node(group="Video")
def speed(
    ctx: Context,
    video: Video,
    factor: Annotated[float, Slider(0.1, 10, 0.05)] = 2.0,
    sound: Literal["same pitch", "pitch follows", "none"] = "same pitch",
    smooth: bool = False,
) -> Video:
    """Play a film faster (above 1) or slower.

    Smooth computes new pictures between the old ones where a film gets slower, instead of showing these longer.
    The sound keeps its pitch, or sinks and rises like that of a record, or is left out.
    """
    fps = video.fps
    count = max(1, round(video.seconds / factor * fps))
    if smooth and factor < 1 and film.frame_count(video) > 1:
        shots = between(film.frames(video.path, fps=fps), fps, fps / factor, count)
    else:
        shots = exactly(film.frames(video.path, fps=fps / factor), count, lambda image: image)
    heard = tracks.track(video.path) if sound != "none" else None
    if heard is not None:
        steps = [("atempo", f"{part:.6f}") for part in _tempos(factor)]
        if sound == "pitch follows":
            steps = [("asetrate", f"{round(heard.rate * factor)}"), ("aresample", f"{heard.rate}")]
        heard = lab.treat(heard, *steps).lasting(count / fps)
    return reel.write(retouch.watched(ctx, shots, count, "Playing"), fps, heard, form=reel.WORKING)


@node(group="Video")
def reverse(ctx: Context, video: Video, sound: Literal["backwards", "none"] = "backwards") -> Video:
    """Play a film backwards, with its sound.

    A few pictures at a time are held in memory, so a long film needs no more of it than a short one.
    """
    count = film.frame_count(video)
    step = max(2, HELD_BYTES // (video.size.width * video.size.height * 3))
    heard = tracks.backwards(video.path, count / video.fps) if sound == "backwards" else None

    def shots() -> Iterator[Image]:
        for stop in range(count, 0, -step):
            begin = max(0, stop - step)
            held = list(film.frames(video.path, begin / video.fps, stop / video.fps, video.fps))
            while held:
                yield held.pop()

    try:
        sounding = heard.track.lasting(count / video.fps) if heard is not None else None
        return reel.write(
            retouch.watched(ctx, shots(), count, "Turning round"), video.fps, sounding, form=reel.WORKING
        )
    finally:
        if heard is not None:
            heard.close()


def _silent(video: Video) -> bool:
    return retouch.silent(video.path)


def _sound(video: Video, seconds: float) -> Track:
    """Its sound, or silence, exactly so long, in stereo."""
    found = tracks.track(video.path, 0, None, RATE, CHANNELS) or tracks.silence(RATE, CHANNELS, 0)
    return found.lasting(seconds)


def _tempos(factor: float) -> list[float]:
    """Steps that the tempo filter can take, which together make the factor."""
    steps = []
    while factor < 0.5:
        steps.append(0.5)
        factor /= 0.5
    while factor > 2:
        steps.append(2.0)
        factor /= 2
    return [*steps, factor]


def _mixed(old: Array, new: Array, share: float, way: str) -> Array:
    import cv2

    if way == "dissolve":
        return np.asarray(cv2.addWeighted(old, 1 - share, new, share, 0))
    if way == "dip to black":
        shown, light = (old, 1 - 2 * share) if share < 0.5 else (new, 2 * share - 1)
        return np.asarray(cv2.convertScaleAbs(shown, alpha=light, beta=0))
    edge = round(old.shape[1] * share)
    if way == "wipe right":
        return np.concatenate((new[:, :edge], old[:, edge:]), axis=1)
    if way == "wipe left":
        return np.concatenate((old[:, : old.shape[1] - edge], new[:, old.shape[1] - edge :]), axis=1)
    return np.concatenate((old[:, edge:], new[:, :edge]), axis=1)


def _faded(first: Track, second: Track, seconds: float, at: float) -> Track:
    """Both sounds, the second from ``at`` on, with equal power where they meet."""
    over = round(seconds * RATE)
    before = round(at * RATE)

    def parts() -> Iterator[Array]:
        old, left = tracks.blocks(first.parts, 1024), before
        rest = np.zeros((CHANNELS, 0), np.float32)
        for part in old:
            yield part[:, :left]
            rest = part[:, left:] if part.shape[1] > left else rest
            left -= part.shape[1]
            if left <= 0:
                break
        tail = np.concatenate([rest, *old], axis=1)[:, :over]
        fresh = tracks.blocks(second.parts, over)
        head = next(fresh, np.zeros((CHANNELS, 0), np.float32))
        turn = np.linspace(0, np.pi / 2, max(over, 1), dtype=np.float32)
        mixed = np.zeros((CHANNELS, over), np.float32)
        mixed[:, : tail.shape[1]] += tail * np.cos(turn[: tail.shape[1]])
        mixed[:, : head.shape[1]] += head * np.sin(turn[: head.shape[1]])
        yield mixed
        yield from fresh

    return Track(RATE, CHANNELS, parts())
