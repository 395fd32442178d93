"""Real LTX pipelines with random weights: the films that diffusers makes, with pictures anywhere, told and stopped."""

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

pytestmark = [
    pytest.mark.xdist_group("torch-2"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # of diffusers with new numpy
]

Film = Callable[..., Any]
WANTED: dict[str, Any] = {
    "prompt": "a red circle", "negative": "blue", "size": Size(64, 64), "frames": 17, "steps": 3, "seed": 3,
    "guidance": 3.0,
}
SAID: dict[str, Any] = {
    "prompt": "a red circle", "negative_prompt": "blue", "height": 64, "width": 64, "num_frames": 17,
    "num_inference_steps": 3, "guidance_scale": 3.0, "output_type": "np",
}
"""The same, as diffusers is asked for it."""
OLD: dict[str, Any] = {"max_sequence_length": 128}
NEW: dict[str, Any] = {"max_sequence_length": 256, "decode_timestep": 0.05, "decode_noise_scale": 0.025,
       "image_cond_noise_scale": 0.025}


class Said:
    """A report that remembers, and stops the work after some calls."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.all: list[tuple[float, str, Image | None]] = []
        self.stop_after = stop_after

    def __call__(self, done: float, note: str = "", preview: Image | None = None) -> None:
        self.all.append((done, note, preview))
        if len(self.all) > self.stop_after:
            raise Cancelled


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models ``old``, ``timed`` (as 0.9.1, whose decoder adds noise) and ``new`` (as 0.9.5)."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft", "sentencepiece"))):
        pytest.skip("models need the extra local")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_films

    assert families
    pipes.processors = lambda: 1
    room = tmp_path_factory.mktemp("ltx")
    for name, version in (("old", "0.9"), ("timed", "0.9.1"), ("new", "0.9.5")):
        tiny_films.write_ltx(room / name, version)
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
        filmer = (on or device).load(model, kind="ltx", loras=loras, report=Said(), tuning=tuning)
        filmer.film(Filming(**{**WANTED, **changes}), report)
        return kept[0]

    return film


def picture(seed: int) -> Image:
    """A picture of large squares, 64 x 64."""
    rough = np.random.default_rng(seed).random((8, 8, 3))
    return Image.of(np.ascontiguousarray(np.kron(rough, np.ones((8, 8, 1))) * 255).astype(np.uint8))


def straight(folder: Path, kind: str = "LTXPipeline", lora: Path | None = None, **changes: Any) -> Any:
    """The same film by diffusers alone."""
    import diffusers
    import torch

    pipe = getattr(diffusers, kind).from_pretrained(folder, dtype=torch.bfloat16)
    pipe.set_progress_bar_config(disable=True)
    if lora is not None:
        pipe.load_lora_weights(lora, adapter_name="one")
        pipe.set_adapters(["one"], [0.8])
    asked = {name: value for name, value in {**SAID, **changes}.items() if value is not None}
    found = pipe(**asked, generator=torch.Generator("cpu").manual_seed(3)).frames[0]
    return (found * 255).round().astype(np.uint8)


def test_a_film_from_words_is_the_one_that_diffusers_makes(film: Film, room: Path) -> None:
    found = film()
    assert found.shape == (17, 64, 64, 3) and found.dtype == np.uint8
    assert (found == straight(room / "old", **OLD)).all()
    assert (found != film(seed=4)).any() and (found != film(negative="green")).any()
    assert (found != film(fps=50)).any()  # this model knows its speed
    assert (film("new") == straight(room / "new", "LTXConditionPipeline", **NEW)).all()


def test_a_decoder_that_adds_noise_of_its_own_repeats(film: Film) -> None:
    found = film("timed")
    assert (film("timed") == found).all() and (film("timed", seed=4) != found).any()
    later = film("timed", extra={"decode_timestep": 0.3})
    assert (later != found).any()


def test_a_film_begins_at_a_picture(film: Film, room: Path) -> None:
    found = film(first=picture(1))
    assert (found == straight(room / "old", "LTXImageToVideoPipeline", image=picture(1).pil(), **OLD)).all()
    assert (found != film(first=picture(2))).any()


def test_a_film_shows_pictures_at_its_ends_and_in_between(film: Film, room: Path) -> None:
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    def shown(*places: int, held: float = 1.0) -> Any:
        conditions = [LTXVideoCondition(image=picture(at + 1).pil(), frame_index=at, strength=held) for at in places]
        return straight(room / "new", "LTXConditionPipeline", conditions=conditions, **NEW)

    assert (film("new", first=picture(1)) == shown(0)).all()
    assert (film("new", last=picture(17)) == shown(16)).all()
    ends = {"first": picture(1), "last": picture(17)}
    assert (film("new", **ends, references=(picture(9),)) == shown(0, 8, 16)).all()
    assert (film("new", **ends, references=(picture(6),), extra={"at": (5,)}) == shown(0, 5, 16)).all()
    assert (film("new", **ends, extra={"held": 0.5}) == shown(0, 16, held=0.5)).all()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Video:
    """Twenty frames of 64 x 64 at 25 a second."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return Video.write((picture(seed) for seed in range(20)), 25.0, path=path)


def test_a_film_starts_from_another_one(film: Film, room: Path, clip: Video) -> None:
    import diffusers
    import torch

    pipe = diffusers.LTXConditionPipeline.from_pretrained(room / "new", dtype=torch.bfloat16)
    frames = pipe.video_processor.preprocess_video([image.pil() for image in clip.frames()][:17], 64, 64)
    with torch.no_grad():
        raw = pipe.vae.encode(frames.to(torch.bfloat16)).latent_dist.mode().float()
    latents = pipe._normalize_latents(raw, pipe.vae.latents_mean, pipe.vae.latents_std)
    for strength in (0.4, 0.7):
        said = Said()
        found = film("new", video=clip, strength=strength, frames=0, report=said)
        like: dict[str, Any] = {"latents": latents, "denoise_strength": strength}
        assert (found == straight(room / "new", "LTXConditionPipeline", **like, **NEW)).all()
        assert any(note == f"step 1 of {int(3 * strength)}" for _, note, _ in said.all)
    whole = film("new", video=clip, strength=1.0)
    assert (whole == film("new")).all()  # all of it anew: nothing of the film is left


def test_a_distilled_model_takes_its_own_steps(film: Film, room: Path, device: Device) -> None:
    entry = device.load("new", kind="ltx", loras=None, report=Said()).entry
    own = [1000.0, 725.0, 0.03]
    entry.settings.update(timesteps=own)
    try:
        asked: dict[str, Any] = {"timesteps": own, "num_inference_steps": None}
        assert (film("new", steps=0) == straight(room / "new", "LTXConditionPipeline", **asked, **NEW)).all()
        assert (film("new", steps=4) != film("new", steps=0)).any()
    finally:
        del entry.settings["timesteps"]


def test_what_a_model_can_not_do_is_a_sentence_before_anything_is_computed(film: Film, clip: Video) -> None:
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("old", {"last": picture(1)}, "only a picture to begin with"),
        ("timed", {"video": clip}, "only a picture to begin with"),
        ("new", {"video": clip, "first": picture(1)}, "from a film and from pictures"),
        ("new", {"references": (picture(1),), "extra": {"at": (1, 2)}}, "2 places"),
        ("new", {"references": (picture(1),), "extra": {"at": (16,)}}, "at frame 16 of a film of 17"),
        ("new", {"frames": 16}, "multiple of 8 and one more"),
        ("old", {"size": Size(48, 64)}, "multiples of 32"),
    )
    for model, given, said in wrong:
        with pytest.raises(UserError, match=said):
            film(model, **given)
    with pytest.raises(UserError, match="does not name frames"):
        from nodes.ltx import places

        places("early")


def test_every_step_is_told_with_a_picture_and_it_can_be_stopped_anywhere(film: Film) -> None:
    ends: dict[str, Any] = {"first": picture(1), "last": picture(2)}
    for model, more in (("old", {}), ("new", ends)):
        said = Said()
        film(model, prompt="never read before", steps=5, report=said, **more)
        notes = list(dict.fromkeys(note for _, note, _ in said.all if "memory" not in note))
        assert notes == ["reading the prompt", *(f"step {number} of 5" for number in range(6)), "decoding the film"]
        assert [done for done, _, _ in said.all] == sorted(done for done, _, _ in said.all)
        assert sum(preview is not None for _, _, preview in said.all) == 3
        before = film(model, **more)
        again = Said()  # by now the words are read
        film(model, prompt="never read before", steps=5, report=again, **more)
        for stop_after in (2, len(again.all) // 2, len(again.all) - 5):
            with pytest.raises(Cancelled):
                film(model, prompt="never read before", steps=5, report=Said(stop_after), **more)
        assert (film(model, **more) == before).all()


def test_a_preview_has_the_colours_of_the_film(film: Film, device: Device) -> None:
    """What the decoder was taught to show: the map from latents knows how they are scaled."""
    import torch

    from nodes.local.previews import normalised

    vae = device.load("old", kind="ltx", loras=None, report=Said()).pipe.vae
    raw = torch.ones(1, 8, 2, 2)
    found = normalised(vae, raw)
    assert torch.allclose(found[0, :, 0, 0], (1 - vae.latents_mean.float()) / vae.latents_std.float())


def test_the_same_words_are_read_once(film: Film, device: Device) -> None:
    filmer = device.load("new", kind="ltx", loras=None, report=Said())
    read: list[int] = []
    hook = filmer.pipe.text_encoder.register_forward_pre_hook(lambda *_: read.append(1))
    film("new", prompt="once", negative="never")
    film("new", prompt="once", negative="never", seed=9, first=picture(1))
    assert len(read) == 2
    film("new", prompt="twice", guidance=1.0)
    assert len(read) == 3
    hook.remove()


@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_where_the_weights_lie_changes_no_pixel(film: Film, offload: Any) -> None:
    first = {"first": picture(1)}
    assert (film("new", tuning=Tuning(offload=offload), **first) == film("new", **first)).all()


def test_too_little_memory_for_the_decoder_does_not_lose_the_steps(film: Film, room: Path) -> None:
    import torch

    own = Device("cpu", Shelf([room]))
    filmer = own.load("old", kind="ltx", loras=None, report=Said())
    failures = [torch.OutOfMemoryError("full")]
    steps: list[int] = []

    def full(*_: Any) -> None:
        if failures:
            raise failures.pop()

    filmer.pipe.vae.decoder.up_blocks[3].register_forward_pre_hook(full)
    filmer.pipe.transformer.register_forward_pre_hook(lambda *_: steps.append(1))
    assert (film("old", on=own) == film("old")).all()
    assert len(steps) == 3 and filmer.strategy != "resident"


def lora_weights(style: str) -> dict[str, Any]:
    """The same random LoRA of rank 4 and alpha 2 in the names of a program; some have the scale in the weights."""
    import torch

    noise = torch.Generator().manual_seed(5)
    found: dict[str, Any] = {}
    for block in range(2):
        for layer in ("attn1.to_q", "attn1.to_out.0", "attn2.to_k", "ff.net.0.proj"):
            outside = 128 if layer.startswith("ff") else 32
            down, up = (torch.randn(*shape, generator=noise) * 0.4 for shape in ((4, 32), (outside, 4)))
            name = f"transformer_blocks.{block}.{layer}"
            if style in ("kohya", "comfy"):
                start = "lora_unet_" if style == "kohya" else "diffusion_model."
                name = start + (name.replace(".", "_") if style == "kohya" else name)
                found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up,
                          f"{name}.alpha": torch.tensor(2.0)}
                continue
            start = {"diffusers": "transformer.", "peft": "base_model.model.", "original": "diffusion_model."}[style]
            found |= {f"{start}{name}.lora_A.weight": down, f"{start}{name}.lora_B.weight": up * 0.5}
    return found


def test_a_lora_in_every_form_works_as_with_diffusers(film: Film, room: Path) -> None:
    from tests.nodes.local.tiny_flux import save

    for style in ("diffusers", "peft", "original", "kohya", "comfy"):
        save(room / "loras" / f"{style}.safetensors", lora_weights(style))
    save(room / "loras" / "foreign.safetensors", {"transformer.blocks.0.ffn.lora_A.weight": picture_weights(),
                                                  "transformer.blocks.0.ffn.lora_B.weight": picture_weights()})
    on = Device("cpu", Shelf([room]))
    base = film("old", on=on)
    own = film("old", Lora((LoraPart("diffusers", 0.8),)), on)
    assert (own != base).any()
    assert (own == straight(room / "old", lora=room / "loras" / "diffusers.safetensors", **OLD)).all()
    for style in ("peft", "original", "kohya", "comfy"):
        assert (film("old", Lora((LoraPart(style, 0.8),)), on) == own).all(), style
    assert (film("old", on=on) == base).all()
    with pytest.raises(UserError, match="was not made for this model"):
        film("old", Lora((LoraPart("foreign", 1.0),)), on)


def picture_weights() -> Any:
    import torch

    return torch.ones(4, 4)


@pytest.fixture(scope="module")
def files(room: Path) -> Device:
    """The same models in single files: ``whole`` with its VAE, a ``bare`` transformer, in ``fp8``, and ``packed``."""
    import torch

    from tests.nodes.local import tiny_film_files as form
    from tests.nodes.local.tiny_flux import save, save_gguf, weights_of

    place, own = room.parent / "ltx-files", form.ltx_names(weights_of(room / "old", "transformer"))
    vae = form.ltx_vae_names(weights_of(room / "old", "vae"))
    whole = {f"model.diffusion_model.{name}": weight for name, weight in own.items()}
    save(place / "ltx-video-2b-v0.9.safetensors", whole | {f"vae.{name}": weight for name, weight in vae.items()})
    save(place / "bare.safetensors", own)
    save(place / "named.safetensors", weights_of(room / "old", "transformer"))
    save(place / "fp8.safetensors", {name: weight.to(torch.float8_e4m3fn) for name, weight in own.items()})
    save_gguf(place / "packed.gguf", own, "ltxv", "Q8_0", whole="scale_shift_table")  # as such files are written
    save(place / "vae" / "ltx_vae.safetensors", vae)
    newer = form.ltx_names(weights_of(room / "new", "transformer"))
    save(place / "ltxv-2b-0.9.6-dev.safetensors", newer)
    save(place / "vae" / "ltx_vae_new.safetensors", weights_of(room / "new", "vae"))
    save(place / "t5xxl_fp16.safetensors", weights_of(room / "old", "text_encoder"))
    bases = {"ltx-video-2b": room / "old", "ltx-video-2b-0.9.5": room / "new"}
    resources = form.write_resources(room.parent / "ltx-resources", bases)
    parts = resources / "families" / "parts.toml"
    parts.write_text(parts.read_text("utf-8").replace("[-1, 2048, -1, -1, -1]", "[-1, 32, -1, -1, -1]"), "utf-8")
    return Device("cpu", Shelf([place], resources))


def test_single_files_make_the_films_of_their_folders(film: Film, files: Device) -> None:
    own = film("old")
    for model in ("ltx-video-2b-v0.9", "bare", "named"):
        assert (film(model, on=files) == own).all(), model
    first = {"first": picture(1)}
    assert (film("ltx-video-2b-v0.9", on=files, **first) == film("old", **first)).all()
    for model in ("fp8", "packed"):
        gap = np.abs(film(model, on=files).astype(int) - own.astype(int))
        assert 0 < gap.mean() < 12, model
    ends = {"first": picture(1), "last": picture(2)}
    assert (film("ltxv-2b-0.9.6-dev", on=files, **ends) == film("new", **ends)).all()  # with the newer decoder


@pytest.mark.parametrize("base", ["ltx-video-2b", "ltx-video-2b-0.9.5", "ltx-video-13b"])
def test_every_name_of_the_published_files_finds_its_place_at_full_size(room: Path, base: str) -> None:
    import diffusers.loaders.single_file_utils as names

    from nodes.local.folders import RESOURCES
    from nodes.local.renaming import known
    from tests.nodes.local import tiny_film_files as form
    from tests.nodes.local.test_flux_bases import empty

    folder = RESOURCES / "bases" / base
    own = empty(folder, "transformer").state_dict()
    assert names.convert_ltx_transformer_checkpoint_to_diffusers(form.ltx_names(own)).keys() == own.keys()
    vae = empty(folder, "vae").state_dict()
    original = known("AutoencoderKLLTXVideo", form.ltx_vae_names(vae, new=base != "ltx-video-2b"))
    found = names.convert_ltx_vae_checkpoint_to_diffusers(dict(original))
    assert found.keys() == vae.keys()
    assert all(weight.shape == vae[name].shape for name, weight in found.items())
