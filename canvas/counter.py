"""Where a person agrees to pay: shows one wish after the other above the boards, and passes the answer on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from canvas.agreeing import Wish
from canvas.pay_panel import PayPanel

if TYPE_CHECKING:
    from canvas.window import Window


class Counter(QObject):
    """Of one window."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._runner = window.runner
        self.panel: PayPanel | None = None
        """What is asked just now."""
        self._runner.wished.connect(self._ask)
        self._runner.jobs_changed.connect(self._look)

    def _ask(self, wish: Wish) -> None:
        if self.panel is not None:
            self.panel.ask()
            return
        panel = self.panel = PayPanel(self._window.desk, wish)
        panel.paid.connect(lambda: self._answered(lambda: self._runner.pay(wish)))
        panel.refused.connect(lambda: self._answered(lambda: self._runner.decline(wish)))
        panel.key_wanted.connect(lambda name: self._answered(lambda: self._give_key(wish, name)))
        self._window.show_notice(panel)
        panel.ask()

    def _give_key(self, wish: Wish, provider: str) -> None:
        self._runner.decline(wish)
        self._window.open_preferences("accounts")

    def _answered(self, do: Callable[[], None]) -> None:
        self._close()
        do()
        if self._window.page is not None:
            self._window.page.view.setFocus()
        self._look()

    def _look(self) -> None:
        """What is asked about may have been taken out of the queue; another wish may wait."""
        wishes = self._runner.agreeing.wishes
        if self.panel is not None and self.panel.wish not in wishes:
            self._close()
        if self.panel is None and wishes:
            self._ask(wishes[0])

    def _close(self) -> None:
        if self.panel is not None:
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
