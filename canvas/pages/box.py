"""The rows of one kind of node, made once and then only given other nodes to show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ajar.contract import Socket
from ajar.hints import ShowIf
from canvas.desk import Desk
from canvas.document import Document
from canvas.fields.field import Facts
from canvas.fields.row import FieldRow
from canvas.fields.seat import Seat, default_or
from workflows.forms import held
from workflows.graph import Expr, GroupInput, Wire
from workflows.problems import Problem

PAD = 12


class RowBox(QWidget):
    """Rows one below the other; those that make no sense just now are hidden."""

    went = Signal(str)
    group_wanted = Signal(object)

    def __init__(self, desk: Desk, sockets: Sequence[Socket], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.sockets = tuple(sockets)
        self.rows: dict[str, FieldRow] = {}
        self._document: Document | None = None
        self._nodes: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        for socket in self.sockets:
            row = FieldRow(desk, socket, self)
            row.went.connect(self.went)
            row.group_wanted.connect(self.group_wanted)
            self.rows[socket.name] = row
            self._column.addWidget(row)
        desk.themed.connect(self._wear)
        self._wear()

    def show_nodes(self, document: Document, nodes: tuple[str, ...], facts: Facts) -> None:
        """Show these nodes of the room that is shown."""
        self._document, self._nodes = document, nodes
        for socket in self.sockets:
            seat = Seat(document, document.room, nodes, socket)
            locked = all(socket.name in held(seat.graph, node) for node in nodes)
            own = _replaced(facts, locked) if socket.is_seed else facts
            self.rows[socket.name].show_seat(seat, own)
        self._sift()

    def warm(self) -> None:
        """Make all fields before they are needed."""
        for row in self.rows.values():
            row.warm()

    def tell_problems(self, found: Mapping[str, tuple[Problem, ...]]) -> None:
        """Problems by input."""
        for key, row in self.rows.items():
            row.tell_problems(found.get(key, ()))

    def _sift(self) -> None:
        for socket in self.sockets:
            self.rows[socket.name].setVisible(self._makes_sense(socket))

    def _makes_sense(self, socket: Socket) -> bool:
        hint = socket.hint(ShowIf)
        other = next((one for one in self.sockets if hint is not None and one.name == hint.other), None)
        if hint is None or other is None or self._document is None:
            return True
        for value in Seat(self._document, self._document.room, self._nodes, other).values:
            given = default_or(other, value)
            if isinstance(given, (Wire, Expr, GroupInput)) or given == hint.equals:
                return True
        return False

    def _wear(self) -> None:
        px = self._desk.theme.px
        self._column.setContentsMargins(round(px(PAD)), round(px(2)), round(px(PAD)), round(px(8)))
        self._column.setSpacing(round(px(4)))


def _replaced(facts: Facts, locked: bool) -> Facts:
    return replace(facts, locked=locked)
