"""Whether a model fits into the memory is on its node before it runs."""

from canvas.looks import Look
from canvas.pages.about import badges


def test_a_model_that_fits_says_how_and_one_that_does_not_says_what_would_help() -> None:
    fits, = badges(Look(memory="12.1 GB of 24.0 GB: all of it on the card", fits=True), "", None, None)
    assert (fits.text, fits.kind) == ("Fits", "plain") and fits.tip.startswith("12.1 GB of 24.0 GB")
    look = Look(memory="does not fit: even a few blocks at a time it needs 9 GB, and 6 GB are free on the card",
                fits=False, advice=("Set the precision to fp8: 5.0 GB, all of it at once.",))
    not_, = badges(look, "", None, None)
    assert (not_.text, not_.kind) == ("Does not fit", "error") and "fp8" in not_.tip
    assert not badges(Look(), "", None, None)
