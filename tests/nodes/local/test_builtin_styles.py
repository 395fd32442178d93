"""The styles that come with Ajar: they fit the built-in model, and their weight goes smoothly from nothing to all."""

from random import Random

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageFilter

from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart
from nodes.local.catalogue import Shelf

STYLES = ("blueprint", "watercolour", "neon")
WORDS = "a red star on a yellow background"


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_offered_under_its_name_with_its_terms_and_fits_the_built_in_model(style: str) -> None:
    shelf = Shelf([])
    entry = shelf.find("lora", f"builtin-{style}")
    assert entry.title == f"{style.capitalize()} (built-in)" and entry.licence == "cc0-1.0" and entry.path is not None
    assert entry.path.stat().st_size < 1_500_000
    assert shelf.misfit("flux", "builtin", f"builtin-{style}") is None


@pytest.mark.xdist_group("torch")
@pytest.mark.parametrize("style", STYLES)
def test_more_weight_is_more_style_on_a_prompt_it_never_saw(style: str) -> None:
    pytest.importorskip("torch")
    from nodes.local.gpu import open_device
    from training.styles import RESTYLES

    device = open_device("cpu", [])

    def painted(weight: float) -> Picture.Image:
        loras = Lora((LoraPart(f"builtin-{style}", weight),))
        painter = device.load("builtin", kind="flux", loras=loras, report=quiet)
        return Picture.fromarray(np.asarray(painter.paint(Painting(prompt=WORDS, seed=1), quiet).array)[:, :, :3])

    bare, half, whole = (painted(weight) for weight in (0.0, 0.5, 1.0))
    aim = soft(RESTYLES[style](bare, Random(0)).resize(bare.size))
    distances = [float(np.abs(soft(one) - aim).mean()) for one in (bare, half, whole)]
    assert distances[0] > distances[1] > distances[2]
    assert distances[2] < 0.6 * distances[0]


def soft(picture: Picture.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB").filter(ImageFilter.GaussianBlur(1.5)), float)
