"""The last touches on films and pictures: less noise, more edge, grain, and colours that match."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np

from ajar import film, lab, pixels, retouch
from ajar.clips import Video
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Seed, Slider
from ajar.values import Image, Size
from nodes import look
from nodes.edit import scaled
from nodes.tone import matched, statistics

Array = np.ndarray[Any, np.dtype[Any]]
SAMPLES = 12
"""Pictures of a film that stand for all of it where its colours are measured."""


@node(group="Finishing")
def denoise(
    image: Image,
    strength: Annotated[float, Slider(0, 1, 0.01)] = 0.3,
    detail: Annotated[float, Slider(0, 1, 0.01)] = 0.2,
) -> Image:
    """Take noise out of a picture by comparing its small patches (non-local means).

    Detail is how much of the original is kept beneath. Depth, colours and transparency stay as they are.
    """
    import cv2

    if strength == 0:
        return image
    picture = image.rgb() if image.channels == 1 else image
    # What is taken away is found in 8 bit and taken from the picture in its own depth, which keeps its fine steps.
    plain = np.ascontiguousarray(pixels.convert(picture.array, "uint8")[:, :, :3])
    clean = cv2.fastNlMeansDenoisingColored(plain, None, 12 * strength, 12 * strength, 5, 15)
    noise = plain.astype(np.float32) - clean
    values = np.array(pixels.convert(picture.array, "float32"), copy=True)
    values[:, :, :3] -= noise * np.float32((1 - detail) / 255)
    made = picture.like(pixels.convert(np.clip(values, 0, 1, out=values), picture.dtype))
    return made.gray() if image.channels == 1 else made


@node(group="Video")
def denoise_video(
    ctx: Context,
    video: Video,
    strength: Annotated[float, Slider(0, 1, 0.01)] = 0.3,
    way: Literal["over time", "in each picture", "both"] = "over time",
) -> Video:
    """Take noise out of a film; its sound is kept.

    Over time averages what stays the same in neighbouring pictures and leaves alone what moves (fast). In each picture
    compares small patches (non-local means; slow on large films).
    """
    if strength == 0:
        return video
    steps: list[lab.Filter] = []
    if way != "in each picture":
        low, high = 0.08 * strength, 0.16 * strength
        steps.append(("atadenoise", ":".join(f"{at}a={low:.4f}:{at}b={high:.4f}" for at in range(3)) + ":s=9"))
    if way != "over time":
        steps.append(("nlmeans", f"s={1 + 7 * strength:.2f}:p=5:r=9"))
    return retouch.retouched(ctx, video, "Denoising", lambda shots: lab.develop(shots, video.fps, *steps))


@node(group="Video")
def sharpen_video(
    ctx: Context,
    video: Video,
    amount: Annotated[float, Slider(0, 5, 0.05)] = 0.8,
    radius: Annotated[float, Slider(0.3, 20, 0.1)] = 1.5,
    threshold: Annotated[float, Slider(0, 0.2, 0.005)] = 0.0,
) -> Video:
    """Make edges of a film stand out (unsharp mask), as “Sharpen” does for a picture; its sound is kept."""
    return retouch.each(ctx, video, "Sharpening", lambda image: look.sharpen(image, amount, radius, threshold))


@node(group="Video")
def grain_video(
    ctx: Context,
    video: Video,
    amount: Annotated[float, Slider(0, 1, 0.01)] = 0.15,
    size: Annotated[float, Slider(1, 8, 0.1)] = 1.5,
    coloured: bool = False,
    seed: Seed = 0,
) -> Video:
    """Add grain that lives: another one in each picture, as on film; its sound is kept.

    Size is how large a grain is, in pixels. The same seed gives the same grain, picture by picture.
    """

    def grown(shots: Iterator[Image]) -> Iterator[Image]:
        for number, image in enumerate(shots):
            yield look.grain(image, amount, size, coloured, _seed(seed, number))

    return retouch.retouched(ctx, video, "Adding grain", grown) if amount else video


@node(group="Video")
def color_match_video(
    ctx: Context,
    video: Video,
    reference: Image | Video,
    strength: Annotated[float, Slider(0, 1, 0.01)] = 1.0,
    keep_brightness: bool = False,
) -> Video:
    """Give a film the colours of a picture or of another film, so that shots of one scene fit together.

    Both are measured as a whole, so nothing flickers: a fade stays a fade. The film's sound is kept. Keep brightness
    takes over only the hues.
    """
    goal = statistics(reference.rgb() if isinstance(reference, Image) else _samples(reference))
    own = statistics(_samples(video))
    return retouch.each(
        ctx, video, "Matching colours", lambda image: matched(image, own, goal, strength, keep_brightness)
    )


def _seed(seed: int, number: int) -> int:
    """The seed of one picture: far from that of its neighbours and of the film with the next seed."""
    return int(np.random.SeedSequence((seed, number)).generate_state(1, np.uint64)[0])


def _samples(video: Video) -> Image:
    """Pictures from all over a film, made small and put beside one another."""
    step = video.seconds / SAMPLES
    found = []
    for number in range(SAMPLES):
        at = (number + 0.5) * step
        image = next(film.frames(video.path, at, at + 1 / video.fps, video.fps), None)
        if image is not None:
            small = Size(max(1, min(image.width, 240)), max(1, min(image.height, 136)))
            found.append(scaled(image.array, small, "area"))
    if not found:
        raise UserError(f"{video.path.name} holds no picture.", "Choose another film.")
    return Image.of(np.ascontiguousarray(np.concatenate(found, axis=0)))
