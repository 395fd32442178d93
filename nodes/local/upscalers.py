"""Upscaling models through spandrel, tile by tile, so that any size fits into little memory."""

import importlib.util
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from ajar.errors import UserError
from ajar.models import ModelEntry, Report
from ajar.values import Image
from nodes.local.headers import read_header
from nodes.local.site import Site


class _Interpolation(Enum):
    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


@contextmanager
def _without_torchvision() -> Iterator[None]:
    """spandrel asks torchvision for three names in two architectures that never run here.

    Where torchvision is missing or broken they are stood in for, only while spandrel is imported: other
    libraries look whether torchvision is there, and must not find this.
    """
    if _has_torchvision():
        yield
        return
    names = ("torchvision", "torchvision.transforms", "torchvision.transforms.functional")
    modules = {name: types.ModuleType(name) for name in names}
    modules[names[0]].transforms = modules[names[1]]  # type: ignore[attr-defined]
    modules[names[1]].functional = modules[names[2]]  # type: ignore[attr-defined]
    for name, value in {"InterpolationMode": _Interpolation, "normalize": None, "rotate": None}.items():
        setattr(modules[names[2]], name, value)
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


def _has_torchvision() -> bool:
    if importlib.util.find_spec("torchvision") is None:
        return False
    try:
        importlib.import_module("torchvision.transforms.functional")
    except (ImportError, RuntimeError):  # RuntimeError: built for another torch
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        return False
    return True


with _without_torchvision():
    import spandrel


def load(entry: ModelEntry, site: Site) -> "TiledEnlarger":
    """Load an upscaler. UserError if the file is damaged or is none."""
    device = site.device
    assert entry.path is not None
    read_header(entry.path)
    try:
        found = spandrel.ModelLoader(device).load_from_state_dict(load_file(entry.path))
    except Exception as error:  # each architecture fails in its own way
        raise UserError(
            f'The model "{entry.title}" is no upscaling model that Ajar knows.', "Choose another one."
        ) from error
    if not isinstance(found, spandrel.ImageModelDescriptor) or found.input_channels not in (1, 3):
        raise UserError(f'The model "{entry.title}" does something else than enlarging.', "Choose another one.")
    return TiledEnlarger(entry, found, device)


class TiledEnlarger:
    """A loaded upscaler."""

    def __init__(self, entry: ModelEntry, model: Any, device: str) -> None:
        self.scale = int(model.scale)
        self.bytes = sum(weight.nbytes for weight in model.model.parameters())
        self._tile = int(entry.settings["tile"])
        self._overlap = int(entry.settings["overlap"])
        self._model = model
        self._device = device

    def wear(self, loras: Sequence[Any]) -> None:
        """Upscalers take none."""

    def enlarge(self, image: Image, report: Report) -> Image:
        """The picture without its alpha, ``scale`` times larger, in its own depth; stops between two tiles."""
        colours = image.rgb() if self._model.input_channels == 3 else image.gray()
        pixels = torch.from_numpy(np.array(colours.to("float32").array).transpose(2, 0, 1))
        height, width = pixels.shape[1:]
        out = np.empty((height * self.scale, width * self.scale, self._model.output_channels), np.float32)
        tiles = [(y, x) for y in range(0, height, self._tile) for x in range(0, width, self._tile)]
        for number, (y, x) in enumerate(tiles):
            report(number / len(tiles), f"tile {number + 1} of {len(tiles)}", None)
            self._one(pixels, y, x, out)
        done = colours.like(np.clip(out, 0, 1, out=out)).to(image.dtype)
        return done.gray() if image.channels == 1 else done.rgb()

    def _one(self, pixels: Any, y: int, x: int, out: Any) -> None:
        """Enlarge one tile with some pixels around it, which are cut off again: so no seam shows."""
        height, width = pixels.shape[1:]
        top, left = max(0, y - self._overlap), max(0, x - self._overlap)
        bottom, right = min(height, y + self._tile), min(width, x + self._tile)
        below, beside = min(height, bottom + self._overlap), min(width, right + self._overlap)
        with torch.inference_mode():
            done = self._model(pixels[None, :, top:below, left:beside].to(self._device))[0]
        s = self.scale
        part = done[:, (y - top) * s : (bottom - top) * s, (x - left) * s : (right - left) * s]
        out[y * s : bottom * s, x * s : right * s] = part.permute(1, 2, 0).float().cpu().numpy()
