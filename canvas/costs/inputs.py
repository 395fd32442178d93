"""What a machine costs, to be dragged or typed: the figures that the cost page reckons with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from canvas.desk import Desk
from canvas.kit.buttons import PriceButton
from canvas.kit.label import Label
from canvas.kit.slide import Scale
from canvas.kit.slider import SliderField
from workflows.settings import Machine

ROWS = (
    ("watts", "Power while a model works", Scale(0, 1200, 10, unit="W", roof=100_000)),
    ("tariff", "Electricity, dollars a kWh", Scale(0, 1, 0.01, roof=100)),
    ("hardware", "What the machine cost, dollars", Scale(0, 8000, 50, roof=10_000_000)),
    ("months", "Paid off in months", Scale(1, 84, 1, roof=1200)),
)
UNSAID = "0 stands for: not known, or nothing to pay off."


class MachineInputs(QWidget):
    """Four numbers; what they come to is shown at once, and kept only when a person says so."""

    changed = Signal()
    kept = Signal()

    def __init__(self, desk: Desk, machine: Machine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {name: SliderField(desk, scale, getattr(machine, name) or 0.0, title)
                       for name, title, scale in ROWS}
        self.keep = PriceButton(desk, "Keep for next time", manner="ghost")
        self.keep.clicked.connect(self.kept)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for number, (name, title, _) in enumerate(ROWS):
            grid.addWidget(Label(desk, title, colour="text.secondary"), number, 0)
            grid.addWidget(self.fields[name], number, 1)
            self.fields[name].changed.connect(lambda _: self.changed.emit())
        grid.setColumnStretch(1, 1)
        foot = QHBoxLayout()
        foot.addWidget(Label(desk, UNSAID, "caption", colour="text.tertiary"), 1)
        foot.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addLayout(foot)

    @property
    def machine(self) -> Machine:
        """The figures as they stand."""
        values = {name: field.value for name, field in self.fields.items()}
        return Machine(values["watts"] or None, values["tariff"] or None, values["hardware"] or None,
                       max(values["months"], 1.0))
