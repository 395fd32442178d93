"""What a node looks like, from what forecast, run and takes say of it."""

from PySide6.QtGui import QImage

from ajar.plain import Size
from canvas.faces import Ran, Shown, Strip, face, text_of
from canvas.fact import Fact
from canvas.looks import Look, Thumb
from workflows.following import Course

OLD, NEW, TAKE = (QImage(size, size, QImage.Format.Format_RGB32) for size in (1, 2, 3))


def look(fact: Fact = Fact(), course: Course | None = None, *, going: bool = True, place: int = 0,  # noqa: B008
         seen: tuple[str, ...] = (), strip: Strip = Strip(), shown: Shown = Shown()) -> Look:  # noqa: B008
    return face(fact, None if course is None else Ran(course, 1, place, seen), strip, shown, going)


def test_the_word_says_the_state_without_colour() -> None:
    assert look().phase == "idle" and look().word == ""
    assert [look(course=Course("queued"), place=place).word for place in (0, 1, 2)] == ["Queued", "Next", "2nd"]
    assert look(course=Course("running", 0.62)).word == "62 %" and look(course=Course("running")).word == "Running"
    assert look(Fact("cached", keys=("k",))).word == "Cached"
    assert look(Fact("missing", needs="Needs FLUX, 34 GB")).word == "Needs FLUX, 34 GB"
    assert look(Fact("other_stage", stage="final")).word == "Waits for Final"
    assert look(Fact("broken", message="No.", hint="Do.")).message == "No."


def test_a_run_that_is_over_leaves_nobody_in_line() -> None:
    assert look(course=Course("queued"), going=False).phase == "idle"
    assert look(course=Course("running", 0.5), going=False).phase == "idle"


def test_a_failure_stays_until_something_about_it_changes() -> None:
    failed = Course("failed", message="No.", hint="Do.")
    assert look(Fact(keys=("k",)), failed, going=False, seen=("k",)).message == "No."
    changed = look(Fact(keys=("other",)), failed, going=False, seen=("k",))
    assert (changed.phase, changed.message) == ("stale", "")


def test_what_was_made_of_other_settings_is_shown_as_changed() -> None:
    done = Course("done", keys=("k",))
    assert look(Fact("cached", keys=("k",)), done, going=False).phase == "done"
    assert look(Fact("idle", keys=("other",)), done, going=False).phase == "stale"
    assert look(Fact("idle", keys=("k",))).phase == "idle"
    assert look(Fact("idle", keys=("k",)), strip=Strip((Thumb(1, None),))).phase == "stale"


def test_the_picked_take_is_shown_unless_something_new_is_being_made() -> None:
    picked = Strip((Thumb(7, TAKE),), 7, TAKE)
    assert look(strip=picked, shown=Shown(OLD)).picture is TAKE
    assert look(strip=picked, shown=Shown(NEW, True)).picture is NEW
    assert look(strip=Strip((Thumb(7, TAKE),), None, TAKE), shown=Shown(OLD)).picture is OLD
    assert look(strip=Strip((Thumb(7, TAKE),), None, TAKE)).picture is TAKE
    assert look(strip=picked, shown=Shown(NEW, True)).preview and not look(strip=picked, shown=Shown(OLD)).preview


def test_results_are_said_in_a_few_words() -> None:
    assert [text_of((value,)) for value in (3, 0.25, True, [1, 2], [1], "a\n b")] == [
        "3", "0.25", "yes", "2 items", "1 item", "a b"]
    assert text_of(()) == "" and len(text_of(("x" * 500,))) == 60 and text_of((Size(2, 3),)) == ""
