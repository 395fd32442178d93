"""Real HunyuanVideo pipelines with random weights: the films that diffusers makes, told and stopped."""

import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Filming
from ajar.values import Image, Lora, LoraPart, Size, Tuning, Video
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local.test_ltx import Said, picture

pytestmark = pytest.mark.xdist_group("torch-2")

Film = Callable[..., Any]
WANTED: dict[str, Any] = {
    "prompt": 'a red circle "so"', "negative": "blue", "frames": 9, "steps": 3, "seed": 3, "size": Size(64, 64),
}
SAID: dict[str, Any] = {"prompt": 'a red circle "so"', "num_frames": 9, "num_inference_steps": 3, "output_type": "np"}
"""The same, as diffusers is asked for it."""
SIZED: dict[str, Any] = {"height": 64, "width": 64}
KINDS = {"old": "hunyuan-video", "new": "hunyuan-video-15", "image": "hunyuan-video-15"}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models ``old``, ``replace`` and ``concat`` (for pictures), ``new`` (as 1.5) and ``image`` (as 1.5 for them)."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft"))):
        pytest.skip("models need the extra local")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_films
    from tests.nodes.local.tiny_flux import save

    assert families
    pipes.processors = lambda: 1
    room = tmp_path_factory.mktemp("hunyuan")
    tiny_films.write_hunyuan(room / "old")
    for way in ("replace", "concat"):
        tiny_films.write_hunyuan_image(room / way, {"replace": "token_replace", "concat": "latent_concat"}[way])
    tiny_films.write_hunyuan15(room / "new")
    tiny_films.write_hunyuan15(room / "image", image=True)
    for style in ("diffusers", "peft", "kohya", "comfy"):
        save(room / "loras" / f"{style}.safetensors", lora_weights(style))
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room]))


@pytest.fixture
def film(device: Device, monkeypatch: pytest.MonkeyPatch) -> Film:
    """Film with a tiny model; gives the frames."""
    from nodes.local import films

    kept: list[Any] = []

    def write(frames: Iterable[Image], fps: float) -> Video:
        kept[:] = [np.stack([shot.array for shot in frames])]
        return Video(Path("none.mp4"), Size(64, 64), fps, 1.0)

    monkeypatch.setattr(films, "Video", type("Video", (), {"write": staticmethod(write)}))

    def film(model: str = "old", loras: Any = None, on: Device | None = None, **changes: Any) -> Any:
        tuning, report = changes.pop("tuning", None), changes.pop("report", None) or Said()
        kind = KINDS.get(model, "hunyuan-video")
        filmer = (on or device).load(model, kind=kind, loras=loras, report=Said(), tuning=tuning)
        filmer.film(Filming(**{**WANTED, **changes}), report)
        return kept[0]

    return film


def straight(folder: Path, kind: str, lora: Path | None = None, **changes: Any) -> Any:
    """The same film by diffusers alone."""
    import diffusers
    import torch

    pipe = getattr(diffusers, kind).from_pretrained(folder, dtype=torch.bfloat16)
    pipe.set_progress_bar_config(disable=True)
    pipe.vae.enable_tiling()
    guidance, shift = changes.pop("guider", None), changes.pop("shift", None)
    if guidance:
        pipe.guider = pipe.guider.new(guidance_scale=guidance)
    if shift:
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, shift=shift)
    if lora is not None:
        pipe.load_lora_weights(lora, adapter_name="one")
        pipe.set_adapters(["one"], [0.8])
    found = pipe(**SAID, **changes, generator=torch.Generator("cpu").manual_seed(3)).frames[0]
    return (found * 255).round().astype(np.uint8)


def test_a_film_from_words_is_the_one_that_diffusers_makes(film: Film, room: Path) -> None:
    found = film()
    assert found.shape == (9, 64, 64, 3)
    assert (found == straight(room / "old", "HunyuanVideoPipeline", **SIZED)).all()
    assert (found != film(seed=4)).any()
    true = film(extra={"true_guidance": 3.0})
    both: dict[str, Any] = {"negative_prompt": "blue", "true_cfg_scale": 3.0}
    assert (true == straight(room / "old", "HunyuanVideoPipeline", **SIZED, **both)).all()
    assert (film(shift=3.0) == straight(room / "old", "HunyuanVideoPipeline", **SIZED, shift=3.0)).all()


def test_the_newer_model_makes_the_film_of_diffusers_too(film: Film, room: Path) -> None:
    own: dict[str, Any] = {**SIZED, "negative_prompt": "blue"}
    found = film("new")
    assert (found == straight(room / "new", "HunyuanVideo15Pipeline", **own)).all()
    assert (film("new", guidance=2.0) == straight(room / "new", "HunyuanVideo15Pipeline", **own, guider=2.0)).all()
    assert (film("new") == found).all()  # the guidance of one film is not that of the next


def test_a_film_begins_at_a_picture_whose_proportions_it_has(film: Film, room: Path) -> None:
    found = film("image", first=picture(1), size=None)
    image: dict[str, Any] = {"image": picture(1).pil(), "negative_prompt": "blue"}
    assert (found == straight(room / "image", "HunyuanVideo15ImageToVideoPipeline", **image)).all()
    wide = Image.of(np.ascontiguousarray(picture(2).array[16:48]))
    assert film("image", first=wide, size=None).shape[1:3] == (48, 80)
    with pytest.raises(UserError, match="does not film in 96x64") as caught:
        film("image", first=picture(1), size=Size(96, 64))
    assert "nearest" in caught.value.hint


@pytest.mark.parametrize("model", ["replace", "concat"])
def test_the_older_model_begins_at_a_picture_too(film: Film, room: Path, model: str) -> None:
    found = film(model, first=picture(1))
    image: dict[str, Any] = {**SIZED, "image": picture(1).pil(), "guidance_scale": 6.0 if model == "replace" else 1.0}
    wanted = straight(room / model, "HunyuanVideoImageToVideoPipeline", **image)
    assert found.shape == wanted.shape and (found == wanted).all()
    assert (found != film(model, first=picture(2))).any()
    with pytest.raises(UserError, match="takes a picture"):
        film(model)


def test_what_a_model_can_not_do_is_a_sentence(film: Film) -> None:
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("old", {"first": picture(1)}, "from words only"),
        ("new", {"first": picture(1)}, "from words only"),
        ("image", {}, "takes a picture"),
        ("old", {"frames": 8}, "multiple of 4 and one more"),
        ("new", {"size": Size(60, 64)}, "multiples of 16"),
    )
    for model, given, said in wrong:
        with pytest.raises(UserError, match=said):
            film(model, **given)
    with pytest.raises(UserError, match="takes no LoRAs"):
        film("new", Lora((LoraPart("diffusers", 1.0),)))


@pytest.mark.parametrize("model", ["old", "new"])  # the newer one does not tell of its steps itself
def test_every_step_is_told_with_a_picture_and_it_can_be_stopped_anywhere(film: Film, model: str) -> None:
    said, before = Said(), film(model, steps=2)
    film(model, prompt="never read before", steps=5, report=said)
    notes = list(dict.fromkeys(note for _, note, _ in said.all if "memory" not in note))
    assert notes == ["reading the prompt", *(f"step {number} of 5" for number in range(6)), "decoding the film"]
    assert [done for done, _, _ in said.all] == sorted(done for done, _, _ in said.all)
    assert sum(preview is not None for _, _, preview in said.all) == 3
    again = Said()  # by now the words are read
    film(model, prompt="never read before", steps=5, report=again)
    for stop_after in (2, len(again.all) // 2, len(again.all) - 5):
        with pytest.raises(Cancelled):
            film(model, prompt="never read before", steps=5, report=Said(stop_after))
    assert (film(model, steps=2) == before).all()


@pytest.mark.slow
@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_where_the_weights_lie_changes_no_pixel(film: Film, offload: Any) -> None:
    tuning = Tuning(offload=offload)
    assert (film(tuning=tuning) == film()).all()
    assert (film("new", tuning=tuning) == film("new")).all()


def lora_weights(style: str) -> dict[str, Any]:
    """The same random LoRA of rank 4 and alpha 2; in the original, layers that belong together are one."""
    import torch

    noise = torch.Generator().manual_seed(5)
    fused = {"double_blocks.0.img_attn_qkv": ("transformer_blocks.0.attn.to_q", "transformer_blocks.0.attn.to_k",
                                              "transformer_blocks.0.attn.to_v"),
             "single_blocks.0.linear1": tuple(f"single_transformer_blocks.0.{layer}" for layer in (
                 "attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp")),
             "double_blocks.0.img_mlp.fc1": ("transformer_blocks.0.ff.net.0.proj",)}
    found: dict[str, Any] = {}
    for name, layers in fused.items():
        sizes = [128 if "mlp" in layer or "ff" in layer else 32 for layer in layers]
        down, up = torch.randn(4, 32, generator=noise) * 0.6, torch.randn(sum(sizes), 4, generator=noise) * 0.6
        if style in ("kohya", "comfy"):
            name = "lora_unet_" + name.replace(".", "_") if style == "kohya" else "diffusion_model." + name
            found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up,
                      f"{name}.alpha": torch.tensor(2.0)}
            continue
        start = {"diffusers": "transformer.", "peft": "base_model.model."}[style]
        for layer, part in zip(layers, up.split(sizes), strict=True):
            found |= {f"{start}{layer}.lora_A.weight": down.clone(), f"{start}{layer}.lora_B.weight": part * 0.5}
    return found


def test_a_lora_in_every_form_works_as_with_diffusers(film: Film, room: Path) -> None:
    base, path = film(), room / "loras" / "diffusers.safetensors"
    own = film("old", Lora((LoraPart("diffusers", 0.8),)))
    assert (own != base).any()
    assert (own == straight(room / "old", "HunyuanVideoPipeline", lora=path, **SIZED)).all()
    for style in ("peft", "kohya", "comfy"):
        assert (film("old", Lora((LoraPart(style, 0.8),))) == own).all(), style
    assert (film() == base).all()


@pytest.fixture(scope="module")
def files(room: Path) -> Device:
    """The transformer of ``old`` alone: ``bare``, with its ``original`` names, in ``fp8`` and ``packed``."""
    import shutil

    import torch

    from tests.nodes.local import tiny_film_files as form
    from tests.nodes.local.tiny_flux import save, save_gguf, weights_of

    place, own = room.parent / "hunyuan-files", weights_of(room / "old", "transformer")
    save(place / "bare.safetensors", own)
    save(place / "original.safetensors", form.hunyuan_names(own))
    save(place / "fp8.safetensors", {name: weight.to(torch.float8_e4m3fn) for name, weight in own.items()})
    save_gguf(place / "packed.gguf", form.hunyuan_names(own), "hyvid", "Q8_0")
    save(place / "vae" / "hunyuan_vae.safetensors", weights_of(room / "old", "vae"))
    text = {f"model.{name}": weight for name, weight in weights_of(room / "old", "text_encoder").items()}
    save(place / "text" / "llava_llama3_fp16.safetensors", text)
    clip = {f"text_model.{name}": weight for name, weight in weights_of(room / "old", "text_encoder_2").items()}
    save(place / "text" / "clip_l.safetensors", clip)
    resources = form.write_resources(room.parent / "hunyuan-resources", {"hunyuanvideo": room / "old"}, "llama")
    second = resources / "bases" / "hunyuanvideo" / "tokenizer_2"
    shutil.move(second, resources / "tokenizers" / "clip")
    parts = resources / "families" / "parts.toml"
    parts.write_text(parts.read_text("utf-8").replace("[-1, 768]", "[-1, 32]"), "utf-8")
    return Device("cpu", Shelf([place], resources))


def test_a_lone_transformer_makes_the_film_of_its_folder(
    film: Film, files: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers.loaders.single_file_model import SINGLE_FILE_LOADABLE_CLASSES

    from tests.nodes.local.tiny_flux import narrow

    way = SINGLE_FILE_LOADABLE_CLASSES["HunyuanVideoTransformer3DModel"]
    monkeypatch.setitem(way, "checkpoint_mapping_fn", narrow(way["checkpoint_mapping_fn"]))
    assert (film("bare", on=files) == film()).all()
    assert (film("original", on=files) == film()).all()
    for model in ("fp8", "packed"):
        gap = np.abs(film(model, on=files).astype(int) - film().astype(int))
        assert 0 < gap.mean() < 12, model


def test_the_model_is_as_large_as_the_published_one_and_knows_its_names(room: Path) -> None:
    import diffusers.loaders.single_file_utils as names

    from nodes.local.folders import RESOURCES
    from tests.nodes.local.test_flux_bases import empty
    from tests.nodes.local.tiny_film_files import hunyuan_names

    found = empty(RESOURCES / "bases" / "hunyuanvideo", "transformer")
    assert round(sum(weight.numel() for weight in found.parameters()) / 1e9, 4) == 12.821
    own = found.state_dict()
    read = names.convert_hunyuan_video_transformer_to_diffusers(hunyuan_names(own))
    assert read.keys() == own.keys()
    assert all(weight.shape == own[name].shape for name, weight in read.items())
