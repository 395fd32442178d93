"""A glimpse of a Flux picture while it is painted, at next to no cost."""

from typing import Any

import numpy as np
import torch

from ajar.values import Image, Size

SWATCHES = 16
SWATCH = 16
"""A picture of 16 x 16 patches of 16 pixels, from which the colours of a latent are learned."""
ENLARGED = 4
"""How many preview pixels there are to a latent pixel, which stands for 8 pixels of the picture."""


class Previews:
    """Estimates the finished picture from two steps that follow each other."""

    def __init__(self, pipe: Any, size: Size, count: int) -> None:
        self.steps = 0
        """How many have been seen."""
        self._pipe = pipe
        self._size = size
        self._count = count
        self._before: Any = None

    def see(self, step: int, latents: Any) -> Image | None:
        """The picture as it will probably be, small and soft; None at the two ends."""
        self.steps = step + 1
        before, self._before = self._before, latents
        if before is None or self.steps >= self._count:
            return None
        with torch.no_grad():
            latent = self._finished(step, before, latents)[0].permute(1, 2, 0)
            # Decoding costs as much as a step; a linear map of each latent pixel shows enough.
            colours = (_with_one(latent) @ _colours(self._pipe).to(latent)).permute(2, 0, 1)
            shown = torch.nn.functional.interpolate(colours[None], scale_factor=ENLARGED, mode="bilinear")[0]
            pixels = shown.permute(1, 2, 0).clamp(0, 1).mul(255).round().byte().cpu().numpy()
        return Image.of(np.ascontiguousarray(pixels))

    def _finished(self, step: int, before: Any, latents: Any) -> Any:
        """The end of the straight line that the last step began: a rectified flow runs along one."""
        sigmas = self._pipe.scheduler.sigmas
        last, now = float(sigmas[step]), float(sigmas[step + 1])
        end = latents.float() - now * (latents.float() - before.float()) / (now - last)
        return self._pipe._unpack_latents(end, self._size.height, self._size.width, self._pipe.vae_scale_factor)


def _with_one(latents: Any) -> Any:
    return torch.cat([latents, torch.ones_like(latents[..., :1])], dim=-1)


def _colours(pipe: Any) -> Any:
    """The linear map from a latent pixel to red, green and blue, learned once for a pipeline by encoding swatches."""
    found = getattr(pipe, "_ajar_colours", None)
    if found is None:
        vae = pipe.vae
        swatches = torch.rand((1, 3, SWATCHES, SWATCHES), generator=torch.Generator("cpu").manual_seed(0))
        picture = swatches.repeat_interleave(SWATCH, 2).repeat_interleave(SWATCH, 3) * 2 - 1
        encoded = vae.encode(picture.to(pipe._execution_device, vae.dtype))
        raw = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
        latents = (raw.float().cpu() - vae.config.shift_factor) * vae.config.scaling_factor
        seen = torch.nn.functional.avg_pool2d(picture / 2 + 0.5, pipe.vae_scale_factor)
        known = _with_one(latents[0].permute(1, 2, 0)).reshape(-1, latents.shape[1] + 1)
        found = torch.linalg.lstsq(known, seen[0].permute(1, 2, 0).reshape(-1, 3)).solution
        pipe._ajar_colours = found
    return found
