"""The main memory of this machine and of our own processes, asked of the system itself."""

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

PATIENCE = 2.0


def ram() -> tuple[int | None, int | None]:
    """(total, free) bytes of main memory; free counts what the system would give back at once. None: not known."""
    if sys.platform == "win32":
        return _windows()
    total = _pages("SC_PHYS_PAGES")
    if sys.platform == "darwin":
        return total, _apple()
    free = _linux() or _pages("SC_AVPHYS_PAGES")
    limit = _limit()
    if limit is not None and total is not None and limit[0] < total:  # a container has less than its machine
        return limit[0], min(free, limit[1]) if free is not None else limit[1]
    return total, free


def children() -> list[int]:
    """The processes that this one started, on Linux; empty elsewhere."""
    found: set[int] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        try:
            found.update(map(int, file.read_text().split()))
        except (OSError, ValueError):
            continue
    return sorted(found)


def resident(pid: int) -> int:
    """Bytes of main memory that a process holds for itself alone, on Linux; 0 elsewhere."""
    try:
        pages, shared = map(int, Path(f"/proc/{pid}/statm").read_text().split()[1:3])
    except (OSError, ValueError):
        return 0
    return (pages - shared) * os.sysconf("SC_PAGE_SIZE")


def _linux() -> int | None:
    try:
        found = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def _limit() -> tuple[int, int] | None:
    """(limit, left) of the control group that this process is in."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit = int((folder / "memory.max").read_text())
        used = int((folder / "memory.current").read_text())
        given_back = re.search(r"^inactive_file (\d+)", (folder / "memory.stat").read_text(), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return limit, max(limit - used + (int(given_back[1]) if given_back else 0), 0)


def _apple() -> int | None:
    try:
        said = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return apple_free(said)


def apple_free(said: str) -> int | None:
    """Free bytes out of what ``vm_stat`` prints."""
    size = re.search(r"page size of (\d+) bytes", said)
    counts = [int(count) for count in re.findall(r"^Pages (?:free|inactive|speculative|purgeable): +(\d+)", said,
                                                 re.MULTILINE)]
    return int(size[1]) * sum(counts) if size and counts else None


def _windows() -> tuple[int | None, int | None]:
    status = (ctypes.c_uint64 * 8)()
    # The structure begins with its own length and a percentage, 32 bits each; then come 64-bit counts.
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009, it exists on Windows only
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None, None
    return int(status[1]), int(status[2])


def _pages(name: str) -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf(name)
    except (AttributeError, ValueError, OSError):
        return None
