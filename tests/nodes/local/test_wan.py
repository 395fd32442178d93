"""Real Wan pipelines with random weights: the same films as diffusers makes, in every form, sized, guided, stopped."""

import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Filming
from ajar.values import Image, Mask, Size, Tuning, Video
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = pytest.mark.xdist_group("torch-2")

Film = Callable[..., Any]
SIDE = 32
WANTED: dict[str, Any] = {
    "prompt": "a red circle", "negative": "blue", "size": Size(SIDE, SIDE), "frames": 9, "steps": 3, "seed": 3,
    "guidance": 5.0,
}
SAID = {"prompt": "a red circle", "negative_prompt": "blue", "height": SIDE, "width": SIDE, "num_frames": 9,
        "num_inference_steps": 3, "guidance_scale": 5.0, "max_sequence_length": 512}
"""The same, as diffusers is asked for it."""


class Said:
    """A report that remembers, and stops the work after some calls."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.all: list[tuple[float, str, Image | None]] = []
        self.stop_after = stop_after

    def __call__(self, done: float, note: str = "", preview: Image | None = None) -> None:
        self.all.append((done, note, preview))
        if len(self.all) > self.stop_after:
            raise Cancelled

    @property
    def notes(self) -> list[str]:
        """The notes, each once."""
        return list(dict.fromkeys(note for _, note, _ in self.all))


@pytest.fixture(scope="session")
def wans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder: ``t2v``, ``pair`` (two experts), ``five`` (as TI2V-5B), ``i2v``, ``ends``,
    ``i2v-pair``, ``vace``, ``vace-pair`` and ``animate``."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
    if not all(map(find_spec, ("torch", "diffusers", "peft", "ftfy"))):
        pytest.skip("models need the extra local")
    from nodes.local import families, pipes
    from tests.nodes.local import tiny_wan

    assert families
    pipes.processors = lambda: 1
    folder = tmp_path_factory.mktemp("wans")
    tiny_wan.write_wan(folder / "t2v")
    tiny_wan.write_wan(folder / "pair", experts=True)
    tiny_wan.write_wan(folder / "five", expand=True)
    tiny_wan.write_wan(folder / "i2v", image="2.1")
    tiny_wan.write_wan(folder / "ends", image="ends")
    tiny_wan.write_vace(folder / "vace")
    tiny_wan.write_vace(folder / "vace-pair", experts=True)
    tiny_wan.write_animate(folder / "animate")
    tiny_wan.write_wan(folder / "i2v-pair", image="2.2", experts=True)
    return folder


@pytest.fixture(scope="module")
def device(wans: Path) -> Device:
    return Device("cpu", Shelf([wans]))


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was last handed to the writer of films: frames x height x width x 3."""
    from nodes.local import films

    found: list[Any] = []

    def write(frames: Iterable[Image], fps: float) -> Video:
        shots = list(frames)
        found[:] = [np.stack([shot.array for shot in shots])]
        return Video(Path("none.mp4"), shots[0].size, fps, len(shots) / fps)

    monkeypatch.setattr(films, "Video", type("Video", (), {"write": staticmethod(write)}))
    return found


@pytest.fixture
def film(device: Device, kept: list[Any]) -> Film:
    """Film with a tiny model; gives the pictures."""

    def film(model: str = "t2v", loras: Any = None, kind: str = "wan", **changes: Any) -> Any:
        tuning, report = changes.pop("tuning", None), changes.pop("report", None) or Said()
        filmer = device.load(model, kind=kind, loras=loras, report=Said(), tuning=tuning)
        filmer.film(Filming(**{**WANTED, **changes}), report)
        return kept[0]

    return film


def picture(seed: int) -> Image:
    """A picture of large squares."""
    rough = np.random.default_rng(seed).random((8, 8, 3))
    return Image.of(np.ascontiguousarray(np.kron(rough, np.ones((SIDE // 8, SIDE // 8, 1))) * 255).astype(np.uint8))


def straight(folder: Path, kind: str = "WanPipeline", **changes: Any) -> Any:
    """The same film by diffusers alone."""
    import diffusers
    import torch

    exact = {"default": torch.bfloat16, "vae": torch.float32, "image_encoder": torch.float32}
    pipe = getattr(diffusers, kind).from_pretrained(folder, dtype=exact)
    pipe.set_progress_bar_config(disable=True)
    shift = changes.pop("shift", None)
    if shift:
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, flow_shift=shift)
    asked = {name: value for name, value in {**SAID, **changes}.items() if value is not None}
    found = pipe(**asked, generator=torch.Generator("cpu").manual_seed(3)).frames[0]
    return (found * 255).round().astype(np.uint8)


@pytest.mark.parametrize("model", ["t2v", "pair", "five"])
def test_a_film_from_words_is_the_one_that_diffusers_makes(film: Film, wans: Path, model: str) -> None:
    found = film(model, shift=3.0, guidance=5.0)
    assert found.shape == (9, SIDE, SIDE, 3) and found.dtype == np.uint8
    assert (found == straight(wans / model, shift=3.0)).all()
    assert (found != film(model, shift=3.0, seed=4)).any()


@pytest.mark.parametrize("model", ["five", "i2v", "i2v-pair"])
def test_a_film_begins_at_a_picture(film: Film, wans: Path, model: str) -> None:
    found = film(model, first=picture(1), shift=3.0)
    image = picture(1).pil()
    assert (found == straight(wans / model, "WanImageToVideoPipeline", image=image, shift=3.0)).all()
    assert (found != film(model, first=picture(2), shift=3.0)).any()


@pytest.mark.parametrize("model", ["ends", "i2v-pair"])
def test_a_film_begins_and_ends_at_pictures(film: Film, wans: Path, model: str) -> None:
    found = film(model, first=picture(1), last=picture(2), shift=3.0)
    images = {"image": picture(1).pil(), "last_image": picture(2).pil()}
    assert (found == straight(wans / model, "WanImageToVideoPipeline", **images, shift=3.0)).all()
    assert (found != film(model, first=picture(1), last=picture(3), shift=3.0)).any()


def test_without_a_size_a_film_has_the_proportions_of_its_first_picture(film: Film, device: Device) -> None:
    from nodes.local.films import near

    entry = device.load("i2v", kind="wan", loras=None, report=Said()).entry
    assert near(entry, Size(1000, 1000)) == Size(624, 624)
    assert near(entry, Size(400, 800)) == Size(448, 896)
    assert near(entry, Size(832, 480)) == Size(832, 480)
    assert near(entry, Size(100, 10_000)).height <= entry.settings["largest"]


def test_pictures_that_do_not_fit_the_model_are_a_sentence(film: Film) -> None:
    for model, given, said in (
        ("t2v", {"first": picture(1)}, "from words only"),
        ("i2v", {}, "needs a picture"),
        ("i2v-pair", {"last": picture(1)}, "needs a first one"),
        ("i2v", {"first": picture(1), "last": picture(2)}, "can't end"),
        ("five", {"first": picture(1), "last": picture(2)}, "can't end"),
    ):
        with pytest.raises(UserError, match=said):
            film(model, **given)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Video:
    """Eleven small frames at 16 a second."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return Video.write((picture(seed) for seed in range(11)), 16.0, path=path)


def test_a_film_starts_from_another_one_as_with_diffusers(film: Film, wans: Path, clip: Video) -> None:
    frames = [image.pil() for image in clip.frames()][:9]
    for strength in (0.3, 0.7, 1.0):
        found = film(video=clip, strength=strength, frames=0, shift=3.0)
        assert found.shape == (9, SIDE, SIDE, 3)
        like = {"video": frames, "strength": max(strength, 0.34), "num_frames": None}
        assert (found == straight(wans / "t2v", "WanVideoToVideoPipeline", **like, shift=3.0)).all()
    euler = film(video=clip, strength=0.7, frames=5, sampler="euler")
    assert euler.shape == (5, SIDE, SIDE, 3)


def test_models_with_two_experts_and_with_a_large_vae_start_from_films_too(film: Film, clip: Video) -> None:
    for model in ("pair", "five"):
        little, much = (film(model, video=clip, fps=16.0, strength=part, frames=0) for part in (0.34, 1.0))
        assert little.shape == much.shape == (9, SIDE, SIDE, 3) and (little != much).any()


def test_films_that_are_too_short_or_do_not_fit_are_a_sentence(film: Film, clip: Video) -> None:
    with pytest.raises(UserError, match="11 frames at 16 a second, fewer than 13") as caught:
        film(video=clip, frames=13)
    assert "9" in caught.value.hint
    with pytest.raises(UserError, match="from a film and from a picture"):
        film("five", video=clip, first=picture(1))
    with pytest.raises(UserError, match="begins with a picture"):
        film("i2v", video=clip)


@pytest.mark.parametrize("model", ["vace", pytest.param("vace-pair", marks=pytest.mark.slow)])
def test_vace_follows_films_masks_and_pictures_as_with_diffusers(
    film: Film, wans: Path, clip: Video, model: str
) -> None:
    frames = [image.pil() for image in clip.frames()][:9]
    mask = Mask.of(np.eye(SIDE, dtype=np.float32))
    masks = [PIL.Image.fromarray((mask.array * 255).astype(np.uint8), "L")] * 9
    shown = [picture(21).pil(), picture(22).pil()]

    def same(wanted: dict[str, Any], asked: dict[str, Any]) -> bool:
        found = film(model, kind="wan-vace", shift=3.0, **wanted)
        assert found.shape == (9, SIDE, SIDE, 3)
        return bool((found == straight(wans / model, "WanVACEPipeline", shift=3.0, **asked)).all())

    assert same({}, {})
    assert same({"references": (picture(21), picture(22))}, {"reference_images": shown})
    assert same({"video": clip, "extra": {"follow": 0.5}}, {"video": frames, "conditioning_scale": 0.5})
    assert same(
        {"video": clip, "mask": mask, "references": (picture(21),)},
        {"video": frames, "mask": masks, "reference_images": shown[:1]},
    )


def test_vace_begins_and_ends_at_pictures(film: Film, wans: Path) -> None:
    found = film("vace", kind="wan-vace", shift=3.0, first=picture(1), last=picture(2))
    gray = PIL.Image.new("RGB", (SIDE, SIDE), (128, 128, 128))
    led = [picture(1).pil(), *[gray] * 7, picture(2).pil()]
    masks = [PIL.Image.new("L", (SIDE, SIDE), 0 if at in (0, 8) else 255) for at in range(9)]
    assert (found == straight(wans / "vace", "WanVACEPipeline", shift=3.0, video=led, mask=masks)).all()
    with pytest.raises(UserError, match="already has a first"):
        film("vace", kind="wan-vace", first=picture(1), video=Video(Path("x.mp4"), Size(SIDE, SIDE), 16.0, 1.0))
    with pytest.raises(UserError, match="needs a film to work on"):
        film("vace", kind="wan-vace", mask=Mask.of(np.ones((SIDE, SIDE), np.float32)))


def test_animate_moves_a_character_in_segments_as_with_diffusers(
    film: Film, wans: Path, clip: Video, device: Device
) -> None:
    entry = device.load("animate", kind="wan-animate", loras=None, report=Said()).entry
    entry.settings.update(frames=5, fps=16)  # short segments: eleven frames are three of them
    poses = [image.pil() for image in clip.frames()]
    face = [pose.resize((16, 16), PIL.Image.Resampling.LANCZOS) for pose in poses]
    asked = {"image": picture(5).pil(), "pose_video": poses, "face_video": face, "num_frames": None,
             "segment_frame_length": 5, "guidance_scale": 1.0}
    wanted: dict[str, Any] = {"first": picture(5), "video": clip, "frames": 0, "guidance": 1.0, "shift": 3.0}
    said = Said()
    found = film("animate", kind="wan-animate", **wanted, extra={"face": clip}, report=said)
    assert found.shape == (11, SIDE, SIDE, 3)
    assert (found == straight(wans / "animate", "WanAnimatePipeline", shift=3.0, **asked)).all()
    assert "step 9 of 9" in said.notes
    mask = Mask.of(np.eye(SIDE, dtype=np.float32))
    masks = [PIL.Image.fromarray((mask.array * 255).astype(np.uint8), "L")] * 11
    put = film("animate", kind="wan-animate", **wanted, mask=mask, extra={"face": clip, "background": clip})
    more = {"mode": "replace", "background_video": poses, "mask_video": masks}
    assert (put == straight(wans / "animate", "WanAnimatePipeline", shift=3.0, **asked, **more)).all()
    with pytest.raises(UserError, match="needs the film and a mask"):
        film("animate", kind="wan-animate", **wanted, extra={"face": clip, "background": clip})


def test_the_shift_and_both_guidances_count(film: Film, wans: Path) -> None:
    plain = film("pair", shift=3.0)
    assert (film("pair", shift=8.0) == straight(wans / "pair", shift=8.0)).all()
    assert (film("pair", shift=8.0) != plain).any()
    apart = film("pair", shift=3.0, extra={"guidance_low": 2.0})
    assert (apart == straight(wans / "pair", shift=3.0, guidance_scale_2=2.0)).all() and (apart != plain).any()
    with pytest.raises(UserError, match="no second expert"):
        film("t2v", extra={"guidance_low": 2.0})


def test_numbers_of_frames_that_a_model_does_not_make_are_a_sentence_with_the_nearest(film: Film) -> None:
    assert film(frames=1).shape == (1, SIDE, SIDE, 3)
    with pytest.raises(UserError, match="multiple of 4 and one more") as caught:
        film(frames=8)
    assert "5 and 9" in caught.value.hint
    with pytest.raises(UserError, match="multiples of 16"):
        film(size=Size(60, 64))


def test_every_step_is_told_with_a_picture_of_the_middle_and_then_the_decoding(film: Film) -> None:
    said = Said()
    film(prompt="a word not read before", steps=6, report=said)
    notes = [note for note in said.notes if "memory" not in note]
    assert notes == ["reading the prompt", *(f"step {number} of 6" for number in range(7)), "decoding the film"]
    assert [done for done, _, _ in said.all] == sorted(done for done, _, _ in said.all)
    previews = [preview for _, _, preview in said.all if preview is not None]
    assert len(previews) == 4 and {preview.size for preview in previews} == {Size(16, 16)}


def test_stopping_works_while_reading_within_steps_and_while_decoding(film: Film) -> None:
    before, said = film(prompt="another one"), Said()
    film(prompt="yet another", report=said)
    for stop_after in range(0, len(said.all), 7):
        with pytest.raises(Cancelled):
            film(prompt="yet another" + "." * stop_after, report=Said(stop_after))
    assert (film(prompt="another one") == before).all()


@pytest.mark.parametrize("model", ["t2v", "five"])
def test_large_films_are_decoded_in_tiles_with_the_same_numbers(device: Device, model: str) -> None:
    import torch

    from nodes.local.families.wan_vae import decoded

    pipe = device.load(model, kind="wan", loras=None, report=Said()).pipe
    vae = pipe.vae
    edge = vae.spatial_compression_ratio
    latents = torch.randn(1, vae.config.z_dim, 3, 96 // edge, 128 // edge, generator=torch.Generator().manual_seed(1))
    config = vae.config
    mean, std = (torch.tensor(found).view(1, -1, 1, 1, 1) for found in (config.latents_mean, config.latents_std))
    for tile in (0, 64):
        vae.disable_tiling()
        if tile:
            vae.enable_tiling(tile, tile, tile - 32, tile - 32)
        with torch.no_grad():
            whole = vae.decode(latents / (1.0 / std) + mean).sample[0]
        pieces = list(decoded(pipe, latents))
        assert [piece.shape[1] for piece in pieces] == [1, 4, 4]
        assert torch.equal(torch.cat(pieces, 1), whole)
    vae.disable_tiling()


def test_the_same_words_are_read_once(film: Film, device: Device) -> None:
    filmer = device.load("t2v", kind="wan", loras=None, report=Said())
    read: list[int] = []
    hook = filmer.pipe.text_encoder.register_forward_pre_hook(lambda *_: read.append(1))
    film(prompt="once", negative="never")
    assert len(read) == 2
    film(prompt="once", negative="never", seed=9, steps=2)
    assert len(read) == 2
    film(prompt="twice", negative="never", guidance=1.0)
    assert len(read) == 3
    hook.remove()


def test_own_negative_words_are_the_vendors_and_empty_ones_are_none(film: Film, wans: Path, device: Device) -> None:
    said = device.load("t2v", kind="wan", loras=None, report=Said()).settings["negative"]
    own, none = film(negative="own", shift=3.0), film(negative="", shift=3.0)
    assert (own == film(negative=said, shift=3.0)).all() and (own != none).any()
    assert (none == straight(wans / "t2v", negative_prompt="", shift=3.0)).all()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of diffusers with new numpy
def test_samplers_that_add_noise_repeat_too(film: Film) -> None:
    for sampler in ("euler", "euler a", "heun", "dpm++ 2m", "lcm", "unipc"):
        assert (film(sampler=sampler) == film(sampler=sampler)).all()
    assert (film(sampler="unipc", shift=3.0) == film(shift=3.0)).all()


@pytest.mark.parametrize("offload", [pytest.param("parts", marks=pytest.mark.slow), "blocks", "disk"])
def test_where_the_weights_lie_changes_no_pixel(film: Film, device: Device, offload: Any) -> None:
    tuning = Tuning(offload=offload)
    assert (film("pair", tuning=tuning) == film("pair")).all()
    first = {"first": picture(1), "shift": 3.0}
    assert (film("five", tuning=tuning, **first) == film("five", **first)).all()
    filmer = device.load("pair", kind="wan", loras=None, report=Said(), tuning=tuning)
    filmer.film(Filming(**WANTED), Said())
    assert filmer.strategy == offload


def test_too_little_memory_while_decoding_is_tried_again_with_less(film: Film, wans: Path, kept: list[Any]) -> None:
    import torch

    whole = film("t2v")
    filmer = Device("cpu", Shelf([wans])).load("t2v", kind="wan", loras=None, report=Said())
    failures = [torch.OutOfMemoryError("full")]

    def full(*_: Any) -> None:
        if failures:
            raise failures.pop()

    filmer.pipe.vae.decoder.up_blocks[3].register_forward_pre_hook(full)
    said = Said()
    filmer.film(Filming(**WANTED), said)
    assert (kept[0] == whole).all() and any("Not enough memory" in note for note in said.notes)
    assert filmer.strategy == "disk"
