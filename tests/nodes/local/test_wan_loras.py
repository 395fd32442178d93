"""LoRAs on real Wan pipelines with random weights: every form, two experts, pairs of files, and off again."""

import os
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.painting import Filming
from ajar.values import Image, Lora, LoraPart, Size, Video
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = pytest.mark.xdist_group("torch-2")

Film = Callable[..., Any]
LAYERS = {
    "attn1.to_q": "self_attn.q", "attn1.to_k": "self_attn.k", "attn1.to_v": "self_attn.v",
    "attn1.to_out.0": "self_attn.o", "attn2.to_q": "cross_attn.q", "attn2.to_k": "cross_attn.k",
    "attn2.to_v": "cross_attn.v", "attn2.to_out.0": "cross_attn.o", "ffn.net.0.proj": "ffn.0", "ffn.net.2": "ffn.2",
}


def lora_weights(style: str, seed: int, alpha: float = 4.0) -> Mapping[str, Any]:
    """The same random LoRA of rank 4 in the names of a program; those without alpha have the scale in the weights."""
    import torch

    noise = torch.Generator().manual_seed(seed)
    found: dict[str, Any] = {}
    starts = {"diffusers": "transformer.", "peft": "base_model.model.", "original": "diffusion_model."}
    for block in range(2):
        for own, theirs in LAYERS.items():
            inside, outside = (64 if own == "ffn.net.2" else 32), (64 if own == "ffn.net.0.proj" else 32)
            down = torch.randn(4, inside, generator=noise) * 0.3
            up = torch.randn(outside, 4, generator=noise) * 0.3
            layer = f"blocks.{block}.{theirs}"
            if style == "kohya":
                layer = f"lora_unet_{layer.replace('.', '_')}"
                found |= {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up,
                          f"{layer}.alpha": torch.tensor(alpha)}
            elif style == "comfy":
                layer = f"diffusion_model.{layer}"
                found |= {f"{layer}.lora_down.weight": down, f"{layer}.lora_up.weight": up,
                          f"{layer}.alpha": torch.tensor(alpha)}
            else:
                layer = f"{starts[style]}blocks.{block}.{theirs if style == 'original' else own}"
                found |= {f"{layer}.lora_A.weight": down, f"{layer}.lora_B.weight": up * (alpha / 4)}
    return found


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models ``t2v`` and ``pair``, and LoRAs."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft", "ftfy"))):
        pytest.skip("models need the extra local")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_wan
    from tests.nodes.local.tiny_flux import save

    assert families
    pipes.processors = lambda: 1
    room = tmp_path_factory.mktemp("wan-loras")
    tiny_wan.write_wan(room / "t2v")
    tiny_wan.write_wan(room / "pair", experts=True)
    for style in ("kohya", "comfy", "diffusers", "peft", "original"):
        save(room / "loras" / f"{style}.safetensors", lora_weights(style, 1, alpha=2.0))
    save(room / "loras" / "second.safetensors", lora_weights("diffusers", 2))
    save(room / "loras" / "Lightning_4steps_HIGH_fp16.safetensors", lora_weights("comfy", 3))
    save(room / "loras" / "Lightning_4steps_LOW_fp16.safetensors", lora_weights("comfy", 4))
    save(room / "loras" / "lokr.safetensors", {"diffusion_model.blocks.0.ffn.0.lokr_w1": lora_ones()})
    return room


def lora_ones() -> Any:
    import torch

    return torch.ones(4, 4)


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room]))


@pytest.fixture
def film(device: Device, monkeypatch: pytest.MonkeyPatch) -> Film:
    from nodes.local import films

    kept: list[Any] = []

    def write(frames: Iterable[Image], fps: float) -> Video:
        kept[:] = [np.stack([shot.array for shot in frames])]
        return Video(Path("none.mp4"), Size(32, 32), fps, 1.0)

    monkeypatch.setattr(films, "Video", type("Video", (), {"write": staticmethod(write)}))

    def film(*loras: LoraPart, model: str = "t2v", **changes: Any) -> Any:
        stack = Lora(loras) if loras else None
        wanted = {"prompt": "a red circle", "negative": "blue", "size": Size(32, 32), "frames": 5, "steps": 3,
                  "seed": 5, "guidance": 5.0, "shift": 3.0, **changes}
        filmer = device.load(model, kind="wan", loras=stack, report=quiet)
        filmer.film(Filming(**wanted), quiet)
        return kept[0]

    return film


def quiet(done: float, note: str, preview: Any = None) -> None:
    pass


def straight(folder: Path, *loras: tuple[Path, float, bool]) -> Any:
    """The same film by diffusers alone; each LoRA with its weight, and whether it is for the second expert."""
    import torch
    from diffusers import WanPipeline
    from safetensors.torch import load_file

    exact: Any = {"default": torch.bfloat16, "vae": torch.float32}
    pipe: Any = WanPipeline.from_pretrained(folder, dtype=exact)
    pipe.set_progress_bar_config(disable=True)
    for number, (path, weight, low) in enumerate(loras):
        pipe.load_lora_weights(load_file(path), adapter_name=f"a{number}", load_into_transformer_2=low)
        part = pipe.transformer_2 if low else pipe.transformer
        part.set_adapters([f"a{number}"], [weight])
    found = pipe(
        "a red circle", negative_prompt="blue", height=32, width=32, num_frames=5, num_inference_steps=3,
        guidance_scale=5.0, generator=torch.Generator("cpu").manual_seed(5),
    ).frames[0]
    return (found * 255).round().astype(np.uint8)


def differ(one: Any, other: Any) -> bool:
    return bool((one != other).any())


def test_every_form_of_a_lora_works_alike_and_as_with_diffusers(film: Film, room: Path) -> None:
    base = film()
    own = film(LoraPart("diffusers", 0.8))
    assert differ(own, base)
    assert not differ(own, straight(room / "t2v", (room / "loras" / "diffusers.safetensors", 0.8, False)))
    for style in ("kohya", "comfy", "peft", "original"):
        gap = np.abs(film(LoraPart(style, 0.8)).astype(int) - own.astype(int))
        assert gap.mean() < 1 and differ(film(LoraPart(style, 0.8)), base), style
    assert not differ(film(), base)


def test_two_experts_wear_a_lora_with_a_weight_each(film: Film, room: Path) -> None:
    path = room / "loras" / "diffusers.safetensors"
    base = film(model="pair")
    both = film(LoraPart("diffusers", 0.8), model="pair")
    assert not differ(both, straight(room / "pair", (path, 0.8, False), (path, 0.8, True)))
    apart = film(LoraPart("diffusers", 0.8, low=0.3), model="pair")
    assert not differ(apart, straight(room / "pair", (path, 0.8, False), (path, 0.3, True)))
    first, second = (film(LoraPart("diffusers", *weights), model="pair") for weights in ((0.8, 0.0), (0.0, 0.3)))
    assert not differ(first, straight(room / "pair", (path, 0.8, False)))
    assert not differ(second, straight(room / "pair", (path, 0.3, True)))
    assert differ(both, base) and differ(apart, both)
    assert not differ(film(model="pair"), base)


def test_a_pair_of_files_goes_to_its_experts_and_is_found_by_either(film: Film, room: Path) -> None:
    high, low = (room / "loras" / f"Lightning_4steps_{word}_fp16.safetensors" for word in ("HIGH", "LOW"))
    wanted = straight(room / "pair", (high, 1.0, False), (low, 0.5, True))
    for name in (high.stem, low.stem):
        assert not differ(film(LoraPart(name, 1.0, low=0.5), model="pair"), wanted)
    stacked = film(LoraPart(high.stem, 1.0), LoraPart(low.stem, 0.5), model="pair")
    assert not differ(stacked, wanted)
    entry = Shelf([room]).find("lora", high.stem)
    assert set(entry.files) == {high, low}  # both are in the key of what is made with them


def test_loras_stack_on_both_experts_and_come_off_again(film: Film) -> None:
    base = film(model="pair")
    one, two = LoraPart("diffusers", 0.5), LoraPart("second", 0.5, low=0.2)
    both = film(one, two, model="pair")
    assert differ(both, film(one, model="pair")) and differ(both, film(two, model="pair"))
    assert not differ(film(one, two, model="pair"), both)
    assert not differ(film(model="pair"), base)


def test_a_lora_for_few_steps_brings_its_own_number_of_them(film: Film, device: Device, room: Path) -> None:
    from tests.nodes.local.tiny_flux import save

    for half in ("high", "low"):
        name = f"wan2.2_t2v_lightx2v_4steps_lora_v1.1_{half}_noise.safetensors"
        save(room / "loras" / name, lora_weights("comfy", 3))
    name = "wan2.2_t2v_lightx2v_4steps_lora_v1.1_high_noise"
    own = {"model": "pair", "steps": 0, "guidance": 0.0, "shift": 0.0}
    said = {"model": "pair", "steps": 4, "guidance": 1.0, "shift": 5.0}
    assert not differ(film(LoraPart(name, 1.0), **own), film(LoraPart(name, 1.0), **said))
    filmer = device.load("pair", kind="wan", loras=None, report=quiet)
    assert filmer.settings["steps"] == 40 and filmer.settings["guidance_low"] == 3.0
    filmer = device.load("pair", kind="wan", loras=Lora((LoraPart(name, 0.0),)), report=quiet)
    assert filmer.settings["steps"] == 40


def test_few_steps_without_guidance_need_no_negative_words(film: Film, device: Device) -> None:
    """As a Lightning LoRA wants it: four steps, and a guidance of one for both experts."""
    filmer = device.load("pair", kind="wan", loras=None, report=quiet)
    calls: list[int] = []
    hooks = [part.register_forward_pre_hook(lambda *_: calls.append(1))
             for part in (filmer.pipe.transformer, filmer.pipe.transformer_2)]
    found = film(LoraPart("Lightning_4steps_HIGH_fp16", 1.0), model="pair", steps=4, guidance=1.0)
    assert len(calls) == 4 and found.shape == (5, 32, 32, 3)
    for hook in hooks:
        hook.remove()


def test_what_is_no_lora_for_wan_is_a_sentence(film: Film, room: Path) -> None:
    from tests.nodes.local.tiny_flux import save

    base = film()
    with pytest.raises(UserError, match="LoKr"):
        film(LoraPart("lokr", 1.0))
    foreign = {"transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": lora_ones(),
               "transformer.single_transformer_blocks.0.attn.to_q.lora_B.weight": lora_ones()}
    save(room / "loras" / "foreign.safetensors", foreign)
    with pytest.raises(UserError):
        film(LoraPart("foreign", 1.0))
    assert not differ(film(), base)
