"""Which accelerator there is, found without importing torch."""

import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

PATIENCE = 5.0
"""Seconds that the driver's program may take to answer."""


def find_device() -> str:
    """``cuda:0``, ``mps`` or ``cpu``: what there is and what the installed torch can use."""
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return "mps"
    if torch_cuda() and nvidia_cards():
        return "cuda:0"
    return "cpu"


def torch_cuda() -> str | None:
    """The CUDA version that the installed torch was built for; None for a CPU build or without torch."""
    try:
        spec = importlib.util.find_spec("torch")
        assert spec is not None and spec.origin is not None
        text = (Path(spec.origin).parent / "version.py").read_text("utf-8")
    except (AssertionError, OSError, ValueError):
        return None
    found = re.search(r"^cuda\b[^=]*= *'([^']+)'", text, re.MULTILINE)
    return found[1] if found else None


def nvidia_cards() -> list[str]:
    """The names of the NVIDIA cards that the driver sees; empty without a driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        found = subprocess.run(
            [program, "--query-gpu=name", "--format=csv,noheader"], capture_output=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in found.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
