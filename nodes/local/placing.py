"""Where the weights of a diffusers pipeline lie while it works: on the device, or coming to it when they are needed.

    place(pipe, "cuda:0", "parts", folder)      before the first call
    lower(pipe, "cuda:0", "parts", folder)      after an out-of-memory: "blocks" now; None at the end of the ladder
    with lifted(pipe): ...                      to put LoRAs on or take them off: what is hooked must not be changed

No strategy changes a pixel: the same numbers are computed, only elsewhere before and after.
"""

import contextlib
import gc
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import torch
from diffusers.hooks import HookRegistry, apply_group_offloading
from safetensors.torch import load_file

from ajar.fits import Strategy
from nodes.local import devices
from nodes.local.machine import ram
from nodes.local.memory import Room, below, tiles

HOOKS = ("group_offloading", "layer_execution_tracker", "lazy_prefetch_group_offloading")
"""The hooks that diffusers puts on modules which wait elsewhere."""
PINNED = 1.2
"""Main memory that must be free, as a factor of the weights, for them to wait pinned: that is the fastest to copy."""
BY_BLOCKS = ("transformer", "transformer_2", "unet", "prior", "controlnet")
"""Parts that are called many times and consist of blocks in a row; all others come layer by layer."""


@dataclass(slots=True)
class _Place:
    """How a pipeline lies now."""

    device: str
    strategy: Strategy
    folder: Path
    shared: list[tuple[torch.nn.Module, str, torch.nn.Parameter]] = field(default_factory=list)
    """Weights that two layers had in common, which got their own copies to wait on the disk."""


_PLACES: WeakKeyDictionary[Any, _Place] = WeakKeyDictionary()
"""How each pipeline lies that was placed: what would be a field of it if the class were ours. It goes with it."""


def place(pipe: Any, device: str, strategy: Strategy, folder: Path) -> None:
    """Let a pipeline lie by a strategy, however it lay before.

    ``folder`` is where weights wait with ``disk``; it is made when needed, and its owner removes it.
    What ``memory.out_of_memory`` knows where there is no room; it can be placed anew then.
    """
    lift(pipe, home=strategy != "resident")
    made = _Place(device, strategy, folder)
    if strategy == "resident":
        pipe.to(device)
    elif strategy == "parts":
        pipe.enable_model_cpu_offload(device=device)
    else:
        # Its own folder each time: files of weights are taken up again by name, and LoRAs may have changed them.
        shelf = folder / f"weights-{uuid.uuid4().hex[:8]}" if strategy == "disk" else None
        pinned = (ram()[1] or 0) > PINNED * sum(weight.nbytes for weight in _weights(pipe))
        for name, part in parts_of(pipe):
            if shelf is not None:
                made.shared += _unshare(part)
            _stream(name, part, device, shelf / name if shelf else None, pinned=pinned)
    _PLACES[pipe] = made
    _give_back(device)


def lower(pipe: Any, device: str, strategy: Strategy, folder: Path) -> Strategy | None:
    """Place a pipeline by the next strategy that needs less of the device, and say which; None: there is none."""
    found = below(device, strategy)
    if found is not None:
        place(pipe, device, found, folder)
    return found


def follow(task: Any, device: str, strategy: Strategy) -> None:
    """Let another pipeline of parts that were placed know how they lie: it may have been made before, or for a while.

    Without that it would, at the end of a call, put them back to where they lay when it was made.
    """
    if strategy == "parts":
        task.enable_model_cpu_offload(device=device)
    else:
        task._all_hooks = []


@contextlib.contextmanager
def lifted(pipe: Any) -> Iterator[None]:
    """For as long as layers or weights are changed: nothing is hooked; afterwards all lies as before."""
    before = _PLACES.get(pipe)
    if before is None or before.strategy == "resident":
        yield
        return
    lift(pipe)
    try:
        yield
    finally:
        place(pipe, before.device, before.strategy, before.folder)


def lift(pipe: Any, *, home: bool = True) -> None:
    """Take every hook of a placing off again; with ``home`` all weights are in main memory afterwards."""
    pipe.remove_all_hooks()
    shelves: set[Path] = set()
    for _, part in parts_of(pipe):
        for module in part.modules():
            hooks = getattr(module, "_diffusers_hook", None)
            waiting = hooks.get_hook("group_offloading") if hooks is not None else None
            if waiting is not None:
                shelves |= _fetched(waiting.group)
        registry = HookRegistry.check_if_exists_or_initialize(part)
        for hook in HOOKS:
            registry.remove_hook(hook, recurse=True)
        if home and any(weight.device.type not in ("cpu", "meta") for weight in part.parameters()):
            part.to("cpu")
    before = _PLACES.pop(pipe, None)
    for layer, name, weight in before.shared if before is not None else ():
        setattr(layer, name, weight)
    for shelf in shelves:
        shutil.rmtree(shelf.parent, ignore_errors=True)


def _fetched(group: Any) -> set[Path]:
    """Bring the weights of a group that waits on the disk into main memory; gives the folder they were in."""
    if not group.offload_to_disk_path:
        return set()
    if group._is_offloaded_to_disk:
        found = load_file(group.safetensors_file_path)
        for key, weight in group.key_to_tensor.items():
            weight.data = found[key]
    return {Path(group.offload_to_disk_path)}


def room(pipe: Any, device: str) -> Room:
    """The memory that a pipeline may take, its own weights included: what is free, and what torch holds unused."""
    place = torch.device(device)
    held = sum(weight.nbytes for weight in _weights(pipe)
               if weight.device.type == place.type and (weight.device.index or 0) == (place.index or 0))
    if not device.startswith("cuda"):
        found = devices.room(device)
        return replace(found, free=None if found.free is None else found.free + held)
    free, total = torch.cuda.mem_get_info(place)
    unused = torch.cuda.memory_reserved(place) - torch.cuda.memory_allocated(place)
    return Room(device, torch.cuda.get_device_name(place), total, min(free + unused + held, total), *ram())


def tile(pipe: Any, width: int, height: int, frames: int = 1, above: int | None = None) -> None:
    """Let the decoder of a pipeline work in tiles, or in one piece, as this size asks for."""
    vae = getattr(pipe, "vae", None)
    if vae is not None and hasattr(vae, "enable_tiling"):
        (vae.enable_tiling if tiles(width, height, frames, above) else vae.disable_tiling)()


def forget(device: str) -> None:
    """Give back memory that nothing uses any more, also what an error still held."""
    gc.collect()
    _give_back(device)


def _give_back(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device.startswith("mps"):
        torch.mps.empty_cache()


def parts_of(pipe: Any) -> Iterator[tuple[str, torch.nn.Module]]:
    """The parts of a pipeline that have weights, by name."""
    for name, part in pipe.components.items():
        if isinstance(part, torch.nn.Module):
            yield name, part


def _weights(pipe: Any) -> Iterator[torch.nn.Parameter]:
    for _, part in parts_of(pipe):
        yield from part.parameters()


def _unshare(part: torch.nn.Module) -> list[tuple[torch.nn.Module, str, torch.nn.Parameter]]:
    """Give every layer its own weights: of two layers with one weight the second would store an empty one."""
    found = []
    owners: set[torch.nn.Parameter] = set()
    for layer in part.modules():
        for name, weight in list(layer.named_parameters(recurse=False)):
            if weight in owners:
                setattr(layer, name, torch.nn.Parameter(weight.detach().clone(), requires_grad=weight.requires_grad))
                found.append((layer, name, weight))
            owners.add(weight)
    return found


def _stream(name: str, part: torch.nn.Module, device: str, shelf: Path | None, *, pinned: bool) -> None:
    """Let a part's weights come a block or a layer at a time, on cuda while the one before still computes."""
    flows = device.startswith("cuda")
    settings: dict[str, Any] = {
        "onload_device": torch.device(device), "offload_device": torch.device("cpu"), "non_blocking": flows,
        "use_stream": flows, "record_stream": flows, "low_cpu_mem_usage": flows and not pinned,
        "offload_to_disk_path": str(shelf) if shelf else None,
    }
    if name in BY_BLOCKS:
        settings |= {"offload_type": "block_level", "num_blocks_per_group": 1}
    else:
        settings |= {"offload_type": "leaf_level"}
    if shelf:
        shelf.mkdir(parents=True, exist_ok=True)
    put = getattr(part, "enable_group_offload", None)
    put(**settings) if put else apply_group_offloading(part, **settings)
    for layer in part.modules():
        if isinstance(layer, torch.nn.modules.batchnorm._NormBase):
            _keep(layer)
    if "latents_mean" in dict(part.named_buffers(recurse=False)):
        _keep(part)  # LTX reads the statistics of its VAE without calling it


def _keep(layer: torch.nn.Module) -> None:
    """Let a layer's few numbers stay: FLUX.2 reads its mean and deviation without calling the layer."""
    hooks = getattr(layer, "_diffusers_hook", None)
    waiting = hooks.get_hook("group_offloading") if hooks is not None else None
    if hooks is not None and waiting is not None:
        _fetched(waiting.group)
        hooks.remove_hook("group_offloading", recurse=False)

