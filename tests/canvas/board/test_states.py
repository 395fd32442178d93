"""States are told by glyph and word; and to those who hear them."""

from canvas.board.states import BY_PHASE, BY_STATE, sign_of, spoken
from canvas.looks import Look, Thumb


def test_20_every_state_has_a_glyph_of_its_own() -> None:
    signs = [*BY_PHASE.values(), *BY_STATE.values()]
    assert all(sign.glyph and sign.name for sign in signs)
    told = [(sign.glyph, sign.word) for sign in signs]
    assert len(set(told)) == len(told)


def test_what_a_person_set_goes_before_the_run() -> None:
    assert sign_of("muted", Look("cached")).word == "Muted"
    assert sign_of("frozen", Look("stale")).word == "Frozen"
    assert sign_of("frozen", Look("failed")).word == "Failed"


def test_running_says_how_far() -> None:
    assert sign_of(None, Look("running", done=0.62)).word == "62 %"


def test_a_missing_key_is_not_a_missing_model() -> None:
    assert sign_of(None, Look("missing", needs="Needs a key for Kling")).glyph == "key"
    assert sign_of(None, Look("missing", needs="Needs FLUX.1-schnell, 34 GB")).glyph == "save"


def test_44_a_card_is_spoken_as_it_is_seen() -> None:
    thumbs = tuple(Thumb(number, None) for number in range(1, 11))
    look = Look("running", done=0.62, open=True, thumbs=thumbs, picked=7)
    assert spoken("Wan 2.2", None, look) == "Wan 2.2, open, running 62 percent, take 7 of 10 picked"
    assert spoken("Save", "muted", Look()) == "Save, muted"
