"""Every provider from the window: one graph with a node of each, its price on the button, pressed, paid once, shown."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.pay_panel import PayPanel
from canvas.theme import Theme
from tests.canvas.hosted import shown_window
from tests.canvas.running import LONG, Said
from tests.money.stage import PACK, Stage
from tests.nodes.remote.test_matrix import MAIN
from workflows import format
from workflows.gpu_lane import GpuLane
from workflows.journal import look
from workflows.settings import Home
from workflows.studio import Studio

pytest.importorskip("av")


def test_every_provider_runs_from_the_window_for_the_price_it_showed(
    qtbot: QtBot, tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Stage(tmp_path, MAIN) as stage:
        for name, value in stage.environment.items():
            if name.startswith("AJAR_") or name == "NO_PROXY":
                monkeypatch.setenv(name, value)
        for emulator in stage.emulators.values():
            emulator.job_seconds = 0.2
        home = Home.open(stage.home.path)
        with Studio.open(home, [PACK]) as studio:
            studio._gpu = GpuLane("gpu:0", studio.packs.spec(), home.path, device="cpu")
            desk = Desk(studio, theme)
            said = Said(desk)
            with shown_window(desk) as window:
                file = tmp_path / "graph.json"
                document = Document(format.load(file), studio.packs.types, file)
                desk.open(document)
                qtbot.waitUntil(lambda: "$" in window.tools.run.text() or "?" in window.tools.run.text(), timeout=LONG)
                assert all(emulator.paid == 0 for emulator in stage.emulators.values())
                QTest.mouseClick(window.tools.run, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
                # Some prices are not known, and the file comes from elsewhere: it asks, and Enter does not pay.
                qtbot.waitUntil(lambda: isinstance(window.counter.panel, PayPanel), timeout=LONG)
                panel = window.counter.panel
                assert isinstance(panel, PayPanel)
                QTest.keyClick(panel, Qt.Key.Key_Return)
                assert all(emulator.paid == 0 for emulator in stage.emulators.values())
                runner = desk.runner
                assert runner is not None
                if not runner.agreeing.wishes:  # Enter meant "not now"
                    QTest.mouseClick(window.tools.run, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
                    qtbot.waitUntil(lambda: bool(runner.agreeing.wishes), timeout=LONG)
                with qtbot.waitSignal(runner.ended, timeout=60_000) as ended:
                    runner.pay(runner.agreeing.wishes[0])
                assert ended.args[1] == "done", [entry.note for entry in look(home) if entry.note]
        paid = {name: emulator.paid for name, emulator in stage.emulators.items()}
        orders: dict[str, int] = {}
        for entry in look(home):
            assert entry.state in ("fetched", "committed"), (entry.provider, entry.state, entry.note)
            orders[entry.provider] = orders.get(entry.provider, 0) + 1
        assert set(orders) == {case.provider for case in MAIN}
        assert paid == orders, "each order was paid for once"
        assert any("play money" in message for message, _ in said.lines)
