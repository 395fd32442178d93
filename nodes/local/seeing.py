"""Models of transformers that look at one picture: how they are read, and stopped while they look."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import PIL.Image
import torch
import transformers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.plain import LoraPart
from ajar.values import Image
from nodes.local.assembly import BROKEN, first_line
from nodes.local.folders import check_single, config_of
from nodes.local.headers import AGAIN
from nodes.local.site import Site

MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the pictures that most of them were trained on (ImageNet)."""
HALF = (0.5, 0.5, 0.5)


class Looker:
    """A loaded model that looks at pictures; it can be stopped between two layers."""

    def __init__(self, entry: ModelEntry, model: Any, site: Site) -> None:
        self.entry = entry
        self.model = model.to(site.device).eval()
        self.device = torch.device(site.device)
        self.bytes = sum(weight.nbytes for weight in model.parameters())
        self._report: Report | None = None
        for layer in _layers(model):
            layer.register_forward_pre_hook(self._beat)

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Nothing is put on such a model."""
        assert not loras

    def look(self, pixels: Any, report: Report, note: str, **more: Any) -> Any:
        """What the model says of pixels: 1 x 3 x height x width."""
        self._report = lambda done, _, preview: report(done, note, preview)
        try:
            with torch.inference_mode():
                return self.model(pixel_values=pixels.to(self.device), **more)
        finally:
            self._report = None

    def _beat(self, *_: Any) -> None:
        if self._report is not None:
            self._report(0.5, "", None)


def read_model(entry: ModelEntry, classes: Sequence[str]) -> Any:
    """A model from its folder, of one of these classes of transformers. UserError if it is another, or damaged."""
    assert entry.path is not None
    name = (config_of(entry.path.parent, entry.path.name).get("architectures") or [""])[0]
    if name not in classes:
        raise UserError(
            f'"{entry.title}" is of the kind {str(name)[:60]}, which Ajar can\'t run here.',
            f"Kinds that run: {', '.join(classes)}.",
        )
    check_single(entry.path)
    settings: Mapping[str, Any] = {"dtype": torch.float32, "use_safetensors": True, "local_files_only": True}
    try:
        model, told = getattr(transformers, name).from_pretrained(entry.path, output_loading_info=True, **settings)
    except BROKEN as error:
        raise UserError(f'The model "{entry.title}" could not be loaded: {first_line(error)}.', AGAIN) from error
    if told["missing_keys"]:
        raise UserError(f'The model "{entry.title}" lacks {len(told["missing_keys"])} of its weights.', AGAIN)
    return model


def as_pixels(image: Image, width: int, height: int, mean: Any = MEAN, spread: Any = SPREAD) -> Any:
    """A picture of that size as a model looks at it: 1 x 3 x height x width, normalised."""
    sized = image.srgb().rgb().pil().resize((width, height), PIL.Image.Resampling.BICUBIC)
    return normalised(np.asarray(sized, np.float32) / 255, mean, spread)


def normalised(array: Any, mean: Any = MEAN, spread: Any = SPREAD) -> Any:
    """Numbers 0..1 as a model looks at them: 1 x 3 x height x width."""
    normal = (np.asarray(array, np.float32) - np.asarray(mean, np.float32)) / np.asarray(spread, np.float32)
    return torch.from_numpy(np.ascontiguousarray(normal.transpose(2, 0, 1)))[None]


def _layers(model: Any) -> list[Any]:
    lists = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList)]
    return [layer for found in lists for layer in found]
