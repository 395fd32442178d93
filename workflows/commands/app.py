"""``ajar app``: open the window."""

import argparse
import importlib.util
from pathlib import Path

from ajar.errors import AjarError, WorkflowError


def run(request: argparse.Namespace) -> int:
    if request.window is None:
        raise AjarError("The window can't be opened from here.", "Call the command `ajar app`.")
    for package, name in (("PySide6.QtWidgets", "PySide6"), ("NodeGraphQt", "NodeGraphQt")):
        if not _is_there(package):
            raise AjarError(f"The window needs {name}, which is not installed.", 'Install it: pip install "ajar[app]"')
    file = Path(request.file) if request.file else None
    if file is not None and not file.exists():
        raise WorkflowError(f"There is no file {file}.", "Check the name; paths are relative to this folder.")
    return int(request.window(file, [Path(pack) for pack in request.pack]))


def _is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ImportError:
        return False
