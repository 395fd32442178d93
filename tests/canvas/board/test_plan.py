"""The anatomy of a card, in pixels."""

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import QPointF

from canvas.board.card import CardPlan
from canvas.board.face import face_of
from canvas.board.ink import Ink
from canvas.board.plan import plan
from canvas.looks import Look, Thumb
from canvas.theme import Theme
from tests.canvas.board.scenes import painting, picture
from workflows.graph import Graph, Node
from workflows.studio import Studio

OPEN = Look(open=True, lane="GPU 0", licence="Apache-2.0")


@pytest.fixture
def lay(studio: Studio, theme: Theme) -> Any:
    def lay(name: str, look: Look = OPEN, text: float = 1.0, graph: Graph | None = None, **flags: Any) -> CardPlan:
        face = face_of(graph or painting(), studio.packs.types, name)
        return plan(face, look, flags, Ink(Theme("dark", text)))

    return lay


def at(made: CardPlan, name: str) -> QPointF:
    return next(place for port, place in made.ports if port.name == name)


def parts(made: CardPlan, what: str) -> list[Any]:
    return [part for part in made.parts if part.what == what]


def test_the_rows_of_a_generator_lie_as_drawn(lay: Any) -> None:
    made = lay("flux", Look(open=True, lane="GPU 0", licence="Apache-2.0", picture=picture()))
    assert made.width == 224
    assert parts(made, "header")[0].rect.height() == 28
    assert [chip.rect.top() for chip in made.chips] == [32, 32, 32]
    assert (at(made, "prompt").x(), at(made, "prompt").y()) == (0, 67)
    assert (at(made, "controls").x(), at(made, "controls").y()) == (0, 89)
    assert (at(made, "loras").x(), at(made, "loras").y()) == (0, 111)
    assert at(made, "result").x() == 224
    assert at(made, "result").y() == at(made, "prompt").y()
    assert made.preview is not None
    assert (made.preview.width(), made.preview.height()) == (208, 117)
    first, second = made.values[0][1], made.values[1][1]
    assert (first.height(), second.top() - first.bottom()) == (20, 2)


def test_takes_lie_five_a_row_in_two_rows_then_a_count(lay: Any) -> None:
    thumbs = tuple(Thumb(number, picture()) for number in range(14))
    made = lay("flux", Look(picture=picture(), thumbs=thumbs))
    assert len(made.thumbs) == 9
    assert made.more is not None
    assert {rect.top() for rect in made.thumbs} == {made.thumbs[0].top(), made.thumbs[0].top() + 26}
    assert round(made.thumbs[0].width(), 1) == 38.4


def test_a_failed_card_has_a_foot_with_a_way_out(lay: Any) -> None:
    look = Look("failed", message="Not enough GPU memory. Needs 14.2 GB, 11.8 GB free.", hint="Use 8-bit weights")
    made = lay("flux", look)
    assert made.foot is not None
    assert made.foot.height() == 70
    assert [line.text for line in made.lines[-4:]] == [
        "Not enough GPU memory", "Needs 14.2 GB, 11.8 GB free.", "Use 8-bit weights", "Details",
    ]
    assert {part.key for part in parts(made, "foot")} == {"hint", "details", ""}


def test_a_warning_is_a_line_under_the_rows(lay: Any) -> None:
    made = lay("flux", Look(open=True, warning='Does not know "dragon"'))
    [line] = [line for line in made.lines if line.colour == "semantic.warn"]
    assert (line.text, line.icon) == ('Does not know "dragon"', "warn") and line.rect.bottom() < made.height


def test_collapsed_only_the_header_is_left_with_sockets_at_its_middle(lay: Any) -> None:
    made = lay("flux", collapsed=True)
    assert made.height == 28
    assert {place.y() for _, place in made.ports} == {14}
    assert not made.values


def test_at_twice_the_text_rows_grow_and_thumbs_do_not(lay: Any) -> None:
    thumbs = tuple(Thumb(number, picture()) for number in range(4))
    small, large = (lay("flux", Look(picture=picture(), thumbs=thumbs), text) for text in (1.0, 2.0))
    assert large.values[0][1].height() == 2 * small.values[0][1].height()
    assert large.thumbs[0].height() == small.thumbs[0].height() == 22


def test_a_width_of_its_own_is_kept_within_reason(lay: Any) -> None:
    assert lay("blur", width=300).width == 300
    assert lay("blur", width=10).width == 142


@pytest.mark.parametrize("name", ["prompt", "lora", "flux", "blur", "save"])
def test_nothing_on_a_card_lies_outside_or_on_top_of_another(lay: Any, name: str) -> None:
    made = lay(name, Look("failed", message="It broke. Because.", hint="Mend it", open=True, lane="CPU", licence="MIT"))
    boxes = [part.rect for part in made.parts if part.what in ("header", "chip", "text", "preview", "value", "take")]
    assert all(made.rect.contains(box) for box in boxes)
    assert not any(
        one.intersects(other) for place, one in enumerate(boxes) for other in boxes[place + 1 :]
    )


def test_a_long_title_does_not_widen_a_card_without_end(lay: Any) -> None:
    graph = Graph(nodes={"a": Node("blur", title="A title that goes on " * 20)})
    assert lay("a", graph=graph).width <= 320


def test_a_viewer_is_large(studio: Studio, theme: Theme) -> None:
    types: Mapping[str, Any] = studio.packs.types
    if "viewer" not in types:
        pytest.skip("there is no viewer node yet")
    face = face_of(Graph(nodes={"v": Node("viewer")}), types, "v")
    assert plan(face, Look(), {}, Ink(theme)).width == 480
