"""What this machine can do: looked up without importing anything heavy and without changing anything."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from workflows.figures import size_text
from workflows.settings import Home

State = Literal["ok", "missing", "problem"]
PYTHON = ((3, 11), (3, 13))
BASE = {"numpy": "numpy", "PIL": "pillow", "cv2": "opencv-python-headless", "blake3": "blake3", "orjson": "orjson"}
MODELS = ("torch", "diffusers", "transformers", "peft", "safetensors")
MORE = {
    "gguf": "models in GGUF", "accelerate": "models larger than the memory of the card", "torchsde": "the sde samplers",
    "sentencepiece": "tokenizers in their own form (spiece.model)", "torchao": "the precision int8",
    "bitsandbytes": "the precision nf4, and models packed so", "av": "films",
}
"""Packages that some models need, and what for."""
GOOD_MEMORY, GOOD_DISK = 8e9, 5e9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``missing`` limits what can be done; a ``problem`` stops Ajar from working."""

    state: State
    name: str
    text: str
    hint: str = ""


def examine(home: Home) -> list[Finding]:
    """Everything that can be said without starting a model."""
    return [_python(), *_base(), _models(), *_more(), _upscalers(), *_accelerator(), _memory(), _disk(home),
            _home(home)]


def machine() -> str:
    """This machine in a few words; asks nothing that takes time."""
    memory = total_memory()
    return " · ".join([f"{os.cpu_count() or 1} cores", *([size_text(memory)] if memory else [])])


def _python() -> Finding:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if PYTHON[0] <= sys.version_info[:2] <= PYTHON[1]:
        return Finding("ok", "Python", text)
    return Finding("problem", "Python", text, "Ajar is made for Python 3.11 to 3.13.")


def _base() -> Iterator[Finding]:
    lost = [package for module, package in BASE.items() if find_spec(module) is None]
    if lost:
        yield Finding("problem", "Packages", f"{', '.join(lost)} not installed", f"pip install {' '.join(lost)}")
    else:
        yield Finding("ok", "Packages", ", ".join(f"{name} {_version(name)}" for name in BASE.values()))


def _models() -> Finding:
    lost = [name for name in MODELS if find_spec(name) is None]
    if lost:
        hint = "pip install 'ajar[local]' (from a clone: python dev.py run)"
        return Finding("missing", "Models here", f"{', '.join(lost)} not installed: model nodes can't run", hint)
    return Finding("ok", "Models here", ", ".join(f"{name} {_version(name)}" for name in MODELS))


def _more() -> Iterator[Finding]:
    """Which kinds of models lack a package; nothing where none can run at all."""
    if find_spec("torch") is None:
        return
    lost = [name for name in MORE if find_spec(name) is None]
    there = [f"{name} {_version(name)}".strip() for name in MORE if name not in lost]
    if there:
        yield Finding("ok", "More for models", ", ".join(there))
    if lost:
        text = "; ".join(f"without {name} not {MORE[name]}" for name in lost)
        yield Finding("missing", "More for models", text, f"If you want it: pip install {' '.join(lost)}")


def _upscalers() -> Finding:
    if find_spec("spandrel") is None:
        text = "spandrel not installed: upscaling without a model only"
        return Finding("missing", "Upscalers", text, "pip install --no-deps spandrel")
    return Finding("ok", "Upscalers", f"spandrel {_version('spandrel')}")


def _accelerator() -> Iterator[Finding]:
    """The cards that drivers see, what is free on them, and whether the torch that is installed can use them."""
    from workflows.studio import amd, nvidia, torch_cuda, torch_hip  # late: the window asks for the machine alone

    build = _version("torch")
    green, red = nvidia(), amd()
    for card in (*green, *red):
        free = card.total - card.used if card.total is not None and card.used is not None else None
        sizes = [size_text(card.total)] if card.total is not None else []
        sizes += [f"{size_text(free)} free"] if free is not None else []
        yield Finding("ok", f"GPU {card.number}", ", ".join([card.name, *sizes]))
    if build and green and not torch_cuda():
        yield Finding("missing", "CUDA", f"torch {build} can't use this card: models run on the processor",
                      "Install the CUDA build of torch (python dev.py run --cuda).")
    elif build and red and not green and not torch_hip():
        yield Finding("missing", "ROCm", f"torch {build} can't use this card: models run on the processor",
                      "Install the ROCm build of torch, from pytorch.org.")
    if green or red:
        return
    if sys.platform == "darwin" and platform.machine() == "arm64":
        yield Finding("ok", "GPU", "Apple silicon (mps)")
        return
    text = f"none found: models run on the processor ({os.cpu_count()} cores)"
    yield Finding("missing", "GPU", text, "Large models need one; the built-in model does not.")
    if torch_cuda() or torch_hip():
        yield Finding("missing", "GPU driver", f"torch {build} is made for a card, and no driver answers",
                      "If this machine has one, install its driver (nvidia-smi or rocm-smi should list it).")


def _memory() -> Finding:
    total = total_memory()
    if total is None:
        return Finding("ok", "Memory", "unknown")
    if total < GOOD_MEMORY:
        return Finding("missing", "Memory", size_text(total), "Large models need more; close other programs.")
    return Finding("ok", "Memory", size_text(total))


def total_memory() -> int | None:
    """Bytes of memory; None where the system does not say, as Windows."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _disk(home: Home) -> Finding:
    there = next(folder for folder in (home.path, *home.path.parents) if folder.exists())
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding("problem", "Disk", f"{there} can't be looked at: {error.strerror}", "Set AJAR_HOME.")
    text = f"{size_text(free)} free at {there}"
    return Finding("ok", "Disk", text) if free >= GOOD_DISK else Finding("missing", "Disk", text, "Free some space.")


def _home(home: Home) -> Finding:
    """Whether the data folder can be written, or could be made."""
    path = home.path
    there = next(folder for folder in (path, *path.parents) if folder.exists() or folder.is_symlink())
    if path.exists() and (reason := home.unwritable()):
        return Finding("problem", "Data folder", f"{path}: {reason}", "Set AJAR_HOME to a folder you may write to.")
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Finding("problem", "Data folder", f"{path} can't be made", "Set AJAR_HOME to a folder you may write to.")
    return Finding("ok", "Data folder", f"{path}" + ("" if path.exists() else " (made at the first run)"))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def models_found(installed: list[str], folder: Path) -> Finding:
    """Which models can be used."""
    if installed:
        return Finding("ok", "Models", ", ".join(installed))
    return Finding("missing", "Models", "none installed", f"Put models into {folder}; see `ajar models`.")
