"""FLUX.1 Redux: reads a picture into words that only FLUX.1 understands."""

from collections.abc import Sequence
from typing import Any

import diffusers
import torch

from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.plain import LoraPart
from ajar.values import Image
from nodes.local.assembly import assemble
from nodes.local.pipes import Pipe
from nodes.local.site import Site


def load(entry: ModelEntry, site: Site) -> "Likeness":
    """Load a Redux model. UserError if it is not one, or is damaged."""
    return Likeness(entry, assemble(entry, diffusers.FluxPriorReduxPipeline, entry.settings["precision"]), site)


class Likeness(Pipe):
    """A loaded Redux model."""

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Nothing is put on it."""
        assert not loras

    def read(self, picture: Image, report: Report) -> Any:
        """What a picture shows: 1 x words x their length."""
        report(0.0, "looking at the reference picture", None)

        def look() -> Any:
            with torch.no_grad():
                seen = self.pipe.encode_image(picture.srgb().rgb().to("uint8").pil(), self.device, 1)
                found = self.pipe.image_embedder(seen).image_embeds
            self.pipe.maybe_free_model_hooks()
            return found

        return self.trying(look, report)


def like(words: Any, pooled: Any, seen: Sequence[Any], strength: float) -> tuple[Any, Any]:
    """The prompt with what several pictures show behind it, each of the same weight; as FluxPriorReduxPipeline does."""
    share = strength / len(seen)
    shown = sum((one.to(words) for one in seen[1:]), seen[0].to(words))
    return torch.cat([words, shown * share], dim=1), pooled
