"""Wan in every form in which people have it: each makes the film that its diffusers folder makes."""

import os
import shutil
from collections.abc import Callable, Iterable
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
BASES = {
    "wan2.1-t2v-14b": "t2v", "wan2.2-t2v-a14b": "pair", "wan2.2-ti2v-5b": "five", "wan2.1-i2v-14b": "i2v",
    "wan2.1-flf2v-14b": "ends", "wan2.2-i2v-a14b": "i2v-pair", "wan2.1-vace-14b": "vace",
    "wan2.2-animate-14b": "animate",
}
WORDS = "a red circle"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Diffusers folders below ``folders``, the same as single files below ``files``, and fitting resources."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft", "ftfy", "gguf", "sentencepiece"))):
        pytest.skip("models need the extra local")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_wan

    assert families
    pipes.processors = lambda: 1
    room = tmp_path_factory.mktemp("wan")
    folders = room / "folders"
    tiny_wan.write_wan(folders / "t2v", whole=True)
    tiny_wan.write_wan(folders / "pair", experts=True, whole=True)
    tiny_wan.write_wan(folders / "five", expand=True, whole=True)
    tiny_wan.write_wan(folders / "i2v", image="2.1", whole=True)
    tiny_wan.write_wan(folders / "ends", image="ends", whole=True)
    tiny_wan.write_wan(folders / "i2v-pair", image="2.2", experts=True, whole=True)
    tiny_wan.write_vace(folders / "vace", whole=True)
    tiny_wan.write_animate(folders / "animate", whole=True)
    # Files lend the same image encoder to both.
    shutil.copytree(folders / "i2v" / "image_encoder", folders / "animate" / "image_encoder", dirs_exist_ok=True)
    _write_files(room / "files", folders)
    return room


def _write_files(files: Path, folders: Path) -> None:
    import torch

    from tests.nodes.local import tiny_wan_files as form
    from tests.nodes.local.tiny_flux import save, save_gguf, weights_of

    def own(folder: str, part: str = "transformer") -> dict[str, Any]:
        return form.wan_names(weights_of(folders / folder, part))

    save(files / "bare.safetensors", own("t2v"))
    save(files / "comfy.safetensors", own("t2v"), "model.diffusion_model.")
    save(files / "named.safetensors", weights_of(folders / "t2v", "transformer"))
    save(files / "fp8.safetensors", {name: weight.to(torch.float8_e4m3fn) for name, weight in own("t2v").items()})
    save_gguf(files / "packed.gguf", own("t2v"), "wan", "Q8_0")
    save(files / "t2v_high_noise_14B.safetensors", own("pair"))
    save(files / "t2v_low_noise_14B.safetensors", own("pair", "transformer_2"))
    save_gguf(files / "quant" / "T2V-A14B-HighNoise-Q8_0.gguf", own("pair"), "wan", "Q8_0")
    save_gguf(files / "quant" / "T2V-A14B-LowNoise-Q8_0.gguf", own("pair", "transformer_2"), "wan", "Q8_0")
    save(files / "five.safetensors", own("five"))
    save(files / "i2v.safetensors", own("i2v"))
    save(files / "ends.safetensors", own("ends"))
    save(files / "i2v_high_noise.safetensors", own("i2v-pair"))
    save(files / "i2v_low_noise.safetensors", own("i2v-pair", "transformer_2"))
    save(files / "vace.safetensors", own("vace"))
    save(files / "animate.safetensors", form.animate_names(weights_of(folders / "animate", "transformer")))
    scaled = own("t2v") | {"scaled_fp8": torch.zeros(2)}
    save(files / "scaled.safetensors", scaled)
    text = weights_of(folders / "t2v", "text_encoder") | {"spiece_model": form.vocabulary()}
    save(files / "umt5_xxl_fp16.safetensors", text)
    save(files / "wan_2.1_vae.safetensors", form.vae_names(weights_of(folders / "t2v", "vae"), nested=False))
    save(files / "wan2.2_vae.safetensors", form.vae_names(weights_of(folders / "five", "vae"), nested=True))
    vision = {f"vision_model.{name}": weight for name, weight in weights_of(folders / "i2v", "image_encoder").items()}
    save(files / "clip_vision_h.safetensors", vision)


@pytest.fixture(scope="module")
def shelf(room: Path) -> Shelf:
    from tests.nodes.local import tiny_wan_files

    bases = {base: room / "folders" / folder for base, folder in BASES.items()}
    return Shelf([room / "files"], tiny_wan_files.write_resources(room / "resources", bases))


@pytest.fixture
def film(shelf: Shelf, room: Path, monkeypatch: pytest.MonkeyPatch) -> Film:
    """The frames of a film by a model, or with ``folder`` by one that is a diffusers folder."""
    from nodes.local import films

    kept: list[Any] = []

    def write(frames: Iterable[Image], fps: float) -> Video:
        kept[:] = [np.stack([shot.array for shot in frames])]
        return Video(Path("none.mp4"), Size(32, 32), fps, 1.0)

    monkeypatch.setattr(films, "Video", type("Video", (), {"write": staticmethod(write)}))

    def film(model: str, *, folder: bool = False, kind: str = "wan", **changes: Any) -> Any:
        device = Device("cpu", Shelf([room / "folders"]) if folder else shelf)
        loras = changes.pop("loras", None)
        wanted = {"prompt": WORDS, "negative": "blue", "size": Size(32, 32), "frames": 5, "steps": 2, "seed": 5,
                  "guidance": 5.0, "shift": 3.0, **changes}
        device.load(model, kind=kind, loras=loras, report=quiet).film(Filming(**wanted), quiet)
        return kept[0]

    return film


def quiet(done: float, note: str, preview: Any = None) -> None:
    pass


def picture(seed: int) -> Image:
    rough = np.random.default_rng(seed).random((8, 8, 3))
    return Image.of(np.ascontiguousarray(np.kron(rough, np.ones((4, 4, 1))) * 255).astype(np.uint8))


@pytest.mark.parametrize("model", ["bare", "comfy", "named"])
def test_a_lone_transformer_makes_the_film_of_its_folder(film: Film, model: str) -> None:
    assert (film(model) == film("t2v", folder=True)).all()


@pytest.mark.parametrize("model", ["fp8", "packed"])
def test_transformers_of_fewer_bits_make_nearly_the_same_film(film: Film, model: str) -> None:
    found, whole = film(model).astype(float), film("t2v", folder=True).astype(float)
    assert 0 < np.abs(found - whole).mean() < 12


@pytest.mark.parametrize("model", ["t2v_high_noise_14B", "t2v_low_noise_14B"])
def test_either_expert_finds_the_other_one(film: Film, shelf: Shelf, model: str) -> None:
    assert (film(model) == film("pair", folder=True)).all()
    files = {path.name for path in shelf.find("wan", model).files}
    assert {"t2v_high_noise_14B.safetensors", "t2v_low_noise_14B.safetensors"} <= files


def test_packed_experts_find_each_other(film: Film) -> None:
    found, whole = film("T2V-A14B-HighNoise-Q8_0").astype(float), film("pair", folder=True).astype(float)
    assert np.abs(found - whole).mean() < 12


def test_a_packed_transformer_wears_loras(film: Film, room: Path) -> None:
    from tests.nodes.local.test_wan_loras import lora_weights
    from tests.nodes.local.tiny_flux import save

    save(room / "files" / "style.safetensors", lora_weights("comfy", 1))
    worn, plain = film("packed", loras=Lora((LoraPart("style", 1.0),))), film("packed")
    whole = film("bare", loras=Lora((LoraPart("style", 1.0),)))
    assert (worn != plain).any() and np.abs(worn.astype(float) - whole.astype(float)).mean() < 12


@pytest.mark.slow
def test_files_of_the_other_models_make_the_films_of_their_folders(film: Film) -> None:
    assert (film("five") == film("five", folder=True)).all()
    first = {"first": picture(1)}
    assert (film("five", **first) == film("five", folder=True, **first)).all()
    assert (film("i2v", **first) == film("i2v", folder=True, **first)).all()
    assert (film("i2v_high_noise", **first) == film("i2v-pair", folder=True, **first)).all()
    both = {**first, "last": picture(2)}
    assert (film("ends", **both) == film("ends", folder=True, **both)).all()
    shown = {"references": (picture(3),), "kind": "wan-vace"}
    assert (film("vace", **shown) == film("vace", folder=True, **shown)).all()


@pytest.mark.slow
def test_animate_from_a_file_makes_the_film_of_its_folder(film: Film, tmp_path: Path) -> None:
    clip = Video.write((picture(seed) for seed in range(5)), 30.0, path=tmp_path / "clip.mp4")
    asked = {"kind": "wan-animate", "first": picture(9), "video": clip, "extra": {"face": clip}, "guidance": 1.0}
    assert (film("animate", **asked) == film("animate", folder=True, **asked)).all()


def test_a_text_encoder_in_wans_own_form_or_in_gguf_reads_the_same(film: Film, room: Path) -> None:
    from tests.nodes.local.tiny_flux import save, weights_of
    from tests.nodes.local.tiny_wan_files import save_umt5_gguf, umt5_names, vocabulary

    whole = film("bare")
    plain = room / "files" / "umt5_xxl_fp16.safetensors"
    plain.rename(room / "aside")
    words = weights_of(room / "folders" / "t2v", "text_encoder")
    own = umt5_names(words)
    try:
        save_umt5_gguf(room / "files" / "umt5-xxl-encoder-F32.gguf", words)
        assert np.abs(film("bare").astype(float) - whole).mean() < 2
        (room / "files" / "umt5-xxl-encoder-F32.gguf").unlink()
        save(room / "files" / "umt5-xxl-enc-bf16.safetensors", own | {"spiece_model": vocabulary()})
        assert (film("bare") == whole).all()
    finally:
        (room / "files" / "umt5-xxl-enc-bf16.safetensors").unlink(missing_ok=True)
        (room / "aside").rename(plain)


def test_what_is_missing_or_scaled_in_a_foreign_way_is_a_sentence(film: Film, room: Path) -> None:
    with pytest.raises(UserError, match="fp8 with scales"):
        film("scaled")
    low = room / "files" / "t2v_low_noise_14B.safetensors"
    quants = room / "files" / "quant"
    low.rename(room / "aside")
    quants.rename(room / "quants")
    try:
        with pytest.raises(UserError, match="t2v_high_noise_14B"):
            film("t2v_high_noise_14B")
    finally:
        (room / "aside").rename(low)
        (room / "quants").rename(quants)
