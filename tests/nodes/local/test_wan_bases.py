"""What Ajar ships of Wan in the place of weights: as many numbers as the real models have, and files find it."""

from importlib.util import find_spec
from typing import Any

import pytest

from nodes.local.folders import RESOURCES, known_rows
from nodes.local.headers import Tensor
from nodes.local.recognise import find_mark

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("torch-2")]

BILLIONS = {
    "wan2.1-t2v-1.3b": 1.419, "wan2.1-t2v-14b": 14.288, "wan2.1-i2v-14b": 16.395, "wan2.1-flf2v-14b": 16.396,
    "wan2.1-vace-1.3b": 2.154, "wan2.1-vace-14b": 17.338, "wan2.2-t2v-a14b": 14.288, "wan2.2-i2v-a14b": 14.289,
    "wan2.2-ti2v-5b": 5.0, "wan2.2-animate-14b": 17.275,
}
NAMES = {"wan2.2-t2v-a14b": "t2v_high_noise.safetensors", "wan2.2-i2v-a14b": "i2v_low_noise.safetensors"}


def empty(base: str, part: str) -> Any:
    """A part of a base without weights."""
    from accelerate import init_empty_weights

    from nodes.local.assembly import class_of

    folder = RESOURCES / "bases" / base
    kind = class_of(folder, part)
    with init_empty_weights():
        if kind.__module__.startswith("diffusers"):
            return kind.from_config(kind.load_config(folder / part))
        return kind(kind.config_class.from_pretrained(folder / part))


def numbers(model: Any) -> int:
    return sum(weight.numel() for weight in {id(weight): weight for weight in model.parameters()}.values())


@pytest.fixture(scope="module", autouse=True)
def _packages() -> None:
    if not all(map(find_spec, ("torch", "diffusers", "accelerate"))):
        pytest.skip("models need the extra local")


@pytest.mark.parametrize("base", BILLIONS)
def test_a_transformer_has_the_size_of_the_real_one_and_its_file_is_told(base: str) -> None:
    from tests.nodes.local.tiny_wan_files import wan_names

    model = empty(base, "transformer")
    assert round(numbers(model) / 1e9, 3) == BILLIONS[base]
    shapes = {name: Tensor("BF16", tuple(weight.shape)) for name, weight in model.state_dict().items()}
    if base == "wan2.2-animate-14b":
        return  # its motion encoder has names of its own
    for names in (shapes, wan_names(shapes)):
        mark = find_mark(names, NAMES.get(base, "some.safetensors"), known_rows().files)
        assert mark is not None and mark.base == base


def test_the_other_parts_have_the_size_of_the_real_ones() -> None:
    assert round(numbers(empty("wan2.1-t2v-1.3b", "vae")) / 1e6, 1) == 126.9
    assert round(numbers(empty("wan2.2-ti2v-5b", "vae")) / 1e6, 1) == 704.7
    assert round(numbers(empty("wan2.1-i2v-14b", "image_encoder")) / 1e6, 1) == 630.8
    words = empty("wan2.1-t2v-1.3b", "text_encoder")
    twice = words.encoder.embed_tokens.weight.numel()  # one table, which is only tied once it is read
    assert round((numbers(words) - twice) / 1e9, 2) == 5.68
