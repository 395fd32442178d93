"""Upscaling models through spandrel, tile by tile, so that any size fits into little memory."""

import gc
import importlib.util
import itertools
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from ajar.errors import UserError
from ajar.models import ModelEntry, Report
from ajar.values import Image
from nodes.local import tiles
from nodes.local.headers import read_header
from nodes.local.memory import out_of_memory
from nodes.local.site import Site

Array = np.ndarray[Any, np.dtype[Any]]
WHOLE = 1 << 20
"""A tile that holds any picture."""
SMALLEST = 32
ROOMY = 10 * 2**30
"""Bytes of a card from which tiles may be larger, which wastes less on their edges. Not of what is free on it: tiles
change pixels a little, and the same picture shall come out the same whatever else runs."""


class _Interpolation(Enum):
    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


def _normalize(values: Any, mean: Sequence[float], std: Sequence[float]) -> Any:
    """What RestoreFormer asks torchvision for."""
    shape = (-1, 1, 1)
    centre, spread = (torch.tensor(part, dtype=values.dtype, device=values.device).view(shape) for part in (mean, std))
    return (values - centre) / spread


@contextmanager
def _without_torchvision() -> Iterator[None]:
    """spandrel asks torchvision for three names: two in LaMa, which never runs here, and one that is simple.

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
    for name, value in {"InterpolationMode": _Interpolation, "normalize": _normalize, "rotate": None}.items():
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
    """Load an upscaler, a restorer or a model for faces. UserError if the file is damaged or is none."""
    assert entry.path is not None
    read_header(entry.path)
    loader, path = spandrel.ModelLoader(site.device), entry.path

    def open_() -> Any:
        return loader.load_from_state_dict(load_file(path))

    try:
        found = open_()
    except Exception as error:  # each architecture fails in its own way
        raise UserError(
            f'The model "{entry.title}" is no upscaling model that Ajar knows.', "Choose another one."
        ) from error
    if not isinstance(found, spandrel.ImageModelDescriptor) or found.input_channels not in (1, 3):
        raise UserError(f'The model "{entry.title}" does something else than enlarging.', "Choose another one.")
    if site.device.startswith("cuda") and site.tuning.precision in ("auto", "float16") and found.supports_half:
        found.half()
    return TiledEnlarger(entry, found, site.device, open_)


class _TooNarrow(ArithmeticError):
    """Half precision overflowed; the model computes in full from now on."""


class TiledEnlarger:
    """A loaded model that makes pictures of pictures."""

    def __init__(self, entry: ModelEntry, model: Any, device: str, again: Callable[[], Any]) -> None:
        """``again`` loads the model once more, in full precision."""
        self.scale = int(model.scale)
        self.bytes = sum(weight.nbytes for weight in model.model.parameters())
        self.tile, self._overlap = _tiling(entry, model, device)
        # Those that look at a picture as a whole halve it up to six times, whatever they say.
        whole = model.tiling == spandrel.ModelTiling.DISCOURAGED
        self._step = 64 if whole else max(1, int(model.size_requirements.multiple_of))
        self._overlap = -(-max(self._overlap, 2 * self._step if self._step > 1 else 0) // self._step) * self._step
        self._model = model
        self._device = device
        self._again = again

    def wear(self, loras: Sequence[Any]) -> None:
        """Upscalers take none."""

    def enlarge(self, image: Image, report: Report) -> Image:
        """The picture without its alpha, ``scale`` times larger, in its own depth; stops between two tiles."""
        def tell(done: int, of: int) -> None:
            report(done / of, f"tile {done + 1} of {of}", None)

        return self._several([image], tell, lambda note: report(0.0, note, None))[0]

    def enlarge_each(self, images: Iterable[Image], count: int, report: Report) -> Iterator[Image]:
        """Pictures of one size as they come, as many at once as make up a tile; only these are held."""
        stream = iter(images)
        first = next(stream, None)
        done = 0
        while first is not None:
            together = max(1, self.tile**2 // (first.width * first.height))
            group = [first, *itertools.islice(stream, together - 1)]
            share = done / max(count, 1)

            def tell(tile: int, of: int, done: int = done, share: float = share) -> None:
                report(min(share + tile / of / max(count, 1), 1.0), f"picture {done + 1} of {count}", None)

            def note(text: str, share: float = share) -> None:
                report(share, text, None)

            yield from self._several(group, tell, note)
            done += len(group)
            first = next(stream, None)

    def _several(
        self, images: list[Image], tell: Callable[[int, int], None], note: Callable[[str], None]
    ) -> list[Image]:
        """Pictures of one size at once. Where memory is short, the tile is halved, and stays so."""
        gray = self._model.input_channels == 1
        colours = [image.gray() if gray else image.rgb() for image in images]
        pixels = np.stack([np.asarray(one.to("float32").array).transpose(2, 0, 1) for one in colours])
        while True:
            try:
                made = tiles.enlarge(
                    pixels, self.scale, self._model.output_channels, self.tile, self._overlap, self._compute, tell,
                    self._step,
                )
                break
            except _TooNarrow:  # all of it anew: with its first tiles in half it would differ from the next time
                continue
            except (RuntimeError, MemoryError) as error:
                smaller = min(self.tile, max(pixels.shape[2:])) // 2
                if not out_of_memory(error) or smaller < SMALLEST:
                    raise
            self.tile = smaller
            self._let_go()
            note(f"Memory was short: going on with tiles of {self.tile} pixels")
        return [self._finished(one, image, colour) for one, image, colour in zip(made, images, colours, strict=True)]

    def _finished(self, values: Array, image: Image, colours: Image) -> Image:
        array = np.ascontiguousarray(_rounded(values, image.dtype).transpose(1, 2, 0))
        done = colours.like(array)
        return done.gray() if image.channels == 1 else done.rgb()

    def _compute(self, pixels: Array) -> Array:
        values = torch.from_numpy(np.ascontiguousarray(pixels)).to(self._device, self._model.dtype)
        with torch.inference_mode():
            made = _called(self._model, values)
        if self._model.dtype == torch.float16 and not bool(torch.isfinite(made).all()):
            # Half precision is too narrow for this model, and may have spoilt its weights too.
            self._model = self._again()
            raise _TooNarrow
        return np.asarray(made.float().cpu().numpy())

    def _let_go(self) -> None:
        gc.collect()
        if self._device.startswith("cuda"):
            torch.cuda.empty_cache()


def _rounded(values: Array, dtype: str) -> Array:
    """Values from 0 to 1 in a picture's own depth, in place as far as that goes: these are large."""
    np.clip(values, 0, 1, out=values)
    if dtype == "float32":
        return values
    top = np.float32(255 if dtype == "uint8" else 65535)
    values *= top
    values += np.float32(0.5)  # what is cut off next then rounds
    return np.minimum(values, top, out=values).astype(dtype)


def _called(model: Any, values: Any) -> Any:
    if model.architecture.id == "GFPGAN":
        # It was trained on -1 to 1, and would add other noise each time.
        made = model.model(values * 2 - 1, randomize_noise=False)[0]
        return ((made + 1) / 2).clamp(0, 1)
    return model(values)


def _tiling(entry: ModelEntry, model: Any, device: str) -> tuple[int, int]:
    """Pixels a side of a tile, and how far it looks beyond itself."""
    tile, overlap = int(entry.settings["tile"]), int(entry.settings["overlap"])
    if model.purpose == "FaceSR" or model.tiling == spandrel.ModelTiling.INTERNAL:
        return WHOLE, 0
    if model.tiling == spandrel.ModelTiling.DISCOURAGED:
        # It looks at a picture as a whole, so it is shown as much of it as goes.
        return 4 * tile, 4 * overlap
    if device.startswith("cuda") and torch.cuda.mem_get_info(torch.device(device))[1] > ROOMY:
        return 3 * tile, 2 * overlap
    return tile, overlap

