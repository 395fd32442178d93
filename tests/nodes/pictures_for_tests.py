"""Small pictures in every form a picture can have."""

from typing import Any

import numpy as np
import pytest

from ajar.values import Image

FORMS = [(dtype, channels) for dtype in ("uint8", "uint16", "float32") for channels in (1, 3, 4)]
every_form = pytest.mark.parametrize("form", FORMS, ids=[f"{dtype}x{channels}" for dtype, channels in FORMS])


def picture(form: tuple[str, int] = ("uint8", 3), width: int = 24, height: int = 16, seed: int = 5) -> Image:
    """Random pixels; alpha, where there is one, runs from see-through to opaque."""
    dtype, channels = form
    values = np.random.default_rng(seed).random((height, width, channels), np.float32)
    if channels == 4:
        values[:, :, 3] = np.linspace(0, 1, width)
    return Image.of(values).to(dtype)


def flat(*values: float, dtype: str = "uint8", width: int = 24, height: int = 16) -> Image:
    """One colour, given from 0 to 1."""
    array = np.empty((height, width, len(values)), np.float32)
    array[:] = values
    return Image.of(array).to(dtype)


def shades(image: Image) -> Any:
    """The pixels as float from 0 to 1, to compare across dtypes."""
    return image.to("float32").array.copy()
