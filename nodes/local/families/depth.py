"""How far away everything in a picture is: Depth Anything and DPT."""

from typing import Any

import cv2
import numpy as np

from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.values import Image
from nodes.local.seeing import HALF, MEAN, SPREAD, Looker, as_pixels, read_model
from nodes.local.site import Site

LOOKS: dict[str, tuple[int, int, Any, Any]] = {
    "DepthAnythingForDepthEstimation": (518, 14, MEAN, SPREAD), "DPTForDepthEstimation": (384, 32, HALF, HALF),
}
"""How each class looks: pixels of the side that changes least, of what it must be a multiple, mean and spread."""


def load(entry: ModelEntry, site: Site) -> "DepthModel":
    """Load a depth model. UserError if it is not one, or is damaged."""
    return DepthModel(entry, read_model(entry, list(LOOKS)), site)


class DepthModel(Looker):
    """A loaded depth model."""

    def depth(self, image: Image, report: Report) -> Image:
        """How near everything is: white is the nearest, black the farthest; of the size of the picture."""
        side, unit, mean, spread = LOOKS[type(self.model).__name__]
        scale = min((side / image.width, side / image.height), key=lambda one: abs(1 - one))  # as it was trained
        width, height = (max(unit, round(one * scale / unit) * unit) for one in (image.width, image.height))
        found = self.look(as_pixels(image, width, height, mean, spread), report, "estimating depth")
        near = found.predicted_depth[0].float().cpu().numpy()
        by = cv2.INTER_AREA if image.width < width else cv2.INTER_CUBIC
        sized = cv2.resize(near, (image.width, image.height), interpolation=by)
        span = float(sized.max() - sized.min()) or 1.0
        drawn = ((sized - sized.min()) / span * 255).round().astype(np.uint8)
        return Image.of(np.repeat(drawn[:, :, None], 3, 2))
