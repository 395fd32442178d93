"""The training nodes: what they read, what they refuse, and what they give. No model is needed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.lessons import Learned, Lesson
from ajar.testing import FakeGpu
from ajar.values import Image, Lora, LoraPart
from nodes.learn import captioned, lora_weight, save_lora, train_flux_lora, train_sdxl_lora, training_pictures


class Pupil:
    """A learner that only remembers the lesson."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lesson: Lesson

    def learn(self, lesson: Lesson, report: Callable[..., None]) -> Learned:
        self.lesson = lesson
        report(1.0, "done", None)
        return Learned(self.file, Image.of(np.zeros((4, 4, 3), np.uint8)), lesson.notes)


@pytest.fixture
def pupil(tmp_path: Path) -> Pupil:
    file = tmp_path / "learned.safetensors"
    file.write_bytes(b"weights")
    return Pupil(file)


def picture(shade: int = 0) -> Image:
    return Image.of(np.full((8, 8, 3), shade, np.uint8))


def folder_of(path: Path, **captions: str) -> Path:
    path.mkdir()
    for name, words in captions.items():
        (path / f"{name}.png").write_bytes(picture().encode())
        if words:
            (path / f"{name}.txt").write_text(words)
    return path


def trained(pupil: Pupil, node: Any = train_flux_lora, **inputs: Any) -> Any:
    return node(FakeGpu({"builtin": pupil}), **{"model": "builtin", **inputs})


def test_a_folder_with_captions_becomes_a_lesson_and_the_lora_is_a_file(pupil: Pupil, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "p", a="a red star", b="a blue ring")
    found = trained(pupil, folder=folder, name=" my blue ", trigger="zq", samples="one\n\n two ", steps=7)
    assert [(one.name, one.caption) for one in pupil.lesson.examples] == [
        ("a.png", "a red star"), ("b.png", "a blue ring")]
    assert pupil.lesson.samples == ("one", "two") and pupil.lesson.steps == 7 and not pupil.lesson.notes
    assert found.lora == Lora((LoraPart("my blue", 1.0, path=pupil.file),))


def test_pictures_and_captions_may_be_wired_in(pupil: Pupil) -> None:
    trained(pupil, train_sdxl_lora, images=[picture(), picture(9)], captions=["one", " two  words "])
    assert [one.caption for one in pupil.lesson.examples] == ["one", "two words"]


def test_captions_that_are_wired_in_replace_those_of_the_folder(pupil: Pupil, tmp_path: Path) -> None:
    trained(pupil, folder=folder_of(tmp_path / "p", a="old", b="old"), captions=["new", "newer"])
    assert [one.caption for one in pupil.lesson.examples] == ["new", "newer"]


@pytest.mark.parametrize(("trigger", "words", "said"), [
    ("zq", "zq", "1 of 2 pictures had no caption; the trigger word stands for it."),
    ("", "red star", "1 of 2 pictures had no caption; the name of its file stands for it."),
])
def test_a_picture_without_a_caption_is_described_and_that_is_said(
    pupil: Pupil, tmp_path: Path, trigger: str, words: str, said: str
) -> None:
    found = trained(pupil, folder=folder_of(tmp_path / "p", **{"red_star-02": "", "b": "words"}), trigger=trigger)
    assert {one.name: one.caption for one in pupil.lesson.examples}["red_star-02.png"] == words
    assert found.notes == said


@pytest.mark.parametrize(("inputs", "said"), [
    ({}, "no picture to learn from"), ({"images": []}, "no picture to learn from"),
    ({"images": [picture()], "folder": Path()}, "a folder and pictures on a wire"),
    ({"images": [picture()]}, "have no caption"), ({"images": [picture()], "captions": ["a", "b"]}, "2 captions for 1"),
    ({"images": [picture()], "captions": ["a"], "model": ""}, "No model is chosen"),
])
def test_what_can_not_be_learned_from_is_a_sentence(pupil: Pupil, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        trained(pupil, **inputs)


def test_an_empty_folder_is_a_sentence(pupil: Pupil, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no pictures"):
        trained(pupil, folder=folder_of(tmp_path / "p"))
    with pytest.raises(UserError, match="holds no pictures"):
        list(training_pictures(tmp_path / "p"))


def test_training_pictures_come_with_their_captions(tmp_path: Path) -> None:
    found = list(training_pictures(folder_of(tmp_path / "p", **{"2": "two", "10": ""})))
    assert [(one.name, one.caption) for one in found] == [("2", "two"), ("10", "")]
    assert found[0].image.array.shape == (8, 8, 3)


def test_strength_counts_for_every_lora_and_both_of_its_weights() -> None:
    stack = Lora((LoraPart("a", 0.5), LoraPart("b", 1.0, 0.4)))
    assert lora_weight(stack, 0.5, Lora((LoraPart("c", 1.0),))) == Lora(
        (LoraPart("c", 1.0), LoraPart("a", 0.25), LoraPart("b", 0.5, 0.2)))


def test_a_trained_lora_is_saved_into_the_models_or_the_output(pupil: Pupil) -> None:
    gpu, stack = FakeGpu({}), Lora((LoraPart("my style", 1.0, path=pupil.file), LoraPart("other", 1.0)))
    save_lora(gpu, stack)
    save_lora(gpu, stack, "blue", "output folder")
    assert gpu.saved == [(b"weights", "my style"), (b"weights", ".safetensors")]
    with pytest.raises(UserError, match="no trained LoRA"):
        save_lora(gpu, Lora((LoraPart("other", 1.0),)))
    with pytest.raises(UserError, match="2 LoRAs"):
        save_lora(gpu, Lora(stack.parts[:1] * 2))


def test_all_pictures_described_needs_no_words_about_it() -> None:
    assert captioned([], None, "") == ([], ())
