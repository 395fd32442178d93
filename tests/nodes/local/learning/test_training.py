"""Training on tiny pipelines of the real classes: the loss is theirs, the file fits them, and nothing is by chance."""

import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.lessons import Example, Learned, Lesson
from ajar.painting import Painting
from ajar.values import Image, LoraPart, Size
from nodes.local.catalogue import Shelf
from nodes.local.headers import read_header

pytestmark = pytest.mark.xdist_group("torch")
LOUD = 3e-3


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


def pictures(*sizes: tuple[int, int]) -> tuple[Example, ...]:
    drawn = np.random.default_rng(0)
    return tuple(
        Example(f"{number}.png", Image.of(drawn.integers(0, 256, (height, width, 3), np.uint8)), f"a thing {number}")
        for number, (width, height) in enumerate(sizes)
    )


LESSON = Lesson("tiny style", pictures((64, 64), (64, 64), (96, 64)), "zq", 4, 5, LOUD, 2, 64, save_every=2)


class School:
    """Opens a fresh trainer for each lesson, as the worker does."""

    def __init__(self, models: Path, kind: str, name: str, precision: str = "float32") -> None:
        self.entry = Shelf([models]).find(kind, name)
        settings = {**self.entry.settings, "size": "64x64", "steps": 2, "threads": 1, "precision": precision}
        self.kind, self.entry = kind, replace(self.entry, settings=settings)

    def learn(self, folder: Path, lesson: Lesson = LESSON, report: Callable[..., None] = quiet) -> Learned:
        from nodes.local.learning.opening import open_learner

        return open_learner(self.entry, self.kind, "cpu", folder).learn(lesson, report)

    def course(self) -> Any:
        from nodes.local.learning.opening import open_learner

        return open_learner(self.entry, self.kind, "cpu", Path())._course


@pytest.fixture(scope="module")
def flux(tiny_models: Path) -> School:
    return School(tiny_models, "flux", "kl")


@pytest.fixture(scope="module")
def unets(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, School]:
    from tests.nodes.local.learning import tiny_unet

    folder = tmp_path_factory.mktemp("unets")
    for name in ("epsilon", "v_prediction"):
        tiny_unet.write_sdxl(folder / f"xl-{name}", name)
    tiny_unet.write_sd15(folder / "sd")
    found = {name: School(folder, "sdxl", name) for name in ("xl-epsilon", "xl-v_prediction")}
    return {**found, "sd": School(folder, "sd15", "sd")}


@pytest.fixture(scope="module")
def learned(flux: School, tmp_path_factory: pytest.TempPathFactory) -> Learned:
    return flux.learn(tmp_path_factory.mktemp("learned"))


def layers_of(network: Any) -> Any:
    """The sizes of all LoRA weights on a network, in order."""
    from peft.utils import get_peft_model_state_dict

    found = get_peft_model_state_dict(network, adapter_name="default_0")
    return np.sort([float(weight.float().norm()) for weight in found.values()])


def layers_in(file: Path) -> Any:
    """The same of a file in kohya's names."""
    from safetensors.torch import load_file

    found = load_file(file)
    assert all(name.startswith("lora_unet_") for name in found)
    return np.sort([float(weight.float().norm()) for name, weight in found.items() if not name.endswith(".alpha")])


def painted(school: School, *worn: tuple[Path, float]) -> list[Any]:
    """What the app paints without a LoRA, and then with each of these files at its weight."""
    from nodes.local.site import Site

    painter = importlib.import_module(f"nodes.local.families.{school.kind}").load(school.entry, Site("cpu"))
    wanted = Painting(prompt="a thing", size=Size(64, 64), steps=2, seed=1)
    found = [painter.paint(wanted, quiet).array]
    for lora, weight in worn:
        painter.wear([(Shelf([]).find("lora", str(lora)), LoraPart("x", weight))])
        found.append(painter.paint(wanted, quiet).array)
    return found


def test_what_is_trained_fits_the_model_and_weight_0_is_the_model_itself(flux: School, learned: Learned) -> None:
    base, off, half, full, again = painted(flux, *((learned.path, weight) for weight in (0.0, 0.5, 1.0, 0.0)))
    assert (base == off).all() and (base == again).all()
    assert (base != half).any() and (half != full).any()


def test_the_file_says_what_it_is_in_the_usual_words(learned: Learned) -> None:
    header = read_header(learned.path)
    about = header.metadata
    assert learned.path.name == "tiny-style.safetensors"
    assert about["modelspec.title"] == "tiny style" and about["modelspec.trigger_phrase"] == "zq"
    assert about["ss_network_dim"] == "4" and about["ss_steps"] == "5" and about["ss_learning_rate"] == str(LOUD)
    assert json.loads(about["ss_tag_frequency"]) == {"pictures": {"zq": 3}}
    assert all(name.startswith("transformer.") and name.endswith(".weight") for name in header.tensors)
    assert {name.rsplit(".", 2)[1] for name in header.tensors} == {"lora_A", "lora_B"}


def test_the_same_lesson_gives_the_same_bytes_and_another_seed_others(
    flux: School, learned: Learned, tmp_path: Path
) -> None:
    again = flux.learn(tmp_path)
    other = flux.learn(tmp_path, replace(LESSON, seed=1))
    assert again.path.read_bytes() == learned.path.read_bytes() != other.path.read_bytes()
    assert again.path.parent != other.path.parent


@pytest.mark.parametrize("stop", ["between checkpoints", "within a step"])
def test_a_training_that_was_stopped_goes_on_to_the_same_end(
    flux: School, learned: Learned, tmp_path: Path, stop: str
) -> None:
    heard: list[str] = []

    def report(done: float, note: str = "", preview: Image | None = None) -> None:
        heard.append(note)
        if note.startswith("step 3") and (stop == "between checkpoints" or heard.count(note) > 2):
            raise Cancelled

    with pytest.raises(Cancelled):
        flux.learn(tmp_path, report=report)
    rest = flux.learn(tmp_path)
    assert rest.notes[-1] == "Went on after step 3."
    assert rest.path.read_bytes() == learned.path.read_bytes()


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(
    flux: School, learned: Learned, tmp_path: Path
) -> None:
    flux.learn(tmp_path)
    [newest] = tmp_path.glob("*/step-000005.state.safetensors")
    newest.write_bytes(newest.read_bytes()[:-9])
    rest = flux.learn(tmp_path)
    assert rest.notes[-1] == "Went on after step 4." and rest.path.read_bytes() == learned.path.read_bytes()


def test_a_checkpoint_is_a_lora_by_itself_and_only_the_last_two_stay(flux: School, learned: Learned) -> None:
    folder = learned.path.parent
    assert sorted(path.name for path in folder.iterdir()) == sorted([
        learned.path.name, *(f"step-00000{step}{end}.safetensors" for step in (4, 5) for end in ("", ".state"))])
    _, early, last = painted(flux, (folder / "step-000004.safetensors", 1.0), (learned.path, 1.0))
    assert (early != last).any()


def test_numbers_that_overflow_stop_it_with_a_sentence_and_the_last_checkpoint_stays(
    flux: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nodes.local.learning.flow import FlowCourse

    loss = FlowCourse.loss

    def wild(self: Any, latents: Any, words: Any, seed: int, step: int) -> Any:
        return loss(self, latents, words, seed, step) * (float("nan") if step == 3 else 1.0)

    monkeypatch.setattr(FlowCourse, "loss", wild)
    with pytest.raises(UserError, match="went astray in step 4") as said:
        flux.learn(tmp_path)
    assert "lower learning rate" in said.value.hint
    kept = Path(said.value.hint.rpartition("is kept: ")[2].rstrip("."))
    assert kept.name == "step-000002.safetensors" and read_header(kept).tensors


def test_the_loss_of_flux_is_the_one_of_rectified_flow_computed_directly(flux: School) -> None:
    import torch

    from nodes.local.learning.course import stacked
    from nodes.local.learning.order import chance, spread

    course = flux.course()
    with course.seeing(), course.reading():
        latents = torch.stack([course.latent(np.full((64, 96, 3), shade, np.uint8)) for shade in (10, 200)])
        words = stacked(course.words(["a thing", "another"]))
    noise = torch.randn(latents.shape, generator=chance(5, 0, "noise"))
    time = spread(2, 5, 0)
    mixed = (1 - time)[:, None, None, None] * latents + time[:, None, None, None] * noise
    pipe = course.pipe
    with torch.no_grad():
        found = pipe.transformer(
            hidden_states=pipe._pack_latents(mixed, 2, 16, 8, 12), timestep=time, pooled_projections=words["pooled"],
            encoder_hidden_states=words["states"], txt_ids=torch.zeros(words["states"].shape[1], 3),
            img_ids=pipe._prepare_latent_image_ids(2, 4, 6, "cpu", torch.float32), return_dict=False,
        )[0]
        velocity = pipe._unpack_latents(found, 64, 96, pipe.vae_scale_factor)
        wanted = float(((velocity - (noise - latents)) ** 2).mean())
        assert float(course.loss(latents, words, 5, 0)) == pytest.approx(wanted, rel=1e-5)


def test_guided_flux_learns_in_half_precision_and_later_on_the_path_for_larger_pictures(
    tiny_models: Path, tmp_path: Path
) -> None:
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.flux.pipeline_flux import calculate_shift

    from tests.nodes.local import tiny

    tiny.write_flux(tmp_path / "dev", guided=True)
    facts = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True)
    facts.save_pretrained(tmp_path / "dev" / "scheduler")
    school = School(tmp_path, "flux", "dev", "bfloat16")
    times = torch.tensor([0.1, 0.5, 0.9])
    wanted = facts.time_shift(calculate_shift(1024, 256, 4096, 0.5, 1.15), 1.0, times)
    assert torch.allclose(school.course()._shifted(times, 1024), wanted)
    learned = school.learn(tmp_path / "work", replace(LESSON, samples=("a thing",)))
    base, styled = painted(school, (learned.path, 1.0))
    assert (base != styled).any()


@pytest.mark.parametrize("name", ["xl-epsilon", "xl-v_prediction", "sd"])
def test_stable_diffusion_learns_what_its_scheduler_says_it_predicts(
    unets: dict[str, School], name: str
) -> None:
    import torch
    from diffusers import DDPMScheduler

    from nodes.local.learning.course import stacked
    from nodes.local.learning.order import chance, spread

    school = unets[name]
    course = school.course()
    with course.seeing(), course.reading():
        latents = torch.stack([course.latent(np.full((64, 64, 3), shade, np.uint8)) for shade in (10, 200)])
        words = stacked(course.words(["a thing", "another"]))
    noising = DDPMScheduler.from_config(course.pipe.scheduler.config)
    noise, times = torch.randn(latents.shape, generator=chance(5, 0, "noise")), (spread(2, 5, 0) * 1000).long()
    added = {"text_embeds": words.get("pooled"), "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * 2)}
    with torch.no_grad():
        found = course.network(
            noising.add_noise(latents, noise, times), times, words["states"],
            added_cond_kwargs=None if name == "sd" else added,
        ).sample
        goal = noising.get_velocity(latents, noise, times) if "v_" in name else noise
        assert float(course.loss(latents, words, 5, 0)) == pytest.approx(float(((found - goal) ** 2).mean()), rel=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of numpy, in a scheduler of diffusers
@pytest.mark.parametrize("name", ["xl-epsilon", "sd"])
def test_a_lora_of_stable_diffusion_fits_its_pipeline_in_the_names_of_kohya(
    unets: dict[str, School], name: str, tmp_path: Path
) -> None:
    from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline

    school = unets[name]
    learned = school.learn(tmp_path, replace(LESSON, samples=("a thing",)))
    pipeline: Any = StableDiffusionPipeline if name == "sd" else StableDiffusionXLPipeline
    pipe = pipeline.from_pretrained(school.entry.path)
    pipe.load_lora_weights(str(learned.path))
    assert (layers_of(pipe.unet) == layers_in(learned.path)).all()
    base, off, styled = painted(school, (learned.path, 0.0), (learned.path, 1.0))
    assert (base == off).all() and (base != styled).any()


def test_progress_shows_every_step_and_pictures_of_loss_and_samples(flux: School, tmp_path: Path) -> None:
    notes: list[str] = []
    previews: list[Image] = []

    def report(done: float, note: str = "", preview: Image | None = None) -> None:
        assert 0 <= done <= 1
        notes.append(note)
        if preview is not None:
            previews.append(preview)

    learned = flux.learn(tmp_path, replace(LESSON, samples=("a thing", "another")), report)
    assert [note for note in dict.fromkeys(notes) if note.startswith("step")][-1].startswith("step 5 of 5, loss")
    assert {"Encoding picture 3 of 3", "Painting sample 2 of 2 before", "Painting sample 1 of 2 after step 4"} <= set(
        notes)
    assert previews and all(max(preview.width, preview.height) <= 512 for preview in previews)
    assert learned.sheet.width == 1024 and learned.sheet.height > 700
    assert learned.notes == ("Learned as 2 of 64x64, 1 of 80x48.",)


def test_what_a_model_can_not_learn_is_a_sentence(flux: School, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no picture to learn from"):
        flux.learn(tmp_path, replace(LESSON, examples=()))
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(UserError, match="broken.png"):
        flux.learn(tmp_path, replace(LESSON, examples=(Example("broken.png", broken, "x"),)))
    with pytest.raises(UserError, match="at most"):
        flux.learn(tmp_path, replace(LESSON, resolution=99_999))


def test_too_little_memory_is_a_sentence_and_all_of_it_is_given_back(
    flux: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from nodes.local.learning.flow import FlowCourse
    from nodes.local.learning.opening import open_learner

    def full(self: Any, *_: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(FlowCourse, "loss", full)
    trainer = open_learner(flux.entry, "flux", "cpu", tmp_path)
    with pytest.raises(UserError, match="The memory of cpu is not enough to train") as said:
        trainer.learn(LESSON, quiet)
    assert "batch" in said.value.hint
    assert all(weight.is_meta for weight in trainer._course.network.parameters())


def test_what_can_not_be_trained_is_said_before_anything_is_loaded(flux: School) -> None:
    from nodes.local.learning.opening import open_learner

    with pytest.raises(UserError, match="too coarse"):
        open_learner(replace(flux.entry, form="gguf"), "flux", "cpu", Path())
    with pytest.raises(UserError, match="can't be trained here"):
        open_learner(flux.entry, "wan", "cpu", Path())


def test_one_picture_is_enough_also_with_a_larger_batch(flux: School, tmp_path: Path) -> None:
    lesson = replace(LESSON, examples=pictures((5, 3)), batch=3, steps=1)
    learned = flux.learn(tmp_path, lesson)
    assert "enlarged" in learned.notes[-1] and learned.path.is_file()
