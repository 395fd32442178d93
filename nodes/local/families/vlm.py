"""Models that see and write: Qwen2-VL, Qwen2.5-VL, Qwen3-VL and LLaVA, from folders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import transformers

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.values import Image
from ajar.wishes import Writing
from nodes.local.assembly import BROKEN, first_line
from nodes.local.headers import AGAIN
from nodes.local.site import Site
from nodes.local.talking import Talker, read_single, read_tokens, templated

LARGEST = 1280 * 28 * 28
"""Pixels of a picture that are looked at; larger ones are made smaller, for each 28 x 28 of them costs a token."""


class Eyes(Protocol):
    """How a kind of model looks at a picture."""

    mark: str
    """The token that stands for a piece of the picture."""

    def look(self, image: Image) -> tuple[Mapping[str, Any], int]:
        """What the model takes for a picture, and how many tokens stand for it in the text."""


@dataclass(slots=True)
class QwenEyes:
    """In pieces of its own proportions."""

    model: Any
    processor: Any
    mark: str = "<|image_pad|>"

    def look(self, image: Image) -> tuple[Mapping[str, Any], int]:
        seen = dict(self.processor(images=[image.srgb().rgb().pil()], return_tensors="pt"))
        return seen, int(seen["image_grid_thw"].prod()) // self.processor.merge_size**2


@dataclass(slots=True)
class LlavaEyes:
    """As a square, always in as many pieces."""

    model: Any
    processor: Any
    mark: str = "<image>"

    def look(self, image: Image) -> tuple[Mapping[str, Any], int]:
        seen = dict(self.processor(images=[image.srgb().rgb().pil()], return_tensors="pt"))
        vision = self.model.config.vision_config
        whole = self.model.config.vision_feature_select_strategy == "full"
        return seen, (vision.image_size // vision.patch_size) ** 2 + (1 if whole else 0)


KINDS: Mapping[str, tuple[Any, str]] = {
    "Qwen2VLForConditionalGeneration": (QwenEyes, "Qwen2VLImageProcessorPil"),
    "Qwen2_5_VLForConditionalGeneration": (QwenEyes, "Qwen2VLImageProcessorPil"),
    "Qwen3VLForConditionalGeneration": (QwenEyes, "Qwen2VLImageProcessorPil"),
    "LlavaForConditionalGeneration": (LlavaEyes, "CLIPImageProcessorPil"),
}
"""Class -> its eyes, and what readies pictures for them: of two programs the one that needs no torchvision."""


def load(entry: ModelEntry, site: Site) -> "Seer":
    """Load a model that sees. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    model = read_single(entry, list(KINDS))
    eyes, name = KINDS[type(model).__name__]
    try:
        processor = getattr(transformers, name).from_pretrained(entry.path, local_files_only=True)
    except BROKEN as error:
        raise UserError(f'The eyes of "{entry.title}" can\'t be read: {first_line(error)}.', AGAIN) from error
    if eyes is QwenEyes:
        processor.size["longest_edge"] = min(processor.size["longest_edge"] or LARGEST, LARGEST)
    return Seer(entry, model, read_tokens(entry, entry.path), eyes(model, processor), site)


class Seer(Talker):
    """A loaded model that sees and writes."""

    def __init__(self, entry: ModelEntry, model: Any, tokens: Any, eyes: Eyes, site: Site) -> None:
        self.eyes = eyes
        super().__init__(entry, model, tokens, site)

    def write(self, wanted: Writing, report: Report) -> str:
        """The answer about a picture. UserError where there is no room for one, or none came."""
        assert wanted.image is not None
        report(0.0, "looking", None)
        seen, count = self.eyes.look(wanted.image)
        told = self.asked(wanted).replace(self.eyes.mark, self.eyes.mark * count, 1)
        given = dict(self.tokens(told, return_tensors="pt", add_special_tokens=not self.tokens.chat_template))
        own = given["input_ids"] == self.tokens.convert_tokens_to_ids(self.eyes.mark)
        if int(own.sum()) != count:
            raise UserError(f'The template of "{self.entry.title}" leaves no place for the picture.', AGAIN)
        if isinstance(self.eyes, QwenEyes):  # it must know which tokens lie in the plane
            given["mm_token_type_ids"] = own.int()
        given |= {name: value.to(self.model.dtype) if value.is_floating_point() else value
                  for name, value in seen.items()}
        return self.answered(given, wanted, report)

    def asked(self, wanted: Writing) -> str:
        prompt = wanted.prompt.replace(self.eyes.mark, "")
        if not self.tokens.chat_template:
            return f"USER: {self.eyes.mark}\n{prompt} ASSISTANT:"
        content = [{"type": "image"}, {"type": "text", "text": prompt}]
        turns: list[dict[str, Any]] = [{"role": "user", "content": content}]
        if wanted.system:
            turns.insert(0, {"role": "system", "content": wanted.system})
        return templated(self.tokens, turns, self.entry, wanted.think)
