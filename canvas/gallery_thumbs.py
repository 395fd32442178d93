"""Small pictures of takes, read beside the Qt thread when they come into sight and kept while there is room."""

from collections import OrderedDict

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPixmap

from canvas.desk import Desk
from canvas.thumbs import Thumbs, thumb_of
from workflows.take import Take, value_of

SIDE = 384
KEPT = 300
"""Thumbnails in memory, about 400 kB each at most."""
WAITING = 200
"""More than are ever in sight; what was asked for before them is forgotten."""
AT_ONCE = 4


class GalleryThumbs(QObject):
    """Asked for while painting; what was asked for last is read first, so that scrolling past costs nothing."""

    made = Signal(int)
    """The picture of this take is there now, or it is known to have none."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._thumbs = Thumbs(desk.theme, self)
        self._made: OrderedDict[int, QImage | None] = OrderedDict()
        self._drawn: dict[tuple[int, int, int, float], QPixmap] = {}
        self._waiting: OrderedDict[int, Take] = OrderedDict()
        self._doing: set[int] = set()
        desk.themed.connect(self._wear)

    def close(self) -> None:
        self._waiting.clear()
        self._thumbs.close()

    def known(self, take: Take) -> bool:
        """Whether the picture of this take has been read, or could not be."""
        return take.id in self._made

    def image(self, take: Take) -> QImage | None:
        """The picture if it is there; else it is read, and told by ``made``."""
        if take.id in self._made:
            self._made.move_to_end(take.id)
            return self._made[take.id]
        self._want(take)
        return None

    def fitted(self, take: Take, room: QSize, ratio: float) -> QPixmap | None:
        """The picture, made to fit into this room; scaled once for each size."""
        image = self.image(take)
        if image is None:
            return None
        key = (take.id, room.width(), room.height(), ratio)
        if key not in self._drawn:
            if len(self._drawn) > KEPT:
                self._drawn.clear()
            wide = min(round(room.width() * ratio), image.width())
            high = min(round(room.height() * ratio), image.height())
            smooth = Qt.TransformationMode.SmoothTransformation
            pixmap = QPixmap.fromImage(image.scaled(wide, high, Qt.AspectRatioMode.KeepAspectRatio, smooth))
            pixmap.setDevicePixelRatio(ratio)
            self._drawn[key] = pixmap
        return self._drawn[key]

    def _want(self, take: Take) -> None:
        if take.id in self._doing or take.kind in ("mesh", "text"):
            return
        self._waiting[take.id] = take
        self._waiting.move_to_end(take.id)
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and len(self._doing) < AT_ONCE:
            id_, take = self._waiting.popitem()
            self._doing.add(id_)
            theme = self._desk.theme
            ink = (QColor(theme.colour("wire.audio")), QColor(theme.colour("board.mat")))
            self._thumbs.work(
                lambda take=take, ink=ink: thumb_of(value_of(take), ink, SIDE),  # type: ignore[misc]
                lambda image, id_=id_: self._keep(id_, image),  # type: ignore[misc]
            )

    def _keep(self, id_: int, image: QImage | None) -> None:
        self._doing.discard(id_)
        self._made[id_] = image
        while len(self._made) > KEPT:
            self._made.popitem(last=False)
        self.made.emit(id_)
        self._go_on()

    def _wear(self) -> None:
        """Sounds are drawn in colours of the theme."""
        self._thumbs.theme = self._desk.theme
        self._made.clear()
        self._drawn.clear()
