"""Pictures, films, sounds and texts from files, and into them."""

import fnmatch
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from ajar.captions import is_picture, natural
from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.export import untouched
from ajar.hints import Area, File, ShowIf, Slider
from ajar.values import Audio, Image, Video


class NamedImage(NamedTuple):
    """A picture and the name of its file without the ending."""

    image: Image
    name: str


@node
def load_image(file: Annotated[Path, File("image")]) -> Image:
    """Open a picture: PNG (also 16 bit), JPEG, WebP, TIFF, GIF, BMP or AVIF.

    It is turned upright as the camera says, and keeps its colour profile. Of an animation it takes the first frame.
    """
    image = Image.open(file)
    # Decoded here, so that a damaged file is reported at this node and not at one behind it.
    _ = image.array
    return image


@node
def load_video(file: Annotated[Path, File()]) -> Video:
    """Open a film: MP4, MOV, WebM, MKV, AVI or an animated GIF. It needs PyAV."""
    return Video.open(file)


@node
def load_audio(file: Annotated[Path, File()]) -> Audio:
    """Open a sound: WAV, and MP3, FLAC, OGG, AAC or the sound of a film where PyAV is installed."""
    return Audio.open(file)


@node
def load_folder(folder: Annotated[Path, File("folder")], pattern: str = "*") -> Iterator[NamedImage]:
    """Give each picture in a folder, in the order people count in (2 before 10).

    The pattern picks by name: `*.png`, `shot-??.jpg`. Other files, subfolders and links that lead out are passed over.
    """
    try:
        home = folder.resolve(strict=True)
        found = [path for path in home.iterdir() if fnmatch.fnmatch(path.name, pattern) and is_picture(path, home)]
    except OSError as error:
        raise UserError(
            f"The folder {folder.name} can't be read.", "Check the path and that you may read it."
        ) from error
    if not found:
        raise UserError(
            f"The folder {folder.name} holds no picture that fits {pattern!r}.", "Try the pattern * or another folder."
        )
    for path in sorted(found, key=lambda path: natural(path.name)):
        yield NamedImage(Image.open(path), path.stem)


@node(writes=True)
def save_image(
    ctx: Context,
    image: Image,
    format: Literal["png", "jpeg", "webp"] = "png",
    depth: Annotated[Literal["as it is", "8 bit", "16 bit"], ShowIf("format", "png")] = "as it is",
    quality: Annotated[int, Slider(1, 100)] = 95,
    lossless: Annotated[bool, ShowIf("format", "webp")] = False,
) -> Path:
    """Write a picture into the output folder, with the workflow that made it inside.

    Float pictures become 16-bit PNGs unless 8 bit is asked for. JPEG and WebP hold 8 bits; JPEG puts white behind
    what is transparent. Quality is for JPEG and WebP. A picture that came signed (C2PA) in the same format, and that
    nothing has changed, is kept byte by byte, and a file beside it says what made it.
    """
    if depth != "as it is":
        image = image.to("uint8" if depth == "8 bit" else "uint16")
    if (signed := untouched(image, format)) is not None:
        return ctx.save(signed, signed.suffix.lower())
    data = image.encode(format, quality=quality, lossless=lossless, about=ctx.about)
    return ctx.save(data, ".jpg" if format == "jpeg" else f".{format}")


@node(writes=True)
def save_video(ctx: Context, video: Video) -> Path:
    """Write a film into the output folder, byte by byte as it was made."""
    return ctx.save(video.path, video.path.suffix or ".mp4")


@node(writes=True)
def save_audio(ctx: Context, audio: Audio, depth: Literal["16", "24", "float"] = "16") -> Path:
    """Write a sound into the output folder as WAV, with the workflow that made it inside."""
    return ctx.save(audio.encode(depth, about=ctx.about), ".wav")


@node(writes=True)
def save_text(
    ctx: Context, text: Annotated[str, Area(rows=5)], ending: Literal["txt", "md", "json", "csv"] = "txt"
) -> Path:
    """Write a text into the output folder, as UTF-8."""
    return ctx.save(text.encode(), f".{ending}")
