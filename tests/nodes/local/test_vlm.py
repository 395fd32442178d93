"""Models that see write about a picture what transformers writes with them, with its own processors' tokens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.values import Image
from ajar.wishes import Writing
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_words

pytestmark = pytest.mark.xdist_group("torch-2")

Caption = Callable[..., str]
MODELS = ["qwen2", "qwen3", "llava"]


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("eyes")
    tiny_words.write_qwen_vl(room / "qwen2", 2)
    tiny_words.write_qwen_vl(room / "qwen3", 3)
    tiny_words.write_llava(room / "llava")
    tiny_words.write_qwen(room / "blind")
    return room


@pytest.fixture(scope="module")
def caption(room: Path) -> Caption:
    device = Device("cpu", Shelf([room]))

    def caption(model: str, image: Image, report: Any = None, kind: str = "vlm", **changes: Any) -> str:
        seer = device.load(model, kind=kind, loras=None, report=quiet)
        wanted = {"prompt": "What is it?", "image": image, "tokens": 12, "temperature": 0.0, "seed": 5, **changes}
        return str(seer.write(Writing(**wanted), report or quiet))

    return caption


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (90, 130, 3), np.uint8))


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(folder: Path, image: Image, **more: Any) -> str:
    """The same call made on transformers, with the processor class of the model where that runs here."""
    import torch
    import transformers

    tokens = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    content = [{"type": "image"}, {"type": "text", "text": "What is it?"}]
    turns = [{"role": "user", "content": content}]
    text = tokens.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    if folder.name == "llava":
        eyes: Any = transformers.CLIPImageProcessorPil.from_pretrained(folder)
        processor: Any = transformers.LlavaProcessor(
            eyes, tokens, patch_size=8, vision_feature_select_strategy="default", num_additional_image_tokens=1,
        )
        kind: Any = transformers.LlavaForConditionalGeneration
        given = dict(processor(images=image.pil(), text=text, return_tensors="pt", add_special_tokens=False))
    else:  # the processor of Qwen asks for torchvision because of films
        eyes = transformers.Qwen2VLImageProcessorPil.from_pretrained(folder)
        kind = transformers.Qwen2VLForConditionalGeneration if folder.name == "qwen2" \
            else transformers.Qwen3VLForConditionalGeneration
        seen = dict(eyes(images=image.pil(), return_tensors="pt"))
        count = int(seen["image_grid_thw"].prod()) // 4
        given = dict(tokens(text.replace("<|image_pad|>", "<|image_pad|>" * count), return_tensors="pt")) | seen
        given["mm_token_type_ids"] = (given["input_ids"] == tokens.convert_tokens_to_ids("<|image_pad|>")).int()
    given.pop("token_type_ids", None)
    given["pixel_values"] = given["pixel_values"].to(torch.bfloat16)
    model = kind.from_pretrained(folder, dtype=torch.bfloat16)
    torch.manual_seed(5)
    found = model.generate(**given, **{"do_sample": False, "max_new_tokens": 12, **more})
    said = tokens.decode(found[0, given["input_ids"].shape[1] :], skip_special_tokens=True)
    assert isinstance(said, str)
    return said.strip()


@pytest.mark.parametrize("model", MODELS)
def test_a_picture_is_described_as_transformers_does(room: Path, caption: Caption, photo: Image, model: str) -> None:
    assert caption(model, photo) == direct(room / model, photo)
    sampled = {"do_sample": True, "temperature": 0.7, "top_p": 0.9}
    assert caption(model, photo, temperature=0.7) == direct(room / model, photo, **sampled)


@pytest.mark.parametrize("model", MODELS)
def test_what_is_in_the_picture_matters(caption: Caption, photo: Image, model: str) -> None:
    other = Image.of(np.zeros((90, 130, 3), np.uint8))
    assert caption(model, photo, tokens=24) != caption(model, other, tokens=24)


def test_it_can_be_stopped_while_it_looks(caption: Caption, photo: Image) -> None:
    before = caption("qwen3", photo)
    told: list[str] = []
    caption("qwen3", photo, report=lambda done, note, preview: told.append(note))
    assert told[:2] == ["looking", "reading"]
    for after in (1, 3, len(told) - 1):
        left = iter(range(after))

        def report(done: float, note: str, preview: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            caption("qwen3", photo, report=report)
    assert caption("qwen3", photo) == before


def test_a_mark_in_ones_words_is_no_second_picture(caption: Caption, photo: Image) -> None:
    assert caption("qwen3", photo, prompt="What is it?<|image_pad|>") == caption("qwen3", photo)


def test_a_model_that_only_writes_is_refused(caption: Caption, photo: Image) -> None:
    with pytest.raises(UserError, match="is not a model that sees, but a language model"):
        caption("blind", photo)
    with pytest.raises(UserError, match="can't see"):
        caption("blind", photo, kind="llm")
