from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.viewers.bench import Bench
from canvas.viewers.dock import ViewerPanel
from canvas.viewers.viewer import Viewer
from tests.canvas.viewers.conftest import plain


def test_the_panel_shows_what_the_window_asks_to_look_at(desk: Desk, bench: Bench, qtbot: QtBot) -> None:
    panel = ViewerPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    desk.shown.emit(plain(9, 8, 7), "Blur", None)
    assert (a := bench.side("a")) and a.title == "Blur"
    qtbot.waitUntil(lambda: panel.viewer.deck.picture("a") is not None)


def test_a_dock_and_a_tab_show_the_same_bench(desk: Desk, bench: Bench, qtbot: QtBot) -> None:
    panel, tab = ViewerPanel(desk), Viewer(desk)
    qtbot.addWidget(panel)
    qtbot.addWidget(tab)
    tab.load(1, plain(1, 2, 3), "one")
    tab.compare(1, 2, "onion")
    assert panel.viewer.toolbar.modes.key == "onion"
