
import pytest

from canvas.viewers import state
from canvas.viewers.state import Box, Look, View

ROOM = Box(0, 0, 800, 600)
SIZE = (1600, 900)


def test_a_picture_is_fitted_until_somebody_zooms() -> None:
    box = state.place(state.FITTED, SIZE, ROOM)
    assert (box.width, box.height) == (800, 450)
    assert box.middle == ROOM.middle


@pytest.mark.parametrize("at", [(400, 300), (10, 200), (790, 590)])
@pytest.mark.parametrize("factor", [1.2, 0.9, 4])
def test_what_is_under_the_cursor_stays_there_while_zooming(at: tuple[float, float], factor: float) -> None:
    look = Look(1.0, (0.5, 0.5))
    before = state.place(look, SIZE, ROOM)
    after = state.place(state.zoomed(look, SIZE, ROOM, at, factor), SIZE, ROOM)
    spots = [((at[0] - box.x) / box.width, (at[1] - box.y) / box.height) for box in (before, after)]
    assert spots[0] == pytest.approx(spots[1])


def test_zoom_has_an_end_both_ways() -> None:
    near = far = Look(1.0)
    for _ in range(60):
        near = state.zoomed(near, SIZE, ROOM, (400, 300), 2)
        far = state.zoomed(far, SIZE, ROOM, (400, 300), 0.5)
    assert (near.zoom, far.zoom) == (state.NEAREST, state.FARTHEST)


def test_panning_moves_the_picture_by_as_much_and_never_loses_it() -> None:
    look = Look(2.0)
    moved = state.panned(look, SIZE, ROOM, 30, -20)
    before, after = state.place(look, SIZE, ROOM), state.place(moved, SIZE, ROOM)
    assert (after.x - before.x, after.y - before.y) == pytest.approx((30, -20))
    gone = state.place(state.panned(look, SIZE, ROOM, 1e6, 1e6), SIZE, ROOM)
    assert gone.x <= 400 and gone.y <= 300


def test_the_pixel_under_a_point() -> None:
    box = Box(100, 100, 200, 100)
    assert state.pixel(box, (20, 10), 100, 100) == (0, 0)
    assert state.pixel(box, (20, 10), 299.9, 199.9) == (19, 9)
    assert state.pixel(box, (20, 10), 99, 150) is None


def test_b_of_another_shape_is_laid_whole_into_the_place_of_a() -> None:
    box = state.inside(Box(0, 0, 160, 90), (100, 100))
    assert (box.width, box.height) == (90, 90)
    assert box.middle == (80, 45)


def test_a_number_shows_its_buffer_and_b_changes_place_rather_than_double() -> None:
    view = View(a=1, b=2, mode="wipe")
    assert (state.showing(view, 5).a, state.showing(view, 5).b) == (5, 2)
    swapped = state.showing(view, 2)
    assert (swapped.a, swapped.b, swapped.mode) == (2, 1, "wipe")
    assert (state.against(view, 1).a, state.against(view, 1).b) == (2, 1)


def test_asking_for_b_begins_a_wipe() -> None:
    view = state.against(View(), 3)
    assert (view.mode, view.b) == ("wipe", 3)
    assert state.against(View(mode="onion"), 3).mode == "onion"


def test_w_goes_to_the_wipe_and_back() -> None:
    assert state.wiped(View()).mode == "wipe"
    assert state.wiped(state.wiped(View())).mode == "single"
    assert state.wiped(View(mode="side")).mode == "wipe"


def test_a_channel_asked_for_twice_gives_all_again() -> None:
    view = state.in_channel(View(), "G")
    assert (view.channel, state.in_channel(view, "G").channel, state.in_channel(view, "A").channel) == ("G", "RGB", "A")


def test_locked_sides_move_together_and_unlocked_ones_apart() -> None:
    view = View(mode="side")
    near = Look(3.0)
    together = state.seen(view, near, "b")
    assert state.look_of(together, "a") == state.look_of(together, "b") == near
    apart = state.seen(state.locked(view, False), near, "b")
    assert (state.look_of(apart, "a"), state.look_of(apart, "b")) == (state.FITTED, near)
    assert state.look_of(state.locked(apart, True), "b") == state.FITTED


def test_the_amount_belongs_to_the_mode() -> None:
    difference = View(mode="difference")
    assert state.stronger(state.stronger(difference, 1), 1).gain == 4
    assert state.stronger(difference, -1).gain == 1
    assert state.stronger(View(mode="onion"), 1).opacity == 0.55
    assert state.stronger(View(mode="wipe"), -1).split == 0.48
    assert state.stronger(View(), 1) == View()


@pytest.mark.parametrize(("x", "y", "lying", "side"), [
    (100, 50, False, "a"), (700, 50, False, "b"), (700, 50, True, "a"), (100, 590, True, "b"),
])
def test_the_wipe_line_says_whose_pixel_it_is(x: float, y: float, lying: bool, side: str) -> None:
    assert state.side_at(View(mode="wipe", lying=lying), ROOM, x, y) == side


def test_side_by_side_stands_above_each_other_in_a_tall_room() -> None:
    wide, tall = (state.panes(View(mode="side"), room) for room in (ROOM, Box(0, 0, 300, 800)))
    assert wide[1].x > 0 and wide[1].y == 0
    assert tall[1].x == 0 and tall[1].y > 0
