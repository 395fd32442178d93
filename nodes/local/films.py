"""Films on their way into pipelines and out of them: frames that fit in, and decoding that never holds a whole film.

A family checks what is wanted (``checked_frames``, ``checked_fps``, ``near``), reads films that lead (``followed``,
``masks_of``), and hands on pieces as it decodes them (``written``); pictures that it has put together itself go
through ``filed``.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import PIL.Image
import torch

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming
from ajar.values import Audio, Image, Mask, Size, Video
from nodes.local.pictures import fitted, mask_of, picture_of

Decode = Callable[[], Iterator[Any]]
"""Gives a film piece by piece: tensors of channels x frames x height x width of numbers -1..1."""
Told = Callable[[float], None]
"""Called with how much of something is done, 0..1; may raise to stop it."""
SMALL = 832 * 480
"""Pixels up to which a film counts as small: what is sold as 480p."""


def negative_of(settings: Mapping[str, Any], wanted: Filming) -> str:
    """What should not be seen; "own" is the text that the model was published with."""
    return str(settings.get("negative", "") if wanted.negative == "own" else wanted.negative)


def checked_frames(entry: ModelEntry, frames: int) -> int:
    """How many frames to make. UserError where the model makes only other numbers, with the nearest."""
    facts = entry.settings
    step, count = facts["frame_step"], frames or facts["frames"]
    if count % step == 1 % step:
        return int(count)
    below = max(1, (count - 1) // step * step + 1)
    raise UserError(
        f'"{entry.title}" makes films of a multiple of {step} and one more frames, and {count} is not.',
        f"The nearest are {below} and {below + step}.",
    )


def checked_fps(entry: ModelEntry, fps: float) -> float:
    """Frames a second of the film: the model's own unless said otherwise."""
    return float(fps or entry.settings["fps"])


def frames_of(video: Video, size: Size, fps: float, most: int) -> list[PIL.Image.Image]:
    """The first ``most`` pictures of a film at that speed, each filling the size. Pictures are left out or repeated
    where its own speed is another one."""
    return [picture_of(image, size) for image in islice(at_speed(video, fps), most)]


def at_speed(video: Video, fps: float) -> Iterator[Image]:
    """The pictures that are seen at every 1/``fps`` second."""
    wanted = 0
    for shown, image in enumerate(video.frames(), 1):
        # A hair before the end counts as the end: both are rounded.
        while wanted / fps < shown / video.fps - 1e-6:
            yield image
            wanted += 1


def followed(entry: ModelEntry, video: Video, size: Size, fps: float, frames: int) -> list[PIL.Image.Image]:
    """The frames of a film that another one follows: as many as are wanted (0: as the film has, up to what the model
    makes of itself), always a number that the model makes. UserError where the film is too short for it."""
    step = entry.settings["frame_step"]
    most = checked_frames(entry, frames)
    found = frames_of(video, size, fps, most)
    whole = (len(found) - 1) // step * step + 1
    if frames and whole < frames:
        raise UserError(
            f"The film has {len(found)} frames at {fps:g} a second, fewer than {frames}.",
            f"Ask for {max(whole, 1)}, or 0 for as many as it has.",
        )
    return found[:whole]


def masks_of(mask: Video | Mask, size: Size, fps: float, frames: int) -> list[PIL.Image.Image]:
    """A mask for every frame, as pictures of grays: one that moves, or the same one all the time."""
    if isinstance(mask, Mask):
        return [mask_of(mask, size)] * frames
    found = [fitted(picture.convert("L"), size, PIL.Image.Resampling.BILINEAR)
             for picture in frames_of(mask, size, fps, frames)]
    return found + found[-1:] * (frames - len(found))


def shots(entry: ModelEntry, pieces: Iterator[Any]) -> Iterator[Image]:
    """The pictures of a film that comes in pieces of channels x frames x height x width of numbers -1..1."""
    for piece in pieces:
        for array in pictures_in(entry, piece):
            yield Image.of(array)


def pictures_in(entry: ModelEntry, piece: Any) -> Any:
    """Frames x height x width x 3 of bytes. UserError where the numbers are none."""
    found = (piece * 0.5 + 0.5).clamp(0, 1).permute(1, 2, 3, 0).float()
    if not torch.isfinite(found).all():
        raise UserError(f'"{entry.title}" gave no film: its numbers overflowed.', "Try other settings or no LoRA.")
    return np.ascontiguousarray(found.mul(255).round().byte().cpu().numpy())


def written(
    entry: ModelEntry, decode: Decode, count: int, fps: float, told: Told, audio: Audio | None = None
) -> Video:
    """A film of ``count`` frames from pieces as they are decoded; only one piece is in memory as numbers."""
    def heard() -> Iterator[Image]:
        for done, shot in enumerate(shots(entry, decode()), 1):
            yield shot
            told(min(done / count, 1.0))

    return filed(heard(), fps, audio)


def filed(frames: Iterator[Image], fps: float, audio: Audio | None = None) -> Video:
    """A film file of pictures as they come, with its sound."""
    return Video.write(frames, fps) if audio is None else Video.write(frames, fps, audio)


def near_given(entry: ModelEntry, wanted: Filming) -> Size | None:
    """Where no size is given: that of the picture or film it begins with, in as many pixels as the model's own."""
    given = wanted.first or wanted.last or wanted.video
    return near(entry, given.size) if given is not None else None


def near(entry: ModelEntry, size: Size) -> Size:
    """The size in which the model films something of these proportions: about as many pixels as its own size."""
    facts, own = entry.settings, Size.parse(entry.settings["size"])
    unit = facts["multiple"]
    scale = (own.width * own.height / (size.width * size.height)) ** 0.5
    sides = (max(unit, round(side * scale / unit) * unit) for side in (size.width, size.height))
    return Size(*(min(side, facts["largest"] // unit * unit) for side in sides))


def by_size(facts: Mapping[str, Any], name: str, size: Size) -> Any:
    """A setting, or what it is for small pictures (``<name>_small``), where the model has one for them."""
    small = facts.get(f"{name}_small")
    return small if small is not None and size.width * size.height <= SMALL else facts[name]
