"""How people in a picture stand: ViTPose, drawn as the coloured skeletons that control models read."""

from typing import Any

import cv2
import numpy as np
import torch

from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.values import Image
from nodes.local.seeing import Looker, normalised, read_model
from nodes.local.site import Site
from nodes.local.skeletons import drawn

WIDE, HIGH = 192, 256
"""Pixels of the part around a person that it looks at."""
AROUND = 1.25
"""How much larger than the person that part is."""
Box = tuple[float, float, float, float]


def load(entry: ModelEntry, site: Site) -> "PoseModel":
    """Load a pose model. UserError if it is not one, or is damaged."""
    return PoseModel(entry, read_model(entry, ("VitPoseForPoseEstimation",)), site)


class PoseModel(Looker):
    """A loaded pose model."""

    def pose(self, image: Image, people: list[Box], report: Report) -> Image:
        """The skeletons of these people on black, of the size of the picture."""
        array = image.srgb().rgb().to("float32").array
        return drawn([self._joints(array, box, report) for box in people], image.size)

    def _joints(self, array: Any, box: Box, report: Report) -> Any:
        """17 joints of one person: x, y in pixels of the picture, and how sure it is, 0..1."""
        place = _placed(box)
        part = cv2.warpAffine(array, place, (WIDE, HIGH), flags=cv2.INTER_LINEAR)
        more: dict[str, Any] = {}
        if getattr(self.model.config.backbone_config, "num_experts", 1) > 1:
            more["dataset_index"] = torch.zeros(1, dtype=torch.long, device=self.device)  # people, as in COCO
        maps = self.look(normalised(part), report, "estimating poses", **more).heatmaps[0].float().cpu().numpy()
        found = np.array([_peak(one) for one in maps], np.float64)
        scaled = found[:, :2] * (WIDE / maps.shape[2], HIGH / maps.shape[1])
        back = cv2.invertAffineTransform(place)
        return np.column_stack([scaled @ back[:, :2].T + back[:, 2], found[:, 2]])


def _placed(box: Box) -> Any:
    """The transform that brings a person, with something around it, into the part that is looked at."""
    left, top, right, bottom = box
    scale = 1 / (AROUND * max((right - left) / WIDE, (bottom - top) / HIGH, 1e-6))
    x, y = (left + right) / 2, (top + bottom) / 2
    return np.array([[scale, 0, WIDE / 2 - x * scale], [0, scale, HIGH / 2 - y * scale]])


def _peak(heat: Any) -> tuple[float, float, float]:
    """Where a map is hottest, moved a quarter towards the hotter neighbour, and how hot."""
    y, x = (int(at) for at in np.unravel_index(int(heat.argmax()), heat.shape))
    sure = float(heat[y, x])
    across = float(np.sign(heat[y, x + 1] - heat[y, x - 1])) if 0 < x < heat.shape[1] - 1 else 0.0
    down = float(np.sign(heat[y + 1, x] - heat[y - 1, x])) if 0 < y < heat.shape[0] - 1 else 0.0
    return x + across / 4, y + down / 4, sure
