"""LoRAs on a diffusers pipeline: put on and taken off without touching the weights, several at once."""

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.plain import LoraPart
from nodes.local import film_lora_names, lora_names
from nodes.local.experts import OTHER, expert_of
from nodes.local.flux_names import spelled
from nodes.local.headers import AGAIN, Header, read_header

PAIRS = ((".lora_A.weight", ".lora_B.weight"), (".lora_down.weight", ".lora_up.weight"),
         (".lora.down.weight", ".lora.up.weight"))
"""How the two halves of a layer are called."""
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
        self._experts = getattr(pipe, "transformer_2", None) is not None

    def wears(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> bool:
        """Whether exactly these are in use already."""
        return self.worn == tuple(_weights(self._adapters(loras)).items())

    def changes(self, part: str) -> bool:
        """Whether a LoRA that is loaded reaches into parts whose name begins so, such as ``text_encoder``."""
        return bool(self._loaded) and any(name.startswith(part) for name in self._pipe.get_list_adapters())

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Use exactly these; the same one twice counts with both weights.

        UserError if one does not fit; then none is in use.
        """
        adapters = self._adapters(loras)
        used = _weights(adapters)
        try:
            for one in adapters:
                if one.name in used and one.name not in self._loaded:
                    self._load(one)
            self._use(used)
        except BaseException:
            # Half of what was asked for may be on, and what was worn before is not any more.
            self.worn = ()
            self._loaded.clear()
            self._pipe.unload_lora_weights()
            raise
        self.worn = tuple(used.items())
        self._loaded.sort(key=lambda name: name in used)
        self._shorten(len(used))

    def _adapters(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> "list[_Adapter]":
        """What is put on for a stack: one adapter for each LoRA, or one for each of two experts."""
        if not self._experts:
            return [_Adapter(_name(entry.path), entry, entry.path, part.weight) for entry, part in loras]
        stacked = {entry.path for entry, _ in loras}
        found = []
        for entry, part in loras:
            mine, beside = expert_of(entry.path) if entry.path else "", entry.parts.get(OTHER)
            other = None if beside in stacked else beside  # stacked too, it has its own weight
            high, low = (other if mine == "low" else entry.path), (other if mine == "high" else entry.path)
            weights = (part.weight, part.weight if part.low is None else part.low)
            for path, weight, is_low in ((high, weights[0], False), (low, weights[1], True)):
                if path is not None:
                    found.append(_Adapter(_name(path) + ("_low" if is_low else ""), entry, path, weight, is_low))
        return found

    def _use(self, used: Mapping[str, float]) -> None:
        if not self._experts:
            if used:
                self._pipe.enable_lora()
                self._pipe.set_adapters(list(used), list(used.values()))
            elif self._loaded:
                self._pipe.disable_lora()
            return
        for part, names in self._pipe.get_list_adapters().items():
            model, own = getattr(self._pipe, part), [name for name in used if name in names]
            if own:
                model.enable_lora()
                model.set_adapters(own, [used[name] for name in own])
            elif names:
                model.disable_lora()

    def _load(self, one: "_Adapter") -> None:
        assert one.path is not None
        header = read_header(one.path)
        try:
            # As tensors, not by path: what else the file says about itself is not believed, except its scale.
            weights = spelled(self._pipe, {**load_file(one.path), **_scales(header)})
            if hasattr(self._pipe, "unet"):
                weights = lora_names.plain(self._pipe, weights, one.entry.title)
            else:
                weights = film_lora_names.plain(self._pipe, weights, one.entry.title)
            if _halves(weights):
                raise UserError(f'The LoRA "{one.entry.title}" lacks half of some of its layers.', AGAIN)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # peft warns of every LoRA after the first
                more = {"load_into_transformer_2": True} if one.low else {}
                self._pipe.load_lora_weights(weights, adapter_name=one.name, **more)
            fits = any(one.name in names for names in self._pipe.get_list_adapters().values())
        except (ValueError, RuntimeError, KeyError, IndexError, AttributeError, TypeError) as error:
            raise _misfit(one.entry) from error
        if not fits:
            raise _misfit(one.entry)
        self._loaded.append(one.name)

    def _shorten(self, used: int) -> None:
        over = max(0, len(self._loaded) - max(MOST, used))
        for name in self._loaded[:over]:
            for part, names in self._pipe.get_list_adapters().items():
                if name in names:
                    getattr(self._pipe, part).delete_adapters(name)
        del self._loaded[:over]


@dataclass(frozen=True, slots=True)
class _Adapter:
    """One file on one part."""

    name: str
    entry: ModelEntry
    path: Path | None
    weight: float
    low: bool = False
    """On the second of two experts."""


def _weights(adapters: Sequence[_Adapter]) -> dict[str, float]:
    """What each adapter works with, in order; those of weight 0 left out."""
    weights: dict[str, float] = {}
    for one in adapters:
        weights[one.name] = weights.get(one.name, 0.0) + one.weight
    return {name: weight for name, weight in weights.items() if weight}


def _misfit(entry: ModelEntry) -> UserError:
    return UserError(
        f'The LoRA "{entry.title}" was not made for this model.', "Choose a LoRA of the same family as the model."
    )


def _halves(weights: Mapping[str, Any]) -> bool:
    """Whether a layer lacks its other half, which the library would make up at random."""
    for one, other in PAIRS:
        first = {name.removesuffix(one) for name in weights if name.endswith(one)}
        if first != {name.removesuffix(other) for name in weights if name.endswith(other)}:
            return True
    return False


def _name(path: Path | None) -> str:
    """A name for the adapter that changes with the file; torch allows no dots in it."""
    assert path is not None
    found = path.stat()
    mark = f"{path}|{found.st_size}|{found.st_mtime_ns}"
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
