"""Layers that a model was published to keep in full precision: diffusers keeps them so of folders, but not of files."""

from collections.abc import Mapping
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers.loaders.single_file_model import SINGLE_FILE_LOADABLE_CLASSES


def restore(model: Any, weights: Mapping[str, Any]) -> None:
    """Give such layers of a model that was read from ``weights`` their full numbers back; the others are left."""
    layers = set(getattr(model, "_keep_in_fp32_modules", None) or ())
    if not layers:
        return
    own = dict(model.named_parameters())
    for name, weight in _renamed(model, weights, set(own)).items():
        if name in own and layers & set(name.split(".")):
            own[name].data = weight.to(torch.float32)
    with init_empty_weights():  # what is reckoned and not read is whole in it
        fresh = type(model).from_config(model.config)
    for name, buffer in fresh.named_buffers():
        if layers & set(name.split(".")):
            holder, _, last = name.rpartition(".")
            setattr(model.get_submodule(holder), last, buffer)


def _renamed(model: Any, weights: Mapping[str, Any], known: set[str]) -> Mapping[str, Any]:
    if set(weights) <= known:
        return weights
    way = SINGLE_FILE_LOADABLE_CLASSES.get(type(model).__name__, {}).get("checkpoint_mapping_fn")
    found: Mapping[str, Any] = way(checkpoint=dict(weights), config=dict(model.config)) if way else weights
    return found
