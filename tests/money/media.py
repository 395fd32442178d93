"""A node pack that reads out of files what Ajar has no node for: films, sounds, masks and texts."""

from pathlib import Path
from typing import Annotated

from ajar import Audio, Image, Mask, Video, node
from ajar.hints import File


@node
def film(file: Annotated[Path, File()]) -> Video:
    """Open a film."""
    return Video.open(file)


@node
def sound(file: Annotated[Path, File()]) -> Audio:
    """Open a sound."""
    return Audio.open(file)


@node
def mask(file: Annotated[Path, File("image")]) -> Mask:
    """Open a mask: white counts."""
    return Mask.of(Image.open(file).to("float32").array[..., 0])


@node
def words(file: Annotated[Path, File()]) -> str:
    """Open a text."""
    return file.read_text("utf-8")
