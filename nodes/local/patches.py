"""The part of a picture that a model paints anew, and how it is laid back into the picture."""

from dataclasses import dataclass

import numpy as np
import PIL.Image

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting
from ajar.values import Image, Size
from nodes.local.pictures import fitted, mask_of, picture_of
from nodes.local.pipes import checked_size

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Patch:
    """A picture to start from, in the size that is painted; with a mask only that part of it is made anew."""

    picture: PIL.Image.Image
    mask: PIL.Image.Image | None
    """White where anything is painted anew, and black elsewhere: models know no gray."""
    whole: PIL.Image.Image
    """What the painted part is laid into."""
    soft: PIL.Image.Image | None
    """How much of it is painted anew, of the size of ``whole``."""
    box: Box
    """Where in ``whole`` it was taken from: left, top, right, bottom."""

    @classmethod
    def of(cls, wanted: Painting, size: Size) -> "Patch":
        """The part of ``wanted.image`` to paint. UserError if the mask leaves nothing to paint."""
        image, around = wanted.image, int(wanted.extra.get("around", 0))
        assert image is not None
        if wanted.mask is None:
            whole = picture_of(image, size)
            return cls(whole, None, whole, None, (0, 0, size.width, size.height))
        whole = picture_of(image, image.size if around else size)
        soft = mask_of(wanted.mask, Size(*whole.size))
        inner = soft.getbbox()
        if inner is None:
            raise UserError("The mask is empty, so nothing would be painted.", "Paint over what should be made anew.")
        box = around_box(inner, around, size, whole.size) if around else (0, 0, *whole.size)
        by = PIL.Image.Resampling
        part = fitted(whole.crop(box), size, by.LANCZOS)
        mask = fitted(soft.crop(box), size, by.BILINEAR).point([0] + [255] * 255)
        return cls(part, mask, whole, soft, box)

    @property
    def untouched(self) -> Image:
        """The picture as it is when nothing is painted."""
        return Image.of(np.array(self.whole))

    def laid_back(self, painted: Image) -> Image:
        """The picture with what was painted; where the mask is soft, the two are mixed."""
        if self.soft is None:
            return painted
        left, top, right, bottom = self.box
        part = fitted(painted.pil(), Size(right - left, bottom - top), PIL.Image.Resampling.LANCZOS)
        above = self.whole.copy()
        above.paste(part, (left, top))
        return Image.of(np.array(PIL.Image.composite(above, self.whole, self.soft)))

    def guide(self, image: Image, size: Size) -> PIL.Image.Image:
        """A control picture, cut as the picture was: it shows the whole of it."""
        if self.box == (0, 0, *self.whole.size):
            return picture_of(image, size)
        return fitted(picture_of(image, Size(*self.whole.size)).crop(self.box), size, PIL.Image.Resampling.LANCZOS)


def around_box(inner: Box, around: int, size: Size, whole: tuple[int, int]) -> Box:
    """The smallest part of ``whole`` in the proportions of ``size`` that has so much around ``inner``, if it can."""
    wide = min(inner[2] - inner[0] + 2 * around, whole[0])
    high = min(inner[3] - inner[1] + 2 * around, whole[1])
    ratio = size.width / size.height
    wide, high = max(wide, round(high * ratio)), max(high, round(wide / ratio))
    wide, high = min(wide, whole[0]), min(high, whole[1])
    left = min(max((inner[0] + inner[2] - wide) // 2, 0), whole[0] - wide)
    top = min(max((inner[1] + inner[3] - high) // 2, 0), whole[1] - high)
    return left, top, left + wide, top + high


def size_for(entry: ModelEntry, wanted: Painting) -> Size:
    """The size to paint in: what is asked for, else what comes nearest to the picture, else the model's own."""
    if wanted.size is not None or wanted.image is None or wanted.extra.get("around"):
        return checked_size(entry, wanted.size)
    unit, largest = entry.settings["multiple"], entry.settings["largest"]
    scale = min(1.0, largest / max(wanted.image.width, wanted.image.height))
    sides = (wanted.image.width, wanted.image.height)
    return checked_size(entry, Size(*(max(unit, int(side * scale) // unit * unit) for side in sides)))
