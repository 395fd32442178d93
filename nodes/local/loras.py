"""LoRAs on a diffusers pipeline: put on and taken off without touching the weights, several at once."""

import json
import warnings
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import torch
from safetensors.torch import load_file

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.plain import LoraPart
from nodes.local import lora_names
from nodes.local.flux_names import spelled
from nodes.local.headers import Header, read_header

MOST = 8
"""LoRAs that stay loaded; the longest unused goes first."""


class LoraRack:
    """The LoRAs of one pipeline. They are never fused, so taking them off gives the old pictures, bit for bit."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._loaded: list[str] = []
        """Names of adapters, the longest unused first."""
        self.worn: tuple[tuple[str, float], ...] = ()
        """Which are in use now, by the name of the adapter and with their weight."""

    def wears(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> bool:
        """Whether exactly these are in use already."""
        return self.worn == tuple(_weights(loras).items())

    def changes(self, part: str) -> bool:
        """Whether a LoRA that is loaded reaches into parts whose name begins so, such as ``text_encoder``."""
        return bool(self._loaded) and any(name.startswith(part) for name in self._pipe.get_list_adapters())

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Use exactly these; the same one twice counts with both weights. UserError if one does not fit."""
        used = _weights(loras)
        for entry, part in loras:
            name = _name(entry)
            if name not in self._loaded and part.weight:
                self._load(entry, name)
        self.worn = tuple(used.items())
        if used:
            self._pipe.enable_lora()
            self._pipe.set_adapters(list(used), list(used.values()))
        elif self._loaded:
            self._pipe.disable_lora()
        self._loaded.sort(key=lambda name: name in used)
        self._shorten(len(used))

    def _load(self, entry: ModelEntry, name: str) -> None:
        assert entry.path is not None
        header = read_header(entry.path)
        try:
            # As tensors, not by path: what else the file says about itself is not believed, except its scale.
            weights = spelled(self._pipe, {**load_file(entry.path), **_scales(header)})
            if hasattr(self._pipe, "unet"):
                weights = lora_names.plain(self._pipe, weights, entry.title)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # peft warns of every LoRA after the first
                self._pipe.load_lora_weights(weights, adapter_name=name)
            fits = any(name in names for names in self._pipe.get_list_adapters().values())
        except (ValueError, RuntimeError, KeyError, IndexError, AttributeError, TypeError) as error:
            self._pipe.unload_lora_weights()
            self._loaded.clear()
            raise _misfit(entry) from error
        if not fits:
            raise _misfit(entry)
        self._loaded.append(name)

    def _shorten(self, used: int) -> None:
        over = max(0, len(self._loaded) - max(MOST, used))
        for name in self._loaded[:over]:
            self._pipe.delete_adapters(name)
        del self._loaded[:over]


def _weights(loras: Sequence[tuple[ModelEntry, LoraPart]]) -> dict[str, float]:
    """What each adapter works with, in order; those of weight 0 left out."""
    weights: dict[str, float] = {}
    for entry, part in loras:
        name = _name(entry)
        weights[name] = weights.get(name, 0.0) + part.weight
    return {name: weight for name, weight in weights.items() if weight}


def _misfit(entry: ModelEntry) -> UserError:
    return UserError(
        f'The LoRA "{entry.title}" was not made for this model.', "Choose a LoRA of the same family as the model."
    )


def _name(entry: ModelEntry) -> str:
    """A name for the adapter that changes with the file; torch allows no dots in it."""
    assert entry.path is not None
    found = entry.path.stat()
    mark = f"{entry.path}|{found.st_size}|{found.st_mtime_ns}"
    return "lora_" + blake2b(mark.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _scales(header: Header) -> Mapping[str, Any]:
    """The alpha of every layer, where the file has it only in its free text (as diffusers writes it)."""
    try:
        said = json.loads(header.metadata.get("lora_adapter_metadata", "{}"))
    except (ValueError, RecursionError):
        return {}
    alpha = said.get("transformer.lora_alpha") if isinstance(said, dict) else None
    if not isinstance(alpha, int | float) or any(name.endswith(".alpha") for name in header.tensors):
        return {}
    downs = [name for name in header.tensors if name.startswith("transformer.") and name.endswith(".lora_A.weight")]
    return {name.removesuffix(".lora_A.weight") + ".alpha": torch.tensor(float(alpha)) for name in downs}
