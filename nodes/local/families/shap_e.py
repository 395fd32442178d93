"""Shap-E: small coloured bodies out of words or of a picture."""

from typing import Any

import diffusers
import numpy as np
import PIL.Image
import torch

from ajar.clips import Mesh
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Report
from ajar.reel import scratch
from ajar.solid import Solid, encode_solid
from ajar.wishes import Forming
from nodes.local.assembly import assemble
from nodes.local.compact import Compact
from nodes.local.folders import pipeline_class
from nodes.local.site import Site

PIPELINES = ("ShapEPipeline", "ShapEImg2ImgPipeline")
"""Out of words, out of a picture."""
CARVING = 0.3
"""The part of a call that is left for the surface."""


def load(entry: ModelEntry, site: Site) -> "ShapE":
    """Load a Shap-E model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    kind = PIPELINES[pipeline_class(entry.path) == PIPELINES[1]]
    return ShapE(entry, assemble(entry, getattr(diffusers, kind), entry.settings["precision"]), site)


class ShapE(Compact):
    """A loaded Shap-E model."""

    def form(self, wanted: Forming, report: Report) -> Mesh:
        """One body with colours at its corners, its upper side up. UserError where the model takes something else."""
        steps = wanted.steps or self.settings["steps"]
        arguments: dict[str, Any] = {
            **self._shown(wanted), "num_inference_steps": steps, "output_type": "latent",
            "guidance_scale": wanted.guidance or self.settings["guidance"],
        }

        def early(done: float, note: str, preview: Any) -> None:
            report(done * (1 - CARVING), note, preview)

        calls = 2 * steps - 1  # its sampler looks twice at every step but the last
        found = self.run(self.pipe, arguments, steps=calls, report=early, seed=wanted.seed, after=0.0, callback=False)
        body = self._carved(found.images[0], wanted.detail or self.settings["detail"], report)
        path = scratch(".glb")
        path.write_bytes(encode_solid(body))
        return Mesh.open(path)

    def _shown(self, wanted: Forming) -> dict[str, Any]:
        """The picture or the words, whichever this model takes."""
        title, sees = self.entry.title, type(self.pipe).__name__ == PIPELINES[1]
        if sees and wanted.image is None:
            raise UserError(f'"{title}" forms what a picture shows.', "Wire a picture in, or choose a model for words.")
        if not sees and wanted.image is not None:
            raise UserError(f'"{title}" reads words only.', "Choose a Shap-E model for pictures, or take it away.")
        if wanted.image is not None:
            seen = wanted.image.srgb().pil().convert("RGBA")
            white = PIL.Image.new("RGBA", seen.size, "white")
            return {"image": PIL.Image.alpha_composite(white, seen).convert("RGB")}
        if not wanted.prompt.strip():
            raise UserError("There is nothing to form: the prompt is empty.", "Say what it is to be.")
        return {"prompt": wanted.prompt}

    def _carved(self, latents: Any, detail: int, report: Report) -> Solid:
        """The surface of what was dreamt, at ``detail`` points a side."""
        calls = max(1, detail**3 // 4096) * len(self.pipe.shap_e_renderer.mlp.mlp)
        done = 0

        def beat() -> None:
            nonlocal done
            done += 1
            report(min(1.0, 1 - CARVING + CARVING * done / calls), "finding the surface", None)

        def carve() -> Any:
            with self.beating(beat), torch.no_grad():
                return self.pipe.shap_e_renderer.decode_to_mesh(latents[None], self.device, grid_size=detail)

        try:
            found = self.trying(carve, report)
        except (ZeroDivisionError, IndexError, ValueError):  # the library meets a surface without a single point
            raise UserError(
                f'"{self.entry.title}" formed nothing that has a surface.', "Try another seed or other words."
            ) from None
        x, y, z = found.verts.float().cpu().numpy().T
        light = np.stack([found.vertex_channels[name].float().cpu().numpy() for name in "RGB"], 1)
        return Solid(
            np.ascontiguousarray(np.stack([x, z, -y], 1), np.float32),  # its up is z, and in a GLB file y is
            found.faces.cpu().numpy().astype(np.int64),
            np.clip(light, 0, 1).astype(np.float32) ** np.float32(1 / 2.2),
        )
