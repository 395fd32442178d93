"""What makes a pipeline faster for a call: another attention, blocks that are skipped or compiled.

    with tuned(pipe, tuning, device): ...
"""

import contextlib
import functools
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import torch
from diffusers import FirstBlockCacheConfig
from diffusers.models.attention_dispatch import AttentionBackendName, attention_backend, dispatch_attention_fn

from ajar.errors import UserError
from ajar.plain import Tuning
from nodes.local.assembly import first_line
from nodes.local.memory import out_of_memory
from nodes.local.precision import denoisers

MAX_CACHE = 0.5
PLAIN = ("auto", "native")
"""Attention as torch does it: exact, and the same on every machine of a kind."""


@contextlib.contextmanager
def tuned(pipe: Any, tuning: Tuning | None, device: str) -> Iterator[None]:
    """Run calls of a pipeline with a tuning; afterwards it is as it was, to the bit. UserError says what can't be."""
    if tuning is None:
        yield
        return
    with contextlib.ExitStack() as stack:
        if tuning.attention not in PLAIN:
            stack.enter_context(_attending(pipe, tuning.attention, device))
        if tuning.cache:
            stack.enter_context(_skipping(pipe, tuning.cache))
        if tuning.compile:
            _compile(pipe, device)
            stack.callback(_interpret, pipe)
        yield


@contextlib.contextmanager
def _attending(pipe: Any, name: str, device: str) -> Iterator[None]:
    known = {backend.value for backend in AttentionBackendName if not backend.value.endswith("_hub")}
    if name not in known:
        reason = "is fetched from the internet" if name.endswith("_hub") else "is not known"
        shown = ", ".join(sorted(one for one in known if not one.startswith("_")))
        raise UserError(f'The attention "{name}" {reason}, so it is not used.', f"Known: {shown}.")
    if not any(hasattr(getattr(module, "processor", None), "_attention_backend")
               for part in denoisers(pipe) for module in part.modules()):
        raise UserError(f"{_class(pipe)} can't change its attention.", 'Set attention to "auto".')
    if fault := _fault(name, device):
        raise UserError(f'The attention "{name}" does not work here: {fault}.', 'Set attention to "auto".')
    with attention_backend(name):
        yield


@functools.cache  # what is installed and built for a device stays so for the life of the worker
def _fault(name: str, device: str) -> str:
    """Try a backend on a small input: why it does not work, empty where it does. Short memory is no answer."""
    kind = torch.float32 if device == "cpu" else torch.bfloat16
    sample = torch.zeros((1, 128, 2, 64), dtype=kind, device=device)
    try:
        with attention_backend(name):
            found = dispatch_attention_fn(sample, sample, sample)
    except Exception as error:  # packages of others raise what they like
        if out_of_memory(error):
            raise
        return first_line(error)
    return "" if torch.isfinite(found).all() else "it gives numbers that are none"


@contextlib.contextmanager
def _skipping(pipe: Any, threshold: float) -> Iterator[None]:
    """While this lasts, steps whose first block changes little take the other blocks' results from the step before."""
    if not 0 < threshold <= MAX_CACHE:
        raise UserError(f"A cache of {threshold:g} makes no sense.", f"Set it between 0 (off) and {MAX_CACHE}.")
    with contextlib.ExitStack() as stack:
        for part in denoisers(pipe):
            if not hasattr(part, "enable_cache"):
                raise UserError(f"{_class(pipe)} can't skip blocks.", "Set cache to 0.")
            try:
                part.enable_cache(FirstBlockCacheConfig(threshold=threshold))
            except ValueError as error:
                raise UserError(f"{_class(pipe)} can't skip blocks: {first_line(error)}.", "Set cache to 0.") from None
            stack.callback(part.disable_cache)
        yield


def _compile(pipe: Any, device: str) -> None:
    lost = _no_compiler(device)
    if lost:
        raise UserError(f"Blocks can't be compiled here: {lost}.", "Set compile to off.")
    for part in denoisers(pipe):
        if not getattr(part, "_repeated_blocks", None):
            raise UserError(f"{_class(pipe)} has no blocks that can be compiled.", "Set compile to off.")
        part.compile_repeated_blocks(dynamic=True)


def _interpret(pipe: Any) -> None:
    """Run blocks as they are again; what was compiled is kept by torch for the next time."""
    for part in denoisers(pipe):
        for module in part.modules():
            module._compiled_call_impl = None


def _no_compiler(device: str) -> str:
    if device.startswith("cuda") and find_spec("triton") is None:
        return 'the package "triton" is not installed (on Windows "triton-windows")'
    if device.startswith("mps"):
        return "torch does not compile for Apple's chips well enough"
    if not any(map(shutil.which, ("cc", "gcc", "clang", "cl"))):
        return "there is no C compiler"
    return ""


def _class(pipe: Any) -> str:
    return type(pipe).__name__.removesuffix("Pipeline")
