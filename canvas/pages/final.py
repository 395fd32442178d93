"""The final of a draft, at the foot of its page: by which model, what carries over, and the way to promote a take."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from canvas.desk import Desk
from canvas.document import Document
from canvas.kit.buttons import PriceButton
from canvas.pages.parts import Heading, Notice, column
from workflows.graph import Graph
from workflows.meanings import model_socket
from workflows.stages import can_stage, draft_of, final_of


class FinalPart(QWidget):
    """Shown for generators. Without a final it offers to add one; what costs is chosen, with its price, after that."""

    wanted = Signal(str)
    """``final.add``, or ``promote`` for the take that flows on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.heading = Heading(desk, "Final", parent=self)
        self.says = Notice(desk, self)
        self.add = PriceButton(desk, "Add a final…", icon="final", manner="ghost", parent=self)
        self.promote = PriceButton(desk, "Promote the take…", icon="promote", manner="ghost", parent=self)
        self._row = QHBoxLayout()
        for button in (self.add, self.promote):
            self._row.addWidget(button)
        self._column = column(self)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.says)
        self._column.addLayout(self._row)
        self._column.setContentsMargins(0, 0, 0, 8)
        self.add.clicked.connect(lambda: self.wanted.emit("final.add"))
        self.promote.clicked.connect(lambda: self.wanted.emit("promote"))
        desk.themed.connect(self._wear)
        self._wear()

    def show_node(self, document: Document, name: str, takes: int) -> None:
        """Show it for a node of the room that is shown, with so many takes."""
        graph = document.shown
        able = can_stage(graph, document.types, name) and draft_of(graph, name) is None
        self.setVisible(able)
        if not able:
            return
        final = final_of(graph, name)
        self.says.say("" if final is None else f"{self._model(document, graph, final)} makes the final.",
                      "" if final is None else f'In "{final}": it runs, and costs, only in Final.', "final",
                      "text.secondary")
        self.add.setVisible(final is None)
        self.promote.setVisible(takes > 0)

    def _wear(self) -> None:
        side = round(self._desk.theme.px(12))
        self._row.setContentsMargins(side, 4, side, 0)

    def _model(self, document: Document, graph: Graph, name: str) -> str:
        """The model of a node, as its provider calls it; the node's title where that is not known."""
        node = graph.nodes[name]
        type_ = document.types.get(node.type)
        socket = model_socket(type_) if type_ is not None else None
        provider = self._desk.studio.packs.providers.get(type_.provider) if type_ is not None else None
        if type_ is None or socket is None or provider is None:
            return type_.title if type_ is not None else node.type
        return provider.facts.offer(str(node.inputs.get(socket.name, socket.default))).title
