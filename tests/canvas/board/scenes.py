"""Graphs and pictures that the tests of the board share."""

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from workflows.graph import Graph, Node, Wire


def painting() -> Graph:
    """A prompt, a LoRA and a model that takes both, then a blur and a file."""
    return Graph(
        nodes={
            "prompt": Node("prompt", {"text": "a lighthouse on a headland"}),
            "lora": Node("lora", {"model": "harbour", "weight": 0.8}),
            "flux": Node("flux", {"prompt": Wire("prompt"), "loras": Wire("lora"), "steps": 20}),
            "blur": Node("blur", {"image": Wire("flux")}),
            "save": Node("save_image", {"image": Wire("blur")}),
        },
        layout={"prompt": [0, 0], "lora": [0, 220], "flux": [280, 0], "blur": [580, 0], "save": [860, 0]},
        frames={"shot": {"title": "Find the shot", "at": [-20, -50], "size": [560, 600]}},
        notes={"n1": {"text": "Ask for more light", "at": [600, 400], "size": [200, 80]}},
    )


def many(count: int) -> Graph:
    """A long board of blurs, each after the one before."""
    nodes = {f"n{i}": Node("blur", {"image": Wire(f"n{i - 1}")} if i else {}) for i in range(count)}
    return Graph(nodes=nodes, layout={f"n{i}": [i % 20 * 260, i // 20 * 320] for i in range(count)})


def picture(colour: str = "#cc8844") -> QImage:
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def seen(widget: QWidget, at: QPointF | QPoint) -> QColor:
    """The colour of a pixel of what a widget shows."""
    return QColor(widget.grab().toImage().pixelColor(QPointF(at).toPoint()))


def colours(widget: QWidget, rect: QRect) -> set[str]:
    """All colours in a rectangle of what a widget shows."""
    image = widget.grab().toImage().copy(rect)
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def grey(image: QImage) -> QImage:
    """A picture as someone sees it who sees no colours."""
    return image.convertToFormat(QImage.Format.Format_Grayscale8)
