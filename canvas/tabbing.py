"""The way of the Tab key: section by section, whatever was added to them meanwhile."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

LONGEST = 20_000
"""No window has so many widgets; a chain that never ends would hang the keyboard."""


def chain(window: QWidget, sections: Sequence[QWidget]) -> list[QWidget]:
    """What Tab reaches: the sections one after another, then the rest, each in Qt's own order."""
    found: list[list[QWidget]] = [[] for _ in range(len(sections) + 1)]
    one = window.nextInFocusChain()
    for _ in range(LONGEST):
        if one is None or one is window:
            break
        if _is_reached(one):
            found[_section(one, sections)].append(one)
        one = one.nextInFocusChain()
    return [widget for part in found for widget in part]


def step(window: QWidget, sections: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the keyboard to the next or the last one. False where there is none."""
    ways = chain(window, sections)
    if not ways:
        return False
    now = window.focusWidget()
    place = ways.index(now) if now in ways else (-1 if forward else 0)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    ways[(place + (1 if forward else -1)) % len(ways)].setFocus(reason)
    return True


def leap(window: QWidget, sections: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the keyboard to the first of the next section: the way out of the board, where Tab searches."""
    ways, now = chain(window, sections), window.focusWidget()
    here = _section(now, sections) if now is not None else -1
    order = range(1, len(sections) + 1) if forward else range(-1, -len(sections) - 1, -1)
    for move in order:
        wanted = (here + move) % len(sections)
        found = next((one for one in ways if _section(one, sections) == wanted), None)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)
            return True
    return False


def _section(widget: QWidget, sections: Sequence[QWidget]) -> int:
    """The number of the section a widget lies in; one more than the last for none."""
    for place, part in enumerate(sections):
        if part is widget or part.isAncestorOf(widget):
            return place
    return len(sections)


def _is_reached(widget: QWidget) -> bool:
    tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(tabbed) and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
