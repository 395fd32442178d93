"""The upscaling network: other programs load what is trained here, and it starts out as a fair interpolation."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nodes.local.catalogue import Shelf
from nodes.local.site import Site

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.xdist_group("torch")


def small(scale: int, seed: int = 0) -> Any:
    """A network whose last layer is not as it starts, so that all of it counts."""
    from training.upscaler.network import Compact

    torch.manual_seed(seed)
    model = Compact(scale, width=16, depth=3)
    for weight in model.parameters():
        weight.data += 0.05 * torch.randn_like(weight)
    return model


def noise(side: int = 12) -> Any:
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("scale", [2, 4])
def test_spandrel_loads_the_weights_and_computes_the_same(scale: int, tmp_path: Path) -> None:
    if find_spec("spandrel") is None:
        pytest.skip("needs the extra upscale")
    from safetensors.torch import save_file

    from nodes.local import upscalers
    from training.upscaler.network import as_compact

    model = small(scale)
    save_file(as_compact(model.state_dict()), tmp_path / "small.safetensors")
    found = upscalers.load(Shelf([tmp_path]).find("upscale", "small"), Site("cpu"))
    assert found.scale == scale
    with torch.no_grad():
        assert np.allclose(found._compute(noise().numpy()), model(noise()).clamp(0, 1).numpy(), atol=1e-5)


@pytest.mark.parametrize("scale", [2, 4])
def test_before_any_training_a_slope_stays_an_even_slope(scale: int) -> None:
    from training.upscaler.network import Compact

    slope = torch.linspace(0.1, 0.9, 9).expand(1, 3, 9, 9)
    with torch.no_grad():
        made = Compact(scale, width=16, depth=3)(slope)[0, 1, 4 * scale]
    steps = np.diff(made.numpy())[scale:-scale]  # the rim knows too little
    assert np.allclose(steps, 0.1 / scale, atol=1e-4)


def test_a_fourfold_network_goes_on_where_the_twofold_one_is() -> None:
    from training.upscaler.network import Compact, take_over

    twofold, fourfold = small(2), Compact(4, width=16, depth=3)
    take_over(twofold.state_dict(), fourfold)
    with torch.no_grad():
        doubled = torch.nn.functional.interpolate(twofold(noise()), scale_factor=2, mode="nearest")
        assert torch.allclose(fourfold(noise()), doubled, atol=1e-5)


def test_no_pixel_counts_from_farther_away_than_the_network_says() -> None:
    from training.upscaler.network import REACH, Compact

    side = 2 * REACH + 9
    picture = torch.rand(1, 3, side, side)
    model, changed, middle = Compact(2), picture.clone(), side // 2
    changed[0, :, middle, middle] += 1
    with torch.no_grad():
        touched = (model(picture) - model(changed)).abs().amax(1)[0].nonzero() // 2 - middle
    assert touched.abs().max() <= REACH
