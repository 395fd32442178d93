"""Qwen-Image 2.1: pictures from words, also with see-through parts, and from pictures that the words speak about."""

from dataclasses import replace
from typing import Any

from ajar.errors import UserError
from ajar.painting import Painting, Report
from ajar.values import Image, Size
from nodes.local.families.qwen_seeing import NOTHING, near
from nodes.local.painters import Classes, PackedPainter
from nodes.local.patches import Patch
from nodes.local.pictures import picture_of


class Newer(PackedPainter):
    """A loaded Qwen-Image 2.1 model."""

    plain = Classes("QwenImage21Pipeline")

    def paint(self, wanted: Painting, report: Report) -> Image:
        """The picture; without a size one in the proportions of the first picture that is looked at."""
        if wanted.references and wanted.size is None:
            wanted = replace(wanted, size=near(self.entry, wanted.references[0].size))
        return super().paint(wanted, report)

    def check(self, wanted: Painting) -> None:
        super().check(replace(wanted, references=()))
        if wanted.image is not None:
            raise UserError(
                f'"{self.entry.title}" doesn\'t start from a picture.',
                'Wire it into the "pictures" of qwen_edit, and say in the prompt what is to change.',
            )
        self.refuse_unread(wanted)

    def said(self, wanted: Painting, report: Report) -> dict[str, Any]:
        guidance = self.guidance(wanted)
        against = wanted.negative or NOTHING
        if wanted.references:  # the pipeline takes words together with pictures only as they are written
            return {"prompt": wanted.prompt, "true_cfg_scale": guidance,
                    **({"negative_prompt": against} if guidance > 1 else {})}
        words, valid = self._read(wanted.prompt, report)
        found = {"prompt_embeds": words, "prompt_embeds_mask": valid, "true_cfg_scale": guidance}
        if guidance > 1:
            words, valid = self._read(against, report)
            found |= {"negative_prompt_embeds": words, "negative_prompt_embeds_mask": valid}
        return found

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        if wanted.references:
            arguments |= {"image": [picture_of(one, one.size) for one in wanted.references]}
        return self.pipe

    def looked_at(self, wanted: Painting) -> int:
        """How many pictures run through the model beside the one that is painted."""
        return len(wanted.references)

    def _read(self, text: str, report: Report) -> tuple[Any, Any]:
        """Words as the model reads them, and which of them count; None for all."""
        def encode() -> tuple[Any, Any]:
            words, valid, _ = self.pipe.encode_prompt(text)
            return words, valid

        return self.words((text,), encode, report)
