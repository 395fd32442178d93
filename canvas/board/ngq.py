"""NodeGraphQt's viewer without the rest of NodeGraphQt: what it needs at import, and nothing more.

Importing the package as it is costs a quarter of a second and reads every Qt module there is. The viewer alone needs
``distutils`` (gone since Python 3.12), three Qt modules and one class at its old place.
"""

import importlib.util
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtWidgets import QGraphicsView, QMenu, QMenuBar, QWidget


class _Version:
    """As much of distutils' LooseVersion as the viewer compares."""

    def __init__(self, text: str) -> None:
        self.parts = [int(part) for part in text.split(".") if part.isdigit()]

    def __ge__(self, other: "_Version") -> bool:
        return self.parts >= other.parts


def _plant(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


def _import_viewer() -> Any:
    os.environ.setdefault("QT_PREFERRED_BINDING", "PySide6")
    if "distutils.version" not in sys.modules and importlib.util.find_spec("distutils") is None:
        version = _plant("distutils.version", LooseVersion=_Version)
        _plant("distutils", version=version, __path__=[])
    if "Qt" not in sys.modules:
        # QAction moved to QtGui with Qt 6; the viewer still looks for it among the widgets.
        widgets = ModuleType("QtWidgets")
        widgets.__dict__.update(__getattr__=lambda name: getattr(QtWidgets, name), QAction=QtGui.QAction)
        _plant("Qt", QtCore=QtCore, QtGui=QtGui, QtWidgets=widgets)
    if "NodeGraphQt" not in sys.modules:
        spec = importlib.util.find_spec("NodeGraphQt")
        if spec is None:
            raise ImportError("The window needs NodeGraphQt, which comes with the extra `app`.")
        _plant("NodeGraphQt", __path__=list(spec.submodule_search_locations or ()))
    return importlib.import_module("NodeGraphQt.widgets.viewer").NodeViewer


if TYPE_CHECKING:

    class NodeViewer(QGraphicsView):
        """What of the viewer is used here, for the type checker."""

        _ctx_menu_bar: QMenuBar
        _search_widget: QMenu
        _ctx_graph_menu: QMenu
        _ctx_node_menu: QMenu

        def __init__(self, parent: QWidget | None = None) -> None: ...

else:
    NodeViewer = _import_viewer()
