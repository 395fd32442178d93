"""A node pack that reads what Ajar has no node for: a film, a sound and a mask out of files, for the command line."""

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
    return Mask.of(Image.open(file).array[..., 0])
