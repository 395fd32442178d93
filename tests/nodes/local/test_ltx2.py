"""Real LTX-2 pipelines with random weights: the films and the sound that diffusers makes, told and stopped."""

import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Filming
from ajar.values import Audio, Image, Lora, LoraPart, Size, Tuning, Video
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local.test_ltx import Said, picture

pytestmark = pytest.mark.xdist_group("torch-2")

Film = Callable[..., Any]
WANTED: dict[str, Any] = {
    "prompt": "a red circle", "negative": "blue", "size": Size(64, 64), "frames": 17, "steps": 3, "seed": 3,
    "guidance": 4.0,
}
SAID: dict[str, Any] = {
    "prompt": "a red circle", "negative_prompt": "blue", "height": 64, "width": 64, "num_frames": 17,
    "num_inference_steps": 3, "guidance_scale": 4.0, "audio_guidance_scale": 4.0, "stg_scale": 0.0,
    "audio_stg_scale": 0.0, "modality_scale": 1.0, "audio_modality_scale": 1.0, "guidance_rescale": 0.0,
    "audio_guidance_rescale": 0.0, "spatio_temporal_guidance_blocks": None, "use_cross_timestep": False,
    "output_type": "np",
}
"""The same, as diffusers is asked for it."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft", "av"))):
        pytest.skip("models need the extras local and video")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_films
    from tests.nodes.local.tiny_flux import save

    assert families
    pipes.processors = lambda: 1
    room = tmp_path_factory.mktemp("ltx2")
    tiny_films.write_ltx2(room / "two")
    for style in ("diffusers", "comfy"):
        save(room / "loras" / f"{style}.safetensors", lora_weights(style))
    return room


@pytest.fixture(scope="module")
def device(room: Path) -> Device:
    return Device("cpu", Shelf([room]))


@pytest.fixture
def film(device: Device, monkeypatch: pytest.MonkeyPatch) -> Film:
    """Film with the tiny model; gives the frames and the sound."""
    from nodes.local import films

    kept: list[Any] = []

    def write(frames: Iterable[Image], fps: float, audio: Audio) -> Video:
        kept[:] = [np.stack([shot.array for shot in frames]), audio]
        return Video(Path("none.mp4"), Size(64, 64), fps, 1.0)

    monkeypatch.setattr(films, "Video", type("Video", (), {"write": staticmethod(write)}))

    def film(loras: Any = None, **changes: Any) -> Any:
        tuning, report = changes.pop("tuning", None), changes.pop("report", None) or Said()
        filmer = device.load("two", kind="ltx2", loras=loras, report=Said(), tuning=tuning)
        filmer.film(Filming(**{**WANTED, **changes}), report)
        return tuple(kept)

    return film


def straight(folder: Path, kind: str = "LTX2Pipeline", lora: Path | None = None, **changes: Any) -> Any:
    """The same film and sound by diffusers alone."""
    import diffusers
    import torch

    pipe = getattr(diffusers, kind).from_pretrained(folder, dtype=torch.bfloat16)
    pipe.set_progress_bar_config(disable=True)
    if lora is not None:
        pipe.load_lora_weights(lora, adapter_name="one")
        pipe.set_adapters(["one"], [0.8])
    scheduler = changes.pop("scheduler", None)
    if scheduler:
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **scheduler)
    found = pipe(**{**SAID, **changes}, generator=torch.Generator("cpu").manual_seed(3))
    return (found.frames[0] * 255).round().astype(np.uint8), found.audio[0].float().numpy()


def same(found: Any, wanted: Any) -> bool:
    return bool((found[0] == wanted[0]).all() and (found[1].array == wanted[1]).all())


def test_a_film_with_its_sound_is_the_one_that_diffusers_makes(film: Film, room: Path) -> None:
    found = film()
    assert found[0].shape == (17, 64, 64, 3) and found[1].rate == 16000 and found[1].array.shape[0] == 2
    assert 0.5 < found[1].seconds < 1  # as long as 17 frames at 24 a second
    assert same(found, straight(room / "two"))
    other = film(seed=4)
    assert (other[0] != found[0]).any() and (other[1].array != found[1].array).any()
    louder = film(extra={"guidance_sound": 7.0})
    assert same(louder, straight(room / "two", audio_guidance_scale=7.0))


def test_all_the_guidance_of_newer_models_is_theirs(film: Film, room: Path, device: Device) -> None:
    entry = device.load("two", kind="ltx2", loras=None, report=Said()).entry
    newer = {"guidance_sound": 7.0, "rescale": 0.7, "apart": 3.0, "skipping": 1.0, "skipped": [1], "crossed": True}
    before = dict(entry.settings)
    entry.settings.update(newer)
    try:
        asked: dict[str, Any] = {
            "audio_guidance_scale": 7.0, "stg_scale": 1.0, "audio_stg_scale": 1.0, "modality_scale": 3.0,
            "audio_modality_scale": 3.0, "guidance_rescale": 0.7, "audio_guidance_rescale": 0.7,
            "spatio_temporal_guidance_blocks": [1], "use_cross_timestep": True,
        }
        assert same(film(), straight(room / "two", **asked))
        own = [1.0, 0.9, 0.4]
        entry.settings.clear()
        entry.settings.update(before | {"sigmas": own})
        fixed = {"use_dynamic_shifting": False, "shift_terminal": None}
        few: dict[str, Any] = {"guidance_scale": 1.0, "audio_guidance_scale": 1.0, "sigmas": own}
        assert same(film(steps=0, guidance=1.0), straight(room / "two", scheduler=fixed, **few))
    finally:
        entry.settings.clear()
        entry.settings.update(before)


def test_a_film_shows_pictures(film: Film, room: Path) -> None:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    def shown(*places: tuple[int, int]) -> Any:
        conditions = [LTX2VideoCondition(frames=picture(seed).pil(), index=index) for seed, index in places]
        return straight(room / "two", "LTX2ConditionPipeline", conditions=conditions)

    assert same(film(first=picture(1)), shown((1, 0)))
    assert same(film(first=picture(1), last=picture(2)), shown((1, 0), (2, -1)))
    assert same(film(references=(picture(3),), extra={"at": (5,)}), shown((3, 1)))
    clip = Video(Path("x.mp4"), Size(64, 64), 16.0, 1.0)
    with pytest.raises(UserError, match="not from films"):
        film(video=clip)


def test_every_step_is_told_with_a_picture_and_it_can_be_stopped_anywhere(film: Film) -> None:
    said = Said()
    before = film(first=picture(1))
    film(prompt="never read before", steps=5, report=said, first=picture(1))
    notes = list(dict.fromkeys(note for _, note, _ in said.all if "memory" not in note))
    assert notes == ["reading the prompt", *(f"step {number} of 5" for number in range(6)), "decoding the film"]
    assert sum(preview is not None for _, _, preview in said.all) == 3
    again = Said()  # by now the words are read
    film(prompt="never read before", steps=5, report=again, first=picture(1))
    for stop_after in (2, len(again.all) // 2, len(again.all) - 5):
        with pytest.raises(Cancelled):
            film(prompt="never read before", steps=5, report=Said(stop_after), first=picture(1))
    assert same(film(first=picture(1)), (before[0], before[1].array))


@pytest.mark.slow
@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_where_the_weights_lie_changes_nothing(film: Film, offload: Any) -> None:
    frames, sound = film()
    assert same(film(tuning=Tuning(offload=offload)), (frames, sound.array))


def lora_weights(style: str) -> dict[str, Any]:
    """The same random LoRA of rank 4 in two ways of writing."""
    import torch

    noise = torch.Generator().manual_seed(5)
    found: dict[str, Any] = {}
    for layer, inside in (("attn1.to_q", 16), ("audio_attn1.to_k", 8), ("ff.net.0.proj", 16)):
        outside = 64 if layer.startswith("ff") else inside
        down, up = (torch.randn(*shape, generator=noise) * 0.6 for shape in ((4, inside), (outside, 4)))
        start = {"diffusers": "transformer.", "comfy": "diffusion_model."}[style]
        name = f"{start}transformer_blocks.0.{layer}"
        found |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    return found


def test_a_lora_works_as_with_diffusers(film: Film, room: Path) -> None:
    base = film()
    own = film(Lora((LoraPart("diffusers", 0.8),)))
    assert (own[0] != base[0]).any()
    assert same(own, straight(room / "two", lora=room / "loras" / "diffusers.safetensors"))
    assert same(film(Lora((LoraPart("comfy", 0.8),))), (own[0], own[1].array))
    assert same(film(), (base[0], base[1].array))
