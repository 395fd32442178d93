"""Painted cards: every state can be told without colour, and nothing is painted outside its bounds."""

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from canvas.board.card import CardPlan
from canvas.board.card_item import CardItem
from canvas.board.easel import HINTS, Easel
from canvas.board.face import Face, Port
from canvas.looks import Look
from canvas.theme import Theme
from tests.canvas.board.scenes import grey, picture
from workflows.graph import State

FACE = Face(
    "Wan 2.2", "generate", "video", picture=True,
    ins=(Port("prompt", None, "prompt", "text", "in"), Port("image", None, "first frame", "image", "in", wired=True)),
    outs=(Port("video", None, "video", "video", "out", wired=True),),
)
LOOKS: dict[str, tuple[State | None, Look]] = {
    "idle": (None, Look()), "queued": (None, Look("queued", "2nd")), "running": (None, Look("running", done=0.4)),
    "cached": (None, Look("cached")), "stale": (None, Look("stale")),
    "failed": (None, Look("failed", message="Not enough memory.")), "muted": ("muted", Look()),
    "bypassed": ("bypassed", Look()), "frozen": ("frozen", Look()), "other stage": (None, Look("other_stage")),
    "ask": (None, Look("waiting", message="Ask.")), "missing": (None, Look("missing", needs="Needs 6.9 GB")),
}


def painted(theme: Theme, state: State | None, look: Look, zoom: float = 1.0, face: Face = FACE) -> QImage:
    easel = Easel(theme)
    easel.zoom = zoom
    card = CardItem("a", easel)
    card.dress(face, look, state, {})
    bounds = card.boundingRect()
    image = QImage((bounds.size() * zoom).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.colour("surface.board"))
    painter = QPainter(image)
    painter.setRenderHints(HINTS)
    painter.scale(zoom, zoom)
    painter.translate(-bounds.topLeft())
    card.paint(painter, None)  # type: ignore[arg-type]
    painter.end()
    return image


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("zoom", [1.0, 0.5])
def test_20_every_state_can_be_told_without_colour(theme: Theme, mode: str, zoom: float) -> None:
    worn = Theme("dark" if mode == "dark" else "light")
    pictures = {name: grey(painted(worn, state, look, zoom)) for name, (state, look) in LOOKS.items()}
    for one, other in combinations(pictures, 2):
        assert pictures[one] != pictures[other], f"{one} looks like {other}"


def test_a_shadow_does_not_reach_the_edge_of_what_is_painted(theme: Theme) -> None:
    image = painted(theme, None, Look())
    ground = theme.colour("surface.board").rgb()
    right, bottom = image.width() - 1, image.height() - 1
    assert all(image.pixel(x, y) == ground for x in range(0, right, 7) for y in (0, bottom))
    assert all(image.pixel(x, y) == ground for y in range(0, bottom, 7) for x in (0, right))


def test_a_picture_fills_its_place_and_another_shape_is_shown_whole(theme: Theme) -> None:
    def corner(image: QImage) -> str:
        plan = plan_of(theme)
        assert plan.preview is not None
        at = plan.preview.topLeft() - plan.bounds.topLeft()
        return painted(theme, None, Look(picture=image)).pixelColor(round(at.x()) + 8, round(at.y()) + 30).name()

    square = picture("#00ff00").scaled(90, 90, Qt.AspectRatioMode.IgnoreAspectRatio)
    assert corner(picture("#00ff00")) == "#00ff00"
    assert corner(square) == theme.colour("board.mat").name()


def plan_of(theme: Theme) -> CardPlan:
    card = CardItem("a", Easel(theme))
    card.dress(FACE, Look(picture=picture()), None, {})
    return card.plan


@pytest.mark.parametrize("kind", ["text", "image", "mask", "video", "audio", "mesh", "lora", "number", "any"])
def test_every_type_of_socket_has_its_own_shape(theme: Theme, kind: str) -> None:
    def shape(of: str) -> QImage:
        face = Face("A", "look", "eye", ins=(Port("x", None, "", of, "in", wired=True),))  # type: ignore[arg-type]
        image = grey(painted(theme, None, Look(), 4.0, face))
        # Only what is light or dark counts, not how much.
        return image.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)

    others = {"text", "image", "mask", "video", "audio", "mesh", "lora", "number", "any"} - {kind}
    assert all(shape(kind) != shape(other) for other in others)


@pytest.mark.parametrize("text", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("zoom", [0.4, 0.75, 1.0, 2.0, 4.0])
def test_cards_can_be_painted_at_every_size(theme: Theme, text: float, zoom: float) -> None:
    worn = Theme("dark", text, contrast=True)
    for state, look in LOOKS.values():
        assert not painted(worn, state, look, zoom).isNull()
