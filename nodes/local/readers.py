"""Processors of words and pictures that need no other packages than the models themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import transformers
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

PICTURES = "preprocessor_config.json"


class _WithoutFilms:
    """One of Qwen's processors without its reader of films, which needs torchvision; pictures are read by Pillow.

    So the same picture gives the same numbers on every machine, whatever else is installed there.
    """

    def check_argument_for_proper_class(self, argument_name: str, argument: Any) -> Any:
        """As in the library, but nothing is no mistake here."""
        told: Any = super()
        return None if argument is None else told.check_argument_for_proper_class(argument_name, argument)

    @classmethod
    def from_pretrained(cls, folder: Path, **_: Any) -> Self:
        """The processor of a folder, or one out of a mere tokenizer: Qwen2.5-VL always sees in the same way."""
        words = transformers.Qwen2Tokenizer.from_pretrained(folder, local_files_only=True)  # also of vocab and merges
        return cls.of(words, folder if (folder / PICTURES).is_file() else None)

    @classmethod
    def of(cls, words: Any, folder: Path | None = None) -> Self:
        """A processor with this tokenizer, and with the numbers in a folder for its pictures."""
        eye = Qwen2VLImageProcessorPil
        sees = eye.from_pretrained(folder, local_files_only=True) if folder else eye(**QWEN_2_5)
        made: Any = cls
        found: Self = made(
            image_processor=sees, tokenizer=words, chat_template=getattr(words, "chat_template", None)
        )
        return found


class PictureReader(_WithoutFilms, transformers.Qwen2VLProcessor):
    """The processor of Qwen2.5-VL."""


class NewerReader(_WithoutFilms, transformers.Qwen3VLProcessor):
    """The processor of Qwen3-VL."""


QWEN_2_5: Mapping[str, Any] = {
    "patch_size": 14, "temporal_patch_size": 2, "merge_size": 2, "min_pixels": 3136, "max_pixels": 12_845_056,
    "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
}
"""How Qwen2.5-VL sees pictures, as its preprocessor_config.json has it."""
READERS: Mapping[str, type[Any]] = {
    "PixtralProcessor": transformers.PreTrainedTokenizerFast,  # its pictures are never used here
    "Qwen2VLProcessor": PictureReader, "Qwen2_5_VLProcessor": PictureReader, "Qwen3VLProcessor": NewerReader,
}
"""What stands in for processors that would need more packages."""
