"""A rectangle drawn on the empty board selects what it touches; a click there lets go of everything."""

from PySide6.QtCore import QRectF

from canvas.hands.gesture import CTRL, SHIFT, Gesture, Touch


class Band(Gesture):
    """Shift adds to what is selected, Ctrl turns it over."""

    reaches = True

    def move(self, touch: Touch) -> None:
        self.view.band(self._rect(touch))

    def drop(self, touch: Touch) -> None:
        self.view.band(None)
        found = self.view.in_rect(self._rect(touch))
        self.document.select(found, add=touch.has(SHIFT), toggle=touch.has(CTRL))

    def click(self, touch: Touch) -> None:
        if touch.plain:
            self.document.select(())

    def cancel(self) -> None:
        self.view.band(None)

    def _rect(self, touch: Touch) -> QRectF:
        return QRectF(self.start.at, touch.at).normalized()
