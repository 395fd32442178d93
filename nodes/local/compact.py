"""Models that lie in memory as a whole, or one part after the other, but never in pieces."""

from typing import Any

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from nodes.local.memory import ladder
from nodes.local.pipes import Pipe
from nodes.local.site import Site


class Compact(Pipe):
    """A loaded model that reads its own weights where nobody calls a layer, so they must all be there; it is small."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        if site.tuning.offload in ("blocks", "disk"):
            raise UserError(
                f'"{entry.title}" needs all weights of a part at once, so they can\'t come in pieces.',
                "Set offload to auto or parts; the model is small.",
            )
        super().__init__(entry, pipe, site)

    def lower(self, report: Report) -> bool:
        """From all of it on the device to one part at a time, and no further."""
        return self.strategy == "resident" and "parts" in ladder(self.site.device) and super().lower(report)
