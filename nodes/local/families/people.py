"""Where people are in a picture: RT-DETR."""

from typing import Any

import torch

from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.values import Image
from nodes.local.seeing import Looker, as_pixels, read_model
from nodes.local.site import Site

SIDE = 640
"""Pixels a side that it looks at."""
SURE = 0.5
"""How sure it must be of a person, 0..1."""
Box = tuple[float, float, float, float]


def load(entry: ModelEntry, site: Site) -> "PeopleModel":
    """Load a model that finds people. UserError if it is not one, or is damaged."""
    return PeopleModel(entry, read_model(entry, ("RTDetrForObjectDetection", "RTDetrV2ForObjectDetection")), site)


class PeopleModel(Looker):
    """A loaded model that finds people."""

    def people(self, image: Image, report: Report) -> list[Box]:
        """Left, top, right and bottom of each person in pixels, the surest first."""
        pixels = as_pixels(image, SIDE, SIDE, (0, 0, 0), (1, 1, 1))
        found = self.look(pixels, report, "looking for people")
        names: dict[int, str] = self.model.config.id2label
        person = next((number for number, name in names.items() if name.lower() == "person"), 0)
        scores = found.logits[0].sigmoid()[:, person].float().cpu()
        order: Any = torch.argsort(scores, descending=True)
        boxes = found.pred_boxes[0].float().cpu()
        return [_box(boxes[at].tolist(), image) for at in order.tolist() if scores[at] >= SURE]


def _box(found: list[float], image: Image) -> Box:
    x, y, wide, high = found
    return (
        (x - wide / 2) * image.width, (y - high / 2) * image.height,
        (x + wide / 2) * image.width, (y + high / 2) * image.height,
    )
