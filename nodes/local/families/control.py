"""ControlNets: models that read a picture of edges, depth or a pose and steer another model by it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import diffusers
import PIL.Image
import torch

from ajar.controls import Control
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting
from ajar.plain import LoraPart
from ajar.values import Size
from nodes.local.assembly import BROKEN, DTYPES, first_line
from nodes.local.folders import RESOURCES, check_single, config_of
from nodes.local.headers import AGAIN, read_header
from nodes.local.painters import FlowPainter
from nodes.local.patches import Patch
from nodes.local.pictures import picture_of
from nodes.local.site import Site

BASES = RESOURCES / "bases"
STEERED = {
    "ControlNetModel": "UNet2DConditionModel", "SD3ControlNetModel": "SD3Transformer2DModel",
    "FluxControlNetModel": "FluxTransformer2DModel", "QwenImageControlNetModel": "QwenImageTransformer2DModel",
}
"""The classes that a control model's folder may name, and what each steers."""


class ControlModel:
    """A loaded ControlNet."""

    def __init__(self, entry: ModelEntry, net: Any) -> None:
        self.entry = entry
        self.net = net
        self.bytes = sum(weight.nbytes for weight in net.parameters())

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Nothing is put on a control model."""
        assert not loras


@dataclass(frozen=True, slots=True)
class Steering:
    """Control pictures as pipelines take them, each with its model."""

    nets: Any
    """One net, or a list of them."""
    pictures: list[PIL.Image.Image]
    strengths: list[float]
    starts: list[float]
    ends: list[float]

    def arguments(self, picture: str) -> dict[str, Any]:
        """What is given to a call; ``picture`` is the name of the argument for the pictures."""
        one = len(self.pictures) == 1
        return {
            picture: self.pictures[0] if one else self.pictures,
            "controlnet_conditioning_scale": self.strengths[0] if one else self.strengths,
            "control_guidance_start": self.starts[0] if one else self.starts,
            "control_guidance_end": self.ends[0] if one else self.ends,
        }


def load(entry: ModelEntry, site: Site) -> ControlModel:
    """Load a ControlNet. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    dtype = torch.float32 if site.device == "cpu" else torch.float16
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # diffusers warns of its own ways
            net = _from_folder(entry, dtype) if entry.path.is_dir() else _from_file(entry, dtype)
    except BROKEN as error:
        raise UserError(
            f'The control model "{entry.title}" could not be loaded: {first_line(error)}.', "Download it again."
        ) from error
    if any(weight.is_meta for weight in net.parameters()):
        raise UserError(f'The control model "{entry.title}" is incomplete.', AGAIN)
    return ControlModel(entry, net.to(site.device).eval())


def steering(
    site: Site, controls: Sequence[Control], size: Size, patch: Patch | None, steered: Any, precision: str
) -> Steering:
    """The models and pictures of these controls, in the order they are wired.

    ``steered`` is what they steer, a UNet or a transformer, and ``precision`` what it computes in.
    """
    assert site.borrow is not None
    nets = []
    for control in controls:
        model: ControlModel = site.borrow("control", control.model)
        if not _fits(model.net, steered):
            raise UserError(
                f'The control model "{model.entry.title}" was not made for this model.',
                "Choose a control model of the same family as the model.",
            )
        nets.append(model.net.to(site.device, DTYPES[precision]))
    return Steering(
        nets if len(nets) > 1 else nets[0],
        [patch.guide(one.image, size) if patch else picture_of(one.image, size) for one in controls],
        [one.strength for one in controls], [one.start for one in controls], [one.end for one in controls],
    )


def _fits(net: Any, steered: Any) -> bool:
    """Whether a control model has the widths of what it is to steer."""
    if STEERED.get(type(net).__name__) != type(steered).__name__:
        return False
    # Not all: a control model may have fewer layers, and read no words at all.
    names = ["num_attention_heads", "attention_head_dim"]
    if type(net).__name__ == "ControlNetModel":
        names += ["cross_attention_dim", "block_out_channels"]
    return all(_plain(net.config.get(name)) == _plain(steered.config.get(name)) for name in names)


def _plain(found: Any) -> Any:
    return list(found) if isinstance(found, tuple | list) else found


def _from_folder(entry: ModelEntry, dtype: Any) -> Any:
    assert entry.path is not None
    name = config_of(entry.path.parent, entry.path.name).get("_class_name")
    if name not in STEERED:
        raise UserError(
            f'The control model "{entry.title}" is of the kind {str(name)[:60]}, which Ajar can\'t run.',
            f"Kinds that run: {', '.join(STEERED)}.",
        )
    check_single(entry.path)
    return _kind(name).from_pretrained(entry.path, dtype=dtype, use_safetensors=True, local_files_only=True)


def _from_file(entry: ModelEntry, dtype: Any) -> Any:
    """A ControlNet in one file, with the names of the original programs or of diffusers."""
    assert entry.path is not None
    base = BASES / f"control-{entry.family}"
    if not base.is_dir():
        raise UserError(
            f'The control model "{entry.title}" can\'t be loaded by itself: its configuration is not part of Ajar.',
            "Get it as a diffusers folder.",
        )
    if any(".label_emb." in f".{name}" for name in read_header(entry.path).tensors):  # lost when it is converted
        raise UserError(
            f'The control model "{entry.title}" is written with the original names of SDXL, which can\'t be read.',
            "Get it as a diffusers folder, or as a file with the names of diffusers.",
        )
    found: Any = diffusers.ControlNetModel
    return found.from_single_file(
        str(entry.path), config=str(base), dtype=dtype, local_files_only=True, use_safetensors=True
    )


def _kind(name: str) -> Any:
    return getattr(diffusers, name)


class SteeredPainter(FlowPainter):
    """One whose transformer control nets steer."""

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        if not wanted.controls:
            return super().tool(wanted, size, patch, arguments)
        found = steering(self.site, wanted.controls, size, patch, self.pipe.transformer, self.settings["precision"])
        arguments |= found.arguments("control_image")
        return self.task(self.controlled.named(self.entry, wanted), controlnet=found.nets)
