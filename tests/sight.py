"""Whether tests of the window can run here: they need the extra `app` and libraries of the system that Qt leans on."""

import ctypes
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest


@cache
def missing() -> str:
    """What stops them, in one sentence; empty where nothing does."""
    if find_spec("PySide6") is None or find_spec("NodeGraphQt") is None:
        return "the window needs the extra `app`"
    try:
        import PySide6.QtTest
        import PySide6.QtWidgets

        if sys.platform == "linux":
            # Qt loads this by itself, and ends the process where that fails.
            ctypes.CDLL(str(Path(PySide6.__path__[0]) / "Qt/plugins/platforms/libqoffscreen.so"))
    except (ImportError, OSError) as error:
        return f"a library of the system is missing: {error}"
    return ""


class Unseen(pytest.Directory):
    """A folder of tests that all need the window, where there is none."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        pytest.skip(missing(), allow_module_level=True)
