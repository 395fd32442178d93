"""How Qwen's models that edit pictures see them: in which size, and where each part of them lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import diffusers
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus as editing

from ajar.models import ModelEntry
from ajar.values import Size
from nodes.local.pipes import checked_size

AREA = 1024 * 1024
"""Pixels of a picture that an edit model paints, where no size is said."""
UNIT = 32
"""What the sides of a picture that is looked at are multiples of."""
ROUNDS = 8
"""After so many roundings at most a size is that of its own proportions."""
NOTHING = " "
"""The negative prompt that the models were published with."""


def several(pipe: Any) -> bool:
    """Whether it looks at several pictures."""
    return isinstance(pipe, diffusers.QwenImageEditPlusPipeline)


def seen_by(pipe: Any, picture: Any) -> Any:
    """A picture as the text encoder looks at it."""
    area = editing.CONDITION_IMAGE_SIZE if several(pipe) else AREA
    wide, high = editing.calculate_dimensions(area, picture.width / picture.height)
    return pipe.image_processor.resize(picture, high, wide)


@contextmanager
def placed(text_encoder: Any) -> Iterator[None]:
    """While it lasts, a text encoder is told which of what it reads is picture, and so where each part of it lies.

    The pipelines of diffusers 0.42 don't tell it (huggingface/diffusers#14194): since transformers 5 it then takes a
    picture for a line of words, which it was not trained to.
    """
    def tell(model: Any, given: Any, named: dict[str, Any]) -> Any:
        if named.get("image_grid_thw") is None:
            return None
        kinds = (named["input_ids"] == model.config.image_token_id).int()
        return given, {**named, "mm_token_type_ids": kinds}

    hook = text_encoder.register_forward_pre_hook(tell, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()


def near(entry: ModelEntry, picture: Size) -> Size:
    """The size of about a million pixels that has the proportions of a picture."""
    largest, found = entry.settings["largest"] // UNIT * UNIT, picture
    for _ in range(ROUNDS):
        before = found
        sides = editing.calculate_dimensions(AREA, before.width / before.height)
        found = Size(*(min(max(UNIT, int(side)), largest) for side in sides))
        if found == before:
            break
    return checked_size(entry, found)
