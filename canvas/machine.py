"""What this computer has for painting, looked up without importing anything heavy."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from canvas.kit import words
from workflows.doctor import total_memory

QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
PATIENCE = 5
"""Seconds that the driver has to answer."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer; None is what could not be found out."""

    cores: int
    memory: int | None = None
    card: str = ""
    """The graphics card, empty where there is none that models run on."""
    card_memory: int | None = None

    @property
    def room(self) -> str:
        """The memory of the card as it is sold: ``12 GB``; empty where it is not known."""
        return f"{round(self.card_memory / 2**30)} GB" if self.card_memory is not None else ""

    @property
    def text(self) -> str:
        """``RTX 4070 with 12 GB found``, ``No graphics card found · 2 cores · 8.6 GB``."""
        if self.card:
            return f"{self.card} with {self.room} found" if self.room else f"{self.card} found"
        memory = words.size(self.memory) if self.memory is not None else ""
        return words.facts("No graphics card found", words.count(self.cores, "core"), memory)


def probe() -> Machine:
    """Look at this computer. May take seconds where a driver sleeps: not for the thread of the window."""
    cores, memory = os.cpu_count() or 1, total_memory()
    program = shutil.which("nvidia-smi")
    if program is not None and (found := card_of(_ask([program, *QUERY]))):
        return Machine(cores, memory, *found)
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return Machine(cores, memory, "Apple silicon", memory)
    return Machine(cores, memory)


@cache
def has_card() -> bool:
    """Whether a graphics card is likely here, told without waking its driver."""
    apple = sys.platform == "darwin" and platform.machine() == "arm64"
    return apple or Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists() or (
        sys.platform == "win32" and shutil.which("nvidia-smi") is not None)


def card_of(said: str) -> tuple[str, int | None] | None:
    """The card with the most memory of those that nvidia-smi lists."""
    cards = []
    for line in said.splitlines():
        name, comma, size = line.rpartition(",")
        if comma and name.strip():
            mebibytes = size.strip()
            short = name.strip().removeprefix("NVIDIA ").removeprefix("GeForce ")
            cards.append((short, int(mebibytes) * 2**20 if mebibytes.isdecimal() else None))
    return max(cards, key=lambda card: card[1] or 0) if cards else None


def _ask(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
