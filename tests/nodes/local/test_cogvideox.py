"""Real CogVideoX pipelines with random weights: the films that diffusers makes, told and stopped."""

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
    "prompt": "a red circle", "negative": "blue", "size": Size(64, 64), "frames": 9, "steps": 3, "seed": 3,
    "guidance": 6.0,
}
SAID: dict[str, Any] = {
    "prompt": "a red circle", "negative_prompt": "blue", "height": 64, "width": 64, "num_frames": 9,
    "num_inference_steps": 3, "guidance_scale": 6.0, "output_type": "np",
}
"""The same, as diffusers is asked for it."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models ``words``, ``image`` and ``newer`` (as 1.5)."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft"))):
        pytest.skip("models need the extra local")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_films

    assert families
    pipes.processors = lambda: 1
    room = tmp_path_factory.mktemp("cog")
    tiny_films.write_cogvideox(room / "words")
    tiny_films.write_cogvideox(room / "image", image=True)
    tiny_films.write_cogvideox(room / "newer", newer=True)
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

    def film(model: str = "words", loras: Any = None, on: Device | None = None, **changes: Any) -> Any:
        tuning, report = changes.pop("tuning", None), changes.pop("report", None) or Said()
        filmer = (on or device).load(model, kind="cogvideox", loras=loras, report=Said(), tuning=tuning)
        filmer.film(Filming(**{**WANTED, **changes}), report)
        return kept[0]

    return film


def straight(
    folder: Path, kind: str = "CogVideoXPipeline", lora: Path | None = None, sampler: str = "", **changes: Any
) -> Any:
    """The same film by diffusers alone."""
    import diffusers
    import torch

    pipe = getattr(diffusers, kind).from_pretrained(folder, dtype=torch.bfloat16)
    pipe.set_progress_bar_config(disable=True)
    if sampler:
        pipe.scheduler = getattr(diffusers, sampler).from_config(pipe.scheduler.config, timestep_spacing="trailing")
    if lora is not None:
        pipe.load_lora_weights(lora, adapter_name="one")
        pipe.set_adapters(["one"], [0.8])
    asked = {name: value for name, value in {**SAID, **changes}.items() if value is not None}
    found = pipe(**asked, generator=torch.Generator("cpu").manual_seed(3)).frames[0]
    return (found * 255).round().astype(np.uint8)


def test_a_film_from_words_is_the_one_that_diffusers_makes(film: Film, room: Path) -> None:
    found = film()
    assert found.shape == (9, 64, 64, 3)
    assert (found == straight(room / "words")).all()
    assert (found != film(seed=4)).any() and (found != film(negative="green")).any()
    assert (film("newer") == straight(room / "newer", max_sequence_length=224)).all()


def test_samplers_and_rising_guidance(film: Film, room: Path) -> None:
    found = film(sampler="dpm", extra={"rising": True})
    assert (found == straight(room / "words", sampler="CogVideoXDPMScheduler", use_dynamic_cfg=True)).all()
    assert (found == film(sampler="dpm", extra={"rising": True})).all() and (found != film()).any()
    assert (film(sampler="ddim") == film()).all()


def test_a_film_begins_at_a_picture(film: Film, room: Path) -> None:
    found = film("image", first=picture(1))
    assert (found == straight(room / "image", "CogVideoXImageToVideoPipeline", image=picture(1).pil())).all()
    assert (found != film("image", first=picture(2))).any()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Video:
    """Eleven frames of 64 x 64 at 8 a second."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return Video.write((picture(seed) for seed in range(11)), 8.0, path=path)


def test_a_film_starts_from_another_one(film: Film, room: Path, clip: Video) -> None:
    frames = [image.pil() for image in clip.frames()]
    for strength in (0.4, 0.7, 1.0):
        found = film(video=clip, frames=0, strength=strength)
        like: dict[str, Any] = {"video": frames[:9], "strength": strength, "num_frames": None}
        assert (found == straight(room / "words", "CogVideoXVideoToVideoPipeline", **like)).all()
    twos = film("newer", video=clip, frames=0, fps=8, strength=0.7)
    like = {"video": frames[:8], "strength": 0.7, "num_frames": None, "max_sequence_length": 224}
    assert (twos == straight(room / "newer", "CogVideoXVideoToVideoPipeline", **like)).all()
    assert twos.shape == (8, 64, 64, 3)  # two latent frames at a time


def test_what_a_model_can_not_do_is_a_sentence(film: Film, clip: Video) -> None:
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("words", {"first": picture(1)}, "begins with no picture"),
        ("image", {}, "needs a picture"),
        ("image", {"video": clip}, "not with a film"),
        ("image", {"first": picture(1), "size": Size(96, 64)}, "films in 64x64 only"),
        ("words", {"last": picture(1)}, "can't end"),
        ("words", {"frames": 8}, "multiple of 4 and one more"),
        ("words", {"size": Size(60, 64)}, "multiples of 16"),
        ("words", {"sampler": "heun"}, 'no sampler "heun"'),
    )
    for model, given, said in wrong:
        with pytest.raises(UserError, match=said):
            film(model, **given)


def test_every_step_is_told_with_a_picture_and_it_can_be_stopped_anywhere(film: Film, clip: Video) -> None:
    more: dict[str, Any]
    for more in ({}, {"video": clip, "frames": 0, "strength": 1.0}):
        said, before, words = Said(), film(**more), f"never read before {len(more)}"
        film(prompt=words, steps=5, report=said, **more)
        notes = list(dict.fromkeys(note for _, note, _ in said.all if "memory" not in note))
        assert notes == ["reading the prompt", *(f"step {number} of 5" for number in range(6)), "decoding the film"]
        assert sum(preview is not None for _, _, preview in said.all) == 3
        again = Said()  # by now the words are read
        film(prompt=words, steps=5, report=again, **more)
        for stop_after in (2, len(again.all) // 2, len(again.all) - 5):
            with pytest.raises(Cancelled):
                film(prompt=words, steps=5, report=Said(stop_after), **more)
        assert (film(**more) == before).all()


@pytest.mark.slow
@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_where_the_weights_lie_changes_no_pixel(film: Film, offload: Any) -> None:
    assert (film("image", first=picture(1), tuning=Tuning(offload=offload)) == film("image", first=picture(1))).all()


def lora_weights(style: str) -> dict[str, Any]:
    """The same random LoRA of rank 4 and alpha 2; some ways of writing have the scale in the weights."""
    import torch

    noise = torch.Generator().manual_seed(5)
    found: dict[str, Any] = {}
    for block in range(2):
        for layer in ("attn1.to_q", "attn1.to_out.0", "ff.net.0.proj"):
            outside = 128 if layer.startswith("ff") else 32
            down, up = (torch.randn(*shape, generator=noise) * 0.6 for shape in ((4, 32), (outside, 4)))
            name = f"transformer_blocks.{block}.{layer}"
            if style == "kohya":
                name = "lora_unet_" + name.replace(".", "_")
                found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up,
                          f"{name}.alpha": torch.tensor(2.0)}
                continue
            start = {"diffusers": "transformer.", "peft": "base_model.model."}[style]
            found |= {f"{start}{name}.lora_A.weight": down, f"{start}{name}.lora_B.weight": up * 0.5}
    return found


def test_a_lora_in_every_form_works_as_with_diffusers(film: Film, room: Path) -> None:
    from tests.nodes.local.tiny_flux import save

    for style in ("diffusers", "peft", "kohya"):
        save(room / "loras" / f"{style}.safetensors", lora_weights(style))
    on = Device("cpu", Shelf([room]))
    base = film(on=on)
    own = film("words", Lora((LoraPart("diffusers", 0.8),)), on)
    assert (own != base).any()
    assert (own == straight(room / "words", lora=room / "loras" / "diffusers.safetensors")).all()
    for style in ("peft", "kohya"):
        assert (film("words", Lora((LoraPart(style, 0.8),)), on) == own).all(), style
    assert (film(on=on) == base).all()


@pytest.fixture(scope="module")
def files(room: Path) -> Device:
    """The transformers of ``words`` and ``image`` alone, and one ``packed``."""
    from tests.nodes.local import tiny_film_files as form
    from tests.nodes.local.tiny_flux import save, save_gguf, weights_of

    place, own = room.parent / "cog-files", weights_of(room / "words", "transformer")
    save(place / "bare.safetensors", own)
    save(place / "pictured.safetensors", weights_of(room / "image", "transformer"), "model.diffusion_model.")
    save_gguf(place / "packed.gguf", own, "cogvideox", "Q8_0")
    save(place / "vae" / "cog_vae.safetensors", weights_of(room / "words", "vae"))
    save(place / "t5xxl_fp16.safetensors", weights_of(room / "words", "text_encoder"))
    bases = {"cogvideox-5b": room / "words", "cogvideox-5b-i2v": room / "image"}
    resources = form.write_resources(room.parent / "cog-resources", bases)
    rows = resources / "families" / "cogvideox.toml"
    text = rows.read_text("utf-8").replace("[3072, 16, -1, -1]", "[32, 4, -1, -1]")
    rows.write_text(text.replace("[-1, 32, -1, -1]", "[-1, 8, -1, -1]"), "utf-8")
    return Device("cpu", Shelf([place], resources))


def test_a_lone_transformer_makes_the_film_of_its_folder(film: Film, files: Device) -> None:
    assert (film("bare", on=files) == film()).all()
    first = {"first": picture(1)}
    assert (film("pictured", on=files, **first) == film("image", **first)).all()
    with pytest.raises(UserError, match="packed as GGUF"):
        film("packed", on=files)


@pytest.mark.parametrize(("base", "size"), [("cogvideox-2b", 1.6938), ("cogvideox-5b", 5.5703),
                                            ("cogvideox-5b-i2v", 5.5705)])
def test_the_models_are_as_large_as_the_published_ones(room: Path, base: str, size: float) -> None:
    from nodes.local.folders import RESOURCES
    from tests.nodes.local.test_flux_bases import empty

    found = empty(RESOURCES / "bases" / base, "transformer")
    assert round(sum(weight.numel() for weight in found.parameters()) / 1e9, 4) == size
