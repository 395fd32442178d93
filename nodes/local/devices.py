"""Which accelerators and how much memory there are, found without importing torch."""

import functools
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from nodes.local.machine import children, ram, resident
from nodes.local.memory import Room

PATIENCE = 5.0
"""Seconds that the driver's program may take to answer."""
FRESH = 5.0
"""Seconds for which what a driver said is believed at most: a plan asks for every node."""
APPLE_SHARE = 0.75
"""The part of its memory that Apple's system lets its graphics take."""
CARDS = "index,name,memory.total,memory.used,compute_cap"


@dataclass(frozen=True, slots=True)
class Card:
    """A graphics card, as its driver describes it; None is what it does not say."""

    number: int
    name: str
    total: int | None = None
    """Bytes of memory."""
    used: int | None = None
    """Bytes that somebody uses, ourselves included."""
    capability: str = ""
    """NVIDIA's number for what a card can do: ``8.9``."""


def find_device() -> str:
    """``cuda:0``, ``mps`` or ``cpu``: what there is and what the installed torch can use."""
    return find_devices()[0]


def find_devices() -> tuple[str, ...]:
    """All devices that models can run on, as torch names them; each gets a worker of its own.

    ``AJAR_DEVICES`` may name them instead: ``cuda:1``, ``cuda:0,cuda:1``, ``cpu``.
    """
    named = tuple(name.strip() for name in os.environ.get("AJAR_DEVICES", "").split(",") if name.strip())
    if named:
        return named
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return ("mps",)
    cards = nvidia() if torch_cuda() else amd() if torch_hip() else []
    return tuple(f"cuda:{number}" for number in range(len(cards))) or ("cpu",)


def room(device: str) -> Room:
    """The memory of a device, asked of its driver, and of the machine. What our own workers hold counts as free."""
    ram_total, ram_free = ram()
    if device.startswith("cuda"):
        cards = nvidia() if torch_cuda() else amd()
        number = int(device.partition(":")[2] or 0)
        if number >= len(cards):
            return Room(device, "", None, None, ram_total, ram_free)
        card = cards[number]
        return Room(device, card.name, card.total, _free(card), ram_total, ram_free)
    if ram_free is not None:
        ram_free += sum(map(resident, children()))
    if device == "mps":
        total = int(ram_total * APPLE_SHARE) if ram_total is not None else None
        free = min(ram_free, total) if ram_free is not None and total is not None else None
        return Room(device, "Apple silicon", total, free, ram_total, ram_free)
    return Room(device, platform.processor() or platform.machine(), ram_total, ram_free, ram_total, ram_free)


def torch_cuda() -> str | None:
    """The CUDA version that the installed torch was built for; None for another build or without torch."""
    return _built_for("cuda")


def torch_hip() -> str | None:
    """The ROCm version that the installed torch was built for; None for another build or without torch."""
    return _built_for("hip")


def nvidia() -> list[Card]:
    """The NVIDIA cards that the driver sees, in torch's order; empty without a driver."""
    found = []
    for line in _ask("nvidia-smi", f"--query-gpu={CARDS}", "--format=csv,noheader,nounits").splitlines():
        index, *words = [word.strip() for word in line.split(",")]
        if index.isdecimal() and len(words) >= 4:
            *name, total, used, capability = words
            able = capability if re.fullmatch(r"\d+\.\d+", capability) else ""
            found.append(Card(int(index), ", ".join(name), _mebibytes(total), _mebibytes(used), able))
    return _visible(found)


def amd() -> list[Card]:
    """The AMD cards that ROCm sees; empty without it."""
    said = _ask("rocm-smi", "--showproductname", "--showmeminfo", "vram", "--json")
    try:
        plain = json.loads(said[said.find("{"):])
    except ValueError:
        return []
    found = []
    for key, record in sorted(plain.items()) if isinstance(plain, dict) else ():
        number = re.fullmatch(r"card(\d+)", key)
        if number and isinstance(record, dict):
            facts = {str(name).lower(): str(value) for name, value in record.items()}
            name = next((facts[name] for name in ("card series", "card model", "card sku") if name in facts), "AMD")
            total, used = facts.get("vram total memory (b)", ""), facts.get("vram total used memory (b)", "")
            found.append(Card(int(number[1]), name, _count(total), _count(used)))
    return found


def _free(card: Card) -> int | None:
    """Bytes of a card that models may take: all that others don't use."""
    if card.total is None or card.used is None:
        return card.total
    mine = set(children())
    own = 0
    for line in _ask("nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits",
                     f"--id={card.number}").splitlines():
        pid, _, used = line.partition(",")
        if pid.strip().isdecimal() and int(pid) in mine:
            own += _mebibytes(used.strip()) or 0
    return min(card.total, card.total - card.used + own)


def _visible(cards: list[Card]) -> list[Card]:
    """The cards that CUDA_VISIBLE_DEVICES lets torch see, in its order."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is None or not re.fullmatch(r"\s*\d+(\s*,\s*\d+)*\s*", named):
        return cards if named is None or named.strip() else []
    by_number = {card.number: card for card in cards}
    return [by_number[number] for number in map(int, named.split(",")) if number in by_number]


def _built_for(what: str) -> str | None:
    import importlib.util

    try:
        spec = importlib.util.find_spec("torch")
        assert spec is not None and spec.origin is not None
        text = (Path(spec.origin).parent / "version.py").read_text("utf-8")
    except (AssertionError, OSError, ValueError):
        return None
    found = re.search(rf"^{what}\b[^=]*= *'([^']+)'", text, re.MULTILINE)
    return found[1] if found else None


def _ask(program: str, *arguments: str) -> str:
    """What a driver's program says, now or some seconds ago; empty without it, or where it fails or sleeps."""
    path = shutil.which(program)
    if path is None:
        return ""
    return _said((path, *arguments), int(time.monotonic() / FRESH))


@functools.lru_cache(maxsize=16)
def _said(command: tuple[str, ...], spell: int) -> str:
    """What a program of the driver says in one spell of FRESH seconds; empty where it fails or sleeps."""
    try:
        found = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.decode("utf-8", "replace")


def _mebibytes(text: str) -> int | None:
    return int(text) * 2**20 if text.isdecimal() else None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
