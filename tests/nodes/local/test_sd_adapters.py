"""LoRAs in every form, and words that were learned later, on Stable Diffusion XL and 1.5."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Painting
from ajar.values import Lora, LoraPart, Size
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = [
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

Paint = Callable[..., Any]
PIPELINES = {"xl": "StableDiffusionXLPipeline", "one": "StableDiffusionPipeline"}
KINDS = {"xl": "sdxl", "one": "sd15"}


def quiet(done: float, note: str, preview: Any) -> None:
    pass


@pytest.fixture(scope="module")
def models(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models, the same LoRA for each in all forms, and new words."""
    assert tiny_models
    import diffusers
    import torch
    from safetensors.torch import save_file

    from tests.nodes.local import tiny_sd

    models = tmp_path_factory.mktemp("sd-adapters")

    def save(name: str, weights: dict[str, Any]) -> None:
        save_file({key: weight.contiguous() for key, weight in weights.items()}, models / f"{name}.safetensors")

    for model, write in (("xl", tiny_sd.write_sdxl), ("one", tiny_sd.write_sd15)):
        pipe = getattr(diffusers, PIPELINES[model]).from_pretrained(write(models / model))
        layers = tiny_sd.lora_layers(pipe, 7)
        unet = {place: pair for place, pair in layers.items() if place[0] == "unet"}
        save(f"{model}-kohya", tiny_sd.kohya(layers, pipe.unet, original=False))
        save(f"{model}-original", tiny_sd.kohya(layers, pipe.unet, original=True))
        save(f"{model}-diffusers", tiny_sd.of_diffusers(layers))
        save(f"{model}-unet-kohya", tiny_sd.kohya(unet, pipe.unet, original=False))
        save(f"{model}-unet-peft", tiny_sd.of_peft(unet))
        tiny_sd.fuse(pipe, layers)
        pipe.save_pretrained(models / f"{model}-fused")
    torch.manual_seed(1)
    save("NiceStyle", {"clip_l": torch.randn(2, tiny_sd.L_WIDE), "clip_g": torch.randn(2, tiny_sd.G_WIDE)})
    save("bad-hands", {"emb_params": torch.randn(3, tiny_sd.L_WIDE)})
    save("loha", {"lora_unet_conv_in.hada_w1_a": torch.zeros(1), "lora_unet_conv_in.hada_w1_b": torch.zeros(1)})
    return models


@pytest.fixture(scope="module")
def device(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Device:
    from tests.nodes.local import tiny_sd

    return Device("cpu", Shelf([models], tiny_sd.write_resources(tmp_path_factory.mktemp("sd-resources"), {})))


@pytest.fixture(scope="module")
def paint(device: Device) -> Paint:
    def paint(model: str, *loras: tuple[str, float], **changes: Any) -> Any:
        parts = Lora(tuple(LoraPart(name, weight) for name, weight in loras)) if loras else None
        painter = device.load(model, kind=KINDS[model.partition("-")[0]], loras=parts, report=quiet)
        wanted = {"prompt": "a red circle", "size": Size(64, 64), "steps": 3, "guidance": 5.0, "seed": 3, **changes}
        return painter.paint(Painting(**wanted), quiet).array

    return paint


@pytest.mark.parametrize("model", ["xl", pytest.param("one", marks=pytest.mark.slow)])
def test_a_lora_paints_the_same_in_every_form_and_as_if_it_were_in_the_weights(paint: Paint, model: str) -> None:
    base = paint(model)
    found = [paint(model, (f"{model}-{form}", 1.0)) for form in ("kohya", "original", "diffusers")]
    assert all(np.array_equal(found[0], other) for other in found[1:])
    off = np.abs(found[0].astype(int) - paint(f"{model}-fused")).mean()
    assert off < 0.5 < np.abs(found[0].astype(int) - base).mean()
    alone = [paint(model, (f"{model}-unet-{form}", 1.0)) for form in ("kohya", "peft")]
    assert np.array_equal(*alone)
    assert not np.array_equal(alone[0], found[0])  # the text encoders count too
    assert np.array_equal(paint(model), base)


def test_loras_stack_by_weight_and_go_without_a_trace(paint: Paint) -> None:
    base, full = paint("xl"), paint("xl", ("xl-kohya", 1.0))
    half = paint("xl", ("xl-kohya", 0.5))
    assert not np.array_equal(half, full) and not np.array_equal(half, base)
    both = paint("xl", ("xl-kohya", 0.5), ("xl-unet-kohya", 0.3))
    assert not np.array_equal(both, half)
    assert np.array_equal(paint("xl", ("xl-kohya", 0.5)), half)
    assert np.array_equal(paint("xl", ("xl-kohya", 0.0)), base)


def test_a_lora_that_does_not_fit_or_is_none_is_a_sentence(paint: Paint) -> None:
    before = paint("one")
    with pytest.raises(UserError, match="was made for SDXL"):
        paint("one", ("xl-kohya", 1.0))
    with pytest.raises(UserError, match="has the form LoHa"):
        paint("one", ("loha", 1.0))
    assert np.array_equal(paint("one"), before)


def test_after_a_lora_that_could_not_be_put_on_the_last_one_is_put_on_anew(paint: Paint, models: Path) -> None:
    from safetensors.torch import load_file, save_file

    whole = load_file(models / "one-unet-peft.safetensors")
    shapes = {name: weight[..., :1].contiguous() for name, weight in whole.items()}
    save_file(shapes, models / "one-narrow.safetensors")
    styled = paint("one", ("one-kohya", 0.5))
    with pytest.raises(UserError, match="was not made for this model"):
        paint("one", ("one-unet-kohya", 1.0), ("one-narrow", 1.0))
    assert np.array_equal(paint("one", ("one-kohya", 0.5)), styled)


def test_words_that_could_not_all_be_learned_leave_no_trace(paint: Paint) -> None:
    words: dict[str, Any] = {"negative": "bad-hands, blue"}
    plain = paint("one", **words)
    with pytest.raises(UserError, match="known twice"):
        paint("one", ("bad-hands", 1.0), ("bad-hands", 1.0), **words)
    assert np.array_equal(paint("one", **words), plain)


def test_a_learned_word_paints_what_it_does_on_diffusers(paint: Paint, models: Path) -> None:
    import diffusers
    import torch
    from safetensors.torch import load_file

    plain = paint("xl", prompt="a nicestyle circle")
    found = paint("xl", ("NiceStyle", 1.0), prompt="a nicestyle circle")
    assert np.array_equal(found, paint("xl", ("NiceStyle", 1.0), prompt="a <NiceStyle> circle"))
    pipe: Any = diffusers.StableDiffusionXLPipeline.from_pretrained(models / "xl")
    pipe.set_progress_bar_config(disable=True)
    vectors = load_file(models / "NiceStyle.safetensors")
    for key, encoder, tokenizer in (
        ("clip_l", pipe.text_encoder, pipe.tokenizer), ("clip_g", pipe.text_encoder_2, pipe.tokenizer_2)
    ):
        pipe.load_textual_inversion({"<n>": vectors[key]}, token="<n>", text_encoder=encoder, tokenizer=tokenizer)
    direct = pipe(
        "a <n> circle", height=64, width=64, num_inference_steps=3, guidance_scale=5.0, output_type="np",
        generator=torch.Generator("cpu").manual_seed(3),
    ).images[0]
    assert np.array_equal(found, (direct * 255).round().astype(np.uint8))
    assert np.array_equal(paint("xl", prompt="a nicestyle circle"), plain)


def test_learned_words_stand_beside_loras_and_in_the_negative_prompt(paint: Paint) -> None:
    words: dict[str, Any] = {"negative": "bad-hands, blue"}
    plain, styled = paint("one", **words), paint("one", ("one-kohya", 0.5), **words)
    taught = paint("one", ("bad-hands", 1.0), **words)
    assert not np.array_equal(plain, taught)
    both = paint("one", ("one-kohya", 0.5), ("bad-hands", 1.0), **words)
    assert not np.array_equal(both, taught) and not np.array_equal(both, styled)
    assert np.array_equal(paint("one", ("one-kohya", 0.5), **words), styled)
    assert np.array_equal(paint("one", **words), plain)
    with pytest.raises(UserError, match="was made for SDXL"):
        paint("one", ("NiceStyle", 1.0))
    assert np.array_equal(paint("one", **words), plain)
