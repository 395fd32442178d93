"""What makes a model faster or smaller works for a call, and leaves nothing behind."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Painting
from ajar.plain import Precision, Size, Tuning
from ajar.values import Lora, LoraPart
from nodes.local.gpu import Device

pytestmark = pytest.mark.xdist_group("torch")
WANTED = Painting(prompt="a red circle", size=Size(64, 64), steps=6, seed=3)


def quiet(done: float, note: str, preview: Any) -> None:
    """Nobody listens."""


@pytest.fixture
def device(tiny_models: Path, shelf: Any) -> Device:
    return Device("cpu", shelf)


def painted(device: Device, tuning: Tuning | None = None, loras: Lora | None = None) -> Any:
    return device.load("kl", kind="flux", loras=loras, report=quiet, tuning=tuning).paint(WANTED, quiet).array


def test_skipped_blocks_change_the_picture_and_only_that_one(device: Device) -> None:
    plain = painted(device)
    skipped = painted(device, Tuning(cache=0.4))
    assert not np.array_equal(plain, skipped)
    assert np.array_equal(painted(device, Tuning(cache=0.4)), skipped)
    assert np.array_equal(painted(device), plain)


def test_a_pipeline_is_as_before_after_a_tuned_call(device: Device) -> None:
    from nodes.local.speed import tuned

    painter = device.load("kl", kind="flux", loras=None, report=quiet)
    plain = painter.paint(WANTED, quiet).array
    for tuning in (Tuning(cache=0.4), Tuning(attention="_native_math")):
        with tuned(painter.pipe, tuning, "cpu"):
            inside = painter.paint(WANTED, quiet).array
        assert np.abs(inside.astype(int) - plain.astype(int)).max() < 40
        assert np.array_equal(painter.paint(WANTED, quiet).array, plain)


def test_only_another_precision_loads_a_model_anew(device: Device) -> None:
    def loaded(tuning: Tuning | None) -> Any:
        return device.load("kl", kind="flux", loras=None, report=quiet, tuning=tuning)

    painter = loaded(None)
    assert loaded(Tuning(cache=0.4, attention="native")) is painter and painter.site.tuning.cache == 0.4
    assert loaded(Tuning(offload="disk")) is painter and loaded(None) is painter and not painter.site.tuning.cache
    assert loaded(Tuning(precision="float16")) is not painter


def test_steps_that_are_stopped_leave_no_cache_behind(device: Device) -> None:
    from ajar.errors import Cancelled

    tuning = Tuning(cache=0.4)
    whole = painted(device, tuning)
    painter = device.load("kl", kind="flux", loras=None, report=quiet, tuning=tuning)

    def stop(done: float, note: str, preview: Any) -> None:
        if note.startswith("step 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        painter.paint(WANTED, stop)
    assert not painter.pipe.transformer.is_cache_enabled
    assert np.array_equal(painted(device, tuning), whole)


def test_fp8_halves_what_denoises_and_loras_work_on_it(device: Device) -> None:
    def weight(tuning: Tuning | None) -> int:
        painter = device.load("kl", kind="flux", loras=None, report=quiet, tuning=tuning)
        return sum(part.nbytes for part in painter.pipe.transformer.parameters())

    small = Tuning(precision="fp8")
    plain, lora = painted(device), Lora((LoraPart("one", 1.0),))
    assert weight(small) < weight(None) * 0.7  # from 16 bits to 8, all but its norms
    pressed = painted(device, small)
    assert 0 < np.abs(pressed.astype(int) - plain.astype(int)).mean() < 20
    worn = painted(device, small, lora)
    assert not np.array_equal(worn, pressed)
    assert np.array_equal(painted(device, small), pressed)
    assert np.array_equal(painted(device), plain)


@pytest.mark.parametrize("precision", ["bfloat16", "float32"])
def test_a_precision_is_that_of_the_weights(device: Device, precision: Precision) -> None:
    painter = device.load("kl", kind="flux", loras=None, report=quiet, tuning=Tuning(precision=precision))
    assert str(painter.pipe.transformer.dtype) == f"torch.{precision}"


@pytest.mark.parametrize(("tuning", "sentence"), [
    (Tuning(precision="nf4"), "The precision nf4 needs an NVIDIA card, and this worker runs on cpu."),
    (Tuning(attention="sage"), 'The attention "sage" does not work here'),
    (Tuning(attention="sage_hub"), 'The attention "sage_hub" is fetched from the internet, so it is not used.'),
    (Tuning(attention="magic"), 'The attention "magic" is not known, so it is not used.'),
    (Tuning(cache=0.9), "A cache of 0.9 makes no sense."),
])
def test_what_can_not_be_had_is_said(device: Device, tuning: Tuning, sentence: str) -> None:
    with pytest.raises(UserError) as found:
        painted(device, tuning)
    assert found.value.message.startswith(sentence) and found.value.hint


def test_a_missing_package_is_named(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes.local import precision

    monkeypatch.setattr(precision, "find_spec", lambda name: None)
    with pytest.raises(UserError) as found:
        painted(device, Tuning(precision="int8"))
    assert found.value.message == 'The precision int8 needs the package "torchao", which is not installed.'
    assert "pip install torchao" in found.value.hint


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")  # of the compiler itself
def test_compiled_blocks_paint_nearly_the_same(device: Device) -> None:
    from nodes.local.speed import _no_compiler

    if _no_compiler("cpu"):
        pytest.skip("there is no C compiler")
    plain = painted(device).astype(int)
    assert np.abs(painted(device, Tuning(compile=True)).astype(int) - plain).max() < 30  # it rounds in another order
    assert np.array_equal(painted(device), plain)
