"""Where a training stands, on the disk: the LoRA so far, which can be used as it is, and the optimiser beside it.

Only safetensors and JSON; nothing in them can run.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from ajar.errors import UserError
from nodes.local.learning.shelving import write

KEPT = 2
"""Older checkpoints are removed."""
NAME = re.compile(r"step-(\d{6,})\.state\.safetensors")
Tensors = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training after ``step`` steps."""

    step: int
    weights: Tensors
    """The LoRA's own numbers by the names of the network's parameters."""
    moments: Tensors
    """AdamW's two averages of each: ``exp_avg.NAME`` and ``exp_avg_sq.NAME``."""
    losses: tuple[float, ...]
    """Of every step so far."""


def save_checkpoint(folder: Path, found: Checkpoint, usable: bytes) -> Path:
    """Write a checkpoint, whole or not at all, and remove old ones; ``usable`` is the LoRA as a file.

    Gives the LoRA's path. UserError where it can't be written.
    """
    tensors = {f"weights.{name}": tensor for name, tensor in found.weights.items()}
    tensors |= {f"moments.{name}": tensor for name, tensor in found.moments.items()}
    about = {"step": str(found.step), "losses": json.dumps(found.losses)}
    lora = folder / f"step-{found.step:06d}.safetensors"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(lora, usable)
        # Last, as its name is what says that the checkpoint is complete.
        write(folder / f"step-{found.step:06d}.state.safetensors", save(tensors, about))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(
            f"The training's checkpoint can't be written: {reason}.", "Make room on the disk and run again."
        ) from None
    for step in sorted(_steps(folder))[:-KEPT]:
        for path in _files(folder, step):
            with suppress(OSError):
                path.unlink()
    return lora


def newest(folder: Path, names: Mapping[str, tuple[int, ...]]) -> Checkpoint | None:
    """The latest checkpoint that is sound and has the weights named, of these shapes; None to begin anew."""
    for step in sorted(_steps(folder), reverse=True):
        try:
            found = _read(_files(folder, step)[0])
        except (OSError, ValueError, KeyError, SafetensorError):
            continue
        if {name: tuple(tensor.shape) for name, tensor in found.weights.items()} == dict(names):
            return found
    return None


def _read(path: Path) -> Checkpoint:
    parts: dict[str, Tensors] = {"weights": {}, "moments": {}}
    with safe_open(path, "pt") as file:
        about = file.metadata() or {}
        for key in file.keys():  # noqa: SIM118 - not a mapping
            part, _, name = key.partition(".")
            parts[part][name] = file.get_tensor(key)
    return Checkpoint(int(about["step"]), parts["weights"], parts["moments"], tuple(json.loads(about["losses"])))


def _steps(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return [int(found[1]) for path in folder.iterdir() if (found := NAME.fullmatch(path.name))]


def _files(folder: Path, step: int) -> tuple[Path, Path]:
    return folder / f"step-{step:06d}.state.safetensors", folder / f"step-{step:06d}.safetensors"
