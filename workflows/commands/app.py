"""``ajar app``: open the window."""

import argparse
import importlib.util
import os
import sys
from pathlib import Path

from ajar.errors import WorkflowError
from workflows.stopping import Stopping


def run(request: argparse.Namespace) -> int:
    with Stopping():
        return _open(request)


def _open(request: argparse.Namespace) -> int:
    if request.window is None:
        raise WorkflowError("The window can't be opened from here.", "Call the command `ajar app`.")
    for package, name in (("PySide6.QtWidgets", "PySide6"), ("NodeGraphQt", "NodeGraphQt")):
        if not _is_there(package):
            hint = 'Install it: pip install "ajar[app]" (from a clone: python dev.py app)'
            raise WorkflowError(f"The window needs {name}, which is not installed.", hint)
    if not _has_screen():
        raise WorkflowError("There is no screen here to open a window on.", "Workflows run without one: ajar run FILE")
    file = Path(request.file) if request.file else None
    if file is not None and not file.exists():
        raise WorkflowError(f"There is no file {file}.", "Check the name; paths are relative to this folder.")
    try:
        return int(request.window(file, [Path(pack) for pack in request.pack]))
    except ImportError as error:
        library, _, rest = str(error).partition(": ")
        if "cannot open shared object file" not in rest:
            raise
        hint = "`python dev.py app` in a clone of Ajar names the packages to install."
        raise WorkflowError(f"The window needs a library of the system that is not here: {library}.", hint) from error


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ImportError:
        return False


def _has_screen() -> bool:
    """Qt itself would end the process without a word that helps."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
