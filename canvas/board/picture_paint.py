"""Paints pictures on cards: the preview with its tags and progress, and the strip of takes."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap, QTransform

from canvas.board.card import CardPlan
from canvas.board.door import paint_door
from canvas.board.ink import Ink
from canvas.looks import Look

TAG_HEIGHT, TAG_IN = 16, 5
GROUND = QColor(13, 14, 16, 204)
"""Behind words on pictures: 80 % black in both themes, as a picture is neither dark nor light."""
ON_GROUND = "#F2F3F5"
NEAR = 0.12
"""A picture of nearly the same shape fills its place; another is shown whole, on the mat."""


def paint_picture(painter: QPainter, plan: CardPlan, look: Look, ink: Ink, scale: float) -> None:
    """The picture of a card that is not running, with its tags."""
    rect = plan.preview
    if rect is None:
        return
    paint_image(painter, rect, look.picture, ink, scale, faint=_faint(look))
    if look.picture is None:
        paint_empty(painter, rect, plan, ink, scale, kept=look.phase == "cached")
        return
    if plan.face.kind == "compare":
        tag(painter, QPointF(rect.left() + 4, rect.bottom() - TAG_HEIGHT * ink.text - 4), "A", ink, scale)
        width = ink.width("tag", "B") + ink.px(8)
        tag(painter, QPointF(rect.right() - 4 - width, rect.bottom() - TAG_HEIGHT * ink.text - 4), "B", ink, scale)
    elif look.phase == "stale":
        tag(painter, rect.topLeft() + QPointF(TAG_IN, TAG_IN), "Before the change", ink, scale)
    elif look.text and rect.width() > ink.px(150):
        bottom = rect.bottom() - TAG_HEIGHT * ink.text - TAG_IN
        width = ink.width("tag", look.text) + ink.px(8)
        tag(painter, QPointF(rect.right() - TAG_IN - width, bottom), look.text, ink, scale)


def _faint(look: Look) -> float:
    return {"stale": 0.6, "other_stage": 0.6, "failed": 0.6}.get(look.phase, 1.0)


def paint_running(
    painter: QPainter, plan: CardPlan, look: Look, pixmap: QPixmap | None, ink: Ink, scale: float,
) -> None:
    """The preview of what is running: the picture so far, how far it is, and how long it takes."""
    rect = plan.preview
    if rect is None:
        return
    if pixmap is not None:
        painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
    else:
        paint_image(painter, rect, look.picture, ink, scale)
    bottom = rect.bottom() - TAG_HEIGHT * ink.text - 8
    if look.preview:
        tag(painter, rect.topLeft() + QPointF(TAG_IN, TAG_IN), "Preview", ink, scale, icon="eye")
    left = ink.width("tag", look.left) + ink.px(8) if look.left else 0.0
    if look.note:
        most = rect.width() - 2 * TAG_IN - (left + 6 if left else 0)
        tag(painter, QPointF(rect.left() + TAG_IN, bottom), look.note, ink, scale, most=most)
    if look.left:
        tag(painter, QPointF(rect.right() - TAG_IN - left, bottom), look.left, ink, scale)
    paint_progress(painter, QRectF(rect.left(), rect.bottom() - 3, rect.width(), 3), look.done, ink)


def paint_progress(painter: QPainter, rect: QRectF, done: float | None, ink: Ink) -> None:
    """The bar along the foot of a preview, or of the header of a card that has none."""
    painter.fillRect(rect, QColor(0, 0, 0, 136))
    if done is not None:
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width() * min(max(done, 0.0), 1.0), rect.height()),
                         ink.colour("accent.base"))


def paint_image(
    painter: QPainter, rect: QRectF, image: QImage | None, ink: Ink, scale: float, *, faint: float = 1.0,
    radius: float = 4,
) -> None:
    """A picture with round corners; one of another shape is shown whole on the mat."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.brush("board.mat"))
    painter.drawRoundedRect(rect, radius, radius)
    if image is None or image.isNull():
        return
    pixmap, target = fitted(image, rect, scale)
    brush = QBrush(pixmap)
    brush.setTransform(QTransform.fromTranslate(target.left(), target.top()).scale(
        target.width() / pixmap.width(), target.height() / pixmap.height()))
    before = painter.opacity()
    painter.setOpacity(before * faint)
    painter.setBrush(brush)
    painter.drawRoundedRect(target.intersected(rect), radius, radius)
    painter.setOpacity(before)


def fitted(image: QImage, rect: QRectF, scale: float) -> tuple[QPixmap, QRectF]:
    """The picture at the size it is seen at, and where it goes: filling the place, or whole within it."""
    shape, wanted = image.width() / max(image.height(), 1), rect.width() / rect.height()
    fills = abs(shape / wanted - 1) < NEAR
    if fills == (shape > wanted):
        height = rect.height()
        width = height * shape
    else:
        width = rect.width()
        height = width / shape
    target = QRectF(rect.center() - QPointF(width / 2, height / 2), rect.center() + QPointF(width / 2, height / 2))
    size = QSize(max(1, round(width * scale)), max(1, round(height * scale)))
    if size.width() < image.width():
        image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QPixmap.fromImage(image), target


def paint_empty(painter: QPainter, rect: QRectF, plan: CardPlan, ink: Ink, scale: float, *, kept: bool = False) -> None:
    """A place where a picture will be: a door ajar in a viewer, else the icon of its kind, faint."""
    if plan.face.kind == "viewer" and min(rect.width(), rect.height()) >= ink.px(120):
        paint_door(painter, rect, ink, "Kept from before: Run shows it" if kept else "Your picture appears here")
        return
    size = min(ink.px(20), rect.height() * 0.5)
    kind = next((port.kind for port in plan.face.outs if port.kind in ("image", "mask", "video")), "image")
    icon = ink.icon(kind, size, "border.strong", scale)
    painter.drawPixmap(QRectF(rect.center() - QPointF(size / 2, size / 2), rect.center() + QPointF(size / 2, size / 2)),
                       icon, QRectF(icon.rect()))


def tag(
    painter: QPainter, at: QPointF, text: str, ink: Ink, scale: float, *, icon: str = "", most: float = 1e6,
) -> None:
    """Words on a picture, on their own ground."""
    extra = ink.px(14) if icon else 0.0
    width = min(ink.width("tag", text) + ink.px(8) + extra, most)
    rect = QRectF(at.x(), at.y(), width, ink.px(TAG_HEIGHT))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(rect, 3, 3)
    x = rect.left() + ink.px(4)
    if icon:
        size = ink.px(11)
        pixmap = ink.icon(icon, size, ON_GROUND, scale)
        painter.drawPixmap(QRectF(x, rect.center().y() - size / 2, size, size), pixmap, QRectF(pixmap.rect()))
        x += extra
    room = rect.right() - x
    painter.setFont(ink.fonts["tag"])
    painter.setPen(QColor(ON_GROUND))
    if ink.width("tag", text) > room:
        text = ink.elided("tag", text, room)
    painter.drawText(QRectF(x, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)


def paint_takes(painter: QPainter, plan: CardPlan, look: Look, ink: Ink, scale: float) -> None:
    """How many takes there are, which one is picked, and the first of them."""
    if plan.takes is None:
        return
    label, count = plan.takes, len(look.thumbs)
    ink.write(painter, label, f"{count} takes", "strong", "text.primary")
    places = {thumb.take: place for place, thumb in enumerate(look.thumbs)}
    if look.picked in places:
        words = f"Take {places[look.picked] + 1} picked"
        width = ink.width("caption", words)
        ink.write(painter, QRectF(label.right() - width, label.top(), width + 1, label.height()), words, "caption",
                  "text.secondary")
        size = ink.px(12)
        icon = ink.icon("pick", size, "text.secondary", scale)
        painter.drawPixmap(QRectF(label.right() - width - ink.px(3) - size, label.center().y() - size / 2, size, size),
                           icon, QRectF(icon.rect()))
    for thumb, rect in zip(look.thumbs, plan.thumbs, strict=False):
        picked = thumb.take == look.picked
        faint = 1.0 if picked or look.picked is None else 0.82
        paint_image(painter, rect, thumb.image, ink, scale, faint=faint, radius=3)
        if picked:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink.colour("accent.base"), 2))
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 4, 4)
    if plan.more is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.brush("surface.raised"))
        painter.drawRoundedRect(plan.more, 3, 3)
        ink.write(painter, plan.more.adjusted(4, 0, -4, 0), f"+{count - len(plan.thumbs)}", "caption", "text.secondary",
                  Qt.AlignmentFlag.AlignHCenter)
