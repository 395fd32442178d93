"""A model whose folder says which words it knows: painting and training read prompts and captions in these words."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.lessons import Example, Learned, Lesson
from ajar.models import ModelEntry
from ajar.painting import Filming, Painting
from ajar.values import Image, Size
from nodes.local.catalogue import Shelf
from tests.nodes.local.wording.test_front import FILMS, SMALL

pytestmark = pytest.mark.xdist_group("torch")


def quiet(done: float, note: str = "", preview: Image | None = None) -> None:
    pass


@pytest.fixture(scope="module")
def models(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same tiny model twice, once with words."""
    folder = tmp_path_factory.mktemp("with-words")
    for name in ("worded", "plain"):
        shutil.copytree(tiny_models / "kl", folder / name)
    (folder / "worded" / "words.toml").write_text(SMALL, "utf-8")
    return folder


def entry(models: Path, name: str) -> ModelEntry:
    return Shelf([models]).find("flux", name)


def paint(models: Path, name: str, **changes: Any) -> Any:
    from nodes.local.families.flux import load
    from nodes.local.site import Site

    found = entry(models, name)
    settings = {**found.settings, "precision": "float32", "threads": 1, "guidance_by": "true_cfg", "guidance": 3.0}
    painter = load(replace(found, settings=settings), Site("cpu"))
    return painter.paint(Painting(**{"size": Size(64, 64), "steps": 2, "seed": 1, **changes}), quiet).array


def test_free_words_paint_what_the_caption_paints(models: Path) -> None:
    caption = "a red circle on a white background"
    assert (paint(models, "worded", prompt="A CRIMSON ball, on white!") == paint(models, "plain", prompt=caption)).all()
    assert (paint(models, "worded", prompt=caption) != paint(models, "worded", prompt="a blue house")).any()


def test_unknown_words_of_a_negative_prompt_are_not_read(models: Path) -> None:
    wanted = {"prompt": "a red circle on a white background"}
    avoiding = paint(models, "worded", negative="Kitties, watermark", **wanted)
    assert (avoiding == paint(models, "plain", negative="cat", **wanted)).all()
    assert (paint(models, "worded", negative="watermark", **wanted) == paint(models, "plain", **wanted)).all()


def test_a_picture_to_start_from_is_painted_over_with_the_same_words(models: Path) -> None:
    image = Image.of(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    one, other = (paint(models, name, image=image, prompt=words) for name, words in (
        ("worded", "kitty"), ("plain", "an orange cat on a white background")))
    assert (one == other).all()


def test_films_are_asked_for_in_the_words_of_the_model(tiny_models: Path) -> None:
    from nodes.local.pipes import Pipe

    pipe = Pipe.__new__(Pipe)
    pipe._front = FILMS
    wanted = pipe.understood(Filming(prompt="a rising KITTY", negative="blurry cats", seed=5))
    assert (wanted.prompt, wanted.negative, wanted.seed) == ("an orange cat moving up on a white background", "cat", 5)


def test_the_words_are_part_of_what_the_model_is(models: Path) -> None:
    names = [file.relative_to(models / "worded").as_posix() for file in entry(models, "worded").files]
    assert "words.toml" in names
    assert not any(file.name == "words.toml" for file in entry(models, "plain").files)


def test_broken_words_are_refused_in_a_sentence(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "worded", tmp_path / "broken")
    for text in ("name = ", "nothing", SMALL.replace("[hours]", "[hour]"), "x" * 300_000):
        (tmp_path / "broken" / "words.toml").write_text(text, "utf-8")
        with pytest.raises(UserError, match="broken") as refusal:
            paint(tmp_path, "broken", prompt="a cat")
        assert refusal.value.hint.endswith(".")


def learn(models: Path, folder: Path, *captions: str, trigger: str = "") -> Learned:
    from nodes.local.learning.opening import open_learner

    drawn = np.random.default_rng(0)
    shown = tuple(Example(f"{at}.png", Image.of(drawn.integers(0, 256, (64, 64, 3), np.uint8)), caption)
                  for at, caption in enumerate(captions))
    found = entry(models, "worded")
    found = replace(found, settings={**found.settings, "size": "64x64", "steps": 1, "threads": 1,
                                     "precision": "float32"})
    lesson = Lesson("style", shown, trigger, 4, 2, 3e-3, 1, 64)
    return open_learner(found, "flux", "cpu", folder).learn(lesson, quiet)


def test_captions_are_learned_in_the_words_of_the_model(models: Path, tmp_path: Path) -> None:
    one = learn(models, tmp_path / "a", "a red circle on a white background", "an orange cat on a white background")
    other = learn(models, tmp_path / "b", "CRIMSON ball on white", "kitty")
    third = learn(models, tmp_path / "c", "a blue circle on a white background", "kitty")
    assert one.path.read_bytes() == other.path.read_bytes() != third.path.read_bytes()
    assert one.notes == ("Learned as 2 of 64x64.",)


def test_words_of_captions_that_it_does_not_know_are_named(models: Path, tmp_path: Path) -> None:
    found = learn(models, tmp_path, "a red circle, grainy", "a unicorn", trigger="zq")
    assert found.notes[-1] == 'The model does not know "zq", "grainy", "unicorn"; it learned without.'
