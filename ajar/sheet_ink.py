"""Drawing a compare sheet with Pillow: its words once, its pictures into their cells."""

from typing import Any

from ajar.letters import shortened
from ajar.sheets import (
    BASE,
    BETWEEN,
    GAP,
    LEFT,
    LINE,
    MARGIN,
    Head,
    Layout,
    Page,
    Place,
    Style,
    foot_lines,
    laid_out,
    lines_of,
    title_height,
    title_lines,
)
from ajar.values import Image

STAR = (
    (12, 3.8), (14.5, 9), (20.2, 9.8), (16.1, 13.8), (17.1, 19.5), (12, 16.8), (6.9, 19.5), (7.9, 13.8), (3.8, 9.8),
    (9.5, 9),
)
SMOOTH = 4
"""Stars and corners are drawn so many times larger and averaged, as Pillow draws them without smoothing."""


def draw(page: Page, look: Style, cell: int = BASE) -> Image:
    """The page as a picture, its cells so many pixels wide."""
    import numpy as np

    layout = laid_out(page, look, cell)
    paper = ground(page, look, layout)
    for index, place in enumerate(page.places):
        if place.picture is not None:
            put(paper, place.picture, layout, index)
            marked(paper, place, look, layout, index)
    return Image.of(np.asarray(paper))


def ground(page: Page, look: Style, layout: Layout) -> Any:
    """All of the page but its pictures, as a Pillow image."""
    from PIL import Image as Pillow

    paper = Pillow.new("RGB", layout.size, look["surface.board"])
    pen = _Pen(paper, look, layout)
    y = layout.px(MARGIN)
    if page.title:
        pen.write(layout.px(MARGIN), y, page.title, 21, "text.primary", bold=True, room=_inner(layout))
        y += layout.px(34)
    if page.under:
        pen.write(layout.px(MARGIN), y, page.under, 12, "text.secondary", room=_inner(layout))
        y += layout.px(20)
    if page.title or page.under:
        y += layout.px(10)
    for column, text in enumerate(page.columns):
        _column(pen, page, layout, column, text, y)
    for row, head in enumerate(page.rows):
        _row(pen, head, layout, row)
    for index, place in enumerate(page.places):
        _cell(pen, place, layout, index)
    foot = foot_lines(page, look, layout.scale, _inner(layout))
    y = layout.size[1] - layout.px(MARGIN) - layout.px(16) * len(foot) + layout.px(4)
    for line in foot:
        pen.write(layout.px(MARGIN), y, line, 11, "text.tertiary", room=_inner(layout))
        y += layout.px(16)
    return paper


def _inner(layout: Layout) -> int:
    return layout.size[0] - 2 * layout.px(MARGIN)


def _column(pen: "_Pen", page: Page, layout: Layout, column: int, text: str, y: int) -> None:
    left = layout.left + column * (layout.cell[0] + layout.px(GAP))
    if page.ask and any(page.columns):
        pen.write(left, y, page.asked(column), 12, "text.tertiary")
        y += layout.px(18)
    for line in lines_of(pen.look, text, layout.px(13), layout.cell[0] - layout.px(8), bold=True):
        pen.write(left, y, line, 13, "text.primary", bold=True)
        y += round(layout.px(13) * LINE)


def _row(pen: "_Pen", head: Head, layout: Layout, row: int) -> None:
    top, _ = layout.rows[row]
    left, room = layout.px(MARGIN), layout.px(LEFT - 14)
    if row:
        y = top - layout.px(BETWEEN)
        pen.box((left, y, layout.size[0] - 2 * left, max(1, layout.px(1))), 0, pen.look["border.subtle"])
    lines, size = title_lines(head, pen.look, layout.scale)
    for number, line in enumerate(lines):
        pen.write(left, top + number * round(size * LINE * layout.scale), line, size, "text.primary", bold=True)
    y = top + title_height(head, pen.look, layout.scale)
    if head.door:
        pen.chip(left, y, head.door.capitalize(), head.door)
        y += layout.px(26)
    for text in head.lines:
        for line in lines_of(pen.look, text, layout.px(12), room):
            pen.write(left, y, line, 12, "text.secondary")
            y += layout.px(12 * LINE)


def _cell(pen: "_Pen", place: Place, layout: Layout, index: int) -> None:
    left, top, wide, high = layout.box(index)
    if place.picture is None:
        tint = pen.look["tint.error"] if place.trouble else pen.look["surface.panel"]
        edge = pen.look["semantic.error"] if place.trouble else pen.look["border.default"]
        pen.box((left, top, wide, high), 6, tint, edge)
        lines = lines_of(pen.look, place.words, layout.px(12), wide - layout.px(32), most=5)
        y = top + (high - len(lines) * layout.px(12 * LINE)) // 2
        for line in lines:
            pen.write(left + wide // 2, y, line, 12, "text.secondary", anchor="ma")
            y += layout.px(12 * LINE)
    else:
        pen.box((left, top, wide, high), 6, pen.look["board.mat"])
    y = top + high + layout.px(8)
    x = left + layout.px(2)
    if place.price:
        ink = "semantic.money" if place.paid else "text.secondary"
        x += pen.write(x, y, place.price, 12, ink, bold=place.paid) + layout.px(9)
    if place.time:
        pen.write(x, y, place.time, 12, "text.tertiary")
    if place.rating:
        pen.stars(left + wide - layout.px(66), y + layout.px(1), place.rating)


def put(paper: Any, picture: Image, layout: Layout, index: int) -> None:
    """Put a picture into its cell: whole, in its own shape, with round corners."""
    from PIL import Image as Pillow

    left, top, wide, high = layout.box(index)
    fit = min(wide / picture.width, high / picture.height)
    size = (max(1, round(picture.width * fit)), max(1, round(picture.height * fit)))
    # A pixel of rounding is no reason for a stripe of mat.
    size = (wide if wide - size[0] <= 2 else size[0], high if high - size[1] <= 2 else size[1])
    shown = picture.srgb().to("uint8").rgba().pil()
    ways = Pillow.Resampling
    if size != shown.size:
        shown = shown.resize(size, ways.BICUBIC if fit > 1 else ways.LANCZOS, reducing_gap=3.0 if fit < 1 else None)
    from PIL import ImageChops

    corners = _rounded(size, layout.px(6 if size == (wide, high) else 0))
    spot = (left + (wide - size[0]) // 2, top + (high - size[1]) // 2)
    paper.paste(shown.convert("RGB"), spot, ImageChops.multiply(corners, shown.getchannel("A")))


def marked(paper: Any, place: Place, look: Style, layout: Layout, index: int) -> None:
    """The short words over a picture, on a dark ground of their own."""
    if not place.mark:
        return
    from PIL import Image as Pillow
    from PIL import ImageDraw

    left, top, wide, _ = layout.box(index)
    pad, tall = layout.px(7), layout.px(20)
    face = look.face(layout.px(11) * SMOOTH, bold=True, text=place.mark)
    text = shortened(place.mark, face, (wide - 4 * pad) * SMOOTH)
    size = (round(face.getlength(text) / SMOOTH) + 2 * pad, tall)
    spot = (left + layout.px(6), top + layout.px(6))
    behind = _rounded(size, layout.px(3)).point(lambda one: one * 4 // 5)
    paper.paste(Pillow.new("RGB", size, (13, 14, 16)), spot, behind)
    cover = Pillow.new("L", (size[0] * SMOOTH, size[1] * SMOOTH), 0)
    ImageDraw.Draw(cover).text((pad * SMOOTH, tall * SMOOTH // 2), text, 255, face, anchor="lm")
    paper.paste((242, 243, 245), spot, cover.reduce(SMOOTH))


class _Pen:
    """Writes and draws on a page in its measures."""

    def __init__(self, paper: Any, look: Style, layout: Layout) -> None:
        self.paper, self.look, self.layout = paper, look, layout

    def write(self, x: int, y: int, text: str, size: float, ink: str, *, bold: bool = False, room: int = 0,
              anchor: str = "la") -> int:
        """One line from its upper edge on; how wide it is."""
        height = max(6, self.layout.px(size))
        face = self.look.face(height * SMOOTH, bold=bold, text=text)
        text = shortened(text, face, room * SMOOTH) if room else text
        wide: float = face.getlength(text) / SMOOTH
        left = x - round(wide / 2) if anchor == "ma" else x
        self._ink(text, face, left, y, height, ink)
        return round(wide)

    def _ink(self, text: str, face: Any, x: int, y: int, height: int, ink: str) -> None:
        """Letters drawn larger and averaged stand where they belong, not on whole pixels."""
        from PIL import Image as Pillow
        from PIL import ImageDraw

        up, down = face.getmetrics()
        size = (int(face.getlength(text)) + 2 * height, up + down)
        cover = Pillow.new("L", size, 0)
        ImageDraw.Draw(cover).text((0, 0), text, 255, face)
        self.paper.paste(self.look[ink], (x, y), cover.reduce(SMOOTH))

    def chip(self, x: int, y: int, text: str, kind: str) -> None:
        face = self.look.face(self.layout.px(11) * SMOOTH, bold=True)
        pad, tall = self.layout.px(8), self.layout.px(19)
        wide = round(face.getlength(text) / SMOOTH) + 2 * pad
        self.box((x, y, wide, tall), 4, self.look[f"tint.{kind}"])
        self.write(x + pad, y + self.layout.px(3), text, 11, f"semantic.{kind}", bold=True)

    def box(self, box: tuple[int, int, int, int], radius: float, fill: tuple[int, int, int],
            edge: tuple[int, int, int] | None = None) -> None:
        x, y, wide, high = box
        if edge is not None:
            self.paper.paste(edge, (x, y), _rounded((wide, high), self.layout.px(radius)))
            x, y, wide, high = x + 1, y + 1, wide - 2, high - 2
        self.paper.paste(fill, (x, y), _rounded((wide, high), self.layout.px(radius)))

    def stars(self, x: int, y: int, rating: int) -> None:
        side = self.layout.px(12)
        for number in range(5):
            ink = self.look["text.primary"] if number < rating else self.look["border.default"]
            self.paper.paste(ink, (x + number * (side + self.layout.px(1)), y), _star(side))


def _rounded(size: tuple[int, int], radius: int) -> Any:
    """The coverage of a box with round corners."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    if radius <= 0:
        return Pillow.new("L", size, 255)
    # Only the corners need smoothing, and a page may have large boxes.
    mask = Pillow.new("L", size, 255)
    corner = Pillow.new("L", (radius * SMOOTH, radius * SMOOTH), 0)
    ImageDraw.Draw(corner).pieslice((0, 0, 2 * radius * SMOOTH, 2 * radius * SMOOTH), 180, 270, fill=255)
    small = corner.reduce(SMOOTH)
    ways = Pillow.Transpose
    right, bottom = size[0] - radius, size[1] - radius
    mask.paste(small, (0, 0))
    mask.paste(small.transpose(ways.FLIP_LEFT_RIGHT), (right, 0))
    mask.paste(small.transpose(ways.FLIP_TOP_BOTTOM), (0, bottom))
    mask.paste(small.transpose(ways.ROTATE_180), (right, bottom))
    return mask


def _star(side: int) -> Any:
    from PIL import Image as Pillow
    from PIL import ImageDraw

    large = Pillow.new("L", (side * SMOOTH, side * SMOOTH), 0)
    scale = side * SMOOTH / 24
    ImageDraw.Draw(large).polygon([(x * scale, y * scale) for x, y in STAR], fill=255)
    return large.reduce(SMOOTH)
