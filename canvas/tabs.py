"""Pages of the window that are no workflow: each is made when it is first wanted, and lies in a tab of its own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from ajar.hints import Model
from canvas.compare.page import ComparePage
from canvas.costs.page import CostPage
from canvas.hands.adding import add_node
from canvas.models.page import ModelsPage
from canvas.money.page import MoneyPage
from canvas.past.page import PastPage
from canvas.viewers.bench import Shown
from canvas.viewers.viewer import Viewer
from workflows.recalling import earlier_takes

if TYPE_CHECKING:
    from canvas.window import Window

W = TypeVar("W", bound=QWidget)


class Tabs:
    """Of one window."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        window.desk.explained.connect(self.explain)
        self.viewer: Viewer | None = None
        self.money: MoneyPage | None = None
        self.models: ModelsPage | None = None
        self.costs: CostPage | None = None
        self.sheet: ComparePage | None = None
        self.past: PastPage | None = None

    @property
    def pages(self) -> Mapping[str, QWidget | None]:
        return {"viewer": self.viewer, "money": self.money, "models": self.models, "costs": self.costs,
                "past": self.past, "sheet": self.sheet}

    def open_viewer(self) -> None:
        """The viewer as large as the board."""
        if self.viewer is None:
            self.viewer = self._made(Viewer(self._window.desk, self._window.boards))
        self._window.bar.add_page("viewer", "Viewer", "compare")

    def open_sheet(self) -> ComparePage:
        """The compare sheet of the workflow in front."""
        if self.sheet is None:
            self.sheet = self._made(ComparePage(self._window.desk, self._window.engine, self._window.boards))
            self.sheet.looked.connect(self._look)
            self.sheet.left.connect(self._window.bar.follow)
            self.sheet.wanted.connect(self._with_take)
        self._window.bar.add_page("sheet", "Compare sheet", "sheet")
        return self.sheet

    def _look(self, shown: Shown) -> None:
        """A cell of a sheet in the viewer."""
        self.open_viewer()
        if self.viewer is not None:
            self.viewer.show_value(shown, shown.title)

    def _with_take(self, what: str, take: Any, at: QPoint) -> None:
        """What is wanted with the take that a cell of a sheet made, as in the other places that have takes."""
        window, deeds = self._window, self._window.panels.gallery.deeds
        if what == "menu":
            menu = deeds.menu([take])
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)
            return
        if what == "promote":
            window.casting.promote_any(take)
            return
        window.bar.follow()
        if what == "insert":
            deeds.insert(take)
        elif window.desk.front is not None and window.desk.front.key == take.document:
            window.sides.takes.call()
            window.panels.takes.show_take(take)
        else:
            window.open_gallery()
            window.panels.gallery.show_take(take.id)

    def open_money(self) -> None:
        """What was spent."""
        window = self._window
        if self.money is None:
            self.money = self._made(MoneyPage(window.desk, window.engine.work, self._next_cost, window.boards))
        window.bar.add_page("money", "Money", "ledger")

    def open_costs(self) -> None:
        """What work came to, here and by order, and where a machine of one's own begins to pay."""
        if self.costs is None:
            self.costs = self._made(CostPage(self._window.desk, self._window.boards))
        self._window.bar.add_page("costs", "Cost", "money")

    def open_past(self) -> PastPage:
        """Past runs as they were, and what was changed before each."""
        window = self._window
        if self.past is None:
            self.past = self._made(PastPage(window.desk, window.boards))
            self.past.opened.connect(window.files.new)
        window.bar.add_page("past", "History", "clock")
        return self.past

    def explain(self, take: Any) -> None:
        """Which change made a take."""
        self.open_past().compare_take(take, earlier_takes(self._window.engine.takes, take))

    def open_models(self) -> None:
        """What models are here and which can be had; the one that the selected node lacks."""
        if self.models is None:
            self.models = self._made(ModelsPage(self._window.desk, self._window.boards))
            self.models.used.connect(self._use_model)
        self._window.bar.add_page("models", "Models", "model")
        if lacking := self._lacking():
            self.models.search_for(lacking)

    def close(self) -> None:
        """Let what the pages still do come to its end."""
        for page in (self.money, self.models, self.costs, self.past, self.sheet):
            if page is not None:
                page.close_all()

    def _made(self, page: W) -> W:
        self._window.boards.addWidget(page)
        return page

    def _lacking(self) -> str:
        """The model that the selected node needs and that is not here; empty where none is missing."""
        desk = self._window.desk
        front = desk.front
        name = front.primary if front is not None else None
        if front is None or name is None or not desk.looks(front).of(front.flat(name)).needs:
            return ""
        node = front.shown.nodes[name]
        type_ = front.types.get(node.type)
        models = [socket for socket in type_.inputs if socket.hint(Model) is not None] if type_ is not None else []
        found = (node.inputs.get(socket.name, socket.default) for socket in models)
        return next((value for value in found if isinstance(value, str) and value), "")

    def _use_model(self, type_: str, input_: str, name: str) -> None:
        """A node with this model on the board in front."""
        if self._window.page is None:
            return
        self._window.bar.follow()
        add_node(self._window.page.context(), type_, inputs={input_: name})

    def _next_cost(self) -> float | None:
        """What the next run may cost at most."""
        outlook = self._window.engine.forecast.outlook()
        return outlook.bill.high if outlook is not None else None
