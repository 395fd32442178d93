"""A look at a file below the field that names it: the picture, the first rows, how many pictures a folder holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from canvas.desk import Desk
from canvas.kit import paint, words

SIDE = 512
"""Pictures are looked at no larger than this."""
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"})
MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies at a path."""

    path: Path | None = None
    image: QImage | None = None
    text: str = ""
    """Facts, or the first lines."""
    missing: bool = False


class _Told(QObject):
    seen = Signal(object)


class _Looking(QRunnable):
    """Looks on a thread of the pool."""

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__()
        self.told = _Told()
        self._path, self._kind = path, kind

    def run(self) -> None:
        try:
            seen = look_at(self._path, self._kind)
        except OSError:
            seen = Seen(self._path, missing=True)
        try:
            self.told.seen.emit(seen)
        except RuntimeError:  # the panel has gone meanwhile
            return


def look_at(path: Path, kind: str) -> Seen:
    """What there is to see at a path. Reads the file: for a thread."""
    if kind == "folder" and path.is_dir():
        return Seen(path, text=_counted(path))
    if not path.is_file():
        return Seen(path, missing=True)
    if path.suffix.lower() in SUFFIXES:
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > SIDE:
            reader.setScaledSize(size.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        if not image.isNull():
            facts = words.facts(words.pixels(size.width(), size.height()), words.size(path.stat().st_size))
            return Seen(path, image, facts)
    if kind == "table":
        with path.open("rb") as file:
            head = file.read(2000).decode("utf-8", "replace")
        return Seen(path, text="\n".join(line[:200] for line in head.splitlines()[:3]))
    return Seen(path, text=words.size(path.stat().st_size))


def _counted(folder: Path) -> str:
    pictures = 0
    for number, path in enumerate(folder.rglob("*")):
        pictures += path.suffix.lower() in SUFFIXES
        if number > MOST_COUNTED:
            return f"more than {words.count(pictures, 'picture')}"
    return words.count(pictures, "picture") if pictures else "no pictures in it"


class Peek(QWidget):
    """Shows what was seen; looks on a thread."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.seen = Seen()
        self._wanted: Path | None = None
        self._over = False
        self._lookings: list[_Looking] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        desk.themed.connect(self._fit)
        self._fit()

    def look(self, path: Path | None, kind: str) -> None:
        """Look at this path; what is shown stays until that is done."""
        if path == self._wanted and path is not None and self.seen.path == path:
            return
        self._wanted = path
        if path is None:
            self._take(Seen())
            return
        looking = _Looking(path, kind)
        looking.setAutoDelete(False)
        self._lookings.append(looking)
        looking.told.seen.connect(self._take)
        QThreadPool.globalInstance().start(looking)

    def welcome(self, over: bool) -> None:
        """Whether a file is being dragged over it."""
        self._over = over
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        rect, radius = QRectF(self.rect()), theme.size("radius.control")
        if self._over:
            paint.box(painter, rect, radius, theme.colour("accent.tint"), theme.colour("accent.base"), theme.px(2))
            paint.write(painter, rect, "Drop it here", theme.font("body"), theme.colour("accent.base"),
                        Qt.AlignmentFlag.AlignHCenter)
            return
        image = self.seen.image
        if image is not None:
            paint.box(painter, rect, radius, theme.colour("board.mat"))
            size = QSize(image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2,
                           size.width(), size.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, image)
            paint.paint_tag(painter, theme, QPointF(theme.px(5), rect.bottom() - theme.px(21)), self.seen.text)
            return
        ink = "semantic.warn" if self.seen.missing else "text.tertiary"
        text = "There is nothing at this path." if self.seen.missing else self.seen.text
        line = theme.px(16)
        for number, part in enumerate(text.splitlines()):
            room = QRectF(theme.px(2), number * line, self.width() - theme.px(4), line)
            paint.write(painter, room, part, theme.font("caption", mono=self.seen.text.count("\n") > 0),
                        theme.colour(ink))

    def _take(self, seen: Any) -> None:
        self._lookings = [one for one in self._lookings if one.told is not self.sender()]
        if seen.path == self._wanted:
            self.seen = seen
            self.setAccessibleName("Nothing at this path" if seen.missing else seen.text)
            self._fit()

    def _fit(self) -> None:
        px = self._desk.theme.px
        lines = 1 if self.seen.missing else len(self.seen.text.splitlines())
        high = px(110) if self.seen.image is not None else px(40) if self._over else px(16) * lines
        self.setVisible(high > 0)
        self.setFixedHeight(round(high))
        self.update()
