"""What this machine can do: looked up without importing anything heavy and without changing anything."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from workflows.commands.said import size_text
from workflows.settings import Home

State = Literal["ok", "missing", "problem"]
PYTHON = ((3, 11), (3, 13))
BASE = {"numpy": "numpy", "PIL": "pillow", "cv2": "opencv-python-headless", "blake3": "blake3", "orjson": "orjson"}
MODELS = ("torch", "diffusers", "transformers", "peft", "safetensors")
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
    return [_python(), *_base(), _models(), _upscalers(), *_accelerator(), _memory(), _disk(home), _home(home)]


def machine() -> str:
    """This machine in a few words; asks nothing that takes time."""
    memory = _total_memory()
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


def _upscalers() -> Finding:
    if find_spec("spandrel") is None:
        text = "spandrel not installed: upscaling without a model only"
        return Finding("missing", "Upscalers", text, "pip install --no-deps spandrel")
    return Finding("ok", "Upscalers", f"spandrel {_version('spandrel')}")


def _accelerator() -> Iterator[Finding]:
    program = shutil.which("nvidia-smi")
    found = _ask([program, "--query-gpu=name,memory.total", "--format=csv,noheader"]) if program else ""
    cards = [line.strip() for line in found.splitlines() if line.strip()]
    if cards:
        for number, card in enumerate(cards):
            yield Finding("ok", f"GPU {number}", card)
        if "+cpu" in _version("torch"):
            hint = "Install the CUDA build of torch (python dev.py run --cuda)."
            yield Finding("missing", "CUDA", "torch is the build for the processor only", hint)
    elif sys.platform == "darwin" and platform.machine() == "arm64":
        yield Finding("ok", "GPU", "Apple silicon (mps)")
    else:
        text = f"none found: models run on the processor ({os.cpu_count()} cores)"
        yield Finding("missing", "GPU", text, "Large models need one; the built-in model does not.")


def _memory() -> Finding:
    total = _total_memory()
    if total is None:
        return Finding("ok", "Memory", "unknown")
    if total < GOOD_MEMORY:
        return Finding("missing", "Memory", size_text(total), "Large models need more; close other programs.")
    return Finding("ok", "Memory", size_text(total))


def _total_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None  # Windows has no such question


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


def _ask(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def models_found(installed: list[str], folder: Path) -> Finding:
    """Which models can be used."""
    if installed:
        return Finding("ok", "Models", ", ".join(installed))
    return Finding("missing", "Models", "none installed", f"Put models into {folder}; see `ajar models`.")
