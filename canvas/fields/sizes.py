"""The size of a picture: its shape, width and height on the model's grid, and the model's own size."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ajar.contract import Socket
from ajar.values import Size
from canvas.desk import Desk
from canvas.fields.choices import Choices
from canvas.fields.field import MIXED, Facts, Field, Line
from canvas.kit import words
from canvas.kit.buttons import ToolButton
from canvas.kit.label import Label
from canvas.kit.menu import Menu
from canvas.kit.segmented import Segment
from workflows import ratios
from workflows.graph import Literals

SHOWN: tuple[tuple[int, int], ...] = ((16, 9), (1, 1), (9, 16))
OTHER = "other"
AMOUNTS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Million pixels that the menu offers."""
USUAL = Size(1024, 1024)
GRID = 8


class SizeField(Field):
    """Shape and size. None is the model's own size, where the input allows that."""

    def __init__(self, desk: Desk, socket: Socket, parent: QWidget | None = None) -> None:
        super().__init__(desk, socket, parent)
        segments = [Segment(ratios.name(one), ratios.name(one)) for one in SHOWN]
        segments.append(Segment(OTHER, "", "settings", tip="Other shapes, megapixels"))
        self.shape = Choices(desk, segments, f"{socket.label}, shape", stretch=True, parent=self)
        self.shape.chosen.connect(self._shaped)
        self.width_ = Line(desk, f"{socket.label}, width", mono=True, parent=self)
        self.height_ = Line(desk, f"{socket.label}, height", mono=True, parent=self)
        self.cross = Label(desk, "×", colour="text.tertiary", parent=self)
        self.cross.setMinimumWidth(10)
        self.swap = ToolButton(desk, "swap", "Swap width and height", side=26, icon_size=14, parent=self)
        self.own = ToolButton(desk, "close", "Use the model's own size", side=26, icon_size=13, parent=self)
        for line in (self.width_, self.height_):
            line.textEdited.connect(self._typed)
            line.settled.connect(self._settle)
        self.swap.clicked.connect(self._swap)
        self.own.clicked.connect(lambda: self._take(None))
        self._lay_out()
        self.setFocusProxy(self.width_)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.width_, 1)
        row.addWidget(self.cross)
        row.addWidget(self.height_, 1)
        row.addWidget(self.swap)
        row.addWidget(self.own)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.shape)
        column.addLayout(row)
        QWidget.setTabOrder(self.shape, self.width_)

    @property
    def optional(self) -> bool:
        return self.socket.optional

    @property
    def multiple(self) -> int:
        """The grid of the model."""
        found = self.facts.own.get("multiple")
        return found if isinstance(found, int) and found > 0 else GRID

    @property
    def largest(self) -> int:
        found = self.facts.own.get("largest")
        return found if isinstance(found, int) else 0

    @property
    def size_(self) -> Size | None:
        """The size that is set."""
        try:
            return Size.parse(self.value) if isinstance(self.value, str) else None
        except ValueError:
            return None

    @property
    def model_size(self) -> Size:
        """What the model paints when nothing is said."""
        try:
            return Size.parse(str(self.facts.own.get("size", "")))
        except ValueError:
            return USUAL

    def know(self, facts: Facts) -> None:
        super().know(facts)
        self.own.setVisible(self.optional and self.value is not None and not self.mixed)

    def paint_value(self) -> None:
        size = self.size_
        seen = size or (self.model_size if self.facts.own else None)
        self.own.setVisible(self.optional and size is not None and not self.mixed)
        self.swap.setEnabled(not self.mixed and seen is not None)
        ratio = ratios.ratio_of(seen) if seen is not None and not self.mixed else None
        if seen is None or self.mixed:
            self.shape.clear()
        else:
            self.shape.choose(ratios.name(ratio) if ratio in SHOWN else OTHER)
        hints = (MIXED, "") if self.mixed else ("Model's own", "") if seen is None else (str(seen.width),
                                                                                          str(seen.height))
        for line, hint, value in ((self.width_, hints[0], size and size.width),
                                  (self.height_, hints[1], size and size.height)):
            line.setPlaceholderText(hint)
            if not (line.hasFocus() and line.text().strip() == str(value or "")):
                line.put("" if self.mixed or value is None else str(value))
        self.setAccessibleDescription(self.words())
        self.shape.setToolTip("" if size is not None or self.mixed else "The model's own size is taken")

    def words(self) -> str:
        size = self.size_
        if self.mixed:
            return MIXED
        if size is None:
            return "The model's own" if self.optional else ""
        return f"{words.pixels(size.width, size.height)}, {ratios.megapixels(size)}"

    def menu(self) -> QMenu:
        """Other shapes, and how many pixels."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        now = self.size_ or self.model_size
        for ratio in ratios.RATIOS:
            found = ratios.shaped(now, ratio, self.multiple, self.largest)
            action = self._offer(menu, ratios.name(ratio), found)
            action.setCheckable(True)
            action.setChecked(self.size_ is not None and ratios.ratio_of(now) == ratio)
        menu.addSeparator()
        for amount in AMOUNTS:
            found = ratios.scaled(now, amount, self.multiple, self.largest)
            if not self.largest or amount * 1e6 <= self.largest**2:
                self._offer(menu, f"{amount:g} MP", found)
        menu.addSeparator()
        menu.addAction("Swap width and height", self._swap)
        if self.optional:
            menu.addAction("Model's own", lambda: self._take(None))
        return menu

    def _offer(self, menu: QMenu, name: str, size: Size) -> QAction:
        action = menu.addAction(f"{name}\t{words.pixels(size.width, size.height)}")
        action.triggered.connect(lambda: self._take(size))
        return action

    def _shaped(self, key: str) -> None:
        if key == OTHER:
            self.paint_value()
            self.menu().popup(self.shape.mapToGlobal(QPoint(0, self.shape.height())))
            return
        ratio = next(one for one in SHOWN if ratios.name(one) == key)
        self._take(ratios.shaped(self.size_ or self.model_size, ratio, self.multiple, self.largest))

    def _swap(self) -> None:
        self._take(ratios.swapped(self.size_ or self.model_size))

    def _take(self, size: Size | None) -> None:
        self.refused.emit("", "")
        literal: Literals = None if size is None else str(size)
        if literal != self.value or self.mixed:
            self.tell(literal)
        self.paint_value()
        self.settled.emit()

    def _typed(self) -> None:
        numbers = [line.text().strip() or line.placeholderText() for line in (self.width_, self.height_)]
        if not all(one.isascii() and one.isdigit() and 1 <= int(one) <= 999_999 for one in numbers):
            self.refused.emit("Width and height are whole numbers of pixels.", "Type digits.")
            return
        size = Size(int(numbers[0]), int(numbers[1]))
        if ratios.off_grid(size, self.multiple) and "multiple" in self.facts.own:
            near = (ratios.on_grid(size.width, self.multiple), ratios.on_grid(size.height, self.multiple))
            self.refused.emit(f"This model needs multiples of {self.multiple}.",
                              f"{words.pixels(*near)} is the nearest.")
        else:
            self.refused.emit("", "")
        self.tell(str(size))

    def _settle(self) -> None:
        if self.size_ is not None and "multiple" in self.facts.own and ratios.off_grid(self.size_, self.multiple):
            size = self.size_
            self._take(Size(ratios.on_grid(size.width, self.multiple, self.largest),
                            ratios.on_grid(size.height, self.multiple, self.largest)))
            return
        self.refused.emit("", "")
        self.paint_value()
        self.settled.emit()
